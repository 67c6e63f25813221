/* SPDX-License-Identifier: MIT */
#ifndef TUI_LAYER_ASK_H
#define TUI_LAYER_ASK_H

#include "tui/layer/layer.h"

/* A question before something that cannot be undone, with its answers: a letter each. Esc answers
 * nothing. No letter counts in the first third of a second, so that what was typed ahead answers
 * nothing. */

struct ask_choice {
	char key; /* lower case */
	const char *word; /* "yes"; marked N_ */
	const char *command; /* id; NULL: the question only goes away */
};

enum { ASK_CHOICES = 4 };

struct ask;
extern const struct layer_class ask_layer;

/* New. The QUESTION (copied) is ready to be shown: translated and sanitized; it may have several
 * lines. ARGUMENTS (copied) go with whatever command is chosen. */
struct ask *ask_new(struct str question, const struct ask_choice *choices, size_t count,
	struct value arguments, int64_t now_ns);

#endif
