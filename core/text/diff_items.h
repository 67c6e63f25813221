/* SPDX-License-Identifier: MIT */
#ifndef CORE_TEXT_DIFF_ITEMS_H
#define CORE_TEXT_DIFF_ITEMS_H

#include "core/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What changed between two sequences, by E. Myers, "An O(ND) Difference Algorithm and Its
 * Variations" (1986), in its linear-space form: the fewest items removed and added. BUDGET bounds
 * the steps; what is left when it is used up counts as changed as a whole.
 */

struct diff_items {
	const uint32_t *a, *b; /* equal numbers are equal items */
	size_t a_len, b_len;
	bool *a_changed, *b_changed; /* an item each, false at first: filled in */
	int64_t budget; /* less than 0 afterwards: it did not suffice */
};

void diff_items(struct diff_items *d);

#endif
