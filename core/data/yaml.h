/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_YAML_H
#define CORE_DATA_YAML_H

#include "core/base/err.h"
#include "core/data/value.h"

/*
 * YAML 1.2 core schema into values with their places, on libfyaml. Only true/false are booleans
 * (yes, no, on, off are strings); plain integers past 64 bits are refused by name. Anchors, aliases
 * and merge keys are resolved within bounds (aliases <= 100, depth <= 64, 1,000,000 nodes, expanded
 * size <= 10 MiB). Refused with a place: a second document, duplicate keys, tags other than the
 * core schema's, keys that are not scalars (scalar keys become strings), NUL, text that is not
 * UTF-8.
 */

/* NAME is the file's name in errors. FIRST_LINE is added to every line (0 for a whole file; the
 * number of lines before it for a front matter). Empty text gives VALUE_NONE. */
bool yaml_read(struct arena *a, struct str text, const char *name, unsigned first_line,
	struct value *out, struct err *e) WARN_UNUSED;

/* The library's name and version, for `lathe doctor`. */
const char *yaml_library(void);

#endif
