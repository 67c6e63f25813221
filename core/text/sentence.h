/* SPDX-License-Identifier: MIT */
#ifndef CORE_TEXT_SENTENCE_H
#define CORE_TEXT_SENTENCE_H

#include "core/base/str.h"

/*
 * Sentences of Chinese and English prose and Markdown. One ends at 。！？… and at . ! ? with the
 * closing quotes and brackets after them; not at the point of a number, an abbreviation ("e.g.",
 * "Dr.", initials) or before a small letter. A blank line, and a line break next to a heading, a
 * list item, a table row or a fence, end one too; other line breaks are white space.
 */

enum sentence_kind {
	SENTENCE_PROSE,
	SENTENCE_HEADING, /* "# ..." */
	SENTENCE_ITEM, /* begins a list item: "- ...", "1. ...", "（一）..." */
	SENTENCE_ROW, /* a row of a table, whole */
	SENTENCE_RULE /* nothing to read: a table's or a heading's line, a fence */
};

struct sentence {
	struct str text; /* of the source's bytes, without white space at its ends */
	size_t start; /* its offset in the source */
	enum sentence_kind kind;
};

struct sentences {
	struct sentence *items;
	size_t len;
	size_t cap;
};

struct sentences sentences_of(struct arena *a, struct str text);

/* TEXT without Markdown's marks of its line (list bullet, heading signs, quote sign): what is
 * quoted to people. */
struct str sentence_bare(struct str text);

#endif
