/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_NEUTRAL_H
#define CORE_MODEL_NEUTRAL_H

#include "core/model/message.h"

/*
 * Reading the neutral form of a request, whose parameters are those of OpenAI's chat API, for the
 * formats that say the same in other words. What a format has no word for is refused before
 * anything is sent: an answer to another question is worse than none.
 */

/* A parameter that a format lacks, with what to say besides; "" for nothing. */
struct neutral_lack {
	const char *name;
	const char *why;
};

/* Fails when PARAMETERS asks for one of LACKS (ended by a NULL name): it is there and is not its
 * own default (null, false, 0, an empty map; 1 for n). WHO: "Anthropic". */
bool neutral_refuse(struct value parameters, const char *who, const struct neutral_lack *lacks,
	struct err *e) WARN_UNUSED;

/* Copies what of PARAMETERS is not in TAKEN (ended by NULL) into BODY, as it is. */
void neutral_pass(struct value body, struct value parameters, const char *const *taken);

/* A function that is offered: from "tools", or from the older "functions". */
struct neutral_tool {
	bool is_function; /* false: GIVEN is a tool of the vendor's own kind */
	struct str name, description; /* "" when there is none */
	struct value schema; /* VALUE_NONE when there is none */
	struct value strict;
	struct value given; /* the item of the list */
};

size_t neutral_tool_count(struct value parameters);
struct neutral_tool neutral_tool_at(struct value parameters, size_t i);

enum neutral_choice {
	NEUTRAL_CHOICE_NONE_GIVEN,
	NEUTRAL_CHOICE_AUTO,
	NEUTRAL_CHOICE_NEVER, /* "none" */
	NEUTRAL_CHOICE_REQUIRED,
	NEUTRAL_CHOICE_NAMED, /* *NAME is the function */
	NEUTRAL_CHOICE_OTHER /* a map that is the vendor's own */
};

/* "tool_choice", or the older "function_call". */
enum neutral_choice neutral_tool_choice(struct value parameters, struct str *name);

enum neutral_format { NEUTRAL_TEXT, NEUTRAL_JSON, NEUTRAL_SCHEMA, NEUTRAL_FORMAT_OTHER };

/* "response_format"; *SCHEMA is set for NEUTRAL_SCHEMA. */
enum neutral_format neutral_response_format(struct value parameters, struct value *schema);

/* "stop" as a list; VALUE_NONE when there is none. */
struct value neutral_stop(struct arena *a, struct value parameters);

/* "max_completion_tokens", or "max_tokens"; -1 when there is none. */
int64_t neutral_max_tokens(struct value parameters);

/* An image's URL taken apart: true when it is a data URL of base64, whose type and data it sets. */
bool neutral_image_data(struct str url, struct str *type, struct str *base64);

/* The parts of a message's content: a plain content is one text part in *ONE. */
const struct message_part *neutral_parts(
	const struct message *m, struct message_part *one, size_t *count);
/* Its text parts joined by line breaks. */
struct str neutral_text(struct arena *a, const struct message *m);

/* The name and arguments of an item of tool_calls; arguments that are not a JSON object are refused
 * with a sentence. */
bool neutral_call(struct arena *a, struct value call, struct str *name, struct value *arguments,
	struct err *e) WARN_UNUSED;

/* The name of the function that the call CALL_ID of an earlier message called; "" when none did. */
struct str neutral_called(const struct message *messages, size_t count, struct str call_id);

#endif
