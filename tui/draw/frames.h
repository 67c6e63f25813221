/* SPDX-License-Identifier: MIT */
#ifndef TUI_DRAW_FRAMES_H
#define TUI_DRAW_FRAMES_H

#include "tui/draw/paint.h"

/* Boxes around panes. A focused one differs in its role and in its title's mark, so that colour
 * alone carries nothing. */

struct frame {
	const struct span *title; /* upper left */
	size_t title_count;
	bool focused;
	const struct span *note; /* upper right; left out when there is no room beside the title */
	size_t note_count;
	size_t note_short; /* the first so many where there is no room for all */
};

/* Draws the box along the edge of AREA; returns the area inside. Less than 2x2 draws nothing. */
struct area frame_draw(struct pen pen, struct area area, const struct frame *frame);

#endif
