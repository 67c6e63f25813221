/* SPDX-License-Identifier: MIT */
#ifndef TUI_PANE_PANE_H
#define TUI_PANE_PANE_H

#include "core/base/arena.h"
#include "tui/draw/frames.h"
#include "tui/keys/keymap.h"

/*
 * What all panes have in common. A pane is state and a pure picture of it; it starts nothing
 * itself. `fit` is told the room inside its frame before it is drawn and before it is moved in.
 */

enum pane_move {
	MOVE_UP,
	MOVE_DOWN,
	MOVE_LEFT,
	MOVE_RIGHT,
	MOVE_PAGE_UP,
	MOVE_PAGE_DOWN,
	MOVE_HOME,
	MOVE_END,
	MOVE_WHEEL_UP,
	MOVE_WHEEL_DOWN
};

enum { WHEEL_ROWS = 3 };

/* What a picture may depend on besides the pane's own state. */
struct pane_view {
	struct pen pen;
	struct area area; /* with the frame */
	bool focused;
	int64_t now_ns;
	const struct mode *keys; /* that hold now, for hints */
};

struct edit;

struct pane_class {
	const char *title; /* marked N_ */
	void (*fit)(void *pane, int w, int h);
	void (*draw)(const void *pane, const struct pane_view *view);
	void (*move)(void *pane, enum pane_move move);
	/* X, Y inside the frame; true when something is to be opened, as with Enter. NULL: none. */
	bool (*click)(void *pane, int x, int y);
	/* The button is held and moved. NULL: nothing happens. */
	void (*drag)(void *pane, int x, int y);
	/* What typed and pasted text goes into now. NULL, or returning NULL: the pane takes no
	 * text, and letters are commands. */
	struct edit *(*edit)(void *pane);
	/* What "copy" takes: all of what is shown or chosen, as it is stored. NULL: nothing. */
	bool (*copy)(const void *pane, struct arena *a, struct str *out);
};

/* Draws the frame (its `focused` is the view's) and gives the area inside it, one column in from
 * each side. */
struct area pane_frame(const struct pane_view *view, struct frame frame);
/* "↓ 132 more" at the lower right of the frame. */
void pane_more(const struct pane_view *view, size_t below);
/* A quiet paragraph in the middle of an empty pane. */
void pane_hint(const struct pane_view *view, struct area inner, struct str text);
/* The same; HINT (marked N_, translated here) has a %s, for which the key of COMMAND stands. */
void pane_hint_key(
	const struct pane_view *view, struct area inner, const char *hint, const char *command);
/* TEXT wrapped from row Y of AREA on, at most its height; returns the row after it. */
int pane_paragraph(struct pen pen, struct area area, int y, struct str text, enum role role);
/* How many rows that takes. */
int pane_paragraph_rows(struct str text, int width);

enum { PANE_BELOW_MOST = 999 };

#endif
