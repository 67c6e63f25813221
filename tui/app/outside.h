/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_OUTSIDE_H
#define TUI_APP_OUTSIDE_H

#include "core/loop/loop.h"
#include "tui/app/app.h"
#include "tui/term/screen.h"

#include <sys/types.h>

/*
 * What leaves the workbench for other programs: copied text for the clipboard, and the open file
 * for the user's own editor, who has the terminal meanwhile. Runs go on behind it. Every message
 * says what was done and no more: no terminal tells whether it took a text.
 */

enum { OUTSIDE_PATH = 512 };

struct outside {
	struct app *app;
	struct screen *screen;
	struct loop *loop;
	struct loop_signal *children;
	pid_t editor, tool; /* 0: none runs */
	const char *tool_name;
	char copy[OUTSIDE_PATH]; /* of unsaved text, for the editor; "" it has the file itself */
	bool sent; /* the text that the tool has went to the terminal too */
	bool returned; /* the terminal is ours again: all is to be drawn */
};

void outside_init(struct outside *o, struct app *app, struct screen *screen, struct loop *loop);
void outside_close(struct outside *o);

/* Gives the app's clipboard to the terminal, or offers a file for it. */
void outside_copy(struct outside *o);
/* Gives the terminal to the user's editor with the open file; with a copy when it has unsaved
 * changes: what comes back is one more change, and is not saved either. */
void outside_edit(struct outside *o);
bool outside_is_away(const struct outside *o); /* an editor has the terminal */

#endif
