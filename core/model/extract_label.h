/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_EXTRACT_LABEL_H
#define CORE_MODEL_EXTRACT_LABEL_H

#include "core/base/str.h"

/* What a line of a prompt says about the lines after it. Internal to the extractive answerer. */

enum extract_label {
	LABEL_NONE,
	LABEL_PASSAGE, /* "[3] (source)": begins passage `number` */
	LABEL_CONTEXT, /* "Passages:" */
	LABEL_QUESTION, /* "Question: ..." */
	LABEL_INSTRUCTIONS, /* "Rules:" */
	LABEL_ANSWER, /* "Answer:": what follows is the model's */
	LABEL_HEADING, /* a Markdown heading that says none of these */
	LABEL_BLANK
};

struct extract_line {
	enum extract_label label;
	unsigned number; /* LABEL_PASSAGE */
	struct str source; /* LABEL_PASSAGE and HEADING; may be empty */
	struct str rest; /* of the line, after the label */
	size_t start, end; /* of the whole line in its text */
};

/* LINE is a line of a text, without its line break; start and end are left to the caller. */
struct extract_line extract_label_of(struct str line);

#endif
