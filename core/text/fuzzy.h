/* SPDX-License-Identifier: MIT */
#ifndef CORE_TEXT_FUZZY_H
#define CORE_TEXT_FUZZY_H

#include "core/base/str.h"

/*
 * Finding by a few letters: "rps" finds "Run the prompt, stop". Each word of the pattern (they are
 * separated by spaces) has to occur in the text with its characters in order, gaps allowed; the
 * words themselves may come in any order. Letter case and full-width forms make no difference.
 * Chinese, Japanese and Korean characters that touch in the pattern have to touch in the text.
 *
 * The score is the best alignment's: characters in a row, at the start of a word, at a capital
 * after a small letter and at the start of the text count more; gaps cost. It only compares texts
 * under one pattern.
 */

enum {
	FUZZY_PATTERN = 64, /* characters of the pattern that are looked at */
	FUZZY_TEXT = 255 /* and of the text */
};

struct fuzzy {
	int score;
	size_t count; /* of at */
	uint32_t at[FUZZY_PATTERN]; /* bytes of TEXT where matched characters begin, ascending */
};

/* True when TEXT matches; the empty pattern matches everything with score 0. OUT may be NULL. */
bool fuzzy_match(struct str pattern, struct str text, struct fuzzy *out);

/* True when the character at byte AT is one of those matched. */
bool fuzzy_has(const struct fuzzy *f, size_t at);

#endif
