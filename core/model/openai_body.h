/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_OPENAI_BODY_H
#define CORE_MODEL_OPENAI_BODY_H

#include "core/model/provider.h"

/* The request of OpenAI's chat completions (POST /chat/completions) and completions (POST
 * /completions), the format most servers speak. */

/* The JSON body: model, messages or prompt, then the parameters as they were given; "stream" and
 * "stream_options" follow the request, so that usage arrives at a stream's end. Into the arena. */
bool openai_body(struct arena *a, const struct model_request *request, struct str *out,
	struct err *e) WARN_UNUSED;

/* The same in a vendor's dialect: fails with what it lacks. */
struct dialect;
bool openai_body_for(struct arena *a, const struct dialect *d, const struct model_request *request,
	struct str *out, struct err *e) WARN_UNUSED;

/* How a request that never leaves the machine looks: the body alone. */
bool openai_wire_local(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct model_wire *out, struct err *e) WARN_UNUSED;

/* BASE with the path of the API, before a query if BASE has one; BASE itself when it has that path
 * already, as people paste it. Into the arena. */
struct str openai_url(struct arena *a, struct str base, enum model_api api);

#endif
