/* SPDX-License-Identifier: MIT */
#ifndef TUI_PANE_VERDICT_H
#define TUI_PANE_VERDICT_H

#include "core/text/words.h"
#include "core/trace/event.h"
#include "tui/draw/role.h"

/* How a run or a step ended, for people: a mark and a word, never colour alone. */

struct verdict {
	const char *mark; /* one cell */
	const char *word; /* marked N_ */
	enum role role;
};

struct verdict verdict_of(enum trace_status status);

#endif
