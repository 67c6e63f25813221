/* SPDX-License-Identifier: MIT */
#ifndef CORE_COMMAND_TEXT_INPUT_H
#define CORE_COMMAND_TEXT_INPUT_H

#include "core/base/err.h"
#include "core/data/value.h"

/* Texts that a verb is given on the command line: as they stand, in files, on standard input. */

enum { TEXT_INPUT_MAX = 64 << 20 }; /* bytes of a file, of standard input */

enum text_input_kind {
	TEXT_INPUT_TEXT_OR_FILE, /* the file of that name if there is one, else the word itself */
	TEXT_INPUT_LINES /* a file whose lines are texts, JSON strings, or objects with "text" */
};

/* WORDS, a list of strings ("-": standard input), as a list of texts; without the line end at the
 * end of a file. Fails when there is none, or an empty one. */
bool text_inputs(struct arena *a, struct value words, enum text_input_kind kind, struct value *out,
	struct err *e) WARN_UNUSED;

#endif
