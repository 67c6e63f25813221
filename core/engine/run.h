/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_RUN_H
#define CORE_ENGINE_RUN_H

/* A run as the engine knows it, for the files of this folder only. */

#include "core/engine/engine_private.h"
#include "core/flow/execute.h"
#include "core/net/redact.h"

/* A stream of one kind of one span on its way to the faces. */
struct stream {
	struct stream *next;
	uint64_t span;
	enum trace_delta_kind kind;
	struct redact_stream redact;
};

struct run {
	struct run *older;
	struct engine *engine;
	struct trace_bus *bus; /* where it is told: the engine's, a preview's own */
	struct arena arena;
	struct run_state state;
	bool counted; /* its usage sums over a request that was not merely refused */
	const char *asked; /* the model asked for by name, or NULL */
	bool no_fallback; /* only that model */
	struct ask_run asks; /* what its requests share */
	struct prompt prompt;
	struct flow flow;
	bool is_flow;
	struct stream *streams;
	struct flow_run *flow_run; /* NULL when it is over */
	enum trace_status ended_as; /* how it ended, while that is not on disk yet */
	bool over;
};

void run_free(struct run *run);

/* Reads the run's file, without the values of environment variables: for what is asked before. */
bool run_read_plain(struct run *run, const struct engine_file *file, struct err *e) WARN_UNUSED;

/* Reads the file of SPEC, checks its approvals, chooses its model, and fills OUT with all but ids,
 * hooks and done. */
bool run_prepare(struct run *run, const struct run_spec *spec, struct flow_run_spec *out,
	struct err *e) WARN_UNUSED;

/* A flow_resolve_fn; CTX is the run. */
bool run_resolve_model(void *ctx, struct arena *a, const struct flow_model_query *query,
	struct flow_model *out, struct err *e);

/* What was chosen, for the record and the screen: {"model", "model_reason", "lathe_version"}; a
 * flow without an llm node has no model. */
bool run_settings(struct run *run, struct value *out, struct err *e) WARN_UNUSED;

/* The key of an endpoint that the prompt itself names, all of it approved, may go there. */
void run_allow_own_key(struct run *run);

/* Calls FN for each connection of lathe.yaml that a run of SPEC may send to, its fallbacks too.
 * What cannot be read or chosen is left out: the run says why. */
void run_each_connection(struct engine *engine, const struct run_spec *spec,
	void (*fn)(void *ctx, const struct connection *connection), void *ctx);

#endif
