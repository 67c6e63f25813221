/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_HIGHLIGHT_STATES_H
#define TUI_PART_HIGHLIGHT_STATES_H

#include "tui/part/highlight.h"
#include "tui/part/piece_table.h"

/*
 * The highlighter's state before each line of a text that is being edited. A change makes states
 * stale from its line on; they are found anew only as far down as somebody looks, and only until
 * one comes out as it was.
 */

struct highlight_states {
	enum highlight_kind kind;
	uint8_t *states; /* enum highlight_state, before each line */
	size_t count, cap;
	size_t stale; /* the first line whose state may be wrong; count: none */
	size_t sure; /* before this line, one that comes out as it was proves nothing */
};

void highlight_states_free(struct highlight_states *h);
/* Everything about a text of LINES lines is unknown. */
void highlight_states_reset(struct highlight_states *h, enum highlight_kind kind, size_t lines);
/* Behind line FIRST, REMOVED lines went and ADDED came; FIRST itself changed. */
void highlight_states_change(
	struct highlight_states *h, size_t first, size_t removed, size_t added);
/* Makes the states of all lines up to and with LAST right. */
void highlight_states_reach(
	struct highlight_states *h, const struct piece_table *text, size_t last);
enum highlight_state highlight_states_at(const struct highlight_states *h, size_t line);

#endif
