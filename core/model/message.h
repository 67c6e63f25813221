/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_MESSAGE_H
#define CORE_MODEL_MESSAGE_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/data/value.h"

/* A chat message in the neutral form every provider translates from. Borrowed strings; the owner of
 * the request owns the bytes. */

enum message_role {
	ROLE_SYSTEM,
	ROLE_DEVELOPER,
	ROLE_USER,
	ROLE_ASSISTANT,
	ROLE_TOOL,
	ROLE_FUNCTION
};

enum message_part_kind { PART_TEXT, PART_IMAGE };

struct message_part {
	enum message_part_kind kind;
	struct str text; /* PART_TEXT */
	struct str url; /* PART_IMAGE: https URL or data:image/...;base64,... */
	struct str detail; /* "auto", "low", "high" or "" */
};

struct message {
	enum message_role role;
	struct str content; /* when part_count is 0 */
	struct message_part *parts; /* text and images in order */
	size_t part_count;
	struct str name; /* "" when absent */
	struct str tool_call_id; /* ROLE_TOOL */
	struct value tool_calls; /* ROLE_ASSISTANT: a list, or VALUE_NONE */
	struct value reasoning; /* ROLE_ASSISTANT: what came before the calls and some providers
				   want back with them, a text or their own list; VALUE_NONE */
};

const char *message_role_word(enum message_role role);

/* The messages as the list of maps that OpenAI's chat API takes ({"role", "content", ...}): the
 * form also used in traces, on screens and by `lathe render --messages`. */
struct value messages_to_value(struct arena *a, const struct message *messages, size_t count);

#endif
