/* SPDX-License-Identifier: MIT */
#ifndef TUI_LAYER_TOUR_H
#define TUI_LAYER_TOUR_H

#include "core/base/arena.h"
#include "tui/layer/layer.h"

/* A few cards over the real screen, each beside what it speaks of. Esc and the end of it give
 * help.tour-done. */

struct tour_card {
	const char *title; /* N_ */
	struct str text; /* ready to be shown */
	const struct area *about; /* what it speaks of, as it lies now; NULL: the whole screen */
	struct key key; /* gives COMMAND and goes on to the next card */
	const char *command; /* NULL none */
};

enum { TOUR_CARDS = 8 };

struct tour {
	struct arena arena; /* the texts */
	struct tour_card cards[TOUR_CARDS];
	size_t count, at;
	int w, h;
};

extern const struct layer_class tour_layer;

struct tour *tour_new(void); /* the cards follow */

#endif
