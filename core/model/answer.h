/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_ANSWER_H
#define CORE_MODEL_ANSWER_H

#include "core/model/usage.h"
#include "core/model/wire.h"

/*
 * What the answers of the vendors' own formats (Anthropic, Gemini, Ollama, Bedrock) have in common
 * while they come: the text of each kind, the tool calls in the neutral form, usage, ids, and the
 * error a server told of. A format's parser holds one, fills it, and knows its own end.
 *
 * A tool call that has to be sent back with more than its name and arguments (a signature of the
 * thinking before it) carries that in its "extra_content".
 */

enum { ANSWER_PARTS_MAX = 4096 };

struct answer {
	struct wire_answer base;
	struct buf text, reasoning, refusal;
	struct trace_usage usage;
	struct value usage_given; /* as the server wrote it, VALUE_NONE: none came */
	struct value whole; /* the body when it came as one */
	struct str id, model, finish; /* finish: the provider's word */
	struct str note; /* a sentence about the request, or "" */
};

/* For wire->init and wire->free. */
void answer_init(struct answer *a);
void answer_free(struct answer *a);

/* Adds a piece to the text of its kind and tells of it; a TRACE_DELTA_TOOL is told only. False (E:
 * ERR_LIMIT) when the text is too long. */
bool answer_add(
	struct answer *a, enum trace_delta_kind kind, struct str piece, struct err *e) WARN_UNUSED;

/* Reads the JSON of an event into the scratch arena, which is emptied before; it must be an object.
 * Bad UTF-8 becomes U+FFFD. */
bool answer_read(struct answer *a, struct str data, struct value *out, struct err *e) WARN_UNUSED;
/* The same for a whole body, into the arena; it may be any value. */
bool answer_read_whole(
	struct answer *a, struct str body, struct value *out, struct err *e) WARN_UNUSED;

/* Notes that the server told of an error. Always false, with E saying so. */
bool answer_fail(struct answer *a, struct wire_error error, struct err *e);

/* Keeps the first string of that name that is not empty. */
void answer_keep(struct answer *a, struct str *to, struct value dict, const char *key);

/* Fills R with what came, without its tool calls and its response. Borrowed from A. */
void answer_result(struct answer *a, struct model_result *r);

/* A call of a function in the neutral form; ARGUMENTS is its JSON text. */
struct value answer_call(struct arena *a, struct str id, struct str name, struct str arguments);

#endif
