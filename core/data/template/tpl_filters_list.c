/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_getter.h"
#include "core/data/template/tpl_iterate.h"
#include "core/data/template/tpl_operate.h"
#include "core/data/template/tpl_text.h"

/* Filters on sequences. */

static enum step next_of_list(struct render *r, struct iter *it, struct item *out)
{
	(void)r;
	const struct list *l = it->of.u.list;
	if (it->at >= l->len)
		return STEP_END;
	*out = l->at[it->at++];
	return STEP_ITEM;
}

/* A list that can be walked once, as a generator's result. */
static struct item once(struct render *r, struct list *l)
{
	return tpl_generator(r, tpl_list_item(l), next_of_list, NULL);
}

static bool first(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	struct iter it;
	if (!tpl_iter(r, of, &it))
		return false;
	enum step s = tpl_next(r, &it, out);
	if (s == STEP_END)
		*out = tpl_undefined_hint(r, "There is no first item: the sequence is empty.");
	return s != STEP_FAILED;
}

static bool last(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	bool can;
	struct item back;
	if (of.kind == ITEM_UNDEFINED && of.safe)
		return tpl_undefined_fail(r, of);
	if (!tpl_reversed(r, of, &back, &can))
		return false;
	if (!can)
		return tpl_fail(r, "A value of type %s has no last item.", tpl_type_name(of));
	if (tpl_next(r, back.u.iter, out) == STEP_END)
		*out = tpl_undefined_hint(r, "There is no last item: the sequence is empty.");
	return true;
}

static bool length(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	int64_t n;
	if (!tpl_count(r, of, &n))
		return false;
	*out = tpl_int(n);
	return n >= 0 || tpl_fail(r, "A value of type %s has no length.", tpl_type_name(of));
}

static bool list(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	struct list *l;
	if (!tpl_collect(r, of, &l))
		return false;
	*out = tpl_list_item(l);
	return true;
}

static bool reverse(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	bool can;
	struct list *l;
	struct item none = tpl_none(), back[3] = {none, none, tpl_int(-1)};
	if (of.kind == ITEM_STR)
		return tpl_getslice(r, of, back, out);
	if (!tpl_reversed(r, of, out, &can))
		return false;
	if (can)
		return true;
	if (!tpl_collect(r, of, &l))
		return false;
	for (size_t i = 0; i < l->len / 2; i++) {
		struct item swap = l->at[i];
		l->at[i] = l->at[l->len - 1 - i];
		l->at[l->len - 1 - i] = swap;
	}
	*out = tpl_list_item(l);
	return true;
}

/* Numbers and strings need no tuple around them to be ordered. */
static bool is_simple(struct item key)
{
	return key.kind == ITEM_STR || (key.kind >= ITEM_BOOL && key.kind <= ITEM_FLOAT);
}

/* The key to sort ITEM by: a tuple of all attributes. */
static bool sort_key(struct render *r, const struct getter *all, size_t count, struct item item,
	struct item *out)
{
	struct list *l = tpl_list_new(r, count);
	for (size_t i = 0; i < count; i++)
		if (!tpl_get(r, &all[i], item, &l->at[i]))
			return false;
	l->len = count;
	*out = tpl_tuple_item(l);
	return true;
}

static bool sort_by(struct render *r, struct item of, const struct getter *all, size_t count,
	bool back, struct list **out)
{
	struct list *l;
	if (!tpl_collect(r, of, &l))
		return false;
	struct sort_entry *entries = ARENA_ARRAY(r->arena, struct sort_entry, l->len + 1);
	bool simple = count == 1;
	for (size_t i = 0; i < l->len; i++)
		entries[i].value = l->at[i];
	for (size_t i = 0; i < l->len && simple; i++) {
		if (!tpl_get(r, &all[0], l->at[i], &entries[i].key))
			return false;
		simple = is_simple(entries[i].key);
	}
	for (size_t i = 0; i < l->len && !simple; i++)
		if (!sort_key(r, all, count, l->at[i], &entries[i].key))
			return false;
	if (!tpl_sort(r, entries, l->len, back))
		return false;
	for (size_t i = 0; i < l->len; i++)
		l->at[i] = entries[i].value;
	*out = l;
	return true;
}

/* "a,b.c" as several getters. */
static bool several(struct render *r, struct item attribute, bool ignore_case, struct getter **out,
	size_t *count)
{
	size_t n = 1;
	struct str rest = attribute.kind == ITEM_STR ? attribute.u.str : STR_NONE;
	for (size_t i = 0; i < rest.len; i++)
		n += rest.at[i] == ',';
	struct getter *all = ARENA_ARRAY(r->arena, struct getter, n);
	for (size_t i = 0; i < n; i++) {
		struct item part = attribute;
		if (attribute.kind == ITEM_STR)
			part = tpl_str(str_cut(rest, ',', &rest));
		if (!tpl_getter(r, part, &all[i]))
			return false;
		all[i].ignore_case = ignore_case;
	}
	*out = all;
	*count = n;
	return true;
}

static bool sort(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	bool back = false, exact = false;
	struct getter *all;
	size_t count;
	struct list *l;
	if (!tpl_arg_bool(r, args, 0, &back) || !tpl_arg_bool(r, args, 1, &exact) ||
		!several(r, args->at[2], !exact, &all, &count) ||
		!sort_by(r, of, all, count, back, &l))
		return false;
	*out = tpl_list_item(l);
	return true;
}

static bool dictsort(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	bool exact = false, back = false;
	struct str by = STR("key");
	struct getter g;
	struct list *l;
	if (of.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, of);
	if (of.kind != ITEM_DICT)
		return tpl_fail(
			r, "dictsort needs a dict, not a value of type %s.", tpl_type_name(of));
	if (!tpl_arg_bool(r, args, 0, &exact) || !tpl_arg_str(r, args, 1, &by) ||
		!tpl_arg_bool(r, args, 2, &back))
		return false;
	if (!str_is(by, "key") && !str_is(by, "value"))
		return tpl_fail(r, "dictsort can sort by 'key' or by 'value' only.");
	if (!tpl_getter(r, tpl_int(str_is(by, "value")), &g))
		return false;
	g.ignore_case = !exact;
	struct item pairs = {.kind = ITEM_VIEW, .op = VIEW_ITEMS, .u.dict = of.u.dict};
	if (!sort_by(r, pairs, &g, 1, back, &l))
		return false;
	*out = tpl_list_item(l);
	return true;
}

struct unique {
	struct iter it;
	struct dict *seen;
	struct getter getter;
};

static enum step next_unique(struct render *r, struct iter *it, struct item *out)
{
	struct unique *u = it->state;
	struct item key;
	size_t at;
	enum step s;
	while ((s = tpl_next(r, &u->it, out)) == STEP_ITEM) {
		if (!tpl_get(r, &u->getter, *out, &key) || !tpl_dict_search(r, u->seen, key, &at))
			return STEP_FAILED;
		if (at != SIZE_MAX)
			continue;
		return tpl_dict_set(r, u->seen, key, tpl_none()) ? STEP_ITEM : STEP_FAILED;
	}
	return s;
}

static bool unique(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	struct unique *u = ARENA_NEW(r->arena, struct unique);
	bool exact = false;
	if (!tpl_arg_bool(r, args, 0, &exact) || !tpl_getter(r, args->at[1], &u->getter) ||
		!tpl_iter(r, of, &u->it))
		return false;
	u->getter.ignore_case = !exact;
	u->seen = tpl_dict_new(r);
	*out = tpl_generator(r, of, next_unique, u);
	return true;
}

static bool extreme(
	struct render *r, struct item of, const struct call_args *args, bool most, struct item *out)
{
	bool exact = false, any = false;
	struct getter g;
	struct iter it;
	struct item item, key, best = tpl_none();
	enum step s;
	if (!tpl_iter(r, of, &it) || !tpl_arg_bool(r, args, 0, &exact) ||
		!tpl_getter(r, args->at[1], &g))
		return false;
	g.ignore_case = !exact;
	*out = tpl_none();
	while ((s = tpl_next(r, &it, &item)) == STEP_ITEM) {
		int order = 1;
		if (!tpl_get(r, &g, item, &key))
			return false;
		if (any && !tpl_order(r, most ? key : best, most ? best : key, &order))
			return false;
		if (order > 0) {
			best = key;
			*out = item;
		}
		any = true;
	}
	if (s == STEP_END && !any)
		*out = tpl_undefined_hint(r, "There is no such item: the sequence is empty.");
	return s == STEP_END;
}

static bool least(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	return extreme(r, of, args, false, out);
}

static bool most(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	return extreme(r, of, args, true, out);
}

static bool sum(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	struct getter g;
	struct iter it;
	struct item item;
	enum step s;
	*out = tpl_given(args, 1) ? args->at[1] : tpl_int(0);
	if (out->kind == ITEM_STR)
		return tpl_fail(r, "sum cannot add strings; use join.");
	if (!tpl_getter(r, args->at[0], &g) || !tpl_iter(r, of, &it))
		return false;
	while ((s = tpl_next(r, &it, &item)) == STEP_ITEM)
		if (!tpl_get(r, &g, item, &item) || !tpl_binary(r, OP_ADD, *out, item, out))
			return false;
	return s == STEP_END;
}

static bool batch(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	int64_t count = 0;
	struct list *all, *lines = tpl_list_new(r, 0), *line = tpl_list_new(r, 0);
	if (!tpl_arg_int(r, args, 0, &count) || !tpl_collect(r, of, &all))
		return false;
	for (size_t i = 0; i < all->len; i++) {
		if ((int64_t)line->len == count) {
			tpl_list_push(r, lines, tpl_list_item(line));
			line = tpl_list_new(r, 0);
		}
		tpl_list_push(r, line, all->at[i]);
	}
	bool fill = tpl_given(args, 1) && args->at[1].kind != ITEM_NONE;
	if (count > TPL_ITEMS_MAX)
		return tpl_limit(r, "A list would have more than %d items.", TPL_ITEMS_MAX);
	while (fill && line->len > 0 && (int64_t)line->len < count)
		tpl_list_push(r, line, args->at[1]);
	if (line->len > 0)
		tpl_list_push(r, lines, tpl_list_item(line));
	*out = once(r, lines);
	return true;
}

static bool slice(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	int64_t count = 0;
	struct list *all, *columns = tpl_list_new(r, 0);
	bool fill = tpl_given(args, 1) && args->at[1].kind != ITEM_NONE;
	if (!tpl_arg_int(r, args, 0, &count) || !tpl_collect(r, of, &all))
		return false;
	if (count == 0)
		return tpl_fail(r, "slice needs a number of slices that is not 0.");
	if (count > TPL_RANGE_MAX)
		return tpl_limit(r, "slice can make %d slices at most.", TPL_RANGE_MAX);
	size_t n = count > 0 ? (size_t)count : 0, at = 0;
	for (size_t i = 0; i < n; i++) {
		size_t take = all->len / n + (i < all->len % n ? 1 : 0);
		struct list *column = tpl_list_new(r, take + 1);
		while (take-- > 0)
			tpl_list_push(r, column, all->at[at++]);
		if (fill && i >= all->len % n)
			tpl_list_push(r, column, args->at[1]);
		tpl_list_push(r, columns, tpl_list_item(column));
	}
	*out = once(r, columns);
	return tpl_charge(r, n);
}

static struct item group_item(struct render *r, struct item key, struct list *members)
{
	struct item pair = tpl_pair(r, key, tpl_list_item(members));
	pair.u.list->group = true;
	return pair;
}

static bool groupby(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	struct getter g;
	struct list *sorted, *groups = tpl_list_new(r, 0), *members = NULL;
	struct item key, before = tpl_none();
	bool exact = false;
	if (!tpl_arg_bool(r, args, 2, &exact) || !tpl_getter(r, args->at[0], &g))
		return false;
	g.ignore_case = !exact;
	g.otherwise = args->at[1];
	if (!sort_by(r, of, &g, 1, false, &sorted))
		return false;
	for (size_t i = 0; i < sorted->len; i++) {
		bool same = false;
		if (!tpl_get(r, &g, sorted->at[i], &key) ||
			(members != NULL && !tpl_equal(r, key, before, &same)))
			return false;
		if (!same) {
			struct item shown;
			g.ignore_case = false;
			if (!tpl_get(r, &g, sorted->at[i], &shown))
				return false;
			g.ignore_case = !exact;
			members = tpl_list_new(r, 0);
			tpl_list_push(r, groups, group_item(r, shown, members));
		}
		before = key;
		tpl_list_push(r, members, sorted->at[i]);
	}
	*out = tpl_list_item(groups);
	return true;
}

static bool join(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	struct str by = STR_NONE;
	struct getter g;
	struct iter it;
	struct item item;
	enum step s;
	bool any = false;
	if ((tpl_given(args, 0) && !tpl_to_str(r, args->at[0], &by)) ||
		!tpl_getter(r, args->at[1], &g) || !tpl_iter(r, of, &it))
		return false;
	size_t mark = tpl_mark(r);
	while ((s = tpl_next(r, &it, &item)) == STEP_ITEM) {
		if (any)
			buf_add_str(r->out, by);
		any = true;
		if (!tpl_get(r, &g, item, &item) || !tpl_add_str(r, r->out, item))
			return false;
	}
	*out = tpl_str(STR_NONE);
	return s == STEP_END && tpl_cut(r, mark, &out->u.str);
}

static bool items(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	struct list *l = tpl_list_new(r, 0);
	struct item pairs = {.kind = ITEM_VIEW, .op = VIEW_ITEMS, .u.dict = of.u.dict};
	if (of.kind != ITEM_UNDEFINED && of.kind != ITEM_DICT)
		return tpl_fail(
			r, "items needs a dict, not a value of type %s.", tpl_type_name(of));
	if (of.kind == ITEM_DICT && !tpl_collect(r, pairs, &l))
		return false;
	*out = once(r, l);
	return true;
}

const struct builtin tpl_filters_list[] = {
	{"first", first, 0, 0, false, ""},
	{"last", last, 0, 0, false, ""},
	{"length", length, 0, 0, false, ""},
	{"count", length, 0, 0, false, ""},
	{"list", list, 0, 0, false, ""},
	{"reverse", reverse, 0, 0, false, ""},
	{"sort", sort, 0, 3, false, "reverse case_sensitive attribute"},
	{"dictsort", dictsort, 0, 3, false, "case_sensitive by reverse"},
	{"unique", unique, 0, 2, false, "case_sensitive attribute"},
	{"min", least, 0, 2, false, "case_sensitive attribute"},
	{"max", most, 0, 2, false, "case_sensitive attribute"},
	{"sum", sum, 0, 2, false, "attribute start"},
	{"batch", batch, 1, 2, false, "linecount fill_with"},
	{"slice", slice, 1, 2, false, "slices fill_with"},
	{"groupby", groupby, 1, 3, false, "attribute default case_sensitive"},
	{"join", join, 0, 2, false, "d attribute"},
	{"items", items, 0, 0, false, ""},
	{NULL, NULL, 0, 0, false, NULL},
};
