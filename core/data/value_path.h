/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_VALUE_PATH_H
#define CORE_DATA_VALUE_PATH_H

#include "core/base/err.h"
#include "core/data/value.h"

/*
 * A place in a value, as people write it: "choices[0].text", "$.output['a key'][-1]", "items[*].t".
 * The useful part of JSONPath (RFC 9535): names, quoted names, indexes (negative from the end) and
 * [*], all items. A leading "$" or "$." says nothing.
 */

/* PATH can be read; E gets no place. */
bool value_path_check(struct str path, struct err *e) WARN_UNUSED;

/* What is there, VALUE_NONE when nothing is; behind a [*] a list of what is there in each item. An
 * unreadable path gives VALUE_NONE. A is for such lists. */
struct value value_path_find(struct arena *a, struct value v, struct str path);

/* The same as text: strings as they are, the items of a list joined, other things as JSON; "" for
 * nothing. */
struct str value_path_text(struct arena *a, struct value v, struct str path);

#endif
