/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_BUDGET_H
#define CORE_MODEL_BUDGET_H

#include "core/base/err.h"
#include "core/base/str.h"

/*
 * Hard ceilings on money: per run, per day, per connection and day. Before a request goes out the
 * most that it can cost is reserved; when it has ended the reservation gives way to what it did
 * cost. A request whose reservation would lead beyond a ceiling is refused, with a sentence that
 * says which, how far it is, and how to go on.
 *
 * What counts is what is committed (the ledger's rows, of every process that has the workspace
 * open) and what is in flight. A row whose cost is not known counts as what was reserved for it: a
 * ceiling is never passed because a server does not say what it used. A model without a known price
 * cannot run under a ceiling at all.
 *
 * Amounts are nano-dollars. A day is the user's calendar day.
 */

struct budget;

/* What other requests of the day have cost: those of other processes, and of this one before the
 * budget was made. CONNECTION "" is all of them. False when the ledger cannot be read: then nothing
 * is let through. */
typedef bool budget_read_fn(
	void *ctx, struct str connection, int64_t day_begin_ns, int64_t *nano, struct err *e);

struct budget_source {
	void *ctx;
	int64_t (*now)(void *ctx);
	bool (*changed)(void *ctx); /* another process may have written since the last call */
	budget_read_fn *read;
};

struct budget *budget_new(const struct budget_source *source); /* NULL: no other processes */
void budget_free(struct budget *b);

/* The workspace's ceiling a day; 0: none. */
void budget_set_day(struct budget *b, int64_t nano);

/* A run begins, or goes on with COMMITTED behind it. LIMIT 0: none. */
void budget_open_run(struct budget *b, uint64_t run, int64_t limit, int64_t committed);
void budget_close_run(struct budget *b, uint64_t run);
/* A ceiling that is raised while the run goes on, or lifted (0). */
void budget_set_run(struct budget *b, uint64_t run, int64_t limit);

struct budget_ask {
	uint64_t run;
	struct str connection;
	int64_t connection_day; /* the connection's ceiling a day; 0: none */
	struct str model; /* for the sentence */
	int64_t most; /* what is reserved; -1: its price is not known */
};

/* True when a ceiling could be in the way, so that the most must be known. */
bool budget_limits(const struct budget *b, uint64_t run, int64_t connection_day);
/* True when the request may go out: its most is reserved until budget_settle. False with a
 * sentence (ERR_LIMIT) when a ceiling is in the way. */
bool budget_reserve(struct budget *b, const struct budget_ask *ask, struct err *e) WARN_UNUSED;
/* After a refusal: true when what is in flight here stands in the way, so that the request may go
 * out when that has ended and cost less than was reserved for it. */
bool budget_may_wait(struct budget *b, const struct budget_ask *ask);
/* It ended: the same ASK, and what it cost; -1: not known, what was reserved stays spent. */
void budget_settle(struct budget *b, const struct budget_ask *ask, int64_t cost);

struct budget_state {
	int64_t run, run_limit; /* committed and reserved of the run; a limit of 0: none */
	int64_t day, day_limit;
};
/* For the screen. Only what is known in this process since the last reading. */
void budget_look(const struct budget *b, uint64_t run, struct budget_state *out);

#endif
