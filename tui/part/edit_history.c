/* SPDX-License-Identifier: MIT */
#include "tui/part/edit_history.h"

#include "core/base/alloc.h"

#include <stdlib.h>

static void free_steps(struct edit_history *h)
{
	for (size_t i = 0; i < h->count; i++) {
		struct history_step *step = &h->steps[i];
		for (size_t c = 0; c < step->count; c++) {
			free(step->changes[c].removed);
			free(step->changes[c].inserted);
		}
		free(step->changes);
	}
}

static void add_root(struct edit_history *h)
{
	h->steps = array_reserve(h->steps, &h->cap, 1, sizeof *h->steps);
	h->steps[0] = (struct history_step){.parent = 0};
	h->count = 1;
	h->now = 0;
}

void edit_history_init(struct edit_history *h)
{
	*h = (struct edit_history){.base = 0};
	add_root(h);
}

void edit_history_free(struct edit_history *h)
{
	free_steps(h);
	free(h->steps);
	*h = (struct edit_history){.base = 0};
}

void edit_history_clear(struct edit_history *h)
{
	free_steps(h);
	h->base += h->count;
	add_root(h);
}

struct history_step *edit_history_begin(struct edit_history *h, struct history_place before)
{
	if (h->count >= HISTORY_MAX)
		edit_history_clear(h);
	h->steps = array_reserve(h->steps, &h->cap, h->count + 1, sizeof *h->steps);
	size_t state = h->count++;
	h->steps[state] =
		(struct history_step){.parent = h->now, .before = before, .after = before};
	h->steps[h->now].redo = state;
	h->steps[h->now].children++;
	h->now = state;
	return &h->steps[state];
}

void edit_history_add(struct edit_history *h, struct history_change change)
{
	struct history_step *step = edit_history_now(h);
	step->changes =
		array_reserve(step->changes, &step->cap, step->count + 1, sizeof *step->changes);
	step->changes[step->count++] = change;
}

struct history_step *edit_history_now(struct edit_history *h)
{
	return &h->steps[h->now];
}

size_t edit_history_towards(const struct edit_history *h, size_t target)
{
	/* A child's number is larger than its parent's, so the way up from TARGET passes the
	 * present state or goes below it. */
	size_t at = target;
	while (at > h->now) {
		size_t parent = h->steps[at].parent;
		if (parent == h->now)
			return at;
		at = parent;
	}
	return at == h->now ? at : h->steps[h->now].parent;
}

/* The nearest state, from the present one up, that has several children; *CHILD is the one on the
 * present path, or what redo goes to. */
static bool find_fork(const struct edit_history *h, size_t *fork, size_t *child)
{
	*child = h->steps[h->now].redo;
	for (*fork = h->now;; *fork = h->steps[*fork].parent) {
		if (h->steps[*fork].children > 1)
			return true;
		if (*fork == 0)
			return false;
		*child = *fork;
	}
}

size_t edit_history_branch(const struct edit_history *h)
{
	size_t fork, child;
	if (!find_fork(h, &fork, &child))
		return h->now;
	size_t first = 0, next = 0;
	for (size_t i = fork + 1; i < h->count; i++) {
		if (h->steps[i].parent != fork)
			continue;
		if (first == 0)
			first = i;
		if (next == 0 && i > child)
			next = i;
	}
	size_t at = next != 0 ? next : first;
	while (h->steps[at].redo != 0)
		at = h->steps[at].redo;
	return at;
}

size_t edit_history_branches(const struct edit_history *h)
{
	size_t fork, child;
	return find_fork(h, &fork, &child) ? h->steps[fork].children : 0;
}
