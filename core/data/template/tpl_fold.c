/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_fold.h"

#include "core/data/template/tpl_operate.h"
#include "core/data/template/tpl_symbols.h"
#include "core/data/template/tpl_text.h"

#include <math.h>

static bool is_constant(const struct node *n)
{
	return n->kind == NODE_CONST;
}

static bool see_constant(void *self, struct node *child)
{
	(void)self;
	return is_constant(child);
}

void tpl_fold(struct render *r, struct node *n)
{
	struct item result;
	switch ((enum node_kind)n->kind) {
	case NODE_BINARY:
	case NODE_NEG:
	case NODE_POS:
	case NODE_NOT:
	case NODE_CONCAT:
	case NODE_COMPARE:
	case NODE_AND:
	case NODE_OR:
	case NODE_COND:
	case NODE_FILTER:
	case NODE_TEST: break;
	default: return;
	}
	bool block = n->kind == NODE_FILTER && n->u.call->of == NULL;
	if (block || !tpl_children(n, see_constant, NULL))
		return;
	r->fuel = 1000;
	r->depth = 0;
	if (!tpl_eval(r, n, &result) || result.kind < ITEM_NONE || result.kind > ITEM_STR)
		return;
	if (result.kind == ITEM_STR && result.u.str.len > 4096)
		return;
	n->kind = NODE_CONST;
	n->u.constant = result;
}

static bool is_negative(const struct node *n)
{
	const struct item *c = &n->u.constant;
	if (n->kind != NODE_CONST)
		return false;
	return (c->kind == ITEM_INT && c->u.integer < 0) ||
	       (c->kind == ITEM_FLOAT && signbit(c->u.real) != 0);
}

/* -3 ** x is (-3) ** x in the grammar, but jinja2 writes the constant down as -3 and lets Python
 * read it as -(3 ** x), unless x is a constant too. */
void tpl_fold_minus(struct render *r, struct node *n)
{
	struct item positive;
	if (n->kind != NODE_BINARY || n->op != OP_POW || !is_negative(n->u.of.a) ||
		n->u.of.b->kind == NODE_CONST ||
		!tpl_negate(r, n->u.of.a->u.constant, true, &positive))
		return;
	struct node *power = ARENA_NEW(r->arena, struct node);
	*power = *n;
	power->u.of.a->u.constant = positive;
	n->kind = NODE_NEG;
	n->u.of.a = power;
	n->u.of.b = NULL;
}

void tpl_fold_print(struct render *r, struct node *n)
{
	struct str s;
	if (n->u.of.a->kind != NODE_CONST)
		return;
	if (!tpl_to_str(r, n->u.of.a->u.constant, &s))
		return;
	n->kind = NODE_TEXT;
	n->u.constant = tpl_str(s);
}
