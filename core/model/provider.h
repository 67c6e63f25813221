/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_PROVIDER_H
#define CORE_MODEL_PROVIDER_H

#include "core/base/err.h"
#include "core/model/message.h"
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

struct loop;
struct http;
struct scripted_memory;
struct secrets;

/* A connection of lathe.yaml, or one that a prompt names and its owner approved. */
struct connection {
	struct str name;
	struct str provider; /* "openai", "scripted", "local" */
	struct str base_url; /* without a trailing slash; "" when the provider has none */
	struct str model; /* the default model */
	struct str secret; /* a reference ("env:NAME"), never a value; "" for none */
	struct str script; /* provider "scripted": path of its script */
	struct value
		headers; /* dict of extra request headers, or VALUE_NONE; no credentials here */
	bool allow_http; /* plain http to other hosts than loopback */
	/* Time limits of a request (core/net/http.h); 0: the default. */
	int64_t connect_ms, first_byte_ms, idle_ms, total_ms;
};

/* What a provider may use. All borrowed, longer-lived than any call. */
struct provider_context {
	struct loop *loop;
	struct http *http; /* NULL when offline */
	struct secrets *secrets;
	struct scripted_memory *scripted; /* which replies were used; may be NULL */
};

enum model_api { API_CHAT, API_COMPLETION };

struct model_request {
	enum model_api api;
	struct str model;
	const struct message *messages; /* API_CHAT */
	size_t message_count;
	struct str prompt; /* API_COMPLETION */
	struct value
		parameters; /* dict, passed on as given: temperature, response_format, tools ... */
	bool stream;
};

struct model_result {
	enum trace_status status; /* OK, ERROR, TRUNCATED, FILTERED, CANCELLED */
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
	/* What will be sent, for the attempt row and the preview: JSON, no secrets. Into the arena.
	 */
	bool (*body)(struct arena *a, const struct model_request *request, struct str *out,
		struct err *e);
	/* NULL with E set when nothing was started (then the listener is never called). */
	struct model_call *(*start)(const struct provider_context *context,
		const struct connection *connection, const struct model_request *request,
		const struct model_listener *listener, struct err *e);
	void (*cancel)(struct model_call *call);
};

/* By the word in lathe.yaml; NULL when there is none of that name. */
const struct provider *provider_find(struct str name);

/* Usage with every count unknown. */
struct trace_usage usage_unknown(void);

#endif
