/* SPDX-License-Identifier: MIT */
#include "tui/part/field.h"

#include "core/data/json.h"
#include "tests/unit/check.h"

static void test_types(void **state)
{
	(void)state;
	assert_int_equal(field_type_of(STR("int")), FIELD_INTEGER);
	assert_int_equal(field_type_of(STR("double")), FIELD_NUMBER);
	assert_int_equal(field_type_of(STR("bool")), FIELD_BOOLEAN);
	assert_int_equal(field_type_of(STR("list")), FIELD_LIST);
	assert_int_equal(field_type_of(STR("AzureOpenAI")), FIELD_ANY);
	assert_string_equal(field_type_word(field_type_of(STR("float"))), "number");
}

struct good {
	enum field_type type;
	const char *text, *json;
};

static void test_read(void **state)
{
	(void)state;
	static const struct good rows[] = {{FIELD_STRING, " a b ", "\" a b \""},
		{FIELD_STRING, "", "\"\""}, {FIELD_STRING, "12", "\"12\""},
		{FIELD_INTEGER, " -12 ", "-12"}, {FIELD_NUMBER, "0.5", "0.5"},
		{FIELD_NUMBER, "3", "3.0"}, {FIELD_BOOLEAN, "true", "true"},
		{FIELD_BOOLEAN, "no", "false"}, {FIELD_LIST, "[1, \"b\"]", "[1,\"b\"]"},
		{FIELD_OBJECT, "{\"a\": []}", "{\"a\":[]}"}, {FIELD_IMAGE, " a.png ", "\"a.png\""},
		{FIELD_ANY, "[1]", "[1]"}, {FIELD_ANY, "[1", "\"[1\""},
		{FIELD_ANY, "12", "\"12\""}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena a = ARENA_INIT;
		struct value v;
		struct err e = ERR_INIT;
		assert_true(field_read(rows[i].type, str_from(rows[i].text), &a, &v, &e));
		assert_str(json_text(&a, v, JSON_COMPACT), rows[i].json);
		arena_release(&a);
	}
}

struct bad {
	enum field_type type;
	const char *text, *says;
};

static void test_refuse(void **state)
{
	(void)state;
	static const struct bad rows[] = {{FIELD_INTEGER, "1.5", "whole number"},
		{FIELD_INTEGER, "", "whole number"}, {FIELD_NUMBER, "many", "a number"},
		{FIELD_BOOLEAN, "maybe", "true or false"}, {FIELD_LIST, "{}", "a list"},
		{FIELD_LIST, "[1,\n x]", "JSON:2:"}, {FIELD_OBJECT, "[]", "an object"},
		{FIELD_OBJECT, "", "JSON"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena a = ARENA_INIT;
		struct value v;
		struct err e = ERR_INIT;
		assert_false(field_read(rows[i].type, str_from(rows[i].text), &a, &v, &e));
		if (strstr(e.text, rows[i].says) == NULL)
			fail_msg("%s: %s", rows[i].text, e.text);
		arena_release(&a);
	}
}

static void test_text(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"\"a b\"", "a b", "12", "12", "true", "true", "[1,2]", "[1,2]", "null", ""};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i += 2) {
		struct arena a = ARENA_INIT;
		struct value v;
		struct err e = ERR_INIT;
		assert_true(json_read(&a, str_from(rows[i]), NULL, &v, &e));
		assert_str(field_text(v, &a), rows[i + 1]);
		arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_refuse),
		cmocka_unit_test(test_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
