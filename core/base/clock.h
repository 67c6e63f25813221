/* SPDX-License-Identifier: MIT */
#ifndef CORE_BASE_CLOCK_H
#define CORE_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * One reading of time for the whole program: nanoseconds since the Unix epoch, anchored at the wall
 * clock when it was made and carried on by the monotonic clock, so that it never goes back and
 * differences are true. The loop owns the program's clock; a virtual clock moves only when told.
 */

struct clock {
	bool is_virtual;
	int64_t now_ns; /* virtual: the time */
	int64_t anchor_ns; /* real: wall minus monotonic when made */
};

/* The virtual clock's start: 2026-01-01T00:00:00Z. */
#define CLOCK_VIRTUAL_START INT64_C(1767225600000000000)

struct clock clock_real(void);
struct clock clock_virtual(void);
int64_t clock_now(const struct clock *c);

enum { CLOCK_TEXT = 32 };
/* Writes local time as "2026-01-01 00:00:00" (the virtual clock's tests run in UTC). */
char *clock_text(int64_t ns, char out[CLOCK_TEXT]);

#endif
