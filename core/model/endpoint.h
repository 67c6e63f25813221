/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_ENDPOINT_H
#define CORE_MODEL_ENDPOINT_H

#include "core/model/usage.h"
#include "core/model/wire.h"

/*
 * The endpoints that are no chat: vectors of texts (embed_api.h), texts in the order of their
 * worth (rerank_api.h), checks of texts (moderate_api.h). They are asked as models are, by
 * core/model/ask.h, so pacing, budgets, the cache and the ledger are the same: a request's messages
 * are its texts in order, its parameters what else it says, and result.response the answer in one
 * form for all vendors. Answers are never streamed.
 */

struct endpoint_answer {
	struct wire_answer base;
	struct value response; /* in the form of its kind; VALUE_NONE before it came */
	struct trace_usage usage;
	struct str id, model;
	const struct connection *connection; /* for parsers that must know who answers */
	struct value parameters; /* the request's */
};

/* What the kinds have in common, for their struct wire. */
void endpoint_init(struct wire_answer *a, const struct connection *connection,
	const struct model_request *request);
bool endpoint_event(struct wire_answer *a, struct str name, struct str data, struct err *e);
bool endpoint_is_complete(const struct wire_answer *a);
void endpoint_result(struct wire_answer *a, struct model_result *r);

/* Reads a body. False when it is no JSON. */
bool endpoint_read(
	struct endpoint_answer *a, struct str body, struct value *out, struct err *e) WARN_UNUSED;
/* The body is not of the form that was looked for: an error of the server, or E says WHAT is
 * missing. Always false. */
bool endpoint_refuse(struct endpoint_answer *a, struct value body, const char *what, struct err *e);

/* The texts of a request from FROM on, as a list. */
struct value endpoint_texts(struct arena *a, const struct model_request *request, size_t from);

/* A POST to URL with BODY as JSON; the key where the connection's vendor wants it. */
bool endpoint_post(struct arena *a, const struct connection *connection, struct str url,
	struct value body, struct wire_request *out, struct err *e) WARN_UNUSED;

/* BASE_URL of the connection with PATH, unless it ends with it already; at Azure the deployment's
 * address for MODEL. */
struct str endpoint_url(
	struct arena *a, const struct connection *connection, struct str model, struct str path);

/* "https://host:port" of the connection's base_url. */
struct str endpoint_origin(struct str base_url);

/* True when the connection is of the provider, or of the vendor (by its word or its address). */
bool endpoint_is(const struct connection *connection, const char *word);

/* A request may ask for so many texts at once; more are asked in several. */
struct endpoint_limit {
	const char *word; /* provider or vendor; NULL: any other */
	size_t texts;
};
size_t endpoint_limit(const struct connection *connection, const struct endpoint_limit *limits);

#endif
