/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_ASK_PRIVATE_H
#define CORE_MODEL_ASK_PRIVATE_H

/* What the parts of ask share: ask.c goes along the chain and decides what follows an attempt,
 * ask_attempt.c makes one, ask_words.c words what people are told. */

#include "core/data/tokens/tokenizer.h"
#include "core/loop/loop.h"
#include "core/model/ask.h"
#include "core/model/budget.h"
#include "core/net/lane.h"

struct ask {
	struct ask_spec spec;
	const struct ask_services *services;
	struct loop *loop;
	struct ask_run *run;
	struct model_request request; /* the spec's, for the target */
	size_t target;
	struct cache_key key; /* when the cache is used */
	struct model_wire wire;
	bool keyed; /* key is set */

	int attempts; /* told */
	int retries, unsents, unknowns; /* at this target */
	uint64_t attempt;
	char idempotency[ID_TEXT];
	struct model_call *call; /* while it runs */
	struct budget_ask reserved;
	bool has_reserved;

	struct lane *lane; /* NULL: none */
	struct lane_ticket ticket;
	bool in_lane; /* let go: it must leave */
	struct loop_timer timer;
	bool is_short; /* waits for the retry budget */
	bool cancelled;
	bool starting; /* within ask_start: nobody may be called back */
	bool beginning; /* an attempt's begin was told, and it is not on disk yet */

	enum ask_pause pause;
	struct value passed_over;
	struct model_result end; /* one of our own making, for the timer */
};

const struct ask_target *ask_target_of(const struct ask *ask);

/* What the catalogue says the target can answer at most; 0: unknown. */
int64_t ask_max_output(const struct ask *ask);
/* One attempt: tells its begin, and its request leaves when that is on disk. ask_attempt_done
 * follows. The lane was entered. */
void ask_attempt_begin(struct ask *ask);
/* It is over: told, kept, out of the lane. REFUSED: our own doing, nothing was sent. */
void ask_attempt_over(struct ask *ask, const struct model_result *result, bool refused);
/* Whether a stream is asked for: not of a model that has none. */
bool ask_streams(const struct ask *ask);
/* What the model is known not to be able to, before anything is sent. */
bool ask_fits(const struct ask *ask, enum model_fault *fault, struct err *e) WARN_UNUSED;
/* Reserves the most that the attempt can cost. */
bool ask_reserve(struct ask *ask, struct err *e) WARN_UNUSED;
void ask_settle(struct ask *ask, int64_t cost_nano);
/* What follows an attempt that is over. */
void ask_attempt_done(struct ask *ask, const struct model_result *result, bool refused);
/* Tells an answer of the cache as an attempt. */
void ask_attempt_cached(struct ask *ask, const struct cache_hit *hit);
/* The most tokens that the request lets the answer have; 0: it does not say. */
int64_t ask_max_tokens(const struct ask *ask);
/* As T counts, or about for NULL; of a chat without its tools and pictures. */
int64_t ask_input_tokens(const struct ask *ask, const struct tokenizer *t);
/* About how many tokens the request will take, in and out. */
int64_t ask_tokens(const struct ask *ask);
/* The counts that the provider did not tell. */
void ask_estimate(const struct ask *ask, const struct model_result *r, struct trace_usage *usage);

void ask_tell(const struct ask *ask, struct trace_event *event);

void ask_say_again(const struct ask *ask, const struct err *error, int64_t wait_ns);
void ask_say_next(const struct ask *ask, const struct err *error);
/* The sentence of a server that asks to wait for longer than we hold a request. */
void ask_parked_error(const struct ask *ask, int64_t resume_at_ns, struct err *e);

/* The same as what to do about another error. */
void ask_parked_hint(int64_t resume_at_ns, struct err *e);

/* An end of our own making: ERROR with FAULT, or CANCELLED. */
struct model_result ask_own_result(
	const struct ask *ask, enum model_fault fault, const struct err *error);
/* Calls done and frees ASK. */
void ask_end(struct ask *ask, const struct model_result *result);

#endif
