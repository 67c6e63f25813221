/* SPDX-License-Identifier: MIT */
#ifndef TUI_LAYER_PICK_H
#define TUI_LAYER_PICK_H

#include "tui/layer/layer.h"
#include "tui/part/choose.h"

/*
 * A box with a list to choose from: the palette, help, models, themes. It knows nothing about what
 * it lists; Enter gives the chosen row's command with its arguments. A row with a reason stays
 * unchosen, and says why.
 */

struct pick {
	struct choose choose;
	const char *title; /* translated where it is drawn */
	const char *verb; /* what Enter does: "run", the same; NULL: nothing */
	const char *also; /* what F2 does with the chosen row, "make default"; NULL: nothing */
	const char *also_command; /* given with the row's arguments */
	struct area box; /* set by fit */
};

extern const struct layer_class pick_layer;

/* New, for app_push; the rows follow with choose_set. The three texts are marked N_ and live longer
 * than it. */
struct pick *pick_new(const char *title, const char *verb, const char *placeholder);

#endif
