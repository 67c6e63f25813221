/* SPDX-License-Identifier: MIT */
#ifndef CORE_TEXT_DIFF_H
#define CORE_TEXT_DIFF_H

#include "core/base/str.h"

/*
 * What changed between two texts: line by line, and within changed lines word by word. A word is a
 * run of letters and digits; Chinese, Japanese and Korean characters, which have no word borders,
 * count one by one, and so does everything else. The texts are compared as bytes.
 *
 * Invariant: the texts of all lines that are not DIFF_ADDED, one after the other, are the first
 * text; of all that are not DIFF_REMOVED, the second.
 */

enum diff_kind { DIFF_SAME, DIFF_REMOVED, DIFF_ADDED };

/* Bytes of a line's text. */
struct diff_span {
	size_t from, to;
};

struct diff_line {
	enum diff_kind kind;
	struct str text; /* of one of the texts, with its "\n" where it has one */
	size_t a_number, b_number; /* 1-based; 0: not in that text */
	/* What changed within it, in order; none: all of it, or nothing (DIFF_SAME). */
	const struct diff_span *spans;
	size_t span_count;
};

struct diff {
	struct diff_line *lines; /* removed ones before the added ones that took their place */
	size_t len;
	size_t removed, added; /* lines */
	bool coarse; /* too much changed to find the least: more is marked than need be */
};

/* In the arena, which borrows from both texts. */
struct diff diff_texts(struct arena *a, struct str before, struct str after);

#endif
