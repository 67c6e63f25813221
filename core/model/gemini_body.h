/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_GEMINI_BODY_H
#define CORE_MODEL_GEMINI_BODY_H

#include "core/model/provider.h"

/*
 * The request of Gemini's generateContent, from the neutral form: roles user and model; system text
 * in systemInstruction; calls and results of functions as parts; parameters of OpenAI's API in
 * generationConfig, toolConfig and functionDeclarations. Gemini's own parameters (safetySettings,
 * cachedContent, labels) pass as they are, and what a generationConfig of the prompt says is added
 * to ours.
 *
 * "extra_content": {"google": {"thought_signature": text}} of a tool call goes back with it, as
 * models that think ask.
 */

/* Ids we make for calls that come without one begin so; they are not sent. */
#define GEMINI_OWN_ID "call_of_lathe_"

/* ON_VERTEX: Vertex AI, which knows no ids of calls. Refuses what the API lacks. Into the arena. */
bool gemini_body(struct arena *a, bool on_vertex, const struct model_request *request,
	struct str *out, struct err *e) WARN_UNUSED;

#endif
