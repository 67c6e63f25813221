/* SPDX-License-Identifier: MIT */
#ifndef CORE_EVAL_GOLDEN_H
#define CORE_EVAL_GOLDEN_H

#include "core/base/err.h"
#include "core/data/value.h"

/*
 * A golden set: questions with what a right answer must contain and where it stands. A JSON Lines
 * file, an object a line: "id", "question", "facts" (strings; "a|b" are alternatives), "source"
 * ("file#heading", or null), "also" (further right sources), "answerable".
 */

struct golden_case {
	struct str id;
	struct str question;
	struct value facts; /* list of strings */
	struct str source; /* "" when there is none */
	struct value also; /* list of strings, or VALUE_NONE */
	bool answerable;
};

/* Reads PATH into the arena. Errors name file:line. */
bool golden_read(struct arena *a, const char *path, struct golden_case **out, size_t *count,
	struct err *e) WARN_UNUSED;

/* Whether SOURCE is one of the case's. */
bool golden_has_source(const struct golden_case *c, struct str source);

#endif
