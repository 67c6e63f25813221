/* SPDX-License-Identifier: MIT */
#ifndef TUI_PANE_RUNS_H
#define TUI_PANE_RUNS_H

#include "tui/pane/pane.h"

/* The runs of the open file, newest first. */

struct runs {
	size_t height;
};

extern const struct pane_class runs_class;

#endif
