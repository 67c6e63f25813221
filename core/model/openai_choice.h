/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_OPENAI_CHOICE_H
#define CORE_MODEL_OPENAI_CHOICE_H

#include "core/base/buf.h"
#include "core/data/value.h"
#include "core/model/openai_answer.h"
#include "core/model/openai_think.h"

/* One choice of an answer while it comes; for openai_answer.c. */

enum { OPENAI_TOOLS_MAX = 1024, OPENAI_CHOICES_MAX = 1024 };

struct openai_tool {
	int64_t index; /* -1: none was given */
	struct str id, type;
	struct buf name;
	struct buf arguments; /* of a function, or the input of a custom tool */
};

struct openai_choice {
	int64_t index;
	struct buf text, reasoning, refusal;
	struct openai_tool *tools;
	size_t tool_len, tool_cap;
	struct str finish; /* "" until it came */
	bool think_tags; /* thoughts may stand in the content */
	struct openai_think think;
	struct value extra; /* beside the message: logprobs ...; dict or VALUE_NONE */
	struct value message_extra; /* within it: annotations, reasoning_details ... */
};

void openai_choice_free(struct openai_choice *c);

/* Adds a delta, or a whole message, telling DELTA (may be NULL) the pieces. Strings that are kept
 * are copied to KEEP; SCRATCH is for passing things. False when a bound is reached. */
bool openai_choice_add(struct openai_choice *c, struct value delta, struct arena *keep,
	struct arena *scratch, wire_delta_fn *told, void *ctx) WARN_UNUSED;

/* No more will come: gives out what was held back. */
bool openai_choice_end(
	struct openai_choice *c, struct arena *scratch, wire_delta_fn *told, void *ctx) WARN_UNUSED;

/* The calls as a list, VALUE_NONE when there are none, and the message in the API's form. */
struct value openai_choice_tools(struct arena *a, const struct openai_choice *c);
struct value openai_choice_message(struct arena *a, const struct openai_choice *c);

#endif
