/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_GEMINI_ANSWER_H
#define CORE_MODEL_GEMINI_ANSWER_H

#include "core/model/answer.h"

/*
 * Puts an answer of Gemini together from the events of its stream, which are answers of the same
 * shape each, or from a whole body (a list of such answers, too: a stream without alt=sse). Its end
 * is a finishReason of every candidate that was begun, or a prompt that is blocked; there is no
 * last event.
 */

struct gemini_candidate;

struct gemini_answer {
	struct answer own;
	struct gemini_candidate *candidates;
	size_t len, cap;
	size_t expected; /* candidates asked for */
	struct value feedback; /* promptFeedback */
	struct str blocked; /* why the prompt was blocked, "" when it was not */
	bool is_whole;
};

void gemini_answer_init(struct gemini_answer *a, size_t expected);
void gemini_answer_free(struct gemini_answer *a);
/* See struct wire. */
bool gemini_answer_event(struct gemini_answer *a, struct str data, struct err *e) WARN_UNUSED;
bool gemini_answer_whole(struct gemini_answer *a, struct str body, struct err *e) WARN_UNUSED;
bool gemini_answer_is_complete(const struct gemini_answer *a);
void gemini_answer_result(struct gemini_answer *a, struct model_result *r);
enum wire_end gemini_answer_end(const struct gemini_answer *a, const struct model_result *r);

#endif
