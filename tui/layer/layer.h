/* SPDX-License-Identifier: MIT */
#ifndef TUI_LAYER_LAYER_H
#define TUI_LAYER_LAYER_H

#include "core/data/value.h"
#include "tui/draw/paint.h"
#include "tui/keys/key.h"

/*
 * What lies over the panes and takes all input while it is open: a question, help, the palette, a
 * whole screen of its own. Layers are a stack; the app owns their state. A layer changes nothing
 * itself: it answers with a command and its arguments.
 */

struct edit;

enum layer_answer {
	LAYER_STAYS,
	LAYER_CLOSES,
	LAYER_PASS /* not its key: what it types into may have it */
};

/* A command to give after the input. The arguments live in the layer until it is freed. */
struct layer_result {
	const char *command; /* id; NULL none */
	struct value arguments; /* dict, or VALUE_NONE */
};

struct layer_view {
	struct pen pen;
	int w, h; /* of the screen */
	int64_t now_ns;
};

struct layer_class {
	const char *name;
	/* Told the screen's size before it is drawn and before it gets input. */
	void (*fit)(void *layer, int w, int h);
	void (*draw)(const void *layer, const struct layer_view *view);
	enum layer_answer (*key)(
		void *layer, struct key key, int64_t now_ns, struct layer_result *result);
	/* NULL: the mouse does nothing here. */
	enum layer_answer (*mouse)(
		void *layer, const struct input *input, struct layer_result *result);
	/* What typed and pasted text goes into. NULL, or returning NULL: nothing. */
	struct edit *(*edit)(void *layer);
	void (*free)(void *layer);
};

#endif
