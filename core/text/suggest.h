/* SPDX-License-Identifier: MIT */
#ifndef CORE_TEXT_SUGGEST_H
#define CORE_TEXT_SUGGEST_H

#include "core/base/str.h"

/*
 * "Did you mean": the name nearest to a word that was not found. Nearness is the number of edits
 * (insert, delete, replace, swap neighbours), letter case aside; as near as a third of the longer
 * word's length, at most 3, or the word being the start of a name. Of equally near names the first
 * offered wins.
 *
 *     struct suggest s = suggest_for(word);
 *     for each name: suggest_offer(&s, name);
 *     if (s.best.len > 0) ...
 */

struct suggest {
	struct str word;
	struct str best; /* empty while nothing is near */
	size_t distance; /* of the best; grows no further than what counts as near */
};

struct suggest suggest_for(struct str word);
void suggest_offer(struct suggest *s, struct str name);

/* The nearest of NAMES, which ends with NULL; NULL when none is near. */
const char *suggest_name(struct str word, const char *const *names);

#endif
