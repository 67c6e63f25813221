/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_ESCAPE_H
#define CORE_FLOW_ESCAPE_H

#include "core/base/ids.h"
#include "core/data/value.h"

/*
 * Foreign text must not be able to open a message. Before a template is rendered, what could act as
 * a role line ("system:" at the end of a line), or as one of the lines "name:", "tool_call_id:",
 * "tool_calls:" below it, has its colon replaced by a marker; after the text has been split into
 * messages the markers become colons again, so nobody sees them. The marker is a random UUID: text
 * from outside cannot contain it.
 *
 * Prompt flow replaces the role word and looks at whole lines; this also covers a line that only
 * the template around it completes (text that ends in "system:", text cut in two inputs).
 */

enum { ESCAPE_MARKER = 36 };

struct escape {
	char marker[ESCAPE_MARKER + 1];
};

/* A marker from the program's source of ids: random, or counting in scripted tests. */
struct escape escape_new(struct ids *ids);

/* A copy of V with every string in it, at any depth, escaped; V itself where nothing changes.
 * Keys of dicts are left alone. */
struct value escape_value(const struct escape *x, struct arena *a, struct value v);
struct str escape_str(const struct escape *x, struct arena *a, struct str s);

/* The way back; markers in any letter case count, because templates may change it. */
struct value escape_undo_value(const struct escape *x, struct arena *a, struct value v);
struct str escape_undo(const struct escape *x, struct arena *a, struct str s);

#endif
