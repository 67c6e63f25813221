/* SPDX-License-Identifier: MIT */
#include "core/text/suggest.h"

#include "tests/unit/check.h"

static void test_names(void **state)
{
	(void)state;
	static const char *const names[] = {"provider", "base_url", "model", "name", "temperature",
		"top_p", "connections", NULL};
	static const char *const near[][2] = {{"provder", "provider"}, {"Modle", "model"},
		{"base-url", "base_url"}, {"baseurl", "base_url"}, {"temp", "temperature"},
		{"nmae", "name"}, {"connection", "connections"}, {"model", "model"}};
	static const char *const far[] = {"", "x", "api", "zebra", "te",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	for (size_t i = 0; i < sizeof near / sizeof *near; i++)
		assert_string_equal(suggest_name(str_from(near[i][0]), names), near[i][1]);
	for (size_t i = 0; i < sizeof far / sizeof *far; i++)
		assert_null(suggest_name(str_from(far[i]), names));
}

static void test_first_wins(void **state)
{
	(void)state;
	static const char *const names[] = {"bat", "cat", NULL};
	assert_string_equal(suggest_name(STR("rat"), names), "bat");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_first_wins),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
