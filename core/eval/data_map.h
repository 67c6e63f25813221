/* SPDX-License-Identifier: MIT */
#ifndef CORE_EVAL_DATA_MAP_H
#define CORE_EVAL_DATA_MAP_H

#include "core/flow/inputs.h"

/*
 * Which column of the data each input gets. An input that the map names gets the column it says,
 * written "column" or as in Prompt flow "${data.column}"; a path goes on into objects
 * ("${data.user.name}"). The others get the column of their own name, when there is one; then their
 * default. An input with a fixed value has that, whatever the row says. Columns that no input takes
 * are left alone. A prompt that declares no inputs gets all columns, and those of the map beside
 * them.
 */

struct data_binding {
	struct str input;
	struct str column; /* as written, without "${data." and "}" */
};

struct data_map {
	struct data_binding *items;
	size_t len;
	struct value fixed; /* dict of inputs that are the same for all rows, or VALUE_NONE */
};

/* From a dict {input: column}, or VALUE_NONE; FIXED is borrowed. DECLARED says which inputs there
 * are. */
bool data_map_read(struct arena *a, struct value map, struct value fixed,
	const struct inputs *declared, struct data_map *out, struct err *e) WARN_UNUSED;

/* The inputs for a row, as a new dict. An error names the column or input that is missing. */
bool data_map_apply(const struct data_map *map, const struct inputs *declared, struct value row,
	struct arena *a, struct value *out, struct err *e) WARN_UNUSED;

#endif
