/* SPDX-License-Identifier: MIT */
/* The scanner by hand gives what the patterns give. */
#include "core/data/tokens/split.h"

#include "core/base/file.h"
#include "core/data/tokens/encodings.h"
#include "core/text/utf8.h"

#include "tests/unit/check.h"

#include <stdlib.h>

enum { RANDOM_TEXTS = 20000, LONGEST_TEXT = 96, LARGEST_FILE = 1 << 20 };

struct world {
	struct pattern *patterns[ENCODING_COUNT];
	struct split_work work;
	size_t scanned, asked;
};

static int set_up(void **state)
{
	static struct world w;
	struct err e = ERR_INIT;
	for (size_t i = 0; i < ENCODING_COUNT; i++) {
		const struct encoding *encoding = &encodings[i];
		w.patterns[i] =
			pattern_new(encoding->style, encoding->digits, encoding->pattern, &e);
		if (w.patterns[i] == NULL)
			return -1;
	}
	*state = &w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < ENCODING_COUNT; i++)
		pattern_free(w->patterns[i]);
	split_work_end(&w->work);
	return 0;
}

static void compare(struct world *w, struct str text)
{
	for (size_t i = 0; i < ENCODING_COUNT; i++) {
		const struct encoding *encoding = &encodings[i];
		for (size_t at = 0, end; at < text.len; at = end) {
			end = pattern_match(w->patterns[i], &w->work, text, at);
			size_t scanned = split_scan(encoding->style, encoding->digits,
				(const unsigned char *)text.at, text.len, at);
			w->asked += scanned == 0;
			w->scanned += scanned != 0;
			if (scanned != 0 && scanned != end)
				fail_msg("%s: '%.*s' at %zu: %zu, not %zu", encoding->name,
					STR_ARG(text), at, scanned, end);
		}
	}
}

static uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

/* Strings of what the patterns tell apart, and of neighbours of theirs that look the same. */
static void test_random(void **state)
{
	static const char *const bits[] = {"a", "Z", "s", "S", "ll", "VE", "re", "d", "'", "'", " ",
		" ", "  ", "\n", "\r\n", "\r", "\t", "/", "1", "12", "12345", ".", "!?", "-", "中",
		"文字", "あ", "ア", "ー", "한", "，", "。", "１", "Ａ", "ｂ", "é", "É", "ß", "×",
		"Ж", "ж", "\xc2\xa0", "\xe3\x80\x80", "\xe2\x80\xa8", "—", "“", "e\xcc\x81",
		"\xcc\x81", "\xc5\xbf", "\xe2\x84\xaa", "ǅ", "ʰ", "²", "Ⅷ", "٣", "ا", "क", "ि", "😀",
		"\xe2\x80\x8d", "\xef\xb8\x8f", "<|", "|>", "\x7f", "\x01", "\xc2\x85", "\v",
		"\xf0\x9d\x90\x80", "ſ", "々"};
	struct world *w = *state;
	uint64_t seed = 42;
	char text[LONGEST_TEXT];
	for (size_t i = 0; i < RANDOM_TEXTS; i++) {
		size_t len = 0, want = next_random(&seed) % (LONGEST_TEXT - 8);
		size_t few = 1 + next_random(&seed) % (sizeof bits / sizeof *bits);
		size_t first = next_random(&seed);
		while (len < want) {
			size_t n = first + next_random(&seed) % few;
			const char *bit = bits[n % (sizeof bits / sizeof *bits)];
			memcpy(text + len, bit, strlen(bit));
			len += strlen(bit);
		}
		compare(w, (struct str){text, len});
	}
	/* Else nothing was compared, or nothing is asked of the patterns any more. */
	assert_true(w->scanned > 1000000 && w->asked > 100000);
}

/* Every character there is, alone and between others. */
static void test_characters(void **state)
{
	struct world *w = *state;
	for (uint32_t c = 1; c <= UTF8_LAST; c++) {
		char text[16] = "A";
		if ((c >= 0xD800 && c <= 0xDFFF) || (c > 0x30000 && c < 0xE0000) || c > 0xE0FFF)
			continue;
		if (split_class_of(c) == SPLIT_UNKNOWN && c % 16 != 0)
			continue;
		size_t len = 1 + utf8_encode(c, text + 1);
		compare(w, (struct str){text, len});
		compare(w, (struct str){text + 1, len - 1});
		memcpy(text + len, "'s 1", 4);
		compare(w, (struct str){text, len + 4});
		compare(w, (struct str){text + 1, len + 3});
		text[len] = 'b';
		compare(w, (struct str){text, len + 1});
		memcpy(text + len, " \n", 2);
		compare(w, (struct str){text + 1, len + 1});
	}
}

static void test_own_files(void **state)
{
	static const char *const files[] = {"data/locale/zh_CN.po", "core/flow/flow_file.c",
		"data/samples/welcome/handbook/pay.zh.md", "README.md", "CHANGELOG.md",
		"tests/fixtures/tokens/vectors.jsonl"};
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct str text;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		const char *path = path_join(&a, getenv("top_srcdir"), files[i]);
		if (!file_read(&a, path, LARGEST_FILE, &text, &e))
			fail_msg("%s", e.text);
		compare(*state, text);
	}
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_own_files),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
