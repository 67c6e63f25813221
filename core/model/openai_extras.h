/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_OPENAI_EXTRAS_H
#define CORE_MODEL_OPENAI_EXTRAS_H

#include "core/data/value.h"

/*
 * What a chunk of a stream holds beside the fields that every server has: logprobs, citations,
 * filter results, reasoning details, whose server it was. A whole answer has each of them once, so
 * the pieces are put together: lists grow, maps grow by their members, anything else is replaced.
 * Items of "reasoning_details" that have the same index are one item whose texts grow.
 */

/* Adds the members of FROM that are not in SKIP (ends with NULL) and not null to *TO (a dict made
 * in A when there is a first one, VALUE_NONE before). Copies. */
void openai_extras_add(
	struct arena *a, struct value *to, struct value from, const char *const *skip);

/* Puts all members of FROM (dict or VALUE_NONE) into TO where TO has none of that name. */
void openai_extras_give(struct value to, struct value from);

/* What Azure's content filter found in an answer or an error ("violence (high)", "jailbreak"), as a
 * sentence in A; "" when it found nothing or there is none. */
struct str openai_extras_filter(struct arena *a, struct value answer);

#endif
