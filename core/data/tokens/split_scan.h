/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TOKENS_SPLIT_SCAN_H
#define CORE_DATA_TOKENS_SPLIT_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The patterns of split.h by hand, for texts of the usual characters: ASCII, Chinese, Japanese and
 * Korean, basic Cyrillic, common punctuation and symbols. It answers exactly what the pattern
 * would, or that it does not know, which is said of any piece that a character of another kind
 * begins, ends or stands in. tests/unit/test_split holds it against the patterns.
 */

enum split_style {
	SPLIT_GPT2, /* r50k_base, p50k_base */
	SPLIT_CL100K,
	SPLIT_CLASSIC, /* cl100k_base's first pattern: Llama 3, Qwen */
	SPLIT_O200K
};

/* A character's kind, as bits. */
enum split_class {
	SPLIT_UNKNOWN = 0, /* ask the pattern */
	SPLIT_UPPER = 1, /* Lu, Lt */
	SPLIT_LOWER = 2, /* Ll */
	SPLIT_BOTH = 4, /* Lm, Lo: taken with either */
	SPLIT_NUMBER = 8,
	SPLIT_SPACE = 16, /* white space but for the two below */
	SPLIT_BREAK = 32, /* CR, LF */
	SPLIT_OTHER = 64,
	SPLIT_END = 128 /* no character */
};

/* A piece of TEXT (valid UTF-8, SIZE bytes) that begins at AT (< SIZE): where it ends, or 0 when
 * that is for the pattern to say. DIGITS: how many make a piece at most, where that is bounded. */
size_t split_scan(
	enum split_style style, unsigned digits, const unsigned char *text, size_t size, size_t at);

/* The kind of the character that C is. */
enum split_class split_class_of(uint32_t c);

#endif
