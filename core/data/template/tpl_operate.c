/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_operate.h"

#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_iterate.h"

#include <string.h>

bool tpl_count(struct render *r, struct item of, int64_t *out)
{
	struct item length;
	*out = -1;
	switch (of.kind) {
	case ITEM_STR: *out = (int64_t)tpl_length(of.u.str); return true;
	case ITEM_LIST:
	case ITEM_TUPLE: *out = (int64_t)tpl_list_open(r, of.u.list)->len; return true;
	case ITEM_DICT:
	case ITEM_VIEW: *out = (int64_t)tpl_dict_open(r, of.u.dict)->len; return true;
	case ITEM_RANGE: *out = of.u.range->len; return true;
	case ITEM_UNDEFINED: *out = 0; return !of.safe || tpl_undefined_fail(r, of);
	case ITEM_LOOP:
		if (!tpl_loop_get(r, of.u.loop, LOOP_LENGTH, &length))
			return false;
		*out = length.u.integer;
		return true;
	default: return true;
	}
}

bool tpl_truth_of_other(struct render *r, struct item item, bool *out)
{
	int64_t count;
	switch (item.kind) {
	case ITEM_NONE:
	case ITEM_MISSING: *out = false; return true;
	case ITEM_INT: *out = item.u.integer != 0; return true;
	case ITEM_FLOAT: *out = item.u.real != 0; return true;
	default:
		if (!tpl_count(r, item, &count))
			return false;
		*out = count != 0;
		return true;
	}
}

bool tpl_same(struct item a, struct item b)
{
	if (a.kind != b.kind)
		return false;
	switch (a.kind) {
	case ITEM_NONE: return true;
	case ITEM_BOOL: return a.u.boolean == b.u.boolean;
	case ITEM_INT: return a.u.integer == b.u.integer;
	case ITEM_FLOAT: return a.u.real == b.u.real;
	case ITEM_STR: return str_eq(a.u.str, b.u.str) && a.safe == b.safe;
	case ITEM_VIEW:
	case ITEM_BOUND: return false;
	default: return a.u.iter == b.u.iter;
	}
}

static bool equal_lists(struct render *r, struct list *a, struct list *b, bool *out)
{
	tpl_list_open(r, a);
	tpl_list_open(r, b);
	*out = a->len == b->len;
	for (size_t i = 0; *out && i < a->len && i < b->len; i++)
		if (!tpl_charge(r, 1) || !tpl_equal(r, a->at[i], b->at[i], out))
			return false;
	return true;
}

static bool equal_dicts(struct render *r, struct dict *a, struct dict *b, bool *out)
{
	tpl_dict_open(r, a);
	tpl_dict_open(r, b);
	*out = a->len == b->len;
	for (size_t i = 0; *out && i < a->len; i++) {
		size_t at;
		if (!tpl_charge(r, 1) || !tpl_dict_search(r, b, a->at[i].key, &at))
			return false;
		*out = at != SIZE_MAX;
		if (*out && !tpl_equal(r, a->at[i].value, b->at[at].value, out))
			return false;
	}
	return true;
}

static bool equal_ranges(const struct range *a, const struct range *b)
{
	return a->len == b->len &&
	       (a->len == 0 || (a->start == b->start && (a->len == 1 || a->step == b->step)));
}

static bool equal_inside(struct render *r, struct item a, struct item b, bool *out)
{
	if (r->depth >= TPL_DEPTH_MAX)
		return tpl_limit(r, "These values are nested too deeply to be compared.");
	r->depth++;
	bool ok = a.kind == ITEM_DICT ? equal_dicts(r, a.u.dict, b.u.dict, out)
				      : equal_lists(r, a.u.list, b.u.list, out);
	r->depth--;
	return ok;
}

static bool is_number(struct item item)
{
	return item.kind >= ITEM_BOOL && item.kind <= ITEM_FLOAT;
}

static int compare_numbers(struct item a, struct item b, bool *unordered)
{
	int64_t i, j;
	*unordered = false;
	if (tpl_as_int(a, &i) && tpl_as_int(b, &j))
		return i < j ? -1 : i > j;
	/* A long double holds every int64_t and every double. */
	long double x = tpl_as_int(a, &i) ? (long double)i : (long double)a.u.real;
	long double y = tpl_as_int(b, &j) ? (long double)j : (long double)b.u.real;
	*unordered = x != x || y != y;
	return x < y ? -1 : x > y;
}

bool tpl_equal(struct render *r, struct item a, struct item b, bool *out)
{
	bool unordered;
	*out = false;
	if (is_number(a) && is_number(b)) {
		*out = compare_numbers(a, b, &unordered) == 0 && !unordered;
		return true;
	}
	if (a.kind == ITEM_UNDEFINED && a.safe)
		return tpl_undefined_fail(r, a);
	if (b.kind == ITEM_UNDEFINED && b.safe)
		return tpl_undefined_fail(r, b);
	if (a.kind != b.kind)
		return true;
	switch (a.kind) {
	case ITEM_STR: *out = str_eq(a.u.str, b.u.str); return tpl_charge(r, a.u.str.len / 1024);
	case ITEM_LIST:
	case ITEM_TUPLE:
	case ITEM_DICT: return equal_inside(r, a, b, out);
	case ITEM_RANGE: *out = equal_ranges(a.u.range, b.u.range); return true;
	case ITEM_UNDEFINED: *out = true; return true;
	default: *out = tpl_same(a, b); return true;
	}
}

static bool order_lists(struct render *r, struct list *a, struct list *b, int *out)
{
	tpl_list_open(r, a);
	tpl_list_open(r, b);
	for (size_t i = 0; i < a->len && i < b->len; i++) {
		bool same;
		if (!tpl_charge(r, 1) || !tpl_equal(r, a->at[i], b->at[i], &same))
			return false;
		if (!same)
			return tpl_order(r, a->at[i], b->at[i], out);
	}
	*out = a->len < b->len ? -1 : a->len > b->len;
	return true;
}

bool tpl_order(struct render *r, struct item a, struct item b, int *out)
{
	bool unordered;
	*out = 0;
	if (is_number(a) && is_number(b)) {
		*out = compare_numbers(a, b, &unordered);
		return true;
	}
	if (a.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, a);
	if (b.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, b);
	if (a.kind == ITEM_STR && b.kind == ITEM_STR) {
		*out = str_compare(a.u.str, b.u.str);
		return tpl_charge(r, a.u.str.len / 1024);
	}
	if (a.kind != b.kind || (a.kind != ITEM_LIST && a.kind != ITEM_TUPLE))
		return tpl_fail(r, "Values of type %s and %s have no order.", tpl_type_name(a),
			tpl_type_name(b));
	if (r->depth >= TPL_DEPTH_MAX)
		return tpl_limit(r, "These values are nested too deeply to be compared.");
	r->depth++;
	bool ok = order_lists(r, a.u.list, b.u.list, out);
	r->depth--;
	return ok;
}

static bool contains_item(struct render *r, struct item of, struct item what, bool *out)
{
	struct iter it;
	struct item item;
	enum step s;
	*out = false;
	if (!tpl_iter(r, of, &it))
		return false;
	while (!*out && (s = tpl_next(r, &it, &item)) != STEP_END)
		if (s == STEP_FAILED || !tpl_charge(r, 1) || !tpl_equal(r, item, what, out))
			return false;
	return true;
}

static bool in_range(const struct range *range, int64_t n)
{
	if (range->len == 0)
		return false;
	int64_t last = range->start + (range->len - 1) * range->step;
	bool within =
		range->step > 0 ? n >= range->start && n <= last : n <= range->start && n >= last;
	return within && (n - range->start) % range->step == 0;
}

bool tpl_contains(struct render *r, struct item of, struct item what, bool *out)
{
	size_t at;
	int64_t n;
	switch (of.kind) {
	case ITEM_STR:
		if (what.kind == ITEM_UNDEFINED)
			return tpl_undefined_fail(r, what);
		if (what.kind != ITEM_STR)
			return tpl_fail(r,
				"Only a string can be in a string, not a value of type %s.",
				tpl_type_name(what));
		*out = str_find(of.u.str, what.u.str, 0) != SIZE_MAX;
		return tpl_charge(r, of.u.str.len / 256);
	case ITEM_DICT:
		if (!tpl_dict_search(r, of.u.dict, what, &at))
			return false;
		*out = at != SIZE_MAX;
		return true;
	case ITEM_RANGE:
		if (tpl_as_int(what, &n)) {
			*out = in_range(of.u.range, n);
			return true;
		}
		return contains_item(r, of, what, out);
	default: return contains_item(r, of, what, out);
	}
}

static bool holds(enum compare_op op, int order)
{
	switch (op) {
	case CMP_LT: return order < 0;
	case CMP_LE: return order <= 0;
	case CMP_GT: return order > 0;
	default: return order >= 0;
	}
}

bool tpl_compare(struct render *r, enum compare_op op, struct item a, struct item b, bool *out)
{
	int order;
	bool unordered = false;
	switch (op) {
	case CMP_EQ: return tpl_equal(r, a, b, out);
	case CMP_NE:
		if (!tpl_equal(r, a, b, out))
			return false;
		*out = !*out;
		return true;
	case CMP_IN: return tpl_contains(r, b, a, out);
	case CMP_NOT_IN:
		if (!tpl_contains(r, b, a, out))
			return false;
		*out = !*out;
		return true;
	default: break;
	}
	if (is_number(a) && is_number(b))
		order = compare_numbers(a, b, &unordered);
	else if (!tpl_order(r, a, b, &order))
		return false;
	*out = !unordered && holds(op, order);
	return true;
}

static bool merge(struct render *r, struct sort_entry *at, struct sort_entry *to, size_t ends[3],
	bool reverse)
{
	size_t i = ends[0], j = ends[1], n = ends[0];
	while (i < ends[1] && j < ends[2]) {
		int order;
		if (!tpl_order(r, at[j].key, at[i].key, &order))
			return false;
		to[n++] = (reverse ? order > 0 : order < 0) ? at[j++] : at[i++];
	}
	while (i < ends[1])
		to[n++] = at[i++];
	while (j < ends[2])
		to[n++] = at[j++];
	return true;
}

bool tpl_sort(struct render *r, struct sort_entry *at, size_t len, bool reverse)
{
	if (len < 2)
		return true;
	struct sort_entry *from = at, *to = ARENA_ARRAY(r->arena, struct sort_entry, len);
	for (size_t run = 1; run < len; run *= 2) {
		if (!tpl_charge(r, len))
			return false;
		for (size_t start = 0; start < len; start += 2 * run) {
			size_t middle = start + run < len ? start + run : len;
			size_t end = start + 2 * run < len ? start + 2 * run : len;
			if (!merge(r, from, to, (size_t[]){start, middle, end}, reverse))
				return false;
		}
		struct sort_entry *swap = from;
		from = to;
		to = swap;
	}
	if (from != at)
		memcpy(at, from, len * sizeof *at);
	return true;
}
