/* SPDX-License-Identifier: MIT */
#include "core/loop/timers.h"

#include "core/base/alloc.h"

#include <stdlib.h>

static bool before(const struct timers_slot *a, const struct timers_slot *b)
{
	if (a->timer->due_ns != b->timer->due_ns)
		return a->timer->due_ns < b->timer->due_ns;
	return a->sequence < b->sequence;
}

static void put(struct timers *t, size_t at, struct timers_slot slot)
{
	t->heap[at] = slot;
	slot.timer->place = at + 1;
}

static void sift_up(struct timers *t, size_t at)
{
	struct timers_slot slot = t->heap[at];
	while (at > 0 && before(&slot, &t->heap[(at - 1) / 2])) {
		put(t, at, t->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	put(t, at, slot);
}

static void sift_down(struct timers *t, size_t at)
{
	struct timers_slot slot = t->heap[at];
	for (;;) {
		size_t child = at * 2 + 1;
		if (child >= t->len)
			break;
		if (child + 1 < t->len && before(&t->heap[child + 1], &t->heap[child]))
			child++;
		if (!before(&t->heap[child], &slot))
			break;
		put(t, at, t->heap[child]);
		at = child;
	}
	put(t, at, slot);
}

void timers_add(struct timers *t, struct loop_timer *timer)
{
	t->heap = array_reserve(t->heap, &t->cap, t->len + 1, sizeof *t->heap);
	t->heap[t->len] = (struct timers_slot){timer, t->sequence++};
	sift_up(t, t->len++);
}

void timers_remove(struct timers *t, struct loop_timer *timer)
{
	if (timer->place == 0)
		return;
	size_t at = timer->place - 1;
	timer->place = 0;
	t->len--;
	if (at == t->len)
		return;
	t->heap[at] = t->heap[t->len];
	sift_down(t, at);
	sift_up(t, t->heap[at].timer->place - 1);
}

struct loop_timer *timers_take_due(struct timers *t, int64_t now)
{
	if (t->len == 0 || t->heap[0].timer->due_ns > now)
		return NULL;
	struct loop_timer *timer = t->heap[0].timer;
	timers_remove(t, timer);
	return timer;
}

const struct loop_timer *timers_next(const struct timers *t)
{
	return t->len > 0 ? t->heap[0].timer : NULL;
}

const struct loop_timer *timers_next_foreground(const struct timers *t)
{
	const struct loop_timer *next = NULL;
	for (size_t i = 0; i < t->len; i++) {
		const struct loop_timer *timer = t->heap[i].timer;
		if (!timer->background && (next == NULL || timer->due_ns < next->due_ns))
			next = timer;
	}
	return next;
}

void timers_release(struct timers *t)
{
	free(t->heap);
	*t = (struct timers){.heap = NULL};
}
