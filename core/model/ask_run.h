/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_ASK_RUN_H
#define CORE_MODEL_ASK_RUN_H

#include "core/base/err.h"
#include "core/base/str.h"
#include "core/net/backoff.h"

/*
 * What all requests of a run (of all rows of a job) have in common: what retries it may still make,
 * which connections it gave up and why, and whether it should pause. The owner of the run makes it,
 * hands it to each ask, and looks at `pause` when one ends: a run of many rows then starts nothing
 * new, keeps the rows that ended so as not done, and goes on later.
 */

enum ask_pause {
	ASK_GO_ON,
	ASK_PAUSE_UNTIL, /* a server asks to wait longer than we hold a request: resume_at_ns */
	ASK_PAUSE_KEY, /* a key is not accepted */
	ASK_PAUSE_QUOTA, /* money or quota is out at the provider */
	ASK_PAUSE_BUDGET, /* a ceiling of the budget was reached */
	ASK_PAUSE_RETRIES, /* the retry budget is used up */
	ASK_PAUSE_NETWORK /* the server was never reached */
};

enum { ASK_STOPS_MAX = 16, ASK_NAME_MAX = 128 };

struct ask_stop {
	char connection[ASK_NAME_MAX];
	enum ask_pause why;
	struct err error;
};

struct ask_run {
	uint64_t group; /* takes turns with others: the run's or job's id */
	bool patient; /* many rows: waits for a network that is gone; else a run of one */
	bool no_fallback; /* only the model that was chosen */
	struct retry_budget retries;
	struct jitter jitter;
	enum ask_pause pause; /* the first reason */
	int64_t resume_at_ns; /* ASK_PAUSE_UNTIL */
	struct err why; /* a sentence for people */
	struct ask_stop stops[ASK_STOPS_MAX];
	size_t stop_count;
	size_t active; /* asks under way ... */
	size_t short_count; /* ... and of them those that wait for the retry budget */
};

void ask_run_init(struct ask_run *run, uint64_t group, uint64_t seed);
/* After a pause: connections that were given up are tried again. What retries cost so far stays
 * counted. */
void ask_run_resume(struct ask_run *run);
/* "until", "key", "quota", "budget", "retries", "network": for records and JSON; "" for GO_ON. */
const char *ask_pause_word(enum ask_pause pause);

#endif
