/* SPDX-License-Identifier: MIT */
#include "core/data/yaml.h"

#include "core/base/buf.h"
#include "core/data/json.h"
#include "tests/unit/check.h"

#define S(literal)                                                                                 \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

static struct value read_good(struct arena *a, const char *text)
{
	struct value v;
	struct err e = ERR_INIT;
	if (!yaml_read(a, str_from(text), "t.yaml", 0, &v, &e))
		fail_msg("%s: %s: %s", text, e.where, e.text);
	return v;
}

static void test_values(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} cases[] = {
		{"", "null"},
		{"# only words\n", "null"},
		{"---\n", "null"},
		{"---\na: 1\n...\n", "{\"a\":1}"},
		{"\xef\xbb\xbf"
		 "a: 1",
			"{\"a\":1}"},
		{"[yes, no, on, off, Yes, y, n]",
			"[\"yes\",\"no\",\"on\",\"off\",\"Yes\",\"y\",\"n\"]"},
		{"[true, false, True, FALSE, tRue]", "[true,false,true,false,\"tRue\"]"},
		{"[null, ~, Null, nil, '']", "[null,null,null,\"nil\",\"\"]"},
		{"[1, -2, +3, 007, 0o17, 0xFf, 1_000]", "[1,-2,3,7,15,255,\"1_000\"]"},
		{"[1.5, .5, 1., -1e3, 1e, 1.2.3, '1.5']",
			"[1.5,0.5,1.0,-1000.0,\"1e\",\"1.2.3\",\"1.5\"]"},
		{"[.inf, -.INF, .nan, inf]", "[null,null,null,\"inf\"]"},
		{"[9223372036854775807, -9223372036854775808]",
			"[9223372036854775807,-9223372036854775808]"},
		{"[2024-01-01, 12:30, 0x, 1 2]", "[\"2024-01-01\",\"12:30\",\"0x\",\"1 2\"]"},
		{"a: !!str 5\nb: ! 6\nc: !!int '7'\nd: !!float 8\n",
			"{\"a\":\"5\",\"b\":\"6\",\"c\":7,\"d\":8.0}"},
		{"a:\nb: 2", "{\"a\":null,\"b\":2}"},
		{"1: a\ntrue: b\n~: c\n99999999999999999999: d",
			"{\"1\":\"a\",\"true\":\"b\",\"~\":\"c\",\"99999999999999999999\":\"d\"}"},
		{"a: |\n  x\n  y\nb: >-\n  x\n  y\n", "{\"a\":\"x\\ny\\n\",\"b\":\"x y\"}"},
		{"a: \"\\u4e2d\\n\\x41\"\nb: 'it''s'", "{\"a\":\"中\\nA\",\"b\":\"it's\"}"},
		{"中文: 你好 # words\n", "{\"中文\":\"你好\"}"},
		{"x: &a {k: 1}\ny: *a", "{\"x\":{\"k\":1},\"y\":{\"k\":1}}"},
		{"x: &a 1\ny: [*a, *a]", "{\"x\":1,\"y\":[1,1]}"},
		{"- &a 1\n- &a 2\n- *a", "[1,2,2]"},
		{"&k key: 1\nb: *k", "{\"key\":1,\"b\":\"key\"}"},
		{"base: &b {p: 1, q: 2}\nuse:\n  <<: *b\n  q: 3\n  r: 4",
			"{\"base\":{\"p\":1,\"q\":2},\"use\":{\"p\":1,\"q\":3,\"r\":4}}"},
		{"- &a {p: 1}\n- &b {p: 2, q: 2}\n- {<<: [*a, *b], z: 0}",
			"[{\"p\":1},{\"p\":2,\"q\":2},{\"p\":1,\"q\":2,\"z\":0}]"},
		{"'<<': 1", "{\"<<\":1}"},
	};
	struct arena a = ARENA_INIT;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str out = json_text(&a, read_good(&a, cases[i].in), JSON_COMPACT);
		if (!str_is(out, cases[i].out))
			fail_msg("%s: %s", cases[i].in, out.at);
	}
	arena_release(&a);
}

static void test_places(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct value v, list;
	struct err e = ERR_INIT;
	struct str text = S("中: x\nb:\n  - 1\n  - \"q\"\nc:\n'd': *none\n");
	assert_false(yaml_read(&a, text, "t.yaml", 10, &v, &e));
	assert_string_equal(e.where, "t.yaml:16:6");
	text = (struct str)S("中: x\nb:\n  - 1\n  - \"q\"\nc:\n'd': 4\n");
	assert_true(yaml_read(&a, text, "t.yaml", 10, &v, &e));
	assert_int_equal(value_get_cstr(v, "中")->line, 11);
	assert_int_equal(value_get_cstr(v, "中")->column, 4);
	list = *value_get_cstr(v, "b");
	assert_int_equal(list.line, 13);
	assert_int_equal(list.u.list->items[1].line, 14);
	assert_int_equal(list.u.list->items[1].column, 5);
	assert_int_equal(value_get_cstr(v, "c")->line, 15);
	assert_int_equal(value_entry(v, (struct str)S("d"))->key.column, 1);
	arena_release(&a);
}

static void test_refusals(void **state)
{
	(void)state;
	static const struct {
		struct str in;
		const char *where, *text;
	} bad[] = {
		{S("a: 1\n---\nb: 2\n"), "t:2:1", "second YAML document"},
		{S("a: 1\nb: 2\n a: 3\n"), "t:2:4", "not valid YAML"},
		{S("a: 1\nb: 2\na: 3\n"), "t:3:1", "twice, first in line 1"},
		{S("{<<: {a: 1}, <<: {b: 1}}"), "t:1:14", "twice"},
		{S("a: [1,\nb: 2"), "t:2:1", "not valid YAML"},
		{S("a: \"x"), "t:1:", "not valid YAML"},
		{S("a: 99999999999999999999"), "t:1:4", "64 bits"},
		{S("a: 0xffffffffffffffff"), "t:1:4", "64 bits"},
		{S("a: !!int x"), "t:1:10", "does not fit"},
		{S("a: !!map [x]"), "t:1:", "does not fit"},
		{S("a: !python/object x"), "t:1:", "not supported"},
		{S("a: !<tag:example.com,2000:x> x"), "t:1:", "not supported"},
		{S("? [a]\n: b"), "t:1:3", "plain text here, not a list"},
		{S("? {a: 1}\n: b"), "t:1:3", "not a mapping"},
		{S("- &x 1\n- *x : b"), "t:2:3", "alias of something else"},
		{S("a: *zz"), "t:1:4", "no anchor"},
		{S("a: &x [*x]"), "t:1:8", "inside its own anchor"},
		{S("<<: 5"), "t:1:5", "merge key"},
		{S("a: 1\nb: \0"), "t:2:4", "NUL"},
		{S("a: \"x\\0\""), "t:1:4", "NUL"},
		{S("a: 1\n中\xff: 1"), "t:2:2", "not UTF-8"},
	};
	struct arena a = ARENA_INIT;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct value v;
		struct err e = ERR_INIT;
		if (yaml_read(&a, bad[i].in, "t", 0, &v, &e))
			fail_msg("%s was read", bad[i].in.at);
		if (strncmp(e.where, bad[i].where, strlen(bad[i].where)) != 0 ||
			strstr(e.text, bad[i].text) == NULL)
			fail_msg("%s: %s %s", bad[i].in.at, e.where, e.text);
	}
	arena_release(&a);
}

static void refused(struct buf *text, const char *words)
{
	struct arena a = ARENA_INIT;
	struct value v;
	struct err e = ERR_INIT;
	assert_false(yaml_read(&a, buf_str(text), "t", 0, &v, &e));
	if (e.code != ERR_LIMIT || strstr(e.text, words) == NULL)
		fail_msg("%s", e.text);
	buf_clear(text);
	arena_release(&a);
}

static void test_bombs(void **state)
{
	(void)state;
	struct buf text = BUF_INIT(0);
	/* a billion laughs */
	buf_add_cstr(&text, "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
	for (int i = 1; i < 10; i++) {
		buf_add_format(&text, "a%d: &a%d [", i, i);
		for (int k = 0; k < 10; k++)
			buf_add_format(&text, "%s*a%d", k > 0 ? "," : "", i - 1);
		buf_add_cstr(&text, "]\n");
	}
	refused(&text, "grows past");
	buf_add_cstr(&text, "- &a x\n");
	for (int i = 0; i < 101; i++)
		buf_add_cstr(&text, "- *a\n");
	refused(&text, "more than 100 aliases");
	buf_add_cstr(&text, "- &a \"");
	for (int i = 0; i < 200000; i++)
		buf_add_char(&text, 'x');
	buf_add_cstr(&text, "\"\n");
	for (int i = 0; i < 60; i++)
		buf_add_cstr(&text, "- *a\n");
	refused(&text, "grows past");
	for (int i = 0; i < 65; i++)
		buf_add_format(&text, "%*s-\n", i, "");
	refused(&text, "nested more than 64");
	buf_free(&text);
}

/* Bracket depth that the parser itself may refuse first. */
static void test_deep_flow(void **state)
{
	(void)state;
	struct buf text = BUF_INIT(0);
	struct arena a = ARENA_INIT;
	struct value v;
	struct err e = ERR_INIT;
	for (int i = 0; i < 50000; i++)
		buf_add_char(&text, '[');
	assert_false(yaml_read(&a, buf_str(&text), "t", 0, &v, &e));
	assert_true(e.text[0] != '\0');
	buf_free(&text);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_bombs),
		cmocka_unit_test(test_deep_flow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
