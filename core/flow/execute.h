/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_EXECUTE_H
#define CORE_FLOW_EXECUTE_H

#include "core/base/ids.h"
#include "core/flow/flow_file.h"
#include "core/flow/prompty.h"
#include "core/model/ask.h"
#include "core/model/cache.h"
#include "core/model/provider.h"
#include "core/trace/bus.h"

/*
 * Runs a flow, or a single prompt, which is a flow of one llm node. Everything happens in the
 * loop's thread and nothing blocks: nodes whose needs are met start together (at most 16 at a
 * time, in file order), and a step of the loop carries on with what has ended.
 *
 * Told to the trace bus: the run; a root span of the kind "flow" or "prompt"; one span a node (a
 * node that is bypassed has one, too); within an llm node's span one "render" span, and the
 * attempt. A request is sent only after its attempt_begin is durable. The first failure stops the
 * run: nothing more starts, and what runs is cancelled.
 */

struct flow_shared;
struct loop;

/* Which model a node asks for. */
struct flow_model_query {
	const struct prompt *prompt; /* a single prompt: its endpoint says more; NULL in a flow */
	struct str node; /* "" for a single prompt */
	struct str connection; /* by name, or "" */
	struct str model; /* by name, or "" */
	enum model_api api;
};

struct flow_model {
	const struct provider *provider;
	const struct connection *connection; /* lives as long as the run */
	struct str model; /* as the provider knows it */
	struct str reason; /* where it was chosen: "--model", "lathe.yaml" ... */
	/* The chain: this one, then its fallbacks in order; they live as long as the run. None:
	 * this one alone. */
	const struct ask_target *targets;
	size_t target_count;
};

typedef bool flow_resolve_fn(void *ctx, struct arena *a, const struct flow_model_query *query,
	struct flow_model *out, struct err *e);

/* What lathe.retrieve asks for. The answer: a list, best first, of dicts with score, source,
 * heading, text; new and in the arena. The node adds "rank" (from 1) and "id" (the source) where
 * they lack. */
struct flow_retrieve_query {
	struct str text;
	const struct str *folders; /* relative to the workspace; "." is all of it */
	size_t folder_count;
	int64_t k; /* at most so many passages, 1 to 1000 */
};

typedef bool flow_retrieve_fn(void *ctx, struct arena *a, const struct flow_retrieve_query *query,
	struct value *out, struct err *e);

/* Calls FN once, in the loop's thread, when all that was told to the bus so far is on disk; with an
 * error when it cannot get there. FN may be called at once. */
struct flow_hooks {
	void (*when_durable)(
		void *ctx, void (*fn)(void *fn_ctx, const struct err *e), void *fn_ctx);
	void *ctx;
};

/* What its requests came to. */
struct flow_sums {
	int64_t attempts;
	int64_t cached; /* of them: answered by our own cache */
	struct trace_usage usage; /* sums over those that told; -1: none did */
	int64_t cost_nano; /* -1: not known of one that may have cost something */
	int64_t asked_ns; /* from sending to the end, without the cached ones */
};

struct flow_result {
	enum trace_status status; /* only TRACE_OK is an answer */
	enum model_fault fault; /* of the node that failed, when it was a model's */
	enum ask_pause pause; /* its request should be asked again later, and nothing else now */
	struct value
		outputs; /* dict: the flow's outputs, {"output": ...} of a prompt; may be empty */
	struct str text; /* the answer as text; what had come of it when it failed */
	const struct err *error; /* NULL when OK */
	struct flow_sums sums;
};

struct flow_run_spec {
	struct loop *loop;
	struct trace_bus *bus;
	struct ids *ids;
	const struct provider_context *providers;
	flow_resolve_fn *resolve;
	void *resolve_ctx;
	flow_retrieve_fn *retrieve; /* NULL: flows with a retrieve node fail */
	void *retrieve_ctx;
	struct flow_hooks hooks; /* when_durable NULL: nothing is kept */
	const char *root; /* the workspace */
	const struct flow *flow; /* this or prompt; both outlive the run */
	const struct prompt *prompt;
	struct value inputs; /* dict, or VALUE_NONE: none given; copied */
	/* Parameters of requests unless a prompt or node sets them: dict or VALUE_NONE; borrowed.
	 */
	struct value parameters;
	enum cache_mode cache; /* whether requests are answered from providers->cache */
	struct ask_run *asks; /* what its requests share with others; NULL: nothing */
	uint64_t run;
	/* One of many runs of the same file that are recorded as one: a trial. Then nothing is told
	 * of the run's begin and end, which are its owner's, and hash, git and settings are not
	 * looked at; its root span is told at once; it goes on in flow_shared_turn. Else NULL. */
	struct flow_shared *shared;
	int64_t sample; /* which of several answers to the same question this is, from 0 */
	struct str hash; /* of the file, hex; these three are copied */
	struct str git;
	struct value settings;
	/* Called once, from a step of the loop, after the last event; the result lives until it
	 * returns, and then the run is gone. */
	void (*done)(void *ctx, const struct flow_result *result);
	void *done_ctx;
};

struct flow_run;

/* The root span of a trial. */
uint64_t flow_run_root(const struct flow_run *run);

/* Checks the flow and the inputs, and starts. On an error nothing was told and nothing runs; else
 * the events follow from the loop's next turn on. */
struct flow_run *flow_run_start(const struct flow_run_spec *spec, struct err *e) WARN_UNUSED;

/* Stops the run as soon as can be; done follows, with TRACE_CANCELLED and what had come. */
void flow_run_cancel(struct flow_run *run);

#endif
