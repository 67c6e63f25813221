/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TPL_NODE_H
#define CORE_DATA_TEMPLATE_TPL_NODE_H

#include "core/data/template/tpl_item.h"

/*
 * The tree of a template. The parser makes it; the compiler (tpl_compile) then writes into it what
 * rendering needs: the slot of every name, the functions of filters and tests, the loads of every
 * scope. After that it never changes, so many renders may share it.
 *
 * Lines and columns are 1-based, columns in characters.
 */

enum node_kind {
	NODE_CONST,
	NODE_NAME,
	NODE_TUPLE,
	NODE_LIST,
	NODE_DICT, /* u.list: key, value, key, value ... */
	NODE_COND, /* u.of: a if b else c; c may be NULL */
	NODE_AND,
	NODE_OR,
	NODE_NOT,
	NODE_NEG,
	NODE_POS,
	NODE_BINARY, /* op: enum binary_op */
	NODE_CONCAT, /* ~ */
	NODE_COMPARE,
	NODE_ATTR,
	NODE_INDEX, /* u.of: a[b] */
	NODE_SLICE, /* u.of: a:b:c, each may be NULL */
	NODE_CALL,
	NODE_FILTER,
	NODE_TEST,
	NODE_NSREF, /* a target only: name.attribute */
	NODE_TEXT,
	NODE_PRINT, /* u.of.a */
	NODE_FOR,
	NODE_IF,
	NODE_SET,
	NODE_SET_BLOCK,
	NODE_MACRO,
	NODE_CALL_BLOCK,
	NODE_FILTER_BLOCK,
	NODE_WITH,
	NODE_BLOCK,
	NODE_EXTENDS,
	NODE_INCLUDE,
	NODE_IMPORT,
	NODE_FROM
};

enum binary_op { OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_FLOORDIV, OP_MOD, OP_POW };
enum compare_op { CMP_EQ, CMP_NE, CMP_LT, CMP_LE, CMP_GT, CMP_GE, CMP_IN, CMP_NOT_IN };

/* A variable's place: HOPS function frames outwards, then SLOT. */
struct slot {
	uint16_t hops;
	uint16_t at;
};

struct node;

struct body {
	struct node **at;
	size_t len;
};

/* What happens to a variable when its scope is entered. */
enum load_kind { LOAD_PARAMETER, LOAD_RESOLVE, LOAD_ALIAS, LOAD_UNDEFINED };

struct load {
	enum load_kind kind;
	struct slot to;
	struct slot from; /* LOAD_ALIAS */
	struct key name; /* LOAD_RESOLVE */
};

/* STORES: the names assigned in this scope and the scopes around it, which an include or a scoped
 * block sees as locals. */
struct stored {
	struct key name;
	struct slot at;
};

struct scope {
	struct load *loads;
	size_t len;
	struct stored *stores;
	size_t nstores;
};

/* A function of the template: the root, a block, a macro, a recursive loop. */
struct function {
	struct function *outer; /* the one it closes over, or NULL */
	size_t slots;
	struct scope scope;
	struct named_slot *named; /* the compiler's */
};

struct operand {
	enum compare_op op;
	struct node *value;
};

struct keyword {
	struct str key;
	struct node *value;
};

struct call {
	struct node *of; /* the callee, or a filter's or test's subject (NULL: a block's text) */
	struct str name; /* a filter's or test's */
	struct node **args;
	size_t len;
	struct keyword *keywords;
	size_t nkeywords;
	struct node *more; /* *args */
	struct node *more_keywords; /* **kwargs */
	const struct builtin *builtin; /* NULL: there is none of that name */
};

/* An attribute with the methods that have its name. */
struct attribute {
	struct node *of;
	struct key name;
	const struct method *methods[TPL_CLASSES];
	uint8_t loop_field; /* what it is of a loop: enum loop_field */
};

struct for_loop {
	struct node *target;
	struct node *iter;
	struct node *test; /* may be NULL */
	struct node *test_target; /* the target with the variables of the test */
	struct body body;
	struct body otherwise;
	bool recursive;
	bool extended; /* `loop` is used */
	struct slot loop;
	struct function *function; /* recursive: its own */
	struct scope scope;
	struct scope test_scope;
	struct scope else_scope;
};

struct branch {
	struct node *test; /* NULL: else */
	uint32_t line, column;
	struct body body;
};

struct branches {
	struct branch *at;
	size_t len;
};

struct set {
	struct node *target;
	struct node *value; /* a set block: its filter or NULL */
	struct body body; /* set block */
	struct scope scope; /* set block */
	bool exports; /* at the top level: goes to the context too */
};

struct macro {
	struct str name; /* empty for a call block */
	struct slot to; /* where the macro goes */
	bool exports;
	struct node **params; /* NODE_NAME */
	size_t len;
	struct node **defaults; /* of the last parameters */
	size_t ndefaults;
	struct body body;
	struct function *function;
	bool takes_caller, takes_keywords, takes_more; /* beyond the parameters */
	bool names_caller; /* `caller` is among the parameters */
	uint16_t caller, keywords, more; /* their slots */
	struct node *call; /* call block: what is called */
};

struct with {
	struct node **targets;
	struct node **values;
	size_t len;
	struct body body;
	struct scope scope;
};

/* A filter block's body; its filter's subject is NULL. */
struct filtered {
	struct node *filter;
	struct body body;
	struct scope scope;
};

struct block {
	struct key name;
	uint32_t line, column;
	bool scoped, required;
	bool hidden; /* in a template that surely extends another: rendered by its parent */
	struct body body;
	struct function *function;
	const struct template *template;
	bool uses_self, uses_super;
	uint16_t self, super;
	struct scope around; /* what a scoped block sees */
};

struct from_name {
	struct key name;
	struct key alias;
	struct slot to;
};

/* include, import, from, extends */
struct load_template {
	struct node *name;
	bool ignore_missing;
	bool with_context;
	bool exports;
	struct key alias; /* import */
	struct slot to; /* import */
	struct from_name *names; /* from */
	size_t len;
	struct scope around;
};

struct node {
	uint8_t kind; /* enum node_kind */
	uint8_t op;
	bool check; /* output and extends: only when no parent was named so far */
	uint16_t depth; /* of the tree below */
	uint32_t line, column;
	union {
		struct item constant; /* NODE_CONST, NODE_TEXT */
		struct {
			struct str text;
			struct str attribute; /* NODE_NSREF */
			struct slot at;
			bool store;
		} name;
		struct {
			struct node **at;
			size_t len;
		} list;
		struct {
			struct node *a, *b, *c;
		} of;
		struct {
			struct node *first;
			struct operand *at;
			size_t len;
		} compare;
		struct attribute *attribute;
		struct call *call;
		struct for_loop *loop;
		struct branches branches;
		struct set *set;
		struct macro *macro;
		struct with *with;
		struct filtered *filtered;
		struct block *block;
		struct load_template *load;
	} u;
};

#endif
