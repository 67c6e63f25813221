/* SPDX-License-Identifier: MIT */
#ifndef CORE_LOOP_TIMERS_H
#define CORE_LOOP_TIMERS_H

#include "core/loop/loop.h"

/* The loop's timers: a binary heap by due time; equal times fire in the order they were started.
 * Invariant: heap[timer->place - 1] == timer for every running timer. */

struct timers_slot {
	struct loop_timer *timer;
	uint64_t sequence;
};

struct timers {
	struct timers_slot *heap;
	size_t len;
	size_t cap;
	uint64_t sequence;
};

void timers_add(struct timers *t, struct loop_timer *timer);
void timers_remove(struct timers *t, struct loop_timer *timer); /* fine when it is not running */
/* Takes one timer that is due at NOW, or NULL. */
struct loop_timer *timers_take_due(struct timers *t, int64_t now);
const struct loop_timer *timers_next(const struct timers *t);
const struct loop_timer *timers_next_foreground(const struct timers *t);
void timers_release(struct timers *t);

#endif
