/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_ANTHROPIC_ANSWER_H
#define CORE_MODEL_ANTHROPIC_ANSWER_H

#include "core/model/answer.h"

/*
 * Puts an answer of Anthropic's Messages API together from the events of its stream, or from a
 * whole message. Its end is "message_stop"; events of unknown types say nothing; usage counts up,
 * so the last number of each kind stands. Blocks are kept as the API gives them, those of thinking
 * with their signatures, so that they can be sent back.
 */

struct anthropic_block {
	int64_t index;
	struct value start; /* dict: the block as it began */
	struct buf text; /* of a text or thinking block, or the JSON of a tool's input */
	struct buf signature;
	struct value citations; /* list, or VALUE_NONE */
};

struct anthropic_answer {
	struct answer own;
	struct anthropic_block *blocks;
	size_t len, cap;
	struct value message; /* the dict of message_start, without content */
	struct value stop; /* the dict of message_delta that gave the reason */
};

void anthropic_answer_init(struct anthropic_answer *a);
void anthropic_answer_free(struct anthropic_answer *a);
/* See struct wire. */
bool anthropic_answer_event(struct anthropic_answer *a, struct str data, struct err *e) WARN_UNUSED;
bool anthropic_answer_whole(struct anthropic_answer *a, struct str body, struct err *e) WARN_UNUSED;
bool anthropic_answer_is_complete(const struct anthropic_answer *a);
void anthropic_answer_result(struct anthropic_answer *a, struct model_result *r);
enum wire_end anthropic_answer_end(const struct anthropic_answer *a, const struct model_result *r);

#endif
