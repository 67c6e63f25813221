/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_parser.h"

#include "core/data/template/tpl_chars.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool parse_body(struct parser *p, struct body *out);

bool tpl_parse_fail(struct parser *p, const struct token *at, const char *fmt, ...)
{
	char text[300];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	err_set(p->err, ERR_CONFIG, "%s", text);
	return err_place(p->err, p->name, at->line, at->column);
}

bool tpl_advance(struct parser *p)
{
	if (p->has_ahead) {
		p->token = p->ahead;
		p->has_ahead = false;
		return true;
	}
	return tpl_lexer_next(&p->lexer, &p->token);
}

bool tpl_look(struct parser *p, struct token *out)
{
	if (!p->has_ahead && !tpl_lexer_next(&p->lexer, &p->ahead))
		return false;
	p->has_ahead = true;
	*out = p->ahead;
	return true;
}

bool tpl_expect(struct parser *p, enum token_kind kind)
{
	if (p->token.kind == kind)
		return tpl_advance(p);
	if (p->token.kind == TOKEN_NAME)
		return tpl_parse_fail(p, &p->token, "%s was expected here, not '%.*s'.",
			tpl_token_words(kind), STR_ARG(str_slice(p->token.text, 0, 60)));
	return tpl_parse_fail(p, &p->token, "%s was expected here, not %s.", tpl_token_words(kind),
		tpl_token_words(p->token.kind));
}

bool tpl_at_name(const struct parser *p, const char *name)
{
	return p->token.kind == TOKEN_NAME && str_is(p->token.text, name);
}

static bool expect_name(struct parser *p, const char *name)
{
	if (tpl_at_name(p, name))
		return tpl_advance(p);
	return tpl_parse_fail(p, &p->token, "'%s' was expected here, not %s.", name,
		tpl_token_words(p->token.kind));
}

static bool skip_name(struct parser *p, const char *name, bool *was)
{
	*was = tpl_at_name(p, name);
	return !*was || tpl_advance(p);
}

bool tpl_deeper(struct parser *p)
{
	if (p->depth < PARSER_DEPTH) {
		p->depth++;
		return true;
	}
	tpl_parse_fail(p, &p->token, "This is nested more than %d levels deep.", PARSER_DEPTH);
	if (p->err != NULL)
		p->err->code = ERR_LIMIT;
	return false;
}

struct node *tpl_node_new(struct parser *p, enum node_kind kind, const struct token *at)
{
	struct node *n = ARENA_NEW(p->arena, struct node);
	n->kind = (uint8_t)kind;
	n->line = at->line;
	n->column = at->column;
	return n;
}

bool tpl_node_above(struct parser *p, struct node *n, const struct node *child)
{
	enum { LIMIT = 300 };
	if (child->depth + 1 > n->depth)
		n->depth = (uint16_t)(child->depth + 1);
	if (n->depth <= LIMIT)
		return true;
	err_set(p->err, ERR_LIMIT, "This expression has more than %d parts inside one another.",
		LIMIT);
	return err_place(p->err, p->name, n->line, n->column);
}

bool tpl_parse_name(struct parser *p, struct node **out)
{
	struct node *n = tpl_node_new(p, NODE_NAME, &p->token);
	n->u.name.text = p->token.text;
	n->u.name.store = true;
	*out = n;
	return tpl_expect(p, TOKEN_NAME);
}

static bool mark_target(struct parser *p, struct node *n)
{
	struct token at = {.line = n->line, .column = n->column};
	if (n->kind == NODE_TUPLE) {
		for (size_t i = 0; i < n->u.list.len; i++)
			if (!mark_target(p, n->u.list.at[i]))
				return false;
		return true;
	}
	if (n->kind != NODE_NAME)
		return tpl_parse_fail(p, &at, "Only names can be assigned to.");
	n->u.name.store = true;
	return true;
}

bool tpl_parse_target(struct parser *p, unsigned flags, bool namespaces, struct node **out)
{
	struct token next;
	if (namespaces && p->token.kind == TOKEN_NAME) {
		if (!tpl_look(p, &next))
			return false;
		if (next.kind == TOKEN_DOT) {
			struct node *n = tpl_node_new(p, NODE_NSREF, &p->token);
			n->u.name.text = p->token.text;
			if (!tpl_advance(p) || !tpl_advance(p))
				return false;
			n->u.name.attribute = p->token.text;
			*out = n;
			return tpl_expect(p, TOKEN_NAME);
		}
	}
	return tpl_parse_tuple(p, flags | TUPLE_SIMPLE, out) && mark_target(p, *out);
}

/* The body of a statement up to one of ENDS, whose name becomes the current token. */
static bool parse_until(
	struct parser *p, struct open_tag *tag, const char *const *ends, struct body *out)
{
	if (p->token.kind == TOKEN_COLON && !tpl_advance(p))
		return false;
	if (!tpl_expect(p, TOKEN_BLOCK_END))
		return false;
	tag->ends = ends;
	tag->outer = p->tags;
	p->tags = tag;
	bool ok = parse_body(p, out);
	if (ok && p->token.kind == TOKEN_EOF) {
		tpl_parse_fail(p, &p->token, "The template ends inside a '%.*s' statement.",
			STR_ARG(tag->name));
		err_hint(p->err, "It begins in line %u; close it with '{%% %s %%}'.", tag->line,
			ends[0]);
		ok = false;
	}
	p->tags = tag->outer;
	return ok;
}

/* The same for a single end tag, which is skipped. */
static bool parse_to_end(struct parser *p, struct open_tag *tag, const char *end, struct body *out)
{
	const char *const ends[] = {end, NULL};
	return parse_until(p, tag, ends, out) && tpl_advance(p);
}

static bool parse_for(struct parser *p, struct node *n, struct open_tag *tag)
{
	static const char *const ends[] = {"endfor", "else", NULL};
	struct for_loop *f = ARENA_NEW(p->arena, struct for_loop);
	n->u.loop = f;
	if (!tpl_parse_target(p, TUPLE_UNTIL_IN, false, &f->target) || !expect_name(p, "in") ||
		!tpl_parse_tuple(p, TUPLE_NO_COND | TUPLE_UNTIL_RECURSIVE, &f->iter))
		return false;
	if (tpl_at_name(p, "if") && (!tpl_advance(p) || !tpl_parse_expression(p, &f->test)))
		return false;
	if (!skip_name(p, "recursive", &f->recursive) || !parse_until(p, tag, ends, &f->body))
		return false;
	bool otherwise = tpl_at_name(p, "else");
	if (!tpl_advance(p))
		return false;
	return !otherwise || parse_to_end(p, tag, "endfor", &f->otherwise);
}

static bool parse_if(struct parser *p, struct node *n, struct open_tag *tag)
{
	static const char *const ends[] = {"endif", "elif", "else", NULL};
	size_t cap = 0;
	struct branches *all = &n->u.branches;
	for (;;) {
		all->at = arena_reserve(
			p->arena, all->at, all->len, &cap, all->len + 1, sizeof *all->at);
		struct branch *b = &all->at[all->len++];
		*b = (struct branch){.line = p->token.line, .column = p->token.column};
		if (!tpl_parse_tuple(p, TUPLE_NO_COND, &b->test) ||
			!parse_until(p, tag, ends, &b->body))
			return false;
		bool more = tpl_at_name(p, "elif"), last = tpl_at_name(p, "else");
		if (!tpl_advance(p))
			return false;
		if (more)
			continue;
		if (!last)
			return true;
		all->at = arena_reserve(
			p->arena, all->at, all->len, &cap, all->len + 1, sizeof *all->at);
		b = &all->at[all->len++];
		*b = (struct branch){.test = NULL};
		return parse_to_end(p, tag, "endif", &b->body);
	}
}

static bool parse_set(struct parser *p, struct node *n, struct open_tag *tag)
{
	struct set *s = ARENA_NEW(p->arena, struct set);
	n->u.set = s;
	if (!tpl_parse_target(p, 0, true, &s->target))
		return false;
	if (p->token.kind == TOKEN_ASSIGN)
		return tpl_advance(p) && tpl_parse_tuple(p, 0, &s->value);
	n->kind = NODE_SET_BLOCK;
	return tpl_parse_filters(p, NULL, false, &s->value) &&
	       parse_to_end(p, tag, "endset", &s->body);
}

/* The parameters of a macro or call block. */
static bool parse_signature(struct parser *p, struct macro *m)
{
	size_t cap = 0, default_cap = 0;
	if (!tpl_expect(p, TOKEN_LPAREN))
		return false;
	while (p->token.kind != TOKEN_RPAREN) {
		if (m->len > 0 && !tpl_expect(p, TOKEN_COMMA))
			return false;
		m->params = arena_reserve(
			p->arena, m->params, m->len, &cap, m->len + 1, sizeof(struct node *));
		if (!tpl_parse_name(p, &m->params[m->len]))
			return false;
		m->len++;
		if (p->token.kind == TOKEN_ASSIGN) {
			m->defaults = arena_reserve(p->arena, m->defaults, m->ndefaults,
				&default_cap, m->ndefaults + 1, sizeof(struct node *));
			if (!tpl_advance(p) || !tpl_parse_expression(p, &m->defaults[m->ndefaults]))
				return false;
			m->ndefaults++;
		} else if (m->ndefaults > 0) {
			return tpl_parse_fail(p, &p->token,
				"A parameter without a default follows one with a default.");
		}
	}
	return tpl_advance(p);
}

static bool parse_macro(struct parser *p, struct node *n, struct open_tag *tag)
{
	struct macro *m = ARENA_NEW(p->arena, struct macro);
	n->u.macro = m;
	m->name = p->token.text;
	return tpl_expect(p, TOKEN_NAME) && parse_signature(p, m) &&
	       parse_to_end(p, tag, "endmacro", &m->body);
}

static bool parse_call_block(struct parser *p, struct node *n, struct open_tag *tag)
{
	struct macro *m = ARENA_NEW(p->arena, struct macro);
	n->u.macro = m;
	if (p->token.kind == TOKEN_LPAREN && !parse_signature(p, m))
		return false;
	struct token at = {.line = n->line, .column = n->column};
	if (!tpl_parse_expression(p, &m->call))
		return false;
	if (m->call->kind != NODE_CALL)
		return tpl_parse_fail(
			p, &at, "A call block needs a call, as in {%% call name() %%}.");
	return parse_to_end(p, tag, "endcall", &m->body);
}

static bool parse_filter_block(struct parser *p, struct node *n, struct open_tag *tag)
{
	n->u.filtered = ARENA_NEW(p->arena, struct filtered);
	return tpl_parse_filters(p, NULL, true, &n->u.filtered->filter) &&
	       parse_to_end(p, tag, "endfilter", &n->u.filtered->body);
}

static bool parse_with(struct parser *p, struct node *n, struct open_tag *tag)
{
	struct with *w = ARENA_NEW(p->arena, struct with);
	size_t cap = 0, value_cap = 0;
	n->u.with = w;
	while (p->token.kind != TOKEN_BLOCK_END) {
		if (w->len > 0 && !tpl_expect(p, TOKEN_COMMA))
			return false;
		w->targets = arena_reserve(
			p->arena, w->targets, w->len, &cap, w->len + 1, sizeof(struct node *));
		w->values = arena_reserve(
			p->arena, w->values, w->len, &value_cap, w->len + 1, sizeof(struct node *));
		if (!tpl_parse_target(p, 0, false, &w->targets[w->len]) ||
			!tpl_expect(p, TOKEN_ASSIGN) ||
			!tpl_parse_expression(p, &w->values[w->len]))
			return false;
		w->len++;
	}
	return parse_to_end(p, tag, "endwith", &w->body);
}

static bool only_blank(const struct body *body)
{
	for (size_t i = 0; i < body->len; i++)
		if (body->at[i]->kind != NODE_TEXT ||
			tpl_strip(body->at[i]->u.constant.u.str, true, false).len > 0)
			return false;
	return true;
}

static bool parse_block(struct parser *p, struct node *n, struct open_tag *tag)
{
	struct block *b = ARENA_NEW(p->arena, struct block);
	n->u.block = b;
	b->line = n->line;
	b->column = n->column;
	b->name = tpl_key(p->token.text);
	if (!tpl_expect(p, TOKEN_NAME) || !skip_name(p, "scoped", &b->scoped) ||
		!skip_name(p, "required", &b->required))
		return false;
	if (p->token.kind == TOKEN_SUB)
		return tpl_parse_fail(p, &p->token,
			"A block's name cannot have hyphens; underscores can be used.");
	if (!parse_to_end(p, tag, "endblock", &b->body))
		return false;
	if (b->required && !only_blank(&b->body))
		return tpl_parse_fail(
			p, &p->token, "A required block can hold comments and blanks only.");
	if (p->token.kind == TOKEN_NAME && str_eq(p->token.text, b->name.text))
		return tpl_advance(p);
	return true;
}

/* "with context", "without context". */
static bool parse_context(struct parser *p, bool *with, bool *was)
{
	struct token next;
	*was = false;
	if (!tpl_at_name(p, "with") && !tpl_at_name(p, "without"))
		return true;
	if (!tpl_look(p, &next))
		return false;
	if (next.kind != TOKEN_NAME || !str_is(next.text, "context"))
		return true;
	*was = true;
	*with = tpl_at_name(p, "with");
	return tpl_advance(p) && tpl_advance(p);
}

static bool parse_include(struct parser *p, struct node *n, struct open_tag *tag)
{
	(void)tag;
	struct load_template *l = ARENA_NEW(p->arena, struct load_template);
	struct token next;
	bool was;
	n->u.load = l;
	l->with_context = true;
	if (!tpl_parse_expression(p, &l->name))
		return false;
	if (tpl_at_name(p, "ignore")) {
		if (!tpl_look(p, &next))
			return false;
		if (next.kind == TOKEN_NAME && str_is(next.text, "missing")) {
			l->ignore_missing = true;
			if (!tpl_advance(p) || !tpl_advance(p))
				return false;
		}
	}
	return parse_context(p, &l->with_context, &was);
}

static bool parse_extends(struct parser *p, struct node *n, struct open_tag *tag)
{
	(void)tag;
	n->u.load = ARENA_NEW(p->arena, struct load_template);
	return tpl_parse_expression(p, &n->u.load->name);
}

static bool parse_import(struct parser *p, struct node *n, struct open_tag *tag)
{
	(void)tag;
	struct load_template *l = ARENA_NEW(p->arena, struct load_template);
	bool was;
	n->u.load = l;
	if (!tpl_parse_expression(p, &l->name) || !expect_name(p, "as"))
		return false;
	l->alias = tpl_key(p->token.text);
	return tpl_expect(p, TOKEN_NAME) && parse_context(p, &l->with_context, &was);
}

static bool parse_from(struct parser *p, struct node *n, struct open_tag *tag)
{
	(void)tag;
	struct load_template *l = ARENA_NEW(p->arena, struct load_template);
	size_t cap = 0;
	bool was;
	n->u.load = l;
	if (!tpl_parse_expression(p, &l->name) || !expect_name(p, "import"))
		return false;
	for (;;) {
		if (l->len > 0 && !tpl_expect(p, TOKEN_COMMA))
			return false;
		if (!parse_context(p, &l->with_context, &was))
			return false;
		if (was)
			return true;
		struct token at = p->token;
		if (!tpl_expect(p, TOKEN_NAME))
			return false;
		if (at.text.at[0] == '_')
			return tpl_parse_fail(
				p, &at, "Names that begin with an underscore cannot be imported.");
		l->names = arena_reserve(
			p->arena, l->names, l->len, &cap, l->len + 1, sizeof *l->names);
		struct from_name *name = &l->names[l->len++];
		*name = (struct from_name){.name = tpl_key(at.text), .alias = tpl_key(at.text)};
		if (tpl_at_name(p, "as")) {
			if (!tpl_advance(p))
				return false;
			name->alias = tpl_key(p->token.text);
			if (!tpl_expect(p, TOKEN_NAME))
				return false;
		}
		if (!parse_context(p, &l->with_context, &was))
			return false;
		if (was || p->token.kind != TOKEN_COMMA)
			return true;
	}
}

/* {% print a, b %}: its expressions one after another, as a filter block without a filter. */
static bool parse_print(struct parser *p, struct node *n, struct open_tag *tag)
{
	(void)tag;
	size_t cap = 0;
	struct body *body = &(n->u.filtered = ARENA_NEW(p->arena, struct filtered))->body;
	while (p->token.kind != TOKEN_BLOCK_END) {
		if (body->len > 0 && !tpl_expect(p, TOKEN_COMMA))
			return false;
		struct node *one = tpl_node_new(p, NODE_PRINT, &p->token);
		if (!tpl_parse_expression(p, &one->u.of.a))
			return false;
		body->at = arena_reserve(
			p->arena, body->at, body->len, &cap, body->len + 1, sizeof(struct node *));
		body->at[body->len++] = one;
	}
	return true;
}

struct statement {
	const char *name;
	enum node_kind kind;
	bool (*parse)(struct parser *p, struct node *n, struct open_tag *tag);
};

static const struct statement statements[] = {
	{"for", NODE_FOR, parse_for},
	{"if", NODE_IF, parse_if},
	{"set", NODE_SET, parse_set},
	{"block", NODE_BLOCK, parse_block},
	{"extends", NODE_EXTENDS, parse_extends},
	{"include", NODE_INCLUDE, parse_include},
	{"import", NODE_IMPORT, parse_import},
	{"from", NODE_FROM, parse_from},
	{"macro", NODE_MACRO, parse_macro},
	{"call", NODE_CALL_BLOCK, parse_call_block},
	{"filter", NODE_FILTER_BLOCK, parse_filter_block},
	{"with", NODE_WITH, parse_with},
	{"print", NODE_FILTER_BLOCK, parse_print},
	{NULL, NODE_TEXT, NULL},
};

static bool unknown_statement(struct parser *p, const struct token *at)
{
	static const char *const left_out[] = {
		"autoescape", "do", "break", "continue", "trans", "debug", NULL};
	for (size_t i = 0; left_out[i] != NULL; i++)
		if (str_is(at->text, left_out[i])) {
			tpl_parse_fail(p, at, "The statement '%s' is left out of these templates.",
				left_out[i]);
			return err_hint(p->err, "%s",
				i == 0 ? "Text is never escaped by itself; use the filter 'escape'."
				: i == 1 ? "Use {% set _ = ... %} to call something for its effect."
					 : "");
		}
	tpl_parse_fail(p, at, "There is no statement '%.*s'.", STR_ARG(str_slice(at->text, 0, 60)));
	if (p->tags != NULL)
		err_hint(p->err, "The innermost open statement is '%.*s' of line %u.",
			STR_ARG(p->tags->name), p->tags->line);
	return false;
}

static bool parse_statement(struct parser *p, struct node **out)
{
	struct token at = p->token;
	if (at.kind != TOKEN_NAME)
		return tpl_parse_fail(p, &at, "A statement's name was expected, not %s.",
			tpl_token_words(at.kind));
	const struct statement *s = statements;
	while (s->name != NULL && !str_is(at.text, s->name))
		s++;
	if (s->name == NULL)
		return unknown_statement(p, &at);
	struct open_tag tag = {.name = at.text, .line = at.line, .column = at.column};
	*out = tpl_node_new(p, s->kind, &at);
	if (!tpl_deeper(p) || !tpl_advance(p) || !s->parse(p, *out, &tag))
		return false;
	p->depth--;
	return tpl_expect(p, TOKEN_BLOCK_END);
}

static bool at_end(const struct parser *p)
{
	if (p->tags == NULL || p->token.kind != TOKEN_NAME)
		return false;
	for (const char *const *end = p->tags->ends; *end != NULL; end++)
		if (str_is(p->token.text, *end))
			return true;
	return false;
}

/* Text, expressions and statements up to an end tag of the innermost statement, or the end. */
static bool parse_body(struct parser *p, struct body *out)
{
	size_t cap = 0;
	*out = (struct body){NULL, 0};
	while (p->token.kind != TOKEN_EOF) {
		struct node *n = NULL;
		struct token at = p->token;
		if (at.kind == TOKEN_TEXT) {
			n = tpl_node_new(p, NODE_TEXT, &at);
			n->u.constant = tpl_str(at.text);
			if (!tpl_advance(p))
				return false;
		} else if (at.kind == TOKEN_VARIABLE_BEGIN) {
			n = tpl_node_new(p, NODE_PRINT, &at);
			if (!tpl_advance(p) || !tpl_parse_tuple(p, 0, &n->u.of.a) ||
				!tpl_expect(p, TOKEN_VARIABLE_END))
				return false;
		} else {
			if (!tpl_advance(p))
				return false;
			if (at_end(p))
				return true;
			if (!parse_statement(p, &n))
				return false;
		}
		out->at = arena_reserve(
			p->arena, out->at, out->len, &cap, out->len + 1, sizeof(struct node *));
		out->at[out->len++] = n;
	}
	return true;
}

bool tpl_parse(struct parser *p, struct body *out)
{
	return tpl_advance(p) && parse_body(p, out);
}
