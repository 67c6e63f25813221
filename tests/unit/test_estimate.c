/* SPDX-License-Identifier: MIT */
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_near_exact),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
