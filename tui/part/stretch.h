/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_STRETCH_H
#define TUI_PART_STRETCH_H

#include "tui/part/glyph.h"
#include "tui/part/piece_table.h"

/*
 * What an editor lays out at a time: a line of the text, or of a line longer than STRETCH_LONG a
 * part of about STRETCH_PART bytes, which ends a row of the picture as if it were a line. So no
 * layout ever looks at more than that, however long the line.
 *
 * Invariants: glyphs[count] stands for the end; there is at least one row; row i shows the glyphs
 * [rows[i].from, rows[i].to), and rows[i + 1].from is where the next one begins (spaces at which a
 * row was broken hang out of it unseen).
 */

enum { STRETCH_LONG = 8 << 10, STRETCH_PART = 4 << 10 };

struct stretch_glyph {
	uint32_t raw; /* where it begins in raw */
	uint32_t shown; /* where it begins in shown */
	uint8_t cells; /* of a tab 1 */
	uint8_t kind; /* enum glyph_kind */
};

struct stretch_row {
	uint32_t from, to;
};

/* How text is laid out. */
struct stretch_rule {
	size_t width; /* cells of a row; 0: the whole line in one row */
	bool crlf; /* a CR before the line feed belongs to it */
};

struct stretch {
	size_t line; /* number of the line, from 0 */
	size_t from, to; /* bytes of the text, without the line break */
	size_t line_from, line_to; /* the same of the whole line */
	struct buf raw, shown;
	struct stretch_glyph *glyphs;
	size_t count, cap;
	struct stretch_row *rows;
	size_t row_count, row_cap;
	bool loaded;
};

void stretch_init(struct stretch *s);
void stretch_free(struct stretch *s);
/* Lays out the stretch of T that holds AT (a stretch holds its end only when its line ends
 * there). */
void stretch_load(
	struct stretch *s, const struct piece_table *t, size_t at, struct stretch_rule rule);
/* Is AT in the loaded stretch? */
bool stretch_holds(const struct stretch *s, size_t at);

/* The glyph that holds the byte AT of the text; count at the end. */
size_t stretch_glyph(const struct stretch *s, size_t at);
/* Where glyph I begins in the text. */
size_t stretch_at(const struct stretch *s, size_t i);
/* The row that glyph I is in, hanging spaces included. */
size_t stretch_row(const struct stretch *s, size_t i);
/* Where the row behind ROW begins (a glyph). */
size_t stretch_row_next(const struct stretch *s, size_t row);
/* Cells between the start of ROW and glyph I; a hanging one counts as the row's end. */
size_t stretch_column(const struct stretch *s, size_t row, size_t i);
/* The glyph of ROW that COLUMN falls on, or the last place a caret can have in that row. */
size_t stretch_pick(const struct stretch *s, size_t row, size_t column);
/* The last place a caret can have in ROW. */
size_t stretch_row_last(const struct stretch *s, size_t row);

#endif
