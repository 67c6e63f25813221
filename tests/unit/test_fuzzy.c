/* SPDX-License-Identifier: MIT */
#include "core/text/fuzzy.h"

#include "tests/unit/check.h"

static void test_matches(void **state)
{
	(void)state;
	static const char *const yes[][2] = {{"", "Run"}, {"run", "Run"}, {"RUN", "Run the prompt"},
		{"rp", "Run the prompt"}, {"prompt run", "Run the prompt"}, {" run  ", "Run"},
		{"cs", "C-s"}, {"\xE8\xBF\x90\xE8\xA1\x8C", "\xE8\xBF\x90\xE8\xA1\x8C prompt"},
		{"\xEF\xBC\xB2un", "run"}, {"\xC3\x89t", "\xC3\xA9toile"}};
	static const char *const no[][2] = {{"runx", "Run"}, {"nur", "Run"}, {"x", ""},
		{"run files", "Run the prompt"},
		/* Chinese characters that touch have to touch. */
		{"\xE8\xBF\x90\xE8\xA1\x8C", "\xE8\xBF\x90 \xE8\xA1\x8C"}};
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		assert_true(fuzzy_match(str_from(yes[i][0]), str_from(yes[i][1]), NULL));
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		assert_false(fuzzy_match(str_from(no[i][0]), str_from(no[i][1]), NULL));
}

static void test_better(void **state)
{
	(void)state;
	/* Under the pattern, the second text is what people mean. */
	static const char *const rows[][3] = {
		{"run", "Rename a unit", "Run"}, /* in a row */
		{"fp", "Leaf pump", "Find in prompt"}, /* starts of words */
		{"ib", "fibula", "inputBox"}, /* a capital */
		{"ans", "docs/plans.md", "prompts/answer.prompty"}, /* a file's name */
		{"stop", "s t o p", "Do not stop"}, /* gaps cost */
		{"save", "Save as a copy under another name", "Save"}, /* the shorter one */
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fuzzy worse, better;
		assert_true(fuzzy_match(str_from(rows[i][0]), str_from(rows[i][1]), &worse));
		assert_true(fuzzy_match(str_from(rows[i][0]), str_from(rows[i][2]), &better));
		if (better.score <= worse.score)
			fail_msg("%s: %s %d, %s %d", rows[i][0], rows[i][1], worse.score,
				rows[i][2], better.score);
	}
}

static void check_places(const char *pattern, const char *text, const char *marks)
{
	struct fuzzy f;
	char got[64] = "";
	assert_true(fuzzy_match(str_from(pattern), str_from(text), &f));
	for (size_t i = 0; text[i] != '\0'; i++)
		got[i] = fuzzy_has(&f, i) ? '^' : ' ';
	assert_string_equal(got, marks);
}

static void test_places(void **state)
{
	(void)state;
	check_places("rp", "Run the prompt", "^       ^     ");
	check_places("prompt run", "Run a prompt", "^^^   ^^^^^^");
	/* Not the first s, but the ones in a row. */
	check_places("sto", "is stopped", "   ^^^    ");
	/* A character of three bytes is marked at its first. */
	check_places("\xE6\x8F\x90", "\xE8\xBF\x90\xE6\x8F\x90", "   ^  ");
}

static void test_long(void **state)
{
	(void)state;
	char text[1000], pattern[200];
	memset(text, 'a', sizeof text - 1);
	memset(pattern, 'a', sizeof pattern - 1);
	text[sizeof text - 1] = pattern[sizeof pattern - 1] = '\0';
	struct fuzzy f;
	assert_true(fuzzy_match(str_from(pattern), str_from(text), &f));
	assert_int_equal(f.count, FUZZY_PATTERN);
	text[500] = 'b';
	assert_false(fuzzy_match(STR("b"), str_from(text), NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_better),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
