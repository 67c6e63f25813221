/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_LAYOUT_H
#define TUI_APP_LAYOUT_H

#include "tui/draw/surface.h"

/*
 * Where panes are. By size: three columns from 100x24, two from 60x24, below one pane with tabs,
 * and below 40x10 a one-line notice. A zoomed pane has the whole body.
 */

/* In the order of focus, which is the order of reading. */
enum pane_id {
	PANE_FILES,
	PANE_INPUTS,
	PANE_EDITOR,
	PANE_OUTPUT,
	PANE_TIMELINE,
	PANE_RUNS,
	PANE_COUNT
};

enum layout_kind { LAYOUT_NOTICE, LAYOUT_TABS, LAYOUT_TWO, LAYOUT_THREE };

enum { LAYOUT_LEAST_W = 40, LAYOUT_LEAST_H = 10 };

struct layout {
	enum layout_kind kind;
	struct area panes[PANE_COUNT]; /* with frames; w 0: not shown */
	struct area tabs; /* h 0: none */
};

struct layout layout_of(int w, int h, enum pane_id focus, bool zoomed);

#endif
