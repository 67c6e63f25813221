/* SPDX-License-Identifier: MIT */
#include "core/data/tokens/calibrate.h"
#include "core/data/tokens/estimate.h"

#include "tests/unit/check.h"

static void test_weights(void **state)
{
	(void)state;
	assert_int_equal(estimate_tokens(STR("")), 0);
	assert_int_equal(estimate_tokens(STR("abcdabcd")), 2);
	assert_int_equal(estimate_tokens(STR("12345")), 2);
	assert_int_equal(estimate_tokens(STR("你好世界")), 3);
	assert_int_equal(estimate_tokens(STR("при")), 2);
	assert_int_equal(estimate_tokens(STR(" \n\t ")), 1);
	assert_int_equal(estimate_tokens(STR("\xff\xff\xff")), 1);
	assert_int_equal(estimate_chat(10, 2), 19);
}

/* Against exact counts of a large vocabulary: the right order of magnitude, no more is promised. */
static void test_near_exact(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t exact;
	} cases[] = {
		{"Hello, world!", 4},
		{"你好，世界", 3},
		{"1234567 + 3.14159", 9},
		{"function f(x){return x*2;}\r\n", 9},
		{"  leading spaces\n\n\tTabs", 6},
		{"العربية", 2},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t about = estimate_tokens(str_from(cases[i].text));
		if (about * 3 < cases[i].exact || about > cases[i].exact * 3)
			fail_msg("%s: %zu", cases[i].text, about);
	}
}

static void test_scripts(void **state)
{
	(void)state;
	assert_int_equal(token_script_of(STR("Answer briefly, in one sentence.")), SCRIPT_WORDS);
	assert_int_equal(token_script_of(STR("if (x[i] != 0) { y += 12; }")), SCRIPT_CODE);
	assert_int_equal(token_script_of(STR("请用一句话回答 the question")), SCRIPT_CJK);
	assert_int_equal(token_script_of(STR("Ответьте кратко")), SCRIPT_OTHER);
	assert_int_equal(token_script_of(STR("")), SCRIPT_WORDS);
	assert_string_equal(token_script_word(SCRIPT_CJK), "cjk");
}

/* A model that makes 1.5 tokens of each: learned within a few requests, and so is how well. */
static void test_learns(void **state)
{
	(void)state;
	struct calibration c = calibration_new(STR("claude-sonnet-4-5"), SCRIPT_WORDS);
	assert_int_equal(calibration_apply(&c, 100), 120);
	for (int i = 1; i <= 30; i++)
		calibration_learn(&c, 100 * i, 150 * i);
	assert_int_equal(c.samples, 30);
	assert_int_equal(calibration_apply(&c, 1000), 1500);
	assert_true(c.error < 0.02);
	double factor = c.factor;
	calibration_learn(&c, 100, 5000); /* an image was in it */
	calibration_learn(&c, 100, -1);
	calibration_learn(&c, 0, 100);
	assert_true(c.factor >= factor && c.factor <= factor);
	/* What changes is followed. */
	for (int i = 0; i < 40; i++)
		calibration_learn(&c, 100, 120);
	assert_in_range(calibration_apply(&c, 1000), 1195, 1210);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_near_exact),
		cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_learns),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
