/* SPDX-License-Identifier: MIT */
#ifndef CORE_EVAL_FACTS_H
#define CORE_EVAL_FACTS_H

#include "core/data/value.h"

/*
 * Checks of an answer that need no judge: does it contain the facts, which passages does it cite.
 * Blunt and repeatable: normalised substrings ("5 days" is also found in "15 days").
 */

/* NFKC, case folded, without white space: the form in which facts are compared. */
struct str facts_normalise(struct arena *a, struct str text);

/* How many of FACTS (a list of strings, alternatives within one separated by '|') ANSWER holds. */
size_t facts_found(struct value facts, struct str answer);

/* Whether ANSWER cites passage NUMBER as "[n]". */
bool facts_cites(struct str answer, size_t number);

/* Whether ANSWER cites any passage at all. */
bool facts_cites_any(struct str answer);

#endif
