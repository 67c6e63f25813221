/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_TEXT_VIEW_H
#define TUI_PART_TEXT_VIEW_H

#include "tui/draw/paint.h"
#include "tui/part/document.h"

/*
 * A window on a document, its lines wrapped. The position is the top row's line and byte, never a
 * row number, so that it survives a resize and scrolling never needs the total.
 *
 * It follows the tail only while it is at the tail: one row up stops that, the end resumes it.
 */

struct text_view {
	size_t line; /* of the top row */
	size_t offset; /* where in that line it begins */
	size_t width, height; /* cells for text; set by text_view_fit */
	int gutter; /* cells for line numbers before it, 0: none */
	bool numbered;
	bool follow; /* at the tail, and to stay there */
};

/* Takes the room there is and what the document has become; call it before drawing. */
void text_view_fit(struct text_view *v, const struct document *d, int w, int h);
void text_view_scroll(struct text_view *v, const struct document *d, long rows);
void text_view_home(struct text_view *v);
void text_view_end(struct text_view *v, const struct document *d);
/* Brings a byte of a line into view, a third down the window when it is not seen yet. */
void text_view_show(struct text_view *v, const struct document *d, size_t line, size_t offset);
/* Rows below the window, counted no further than MOST. */
size_t text_view_below(const struct text_view *v, const struct document *d, size_t most);

/* With this in it, a byte's role lies on the ground of what was found. */
enum { TEXT_FOUND = 0x80 };

/* Fills ROLES (one for each byte of TEXT, preset to the document's own roles). */
typedef void text_style_fn(const void *ctx, size_t line, struct str text, uint8_t *roles);
enum { TEXT_STYLE_MAX = 8192 }; /* bytes; longer lines are drawn plain */

struct text_style {
	text_style_fn *fn; /* NULL: none */
	const void *ctx;
};

void text_view_draw(struct pen pen, struct area area, const struct text_view *v,
	const struct document *d, struct text_style style);

#endif
