/* SPDX-License-Identifier: MIT */
#ifndef CORE_TEXT_SYNONYMS_H
#define CORE_TEXT_SYNONYMS_H

#include "core/base/str.h"

/*
 * Words of general language that people swap for each other when they ask: "salary" and 工资 for
 * pay, "ring" for call. Closed and short, because every group is also a chance to be wrong; no
 * words of one trade or one set of documents. What is found through them counts for less than the
 * word itself. A group is words parted by spaces, in both
 * languages; a word may be in several groups. "annual-leave" is the two words beside each other.
 */
const char *const *synonym_groups(size_t *count);

/* The words of all groups that have a word of QUESTION, parted by spaces; empty when none has. */
struct str synonyms_expand(struct arena *a, struct str question);

/* Words that say little about what is asked, though they are no function words: "find", 情况. What
 * the answer's type tells already ("days", 时间) is among them. Parted by spaces. */
const char *light_words(void);

#endif
