/* SPDX-License-Identifier: MIT */
/* What changed between two texts: applied to the first it gives the second, and it is the least. */
#include "core/text/diff.h"
#include "core/text/diff_items.h"

#include "core/base/buf.h"

#include "tests/unit/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The lines that are not of kind WITHOUT, as one text. */
static struct str side(struct arena *a, const struct diff *d, enum diff_kind without)
{
	struct buf out = BUF_INIT(0);
	for (size_t i = 0; i < d->len; i++)
		if (d->lines[i].kind != without)
			buf_add_str(&out, d->lines[i].text);
	struct str text = str_copy(a, buf_str(&out));
	buf_free(&out);
	return text;
}

static struct diff check(struct arena *a, struct str before, struct str after)
{
	struct diff d = diff_texts(a, before, after);
	struct str x = side(a, &d, DIFF_ADDED), y = side(a, &d, DIFF_REMOVED);
	assert_true(str_eq(x, before));
	assert_true(str_eq(y, after));
	for (size_t i = 0; i < d.len; i++) {
		size_t at = 0;
		for (size_t j = 0; j < d.lines[i].span_count; j++) {
			assert_true(d.lines[i].spans[j].from >= at + (j > 0));
			assert_true(d.lines[i].spans[j].to > d.lines[i].spans[j].from);
			at = d.lines[i].spans[j].to;
		}
		assert_true(at <= d.lines[i].text.len);
	}
	return d;
}

/* "-one\n+two\n" with changed words in [brackets]. */
static const char *shown(struct arena *a, const char *before, const char *after)
{
	struct diff d = check(a, str_from(before), str_from(after));
	struct buf out = BUF_INIT(0);
	for (size_t i = 0; i < d.len; i++) {
		const struct diff_line *line = &d.lines[i];
		size_t at = 0;
		buf_add_char(&out, " -+"[line->kind]);
		for (size_t j = 0; j < line->span_count; j++) {
			buf_add_str(&out, str_slice(line->text, at, line->spans[j].from));
			buf_add_char(&out, '[');
			buf_add_str(&out,
				str_slice(line->text, line->spans[j].from, line->spans[j].to));
			buf_add_char(&out, ']');
			at = line->spans[j].to;
		}
		buf_add_str(&out, str_slice(line->text, at, line->text.len));
	}
	const char *text = str_cstr(a, buf_str(&out));
	buf_free(&out);
	return text;
}

static void changes_are_found(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	assert_string_equal(shown(&a, "", ""), "");
	assert_string_equal(shown(&a, "a\nb\n", "a\nb\n"), " a\n b\n");
	assert_string_equal(shown(&a, "", "a\n"), "+a\n");
	assert_string_equal(shown(&a, "a\n", ""), "-a\n");
	assert_string_equal(shown(&a, "a\nb\nc\n", "a\nx\nc\n"), " a\n-b\n+x\n c\n");
	assert_string_equal(shown(&a, "a\nb\nc\n", "b\nc\nd\n"), "-a\n b\n c\n+d\n");
	assert_string_equal(shown(&a, "the last", "the last\n"), "-the last+the last[\n]");
	arena_release(&a);
}

static void words_are_found(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	assert_string_equal(shown(&a, "Answer in two sentences.\n", "Answer in three sentences.\n"),
		"-Answer in [two] sentences.\n+Answer in [three] sentences.\n");
	/* Chinese has no spaces: characters are compared. */
	assert_string_equal(shown(&a, "试用期入职后可以休年假。\n", "试用期转正后可以休年假。\n"),
		"-试用期[入职]后可以休年假。\n+试用期[转正]后可以休年假。\n");
	assert_string_equal(shown(&a, "Größe und Straße\n", "Größen und Straße\n"),
		"-[Größe] und Straße\n+[Größen] und Straße\n");
	/* Two lines become one. */
	assert_string_equal(shown(&a, "one two\nthree four\n", "one two three four\n"),
		"-one two[\n]-three four\n+one two[ ]three four\n");
	/* Nothing in common: no words are picked out. */
	assert_string_equal(
		shown(&a, "entirely different\n", "xyz\n"), "-entirely different\n+xyz\n");
	/* Not UTF-8. */
	assert_string_equal(shown(&a, "a \xff b\n", "a \xfe b\n"), "-a [\xff] b\n+a [\xfe] b\n");
	arena_release(&a);
}

/* The length of a longest common subsequence, by the plain table. */
static size_t common(const uint32_t *x, size_t n, const uint32_t *y, size_t m)
{
	static size_t table[64][64];
	memset(table, 0, sizeof table);
	for (size_t i = 1; i <= n; i++)
		for (size_t j = 1; j <= m; j++) {
			size_t up = table[i - 1][j], left = table[i][j - 1];
			table[i][j] = up > left ? up : left;
			if (x[i - 1] == y[j - 1])
				table[i][j] = table[i - 1][j - 1] + 1;
		}
	return table[n][m];
}

static void the_change_is_the_least(void **state)
{
	(void)state;
	unsigned seed = (unsigned)time(NULL);
	const char *wish = getenv("SEED");
	if (wish != NULL)
		seed = (unsigned)atoi(wish);
	srand(seed);
	for (int round = 0; round < 3000; round++) {
		uint32_t x[60], y[60];
		bool gone[60] = {false}, come[60] = {false};
		size_t n = (size_t)rand() % 60, m = (size_t)rand() % 60, same = 0, i = 0, j = 0;
		uint32_t letters = 1 + (uint32_t)rand() % 8;
		for (size_t k = 0; k < n; k++)
			x[k] = (uint32_t)rand() % letters;
		for (size_t k = 0; k < m; k++)
			y[k] = (uint32_t)rand() % letters;
		struct diff_items d = {x, y, n, m, gone, come, 1 << 20};
		diff_items(&d);
		while (i < n || j < m) {
			if (i < n && gone[i]) {
				i++;
			} else if (j < m && come[j]) {
				j++;
			} else {
				if (i >= n || j >= m || x[i] != y[j])
					fail_msg("seed %u: the rest is not the same", seed);
				same++;
				i++;
				j++;
			}
		}
		if (same != common(x, n, y, m))
			fail_msg("seed %u: %zu the same, of %zu", seed, same, common(x, n, y, m));
	}
}

static struct str random_text(struct arena *a, size_t lines, const struct str *like)
{
	static const char *const words[] = {
		"one ", "two ", "三", "四五", "\n", "\n", "é ", "\xff", "x", "\r\n"};
	struct buf out = BUF_INIT(0);
	size_t at = 0;
	for (size_t i = 0; i < lines; i++) {
		bool keep = like != NULL && rand() % 4 != 0 && at + 7 < like->len;
		if (keep)
			buf_add_str(&out, str_slice(*like, at, at + 7));
		else
			buf_add_cstr(&out, words[rand() % 10]);
		at += 7;
	}
	struct str text = str_copy(a, buf_str(&out));
	buf_free(&out);
	return text;
}

static void applying_it_gives_the_second(void **state)
{
	(void)state;
	for (int round = 0; round < 500; round++) {
		struct arena a = ARENA_INIT;
		struct str x = random_text(&a, (size_t)rand() % 200, NULL);
		struct str y = random_text(&a, (size_t)rand() % 60, &x);
		check(&a, x, y);
		check(&a, y, x);
		arena_release(&a);
	}
}

/* 200,000 lines of which none is the same, and 10 MB in a line, take a moment at most. */
static void large_texts_are_bounded(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct buf x = BUF_INIT(0), y = BUF_INIT(0);
	for (long i = 0; i < 200000; i++) {
		buf_add_format(&x, "%ld\n", i * 7919 % 200003);
		buf_add_format(&y, "%ld\n", i * 104729 % 200003);
	}
	clock_t begin = clock();
	struct diff d = check(&a, buf_str(&x), buf_str(&y));
	assert_true(d.coarse);
	buf_clear(&x);
	while (x.len < 10 << 20)
		buf_add_cstr(&x, "all in one line ");
	buf_clear(&y);
	buf_add_str(&y, buf_str(&x));
	buf_add_char(&y, '!');
	check(&a, buf_str(&x), buf_str(&y));
	assert_true(clock() - begin < 5 * CLOCKS_PER_SEC);
	buf_free(&x);
	buf_free(&y);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_are_found),
		cmocka_unit_test(words_are_found),
		cmocka_unit_test(the_change_is_the_least),
		cmocka_unit_test(applying_it_gives_the_second),
		cmocka_unit_test(large_texts_are_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
