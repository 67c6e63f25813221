/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_CHOOSE_H
#define TUI_PART_CHOOSE_H

#include "core/data/value.h"
#include "tui/draw/paint.h"
#include "tui/keys/key.h"
#include "tui/part/edit.h"
#include "tui/part/list_view.h"

/*
 * One of many, found as one types: a line to type into, the rows that match it, and below them the
 * whole of what the chosen row has to say. Every word that is typed has to be found in the row: by
 * its letters in the title or in `find`, as it is in the keys or the note.
 *
 * All text of rows is sanitized and on one line.
 */

struct choose_row {
	struct str group; /* heading; rows of a group stand together; "" none */
	struct str title;
	struct str note; /* a sentence, or a word about it */
	struct str side; /* keys, a type, a size: set off from the rest */
	struct str find; /* what else it is found by, unseen: its id */
	struct str reason; /* why it cannot be chosen now, shown in place of the note; "" it can */
	bool marked; /* the one in use now */
	const char *command; /* given when the row is chosen; NULL: none */
	struct value arguments; /* for it; lives as long as the row */
};

enum choose_order {
	CHOOSE_BEST, /* the best match first, without headings while something is typed */
	CHOOSE_GROUPS /* groups stay together, with their headings */
};

struct choose_hit {
	size_t row; /* of rows */
	int score;
	bool heading; /* not the row but its group's heading, which stands before it */
};

struct choose {
	struct arena arena; /* for the rows and their text: whoever makes them takes it from here */
	struct choose_row *rows;
	size_t count;
	enum choose_order order;
	bool side_first; /* the side column stands before the title: a list of keys */
	const char *placeholder; /* shown while nothing is typed; "find a command" */
	struct edit filter;
	uint64_t revision; /* of the filter that hits are about */
	struct choose_hit *hits;
	bool *matched; /* rows that match what was looked for last */
	struct buf last;
	size_t matches; /* hits that are rows */
	struct list_view list; /* over hits */
	int title_width, side_width;
	bool has_notes;
};

/* After `order`, `side_first` and `placeholder` are set (or all zero). */
void choose_init(struct choose *c);
void choose_free(struct choose *c);
/* Other rows from now on (in the arena, which only grows until choose_free). What is typed stays,
 * and the row with the same title stays chosen. */
void choose_set(struct choose *c, struct choose_row *rows, size_t count);

/* The height at which all of it is seen. */
int choose_wants_rows(const struct choose *c);
/* Takes the room there is and what has been typed. Call it before anything below. */
void choose_fit(struct choose *c, int w, int h);
/* Moves the choice; false when the key is not its own (text, Enter, Esc). */
bool choose_key(struct choose *c, struct key key);
void choose_wheel(struct choose *c, int rows);
/* X, Y within the part. True when a row was hit, which is then the chosen one. */
bool choose_click(struct choose *c, int x, int y);
/* The chosen row, or NULL when nothing matches. */
const struct choose_row *choose_chosen(const struct choose *c);
void choose_draw(struct pen pen, struct area area, const struct choose *c);

#endif
