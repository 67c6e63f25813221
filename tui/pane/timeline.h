/* SPDX-License-Identifier: MIT */
#ifndef TUI_PANE_TIMELINE_H
#define TUI_PANE_TIMELINE_H

#include "tui/pane/pane.h"
#include "tui/pane/record.h"

/* The steps of a run to scale: name, bar, time, and a word about what came out. */

struct timeline {
	const struct record *record; /* borrowed from the app; NULL none */
	size_t top; /* first row shown */
	size_t height;
};

extern const struct pane_class timeline_class;

#endif
