/* SPDX-License-Identifier: MIT */
#ifndef TUI_PANE_INPUTS_H
#define TUI_PANE_INPUTS_H

#include "core/engine/engine.h"
#include "tui/pane/pane.h"
#include "tui/part/text_view.h"

/* The values that a run will use: the inputs the open file declares with their samples or
 * defaults. */

struct inputs {
	struct document text; /* name and value, a line each */
	struct text_view view;
	size_t count;
	bool applies; /* the open file can be run */
	char error[512];
};

extern const struct pane_class inputs_class;

void inputs_init(struct inputs *in);
void inputs_free(struct inputs *in);
/* PATH NULL: nothing that has inputs is open. */
void inputs_load(struct inputs *in, struct engine *engine, const char *path);

#endif
