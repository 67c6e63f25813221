/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_OPENAI_ERROR_H
#define CORE_MODEL_OPENAI_ERROR_H

#include "core/base/err.h"
#include "core/data/value.h"

/*
 * Errors as OpenAI-compatible servers write them:
 *
 *	{"error": {"message", "type", "param", "code"}}    OpenAI; code may be a number
 *	{"error": "text"}                                  Ollama
 *	{"detail": "text"} {"detail": [{"loc", "msg"}]}    FastAPI
 *	{"object": "error", "message", "code"}             vLLM
 *	{"code", "message"}                                DashScope
 *
 * and text or HTML from what stands between. All strings live in the arena or in the value.
 */

struct openai_error {
	struct str message;
	struct str code;
	struct str type;
	struct str param;
};

/* True when BODY is or holds an error. */
bool openai_error_find(struct arena *a, struct value body, struct openai_error *out);

/* What a body that is no JSON says: the title of a page, else its first words. */
void openai_error_from_text(struct arena *a, struct str body, struct openai_error *out);

/* True when the error says that a content filter stopped the prompt or the answer. */
bool openai_error_is_filter(const struct openai_error *error);

/* Fills E (ERR_PROVIDER) with a sentence and what to do; STATUS 0 when there was none. */
void openai_error_explain(
	const struct openai_error *error, const char *origin, int status, struct err *e);

#endif
