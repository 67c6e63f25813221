/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_BEDROCK_ANSWER_H
#define CORE_MODEL_BEDROCK_ANSWER_H

#include "core/model/answer.h"
#include "core/net/aws_events.h"

/*
 * Puts an answer of Bedrock's Converse together from the events of its stream, or from a whole
 * body. Its end is messageStop; the metadata behind it brings usage, and is the last word.
 */

struct bedrock_block {
	int64_t index;
	struct value start; /* dict: of a tool's call; VALUE_NONE else */
	struct buf text; /* text, reasoning, or the JSON of a tool's input */
	struct buf signature; /* of reasoning */
	struct str redacted; /* reasoning that may not be read */
	bool is_reasoning;
};

struct bedrock_answer {
	struct answer own;
	struct aws_events events;
	struct bedrock_block *blocks;
	size_t len, cap;
	struct value more; /* dict of what else came: metrics, trace ... */
	struct err *feeding; /* while bytes are fed */
};

void bedrock_answer_init(struct bedrock_answer *a);
void bedrock_answer_free(struct bedrock_answer *a);
/* See struct wire; KIND is the event's type. */
bool bedrock_answer_event(
	struct bedrock_answer *a, struct str kind, struct str data, struct err *e) WARN_UNUSED;
bool bedrock_answer_feed(struct bedrock_answer *a, struct str bytes, struct err *e) WARN_UNUSED;
bool bedrock_answer_whole(struct bedrock_answer *a, struct str body, struct err *e) WARN_UNUSED;
bool bedrock_answer_is_complete(const struct bedrock_answer *a);
void bedrock_answer_result(struct bedrock_answer *a, struct model_result *r);
enum wire_end bedrock_answer_end(const struct bedrock_answer *a, const struct model_result *r);

#endif
