/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_BACKOFF_H
#define CORE_NET_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

/*
 * When to ask again, and how often. The wait before the Nth retry is drawn evenly from the upper
 * half of 0.5 s, 1 s, 2 s ... 30 s, so that many who failed at once do not come back at once.
 *
 * A retry budget bounds what failures may cost a run: the requests that leave this machine beyond
 * the first of each are at most a tenth of those first ones, or BACKOFF_FLOOR where a run is small.
 * A request that never left is free and not counted.
 */

enum {
	BACKOFF_RETRIES = 5, /* of one request, for faults of the server */
	BACKOFF_UNKNOWN_RETRIES = 1, /* of a request that may have been paid for */
	BACKOFF_FLOOR = 5 /* retries that even a run of one request may make */
};

/* The longest that a server may make us wait: beyond, the run parks. */
#define BACKOFF_PATIENCE (INT64_C(120) * 1000000000)

/* A generator of jitter; any seed will do. */
struct jitter {
	uint64_t state;
};

/* Evenly from [0, bound); 0 for a bound of 0. */
uint64_t jitter_next(struct jitter *j, uint64_t bound);

/* Nanoseconds before the retry of that number, from 1. */
int64_t backoff_wait(struct jitter *j, int retry);

struct retry_budget {
	int64_t firsts; /* requests sent for the first time */
	int64_t extras; /* retries sent */
};

bool retry_budget_allows(const struct retry_budget *b);

#endif
