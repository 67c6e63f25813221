/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_JSON_H
#define CORE_DATA_JSON_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/data/value.h"

/*
 * JSON to and from values, on jansson. Reading is strict (no duplicate keys, no trailing text,
 * depth at most 256) with two mercies for foreign bytes: a byte order mark is skipped, and lone
 * surrogate escapes ("\ud83d"), which some servers stream, become U+FFFD instead of failing.
 */

/* NAME is used in errors, as "NAME:line:column"; may be NULL. */
bool json_read(struct arena *a, struct str text, const char *name, struct value *out,
	struct err *e) WARN_UNUSED;

enum json_style {
	JSON_COMPACT, /* {"a":1} */
	JSON_INDENTED /* two spaces, a line an item */
};

/* Appends V. Besides what JSON asks, DEL, C1, U+2028/2029, bidi controls and zero-width characters
 * are written as \u escapes, so that the text is safe on a terminal. Numbers that JSON has no form
 * for (nan, inf) are written as null, bytes that are not UTF-8 as U+FFFD. False when the buffer is
 * full or V is nested more than 1,024 deep (as one that holds itself is). */
bool json_write(struct buf *out, struct value v, enum json_style style);

/* The same into an arena (bounded by BUF_DEFAULT_MAX); empty when json_write would fail. */
struct str json_text(struct arena *a, struct value v, enum json_style style);

/* Appends S as a JSON string with its quotes. */
bool json_write_str(struct buf *out, struct str s);

#endif
