/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_OPENAI_THINK_H
#define CORE_MODEL_OPENAI_THINK_H

#include "core/base/buf.h"

/*
 * Tells thinking from text where a server leaves the model's "<think>...</think>" in the content,
 * as it comes, in pieces cut anywhere. Tags count at the very start of the answer only: later ones
 * are text. White space before the first and behind the second is dropped.
 */

enum openai_think_state {
	THINK_UNDECIDED, /* nothing but white space or a part of the tag has come */
	THINK_INSIDE,
	THINK_BEHIND, /* white space behind the end tag is dropped */
	THINK_TEXT
};

struct openai_think {
	enum openai_think_state state;
	struct buf held; /* bytes that cannot be told yet */
};

/* Takes the next piece of content; *REASONING and *TEXT become what can be told now, copied to A
 * or borrowed from PIECE. */
void openai_think_feed(struct openai_think *t, struct arena *a, struct str piece,
	struct str *reasoning, struct str *text);

/* The answer is at its end: what is still held, in A. */
void openai_think_end(
	struct openai_think *t, struct arena *a, struct str *reasoning, struct str *text);

void openai_think_free(struct openai_think *t);

#endif
