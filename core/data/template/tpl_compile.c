/* SPDX-License-Identifier: MIT */
#include "core/base/map.h"
#include "core/data/template/tpl_builtin.h"
#include "core/data/template/tpl_fold.h"
#include "core/data/template/tpl_symbols.h"
#include "core/data/template/tpl_template.h"

/*
 * Writes slots, loads and functions into the tree. A place of a scope here (struct place) is what
 * jinja2 calls a frame; the rules about names, top level and inheritance are its rules.
 */

struct compiler {
	struct template *t;
	struct err *err;
	struct arena *arena;
	unsigned tags;
	struct map block_names;
	size_t blocks_cap;
	struct render folding;
};

struct place {
	struct symbols *symbols;
	struct function *function;
	bool toplevel; /* the root, also inside an if */
	bool soft; /* inside an if: unknown filters are errors only when they are met */
	bool check; /* output depends on there being no parent */
};

static bool compile_body(struct compiler *c, const struct place *f, struct body *body);
static bool compile_node(struct compiler *c, const struct place *f, struct node *n);

static bool fail(struct compiler *c, uint32_t line, uint32_t column)
{
	return err_place(c->err, c->t->name, line, column);
}

static struct place inner(struct compiler *c, const struct place *f)
{
	struct place in = *f;
	in.symbols = tpl_symbols_new(c->arena, f->symbols, f->function, f->symbols->tag);
	in.toplevel = in.soft = false;
	return in;
}

static struct slot slot_of(struct compiler *c, const struct place *f, struct str name)
{
	const struct symbols *s = tpl_symbols_find(f->symbols, name);
	if (s == NULL) {
		tpl_symbols_load(c->arena, f->symbols, name);
		s = f->symbols;
	}
	return tpl_symbols_slot(c->arena, f->function, s, name);
}

static bool is_global(struct str name)
{
	return tpl_function_find(name) != NULL;
}

/* Remembers a name that comes from the context. */
static void note_variable(struct compiler *c, struct str name)
{
	struct template *t = c->t;
	if (is_global(name))
		return;
	for (size_t i = 0; i < t->nvariables; i++)
		if (str_eq(t->variables[i], name))
			return;
	t->variables = arena_reserve(c->arena, t->variables, t->nvariables, &t->variables_cap,
		t->nvariables + 1, sizeof *t->variables);
	t->variables[t->nvariables++] = name;
}

/* The loads of a scope, once all in it is compiled. */
static bool finish_scope(struct compiler *c, const struct place *f, struct scope *out)
{
	const struct symbols *s = f->symbols;
	if (s->full || f->function->slots > 8 * SYMBOLS_MAX)
		return err_set(c->err, ERR_LIMIT,
			"A template can have %d variables in one scope and %d in one function.",
			SYMBOLS_MAX, 8 * SYMBOLS_MAX);
	out->loads = ARENA_ARRAY(c->arena, struct load, s->len);
	out->len = s->len;
	for (size_t i = 0; i < s->len; i++) {
		const struct symbol *from = &s->at[i];
		struct load *to = &out->loads[i];
		to->kind = from->kind;
		to->to = tpl_symbols_slot(c->arena, f->function, s, from->name);
		to->name = tpl_key(from->name);
		if (from->kind == LOAD_ALIAS)
			to->from = tpl_symbols_slot(c->arena, f->function, from->alias, from->name);
		if (from->kind == LOAD_RESOLVE)
			note_variable(c, from->name);
	}
	return true;
}

/* All names assigned here and around, for what sees them as locals. */
static void collect_stores(struct compiler *c, const struct place *f, struct scope *out)
{
	size_t cap = 0;
	for (const struct symbols *s = f->symbols; s != NULL; s = s->parent)
		for (size_t i = 0; i < s->len; i++) {
			bool seen = !s->at[i].stored;
			for (size_t k = 0; k < out->nstores && !seen; k++)
				seen = str_eq(out->stores[k].name.text, s->at[i].name);
			if (seen)
				continue;
			out->stores = arena_reserve(c->arena, out->stores, out->nstores, &cap,
				out->nstores + 1, sizeof *out->stores);
			out->stores[out->nstores++] = (struct stored){
				tpl_key(s->at[i].name), slot_of(c, f, s->at[i].name)};
		}
}

struct visit {
	struct compiler *c;
	const struct place *f;
};

static bool visit_child(void *self, struct node *child)
{
	const struct visit *v = self;
	return compile_node(v->c, v->f, child);
}

static bool compile_children(struct compiler *c, const struct place *f, const struct node *n)
{
	struct visit v = {c, f};
	return tpl_children(n, visit_child, &v);
}

static bool compile_builtin(struct compiler *c, const struct place *f, struct node *n)
{
	bool filter = n->kind == NODE_FILTER;
	struct call *call = n->u.call;
	call->builtin = filter ? tpl_filter_find(call->name) : tpl_test_find(call->name);
	if (!compile_children(c, f, n))
		return false;
	if (call->builtin != NULL)
		tpl_fold(&c->folding, n);
	if (n->kind == NODE_CONST || call->builtin != NULL || f->soft)
		return true;
	const char *why = filter ? tpl_left_out(call->name) : NULL;
	err_set(c->err, ERR_CONFIG, why != NULL ? "%s '%.*s'%s" : "%s '%.*s'.%s",
		filter ? "There is no filter" : "There is no test", STR_ARG(call->name),
		why != NULL ? why : "");
	return fail(c, n->line, n->column);
}

static bool compile_cond(struct compiler *c, const struct place *f, struct node *n)
{
	struct place soft = *f;
	soft.soft = true;
	if (!compile_children(c, &soft, n))
		return false;
	tpl_fold(&c->folding, n);
	return true;
}

static struct node *copy_target(struct compiler *c, const struct node *n)
{
	struct node *copy = ARENA_NEW(c->arena, struct node);
	*copy = *n;
	if (n->kind == NODE_TUPLE) {
		copy->u.list.at = ARENA_ARRAY(c->arena, struct node *, n->u.list.len);
		for (size_t i = 0; i < n->u.list.len; i++)
			copy->u.list.at[i] = copy_target(c, n->u.list.at[i]);
	}
	return copy;
}

static struct function *function_new(struct compiler *c, struct function *outer)
{
	struct function *f = ARENA_NEW(c->arena, struct function);
	f->outer = outer;
	return f;
}

static bool see_scoped(void *self, struct node *n)
{
	(void)self;
	if (n->kind == NODE_BLOCK && n->u.block->scoped)
		return false;
	return tpl_children(n, see_scoped, NULL);
}

static bool see_loop_store(void *self, struct node *n)
{
	if (n->kind != NODE_NAME || !n->u.name.store || !str_is(n->u.name.text, "loop"))
		return tpl_children(n, see_loop_store, self);
	struct compiler *c = self;
	err_set(c->err, ERR_CONFIG, "The name 'loop' cannot be assigned to inside a for loop.");
	return fail(c, n->line, n->column);
}

static bool compile_for_test(struct compiler *c, const struct place *f, struct for_loop *loop)
{
	struct place test = inner(c, f);
	test.symbols->tag = ++c->tags;
	loop->test_target = copy_target(c, loop->target);
	tpl_symbols_for(c->arena, test.symbols, loop, FOR_TEST);
	return compile_node(c, &test, loop->test_target) && compile_node(c, &test, loop->test) &&
	       finish_scope(c, &test, &loop->test_scope);
}

static bool compile_for(struct compiler *c, const struct place *f, struct node *n)
{
	static const char *const names[] = {"loop"};
	struct for_loop *loop = n->u.loop;
	struct place around = *f, otherwise;
	loop->extended = loop->recursive || tpl_undeclared(&loop->body, names, 1) != 0 ||
			 !tpl_children(n, see_scoped, NULL);
	if (loop->recursive) {
		loop->function = function_new(c, f->function);
		around.function = loop->function;
	}
	struct place in = inner(c, &around);
	in.symbols->function = around.function;
	if (loop->extended)
		tpl_symbols_parameter(c->arena, in.symbols, STR("loop"));
	tpl_symbols_for(c->arena, in.symbols, loop, FOR_BODY);
	if (!tpl_children(n, see_loop_store, c) || !compile_node(c, f, loop->iter))
		return false;
	if (loop->test != NULL && !compile_for_test(c, &around, loop))
		return false;
	if (loop->extended)
		loop->loop = slot_of(c, &in, STR("loop"));
	if (!compile_node(c, &in, loop->target) || !compile_body(c, &in, &loop->body) ||
		!finish_scope(c, &in, &loop->scope))
		return false;
	otherwise = inner(c, &around);
	tpl_symbols_for(c->arena, otherwise.symbols, loop, FOR_ELSE);
	return compile_body(c, &otherwise, &loop->otherwise) &&
	       finish_scope(c, &otherwise, &loop->else_scope);
}

static bool compile_if(struct compiler *c, const struct place *f, struct node *n)
{
	struct place soft = *f;
	soft.soft = true;
	for (size_t i = 0; i < n->u.branches.len; i++) {
		struct branch *b = &n->u.branches.at[i];
		if (b->test != NULL && !compile_node(c, &soft, b->test))
			return false;
		if (!compile_body(c, &soft, &b->body))
			return false;
	}
	return true;
}

static bool compile_set(struct compiler *c, const struct place *f, struct node *n)
{
	struct set *s = n->u.set;
	s->exports = f->toplevel;
	if (n->kind == NODE_SET)
		return compile_node(c, f, s->value) && compile_node(c, f, s->target);
	struct place in = inner(c, f);
	in.check = false;
	tpl_symbols_body(c->arena, in.symbols, &s->body);
	if (s->value != NULL)
		tpl_symbols_node(c->arena, in.symbols, s->value);
	return compile_body(c, &in, &s->body) &&
	       (s->value == NULL || compile_node(c, &in, s->value)) &&
	       compile_node(c, f, s->target) && finish_scope(c, &in, &s->scope);
}

/* caller, kwargs and varargs are parameters when the body uses them. */
static bool hidden_parameters(
	struct compiler *c, const struct place *in, struct macro *m, const struct node *n)
{
	static const char *const names[] = {"caller", "kwargs", "varargs"};
	unsigned used = tpl_undeclared(&m->body, names, 3);
	for (size_t i = 0; i < m->len; i++) {
		struct str name = m->params[i]->u.name.text;
		if (str_is(name, "kwargs"))
			used &= ~2u;
		if (str_is(name, "varargs"))
			used &= ~4u;
		if (!str_is(name, "caller"))
			continue;
		m->names_caller = true;
		if ((used & 1u) != 0 && i + m->ndefaults < m->len) {
			err_set(c->err, ERR_CONFIG,
				"The parameter 'caller' must be left out or have a default.");
			return fail(c, n->line, n->column);
		}
	}
	m->takes_caller = (used & 1u) != 0;
	m->takes_keywords = (used & 2u) != 0;
	m->takes_more = (used & 4u) != 0;
	for (size_t i = 0; i < 3; i++)
		if ((used & 1u << i) != 0)
			tpl_symbols_parameter(c->arena, in->symbols, str_from(names[i]));
	return true;
}

static bool compile_macro(struct compiler *c, const struct place *f, struct node *n)
{
	struct macro *m = n->u.macro;
	m->function = function_new(c, f->function);
	struct place around = *f;
	around.function = m->function;
	struct place in = inner(c, &around);
	in.symbols->function = m->function;
	in.check = false;
	tpl_symbols_macro(c->arena, in.symbols, m);
	if (!hidden_parameters(c, &in, m, n))
		return false;
	for (size_t i = 0; i < m->len; i++)
		m->params[i]->u.name.at = slot_of(c, &in, m->params[i]->u.name.text);
	if (m->takes_caller)
		m->caller = slot_of(c, &in, STR("caller")).at;
	if (m->takes_keywords)
		m->keywords = slot_of(c, &in, STR("kwargs")).at;
	if (m->takes_more)
		m->more = slot_of(c, &in, STR("varargs")).at;
	for (size_t i = 0; i < m->ndefaults; i++)
		if (!compile_node(c, &in, m->defaults[i]))
			return false;
	if (!compile_body(c, &in, &m->body) || !finish_scope(c, &in, &m->function->scope))
		return false;
	if (n->kind == NODE_CALL_BLOCK)
		return compile_node(c, f, m->call);
	m->to = slot_of(c, f, m->name);
	m->exports = f->toplevel;
	return true;
}

static bool compile_filter_block(struct compiler *c, const struct place *f, struct node *n)
{
	struct filtered *b = n->u.filtered;
	if (b->filter == NULL)
		return compile_body(c, f, &b->body);
	struct place in = inner(c, f);
	tpl_symbols_body(c->arena, in.symbols, &b->body);
	tpl_symbols_node(c->arena, in.symbols, b->filter);
	return compile_body(c, &in, &b->body) && compile_node(c, &in, b->filter) &&
	       finish_scope(c, &in, &b->scope);
}

static bool compile_with(struct compiler *c, const struct place *f, struct node *n)
{
	struct with *w = n->u.with;
	struct place in = inner(c, f);
	tpl_symbols_with(c->arena, in.symbols, w);
	for (size_t i = 0; i < w->len; i++)
		if (!compile_node(c, f, w->values[i]) || !compile_node(c, &in, w->targets[i]))
			return false;
	return compile_body(c, &in, &w->body) && finish_scope(c, &in, &w->scope);
}

static bool compile_load(struct compiler *c, const struct place *f, struct node *n)
{
	struct load_template *l = n->u.load;
	l->exports = f->toplevel;
	if (n->kind == NODE_EXTENDS && !f->toplevel) {
		err_set(c->err, ERR_CONFIG, "'extends' must stand at the top level.");
		return fail(c, n->line, n->column);
	}
	if (!compile_node(c, f, l->name))
		return false;
	if (l->with_context)
		collect_stores(c, f, &l->around);
	if (n->kind == NODE_IMPORT)
		l->to = slot_of(c, f, l->alias.text);
	for (size_t i = 0; i < l->len; i++)
		l->names[i].to = slot_of(c, f, l->names[i].alias.text);
	return true;
}

static bool compile_node(struct compiler *c, const struct place *f, struct node *n)
{
	switch ((enum node_kind)n->kind) {
	case NODE_TEXT: n->check = f->check; return true;
	case NODE_PRINT:
		n->check = f->check;
		if (!compile_node(c, f, n->u.of.a))
			return false;
		tpl_fold_print(&c->folding, n);
		return true;
	case NODE_NAME:
	case NODE_NSREF: n->u.name.at = slot_of(c, f, n->u.name.text); return true;
	case NODE_ATTR:
		tpl_attribute_init(n->u.attribute, n->u.attribute->name.text);
		return compile_node(c, f, n->u.attribute->of);
	case NODE_FILTER:
	case NODE_TEST: return compile_builtin(c, f, n);
	case NODE_COND: return compile_cond(c, f, n);
	case NODE_FOR: return compile_for(c, f, n);
	case NODE_IF: return compile_if(c, f, n);
	case NODE_SET:
	case NODE_SET_BLOCK: return compile_set(c, f, n);
	case NODE_MACRO:
	case NODE_CALL_BLOCK: return compile_macro(c, f, n);
	case NODE_FILTER_BLOCK: return compile_filter_block(c, f, n);
	case NODE_WITH: return compile_with(c, f, n);
	case NODE_BLOCK:
		n->check = f->toplevel;
		if (n->u.block->scoped)
			collect_stores(c, f, &n->u.block->around);
		return true;
	case NODE_EXTENDS:
	case NODE_INCLUDE:
	case NODE_IMPORT:
	case NODE_FROM: return compile_load(c, f, n);
	default:
		if (!compile_children(c, f, n))
			return false;
		tpl_fold_minus(&c->folding, n);
		tpl_fold(&c->folding, n);
		return true;
	}
}

static bool compile_body(struct compiler *c, const struct place *f, struct body *body)
{
	struct visit v = {c, f};
	return tpl_children_body(body, visit_child, &v);
}

/* Finds the blocks, wherever they stand, and whether the template extends another. */
struct survey {
	struct compiler *c;
	bool extends;
};

static bool see_block(void *self, struct node *n)
{
	struct survey *s = self;
	struct compiler *c = s->c;
	s->extends |= n->kind == NODE_EXTENDS;
	if (n->kind == NODE_BLOCK) {
		struct template *t = c->t;
		struct block *b = n->u.block;
		if (!map_set(&c->block_names, b->name.text, 1)) {
			err_set(c->err, ERR_CONFIG, "The block '%.*s' is defined twice.",
				STR_ARG(b->name.text));
			return fail(c, n->line, n->column);
		}
		b->template = t;
		t->blocks = arena_reserve(c->arena, t->blocks, t->nblocks, &c->blocks_cap,
			t->nblocks + 1, sizeof(struct block *));
		t->blocks[t->nblocks++] = b;
	}
	return tpl_children(n, see_block, self);
}

static bool compile_block(struct compiler *c, struct block *b)
{
	static const char *const names[] = {"self", "super"};
	b->function = function_new(c, NULL);
	struct place f = {
		.symbols = tpl_symbols_new(c->arena, NULL, b->function, 0),
		.function = b->function,
	};
	unsigned used = tpl_undeclared(&b->body, names, 2);
	b->uses_self = (used & 1u) != 0;
	b->uses_super = (used & 2u) != 0;
	for (size_t i = 0; i < 2; i++)
		if ((used & 1u << i) != 0)
			tpl_symbols_parameter(c->arena, f.symbols, str_from(names[i]));
	tpl_symbols_body(c->arena, f.symbols, &b->body);
	if (b->uses_self)
		b->self = slot_of(c, &f, STR("self")).at;
	if (b->uses_super)
		b->super = slot_of(c, &f, STR("super")).at;
	return compile_body(c, &f, &b->body) && finish_scope(c, &f, &b->function->scope);
}

static bool compile_root(struct compiler *c)
{
	static const char *const names[] = {"self"};
	struct template *t = c->t;
	struct survey survey = {.c = c};
	if (!tpl_children_body(&t->body, see_block, &survey))
		return false;
	struct place f = {
		.symbols = tpl_symbols_new(c->arena, NULL, &t->root, 0),
		.function = &t->root,
		.toplevel = true,
		.check = survey.extends,
	};
	t->uses_self = tpl_undeclared(&t->body, names, 1) != 0;
	if (t->uses_self)
		tpl_symbols_parameter(c->arena, f.symbols, STR("self"));
	tpl_symbols_body(c->arena, f.symbols, &t->body);
	if (t->uses_self)
		t->self = slot_of(c, &f, STR("self")).at;
	if (!compile_body(c, &f, &t->body) || !finish_scope(c, &f, &t->root.scope))
		return false;
	for (size_t i = 0; i < t->nblocks; i++)
		if (!compile_block(c, t->blocks[i]))
			return false;
	return true;
}

bool tpl_compile(struct template *t, struct err *e)
{
	struct compiler c = {
		.t = t,
		.err = e,
		.arena = &t->arena,
		.block_names = MAP_INIT,
		.folding = {.arena = &t->arena,
			.options = &t->options,
			.folding = true,
			.template = t},
	};
	struct buf text = BUF_INIT(TPL_TEXT_MAX);
	c.folding.out = &text;
	bool ok = compile_root(&c);
	buf_free(&text);
	map_free(&c.block_names);
	if (!ok)
		err_place(e, t->name, 1, 1);
	return ok;
}
