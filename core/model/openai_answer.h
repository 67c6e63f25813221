/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_OPENAI_ANSWER_H
#define CORE_MODEL_OPENAI_ANSWER_H

#include "core/model/wire.h"

/*
 * Puts an answer of the OpenAI chat format together, from the events of a stream or from a whole
 * body, with the liberties that compatible servers take (a tool call without an index, arguments as
 * an object, usage in every chunk, null choices, ...).
 *
 * What counts as the end of an answer: the finish_reason of every choice that was begun. "[DONE]"
 * alone does not: it only says that the server stops talking, and a server or a proxy that lost its
 * model says so too. A finish_reason without "[DONE]" does: nothing of the answer can follow it but
 * usage. Deltas of a choice behind its finish_reason are dropped. When more choices were asked for
 * than were begun, "[DONE]" decides that no more will come.
 */

struct openai_choice;

struct openai_answer {
	struct wire_answer base; /* done: "[DONE]" came */
	struct openai_choice *choices;
	size_t len, cap;
	size_t expected; /* choices asked for */
	struct trace_usage usage;
	enum usage_rate rate; /* by the last service tier that was told */
	struct value usage_given; /* as the server wrote it, VALUE_NONE: none came */
	struct value whole; /* the body when it came as one */
	struct str id, model, fingerprint;
	int64_t created;
	bool think_tags; /* thoughts may stand in the content, between tags */
	bool streamed;
	struct value extra; /* of the chunks' top level; dict or VALUE_NONE */
	struct str filter; /* what a content filter found, a sentence, or "" */
};

/* A holds zeroes, or base.delta and base.ctx: who is told the pieces of the first choice. */
void openai_answer_init(struct openai_answer *a, size_t expected);
/* All but the two arenas. */
void openai_answer_free(struct openai_answer *a);

/* Takes the data of one event. False when it is an error (base.failed) or cannot be understood,
 * with E saying what is wrong with it. */
bool openai_answer_event(
	struct openai_answer *a, struct str name, struct str data, struct err *e) WARN_UNUSED;

/* Takes a chunk, or an answer, that is read already; its strings are copied. */
bool openai_answer_take(struct openai_answer *a, struct value v, struct err *e) WARN_UNUSED;

/* Takes a whole body in the same way. */
bool openai_answer_whole(struct openai_answer *a, struct str body, struct err *e) WARN_UNUSED;

/* The answer has its end (see above). */
bool openai_answer_is_complete(const struct openai_answer *a);

/* Fills what came into R: text, reasoning, refusal, tool calls, finish reason, usage, ids and the
 * response in the API's form. Borrowed from A. Status and error are the caller's. */
void openai_answer_result(struct openai_answer *a, struct model_result *r);

#endif
