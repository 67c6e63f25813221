/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_EDIT_HISTORY_H
#define TUI_PART_EDIT_HISTORY_H

#include "tui/part/piece_table.h"

/*
 * All states a text has been in since it was loaded, as a tree: undo goes to the parent, a change
 * after an undo begins another branch, and nothing is ever lost to that. State 0 is the loaded
 * text; states are numbered as they came to be. A step says how a state was made of its parent.
 *
 * When there are HISTORY_MAX states, the tree starts anew from the present one.
 */

enum { HISTORY_MAX = 100000 };

/* In the place of the bytes REMOVED stood for, at AT, stand those of INSERTED. */
struct history_change {
	size_t at;
	struct piece *removed, *inserted;
	size_t removed_count, inserted_count;
	size_t removed_len, inserted_len; /* bytes */
};

/* Where the caret and the selection's other end are. */
struct history_place {
	size_t caret, anchor;
};

struct history_step {
	size_t parent; /* a state; its own number at the root */
	size_t redo; /* the child that redo goes to, 0: none */
	size_t children;
	struct history_change *changes;
	size_t count, cap;
	struct history_place before, after;
};

struct edit_history {
	struct history_step *steps; /* by state */
	size_t count, cap;
	size_t now; /* the present state */
	uint64_t base; /* added to states for a number that is never used twice */
};

void edit_history_init(struct edit_history *h);
void edit_history_free(struct edit_history *h);
/* Starts anew, with numbers that were not used before. */
void edit_history_clear(struct edit_history *h);

/* A new state that follows the present one and becomes it. */
struct history_step *edit_history_begin(struct edit_history *h, struct history_place before);
/* Adds a change to the present step; the arrays of CHANGE belong to the history from here on. */
void edit_history_add(struct edit_history *h, struct history_change change);
struct history_step *edit_history_now(struct edit_history *h);

/* The next state on the way from the present one to TARGET: a child or the parent. TARGET itself
 * when it is present. */
size_t edit_history_towards(const struct edit_history *h, size_t target);
/* The next branch: the newest state at the end of redo's path from the next sibling at the
 * nearest fork, counted in a circle; the present state when there is no fork. */
size_t edit_history_branch(const struct edit_history *h);
/* How many branches the nearest fork has; 0 without one. */
size_t edit_history_branches(const struct edit_history *h);

#endif
