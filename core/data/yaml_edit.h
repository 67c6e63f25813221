/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_YAML_EDIT_H
#define CORE_DATA_YAML_EDIT_H

#include "core/base/err.h"
#include "core/data/value.h"

/*
 * Changes one value of a YAML file that people write by hand, by splicing bytes: comments, order,
 * quotes, line ends and everything else stay byte for byte as they are.
 *
 * A change is refused rather than guessed: the text is read before and after, and what it means
 * must differ in just the asked-for place. So anchors, merges, values over several lines and other
 * rare forms may end in an error that says to change the file by hand, never in a spoiled file.
 */

struct yaml_path {
	const struct str *parts; /* keys from the root down */
	size_t count; /* > 0 */
};

/* Sets the value at PATH in *TEXT: V is a string, a boolean, an integer or (only where nothing is
 * yet) a dict of these. Maps that are missing on the way are made. The new text is in the arena.
 * NAME is the file's name for errors. */
bool yaml_edit_set(struct arena *a, const char *name, struct str *text, struct yaml_path path,
	struct value v, struct err *e) WARN_UNUSED;

/* Takes out the entry at PATH with the lines that belong to it; fine when there is none. A map that
 * loses its last entry stays as {}. */
bool yaml_edit_remove(struct arena *a, const char *name, struct str *text, struct yaml_path path,
	struct err *e) WARN_UNUSED;

/* Gives the entry at PATH another key. */
bool yaml_edit_rename(struct arena *a, const char *name, struct str *text, struct yaml_path path,
	struct str key, struct err *e) WARN_UNUSED;

#endif
