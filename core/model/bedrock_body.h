/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_BEDROCK_BODY_H
#define CORE_MODEL_BEDROCK_BODY_H

#include "core/model/provider.h"

/*
 * The request of Bedrock's Converse, from the neutral form: system text beside the messages, one
 * message for neighbours of a role, tools and their results as blocks. Parameters that Converse has
 * no place for (top_k, thinking, ...) are the model's own: they go into
 * additionalModelRequestFields. Images are bytes within the request.
 *
 * "extra_content": {"bedrock": {"reasoning": [blocks]}} of a tool call puts the reasoning of the
 * answer it came with before the calls, signed as it was.
 */

/* Refuses what the API lacks. Into the arena. */
bool bedrock_body(struct arena *a, const struct model_request *request, struct str *out,
	struct err *e) WARN_UNUSED;

/* Sets "system" and "messages" of BODY; for bedrock_body.c. */
bool bedrock_messages(struct arena *a, const struct model_request *request, struct value body,
	struct err *e) WARN_UNUSED;

#endif
