/* SPDX-License-Identifier: MIT */
#include "core/net/backoff.h"

#define MILLISECOND INT64_C(1000000)

/* SplitMix64 (Steele, Lea and Flood, 2014). */
uint64_t jitter_next(struct jitter *j, uint64_t bound)
{
	uint64_t z = j->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	return bound > 0 ? z % bound : 0;
}

int64_t backoff_wait(struct jitter *j, int retry)
{
	const int64_t first = 500 * MILLISECOND, most = 30000 * MILLISECOND;
	int64_t whole = first;

	for (int i = 1; i < retry && whole < most; i++)
		whole *= 2;
	if (whole > most)
		whole = most;
	return whole / 2 + (int64_t)jitter_next(j, (uint64_t)(whole / 2) + 1);
}

bool retry_budget_allows(const struct retry_budget *b)
{
	const int64_t tenth = b->firsts / 10;

	return b->extras < (tenth > BACKOFF_FLOOR ? tenth : BACKOFF_FLOOR);
}
