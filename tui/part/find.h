/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_FIND_H
#define TUI_PART_FIND_H

#include "tui/part/edit.h"
#include "tui/part/text_view.h"

/* Finding words in a text that is shown: a line to type them into, all places where they are
 * (whatever the letters' case, in ASCII), and going from one to the next, around the end. */

enum { FIND_MOST = 100000 }; /* places that are counted */

struct find {
	struct edit words;
	bool typing; /* the line is open */
	size_t *places; /* offsets in the document's bytes, in order */
	size_t count, cap;
	size_t at; /* the place that was gone to; SIZE_MAX none */
	uint64_t revision; /* of words, when the places were found ... */
	size_t searched; /* ... in so many bytes of the document */
	size_t len; /* bytes of the words */
};

void find_init(struct find *f);
void find_free(struct find *f);
/* Opens the line, with the words of last time selected. */
void find_open(struct find *f);
/* Nothing is looked for any more. */
void find_clear(struct find *f);
/* The text or the words may be others than last time: looks again; at other words it goes to the
 * first place below the window's top. */
void find_update(struct find *f, struct text_view *v, const struct document *d);
/* The document is another one: places are looked for anew. */
void find_again(struct find *f);
/* To the next place, or with -1 the one before. False when there is none. */
bool find_step(struct find *f, struct text_view *v, const struct document *d, int by);

/* Marks what is found in line LINE. */
void find_style(const struct find *f, const struct document *d, size_t line, struct str text,
	uint8_t *roles);
/* "/words   2 of 5" within AREA, one row. */
void find_draw(struct pen pen, struct area area, const struct find *f);

#endif
