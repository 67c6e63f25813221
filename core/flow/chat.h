/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_CHAT_H
#define CORE_FLOW_CHAT_H

#include "core/base/err.h"
#include "core/model/message.h"

/*
 * Chat splitting: rendered text into messages, by Prompt flow's rules. A role line is, at the start
 * of a line and in any letter case: white space, at most one '#', white space, one of system, user,
 * assistant, function, tool, white space, ':', white space, and a line break. "##" or text behind
 * the colon make it ordinary text. The text up to the next role line is the message, trimmed; it
 * may begin with the lines "## name:" VALUE "## content:" (0 to 2 '#'; asked for by the role
 * function), "## tool_call_id:" VALUE "## content:" (asked for by the role tool) or, for the role
 * assistant, "## tool_calls:" and a Python list, which ends at its first ']'.
 */

struct image_set;

/* Splits TEXT. Lines that are markers of IMAGES (NULL: none) become image parts. Strings are
 * borrowed from TEXT, except those of tool calls and images. Errors: text before the first role, a
 * function without a name, a tool message without its id. */
bool chat_split(struct arena *a, struct str text, const struct image_set *images,
	struct message **out, size_t *count, struct err *e) WARN_UNUSED;

/* TEXT has at least one role line. */
bool chat_has_roles(struct str text);

/* What a run makes of rendered text: split, with what was escaped in the inputs (escape.h) as it
 * was. A text without roles is one user message when ROLES_ARE_OPTIONAL (plain prompts). */
struct escape;
bool chat_messages(struct arena *a, struct str text, bool roles_are_optional,
	const struct escape *escape, const struct image_set *images, struct message **out,
	size_t *count, struct err *e) WARN_UNUSED;

#endif
