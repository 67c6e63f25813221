/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_LIST_VIEW_H
#define TUI_PART_LIST_VIEW_H

#include <stdbool.h>
#include <stddef.h>

/* A list of rows with one selected, of which a window is seen. Invariant after list_view_fit:
 * selected < count unless count is 0, and the selected row lies within the window. */

struct list_view {
	size_t count;
	size_t selected;
	size_t top;
	size_t height; /* rows of the window */
};

void list_view_fit(struct list_view *v, size_t count, int height);
void list_view_move(struct list_view *v, long rows);
void list_view_select(struct list_view *v, size_t row);
/* Moves the window; the selection stays within it. */
void list_view_scroll(struct list_view *v, long rows);

#endif
