/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_OLLAMA_BODY_H
#define CORE_MODEL_OLLAMA_BODY_H

#include "core/model/provider.h"

/*
 * The request of Ollama's own API, from the neutral form: /api/chat for a chat, /api/generate for a
 * completion. Parameters of the sampler go into "options", response_format into "format",
 * reasoning_effort into "think"; Ollama's own (keep_alive, think, options, raw, ...) pass as they
 * are. Images are base64 within the request: the server fetches none.
 */

/* Refuses what the API lacks. Into the arena. */
bool ollama_body(struct arena *a, const struct model_request *request, struct str *out,
	struct err *e) WARN_UNUSED;

#endif
