/* SPDX-License-Identifier: MIT */
#include "core/data/json.h"

#include "tests/unit/check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define S(literal)                                                                                 \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

static struct value read_good(struct arena *a, struct str text)
{
	struct value v;
	struct err e = ERR_INIT;
	if (!json_read(a, text, "t", &v, &e))
		fail_msg("%s: %s", e.where, e.text);
	return v;
}

/* Reading and writing back. */
static void test_round_trip(void **state)
{
	(void)state;
	static const struct {
		struct str in, out;
	} cases[] = {
		{S("null"), S("null")},
		{S(" [ 1 , -2.50, true,false ,null, \"x\" ] "),
			S("[1,-2.5,true,false,null,\"x\"]")},
		{S("{\"b\":1,\"a\":{\"c\":[]},\"\":{}}"), S("{\"b\":1,\"a\":{\"c\":[]},\"\":{}}")},
		{S("9223372036854775807"), S("9223372036854775807")},
		{S("-9223372036854775808"), S("-9223372036854775808")},
		{S("1e2"), S("100.0")},
		{S("0.1"), S("0.1")},
		{S("1e300"), S("1e+300")},
		{S("\"\\u4e2d\\ud83d\\ude00\\/\""), S("\"中😀/\"")},
		{S("\"\\n\\t\\r\\b\\f\\\"\\\\\\u0001\\u0000\""),
			S("\"\\n\\t\\r\\b\\f\\\"\\\\\\u0001\\u0000\"")},
		{S("\"\x7f\xc2\x9b\u2028\u202e\u202c\u200b\ufeff\U000e0041\""),
			S("\"\\u007f\\u009b\\u2028\\u202e\\u202c\\u200b\\ufeff\\udb40\\udc41\"")},
		{S("\xef\xbb\xbf{}"), S("{}")},
		/* lone surrogates, which some servers stream */
		{S("\"a\\ud83d\""), S("\"a\xef\xbf\xbd\"")},
		{S("\"\\udc00\\ud83d\\ud83d\\ude00\""), S("\"\xef\xbf\xbd\xef\xbf\xbd😀\"")},
		{S("{\"\\uD800\":\"\\\\ud800\"}"), S("{\"\xef\xbf\xbd\":\"\\\\ud800\"}")},
	};
	struct arena a = ARENA_INIT;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str out = json_text(&a, read_good(&a, cases[i].in), JSON_COMPACT);
		if (!str_eq(out, cases[i].out))
			fail_msg("case %zu: %s", i, out.at);
		out = json_text(&a, read_good(&a, out), JSON_COMPACT);
		assert_true(str_eq(out, cases[i].out));
	}
	arena_release(&a);
}

/* What is wrong late in a text has its place, too, and what comes after long strings. */
static void test_long(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct value v = read_good(&a,
		(struct str)S(
			"[\"forty bytes of what needs no look at all.\\n\", \"ä ö ü ä ö ü ä ö ü "
			"ä ö ü ä ö ü\\t中\", 12, -0, 1e3]"));
	assert_int_equal(v.u.list->len, 5);
	assert_int_equal(v.u.list->items[1].column, 49);
	assert_int_equal(v.u.list->items[1].u.str.len, 48);
	assert_int_equal(v.u.list->items[2].column, 85);
	assert_int_equal(v.u.list->items[3].u.integer, 0);
	assert_int_equal(v.u.list->items[4].kind, VALUE_FLOAT);
	static const char *const wrong[] = {"[1,]", "[1 2]", "{\"a\":1,}", "[01]", "[1.]", "[tru]",
		"[\"a\tb\"]", "[\"\\x\"]", "[\"a]", "{\"a\" 1}", "{1:2}", "[1]]", "[1", "", "[-]",
		"[\"\\u12\"]", "[\"\xc3\"]", "[1e999]", "{\"a\":1,\"a\":2}"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct err e = ERR_INIT;
		if (json_read(&a, str_from(wrong[i]), "t", &v, &e))
			fail_msg("%s was read", wrong[i]);
		assert_true(strncmp(e.where, "t:", 2) == 0);
	}
	arena_release(&a);
}

static void test_places(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct value v = read_good(&a,
		(struct str)S(
			"{\n  \"中\\\"\": [1, \"x]\\\\\",\n    {\"k\": true}],  \"z\": -1.5e3\n}"));
	assert_int_equal(v.line, 1);
	const struct value_entry *e = value_entry(v, (struct str)S("中\""));
	assert_int_equal(e->key.line, 2);
	assert_int_equal(e->key.column, 3);
	assert_int_equal(e->value.column, 10);
	assert_int_equal(e->value.u.list->items[1].column, 14);
	struct value inner = e->value.u.list->items[2];
	assert_int_equal(inner.line, 3);
	assert_int_equal(inner.column, 5);
	assert_int_equal(value_get_cstr(inner, "k")->column, 11);
	assert_int_equal(value_get_cstr(v, "z")->line, 3);
	assert_int_equal(value_get_cstr(v, "z")->column, 25);
	arena_release(&a);
}

static void test_refusals(void **state)
{
	(void)state;
	static const struct {
		struct str in;
		const char *where, *text;
	} bad[] = {
		{S(""), "t:1", "not valid JSON"},
		{S("{\"a\":1} x"), "t:1:9", "end of file"},
		{S("{\"a\":1,\n\"a\":2}"), "t:2:3", "same key twice"},
		{S("[1,]"), "t:1:4", "not valid JSON"},
		{S("{'a':1}"), "t:1:2", "not valid JSON"},
		{S("[9223372036854775808]"), "t:1:20", "past 64 bits"},
		{S("[-9223372036854775809]"), "t:1:21", "past 64 bits"},
		{S("[1e999]"), "t:1:6", "not valid JSON"},
		{S("[NaN]"), "t:1:4", "not valid JSON"},
		{S("[\"\xff\"]"), "t:1:2", "not valid JSON"},
		{S("[\"a\nb\"]"), "t:1", "not valid JSON"},
		{S("\"\\ud8"), "t:1", "not valid JSON"},
	};
	struct arena a = ARENA_INIT;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct value v;
		struct err e = ERR_INIT;
		if (json_read(&a, bad[i].in, "t", &v, &e))
			fail_msg("case %zu was read", i);
		if (strncmp(e.where, bad[i].where, strlen(bad[i].where)) != 0 ||
			strstr(e.text, bad[i].text) == NULL)
			fail_msg("case %zu: %s %s", i, e.where, e.text);
		assert_int_equal(e.code, ERR_CONFIG);
	}
	arena_release(&a);
}

static void test_depth(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct buf text = BUF_INIT(0);
	struct value v;
	struct err e = ERR_INIT;
	for (int i = 0; i < 256; i++)
		buf_add_char(&text, '[');
	for (int i = 0; i < 256; i++)
		buf_add_char(&text, ']');
	assert_true(json_read(&a, buf_str(&text), "t", &v, &e));
	buf_clear(&text);
	for (int i = 0; i < 100000; i++)
		buf_add_char(&text, '[');
	assert_false(json_read(&a, buf_str(&text), "t", &v, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	assert_string_equal(e.where, "t:1:257");
	buf_free(&text);
	arena_release(&a);
}

static void test_write(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct value list = value_list(&a);
	value_push(list, value_float((double)NAN));
	value_push(list, value_float((double)INFINITY));
	value_push(list, value_str((struct str)S("bad \xff\xc3")));
	assert_str(
		json_text(&a, list, JSON_COMPACT), "[null,null,\"bad \xef\xbf\xbd\xef\xbf\xbd\"]");
	struct value v = read_good(&a, (struct str)S("{\"a\":[1,{}],\"b\":[]}"));
	assert_str(json_text(&a, v, JSON_INDENTED),
		"{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
	struct value dict = value_dict(&a);
	value_set(dict, (struct str)S("k"), value_int(1));
	dict.u.dict->entries[0].key = value_int(7);
	assert_str(json_text(&a, dict, JSON_COMPACT), "{\"7\":1}");
	struct buf small = BUF_INIT(5);
	assert_false(json_write(&small, v, JSON_COMPACT));
	buf_free(&small);
	value_push(list, list); /* holds itself */
	assert_int_equal(json_text(&a, list, JSON_COMPACT).len, 0);
	arena_release(&a);
}

/* Floats come back as they were. */
static void test_floats(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	static const double numbers[] = {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -0.0, 1e15,
		123456789.123456789, 1e21, 2.5, 100};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		struct str text = json_text(&a, value_float(numbers[i]), JSON_COMPACT);
		struct value v = read_good(&a, text);
		assert_int_equal(v.kind, VALUE_FLOAT);
		assert_memory_equal(&v.u.real, &numbers[i], sizeof(double));
	}
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_floats),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
