/* SPDX-License-Identifier: MIT */
#ifndef TUI_PANE_OUTPUT_H
#define TUI_PANE_OUTPUT_H

#include "tui/pane/pane.h"
#include "tui/pane/record.h"
#include "tui/part/text_view.h"

/* The answer of the open file's latest run, as it streams, with its model and its numbers; words
 * can be found in it. */

struct find;

struct output_pane {
	const struct record *record; /* whose answer; borrowed from the app; NULL none */
	struct text_view view;
	bool has_past; /* the open file ran before this session */
	struct find *find; /* made when first asked for */
};

extern const struct pane_class output_class;

void output_pane_free(struct output_pane *o);
/* Another run is shown from now on: from its tail while it runs. */
void output_show(struct output_pane *o, const struct record *record);

void output_find(struct output_pane *o); /* opens the line to type words into */
void output_find_keep(struct output_pane *o); /* closes it; what was found stays marked */
/* Looks for nothing any more; false when it did not. */
bool output_find_end(struct output_pane *o);
/* To the next place, or with -1 the one before; false when nothing is found. */
bool output_find_step(struct output_pane *o, int by);

#endif
