/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_SHAPE_H
#define CORE_DATA_SHAPE_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/data/value.h"

/*
 * What our own files may hold, as tables: checked when they are read, and printed as their manual.
 * Unknown keys and values of the wrong kind are refused with file:line:column and a "did you mean".
 */

enum shape_kind {
	SHAPE_TEXT,
	SHAPE_BOOL,
	SHAPE_COUNT, /* a whole number, 1 or more */
	SHAPE_DOLLARS, /* a number of dollars, more than 0 (shape_dollars) */
	SHAPE_PRICE, /* a number of dollars, 0 or more (shape_dollars) */
	SHAPE_WORDS, /* a list of strings */
	SHAPE_MAP, /* any keys: not looked into */
	SHAPE_KEYS, /* a map with the keys of `inside` */
	SHAPE_NAMED /* a map from names of the user's to maps with the keys of `inside` */
};

struct shape_key {
	const char *name;
	enum shape_kind kind;
	bool required;
	const struct shape_key *inside; /* ends with a row without a name */
	const char *choices; /* SHAPE_TEXT: the words allowed, space separated, or NULL */
	const char *help; /* a sentence, for the manual */
	const char *example; /* YAML, for the manual */
};

/* Checks V (VALUE_NONE, an empty file, is fine) against KEYS. FILE is for the places of errors. */
bool shape_check(
	struct value v, const struct shape_key *keys, const char *file, struct err *e) WARN_UNUSED;

/* What a SHAPE_DOLLARS value says, in nano-dollars; 0 for a value that is none, NULL included. */
int64_t shape_dollars(const struct value *v);

/* The keys as a section of a manual page, in man(7) macros. */
void shape_man(struct buf *out, const struct shape_key *keys);

#endif
