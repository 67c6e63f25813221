/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_builtin.h"
#include "core/data/template/tpl_iterate.h"
#include "core/data/template/tpl_operate.h"
#include "core/data/template/tpl_render.h"
#include "core/data/template/tpl_template.h"
#include "core/data/template/tpl_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Expressions. */

__attribute__((format(printf, 3, 0))) static bool fail(
	struct render *r, enum err_code code, const char *fmt, va_list args)
{
	char text[400];
	vsnprintf(text, sizeof text, fmt, args);
	return err_set(r->err, code, "%s", text);
}

/* In brackets: the header's macros for the analyzer must not meet the definitions. */
bool(tpl_fail)(struct render *r, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	fail(r, ERR_CONFIG, fmt, args);
	va_end(args);
	return false;
}

bool(tpl_limit)(struct render *r, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	fail(r, ERR_LIMIT, fmt, args);
	va_end(args);
	return false;
}

bool tpl_exhausted(struct render *r, uint64_t amount)
{
	if (r->arena->used > TPL_MEMORY_MAX)
		return tpl_limit(
			r, "The template needs more than %d MiB of memory.", TPL_MEMORY_MAX >> 20);
	if (amount > r->fuel)
		r->fuel = 0;
	tpl_limit(r, "The template needs more steps than it may take.");
	return err_hint(r->err, "Is there a loop over more than was meant?");
}

struct item tpl_undefined(struct render *r, struct str name)
{
	struct undefined *u = ARENA_NEW(r->arena, struct undefined);
	u->name = name;
	return (struct item){.kind = ITEM_UNDEFINED, .safe = r->options->strict, .u.undefined = u};
}

struct item tpl_undefined_hint(struct render *r, const char *hint)
{
	struct item item = tpl_undefined(r, STR_NONE);
	((struct undefined *)(uintptr_t)item.u.undefined)->hint = hint;
	return item;
}

struct item tpl_undefined_of(struct render *r, struct item of, struct item key)
{
	struct undefined *u = ARENA_NEW(r->arena, struct undefined);
	u->of = tpl_type_name(of);
	u->element = key.kind != ITEM_STR;
	if (key.kind == ITEM_STR)
		u->name = key.u.str;
	else if (!tpl_repr(r, key, &u->name))
		u->name = STR("?");
	return (struct item){.kind = ITEM_UNDEFINED, .safe = r->options->strict, .u.undefined = u};
}

bool(tpl_undefined_fail)(struct render *r, struct item item)
{
	const struct undefined *u = item.u.undefined;
	struct str name = str_slice(u->name, 0, 80);
	if (u->hint != NULL)
		return tpl_fail(r, "%s", u->hint);
	if (u->of == NULL)
		return tpl_fail(r, "'%.*s' is undefined.", STR_ARG(name));
	if (u->element)
		return tpl_fail(r, "A value of type %s has no element %.*s.", u->of, STR_ARG(name));
	return tpl_fail(r, "A value of type %s has no attribute '%.*s'.", u->of, STR_ARG(name));
}

static bool eval_list(struct render *r, const struct node *n, struct item *out)
{
	size_t len = n->u.list.len;
	struct list *l = tpl_list_new(r, len);
	for (size_t i = 0; i < len; i++)
		if (!tpl_eval(r, n->u.list.at[i], &l->at[i]))
			return false;
	l->len = len;
	*out = n->kind == NODE_LIST ? tpl_list_item(l) : tpl_tuple_item(l);
	return true;
}

static bool eval_dict(struct render *r, const struct node *n, struct item *out)
{
	struct dict *d = tpl_dict_new(r);
	for (size_t i = 0; i + 1 < n->u.list.len; i += 2) {
		struct item key, value;
		if (!tpl_eval(r, n->u.list.at[i], &key) ||
			!tpl_eval(r, n->u.list.at[i + 1], &value) ||
			!tpl_dict_set(r, d, key, value))
			return false;
	}
	*out = tpl_dict_item(d);
	return true;
}

static bool eval_truth(struct render *r, const struct node *n, struct item *item, bool *truth)
{
	return tpl_eval(r, n, item) && tpl_truth(r, *item, truth);
}

static bool eval_cond(struct render *r, const struct node *n, struct item *out)
{
	bool yes;
	if (!eval_truth(r, n->u.of.a, out, &yes))
		return false;
	if (yes)
		return tpl_eval(r, n->u.of.b, out);
	if (n->u.of.c != NULL)
		return tpl_eval(r, n->u.of.c, out);
	*out = tpl_undefined_hint(
		r, "The inline if was false and has no else, so it has no value.");
	out->safe = false; /* lenient, whatever the rest is */
	return true;
}

static bool eval_logic(struct render *r, const struct node *n, struct item *out)
{
	bool yes;
	if (!eval_truth(r, n->u.of.a, out, &yes))
		return false;
	if (n->kind == NODE_NOT) {
		*out = tpl_bool(!yes);
		return true;
	}
	return yes == (n->kind == NODE_OR) || tpl_eval(r, n->u.of.b, out);
}

static bool eval_concat(struct render *r, const struct node *n, struct item *out)
{
	size_t mark = tpl_mark(r);
	struct item item;
	for (size_t i = 0; i < n->u.list.len; i++)
		if (!tpl_eval(r, n->u.list.at[i], &item) || !tpl_add_str(r, r->out, item))
			return false;
	*out = tpl_str(STR_NONE);
	return tpl_cut(r, mark, &out->u.str);
}

static bool eval_compare(struct render *r, const struct node *n, struct item *out)
{
	struct item left, right;
	bool yes = true;
	if (!tpl_eval(r, n->u.compare.first, &left))
		return false;
	for (size_t i = 0; yes && i < n->u.compare.len; i++) {
		const struct operand *o = &n->u.compare.at[i];
		if (!tpl_eval(r, o->value, &right) || !tpl_compare(r, o->op, left, right, &yes))
			return false;
		left = right;
	}
	*out = tpl_bool(yes);
	return true;
}

static bool eval_attr(struct render *r, const struct node *n, struct item *out)
{
	struct item of;
	return tpl_eval(r, n->u.attribute->of, &of) && tpl_getattr(r, of, n->u.attribute, out);
}

static bool eval_bounds(struct render *r, const struct node *n, struct item bounds[3])
{
	const struct node *parts[3] = {n->u.of.a, n->u.of.b, n->u.of.c};
	for (int i = 0; i < 3; i++) {
		bounds[i] = tpl_none();
		if (parts[i] != NULL && !tpl_eval(r, parts[i], &bounds[i]))
			return false;
	}
	return true;
}

static bool eval_index(struct render *r, const struct node *n, struct item *out)
{
	struct item of, key, bounds[3];
	if (!tpl_eval(r, n->u.of.a, &of))
		return false;
	if (n->u.of.b->kind == NODE_SLICE)
		return eval_bounds(r, n->u.of.b, bounds) && tpl_getslice(r, of, bounds, out);
	return tpl_eval(r, n->u.of.b, &key) && tpl_getitem(r, of, key, out);
}

/* *args and **kwargs behind the plain ones. */
static bool eval_more(struct render *r, const struct call *call, struct args *out)
{
	struct item item;
	struct list *more;
	if (call->more != NULL) {
		if (!tpl_eval(r, call->more, &item) || !tpl_collect(r, item, &more))
			return false;
		struct item *all = ARENA_ARRAY(r->arena, struct item, out->len + more->len);
		for (size_t i = 0; i < out->len; i++)
			all[i] = out->at[i];
		for (size_t i = 0; i < more->len; i++)
			all[out->len + i] = more->at[i];
		out->at = all;
		out->len += more->len;
	}
	if (call->more_keywords == NULL)
		return true;
	if (!tpl_eval(r, call->more_keywords, &item))
		return false;
	if (item.kind != ITEM_DICT)
		return tpl_fail(r, "What follows ** must be a dict, not a value of type %s.",
			tpl_type_name(item));
	const struct dict *d = tpl_dict_open(r, item.u.dict);
	struct named *all = ARENA_ARRAY(r->arena, struct named, out->nnamed + d->len);
	for (size_t i = 0; i < out->nnamed; i++)
		all[i] = out->named[i];
	out->named = all;
	for (size_t i = 0; i < d->len; i++) {
		if (d->at[i].key.kind != ITEM_STR)
			return tpl_fail(r, "The names of arguments must be strings.");
		for (size_t k = 0; k < call->nkeywords; k++)
			if (str_eq(all[k].key, d->at[i].key.u.str))
				return tpl_fail(r, "The argument '%.*s' is given twice.",
					STR_ARG(str_slice(all[k].key, 0, 80)));
		all[out->nnamed++] = (struct named){d->at[i].key.u.str, d->at[i].value};
	}
	return true;
}

bool tpl_eval_args(struct render *r, const struct call *call, struct args *out)
{
	*out = (struct args){.len = call->len, .nnamed = call->nkeywords};
	if (call->len > 0)
		out->at = ARENA_ARRAY(r->arena, struct item, call->len);
	for (size_t i = 0; i < call->len; i++)
		if (!tpl_eval(r, call->args[i], &out->at[i]))
			return false;
	if (call->nkeywords > 0)
		out->named = ARENA_ARRAY(r->arena, struct named, call->nkeywords);
	for (size_t i = 0; i < call->nkeywords; i++) {
		out->named[i].key = call->keywords[i].key;
		if (!tpl_eval(r, call->keywords[i].value, &out->named[i].value))
			return false;
	}
	if (call->more == NULL && call->more_keywords == NULL)
		return true;
	return eval_more(r, call, out);
}

/* name.method(...) without making a bound method. */
static bool eval_method(struct render *r, const struct node *n, struct item *out, bool *done)
{
	const struct attribute *a = n->u.call->of->u.attribute;
	struct item self;
	struct args args;
	if (!tpl_eval(r, a->of, &self))
		return false;
	const struct method *m = a->methods[tpl_class(self)];
	if (m != NULL) {
		*done = true;
		return tpl_eval_args(r, n->u.call, &args) &&
		       tpl_call_method(r, m, self, &args, out);
	}
	return tpl_getattr(r, self, a, out);
}

static bool eval_call(struct render *r, const struct node *n, struct item *out)
{
	struct item callee;
	struct args args;
	bool done = false;
	if (n->u.call->of->kind == NODE_ATTR) {
		if (!eval_method(r, n, &callee, &done))
			return false;
		if (done) {
			*out = callee;
			return true;
		}
	} else if (!tpl_eval(r, n->u.call->of, &callee)) {
		return false;
	}
	return tpl_eval_args(r, n->u.call, &args) && tpl_call(r, callee, &args, out);
}

static bool eval_builtin(struct render *r, const struct node *n, struct item *out)
{
	const struct call *call = n->u.call;
	struct item of;
	struct args args;
	bool filter = n->kind == NODE_FILTER;
	if (call->builtin == NULL)
		return tpl_fail(r, "There is no %s '%.*s'.", filter ? "filter" : "test",
			STR_ARG(str_slice(call->name, 0, 80)));
	if (call->of == NULL)
		of = r->block_text;
	else if (!tpl_eval(r, call->of, &of))
		return false;
	if (call->len == 0 && call->nkeywords == 0 && call->more == NULL &&
		call->more_keywords == NULL)
		args = (struct args){NULL, 0, NULL, 0};
	else if (!tpl_eval_args(r, call, &args))
		return false;
	return tpl_call_builtin(r, call->builtin, of, &args, out);
}

static bool eval_unary(struct render *r, const struct node *n, struct item *out)
{
	struct item item;
	return tpl_eval(r, n->u.of.a, &item) && tpl_negate(r, item, n->kind == NODE_NEG, out);
}

static bool eval_binary(struct render *r, const struct node *n, struct item *out)
{
	struct item a, b;
	return tpl_eval(r, n->u.of.a, &a) && tpl_eval(r, n->u.of.b, &b) &&
	       tpl_binary(r, (enum binary_op)n->op, a, b, out);
}

static bool eval_slice(struct render *r, const struct node *n, struct item *out)
{
	(void)n;
	(void)out;
	return tpl_fail(r, "A slice can only stand alone in the brackets of an index.");
}

static bool (*const evaluators[])(struct render *r, const struct node *n, struct item *out) = {
	[NODE_TUPLE] = eval_list,
	[NODE_LIST] = eval_list,
	[NODE_DICT] = eval_dict,
	[NODE_COND] = eval_cond,
	[NODE_AND] = eval_logic,
	[NODE_OR] = eval_logic,
	[NODE_NOT] = eval_logic,
	[NODE_NEG] = eval_unary,
	[NODE_POS] = eval_unary,
	[NODE_BINARY] = eval_binary,
	[NODE_CONCAT] = eval_concat,
	[NODE_COMPARE] = eval_compare,
	[NODE_ATTR] = eval_attr,
	[NODE_INDEX] = eval_index,
	[NODE_SLICE] = eval_slice,
	[NODE_CALL] = eval_call,
	[NODE_FILTER] = eval_builtin,
	[NODE_TEST] = eval_builtin,
};

bool tpl_eval(struct render *r, const struct node *n, struct item *out)
{
	if (n->kind == NODE_CONST) {
		*out = n->u.constant;
		return true;
	}
	if (n->kind == NODE_NAME) {
		*out = *tpl_slot(r, n->u.name.at);
		if (out->kind == ITEM_MISSING)
			*out = tpl_undefined(r, n->u.name.text);
		return true;
	}
	bool ok;
	if (r->depth >= TPL_DEPTH_MAX) {
		ok = tpl_limit(r, "This goes more than %d levels deep.", TPL_DEPTH_MAX);
	} else {
		r->depth++;
		ok = tpl_charge(r, 1) && evaluators[n->kind](r, n, out);
		r->depth--;
	}
	if (!ok)
		err_place(r->err, r->template->name, n->line, n->column);
	return ok;
}
