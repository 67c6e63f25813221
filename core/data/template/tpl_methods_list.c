/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_builtin.h"
#include "core/data/template/tpl_iterate.h"
#include "core/data/template/tpl_operate.h"

#include <string.h>

/* list and tuple. */

static bool room(struct render *r, const struct list *l, size_t more)
{
	if (l->len + more > TPL_ITEMS_MAX)
		return tpl_limit(r, "A list would have more than %d items.", TPL_ITEMS_MAX);
	return tpl_charge(r, 1 + more / 16);
}

static bool append(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	struct list *l = tpl_list_open(r, self.u.list);
	*out = tpl_none();
	if (!room(r, l, 1))
		return false;
	tpl_list_push(r, l, args->at[0]);
	return true;
}

static bool extend(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	struct list *l = tpl_list_open(r, self.u.list), *more;
	*out = tpl_none();
	if (!tpl_collect(r, args->at[0], &more) || !room(r, l, more->len))
		return false;
	for (size_t i = 0; i < more->len; i++)
		tpl_list_push(r, l, more->at[i]);
	return true;
}

static void take_out(struct list *l, size_t at)
{
	memmove(l->at + at, l->at + at + 1, (l->len - at - 1) * sizeof *l->at);
	l->len--;
}

static bool pop(struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	struct list *l = tpl_list_open(r, self.u.list);
	int64_t at = -1, len = (int64_t)l->len;
	if (!tpl_arg_int(r, args, 0, &at))
		return false;
	if (at < 0)
		at += len;
	if (at < 0 || at >= len)
		return tpl_fail(r, "The list has no item of this number to pop.");
	*out = l->at[at];
	take_out(l, (size_t)at);
	return tpl_charge(r, l->len / 16);
}

static bool insert(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	struct list *l = tpl_list_open(r, self.u.list);
	int64_t at = 0, len = (int64_t)l->len;
	*out = tpl_none();
	if (!tpl_arg_int(r, args, 0, &at) || !room(r, l, 1))
		return false;
	if (at < 0)
		at = at + len > 0 ? at + len : 0;
	if (at > len)
		at = len;
	tpl_list_push(r, l, args->at[1]);
	memmove(l->at + at + 1, l->at + at, (size_t)(len - at) * sizeof *l->at);
	l->at[at] = args->at[1];
	return tpl_charge(r, l->len / 16);
}

static bool window_bound(
	struct render *r, const struct call_args *args, size_t i, int64_t len, int64_t *out)
{
	if (!tpl_arg_int(r, args, i, out))
		return false;
	if (*out < 0)
		*out = *out + len > 0 ? *out + len : 0;
	return true;
}

static bool find(
	struct render *r, struct item self, struct item what, int64_t bounds[2], struct item *out)
{
	struct list *l = self.u.list;
	for (int64_t i = bounds[0]; i < bounds[1] && i < (int64_t)l->len; i++) {
		bool same;
		if (!tpl_charge(r, 1) || !tpl_equal(r, l->at[i], what, &same))
			return false;
		if (same) {
			*out = tpl_int(i);
			return true;
		}
	}
	return tpl_fail(r, "The item that was looked for is not in the %s.", tpl_type_name(self));
}

static bool index_of(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	int64_t len = (int64_t)tpl_list_open(r, self.u.list)->len, bounds[2] = {0, len};
	if (!window_bound(r, args, 1, len, &bounds[0]) ||
		!window_bound(r, args, 2, len, &bounds[1]))
		return false;
	return find(r, self, args->at[0], bounds, out);
}

static bool count(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	struct list *l = tpl_list_open(r, self.u.list);
	int64_t n = 0;
	for (size_t i = 0; i < l->len; i++) {
		bool same;
		if (!tpl_charge(r, 1) || !tpl_equal(r, l->at[i], args->at[0], &same))
			return false;
		n += same;
	}
	*out = tpl_int(n);
	return true;
}

static bool reverse(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	(void)args;
	struct list *l = tpl_list_open(r, self.u.list);
	for (size_t i = 0; i < l->len / 2; i++) {
		struct item swap = l->at[i];
		l->at[i] = l->at[l->len - 1 - i];
		l->at[l->len - 1 - i] = swap;
	}
	*out = tpl_none();
	return tpl_charge(r, l->len / 16);
}

static bool sort(struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	struct list *l = tpl_list_open(r, self.u.list);
	bool back = false;
	if (tpl_given(args, 0) && args->at[0].kind != ITEM_NONE)
		return tpl_fail(r, "sort(key=...) is left out of these templates; "
				   "the filter sort(attribute=...) can do it.");
	if (!tpl_arg_bool(r, args, 1, &back))
		return false;
	struct sort_entry *all = ARENA_ARRAY(r->arena, struct sort_entry, l->len + 1);
	for (size_t i = 0; i < l->len; i++)
		all[i] = (struct sort_entry){l->at[i], l->at[i]};
	if (!tpl_sort(r, all, l->len, back))
		return false;
	for (size_t i = 0; i < l->len; i++)
		l->at[i] = all[i].value;
	*out = tpl_none();
	return true;
}

static bool remove_item(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	struct item at;
	int64_t bounds[2] = {0, (int64_t)tpl_list_open(r, self.u.list)->len};
	if (!find(r, self, args->at[0], bounds, &at))
		return false;
	take_out(self.u.list, (size_t)at.u.integer);
	*out = tpl_none();
	return true;
}

static bool copy(struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	(void)args;
	struct list *l;
	if (!tpl_collect(r, self, &l))
		return false;
	*out = tpl_list_item(l);
	return true;
}

static bool clear(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	(void)args;
	tpl_list_open(r, self.u.list)->len = 0;
	*out = tpl_none();
	return true;
}

const struct method tpl_methods_list[] = {
	{"append", append, CLASS_LIST, 1, 1, false, ""},
	{"extend", extend, CLASS_LIST, 1, 1, false, ""},
	{"pop", pop, CLASS_LIST, 0, 1, false, ""},
	{"insert", insert, CLASS_LIST, 2, 2, false, ""},
	{"index", index_of, CLASS_LIST, 1, 3, false, ""},
	{"count", count, CLASS_LIST, 1, 1, false, ""},
	{"reverse", reverse, CLASS_LIST, 0, 0, false, ""},
	{"sort", sort, CLASS_LIST, 0, 2, false, "key reverse"},
	{"remove", remove_item, CLASS_LIST, 1, 1, false, ""},
	{"copy", copy, CLASS_LIST, 0, 0, false, ""},
	{"clear", clear, CLASS_LIST, 0, 0, false, ""},
	{"index", index_of, CLASS_TUPLE, 1, 3, false, ""},
	{"count", count, CLASS_TUPLE, 1, 1, false, ""},
	{NULL, NULL, 0, 0, 0, false, NULL},
};
