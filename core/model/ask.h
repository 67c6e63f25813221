/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_ASK_H
#define CORE_MODEL_ASK_H

#include "core/base/ids.h"
#include "core/model/ask_run.h"
#include "core/model/cache.h"
#include "core/model/provider.h"

/*
 * The one way a request is sent: to the chosen model, or to one of its fallbacks.
 *
 * For each model of the chain: what it lacks is refused before sending; an answer that was given
 * before comes from the cache; the budget is asked; the connection's lane is waited for; then an
 * attempt is told to the bus, and its request leaves when that is on disk. By the fault of an
 * attempt it is tried again, the next model is asked, or it ends:
 *
 *	UNSENT    again, free: 2 times; in a patient run until the network is back
 *	UNKNOWN   once more, and the first is recorded as possibly paid for
 *	BUSY      again when the server says, within the retry budget
 *	SERVER    again after a backoff, 5 times, within the retry budget
 *	QUOTA KEY the run gives up the connection; the next model
 *	CONTEXT FILTER   the next model
 *	REQUEST   the end
 *
 * An answer that was cut off in the middle is kept as it is (truncated), never asked for again.
 *
 * Rules: done is called exactly once, from the loop, never from within ask_start or ask_cancel;
 * then the ask is gone. The outcome lives until done returns.
 */

/* What sending uses besides the providers' own; all borrowed and longer-lived than any ask. Of
 * the providers' context its lanes, cache, budget and catalogue are used: NULL leaves out a step.
 */
struct ask_services {
	/* Tells the bus; the event's time, run and span are filled in. */
	void (*tell)(void *ctx, uint64_t span, struct trace_event *event);
	void *tell_ctx;
	struct ids *ids;
	const struct provider_context *providers;
	enum cache_mode cache;
	/* Calls FN once when all that was told so far is on disk, or with an error that ends the
	 * ask (a preview holds requests back so). NULL: nothing is kept. */
	void (*when_durable)(
		void *ctx, void (*fn)(void *fn_ctx, const struct err *e), void *fn_ctx);
	void *durable_ctx;
	struct ask_run *run; /* the run's common state */
};

struct ask_target {
	const struct provider *provider;
	const struct connection *connection;
	struct str model; /* as the provider knows it */
};

struct ask_outcome {
	/* Status, answer and error; usage is estimated where the provider told none. */
	const struct model_result *result;
	size_t target; /* which of the chain answered, or failed last */
	int attempts; /* told to the bus; 0: nothing was sent */
	enum ask_pause pause; /* the run should pause, and this request be asked again later */
	struct value passed_over; /* list of {"model", "error"}: those before it, or VALUE_NONE */
};

struct ask_spec {
	const struct ask_services *services;
	struct arena *arena; /* of the caller: what of the request must last */
	uint64_t run, span; /* what the bus is told */
	const struct ask_target *targets; /* at least one; all outlive the ask */
	size_t target_count;
	const struct model_request *request; /* outlives the ask; its model is the target's */
	void (*done)(void *ctx, const struct ask_outcome *outcome);
	void *ctx;
};

struct ask;

/* "qwen/qwen-plus". */
struct str ask_model_name(struct arena *a, const struct ask_target *target);

struct ask *ask_start(const struct ask_spec *spec);
/* Ends it soon, with TRACE_CANCELLED and what had come. */
void ask_cancel(struct ask *ask);

#endif
