/* SPDX-License-Identifier: MIT */
#include "core/data/yaml.h"
#include "core/data/yaml_edit.h"

#include "tests/unit/check.h"

#define PATH(...)                                                                                  \
	((struct yaml_path){(const struct str[]){__VA_ARGS__},                                     \
		sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str)})

static const char sample[] =
	"# SPDX-License-Identifier: MIT\n"
	"name: \"welcome\"   # shown above\n"
	"\n"
	"default:\n"
	"  model: local/extract  # needs no key\n"
	"\n"
	"connections:\n"
	"    # the one we pay for\n"
	"    qwen:\n"
	"      provider: openai\n"
	"      model: 'qwen-plus'\n"
	"      # headers: {a: b}\n"
	"\n"
	"    # the one at home\n"
	"    home: {provider: openai, base_url: \"http://127.0.0.1:8080/v1\"}\n"
	"# the end\n";

static void set(struct arena *a, const char *before, struct yaml_path path, struct value v,
	const char *after)
{
	struct str text = str_from(before);
	struct err e = ERR_INIT;
	if (!yaml_edit_set(a, "f.yaml", &text, path, v, &e))
		fail_msg("%s", e.text);
	assert_str(text, after);
}

static void test_set_keeps_the_rest(void **state)
{
	struct arena a = ARENA_INIT;
	struct str text = str_from(sample), was = text;
	struct err e = ERR_INIT;
	(void)state;
	assert_true(yaml_edit_set(&a, "f", &text, PATH(STR("default"), STR("model")),
		value_cstr("qwen/qwen-plus"), &e));
	size_t at = str_find(was, STR("local/extract"), 0);
	assert_memory_equal(text.at, was.at, at);
	assert_memory_equal(text.at + at, "qwen/qwen-plus  # needs no key", 30);
	assert_str(str_slice(text, at + 14, text.len), was.at + at + 13);
	arena_release(&a);
}

static void test_forms_of_a_value(void **state)
{
	struct arena a = ARENA_INIT;
	struct yaml_path model = PATH(STR("default"), STR("model")), name = PATH(STR("name"));
	(void)state;
	set(&a, "name: x\n", name, value_cstr("yes: 1"), "name: \"yes: 1\"\n");
	set(&a, "name: 'it''s' # c\n", name, value_cstr("12"), "name: \"12\" # c\n");
	set(&a, "name:\n", name, value_cstr("x"), "name: x\n");
	set(&a, "name: # c\n", name, value_cstr("x"), "name: x # c\n");
	set(&a, "name: null\nb: 1", name, value_cstr("x"), "name: x\nb: 1");
	set(&a, "default: {model: a, b: 1}\n", model, value_cstr("c d"),
		"default: {model: \"c d\", b: 1}\n");
	set(&a, "{\"default\": {\"model\": \"a\"}}", model, value_cstr("b"),
		"{\"default\": {\"model\": b}}");
	set(&a, "\xEF\xBB\xBFname: x\r\n", name, value_cstr("\xE5\xB7\xA5"),
		"\xEF\xBB\xBFname: \"\xE5\xB7\xA5\"\r\n");
	set(&a, "detect: true\n", PATH(STR("detect")), value_bool(false), "detect: false\n");
	arena_release(&a);
}

static void test_maps_are_made(void **state)
{
	struct arena a = ARENA_INIT;
	struct yaml_path path = PATH(STR("default"), STR("model"));
	struct value v = value_cstr("x/y");
	(void)state;
	set(&a, "", path, v, "default:\n  model: x/y\n");
	set(&a, "# only this", path, v, "# only this\n\ndefault:\n  model: x/y\n");
	set(&a, "name: x\r\n", path, v, "name: x\r\n\r\ndefault:\r\n  model: x/y\r\n");
	set(&a, "default: {}\nname: x\n", path, v, "default:\n  model: x/y\nname: x\n");
	set(&a, "default: # c\n  # d\nname: x\n", path, v,
		"default: # c\n  model: x/y\n  # d\nname: x\n");
	set(&a, "default: {parameters: {t: 1}}", path, v,
		"default: {model: x/y, parameters: {t: 1}}");
	set(&a, "{}", path, v, "{default: {model: x/y}}");
	set(&a, "default:\n    parameters:\n    - 1\n    # in\n\n# out\nname: x", path, v,
		"default:\n    parameters:\n    - 1\n    model: x/y\n    # in\n\n# out\nname: x");
	arena_release(&a);
}

static void test_add_and_remove_a_map(void **state)
{
	struct arena a = ARENA_INIT;
	struct str text = str_from(sample);
	struct err e = ERR_INIT;
	struct value v = value_dict(&a);
	struct yaml_path path = PATH(STR("connections"), STR("new"));
	(void)state;
	value_set(v, STR("provider"), value_cstr("openai"));
	value_set(v, STR("secret"), value_cstr("cmd:pass show x"));
	assert_true(yaml_edit_set(&a, "f", &text, path, v, &e));
	struct str added = STR("    new:\n      provider: openai\n      secret: \"cmd:pass show "
			       "x\"\n# the end\n");
	assert_true(str_ends(text, added));
	assert_true(yaml_edit_remove(&a, "f", &text, path, &e));
	assert_str(text, sample);
	assert_true(yaml_edit_remove(&a, "f", &text, path, &e)); /* it is gone */
	assert_str(text, sample);
	arena_release(&a);
}

static void removed(struct arena *a, const char *before, struct yaml_path path, const char *after)
{
	struct str text = str_from(before);
	struct err e = ERR_INIT;
	if (!yaml_edit_remove(a, "f.yaml", &text, path, &e))
		fail_msg("%s", e.text);
	assert_str(text, after);
}

static void test_remove(void **state)
{
	struct arena a = ARENA_INIT;
	struct yaml_path ab = PATH(STR("a"), STR("b"));
	(void)state;
	removed(&a, "a:\n  b:\n    c: 1\n    # of b\n\n  # of d\n  d: 2\n", ab,
		"a:\n\n  # of d\n  d: 2\n");
	removed(&a, "a: # here\n  # one\n  b: 1\nz: 1\n", ab, "a: {} # here\n  # one\nz: 1\n");
	removed(&a, "a: {b: '},', c: [1, {d: 2}]}\n", ab, "a: {c: [1, {d: 2}]}\n");
	removed(&a, "a: {c: 1, b: {x: [1]}}\n", ab, "a: {c: 1}\n");
	removed(&a, "a: {b: 1}\n", ab, "a: {}\n");
	removed(&a, "a: 1\n", PATH(STR("a")), "");
	removed(&a, "a:\n- 1\n- 2\nb: 1\n", PATH(STR("a")), "b: 1\n");
	removed(&a, "a: |\n  # text\n\n  more\nb: 1\n", PATH(STR("a")), "b: 1\n");
	arena_release(&a);
}

static void test_rename(void **state)
{
	struct arena a = ARENA_INIT;
	struct str text = STR("c:\n  \"old\" : {x: 1} # o\n  b: 2\n");
	struct err e = ERR_INIT;
	(void)state;
	assert_true(yaml_edit_rename(&a, "f", &text, PATH(STR("c"), STR("old")), STR("new"), &e));
	assert_str(text, "c:\n  new: {x: 1} # o\n  b: 2\n");
	assert_false(yaml_edit_rename(&a, "f", &text, PATH(STR("c"), STR("new")), STR("b"), &e));
	assert_false(yaml_edit_rename(&a, "f", &text, PATH(STR("c"), STR("none")), STR("x"), &e));
	assert_str(text, "c:\n  new: {x: 1} # o\n  b: 2\n");
	arena_release(&a);
}

/* What cannot be done in place is refused, and the text is as it was. */
static void test_refused(void **state)
{
	static const char *const texts[] = {"name: a\n  b\n", /* a value of two lines */
		"name: |\n  a\n", /* a block */
		"a: &x {name: 1}\nname: *x\n",
		"x: &x a\nname: &y b\nz: *y\n", /* another value would change with it */
		"- name\n", "name: [1, 2]\n", "name: {a: b}\n", "a\n", "name: a\n...\n# c\n--- \n",
		"name: x\nname: y\n"};
	struct arena a = ARENA_INIT;
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct str text = str_from(texts[i]);
		struct err e = ERR_INIT;
		if (yaml_edit_set(&a, "f.yaml", &text, PATH(STR("name")), value_cstr("new"), &e))
			fail_msg("case %zu became %.*s", i, STR_ARG(text));
		assert_str(text, texts[i]);
		assert_true(e.text[0] != '\0');
	}
	arena_release(&a);
}

/* Each of many texts, each of its keys: after a change the rest means what it did, all lines but
 * one are the same bytes, and a change back gives the bytes of before. */
static void test_there_and_back(void **state)
{
	static const char *const values[] = {"x", "a/b:c", "1", "true", "- a", "#", "a: b", "{}",
		"'", "\"", "\\", " lead", "tail ", "\xE6\x96\x87", "null", "~", "=", "@a", "&a",
		"*a", "%a", "!a", "a#b", "a #b", "a,b", "[", "0x10", ""};
	static const char *const forms[] = {"k: %s\nz: 1\n", "# k: 1\nk: %s # k: 2\n",
		"z: {a: [k, 1]}\n\n\nk: %s", "{z: 1, k: %s, y: 2}\n", "{k: %s}"};
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	(void)state;
	for (size_t f = 0; f < sizeof forms / sizeof *forms; f++)
		for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
			struct str whole, before = str_from(forms[f]), tail;
			size_t hole = str_find(before, STR("%s"), 0);
			struct str head = str_slice(before, 0, hole);
			tail = str_slice(before, hole + 2, before.len);
			whole = str_format(&a, "%.*sstart%.*s", STR_ARG(head), STR_ARG(tail));
			struct str text = whole;
			assert_true(yaml_edit_set(
				&a, "f", &text, PATH(STR("k")), value_cstr(values[i]), &e));
			assert_true(str_starts(text, head));
			assert_true(str_ends(text, tail));
			struct value v;
			assert_true(yaml_read(&a, text, "f", 0, &v, &e));
			assert_str(value_get_str(v, "k", STR("none")), values[i]);
			assert_true(yaml_edit_set(
				&a, "f", &text, PATH(STR("k")), value_cstr("start"), &e));
			assert_str(text, whole.at);
		}
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set_keeps_the_rest),
		cmocka_unit_test(test_forms_of_a_value),
		cmocka_unit_test(test_maps_are_made),
		cmocka_unit_test(test_add_and_remove_a_map),
		cmocka_unit_test(test_remove),
		cmocka_unit_test(test_rename),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_there_and_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
