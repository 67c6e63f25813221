/* SPDX-License-Identifier: MIT */
#include "core/base/clock.h"

#include <time.h>

static int64_t read_ns(clockid_t id)
{
	struct timespec t;
	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct clock clock_real(void)
{
	return (struct clock){.anchor_ns = read_ns(CLOCK_REALTIME) - read_ns(CLOCK_MONOTONIC)};
}

struct clock clock_virtual(void)
{
	return (struct clock){.is_virtual = true, .now_ns = CLOCK_VIRTUAL_START};
}

int64_t clock_now(const struct clock *c)
{
	return c->is_virtual ? c->now_ns : c->anchor_ns + read_ns(CLOCK_MONOTONIC);
}

char *clock_text(int64_t ns, char out[CLOCK_TEXT])
{
	time_t seconds = (time_t)(ns / 1000000000);
	struct tm parts;
	localtime_r(&seconds, &parts);
	strftime(out, CLOCK_TEXT, "%Y-%m-%d %H:%M:%S", &parts);
	return out;
}
