/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_symbols.h"

/* Walks over the tree. */

typedef bool (*see_fn)(void *self, struct node *child);

static bool one(struct node *n, see_fn see, void *self)
{
	return n == NULL || see(self, n);
}

static bool many(struct node *const *at, size_t len, see_fn see, void *self)
{
	for (size_t i = 0; i < len; i++)
		if (!one(at[i], see, self))
			return false;
	return true;
}

bool tpl_children_body(const struct body *body, see_fn see, void *self)
{
	return many(body->at, body->len, see, self);
}

static bool of_call(const struct call *c, see_fn see, void *self)
{
	if (!one(c->of, see, self) || !many(c->args, c->len, see, self))
		return false;
	for (size_t i = 0; i < c->nkeywords; i++)
		if (!one(c->keywords[i].value, see, self))
			return false;
	return one(c->more, see, self) && one(c->more_keywords, see, self);
}

static bool of_compare(const struct node *n, see_fn see, void *self)
{
	if (!one(n->u.compare.first, see, self))
		return false;
	for (size_t i = 0; i < n->u.compare.len; i++)
		if (!one(n->u.compare.at[i].value, see, self))
			return false;
	return true;
}

static bool of_branches(const struct branches *b, see_fn see, void *self)
{
	for (size_t i = 0; i < b->len; i++)
		if (!one(b->at[i].test, see, self) || !tpl_children_body(&b->at[i].body, see, self))
			return false;
	return true;
}

static bool of_for(const struct for_loop *f, see_fn see, void *self)
{
	return one(f->target, see, self) && one(f->iter, see, self) &&
	       tpl_children_body(&f->body, see, self) &&
	       tpl_children_body(&f->otherwise, see, self) && one(f->test, see, self);
}

static bool of_macro(const struct macro *m, see_fn see, void *self)
{
	return one(m->call, see, self) && many(m->params, m->len, see, self) &&
	       many(m->defaults, m->ndefaults, see, self) && tpl_children_body(&m->body, see, self);
}

static bool of_with(const struct with *w, see_fn see, void *self)
{
	return many(w->targets, w->len, see, self) && many(w->values, w->len, see, self) &&
	       tpl_children_body(&w->body, see, self);
}

bool tpl_children(const struct node *n, see_fn see, void *self)
{
	switch ((enum node_kind)n->kind) {
	case NODE_CONST:
	case NODE_TEXT:
	case NODE_NAME:
	case NODE_NSREF: return true;
	case NODE_TUPLE:
	case NODE_LIST:
	case NODE_DICT:
	case NODE_CONCAT: return many(n->u.list.at, n->u.list.len, see, self);
	case NODE_COND:
	case NODE_AND:
	case NODE_OR:
	case NODE_NOT:
	case NODE_NEG:
	case NODE_POS:
	case NODE_BINARY:
	case NODE_INDEX:
	case NODE_SLICE:
	case NODE_PRINT:
		return one(n->u.of.a, see, self) && one(n->u.of.b, see, self) &&
		       one(n->u.of.c, see, self);
	case NODE_COMPARE: return of_compare(n, see, self);
	case NODE_ATTR: return one(n->u.attribute->of, see, self);
	case NODE_CALL:
	case NODE_FILTER:
	case NODE_TEST: return of_call(n->u.call, see, self);
	case NODE_FOR: return of_for(n->u.loop, see, self);
	case NODE_IF: return of_branches(&n->u.branches, see, self);
	case NODE_SET:
	case NODE_SET_BLOCK:
		return one(n->u.set->target, see, self) && one(n->u.set->value, see, self) &&
		       tpl_children_body(&n->u.set->body, see, self);
	case NODE_MACRO:
	case NODE_CALL_BLOCK: return of_macro(n->u.macro, see, self);
	case NODE_FILTER_BLOCK:
		return tpl_children_body(&n->u.filtered->body, see, self) &&
		       one(n->u.filtered->filter, see, self);
	case NODE_WITH: return of_with(n->u.with, see, self);
	case NODE_BLOCK: return tpl_children_body(&n->u.block->body, see, self);
	case NODE_EXTENDS:
	case NODE_INCLUDE:
	case NODE_IMPORT:
	case NODE_FROM: return one(n->u.load->name, see, self);
	}
	return true;
}

struct undeclared {
	const char *const *names;
	size_t count;
	unsigned open; /* not assigned yet */
	unsigned found;
};

static bool see_undeclared(void *self, struct node *n)
{
	struct undeclared *u = self;
	if (n->kind == NODE_BLOCK)
		return true;
	if (n->kind != NODE_NAME)
		return tpl_children(n, see_undeclared, self);
	for (size_t i = 0; i < u->count; i++) {
		if ((u->open & 1u << i) == 0 || !str_is(n->u.name.text, u->names[i]))
			continue;
		if (n->u.name.store)
			u->open &= ~(1u << i);
		else
			u->found |= 1u << i;
	}
	return true;
}

unsigned tpl_undeclared(const struct body *body, const char *const names[], size_t count)
{
	struct undeclared u = {.names = names, .count = count, .open = (1u << count) - 1};
	tpl_children_body(body, see_undeclared, &u);
	return u.found;
}
