/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_builtin.h"
#include "core/data/template/tpl_operate.h"
#include "core/data/template/tpl_template.h"
#include "core/data/template/tpl_text.h"

#include <string.h>

/* Calls: binding arguments to parameters, built-in functions, macros. */

/* The place of NAME in a row's names, or -1. */
static int find_name(const char *names, struct str name)
{
	struct str rest = str_from(names);
	for (int i = 0; rest.len > 0; i++)
		if (str_eq(str_cut(rest, ' ', &rest), name))
			return i;
	return -1;
}

struct signature {
	const char *what, *name;
	uint8_t min, max;
	bool varied;
	const char *names;
};

static bool bind(
	struct render *r, const struct signature *s, const struct args *args, struct call_args *out)
{
	out->all = args;
	if (s->varied)
		return true;
	for (size_t i = args->len; i < s->max; i++)
		out->at[i].kind = ITEM_MISSING;
	if (args->len > s->max)
		return tpl_fail(r, "The %s '%s' takes at most %d arguments, not %zu.", s->what,
			s->name, s->max, args->len);
	for (size_t i = 0; i < args->len; i++)
		out->at[i] = args->at[i];
	for (size_t i = 0; i < args->nnamed; i++) {
		struct str key = str_slice(args->named[i].key, 0, 80);
		int at = find_name(s->names, key);
		if (at < 0 || at >= s->max)
			return tpl_fail(r, "The %s '%s' has no argument '%.*s'.", s->what, s->name,
				STR_ARG(key));
		if (out->at[at].kind != ITEM_MISSING)
			return tpl_fail(r, "The argument '%.*s' of the %s '%s' is given twice.",
				STR_ARG(key), s->what, s->name);
		out->at[at] = args->named[i].value;
	}
	for (size_t i = 0; i < s->min && i < s->max; i++)
		if (out->at[i].kind == ITEM_MISSING)
			return tpl_fail(r, "The %s '%s' needs %s%d argument%s.", s->what, s->name,
				s->min < s->max ? "at least " : "", s->min, s->min == 1 ? "" : "s");
	return true;
}

bool tpl_call_builtin(struct render *r, const struct builtin *b, struct item of,
	const struct args *args, struct item *out)
{
	struct call_args bound;
	struct signature s = {of.kind == ITEM_MISSING ? "function" : "filter or test", b->name,
		b->min, b->max, b->varied, b->names};
	return bind(r, &s, args, &bound) && b->run(r, of, &bound, out);
}

bool tpl_call_method(struct render *r, const struct method *m, struct item self,
	const struct args *args, struct item *out)
{
	struct call_args bound;
	struct signature s = {"method", m->name, m->min, m->max, m->varied, m->names};
	return bind(r, &s, args, &bound) && m->run(r, self, &bound, out);
}

bool tpl_arg_int(struct render *r, const struct call_args *args, size_t i, int64_t *out)
{
	struct item item = args->at[i];
	if (item.kind == ITEM_MISSING || tpl_as_int(item, out))
		return true;
	if (item.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, item);
	return tpl_fail(
		r, "An integer is needed here, not a value of type %s.", tpl_type_name(item));
}

bool tpl_arg_bool(struct render *r, const struct call_args *args, size_t i, bool *out)
{
	return args->at[i].kind == ITEM_MISSING || tpl_truth(r, args->at[i], out);
}

bool tpl_arg_str(struct render *r, const struct call_args *args, size_t i, struct str *out)
{
	struct item item = args->at[i];
	if (item.kind == ITEM_MISSING)
		return true;
	if (item.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, item);
	if (item.kind != ITEM_STR)
		return tpl_fail(
			r, "A string is needed here, not a value of type %s.", tpl_type_name(item));
	*out = item.u.str;
	return true;
}

/* Takes the argument NAME out of ARGS. */
static bool take_named(struct args *args, struct str name, struct item *out)
{
	for (size_t i = 0; i < args->nnamed; i++) {
		if (!str_eq(args->named[i].key, name))
			continue;
		*out = args->named[i].value;
		memmove(args->named + i, args->named + i + 1,
			(args->nnamed - i - 1) * sizeof *args->named);
		args->nnamed--;
		return true;
	}
	return false;
}

/* The caller of a macro that uses one and does not name it. */
static void bind_caller(
	struct render *r, const struct macro *m, struct item *slots, bool found, struct args *args)
{
	struct item caller = tpl_none();
	if (found || m->names_caller)
		return;
	if (!take_named(args, STR("caller"), &caller) || caller.kind == ITEM_NONE)
		caller = tpl_undefined_hint(r, "This macro was called without a caller.");
	slots[m->caller] = caller;
}

/* What is left after the parameters have theirs: kwargs, varargs, or an error. */
static bool bind_rest(
	struct render *r, const struct macro *m, struct item *slots, const struct args *args)
{
	struct str name = m->name.len > 0 ? str_slice(m->name, 0, 80) : STR("caller");
	if (m->takes_keywords) {
		struct dict *d = tpl_dict_new(r);
		for (size_t i = 0; i < args->nnamed; i++)
			if (!tpl_dict_set(r, d, tpl_str(args->named[i].key), args->named[i].value))
				return false;
		slots[m->keywords] = tpl_dict_item(d);
	} else if (args->nnamed > 0) {
		return tpl_fail(r, "The macro '%.*s' has no parameter '%.*s'.", STR_ARG(name),
			STR_ARG(str_slice(args->named[0].key, 0, 80)));
	}
	if (m->takes_more) {
		struct list *l = tpl_list_new(r, args->len);
		for (size_t i = m->len; i < args->len; i++)
			l->at[l->len++] = args->at[i];
		slots[m->more] = tpl_tuple_item(l);
	} else if (args->len > m->len) {
		return tpl_fail(r, "The macro '%.*s' takes at most %zu arguments, not %zu.",
			STR_ARG(name), m->len, args->len);
	}
	return true;
}

static bool bind_macro(
	struct render *r, const struct macro *m, struct item *slots, struct args *args)
{
	bool found = args->len >= m->len && m->names_caller;
	for (size_t i = 0; i < m->len; i++) {
		struct str name = m->params[i]->u.name.text;
		struct item *slot = &slots[m->params[i]->u.name.at.at];
		if (i < args->len) {
			*slot = args->at[i];
			continue;
		}
		if (str_is(name, "caller"))
			found = true;
		take_named(args, name, slot);
	}
	if (m->takes_caller)
		bind_caller(r, m, slots, found, args);
	return bind_rest(r, m, slots, args);
}

/* Parameters that got nothing take their defaults, in order. */
static bool fill_defaults(struct render *r, const struct macro *m)
{
	size_t without = m->len - m->ndefaults;
	for (size_t i = 0; i < m->len; i++) {
		struct item *slot = tpl_slot(r, m->params[i]->u.name.at), value;
		if (slot->kind != ITEM_MISSING)
			continue;
		if (i >= without) {
			if (!tpl_eval(r, m->defaults[i - without], &value))
				return false;
			*slot = value;
			continue;
		}
		struct str hint = str_format(r->arena, "The parameter '%.*s' was not given.",
			STR_ARG(m->params[i]->u.name.text));
		*slot = tpl_undefined_hint(r, hint.at);
	}
	return true;
}

static bool run_macro(struct render *r, const struct macro *m)
{
	tpl_enter(r, &m->function->scope);
	return fill_defaults(r, m) && tpl_run(r, &m->body);
}

bool tpl_call_macro(
	struct render *r, const struct macro_value *v, struct args *args, struct item *out)
{
	const struct macro *m = v->macro;
	if (r->calls >= TPL_CALLS_MAX)
		return tpl_limit(
			r, "More than %d calls are going on inside one another.", TPL_CALLS_MAX);
	struct frame *frame = ARENA_NEW(r->arena, struct frame), *caller = r->frame;
	frame->slots = ARENA_ARRAY(r->arena, struct item, m->function->slots + 1);
	frame->outer = v->frame;
	if (!bind_macro(r, m, frame->slots, args))
		return false;
	struct context *context = r->context;
	const struct template *template = r->template;
	size_t mark = tpl_mark(r);
	r->frame = frame;
	r->context = v->context;
	r->template = v->template;
	r->calls++;
	*out = tpl_str(STR_NONE);
	bool ok = run_macro(r, m) && tpl_cut(r, mark, &out->u.str);
	r->calls--;
	r->frame = caller;
	r->context = context;
	r->template = template;
	return ok;
}

static bool call_loop(
	struct render *r, struct loop *loop, const struct args *args, struct item *out)
{
	if (args->len + args->nnamed != 1 ||
		(args->nnamed == 1 && !str_is(args->named[0].key, "iterable")))
		return tpl_fail(r, "A recursive loop is called with the items to go through.");
	return tpl_loop_call(r, loop, args->len == 1 ? args->at[0] : args->named[0].value, out);
}

static bool no_arguments(struct render *r, const struct args *args, const char *what)
{
	return args->len + args->nnamed == 0 || tpl_fail(r, "A %s takes no arguments.", what);
}

bool tpl_call(struct render *r, struct item callee, struct args *args, struct item *out)
{
	struct item nothing = {.kind = ITEM_MISSING};
	switch (callee.kind) {
	case ITEM_MACRO: return tpl_call_macro(r, callee.u.macro, args, out);
	case ITEM_FUNCTION: return tpl_call_builtin(r, callee.u.function, nothing, args, out);
	case ITEM_BOUND:
		return tpl_call_method(r, callee.u.bound->method, callee.u.bound->self, args, out);
	case ITEM_LOOP: return call_loop(r, callee.u.loop, args, out);
	case ITEM_BLOCK:
		return no_arguments(r, args, "block") && tpl_block_call(r, callee.u.block, out);
	case ITEM_JOINER:
		if (!no_arguments(r, args, "joiner"))
			return false;
		*out = callee.u.joiner->used ? callee.u.joiner->separator : tpl_str(STR_NONE);
		callee.u.joiner->used = true;
		return true;
	case ITEM_UNDEFINED: return tpl_undefined_fail(r, callee);
	default: return tpl_fail(r, "A value of type %s cannot be called.", tpl_type_name(callee));
	}
}
