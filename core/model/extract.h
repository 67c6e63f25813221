/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_EXTRACT_H
#define CORE_MODEL_EXTRACT_H

#include "core/model/extract_parse.h"

/*
 * The extractive answerer: no model at all, but a way to see a whole pipeline work without a key
 * and without a network. It answers a question with the one to three sentences of the prompt's
 * passages that are best supported, each with its passage's number, or says that the passages do
 * not answer it. It is deterministic, adds no fact of its own, and obeys nothing that a passage
 * says.
 */

enum extract_outcome {
	EXTRACT_ANSWERED,
	EXTRACT_NOT_IN_PASSAGES,
	EXTRACT_NO_PASSAGES,
	EXTRACT_NO_QUESTION
};

struct extract_answer {
	enum extract_outcome outcome;
	struct str *pieces; /* to be put one after the other; a sentence and its "[n]" each */
	unsigned *citations; /* of each piece, 0 for our own words */
	size_t len;
	enum language language;
	double support; /* of the best sentence, 0 to 1 */
	size_t input_tokens, output_tokens; /* estimates */
};

enum { EXTRACT_MAX_PIECES = 8 };

struct extract_answer extract_answer(struct arena *a, const struct message *messages, size_t count);

#endif
