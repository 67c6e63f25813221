/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_PREVIEW_H
#define CORE_ENGINE_PREVIEW_H

#include "core/engine/engine.h"

/*
 * What a run would send, without sending or recording anything: the run goes its way, on a bus of
 * its own, until a request is ready to leave; there it ends. A flow's nodes before its first
 * requests do run.
 */

struct preview_request {
	struct str model; /* "qwen/qwen-plus" */
	struct str provider, connection, name; /* the same in parts: its wire format, "qwen",
						  "qwen-plus" */
	struct str body; /* the exact request, JSON, as the provider would be sent; no secrets */
	struct str method, url; /* "" when it does not go over HTTP */
	struct value headers; /* dict; the key's place holds its reference; VALUE_NONE */
	struct str curl; /* the same as a command line, without the key's value; or "" */
	struct value messages; /* list of {"role", "content"}; a completion's text; VALUE_NONE */
};

struct preview {
	const struct preview_request *requests;
	size_t count;
	struct err error; /* ERR_NONE, or why there is nothing, or not all */
};

/* Called once, in the loop; WHAT lives until it returns. */
typedef void preview_fn(void *ctx, const struct preview *what);

/* False with E when it cannot even begin; then FN is not called. */
bool engine_preview(struct engine *engine, const struct run_spec *spec, preview_fn *fn, void *ctx,
	struct err *e) WARN_UNUSED;
/* Ends those of CTX: FN is not called for them any more. */
void engine_forget_preview(struct engine *engine, void *ctx);

#endif
