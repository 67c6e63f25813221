/* SPDX-License-Identifier: MIT */
#ifndef TUI_LAYER_HELP_H
#define TUI_LAYER_HELP_H

#include "core/base/arena.h"
#include "tui/layer/layer.h"
#include "tui/part/list_view.h"

/* The commands that can be given here, with their keys: filtered as one types, run with Enter. */

struct help_row {
	struct str keys; /* as people read them; "" none */
	struct str title;
	struct str help; /* one sentence */
	struct str reason; /* why it cannot be given now; "" it can */
	const char *command; /* id */
};

struct help {
	struct arena arena; /* the rows' text */
	struct help_row *rows;
	size_t count;
	size_t *shown; /* rows that match the filter */
	struct list_view list; /* over shown */
	char filter[64];
	int w, h; /* of the screen */
};

extern const struct layer_class help_layer;

/* New. The caller then fills its arena with rows and hands them over. */
struct help *help_new(void);
void help_show(struct help *h, struct help_row *rows, size_t count);

#endif
