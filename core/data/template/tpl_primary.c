/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_parser.h"

#include <string.h>

/* The smallest expressions: names, literals, brackets. */

bool tpl_grow(struct parser *p, struct grower *g, struct node *above, struct node *n)
{
	g->at = arena_reserve(p->arena, g->at, g->len, &g->cap, g->len + 1, sizeof(struct node *));
	g->at[g->len++] = n;
	return tpl_node_above(p, above, n);
}

/* [a, b] and {k: v, ...} after their opening bracket. */
static bool parse_display(struct parser *p, bool dict, struct node **out)
{
	struct node *n = tpl_node_new(p, dict ? NODE_DICT : NODE_LIST, &p->token), *one;
	enum token_kind end = dict ? TOKEN_RBRACE : TOKEN_RBRACKET;
	struct grower items = {NULL, 0, 0};
	if (!tpl_advance(p))
		return false;
	while (p->token.kind != end) {
		if (items.len > 0 && !tpl_expect(p, TOKEN_COMMA))
			return false;
		if (p->token.kind == end)
			break;
		if (!tpl_parse_expression(p, &one) || !tpl_grow(p, &items, n, one))
			return false;
		if (dict && (!tpl_expect(p, TOKEN_COLON) || !tpl_parse_expression(p, &one) ||
				    !tpl_grow(p, &items, n, one)))
			return false;
	}
	n->u.list.at = items.at;
	n->u.list.len = items.len;
	*out = n;
	return tpl_advance(p);
}

static struct node *name_node(struct parser *p)
{
	struct str s = p->token.text;
	bool yes = str_is(s, "true") || str_is(s, "True");
	struct node *n = tpl_node_new(p, NODE_CONST, &p->token);
	if (yes || str_is(s, "false") || str_is(s, "False")) {
		n->u.constant = tpl_bool(yes);
	} else if (str_is(s, "none") || str_is(s, "None")) {
		n->u.constant = tpl_none();
	} else {
		n->kind = NODE_NAME;
		n->u.name.text = s;
	}
	return n;
}

static bool parse_strings(struct parser *p, struct node **out)
{
	struct node *n = tpl_node_new(p, NODE_CONST, &p->token);
	struct str all = p->token.text;
	if (!tpl_advance(p))
		return false;
	while (p->token.kind == TOKEN_STRING) {
		struct str next = p->token.text;
		char *joined = arena_alloc(p->arena, all.len + next.len + 1, 1);
		memcpy(joined, all.at, all.len);
		memcpy(joined + all.len, next.at, next.len);
		all = (struct str){joined, all.len + next.len};
		if (!tpl_advance(p))
			return false;
	}
	n->u.constant = tpl_str(all);
	*out = n;
	return true;
}

bool tpl_parse_primary(struct parser *p, struct node **out)
{
	struct token at = p->token;
	switch (at.kind) {
	case TOKEN_NAME: *out = name_node(p); return tpl_advance(p);
	case TOKEN_STRING: return parse_strings(p, out);
	case TOKEN_INTEGER:
	case TOKEN_FLOAT:
		*out = tpl_node_new(p, NODE_CONST, &at);
		(*out)->u.constant =
			at.kind == TOKEN_INTEGER ? tpl_int(at.integer) : tpl_float(at.real);
		return tpl_advance(p);
	case TOKEN_LPAREN:
		return tpl_advance(p) && tpl_parse_tuple(p, TUPLE_EMPTY, out) &&
		       tpl_expect(p, TOKEN_RPAREN);
	case TOKEN_LBRACKET: return parse_display(p, false, out);
	case TOKEN_LBRACE: return parse_display(p, true, out);
	default:
		return tpl_parse_fail(
			p, &at, "An expression was expected, not %s.", tpl_token_words(at.kind));
	}
}
