/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_getter.h"
#include "core/data/template/tpl_iterate.h"
#include "core/data/template/tpl_operate.h"

/* Filters that choose: map, select, default, attr. */

struct choice {
	struct iter it;
	bool begun;
	bool by_attribute;
	bool wanted; /* keep what the test says yes to */
	struct getter getter;
	struct item name; /* of the filter or test; MISSING: none */
	struct args args;
};

/* Begins when the first item is asked for, as generators do; what is empty ends at once. */
static enum step begin(struct render *r, struct choice *c, struct item over)
{
	bool any;
	c->begun = true;
	if (!tpl_truth(r, over, &any))
		return STEP_FAILED;
	if (!any)
		return STEP_END;
	return tpl_iter(r, over, &c->it) ? STEP_ITEM : STEP_FAILED;
}

static enum step next_source(struct render *r, struct iter *it, struct item *out)
{
	struct choice *c = it->state;
	enum step s = STEP_ITEM;
	if (!c->begun)
		s = begin(r, c, it->of);
	else if (c->it.next == NULL)
		s = STEP_END;
	if (s != STEP_ITEM)
		return s;
	return tpl_charge(r, 1) ? tpl_next(r, &c->it, out) : STEP_FAILED;
}

static enum step next_mapped(struct render *r, struct iter *it, struct item *out)
{
	const struct choice *c = it->state;
	struct item item;
	enum step s = next_source(r, it, &item);
	if (s != STEP_ITEM)
		return s;
	bool ok = c->by_attribute ? tpl_get(r, &c->getter, item, out)
				  : tpl_apply_filter(r, c->name, item, &c->args, out);
	return ok ? STEP_ITEM : STEP_FAILED;
}

static enum step next_selected(struct render *r, struct iter *it, struct item *out)
{
	const struct choice *c = it->state;
	enum step s;
	while ((s = next_source(r, it, out)) == STEP_ITEM) {
		struct item what = *out;
		bool yes;
		if (c->by_attribute && !tpl_get(r, &c->getter, what, &what))
			return STEP_FAILED;
		if (!(c->name.kind == ITEM_MISSING
				    ? tpl_truth(r, what, &yes)
				    : tpl_apply_test(r, c->name, what, &c->args, &yes)))
			return STEP_FAILED;
		if (yes == c->wanted)
			return STEP_ITEM;
	}
	return s;
}

static struct item named(const struct args *args, const char *name)
{
	for (size_t i = 0; i < args->nnamed; i++)
		if (str_is(args->named[i].key, name))
			return args->named[i].value;
	return (struct item){.kind = ITEM_MISSING};
}

static bool map_by_attribute(struct render *r, struct choice *c, const struct args *args)
{
	for (size_t i = 0; i < args->nnamed; i++)
		if (!str_is(args->named[i].key, "attribute") &&
			!str_is(args->named[i].key, "default"))
			return tpl_fail(r, "map(attribute=...) has no argument '%.*s'.",
				STR_ARG(str_slice(args->named[i].key, 0, 80)));
	c->by_attribute = true;
	if (!tpl_getter(r, named(args, "attribute"), &c->getter))
		return false;
	c->getter.otherwise = named(args, "default");
	return true;
}

static bool map(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	struct choice *c = ARENA_NEW(r->arena, struct choice);
	const struct args *all = args->all;
	*out = tpl_generator(r, of, next_mapped, c);
	if (all->len == 0 && named(all, "attribute").kind != ITEM_MISSING)
		return map_by_attribute(r, c, all);
	if (all->len == 0)
		return tpl_fail(r, "map needs the name of a filter or attribute=...");
	c->name = all->at[0];
	c->args = *all;
	c->args.at++;
	c->args.len--;
	return true;
}

static bool choose(struct render *r, struct item of, const struct args *all, struct choice kind,
	struct item *out)
{
	struct choice *c = ARENA_NEW(r->arena, struct choice);
	*c = kind;
	c->args = *all;
	*out = tpl_generator(r, of, next_selected, c);
	if (kind.by_attribute) {
		if (all->len == 0)
			return tpl_fail(r, "The name of an attribute is needed here.");
		if (!tpl_getter(r, all->at[0], &c->getter))
			return false;
		c->args.at++;
		c->args.len--;
	}
	if (c->args.len > 0) {
		c->name = c->args.at[0];
		c->args.at++;
		c->args.len--;
	}
	return true;
}

static bool select_(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	return choose(r, of, args->all, (struct choice){.wanted = true}, out);
}

static bool reject(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	return choose(r, of, args->all, (struct choice){.wanted = false}, out);
}

static bool selectattr(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	struct choice kind = {.wanted = true, .by_attribute = true};
	return choose(r, of, args->all, kind, out);
}

static bool rejectattr(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	return choose(r, of, args->all, (struct choice){.by_attribute = true}, out);
}

static bool otherwise(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	bool falsy = false, truth;
	if (!tpl_arg_bool(r, args, 1, &falsy))
		return false;
	*out = of;
	if (of.kind != ITEM_UNDEFINED) {
		if (!falsy)
			return true;
		if (!tpl_truth(r, of, &truth))
			return false;
		if (truth)
			return true;
	}
	*out = tpl_given(args, 0) ? args->at[0] : tpl_str(STR_NONE);
	return true;
}

/* An attribute only, never an item. */
static bool attr(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	struct str name = STR_NONE;
	struct attribute a = {.of = NULL};
	bool found = false;
	if (!tpl_arg_str(r, args, 0, &name))
		return false;
	if (of.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, of);
	tpl_attribute_init(&a, name);
	if (a.methods[tpl_class(of)] != NULL)
		return tpl_getattr(r, of, &a, out);
	if (!tpl_object_attr(r, of, name, out, &found))
		return false;
	if (!found)
		*out = tpl_undefined_of(r, of, tpl_str(name));
	return true;
}

const struct builtin tpl_filters_select[] = {
	{"map", map, 0, 0, true, ""},
	{"select", select_, 0, 0, true, ""},
	{"reject", reject, 0, 0, true, ""},
	{"selectattr", selectattr, 0, 0, true, ""},
	{"rejectattr", rejectattr, 0, 0, true, ""},
	{"default", otherwise, 0, 2, false, "default_value boolean"},
	{"d", otherwise, 0, 2, false, "default_value boolean"},
	{"attr", attr, 1, 1, false, "name"},
	{NULL, NULL, 0, 0, false, NULL},
};
