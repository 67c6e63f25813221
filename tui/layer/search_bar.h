/* SPDX-License-Identifier: MIT */
#ifndef TUI_LAYER_SEARCH_BAR_H
#define TUI_LAYER_SEARCH_BAR_H

#include "tui/layer/layer.h"
#include "tui/part/edit.h"

/*
 * The search bar below the text: the pattern, how many matches there are, and with a second row the
 * replacement. It only holds what is typed; the app searches with it as it changes.
 */

struct search_bar {
	struct edit pattern, replacement;
	bool replacing; /* the second row is there */
	bool in_replacement; /* it is typed into */
	bool regex;
	struct area area; /* where to draw: the app says */
	size_t origin; /* where the caret was when the search began */
	/* What the app made of it: */
	bool searched;
	uint64_t searched_revision; /* of the pattern */
	bool searched_regex;
	size_t count, current;
	bool more; /* than count */
	char error[256];
};

extern const struct layer_class search_bar_layer;

struct search_bar *search_bar_new(void);

#endif
