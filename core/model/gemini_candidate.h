/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_GEMINI_CANDIDATE_H
#define CORE_MODEL_GEMINI_CANDIDATE_H

#include "core/model/answer.h"

/* One candidate of a Gemini answer while it comes; for gemini_answer.c. */

struct gemini_part {
	struct value start; /* dict: the part, without the text of a text part */
	struct buf text;
	bool is_text, is_thought;
	bool closed; /* a signature ended it: text that follows is another part */
};

struct gemini_candidate {
	int64_t index;
	struct gemini_part *parts;
	size_t len, cap;
	struct value rest; /* dict: everything but content; lists of logprobs joined */
	struct str finish; /* "" until it came */
};

void gemini_candidate_free(struct gemini_candidate *c);

/* Adds an item of "candidates"; what it says is told by A when TOLD. Strings are kept in A. */
bool gemini_candidate_add(struct answer *a, struct gemini_candidate *c, struct value item,
	bool told, struct err *e) WARN_UNUSED;

/* Its calls in the neutral form, VALUE_NONE when there are none; the whole in the API's form. */
struct value gemini_candidate_calls(struct arena *a, const struct gemini_candidate *c);
struct value gemini_candidate_value(struct arena *a, const struct gemini_candidate *c);

#endif
