/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_GLYPH_H
#define TUI_PART_GLYPH_H

#include "core/base/str.h"

/*
 * Raw text as one sees it while editing, a step at a time. A step is what the caret moves over: a
 * grapheme cluster (Unicode annex 29), or one hidden or hostile character. What sanitize() would
 * mark is shown as the same visible token ("<U+202E>", "^["), a byte that is not UTF-8 as "\xFF";
 * the bytes themselves stay what they are.
 */

enum glyph_kind {
	GLYPH_PLAIN,
	GLYPH_MARKED, /* shown as a token that is not in the text */
	GLYPH_TAB /* shown is "\t", and its cells depend on the column */
};

enum { GLYPH_TOKEN = 32 };

struct glyph {
	size_t next; /* where the next one begins */
	struct str shown; /* sanitized; of the text, or of token */
	unsigned cells;
	enum glyph_kind kind;
	char token[GLYPH_TOKEN];
};

/* The glyph at AT (< s.len). S has no line break in it. A glyph is a step of the text from its
 * start, or from any border between glyphs. */
void glyph_next(struct str s, size_t at, struct glyph *out);

/* May text be cut between these two characters, as far as clusters go? */
bool glyph_border(uint32_t before, uint32_t after);

#endif
