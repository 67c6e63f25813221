/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_LANE_H
#define CORE_NET_LANE_H

#include "core/base/err.h"
#include "core/base/str.h"
#include "core/loop/loop.h"
#include "core/net/pacing.h"

/*
 * The queue before each server: requests wait here until pacing lets them start. A lane is a
 * connection's, shared by all runs; runs take turns, and within a run the order is that of asking,
 * with those that ask again before the others. A lane that is blocked for longer than a ticket's
 * patience does not keep it waiting: it is told until when.
 *
 * All is in the loop's thread. A ticket is the caller's and zeroed before its first use.
 */

struct lane;
struct lanes; /* of one engine */

struct lanes *lanes_new(struct loop *loop, uint64_t seed);
void lanes_free(struct lanes *lanes); /* nobody may be in them any more */

/* The lane of a connection by its name, made at the first call. LIMITS are the configured ones;
 * when they are others than the last time they take effect, and a retuning ends. */
struct lane *lanes_of(struct lanes *lanes, struct str name, const struct pacing_limits *limits);
/* Sets how many may be in flight until lathe.yaml says something else; 0: as many as can be. False
 * when there is no such lane. */
bool lanes_retune(struct lanes *lanes, struct str name, int64_t max_in_flight);

enum lane_word {
	LANE_GO, /* it is in flight: lane_leave must follow */
	LANE_WAIT, /* the ticket's `told` follows, once */
	LANE_PARKED, /* not before resume_at_ns */
	LANE_STOPPED /* lane_stop: the group's stop says why */
};

struct lane_ticket {
	uint64_t group; /* the run, for fairness */
	int64_t tokens; /* about how many it will use, in and out */
	bool again; /* a retry: before others of its group */
	int64_t patience_ns; /* how long it may be kept waiting by a block; 0: BACKOFF_PATIENCE */
	/* Called once after LANE_WAIT with another word, in the loop's thread, not from within
	 * lane_enter. It may enter, leave and quit lanes. */
	void (*told)(void *ctx, enum lane_word word);
	void *ctx;
	int64_t resume_at_ns; /* LANE_PARKED */
	/* The lane's own. */
	struct lane_ticket *next;
	struct pacing_ticket pacing;
	bool waiting;
};

enum lane_word lane_enter(struct lane *lane, struct lane_ticket *ticket);
/* Gives up waiting; `told` is not called. */
void lane_quit(struct lane *lane, struct lane_ticket *ticket);
/* The request that was let go has ended. */
void lane_leave(struct lane *lane, struct lane_ticket *ticket, const struct pacing_answer *answer);
/* Tells LANE_STOPPED to all of a group that wait. */
void lane_stop(struct lane *lane, uint64_t group);
/* Somebody must say how many tokens a request takes. */
bool lane_counts_tokens(const struct lane *lane);
/* Until the next may start, as far as time is what holds it up. */
int64_t lane_wait(struct lane *lane);
/* An answer came through the lane, ever. */
bool lane_has_answered(const struct lane *lane);

struct lane_state {
	int64_t in_flight;
	int64_t window; /* how many may be */
	int64_t waiting;
	int64_t next_ns; /* when the first of those who wait may start, 0: when another ends */
	bool parked; /* until next_ns */
	double per_minute; /* the rate it is held to, 0: none */
};
/* False when nothing has been asked of that connection yet. */
bool lanes_state(const struct lanes *lanes, struct str name, struct lane_state *out);

#endif
