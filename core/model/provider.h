/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_PROVIDER_H
#define CORE_MODEL_PROVIDER_H

#include "core/base/err.h"
#include "core/model/message.h"
#include "core/model/usage.h"
#include "core/net/rate_hints.h"
#include "core/trace/event.h"

/*
 * One vtable for every model: a wire format (openai_chat), the embedded answerer (local_extract), a
 * deterministic fake for tests (scripted). A call is started, tells its listener pieces as they
 * come, and tells it once how it ended.
 *
 * Rules of a call: `start` copies what it needs of the request; the listener is never called from
 * within start or cancel; `done` is called exactly once, also after cancel (then with
 * TRACE_CANCELLED and what had come so far); after done returns the call is gone. The result and
 * all it points to live until done returns.
 */

struct cache;
struct loop;
struct http;
struct lanes;
struct scripted_memory;
struct catalogue;
struct budget;
struct secrets;
struct tokenizers;

/* A connection of lathe.yaml, or one that a prompt names and its owner approved. */
struct connection {
	struct str name;
	struct str provider; /* the wire format: "openai", "scripted", "local" */
	struct str vendor; /* whose dialect of it; "": as base_url tells */
	struct str base_url; /* without a trailing slash; "" when the provider has none */
	struct str model; /* the default model */
	struct str secret; /* a reference ("env:NAME"), never a value; "" for none */
	struct str script; /* provider "scripted": path of its script */
	struct value
		headers; /* dict of extra request headers, or VALUE_NONE; no credentials here */
	bool allow_http; /* plain http to other hosts than loopback */
	struct str folder; /* the workspace, where a command runs; "": here */
	struct value options; /* all that the connection says, by key: its provider's own words are
				 read from here; dict or VALUE_NONE */
	const struct str *fallback; /* models to ask instead, in order, as people name them */
	size_t fallback_count;
	/* 0: not limited by the connection. */
	int64_t max_in_flight, requests_per_minute, tokens_per_minute;
	int64_t budget_day_nano; /* nano-dollars that a day may cost here; 0: not limited */
	/* Time limits of a request (core/net/http.h); 0: the default. */
	int64_t connect_ms, first_byte_ms, idle_ms, total_ms;
	int64_t comments_ms; /* how long a stream may bring no event; 0: ten minutes */
};

/* What a provider may use. All borrowed, longer-lived than any call. */
struct provider_context {
	struct loop *loop;
	struct http *http; /* NULL when offline */
	struct secrets *secrets;
	struct scripted_memory *scripted; /* which replies were used; may be NULL */
	struct lanes *lanes; /* pacing (core/net/lane.h); may be NULL */
	struct cache *cache; /* answers given before (core/model/cache.h); may be NULL */
	struct catalogue *catalogue; /* what is known of models; may be NULL */
	struct budget *budget; /* ceilings on money; may be NULL */
	struct tokenizers *tokenizers; /* NULL: all tokens are estimated */
	/* Whether the owner approved of the program that a connection names; NULL: nothing is
	 * approved. False may set E. */
	bool (*allows)(void *ctx, const struct connection *connection, struct err *e);
	void *allows_ctx;
};

enum model_api {
	API_CHAT,
	API_COMPLETION,
	API_TEXTS /* each message is a text of its own, and no text is answered
		     (core/model/endpoint.h) */
};

struct model_request {
	enum model_api api;
	struct str model;
	const struct message *messages; /* API_CHAT */
	size_t message_count;
	struct str prompt; /* API_COMPLETION */
	struct value
		parameters; /* dict, passed on as given: temperature, response_format, tools ... */
	bool stream;
	int64_t max_output; /* tokens that the model can answer at most, as the catalogue knows; 0:
			       unknown */
	int64_t sample; /* which of several answers to the same request this is, from 0 */
	struct str idempotency; /* the same for each try of one request, "" for none: sent where
				   the vendor has a header for it */
	struct str body; /* as wire() has just written it for this very request and target, so that
			    it need not be written again; "" when it was not */
};

/* How a request goes over the wire, for people, records and cache keys. No secret is in it: a
 * header that carries a key has its reference ("env:NAME") in the key's place. */
struct model_wire {
	struct str method; /* "POST"; "" when nothing goes out */
	struct str url;
	struct value headers; /* dict of strings, or VALUE_NONE */
	struct str body; /* the exact body */
	struct str key_header, secret; /* the header that carries the key, and its reference; or ""
					*/
};

/* Why there is no answer, as far as it decides what to do next. */
enum model_fault {
	FAULT_NONE,
	FAULT_UNSENT, /* nothing left this machine: asking again is free */
	FAULT_UNKNOWN, /* it was sent, and nothing is known: it may have been paid for */
	FAULT_BUSY, /* asked too often, or overloaded: 429, 529, some 503 */
	FAULT_SERVER, /* 5xx, 408, 409 */
	FAULT_QUOTA, /* money is out: asking again does not help */
	FAULT_KEY, /* 401, 403: the key is not accepted */
	FAULT_CONTEXT, /* the request is longer than the model's context window */
	FAULT_FILTER, /* a content filter, or the model declined */
	FAULT_REQUEST /* any other refusal, the server's or our own */
};

struct model_result {
	enum trace_status status; /* OK, ERROR, TRUNCATED, FILTERED, CANCELLED */
	enum model_fault fault; /* NONE when OK */
	struct str text; /* the first choice's */
	struct str reasoning;
	struct str refusal;
	struct value tool_calls; /* list of {"id","type","function":{"name","arguments"}} or
				    VALUE_NONE */
	struct value response; /* the whole answer in the API's form (streams: put together) */
	struct trace_usage usage;
	struct str finish_reason; /* the provider's word */
	struct str response_id;
	struct str response_model;
	int http_status; /* 0: none */
	int64_t retry_after_ns; /* 0: no hint */
	struct rate_hints rate;
	int64_t first_ns; /* time of the first piece, 0: none */
	struct str raw; /* first 64 KiB of an answer that could not be understood */
	struct str note; /* a sentence for people about the request, or "" */
	struct err error; /* ERROR, TRUNCATED, FILTERED: what happened */
};

struct model_listener {
	void *ctx;
	/* The request goes out now (after this: possible spend). */
	void (*sent)(void *ctx);
	void (*delta)(void *ctx, enum trace_delta_kind kind, struct str text);
	void (*done)(void *ctx, const struct model_result *result);
};

/* Every provider's call begins with this. */
struct model_call {
	const struct provider *provider;
};

struct provider {
	const char *name;
	bool needs_url; /* knows no address of its own: a connection has to name one */
	/* What will be sent. Into the arena. */
	bool (*wire)(struct arena *a, const struct connection *connection,
		const struct model_request *request, struct model_wire *out, struct err *e);
	/* NULL with E set when nothing was started (then the listener is never called). */
	struct model_call *(*start)(const struct provider_context *context,
		const struct connection *connection, const struct model_request *request,
		const struct model_listener *listener, struct err *e);
	void (*cancel)(struct model_call *call);
};

/* By the word in lathe.yaml; NULL when there is none of that name. */
const struct provider *provider_find(struct str name);

/* gen_ai.provider.name of a connection: OpenTelemetry's word for whose API it is where there is one
 * ("anthropic", "gcp.gemini", "azure.ai.openai"), else the vendor's or the provider's own. Static,
 * or borrowed from the connection. */
struct str provider_otel_name(const struct connection *connection);

#endif
