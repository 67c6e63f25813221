/* SPDX-License-Identifier: MIT */
#include "core/text/utf8.h"
#include "core/text/width.h"

#include "tests/unit/check.h"

#include <locale.h>
#include <wchar.h>

#define S(literal)                                                                                 \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

static void test_round_trip(void **state)
{
	(void)state;
	for (uint32_t c = 1; c <= UTF8_LAST; c++) {
		char bytes[4];
		uint32_t back;
		struct str s = {bytes, utf8_encode(c, bytes)};
		bool surrogate = c >= 0xD800 && c <= 0xDFFF;
		assert_int_equal(utf8_valid(s, NULL), !surrogate);
		if (surrogate)
			continue;
		assert_int_equal(utf8_next(s, 0, &back), s.len);
		assert_int_equal(back, c);
		assert_int_equal(utf8_before(s, s.len), 0);
		assert_int_equal(utf8_count(s), 1);
	}
}

static void test_bad_parts(void **state)
{
	(void)state;
	static const struct {
		struct str s;
		size_t count, bad_at;
	} bad[] = {
		{S("ab\xff"), 3, 2},
		{S("\xc3"), 1, 0},
		{S("a\xe4\xb8z"), 3, 1},
		{S("\xe0\x80\x80"), 3, 0},
		{S("\xf0\x90\x80"), 1, 0},
		{S("\xf0\x80\x80\x80"), 4, 0},
		{S("中\x80"), 2, 3},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		size_t at = 99;
		assert_false(utf8_valid(bad[i].s, &at));
		assert_int_equal(at, bad[i].bad_at);
		assert_int_equal(utf8_count(bad[i].s), bad[i].count);
		/* walking back meets the same characters */
		size_t back = 0;
		for (at = bad[i].s.len; at > 0; back++)
			at = utf8_before(bad[i].s, at);
		assert_int_equal(back, bad[i].count);
	}
}

static void test_cut(void **state)
{
	(void)state;
	struct str s = STR("a中b");
	static const size_t want[] = {0, 1, 1, 1, 4, 5, 5};
	for (size_t max = 0; max < 7; max++)
		assert_int_equal(utf8_cut(s, max).len, want[max]);
	assert_int_equal(utf8_first(s, 2).len, 4);
	assert_int_equal(utf8_first(s, 9).len, 5);
}

static void test_width(void **state)
{
	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	for (uint32_t c = 1; c <= UTF8_LAST; c++)
		if (width_code_point(c) != wcwidth((wchar_t)c))
			fail_msg("U+%04X: %d, wcwidth %d", c, width_code_point(c),
				wcwidth((wchar_t)c));
	assert_int_equal(width_text(STR("ab中文é")), 7);
	assert_int_equal(width_text(STR("e\u0301")), 1);
	size_t cells;
	assert_int_equal(width_cut(STR("a中b"), 2, &cells).len, 1);
	assert_int_equal(cells, 1);
	assert_int_equal(width_cut(STR("e\u0301x"), 1, &cells).len, 3);
	unsigned one;
	assert_int_equal(width_cluster(STR("e\u0301x"), 0, &one), 3);
	assert_int_equal(one, 1);
}

static void test_width_without_utf8_locale(void **state)
{
	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C"));
	assert_int_equal(width_text(STR("ab中文é")), 7);
	assert_int_equal(width_text(STR("e\u0301")), 1);
	assert_int_equal(width_code_point(0x1F600), 2);
	assert_int_equal(width_code_point(0x85), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_bad_parts),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_width_without_utf8_locale),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
