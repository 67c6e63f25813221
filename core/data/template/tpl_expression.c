/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_parser.h"

#include <string.h>

static bool parse_or(struct parser *p, struct node **out);
static bool parse_unary(struct parser *p, bool filters, struct node **out);

static bool make_pair(struct parser *p, enum node_kind kind, const struct token *at,
	struct node *parts[2], struct node **out)
{
	struct node *n = tpl_node_new(p, kind, at);
	n->u.of.a = parts[0];
	n->u.of.b = parts[1];
	*out = n;
	return tpl_node_above(p, n, parts[0]) &&
	       (parts[1] == NULL || tpl_node_above(p, n, parts[1]));
}

bool tpl_parse_expression(struct parser *p, struct node **out)
{
	struct token at = p->token;
	if (!tpl_deeper(p) || !parse_or(p, out))
		return false;
	while (tpl_at_name(p, "if")) {
		struct node *n = tpl_node_new(p, NODE_COND, &at);
		n->u.of.b = *out;
		if (!tpl_advance(p) || !parse_or(p, &n->u.of.a))
			return false;
		if (tpl_at_name(p, "else")) {
			if (!tpl_advance(p) || !tpl_parse_expression(p, &n->u.of.c) ||
				!tpl_node_above(p, n, n->u.of.c))
				return false;
		}
		if (!tpl_node_above(p, n, n->u.of.a) || !tpl_node_above(p, n, n->u.of.b))
			return false;
		*out = n;
		at = p->token;
	}
	p->depth--;
	return true;
}

static bool parse_compare(struct parser *p, struct node **out);

static bool parse_not(struct parser *p, struct node **out)
{
	if (!tpl_at_name(p, "not"))
		return parse_compare(p, out);
	struct token at = p->token;
	struct node *parts[2] = {NULL, NULL};
	if (!tpl_deeper(p) || !tpl_advance(p) || !parse_not(p, &parts[0]))
		return false;
	p->depth--;
	return make_pair(p, NODE_NOT, &at, parts, out);
}

static bool parse_and(struct parser *p, struct node **out)
{
	struct token at = p->token;
	if (!parse_not(p, out))
		return false;
	while (tpl_at_name(p, "and")) {
		struct node *parts[2] = {*out, NULL};
		if (!tpl_advance(p) || !parse_not(p, &parts[1]) ||
			!make_pair(p, NODE_AND, &at, parts, out))
			return false;
	}
	return true;
}

static bool parse_or(struct parser *p, struct node **out)
{
	struct token at = p->token;
	if (!parse_and(p, out))
		return false;
	while (tpl_at_name(p, "or")) {
		struct node *parts[2] = {*out, NULL};
		if (!tpl_advance(p) || !parse_and(p, &parts[1]) ||
			!make_pair(p, NODE_OR, &at, parts, out))
			return false;
	}
	return true;
}

static bool parse_power(struct parser *p, struct node **out)
{
	struct token at = p->token;
	if (!parse_unary(p, true, out))
		return false;
	while (p->token.kind == TOKEN_POW) {
		struct node *parts[2] = {*out, NULL};
		if (!tpl_advance(p) || !parse_unary(p, true, &parts[1]) ||
			!make_pair(p, NODE_BINARY, &at, parts, out))
			return false;
		(*out)->op = OP_POW;
	}
	return true;
}

static bool parse_product(struct parser *p, struct node **out)
{
	struct token at = p->token;
	if (!parse_power(p, out))
		return false;
	for (;;) {
		enum binary_op op;
		switch (p->token.kind) {
		case TOKEN_MUL: op = OP_MUL; break;
		case TOKEN_DIV: op = OP_DIV; break;
		case TOKEN_FLOORDIV: op = OP_FLOORDIV; break;
		case TOKEN_MOD: op = OP_MOD; break;
		default: return true;
		}
		struct node *parts[2] = {*out, NULL};
		if (!tpl_advance(p) || !parse_power(p, &parts[1]) ||
			!make_pair(p, NODE_BINARY, &at, parts, out))
			return false;
		(*out)->op = (uint8_t)op;
	}
}

static bool parse_concat(struct parser *p, struct node **out)
{
	struct token at = p->token;
	if (!parse_product(p, out))
		return false;
	if (p->token.kind != TOKEN_TILDE)
		return true;
	struct node *n = tpl_node_new(p, NODE_CONCAT, &at);
	struct grower parts = {NULL, 0, 0};
	if (!tpl_grow(p, &parts, n, *out))
		return false;
	while (p->token.kind == TOKEN_TILDE)
		if (!tpl_advance(p) || !parse_product(p, out) || !tpl_grow(p, &parts, n, *out))
			return false;
	n->u.list.at = parts.at;
	n->u.list.len = parts.len;
	*out = n;
	return true;
}

static bool parse_sum(struct parser *p, struct node **out)
{
	struct token at = p->token;
	if (!parse_concat(p, out))
		return false;
	while (p->token.kind == TOKEN_ADD || p->token.kind == TOKEN_SUB) {
		enum binary_op op = p->token.kind == TOKEN_ADD ? OP_ADD : OP_SUB;
		struct node *parts[2] = {*out, NULL};
		if (!tpl_advance(p) || !parse_concat(p, &parts[1]) ||
			!make_pair(p, NODE_BINARY, &at, parts, out))
			return false;
		(*out)->op = (uint8_t)op;
	}
	return true;
}

/* Is a comparison next? Skips its operator. */
static bool comparison(struct parser *p, bool *is, enum compare_op *op)
{
	struct token next;
	*is = true;
	switch (p->token.kind) {
	case TOKEN_EQ: *op = CMP_EQ; return tpl_advance(p);
	case TOKEN_NE: *op = CMP_NE; return tpl_advance(p);
	case TOKEN_LT: *op = CMP_LT; return tpl_advance(p);
	case TOKEN_LE: *op = CMP_LE; return tpl_advance(p);
	case TOKEN_GT: *op = CMP_GT; return tpl_advance(p);
	case TOKEN_GE: *op = CMP_GE; return tpl_advance(p);
	default: break;
	}
	if (tpl_at_name(p, "in")) {
		*op = CMP_IN;
		return tpl_advance(p);
	}
	if (tpl_at_name(p, "not")) {
		if (!tpl_look(p, &next))
			return false;
		if (next.kind == TOKEN_NAME && str_is(next.text, "in")) {
			*op = CMP_NOT_IN;
			return tpl_advance(p) && tpl_advance(p);
		}
	}
	*is = false;
	return true;
}

static bool parse_compare(struct parser *p, struct node **out)
{
	struct token at = p->token;
	bool is;
	enum compare_op op = CMP_EQ;
	struct node *n = NULL;
	size_t cap = 0;
	if (!parse_sum(p, out) || !comparison(p, &is, &op))
		return false;
	while (is) {
		if (n == NULL) {
			n = tpl_node_new(p, NODE_COMPARE, &at);
			n->u.compare.first = *out;
			if (!tpl_node_above(p, n, *out))
				return false;
			*out = n;
		}
		n->u.compare.at = arena_reserve(p->arena, n->u.compare.at, n->u.compare.len, &cap,
			n->u.compare.len + 1, sizeof *n->u.compare.at);
		struct operand *o = &n->u.compare.at[n->u.compare.len++];
		o->op = op;
		if (!parse_sum(p, &o->value) || !tpl_node_above(p, n, o->value) ||
			!comparison(p, &is, &op))
			return false;
	}
	return true;
}

/* *args or **kwargs. */
static bool parse_spread(struct parser *p, struct node *n)
{
	struct call *call = n->u.call;
	struct node **to = p->token.kind == TOKEN_MUL ? &call->more : &call->more_keywords;
	if (*to != NULL || call->more_keywords != NULL)
		return tpl_parse_fail(p, &p->token, "These arguments cannot stand in this order.");
	return tpl_advance(p) && tpl_parse_expression(p, to) && tpl_node_above(p, n, *to);
}

/* name=value. */
static bool parse_keyword(struct parser *p, struct node *n, size_t *cap)
{
	struct call *call = n->u.call;
	struct token at = p->token;
	struct node *value;
	if (call->more_keywords != NULL)
		return tpl_parse_fail(p, &at, "A named argument cannot follow **.");
	if (call->nkeywords == 255)
		return tpl_parse_fail(p, &at, "A call has more than 255 named arguments.");
	for (size_t i = 0; i < call->nkeywords; i++)
		if (str_eq(call->keywords[i].key, at.text))
			return tpl_parse_fail(
				p, &at, "The argument %.*s is given twice.", STR_ARG(at.text));
	if (!tpl_advance(p) || !tpl_advance(p) || !tpl_parse_expression(p, &value))
		return false;
	call->keywords = arena_reserve(p->arena, call->keywords, call->nkeywords, cap,
		call->nkeywords + 1, sizeof *call->keywords);
	call->keywords[call->nkeywords++] = (struct keyword){at.text, value};
	return tpl_node_above(p, n, value);
}

/* One argument of a call. */
static bool parse_argument(struct parser *p, struct node *n, struct grower *args, size_t *cap)
{
	const struct call *call = n->u.call;
	struct token at = p->token, next = {.kind = TOKEN_EOF};
	struct node *value;
	if (at.kind == TOKEN_MUL || at.kind == TOKEN_POW)
		return parse_spread(p, n);
	if (at.kind == TOKEN_NAME && !tpl_look(p, &next))
		return false;
	if (next.kind == TOKEN_ASSIGN)
		return parse_keyword(p, n, cap);
	if (call->more != NULL || call->more_keywords != NULL || call->nkeywords > 0)
		return tpl_parse_fail(
			p, &at, "An argument without a name cannot follow one with a name.");
	return tpl_parse_expression(p, &value) && tpl_grow(p, args, n, value);
}

static bool parse_arguments(struct parser *p, struct node *n)
{
	struct grower args = {NULL, 0, 0};
	size_t cap = 0;
	bool first = true;
	if (!tpl_expect(p, TOKEN_LPAREN))
		return false;
	while (p->token.kind != TOKEN_RPAREN) {
		if (!first && !tpl_expect(p, TOKEN_COMMA))
			return false;
		if (!first && p->token.kind == TOKEN_RPAREN)
			break;
		first = false;
		if (!parse_argument(p, n, &args, &cap))
			return false;
	}
	n->u.call->args = args.at;
	n->u.call->len = args.len;
	return tpl_expect(p, TOKEN_RPAREN);
}

static struct node *call_node(
	struct parser *p, enum node_kind kind, const struct token *at, struct node *of)
{
	struct node *n = tpl_node_new(p, kind, at);
	n->u.call = ARENA_NEW(p->arena, struct call);
	n->u.call->of = of;
	return n;
}

static bool parse_call(struct parser *p, struct node **out)
{
	struct node *n = call_node(p, NODE_CALL, &p->token, *out);
	if (!tpl_node_above(p, n, *out) || !parse_arguments(p, n))
		return false;
	*out = n;
	return true;
}

/* A filter's or test's name, which may have dots. */
static bool parse_dotted(struct parser *p, struct str *name)
{
	*name = p->token.text;
	if (!tpl_expect(p, TOKEN_NAME))
		return false;
	while (p->token.kind == TOKEN_DOT) {
		if (!tpl_advance(p))
			return false;
		*name = str_format(p->arena, "%.*s.%.*s", STR_ARG(*name), STR_ARG(p->token.text));
		if (!tpl_expect(p, TOKEN_NAME))
			return false;
	}
	return true;
}

bool tpl_parse_filters(struct parser *p, struct node *of, bool first, struct node **out)
{
	*out = of;
	while (first || p->token.kind == TOKEN_PIPE) {
		if (!first && !tpl_advance(p))
			return false;
		first = false;
		struct node *n = call_node(p, NODE_FILTER, &p->token, *out);
		if (!parse_dotted(p, &n->u.call->name))
			return false;
		if (p->token.kind == TOKEN_LPAREN && !parse_arguments(p, n))
			return false;
		if (*out != NULL && !tpl_node_above(p, n, *out))
			return false;
		*out = n;
	}
	return true;
}

static bool parse_subscript(struct parser *p, struct node **out);

static bool parse_postfix(struct parser *p, struct node **out)
{
	for (;;) {
		if (p->token.kind == TOKEN_DOT || p->token.kind == TOKEN_LBRACKET) {
			if (!parse_subscript(p, out))
				return false;
		} else if (p->token.kind == TOKEN_LPAREN) {
			if (!parse_call(p, out))
				return false;
		} else {
			return true;
		}
	}
}

static bool starts_argument(const struct parser *p)
{
	switch (p->token.kind) {
	case TOKEN_STRING:
	case TOKEN_INTEGER:
	case TOKEN_FLOAT:
	case TOKEN_LBRACKET:
	case TOKEN_LBRACE: return true;
	case TOKEN_NAME:
		return !tpl_at_name(p, "else") && !tpl_at_name(p, "or") && !tpl_at_name(p, "and");
	default: return false;
	}
}

static bool parse_test(struct parser *p, struct node **out)
{
	struct token at = p->token;
	struct node *n = call_node(p, NODE_TEST, &at, *out), *arg;
	struct grower args = {NULL, 0, 0};
	if (!tpl_advance(p))
		return false;
	bool negated = tpl_at_name(p, "not");
	if ((negated && !tpl_advance(p)) || !parse_dotted(p, &n->u.call->name))
		return false;
	if (p->token.kind == TOKEN_LPAREN) {
		if (!parse_arguments(p, n))
			return false;
	} else if (starts_argument(p)) {
		if (tpl_at_name(p, "is"))
			return tpl_parse_fail(p, &p->token, "Tests cannot be chained with 'is'.");
		if (!tpl_parse_primary(p, &arg) || !parse_postfix(p, &arg) ||
			!tpl_grow(p, &args, n, arg))
			return false;
		n->u.call->args = args.at;
		n->u.call->len = 1;
	}
	if (!tpl_node_above(p, n, *out))
		return false;
	*out = n;
	struct node *parts[2] = {n, NULL};
	return !negated || make_pair(p, NODE_NOT, &at, parts, out);
}

static bool parse_unary(struct parser *p, bool filters, struct node **out)
{
	struct token at = p->token;
	struct node *parts[2] = {NULL, NULL};
	if (!tpl_deeper(p))
		return false;
	if (at.kind == TOKEN_SUB || at.kind == TOKEN_ADD) {
		enum node_kind kind = at.kind == TOKEN_SUB ? NODE_NEG : NODE_POS;
		if (!tpl_advance(p) || !parse_unary(p, false, &parts[0]) ||
			!make_pair(p, kind, &at, parts, out))
			return false;
	} else if (!tpl_parse_primary(p, out)) {
		return false;
	}
	if (!parse_postfix(p, out))
		return false;
	for (bool more = filters; more;) {
		if (p->token.kind == TOKEN_PIPE) {
			if (!tpl_parse_filters(p, *out, false, out))
				return false;
		} else if (tpl_at_name(p, "is")) {
			if (!parse_test(p, out))
				return false;
		} else if (p->token.kind == TOKEN_LPAREN) {
			if (!parse_call(p, out))
				return false;
		} else {
			more = false;
		}
	}
	p->depth--;
	return true;
}

/* One subscript: an index or a slice. */
static bool parse_index(struct parser *p, struct node **out)
{
	struct token at = p->token;
	struct node *parts[3] = {NULL, NULL, NULL};
	if (at.kind != TOKEN_COLON) {
		if (!tpl_parse_expression(p, &parts[0]))
			return false;
		*out = parts[0];
		if (p->token.kind != TOKEN_COLON)
			return true;
	}
	for (int i = 1; i < 3 && p->token.kind == TOKEN_COLON; i++) {
		if (!tpl_advance(p))
			return false;
		if (p->token.kind != TOKEN_COLON && p->token.kind != TOKEN_RBRACKET &&
			p->token.kind != TOKEN_COMMA && !tpl_parse_expression(p, &parts[i]))
			return false;
	}
	struct node *n = tpl_node_new(p, NODE_SLICE, &at);
	n->u.of.a = parts[0];
	n->u.of.b = parts[1];
	n->u.of.c = parts[2];
	for (int i = 0; i < 3; i++)
		if (parts[i] != NULL && !tpl_node_above(p, n, parts[i]))
			return false;
	*out = n;
	return true;
}

static bool parse_attribute(struct parser *p, const struct token *at, struct node **out)
{
	struct token name = p->token;
	if (name.kind == TOKEN_NAME) {
		struct node *n = tpl_node_new(p, NODE_ATTR, at);
		n->u.attribute = ARENA_NEW(p->arena, struct attribute);
		n->u.attribute->of = *out;
		n->u.attribute->name = tpl_key(name.text);
		if (!tpl_node_above(p, n, *out))
			return false;
		*out = n;
		return tpl_advance(p);
	}
	if (name.kind != TOKEN_INTEGER)
		return tpl_parse_fail(p, &name, "A name or a number must follow the dot.");
	struct node *parts[2] = {*out, tpl_node_new(p, NODE_CONST, &name)};
	parts[1]->u.constant = tpl_int(name.integer);
	return tpl_advance(p) && make_pair(p, NODE_INDEX, at, parts, out);
}

static bool parse_subscript(struct parser *p, struct node **out)
{
	struct token at = p->token;
	struct grower indexes = {NULL, 0, 0};
	struct node *one, *tuple = tpl_node_new(p, NODE_TUPLE, &at);
	if (!tpl_advance(p))
		return false;
	if (at.kind == TOKEN_DOT)
		return parse_attribute(p, &at, out);
	while (p->token.kind != TOKEN_RBRACKET) {
		if (indexes.len > 0 && !tpl_expect(p, TOKEN_COMMA))
			return false;
		if (!parse_index(p, &one) || !tpl_grow(p, &indexes, tuple, one))
			return false;
	}
	tuple->u.list.at = indexes.at;
	tuple->u.list.len = indexes.len;
	struct node *parts[2] = {*out, indexes.len == 1 ? indexes.at[0] : tuple};
	return tpl_expect(p, TOKEN_RBRACKET) && make_pair(p, NODE_INDEX, &at, parts, out);
}

static bool ends_tuple(const struct parser *p, unsigned flags)
{
	switch (p->token.kind) {
	case TOKEN_VARIABLE_END:
	case TOKEN_BLOCK_END:
	case TOKEN_RPAREN: return true;
	case TOKEN_NAME:
		return ((flags & TUPLE_UNTIL_IN) != 0 && tpl_at_name(p, "in")) ||
		       ((flags & TUPLE_UNTIL_RECURSIVE) != 0 && tpl_at_name(p, "recursive"));
	default: return false;
	}
}

static bool parse_tuple_part(struct parser *p, unsigned flags, struct node **out)
{
	if ((flags & TUPLE_SIMPLE) != 0)
		return tpl_parse_primary(p, out);
	return (flags & TUPLE_NO_COND) != 0 ? parse_or(p, out) : tpl_parse_expression(p, out);
}

bool tpl_parse_tuple(struct parser *p, unsigned flags, struct node **out)
{
	struct node *tuple = tpl_node_new(p, NODE_TUPLE, &p->token), *one;
	struct grower items = {NULL, 0, 0};
	bool comma = false;
	if (!tpl_deeper(p))
		return false;
	for (;;) {
		if (items.len > 0 && !tpl_expect(p, TOKEN_COMMA))
			return false;
		if (ends_tuple(p, flags))
			break;
		if (!parse_tuple_part(p, flags, &one) || !tpl_grow(p, &items, tuple, one))
			return false;
		if (p->token.kind != TOKEN_COMMA)
			break;
		comma = true;
	}
	p->depth--;
	*out = tuple;
	if (!comma && items.len > 0) {
		*out = items.at[0];
		return true;
	}
	if (!comma && (flags & TUPLE_EMPTY) == 0)
		return tpl_parse_fail(p, &p->token, "An expression was expected, not %s.",
			tpl_token_words(p->token.kind));
	tuple->u.list.at = items.at;
	tuple->u.list.len = items.len;
	return true;
}
