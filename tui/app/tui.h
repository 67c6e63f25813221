/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_TUI_H
#define TUI_APP_TUI_H

#include "core/engine/engine.h"

/* The workbench's door. */

struct tui_options {
	const char
		*file; /* shown first, relative to the workspace's root; NULL: the first prompt */
	const char *script; /* keys and commands from this file, no terminal; NULL: a terminal */
	const char *lang; /* the screen's language; NULL: the locale's */
	const char *folder; /* where the script's :save-screen writes; NULL: the current folder */
};

/* Returns the exit status; fills E when it is not 0 and there is something to say. */
int tui_run(struct engine *engine, const struct tui_options *options, struct err *e);

/* For `lathe doctor`: the user's keys and theme. */
void tui_examine(struct arena *a, struct value findings);

#endif
