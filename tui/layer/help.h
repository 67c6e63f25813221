/* SPDX-License-Identifier: MIT */
#ifndef TUI_LAYER_HELP_H
#define TUI_LAYER_HELP_H

#include "core/base/arena.h"
#include "tui/draw/paint.h"
#include "tui/keys/key.h"
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
	bool open;
};

/* ROWS are in the help's arena, which the caller resets before it fills it. */
void help_open(struct help *h, struct help_row *rows, size_t count);
void help_close(struct help *h);
void help_free(struct help *h);

enum help_answer { HELP_STAYS, HELP_CLOSED, HELP_CHOSEN };
/* A key while it is open. With HELP_CHOSEN *COMMAND is the id to run. */
enum help_answer help_key(struct help *h, struct key key, const char **command);
/* X, Y on the screen of W x H. */
enum help_answer help_click(struct help *h, int w, int height, int x, int y, const char **command);
void help_wheel(struct help *h, int rows);

/* On a screen of W x H; call help_fit before. */
void help_fit(struct help *h, int w, int height);
void help_draw(const struct help *h, struct pen pen);

#endif
