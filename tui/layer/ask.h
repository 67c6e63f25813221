/* SPDX-License-Identifier: MIT */
#ifndef TUI_LAYER_ASK_H
#define TUI_LAYER_ASK_H

#include "tui/draw/paint.h"
#include "tui/keys/key.h"

/* A question before something that cannot be undone. Only y says yes, and not in the first third of
 * a second, so that what was typed ahead answers nothing. */

struct ask {
	bool open;
	char question[160];
	const char *command; /* id to run on yes */
	int64_t since_ns;
};

enum ask_answer { ASK_STAYS, ASK_YES, ASK_NO };

void ask_open(struct ask *a, const char *question, const char *command, int64_t now_ns);
enum ask_answer ask_key(struct ask *a, struct key key, int64_t now_ns);
void ask_draw(const struct ask *a, struct pen pen);

#endif
