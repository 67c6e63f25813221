/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_builtin.h"

#include "core/data/template/tpl_iterate.h"
#include "core/data/template/tpl_operate.h"

/* The tables' look-up, and the built-in functions. */

static const struct builtin *find(const struct builtin *row, struct str name)
{
	for (; row->name != NULL; row++)
		if (name.len > 0 && row->name[0] == name.at[0] && str_is(name, row->name))
			return row;
	return NULL;
}

const struct builtin *tpl_filter_find(struct str name)
{
	static const struct builtin *const tables[] = {tpl_filters_list, tpl_filters_text,
		tpl_filters_number, tpl_filters_select, tpl_filters_html};
	const struct builtin *found = NULL;
	for (size_t i = 0; found == NULL && i < sizeof tables / sizeof tables[0]; i++)
		found = find(tables[i], name);
	return found;
}

const struct builtin *tpl_test_find(struct str name)
{
	return find(tpl_tests, name);
}

const struct builtin *tpl_function_find(struct str name)
{
	return find(tpl_functions, name);
}

const char *tpl_left_out(struct str name)
{
	if (str_is(name, "random"))
		return ": it is left out, so that the same data always give the same text.";
	return NULL;
}

const struct method *tpl_method_find(enum item_class class, struct str name)
{
	static const struct method *const tables[] = {tpl_methods_case, tpl_methods_str,
		tpl_methods_find, tpl_methods_list, tpl_methods_dict};
	if (class == CLASS_OTHER || name.len == 0)
		return NULL;
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
		for (const struct method *m = tables[i]; m->name != NULL; m++)
			if (m->class == class && m->name[0] == name.at[0] && str_is(name, m->name))
				return m;
	return NULL;
}

bool tpl_apply_filter(struct render *r, struct item name, struct item of, const struct args *args,
	struct item *out)
{
	if (name.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, name);
	const struct builtin *b = name.kind == ITEM_STR ? tpl_filter_find(name.u.str) : NULL;
	if (b == NULL)
		return tpl_fail(r, "There is no filter of this name to apply.");
	return tpl_call_builtin(r, b, of, args, out);
}

bool tpl_apply_test(
	struct render *r, struct item name, struct item of, const struct args *args, bool *out)
{
	struct item result;
	if (name.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, name);
	const struct builtin *b = name.kind == ITEM_STR ? tpl_test_find(name.u.str) : NULL;
	if (b == NULL)
		return tpl_fail(r, "There is no test of this name to apply.");
	return tpl_call_builtin(r, b, of, args, &result) && tpl_truth(r, result, out);
}

static bool make_range(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)of;
	int64_t n[3] = {0, 0, 1};
	for (size_t i = 0; i < 3; i++)
		if (!tpl_arg_int(r, args, i, &n[i]))
			return false;
	if (!tpl_given(args, 1)) {
		n[1] = n[0];
		n[0] = 0;
	}
	if (n[2] == 0)
		return tpl_fail(r, "The step of a range cannot be 0.");
	/* Unsigned arithmetic holds the distance of any two integers. */
	uint64_t size = n[2] > 0 ? (uint64_t)n[2] : -(uint64_t)n[2];
	uint64_t distance =
		n[2] > 0 ? (uint64_t)n[1] - (uint64_t)n[0] : (uint64_t)n[0] - (uint64_t)n[1];
	bool empty = n[2] > 0 ? n[1] <= n[0] : n[1] >= n[0];
	uint64_t len = empty ? 0 : (distance - 1) / size + 1;
	if (len > TPL_RANGE_MAX)
		return tpl_limit(r, "This range has more than %d items.", TPL_RANGE_MAX);
	struct range *range = ARENA_NEW(r->arena, struct range);
	*range = (struct range){n[0], n[1], n[2], (int64_t)len};
	*out = (struct item){.kind = ITEM_RANGE, .u.range = range};
	return true;
}

static bool add_pair(struct render *r, struct dict *d, struct item pair)
{
	struct list *two;
	if (!tpl_collect(r, pair, &two))
		return false;
	if (two->len != 2)
		return tpl_fail(r, "A dict is made from pairs; this one has %zu parts.", two->len);
	return tpl_dict_set(r, d, two->at[0], two->at[1]);
}

/* What dict() and update() take: a mapping or pairs, then names. */
bool tpl_dict_fill(struct render *r, struct dict *d, const struct args *args, const char *what)
{
	struct iter it;
	struct item pair;
	enum step s = STEP_END;
	if (args->len > 1)
		return tpl_fail(
			r, "%s takes one argument without a name, not %zu.", what, args->len);
	if (args->len == 1 && args->at[0].kind == ITEM_DICT) {
		const struct dict *from = tpl_dict_open(r, args->at[0].u.dict);
		for (size_t i = 0; i < from->len; i++)
			if (!tpl_dict_set(r, d, from->at[i].key, from->at[i].value))
				return false;
	} else if (args->len == 1) {
		if (!tpl_iter(r, args->at[0], &it))
			return false;
		while ((s = tpl_next(r, &it, &pair)) == STEP_ITEM)
			if (!tpl_charge(r, 1) || !add_pair(r, d, pair))
				return false;
	}
	for (size_t i = 0; i < args->nnamed; i++)
		if (!tpl_dict_set(r, d, tpl_str(args->named[i].key), args->named[i].value))
			return false;
	return s != STEP_FAILED;
}

static bool make_dict(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)of;
	struct dict *d = tpl_dict_new(r);
	*out = tpl_dict_item(d);
	return tpl_dict_fill(r, d, args->all, "dict()");
}

static bool make_namespace(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)of;
	struct dict *d = tpl_dict_new(r);
	*out = (struct item){.kind = ITEM_NAMESPACE, .u.space = d};
	return tpl_dict_fill(r, d, args->all, "namespace()");
}

static bool make_cycler(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)of;
	if (args->all->len == 0 || args->all->nnamed > 0)
		return tpl_fail(r, "cycler() needs the items it is to go through.");
	struct cycler *c = ARENA_NEW(r->arena, struct cycler);
	c->items = tpl_list_new(r, args->all->len);
	for (size_t i = 0; i < args->all->len; i++)
		c->items->at[c->items->len++] = args->all->at[i];
	*out = (struct item){.kind = ITEM_CYCLER, .u.cycler = c};
	return true;
}

static bool make_joiner(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)of;
	struct joiner *j = ARENA_NEW(r->arena, struct joiner);
	j->separator = tpl_given(args, 0) ? args->at[0] : tpl_cstr(", ");
	*out = (struct item){.kind = ITEM_JOINER, .u.joiner = j};
	return true;
}

const struct builtin tpl_functions[] = {
	{"range", make_range, 1, 3, false, ""},
	{"dict", make_dict, 0, 0, true, ""},
	{"namespace", make_namespace, 0, 0, true, ""},
	{"cycler", make_cycler, 0, 0, true, ""},
	{"joiner", make_joiner, 0, 1, false, "sep"},
	{NULL, NULL, 0, 0, false, NULL},
};
