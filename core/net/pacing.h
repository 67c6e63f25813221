/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_PACING_H
#define CORE_NET_PACING_H

#include "core/net/backoff.h"
#include "core/net/rate_hints.h"

/*
 * How fast a server may be asked: a state machine without a clock of its own (the queue around it
 * is core/net/lane.h). Four things hold a request back, each found out or told:
 *
 * - a window of requests in flight. It doubles with every round of answers while it is full and all
 *   is well (slow start), is cut to 70% when the server is busy, once for all that were in flight
 *   then, doubles again up to 90% of what was good before, feels its way past what failed (by one
 *   in 64 answers, so that few are refused), and then grows by a sixteenth a round.
 *   It never grows by answers to requests that did not fill it;
 * - a rate of requests, when the cut window was not enough: 90% of what was answered before it,
 *   growing while it is what holds requests back, slowly near where it failed and fast elsewhere;
 * - buckets of requests and tokens: as configured, and as the answers' headers say (less what is
 *   in flight, since nobody knows whether it is counted already);
 * - a time before which nothing starts: Retry-After, or a jittered backoff that grows with the busy
 *   answers in a row.
 */

struct pacing_limits {
	int64_t max_in_flight, requests_per_minute, tokens_per_minute; /* 0: none */
};

enum { PACING_MOST = 1024 }; /* in flight where nothing limits it */

struct pacing_bucket {
	bool on;
	double level, capacity;
	double per_ns; /* how fast it fills */
	int64_t at_ns; /* when level was so */
};

/* Answers of the last one or two seconds, or more where they are few. */
struct pacing_meter {
	int64_t since_ns;
	double count, before; /* since then, and in the span before it ... */
	double before_ns; /* ... which was so long */
};

struct pacing {
	struct pacing_limits limits;
	double window;
	double window_failed; /* at which window it was busy; 0: it never was */
	int64_t in_flight;
	uint64_t started; /* requests so far */
	uint64_t full_from, full_to; /* those in flight when the window was full last */
	uint64_t cut_at; /* `started` at the last cut: earlier requests do not cut again */
	bool answered; /* since the last cut, by a request that started after it */
	int busy_row; /* cuts in a row without an answer between */
	int64_t blocked_until_ns;
	int64_t last_start_ns, last_growth_ns, last_cut_ns;
	double rate; /* requests a ns; 0: not held back */
	double rate_failed; /* at which rate it was busy */
	int64_t rate_held_ns; /* when it held a request back last */
	struct pacing_meter meter;
	struct pacing_bucket requests, tokens; /* as configured */
	struct pacing_bucket told_requests, told_tokens; /* as the headers say */
	struct jitter jitter;
};

/* A request in flight. */
struct pacing_ticket {
	uint64_t number;
	int64_t tokens;
};

enum pacing_end {
	PACING_OK, /* an answer, or a refusal that has nothing to do with load */
	PACING_BUSY, /* 429, 529, overloaded */
	PACING_DOWN, /* not reached */
	PACING_NOTHING /* it says nothing: cancelled, cut off */
};

struct pacing_answer {
	enum pacing_end end;
	int64_t tokens; /* used, in and out; -1: not known */
	int64_t retry_after_ns; /* 0: not said */
	struct rate_hints rate;
};

void pacing_init(struct pacing *p, const struct pacing_limits *limits, uint64_t seed);
/* Takes effect with the next request. */
void pacing_set_limits(struct pacing *p, const struct pacing_limits *limits);

/* Nanoseconds until a request of about TOKENS may start, 0: now; PACING_FULL: when another has
 * ended. */
#define PACING_FULL INT64_MAX
int64_t pacing_wait(struct pacing *p, int64_t tokens, int64_t now_ns);
struct pacing_ticket pacing_start(struct pacing *p, int64_t tokens, int64_t now_ns);
void pacing_end(struct pacing *p, struct pacing_ticket ticket, const struct pacing_answer *answer,
	int64_t now_ns);

/* How many may be in flight now. */
int64_t pacing_window(const struct pacing *p);

#endif
