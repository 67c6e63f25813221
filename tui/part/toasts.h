/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_TOASTS_H
#define TUI_PART_TOASTS_H

#include "tui/draw/paint.h"

/*
 * Short messages that lie over the panes for a while, the newest lowest, and are kept to be read
 * later. What went wrong stays until a key is pressed that may have been pressed because of it.
 */

enum { TOASTS_SHOWN = 3, TOASTS_KEPT = 50, TOAST_TEXT = 512 };

struct toast {
	char text[TOAST_TEXT]; /* sanitized, one line */
	enum role role;
	int64_t at_ns, until_ns;
	bool shown;
};

struct toasts {
	struct toast kept[TOASTS_KEPT]; /* a ring */
	size_t count; /* of all there ever were */
};

/* TEXT is sanitized. Said again while it is shown, it is shown longer. */
void toasts_add(struct toasts *t, enum role role, const char *text, int64_t now_ns);
/* Takes down what has been there long enough; true when something went. */
bool toasts_turn(struct toasts *t, int64_t now_ns);
/* A key was pressed: warnings and errors that could be read by now go. True when something went. */
bool toasts_key(struct toasts *t, int64_t now_ns);
/* Takes down all; true when a warning or an error was among them, which a key is spent on. */
bool toasts_dismiss(struct toasts *t);
/* When the next one goes, 0: none goes by itself. */
int64_t toasts_next(const struct toasts *t);
/* The messages of the session, I 0 the newest; NULL beyond the last that is kept. */
const struct toast *toasts_kept(const struct toasts *t, size_t i);

/* What stands before a message of this role, so that colour alone says nothing: "✓". */
const char *toast_mark(enum role role);
/* In a box at the lower right of AREA. */
void toasts_draw(const struct toasts *t, struct pen pen, struct area area);

#endif
