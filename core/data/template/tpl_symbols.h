/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TPL_SYMBOLS_H
#define CORE_DATA_TEMPLATE_TPL_SYMBOLS_H

#include "core/data/template/tpl_node.h"

/*
 * Which variable a name means. The rules are those of jinja2's compiler, which turns a template
 * into Python functions: each scope gives its names variables of its own; a name that is only read
 * belongs to the nearest scope that has it, else it is looked up in the context when its scope is
 * entered; a name that is assigned in a scope begins there as a copy of the outer one.
 */

struct symbol {
	struct str name;
	enum load_kind kind;
	const struct symbols *alias; /* LOAD_ALIAS: the scope it is copied from */
	bool stored;
};

struct symbols {
	struct symbols *parent;
	struct function *function;
	unsigned level;
	unsigned tag; /* separates scopes of a function that would share variables */
	struct symbol *at;
	size_t len, cap;
	bool full; /* there were more than SYMBOLS_MAX: not to be used */
};

enum { SYMBOLS_MAX = 1000 };

/* A variable of a function: scopes side by side on one level share it. */
struct named_slot {
	struct named_slot *next;
	struct str name;
	unsigned level, tag;
	uint16_t slot;
};

struct symbols *tpl_symbols_new(
	struct arena *a, struct symbols *parent, struct function *function, unsigned tag);
/* The nearest scope that knows NAME, or NULL. */
const struct symbols *tpl_symbols_find(const struct symbols *s, struct str name);
void tpl_symbols_parameter(struct arena *a, struct symbols *s, struct str name);
void tpl_symbols_load(struct arena *a, struct symbols *s, struct str name);

/* Takes in the names of a scope's statement: its own variables and what its bodies use. */
enum for_part { FOR_BODY, FOR_ELSE, FOR_TEST };
void tpl_symbols_body(struct arena *a, struct symbols *s, const struct body *body);
void tpl_symbols_for(
	struct arena *a, struct symbols *s, const struct for_loop *f, enum for_part part);
void tpl_symbols_macro(struct arena *a, struct symbols *s, const struct macro *m);
void tpl_symbols_with(struct arena *a, struct symbols *s, const struct with *w);
void tpl_symbols_node(struct arena *a, struct symbols *s, const struct node *n);

/* The variable of NAME in scope OF, seen from FROM. */
struct slot tpl_symbols_slot(
	struct arena *a, const struct function *from, const struct symbols *of, struct str name);

/* Calls SEE with each child of N in the order jinja2 visits them; stops when it gives false. */
bool tpl_children(const struct node *n, bool (*see)(void *self, struct node *child), void *self);
bool tpl_children_body(
	const struct body *body, bool (*see)(void *self, struct node *child), void *self);

/* Which of NAMES (as bits) are read before they are assigned. */
unsigned tpl_undeclared(const struct body *body, const char *const names[], size_t count);

#endif
