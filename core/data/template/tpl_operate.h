/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TPL_OPERATE_H
#define CORE_DATA_TEMPLATE_TPL_OPERATE_H

#include "core/data/template/tpl_render.h"

/* Python's operators. Integers that leave 64 bits are an error. */

bool tpl_truth_of_other(struct render *r, struct item item, bool *out) WARN_UNUSED;
WARN_UNUSED static inline bool tpl_truth(struct render *r, struct item item, bool *out)
{
	if (item.kind == ITEM_BOOL)
		*out = item.u.boolean;
	else if (item.kind == ITEM_STR)
		*out = item.u.str.len > 0;
	else
		return tpl_truth_of_other(r, item, out);
	return true;
}

bool tpl_binary(struct render *r, enum binary_op op, struct item a, struct item b,
	struct item *out) WARN_UNUSED;
bool tpl_negate(struct render *r, struct item a, bool minus, struct item *out) WARN_UNUSED;

bool tpl_equal(struct render *r, struct item a, struct item b, bool *out) WARN_UNUSED;
/* Negative, zero or positive; an error for kinds that have no order. */
bool tpl_order(struct render *r, struct item a, struct item b, int *out) WARN_UNUSED;
bool tpl_compare(
	struct render *r, enum compare_op op, struct item a, struct item b, bool *out) WARN_UNUSED;
bool tpl_contains(struct render *r, struct item of, struct item what, bool *out) WARN_UNUSED;
/* len(): *OUT is -1 for what has none. */
bool tpl_count(struct render *r, struct item of, int64_t *out) WARN_UNUSED;
/* The same object, as Python's `is` has it. */
bool tpl_same(struct item a, struct item b);

/* A list's items sorted; equal ones keep their order. KEYS[i] is what AT[i] is sorted by. */
struct sort_entry {
	struct item key;
	struct item value;
};
bool tpl_sort(struct render *r, struct sort_entry *at, size_t len, bool reverse) WARN_UNUSED;

/* Concatenation and repetition, bounded. */
bool tpl_join_str(struct render *r, struct str a, struct str b, struct str *out) WARN_UNUSED;

#endif
