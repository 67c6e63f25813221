/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_DIFF_VIEW_H
#define TUI_PART_DIFF_VIEW_H

#include "core/text/diff.h"
#include "tui/draw/paint.h"

/*
 * What changed between two texts, to be read: removed lines with "-", added ones with "+", changed
 * words marked within them, and a few lines around each change. Lines are wrapped. The place is the
 * top row's line and byte, so that it survives a resize.
 */

struct diff_row; /* a line as it is shown */

struct diff_view {
	struct arena arena;
	struct diff_row *rows;
	size_t len;
	size_t removed, added; /* lines */
	bool coarse; /* see struct diff */
	size_t top, offset; /* the first row that is seen */
	int w, h; /* set by diff_view_fit */
	int digits; /* of the largest line number */
};

void diff_view_init(struct diff_view *v);
void diff_view_free(struct diff_view *v);
/* Copies what it shows. */
void diff_view_set(struct diff_view *v, struct str before, struct str after);

void diff_view_fit(struct diff_view *v, int w, int h);
void diff_view_scroll(struct diff_view *v, long rows);
void diff_view_home(struct diff_view *v);
void diff_view_end(struct diff_view *v);
/* Rows below the window, counted no further than MOST. */
size_t diff_view_below(const struct diff_view *v, size_t most);
void diff_view_draw(struct pen pen, struct area area, const struct diff_view *v);

#endif
