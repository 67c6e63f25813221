/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_EXTRACT_PARSE_H
#define CORE_MODEL_EXTRACT_PARSE_H

#include "core/model/message.h"
#include "core/text/segment.h"

/*
 * What the extractive answerer takes from a chat: the question and the passages. Everything else,
 * instructions above all, is left aside, and nothing in a passage is anything but text to quote.
 *
 * Passages are, in the system messages, the tool messages and the last user message:
 *   "[1] (source) text", "【1】", "Passage 1:", "段落1：" up to the next one or the question;
 *   the blocks, parted by blank lines or Markdown headings, below a label such as "Context:",
 *   "Passages:", "资料：" or "## Context"; the items of a JSON list of strings or of objects with a
 *   "text" or "content"; and, where a user message has none of these, its paragraphs before the
 *   question.
 * The question is what a label ("Question:", "问题：", "Q:", "## Question") introduces: the last
 * label before the passages, else the last one of all. Without a label it is the last user
 * message's last paragraph, or of a long one its last sentence with a question mark.
 */

enum { EXTRACT_MAX_TEXT = 1 << 20, EXTRACT_MAX_PASSAGES = 200, EXTRACT_MAX_QUESTION = 2000 };

struct extract_passage {
	unsigned number; /* as the prompt numbers it, else counted */
	struct str source; /* "handbook/leave.zh.md#年假", or a heading; may be empty */
	struct str text;
};

struct extract_input {
	struct str question; /* empty when there is none */
	enum language language; /* the question's */
	struct extract_passage *passages;
	size_t len, cap;
};

/* Borrows the messages' bytes; looks at the first MiB of each. */
struct extract_input extract_parse(struct arena *a, const struct message *messages, size_t count);

#endif
