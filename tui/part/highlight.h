/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_HIGHLIGHT_H
#define TUI_PART_HIGHLIGHT_H

#include "tui/draw/role.h"

/*
 * Colours for the files people edit: prompts (front matter, speakers, Jinja), YAML, and the
 * citations of an answer. A line is looked at by itself, given the state its predecessors left.
 */

enum highlight_kind {
	HIGHLIGHT_PLAIN,
	HIGHLIGHT_PROMPTY, /* front matter between "---", then a template with speakers */
	HIGHLIGHT_TEMPLATE, /* the latter alone */
	HIGHLIGHT_YAML,
	HIGHLIGHT_ANSWER /* citations: [1] */
};

/* What a line's end leaves open. */
enum highlight_state {
	STATE_START,
	STATE_FRONT,
	STATE_BODY,
	STATE_TAG,
	STATE_VARIABLE,
	STATE_COMMENT
};

enum highlight_kind highlight_kind_of(const char *path);
/* Fills ROLES (NULL: only the state is wanted), one for each byte of LINE, where it knows better
 * than what stands there. */
enum highlight_state highlight_line(
	enum highlight_kind kind, enum highlight_state state, struct str line, uint8_t *roles);

#endif
