/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_LITERAL_H
#define CORE_FLOW_LITERAL_H

#include "core/data/value.h"

/* Python literals, the form in which prompts write an assistant's tool calls: lists, tuples (read
 * as lists), dicts with string keys, strings in single, double or triple quotes, numbers, True,
 * False and None. Nothing is evaluated. */

/* Reads the whole of TEXT; false, and OUT as it was, when it is
 * anything else. Strings go into the arena. */
bool literal_read(struct arena *a, struct str text, struct value *out);

#endif
