/* SPDX-License-Identifier: MIT */
#ifndef TUI_PANE_OUTPUT_H
#define TUI_PANE_OUTPUT_H

#include "tui/pane/pane.h"
#include "tui/pane/record.h"
#include "tui/part/text_view.h"

/* The answer of the open file's latest run, as it streams, with its model and its numbers. */

struct output_pane {
	const struct record *record; /* whose answer; borrowed from the app; NULL none */
	struct text_view view;
};

extern const struct pane_class output_class;

/* Another run is shown from now on: from its tail while it runs. */
void output_show(struct output_pane *o, const struct record *record);

#endif
