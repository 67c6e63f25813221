/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_EXTRACT_SCORE_H
#define CORE_MODEL_EXTRACT_SCORE_H

#include "core/model/extract_parse.h"

/*
 * How well each sentence of the passages is supported as an answer to a question, or a part of it.
 *
 * The question's informative units are those of extract_units.h. A unit weighs its idf over all
 * sentences of the passages; more when no passage has it, less when it says little, is an action,
 * or stands in another part of the question. A sentence's support is the share of the weight that
 * is found: fully in the sentence itself, less in what it stands under (the passage's source and
 * headings, the table's head, what leads to its list, a question before it), less in its
 * neighbours, least elsewhere in the passage. A heading that the question names has its units for
 * all sentences below it, as far as the question has the heading's words. A sentence without the
 * rarest unit that any passage has loses some of its support. What the question's wording asks for
 * (answer_type.h) counts as found in a sentence that has it; one without it loses some of its
 * support, more when the sentences around it have none. Support is between 0 and 1; it decides
 * whether anything is answered.
 *
 * Among supported sentences those come first that have the kind of answer that is asked for, whose
 * matching terms stand close together, under a heading or in a column that the question names, and
 * of an early passage, since passages mostly come ranked.
 */

struct scored {
	const struct extract_passage *passage;
	struct str text; /* to be quoted: the sentence without Markdown's marks, or a table's row
			    with its head */
	size_t order; /* among all sentences */
	enum language language;
	double support; /* 0 to 1 */
	double topic; /* how well a heading above it fits the question, 0 to 1 */
	double own; /* the part of it that the sentence has in itself */
	double score; /* for the order */
	uint64_t units; /* bit per unit that the sentence has in itself (the first 64) */
	bool leads; /* ends in a colon: what follows belongs to it */
	double fit; /* to the kind of answer that is asked for, 0 to 1 */
	double strictness; /* of that kind: answer_type_strictness() */
	size_t lead; /* order of what leads to it, or SIZE_MAX */
	bool is_item; /* of a list or a table */
	bool is_row; /* of a table */
};

struct scores {
	struct scored *items; /* in the order of the text; only sentences that can be quoted */
	size_t len, cap;
	size_t units; /* informative units of the question */
};

/* PART is a part of the question, or all of it. */
struct scores extract_score(struct arena *a, const struct extract_input *in, struct str part);

#endif
