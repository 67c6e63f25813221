/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TOKENS_ENCODINGS_H
#define CORE_DATA_TOKENS_ENCODINGS_H

#include "core/base/str.h"
#include "core/data/tokens/split_scan.h"

/*
 * The encodings this program knows, and which model uses which.
 *
 * A special token is no text: a chat's template puts it between the messages. Where a text holds
 * its name that is ordinary text, unless the caller says otherwise.
 */

struct special_token {
	const char *name; /* "%u" in it: the id less FIRST, plus NUMBER */
	uint32_t first, last; /* ids */
	uint32_t number;
};

/* What a chat's template adds, in tokens; for OpenAI's closed models an estimate, not a contract.
 */
struct chat_overhead {
	uint8_t message; /* to the tokens of each message's role and content */
	uint8_t name; /* to those of a name, where one is given */
	uint8_t reply; /* once, for the answer's beginning */
};

struct encoding {
	const char *name; /* "o200k_base" */
	const char *vocabulary; /* data/tokens/NAME.vocab */
	enum split_style style;
	unsigned digits; /* of one piece, at most */
	bool nfc; /* a text is normalised first */
	bool whole_only; /* see struct vocabulary */
	const char *pattern;
	const struct special_token *special; /* ends with a row without a name */
	struct chat_overhead chat;
};

enum { ENCODING_COUNT = 8 };
extern const struct encoding encodings[ENCODING_COUNT];

/* By name, also by another usual one ("gpt2", "qwen3"); NULL when there is none. */
const struct encoding *encoding_by_name(struct str name);

enum model_encoding {
	MODEL_EXACT, /* published: the count is what the model sees */
	MODEL_ASSUMED, /* a newer model of a family: what the family uses now */
	MODEL_UNKNOWN /* none that is public: the encoding is only a beginning for an estimate */
};

/* What MODEL ("gpt-4o-mini", "ft:gpt-4o:...", "Qwen/Qwen2.5-7B-Instruct", "llama3.1:8b") uses.
 * Never NULL; *HOW says how sure that is. */
const struct encoding *encoding_of_model(struct str model, enum model_encoding *how);

#endif
