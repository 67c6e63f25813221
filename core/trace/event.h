/* SPDX-License-Identifier: MIT */
#ifndef CORE_TRACE_EVENT_H
#define CORE_TRACE_EVENT_H

#include "core/base/err.h"
#include "core/data/value.h"

/*
 * What happens while something runs, told to whoever listens: the store, the panes, the headless
 * output. A run is a trace of spans; an attempt is one request to a model, a row of the ledger.
 *
 * An event lives on the teller's stack for the length of the call: listeners copy what they keep.
 * Order: run begin, then for each span begin ... end (a child within its parent), then run end; an
 * attempt begins and ends within its span. Attribute names are OpenTelemetry's GenAI names, 1.41
 * ("gen_ai.request.model"), and "lathe.*" where it has none.
 */

struct model_wire;

enum trace_event_kind {
	TRACE_RUN_BEGIN,
	TRACE_SPAN_BEGIN,
	TRACE_ATTEMPT_BEGIN, /* must be durable before its request is sent */
	TRACE_ATTEMPT_SENT, /* handed to the network */
	TRACE_DELTA, /* a piece of a streamed answer */
	TRACE_ATTEMPT_END,
	TRACE_SPAN_END,
	TRACE_RUN_END,
	TRACE_LOG /* a sentence for people: a warning, what was chosen */
};

/* How a run, a span or an attempt ended. Only OK is an answer. */
enum trace_status {
	TRACE_RUNNING,
	TRACE_OK,
	TRACE_ERROR,
	TRACE_TRUNCATED, /* the stream ended without its terminal event */
	TRACE_FILTERED, /* refused by a content filter */
	TRACE_CANCELLED,
	TRACE_BYPASSED, /* a node that did not need to run */
	TRACE_INTERRUPTED, /* its process ended; found later */
	TRACE_PAUSED /* a run over rows that can go on (core/engine/rows.h) */
};

enum trace_delta_kind {
	TRACE_DELTA_TEXT,
	TRACE_DELTA_REASONING,
	TRACE_DELTA_REFUSAL,
	TRACE_DELTA_TOOL
};

struct trace_run_begin {
	struct str kind; /* "prompt" or "flow" */
	struct str name; /* the file, relative to the workspace */
	struct str hash; /* hex BLAKE2b-256 of the file's bytes */
	struct str source; /* those bytes: kept as the prompt's version */
	struct str git; /* commit, or empty */
	struct value settings; /* what was chosen: model, parameters, where from */
	struct value inputs; /* dict */
};

struct trace_span_begin {
	uint64_t parent; /* 0: the root span */
	struct str name; /* the node's name, "render", ... */
	struct str kind; /* "flow" "prompt" "retrieve" "render" "llm" "python" */
	struct value attributes;
	struct value input;
};

struct trace_attempt_begin {
	uint64_t attempt;
	int number; /* 1 for the first try */
	int64_t sample; /* which of several answers to the same request, from 0 */
	struct str provider; /* "openai", "local", "scripted" */
	struct str model;
	struct str connection;
	int64_t reserved_nano; /* the most that it can cost, nano-dollars; 0 or -1: not known */
	struct str request; /* the exact body that will be sent, or "" when there is none */
	const struct model_wire *wire; /* all of it (core/model/provider.h); NULL: not known */
};

/* What a request was charged as. */
enum usage_rate {
	USAGE_STANDARD,
	USAGE_BATCH, /* batch and flex tiers: the batch prices */
	USAGE_OTHER /* a tier whose prices are not known */
};

/* Tokens as the provider reports them; -1 unknown. input includes cache_read and cache_write;
 * output includes reasoning (core/model/usage.h). */
struct trace_usage {
	int64_t input;
	int64_t output;
	int64_t cache_read;
	int64_t cache_write;
	int64_t reasoning;
	bool estimated; /* ours, not the provider's: shown with an "almost equal" sign */
	bool told; /* the provider told the cost itself: told_nano */
	int64_t told_nano; /* nano-dollars */
	int64_t cache_write_long; /* of cache_write: kept for longer, at a higher price */
	int64_t other_units; /* units with prices of their own (sound, searches); 0: none */
	enum usage_rate rate;
};

struct trace_attempt_end {
	uint64_t attempt;
	enum trace_status status;
	struct trace_usage usage;
	struct str finish_reason;
	struct str response_id;
	struct str response_model;
	int http_status; /* 0: none */
	int64_t first_ns; /* first token, 0: none */
	struct str raw; /* the answer's raw bytes when it could not be understood */
	int64_t cost_nano; /* nano-dollars; -1: not known */
	struct str price; /* by which prices, "" when the cost is not known */
	bool cached; /* from our own response cache: nothing was asked, nothing is paid */
	bool possible_spend; /* no answer is known, but it may have been paid for */
	const struct err *error;
};

struct trace_delta {
	enum trace_delta_kind kind;
	struct str text;
};

struct trace_end {
	enum trace_status status;
	struct value output;
	struct value attributes; /* added to those of the begin */
	const struct err *error; /* NULL unless ERROR */
};

enum trace_level { TRACE_INFO, TRACE_WARNING };

struct trace_log {
	enum trace_level level;
	struct str text;
};

struct trace_event {
	enum trace_event_kind kind;
	int64_t at_ns;
	uint64_t run;
	uint64_t span; /* 0 for the events of the run itself */
	union {
		struct trace_run_begin run_begin;
		struct trace_span_begin span_begin;
		struct trace_attempt_begin attempt_begin; /* ATTEMPT_SENT: only `attempt` */
		struct trace_attempt_end attempt_end;
		struct trace_delta delta;
		struct trace_end end; /* SPAN_END and RUN_END */
		struct trace_log log;
	} u;
};

/* "running", "ok", "error", ...: the same words in the store, in JSON and on the screen. */
const char *trace_status_word(enum trace_status status);
bool trace_status_from_word(struct str word, enum trace_status *out);
const char *trace_delta_word(enum trace_delta_kind kind); /* "text", "reasoning", ... */

#endif
