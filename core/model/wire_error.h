/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_WIRE_ERROR_H
#define CORE_MODEL_WIRE_ERROR_H

#include "core/base/err.h"
#include "core/data/value.h"
#include "core/model/provider.h"

/*
 * What a server says when it gives no answer, and what that means: one reader of words for all wire
 * formats, since proxies and gateways put one vendor's error behind another's address. Forms that
 * wire_error_find knows:
 *
 *	{"error": {"message", "type", "param", "code"}}    OpenAI; code may be a number
 *	{"error": {"message", "status", "code"}}           Gemini: status is the word
 *	{"type": "error", "error": {"type", "message"}}    Anthropic
 *	{"error": "text"}                                  Ollama
 *	{"detail": "text"} {"detail": [{"loc", "msg"}]}    FastAPI
 *	{"object": "error", "message", "code"}             vLLM
 *	{"code", "message"}                                DashScope
 *	{"message"} {"Message", "__type"}                  AWS
 *
 * and a list of one of them (Gemini's stream that is no stream).
 * All strings live in the arena or in the value.
 */

struct wire_error {
	struct str message;
	struct str code;
	struct str type;
	struct str param;
	struct str inner; /* the filter's word in Azure's innererror; OpenRouter's "moderation";
			     what the details say besides, of what decides: "PerDay" ... */
	int64_t retry_after_ns; /* Gemini's RetryInfo; 0: not said */
};

/* True when BODY is or holds an error. */
bool wire_error_find(struct arena *a, struct value body, struct wire_error *out);

/* What a body that is no JSON says: the title of a page, else its first words. */
void wire_error_from_text(struct arena *a, struct str body, struct wire_error *out);

/* True when the error says that a content filter stopped the prompt or the answer. */
bool wire_error_is_filter(const struct wire_error *error);

/* What may be done about it; STATUS 0 when there was none (an error inside a stream). Never
 * FAULT_NONE. */
enum model_fault wire_error_fault(const struct wire_error *error, int status);

/* Fills E (ERR_PROVIDER) with a sentence and what to do; STATUS 0 when there was none. */
void wire_error_explain(
	const struct wire_error *error, const char *origin, int status, struct err *e);

#endif
