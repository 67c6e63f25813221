/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_DIALECT_H
#define CORE_MODEL_DIALECT_H

#include "core/model/provider.h"

/*
 * Who speaks OpenAI's formats how: one row a vendor. What means the same under another name is
 * renamed, what a vendor lacks is refused before anything is sent, with a sentence that names the
 * parameter, the vendor and what to do; what no row knows is passed on. The vendor "generic" gets
 * everything as it was written.
 *
 * From the vendors' own documentation as far as it could be read (2025-2026); a server that has
 * learnt a parameter since is reached with `vendor: generic`.
 */

/* How a vendor is told how much to think. */
enum dialect_thinking {
	THINKING_AS_GIVEN, /* reasoning_effort, passed on */
	THINKING_SWITCH, /* enable_thinking: true, and thinking_budget */
	THINKING_TYPE, /* thinking: {"type": "enabled"} */
	THINKING_TYPE_EFFORT, /* the same, and reasoning_effort beside it */
	THINKING_OBJECT, /* reasoning: {"effort", "max_tokens", "enabled"} */
	THINKING_TEMPLATE /* chat_template_kwargs: {"enable_thinking": true} */
};

struct dialect {
	const char *vendor; /* the word of lathe.yaml */
	const char *people; /* "Alibaba Model Studio" */
	const char *hosts[3]; /* ends of host names; ":11434" is a port of this machine */
	const char *max_tokens; /* the one name it knows; NULL: both, as given */
	const char *key_header, *key_prefix;
	enum dialect_thinking thinking;
	const char *reasoning_back; /* an assistant's reasoning goes back under this name within a
				       tool loop; NULL: it does not */
	bool has_developer; /* knows the role; others get "system" */
	bool no_stream_options; /* rejects them; usage comes anyway */
	bool tells_cost; /* with usage: {"include": true} */
	bool no_image_urls; /* takes pictures as data only */
	bool think_tags; /* may answer "<think>...</think>" within the text */
	unsigned bit; /* of the table of parameters */
};

/* The row of a connection: its `vendor`, else by the host of its base_url; never NULL. */
const struct dialect *dialect_of(const struct connection *connection);
/* By the word; NULL when there is none. The words, for errors and forms: "openai azure ...". */
const struct dialect *dialect_find(struct str vendor);
extern const char dialect_words[];

/* Where the key goes; `auth: bearer` of the connection makes it a bearer token. */
struct wire_request;
void dialect_key(
	const struct dialect *d, const struct connection *connection, struct wire_request *out);

bool dialect_is_generic(const struct dialect *d);

/* PARAMETERS (dict or VALUE_NONE) as D wants them; a new dict in the arena. False when one cannot
 * be sent. For the chat and completions API. */
bool dialect_parameters(struct arena *a, const struct dialect *d, struct value parameters,
	struct value *out, struct err *e) WARN_UNUSED;

/* True when the server gives answers of this model only as streams. */
bool dialect_streams_only(
	const struct dialect *d, struct str model, struct value parameters) WARN_UNUSED;

#endif
