/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_render.h"

#include "core/data/template/tpl_builtin.h"
#include "core/data/template/tpl_iterate.h"
#include "core/data/template/tpl_operate.h"
#include "core/data/template/tpl_template.h"
#include "core/data/template/tpl_text.h"

#include <inttypes.h>
#include <string.h>

/* Statements. */

static bool too_long(struct render *r)
{
	return tpl_limit(r, "The output is longer than %d MiB.", TEMPLATE_OUTPUT_MAX >> 20);
}

bool tpl_put(struct render *r, struct str text)
{
	struct buf *b = r->out;
	size_t end = b->len + text.len;
	if (end < b->cap && end <= b->max && !b->full) {
		if (text.len > 0)
			memcpy(b->at + b->len, text.at, text.len);
		b->len = end;
		b->at[end] = '\0';
		return true;
	}
	return buf_add_str(b, text) || too_long(r);
}

bool tpl_print(struct render *r, struct item item)
{
	if (item.kind == ITEM_STR)
		return tpl_put(r, item.u.str);
	if (!tpl_add_str(r, r->out, item))
		return false;
	return !r->out->full || too_long(r);
}

bool tpl_cut(struct render *r, size_t mark, struct str *text)
{
	if (r->out->full)
		return too_long(r);
	struct str s = str_slice(buf_str(r->out), mark, r->out->len);
	*text = str_copy(r->arena, s);
	if (s.len > 0) {
		r->out->len = mark;
		r->out->at[mark] = '\0';
	}
	return tpl_charge(r, s.len / 256);
}

struct item tpl_resolve(struct render *r, const struct key *name)
{
	const struct item *found = tpl_dict_find(r->context->vars, name);
	if (found == NULL)
		found = tpl_dict_find(r->context->parent, name);
	if (found != NULL)
		return *found;
	const struct builtin *global = tpl_function_find(name->text);
	if (global == NULL)
		return (struct item){.kind = ITEM_MISSING};
	return (struct item){.kind = ITEM_FUNCTION, .u.function = global};
}

void tpl_enter(struct render *r, const struct scope *scope)
{
	for (size_t i = 0; i < scope->len; i++) {
		const struct load *l = &scope->loads[i];
		struct item *to = &r->frame->slots[l->to.at];
		switch (l->kind) {
		case LOAD_PARAMETER: break;
		case LOAD_RESOLVE: *to = tpl_resolve(r, &l->name); break;
		case LOAD_ALIAS: *to = *tpl_slot(r, l->from); break;
		case LOAD_UNDEFINED: to->kind = ITEM_MISSING; break;
		}
	}
}

void tpl_leave(struct render *r, const struct scope *scope)
{
	for (size_t i = 0; i < scope->len; i++)
		r->frame->slots[scope->loads[i].to.at].kind = ITEM_MISSING;
}

static bool assign_space(struct render *r, const struct node *target, struct item value)
{
	struct item space = *tpl_slot(r, target->u.name.at);
	if (space.kind != ITEM_NAMESPACE)
		return tpl_fail(r,
			"'%.*s' is not a namespace: only a namespace's attributes can be "
			"assigned to.",
			STR_ARG(str_slice(target->u.name.text, 0, 80)));
	struct key key = tpl_key(target->u.name.attribute);
	tpl_dict_put(r, space.u.space, &key, value);
	return true;
}

static bool assign_tuple(struct render *r, const struct node *target, struct item value)
{
	struct iter it;
	struct item item;
	size_t want = target->u.list.len;
	if (!tpl_iter(r, value, &it))
		return false;
	for (size_t i = 0; i <= want; i++) {
		enum step s = tpl_next(r, &it, &item);
		if (s == STEP_FAILED)
			return false;
		if ((s == STEP_END) != (i == want))
			return s == STEP_END
				       ? tpl_fail(r, "There are %zu names here for %zu values.",
						 want, i)
				       : tpl_fail(r, "There are %zu names here for more values.",
						 want);
		if (s == STEP_ITEM && !tpl_assign(r, target->u.list.at[i], item))
			return false;
	}
	return true;
}

bool tpl_assign(struct render *r, const struct node *target, struct item value)
{
	bool ok;
	switch ((enum node_kind)target->kind) {
	case NODE_NAME: *tpl_slot(r, target->u.name.at) = value; return true;
	case NODE_NSREF: ok = assign_space(r, target, value); break;
	case NODE_TUPLE: ok = assign_tuple(r, target, value); break;
	default: BUG("node %d is not a target", target->kind);
	}
	if (!ok)
		err_place(r->err, r->template->name, target->line, target->column);
	return ok;
}

void tpl_export(struct render *r, const struct key *name, struct item value, bool visible)
{
	tpl_dict_put(r, r->context->vars, name, value);
	if (visible && name->text.at[0] != '_')
		tpl_dict_put(r, r->context->exported, name, tpl_bool(true));
}

static void export_target(struct render *r, const struct node *target)
{
	if (target->kind == NODE_TUPLE) {
		for (size_t i = 0; i < target->u.list.len; i++)
			export_target(r, target->u.list.at[i]);
	} else if (target->kind == NODE_NAME) {
		struct key key = tpl_key(target->u.name.text);
		tpl_export(r, &key, *tpl_slot(r, target->u.name.at), true);
	}
}

static bool run_set(struct render *r, const struct set *s)
{
	struct item value;
	if (!tpl_eval(r, s->value, &value) || !tpl_assign(r, s->target, value))
		return false;
	if (s->exports)
		export_target(r, s->target);
	return true;
}

/* The text of BODY in a scope of its own, through FILTER if there is one. */
static bool captured(struct render *r, const struct scope *scope, const struct body *body,
	const struct node *filter, struct item *out)
{
	struct str text = STR_NONE;
	size_t mark = tpl_mark(r);
	tpl_enter(r, scope);
	if (!tpl_run(r, body) || !tpl_cut(r, mark, &text))
		return false;
	*out = tpl_str(text);
	if (filter == NULL)
		return true;
	r->block_text = *out;
	return tpl_eval(r, filter, out);
}

__attribute__((noinline)) static bool run_set_block(struct render *r, const struct set *s)
{
	struct item value = tpl_none();
	if (!captured(r, &s->scope, &s->body, s->value, &value) || !tpl_assign(r, s->target, value))
		return false;
	if (s->exports)
		export_target(r, s->target);
	tpl_leave(r, &s->scope);
	return true;
}

/* A block's own result: jinja2 takes nothing but text there. */
static bool print_text(struct render *r, struct item item)
{
	if (item.kind == ITEM_STR)
		return tpl_put(r, item.u.str);
	return tpl_fail(
		r, "The block gives a value of type %s where text is needed.", tpl_type_name(item));
}

__attribute__((noinline)) static bool run_filter_block(struct render *r, const struct filtered *b)
{
	struct item value = tpl_none();
	if (b->filter == NULL)
		return tpl_run(r, &b->body);
	if (!captured(r, &b->scope, &b->body, b->filter, &value) || !print_text(r, value))
		return false;
	tpl_leave(r, &b->scope);
	return true;
}

static bool run_if(struct render *r, const struct branches *all)
{
	for (size_t i = 0; i < all->len; i++) {
		const struct branch *b = &all->at[i];
		struct item item;
		bool yes = true;
		if (b->test != NULL && (!tpl_eval(r, b->test, &item) || !tpl_truth(r, item, &yes)))
			return err_place(r->err, r->template->name, b->line, b->column);
		if (yes)
			return tpl_run(r, &b->body);
	}
	return true;
}

__attribute__((noinline)) static bool run_with(struct render *r, const struct with *w)
{
	tpl_enter(r, &w->scope);
	for (size_t i = 0; i < w->len; i++) {
		struct item value;
		if (!tpl_eval(r, w->values[i], &value) || !tpl_assign(r, w->targets[i], value))
			return false;
	}
	if (!tpl_run(r, &w->body))
		return false;
	tpl_leave(r, &w->scope);
	return true;
}

static struct item make_macro(struct render *r, const struct macro *m)
{
	struct macro_value *v = ARENA_NEW(r->arena, struct macro_value);
	*v = (struct macro_value){m, r->frame, r->context, r->template};
	return (struct item){.kind = ITEM_MACRO, .u.macro = v};
}

__attribute__((noinline)) static bool run_macro(struct render *r, const struct macro *m)
{
	struct item macro = make_macro(r, m);
	*tpl_slot(r, m->to) = macro;
	if (m->exports) {
		struct key key = tpl_key(m->name);
		tpl_export(r, &key, macro, true);
	}
	return true;
}

__attribute__((noinline)) static bool run_call_block(struct render *r, const struct macro *m)
{
	const struct call *call = m->call->u.call;
	struct item callee, result, caller = make_macro(r, m);
	struct args args;
	if (!tpl_eval(r, call->of, &callee) || !tpl_eval_args(r, call, &args))
		return false;
	struct named *named = ARENA_ARRAY(r->arena, struct named, args.nnamed + 1);
	for (size_t i = 0; i < args.nnamed; i++)
		named[i] = args.named[i];
	named[args.nnamed++] = (struct named){STR("caller"), caller};
	args.named = named;
	return tpl_call(r, callee, &args, &result) && print_text(r, result);
}

static bool run_node(struct render *r, const struct node *n)
{
	struct item item;
	switch ((enum node_kind)n->kind) {
	case NODE_TEXT: return (n->check && r->parent != NULL) || tpl_put(r, n->u.constant.u.str);
	case NODE_PRINT:
		return (n->check && r->parent != NULL) ||
		       (tpl_eval(r, n->u.of.a, &item) && tpl_print(r, item));
	case NODE_FOR: return tpl_for(r, n);
	case NODE_IF: return run_if(r, &n->u.branches);
	case NODE_SET: return run_set(r, n->u.set);
	case NODE_SET_BLOCK: return run_set_block(r, n->u.set);
	case NODE_MACRO: return run_macro(r, n->u.macro);
	case NODE_CALL_BLOCK: return run_call_block(r, n->u.macro);
	case NODE_FILTER_BLOCK: return run_filter_block(r, n->u.filtered);
	case NODE_WITH: return run_with(r, n->u.with);
	case NODE_BLOCK: return tpl_block(r, n);
	case NODE_EXTENDS: return tpl_extends(r, n);
	case NODE_INCLUDE: return tpl_include(r, n);
	case NODE_IMPORT:
	case NODE_FROM: return tpl_import(r, n);
	default: BUG("node %d is not a statement", n->kind);
	}
}

bool tpl_run(struct render *r, const struct body *body)
{
	if (r->depth >= TPL_DEPTH_MAX)
		return tpl_limit(r, "This goes more than %d levels deep.", TPL_DEPTH_MAX);
	r->depth++;
	for (size_t i = 0; i < body->len; i++) {
		const struct node *n = body->at[i];
		if (!tpl_charge(r, 1) || !run_node(r, n)) {
			if (n->kind == NODE_PRINT)
				n = n->u.of.a;
			return err_place(r->err, r->template->name, n->line, n->column);
		}
	}
	r->depth--;
	return true;
}
