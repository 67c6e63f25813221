/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_ANTHROPIC_BODY_H
#define CORE_MODEL_ANTHROPIC_BODY_H

#include "core/model/provider.h"

/*
 * The request of Anthropic's Messages API, from the neutral form: system and developer messages
 * become "system"; neighbours of the same role become one message; a tool's result becomes a block
 * at the start of the user message after its call; parameters of OpenAI's API are said in
 * Anthropic's words, Anthropic's own (thinking, cache_control, metadata, top_k, ...) pass as they
 * are.
 *
 * "extra_content": {"anthropic": {"thinking": [blocks]}} of a tool call puts those thinking blocks,
 * signatures and all, before the calls, as the API asks in a tool loop.
 */

enum anthropic_host {
	ANTHROPIC_DIRECT,
	ANTHROPIC_VERTEX, /* version within the body, model and stream in the URL */
	ANTHROPIC_BEDROCK
};

/* When the request names no limit, which the API wants: what the model can give, or this. An answer
 * that is not streamed is kept short enough to come in one go. */
enum { ANTHROPIC_MAX_TOKENS = 4096, ANTHROPIC_MAX_WHOLE = 16384 };

/* Refuses what the API lacks. Into the arena. */
bool anthropic_body(struct arena *a, enum anthropic_host host, const struct model_request *request,
	struct str *out, struct err *e) WARN_UNUSED;

/* What was filled in for the request, as a sentence, or "". */
struct str anthropic_body_note(struct arena *a, const struct model_request *request);

#endif
