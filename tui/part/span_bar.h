/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_SPAN_BAR_H
#define TUI_PART_SPAN_BAR_H

#include "core/trace/event.h"
#include "tui/draw/paint.h"

/* Where a step lies in its run, to scale: dots for the time outside, blocks for its own (at least
 * one), a tick at its first token. */

struct span_scale {
	int64_t from, length; /* ns of the whole run; length at least 1 */
	int64_t now; /* until when a step goes that has no end yet */
	int cells;
};

struct span_time {
	int64_t begin, end, first; /* ns; end 0: no end yet; first 0: no token */
};

void span_bar_draw(struct pen pen, int x, int y, const struct span_scale *s, struct span_time time,
	enum role role);

/* The role of a step's bar: what kind of step it is, or that it did not end well. */
enum role span_bar_role(struct str kind, enum trace_status status);

#endif
