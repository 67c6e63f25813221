/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_OLLAMA_ANSWER_H
#define CORE_MODEL_OLLAMA_ANSWER_H

#include "core/model/answer.h"

/*
 * Puts an answer of Ollama's own API together from the lines of its stream, or from a whole body.
 * Its end is a line with "done": true, which brings counts and durations (nanoseconds); they are
 * kept in the response as the API gives them. Tool calls come whole, mostly without ids: then one
 * is made up, so that results can be matched to them.
 */

struct ollama_answer {
	struct answer own;
	struct value last; /* dict: everything of the lines but text and calls; last word wins */
	struct value calls; /* list as the API has them, or VALUE_NONE */
	struct value logprobs; /* list, or VALUE_NONE */
	bool is_completion; /* /api/generate */
};

void ollama_answer_init(struct ollama_answer *a, bool is_completion);
void ollama_answer_free(struct ollama_answer *a);
/* See struct wire. */
bool ollama_answer_event(struct ollama_answer *a, struct str data, struct err *e) WARN_UNUSED;
bool ollama_answer_whole(struct ollama_answer *a, struct str body, struct err *e) WARN_UNUSED;
bool ollama_answer_is_complete(const struct ollama_answer *a);
void ollama_answer_result(struct ollama_answer *a, struct model_result *r);

#endif
