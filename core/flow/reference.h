/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_REFERENCE_H
#define CORE_FLOW_REFERENCE_H

#include "core/base/err.h"
#include "core/data/value.h"

/*
 * References of a flow file: a string that is "${" ... "}" as a whole. There is no interpolation in
 * longer strings. "${inputs.NAME}" and "${flow.NAME}" are flow inputs; anything else is
 * "${NODE}", "${NODE.SECTION}" or "${NODE.SECTION.PROPERTY}", where SECTION must be "output";
 * "${NODE.output[0]}" is read as "${NODE.output.[0]}".
 */

enum reference_kind { REFERENCE_LITERAL, REFERENCE_INPUT, REFERENCE_NODE };

struct reference {
	enum reference_kind kind;
	struct str name; /* of the input or node; borrowed from the text */
	struct str section; /* "" or "output" or something unusable */
	struct str property; /* "a.b[0]['c d']" or "" */
};

struct reference reference_parse(struct value v);

/* Follows PROPERTY into V: dict by key, list by index. The error names the failing step. */
bool reference_follow(
	struct value v, struct str property, struct value *out, struct err *e) WARN_UNUSED;

#endif
