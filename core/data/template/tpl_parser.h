/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TPL_PARSER_H
#define CORE_DATA_TEMPLATE_TPL_PARSER_H

#include "core/data/template/tpl_lexer.h"
#include "core/data/template/tpl_node.h"

/*
 * From tokens to a tree: statements in tpl_parser.c, expressions in
 * tpl_expression.c and tpl_primary.c. They descend recursively and count how deep they are, so a
 * hostile template cannot exhaust the stack.
 */

enum { END_TAGS = 4, PARSER_DEPTH = 300 };

struct parser {
	struct arena *arena; /* of the template */
	struct lexer lexer;
	struct token token; /* the current one */
	struct token ahead;
	bool has_ahead;
	const char *name;
	struct err *err;
	unsigned depth;
	struct open_tag *tags; /* the innermost open statement */
};

/* A statement that waits for one of its end tags. */
struct open_tag {
	struct str name;
	uint32_t line, column;
	const char *const *ends; /* NULL at the end */
	struct open_tag *outer;
};

bool tpl_parse(struct parser *p, struct body *out) WARN_UNUSED;

/* For these files. */
bool tpl_parse_fail(struct parser *p, const struct token *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
bool tpl_advance(struct parser *p) WARN_UNUSED;
bool tpl_look(struct parser *p, struct token *out) WARN_UNUSED;
bool tpl_expect(struct parser *p, enum token_kind kind) WARN_UNUSED;
bool tpl_at_name(const struct parser *p, const char *name);
bool tpl_deeper(struct parser *p) WARN_UNUSED;
struct node *tpl_node_new(struct parser *p, enum node_kind kind, const struct token *at);
/* The tree above CHILD is one deeper. */
bool tpl_node_above(struct parser *p, struct node *n, const struct node *child) WARN_UNUSED;

/* A growing list of nodes in the template's arena; they belong to the node ABOVE. */
struct grower {
	struct node **at;
	size_t len, cap;
};
bool tpl_grow(struct parser *p, struct grower *g, struct node *above, struct node *n) WARN_UNUSED;

enum tuple_flags {
	TUPLE_SIMPLE = 1 << 0, /* names and literals only: a target */
	TUPLE_NO_COND = 1 << 1, /* no inline if */
	TUPLE_EMPTY = 1 << 2, /* () is one */
	TUPLE_UNTIL_IN = 1 << 3, /* `in` ends it */
	TUPLE_UNTIL_RECURSIVE = 1 << 4
};

bool tpl_parse_primary(struct parser *p, struct node **out) WARN_UNUSED;
bool tpl_parse_expression(struct parser *p, struct node **out) WARN_UNUSED;
bool tpl_parse_tuple(struct parser *p, unsigned flags, struct node **out) WARN_UNUSED;
/* Filters after a |; with FIRST the first one stands without it. OF may be NULL. */
bool tpl_parse_filters(
	struct parser *p, struct node *of, bool first, struct node **out) WARN_UNUSED;
/* Something that can be assigned to. */
bool tpl_parse_target(
	struct parser *p, unsigned flags, bool namespaces, struct node **out) WARN_UNUSED;
bool tpl_parse_name(struct parser *p, struct node **out) WARN_UNUSED;

#endif
