/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_SENT_H
#define CORE_ENGINE_SENT_H

#include "core/data/value.h"

/* What a request said, read back from its exact body, in whichever wire format (OpenAI's,
 * Anthropic's, Gemini's, Ollama's, Bedrock's): its messages (or the prompt of a completion), and
 * beside them its parameters. */

struct sent_message {
	struct str role; /* the request's word; "prompt" for a completion's */
	struct str name; /* of the speaker or the tool call it answers, or "" */
	struct str text; /* text parts joined; images and tool calls as a line each */
};

/* False when the body is not such a request (or there is none). */
bool sent_messages(struct str body, struct arena *a, struct sent_message **out, size_t *count);

/* A dict of everything but the messages; VALUE_NONE when the body is not JSON. */
struct value sent_parameters(struct str body, struct arena *a);

#endif
