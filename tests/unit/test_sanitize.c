/* SPDX-License-Identifier: MIT */
#include "core/text/sanitize.h"
#include "tests/support/sanitize_check.h"
#include "tests/unit/check.h"

struct sample {
	struct str in;
	struct str out;
	size_t marked;
};

#define S(literal)                                                                                 \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

static const struct sample samples[] = {
	{S(""), S(""), 0}, {S("plain, 中文 and ελληνικά"), S("plain, 中文 and ελληνικά"), 0},
	{S("a\nb\tc"), S("a\nb\tc"), 0}, {S("a\r\nb\rc\r"), S("a\nb^Mc^M"), 2},
	{S("\r\r\n"), S("^M\n"), 1}, {S("\0\a\b\v\f\x1f\x7f"), S("^@^G^H^K^L^_^?"), 7},
	{S("\x1b[31mred\x1b]52;c;aGk=\a"), S("^[[31mred^[]52;c;aGk=^G"), 3},
	{S("\xc2\x9b"
	   "2J\xc2\x85"),
		S("<9B>2J<85>"), 2},
	{S("\x9b"
	   "2J"),
		S("\xef\xbf\xbd"
		  "2J"),
		1},
	{S("\xc0\x80"), S("\xef\xbf\xbd\xef\xbf\xbd"), 2}, /* overlong */
	{S("\xe4\xb8"), S("\xef\xbf\xbd"), 1}, /* cut short */
	{S("\xe4\xb8"
	   "a\xf0\x9f\x98"),
		S("\xef\xbf\xbd"
		  "a\xef\xbf\xbd"),
		2},
	{S("\xed\xa0\xbd"), S("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"), 3}, /* surrogate */
	{S("\xf4\x90\x80\x80"), S("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"), 4},
	{S("a\u202eb\u2066c\u2069\u202c\u200e\u061c"),
		S("a<U+202E>b<U+2066>c<U+2069><U+202C><U+200E><U+061C>"), 6},
	{S("a\u200bb\u2060\ufeff\u00ad"), S("a<U+200B>b<U+2060><U+FEFF><U+00AD>"), 4},
	{S("\U000e0041\U000e007f"), S("<U+E0041><U+E007F>"), 2},
	{S("\ufdd0\ufffe\U0010ffff"), S("<U+FDD0><U+FFFE><U+10FFFF>"), 3},
	{S("\u2028\u2029\u3164\u115f"), S("<U+2028><U+2029><U+3164><U+115F>"), 4},
	{S("\u0378"), S("<U+0378>"), 1}, /* unassigned */
	{S("\ue0b0"), S("\ue0b0"), 0}, /* private use */
	/* joiners and selectors */
	{S("👨‍👩‍👧‍👦 👍🏽 ❤️‍🔥"),
		S("👨‍👩‍👧‍👦 👍🏽 ❤️‍🔥"), 0},
	{S("1️⃣ #️⃣"), S("1️⃣ #️⃣"), 0},
	{S("1️ 1️x"), S("1<U+FE0F> 1<U+FE0F>x"), 2}, {S("a\u200db"), S("a<U+200D>b"), 1},
	{S("👨\u200d"), S("👨<U+200D>"), 1}, {S("👨\u200dx"), S("👨<U+200D>x"), 1},
	{S("👨\u200d\n"), S("👨<U+200D>\n"), 1}, {S("👨\u200d\xff"), S("👨<U+200D>\xef\xbf\xbd"), 2},
	{S("a\ufe0f\ufe01"), S("a<U+FE0F><U+FE01>"), 2},
	{S("👨‍👨‍👨‍👨‍👨"), S("👨‍👨‍👨‍👨<U+200D>👨"),
		1}, /* nine code points */
	{S("🏽"), S("🏽"), 0},
	{S("می‌خواهم क्‌ष"), S("می‌خواهم क्‌ष"), 0},
	{S("a\u200cb ا\u200c\u200cb"), S("a<U+200C>b ا\u200c<U+200C>b"), 2},
	/* marks */
	{S("e\u0301"), S("e\u0301"), 0},
	{S("\u0301e \u0301 \n\u0301"), S("<U+0301>e \u0301 \n<U+0301>"), 2},
	{S("e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0302"),
		S("e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301<U+0302>"), 1},
	{S("\u1100\u1161\u11a8"), S("\u1100\u1161\u11a8"), 0}, /* jamo */
};

static void test_samples(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		const struct sample *s = &samples[i];
		struct str out = sanitize(&a, s->in, SANITIZE_TEXT);
		if (!str_eq(out, s->out))
			fail_msg("sample %zu: got %s", i, out.at);
		if (sanitize_count(s->in) != s->marked)
			fail_msg("sample %zu: %zu marked", i, sanitize_count(s->in));
		assert_null(sanitize_fault(out, SANITIZE_TEXT));
	}
	arena_release(&a);
}

static void test_one_line(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct str in = STR("a\n\tb\r\nc\rd");
	assert_string_equal(sanitize(&a, in, SANITIZE_ONE_LINE).at, "a  b c^Md");
	assert_string_equal(
		sanitize(&a, in, SANITIZE_ONE_LINE | SANITIZE_BREAK_MARKS).at, "a↵ b↵c^Md");
	arena_release(&a);
}

/* Every code point alone, after a letter and after an emoji: fit, stable, and the same when each
 * byte comes by itself. */
static void test_every_code_point(void **state)
{
	(void)state;
	static const char *const before[] = {"", "a", "👨"};
	struct arena a = ARENA_INIT;
	struct buf split = BUF_INIT(0);
	for (uint32_t c = 0; c <= UTF8_LAST; c++) {
		char in[16];
		const char *lead = before[c % 3];
		size_t len = strlen(lead);
		memcpy(in, lead, len);
		len += utf8_encode(c, in + len);
		struct str out = sanitize(&a, (struct str){in, len}, SANITIZE_TEXT);
		const char *fault = sanitize_fault(out, SANITIZE_TEXT);
		if (fault != NULL)
			fail_msg("U+%04X: %s", c, fault);
		assert_true(str_eq(out, sanitize(&a, out, SANITIZE_TEXT)));
		struct sanitizer s;
		sanitize_start(&s, SANITIZE_TEXT);
		buf_clear(&split);
		for (size_t i = 0; i < len; i++)
			assert_true(sanitize_feed(&s, (struct str){in + i, 1}, &split));
		assert_true(sanitize_end(&s, &split));
		assert_true(str_eq(out, buf_str(&split)));
		arena_reset(&a);
	}
	buf_free(&split);
	arena_release(&a);
}

/* All samples as one stream, cut in two at every byte. */
static void test_cuts(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct buf all = BUF_INIT(0), split = BUF_INIT(0);
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
		buf_add_str(&all, samples[i].in);
	struct str whole = sanitize(&a, buf_str(&all), SANITIZE_TEXT);
	assert_null(sanitize_fault(whole, SANITIZE_TEXT));
	assert_true(str_eq(whole, sanitize(&a, whole, SANITIZE_TEXT)));
	for (size_t cut = 0; cut <= all.len; cut++) {
		struct sanitizer s;
		sanitize_start(&s, SANITIZE_TEXT);
		buf_clear(&split);
		sanitize_feed(&s, str_slice(buf_str(&all), 0, cut), &split);
		sanitize_feed(&s, str_slice(buf_str(&all), cut, all.len), &split);
		sanitize_end(&s, &split);
		assert_true(str_eq(whole, buf_str(&split)));
	}
	buf_free(&all);
	buf_free(&split);
	arena_release(&a);
}

static void test_full_buffer(void **state)
{
	(void)state;
	struct buf out = BUF_INIT(4);
	assert_false(sanitize_to(&out, STR("\x1b\x1b\x1b"), SANITIZE_TEXT));
	assert_string_equal(out.at, "^[^[");
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_one_line),
		cmocka_unit_test(test_every_code_point),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_full_buffer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
