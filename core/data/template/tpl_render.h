/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TPL_RENDER_H
#define CORE_DATA_TEMPLATE_TPL_RENDER_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/data/template/template.h"
#include "core/data/template/tpl_node.h"

/*
 * One rendering: its memory, its bounds, where it is. Everything that may fail returns false with
 * r->err set; the innermost node that was being evaluated adds its place.
 *
 * Work is paid for in fuel: one step a node, and in proportion for what is long (tpl_charge).
 */

struct frame {
	struct item *slots;
	struct frame *outer;
};

/* What a template sees: its own top-level variables over the caller's. */
struct context {
	struct dict *vars;
	struct dict *parent;
	struct dict *exported; /* names of vars that an import can see */
	struct block_list *blocks;
	const struct template *template;
};

/* The blocks of one name, the most derived first. */
struct block_list {
	struct key name;
	const struct block **at;
	size_t len;
	size_t cap;
	struct block_list *next;
};

struct macro_value {
	const struct macro *macro;
	struct frame *frame; /* that it closes over */
	struct context *context;
	const struct template *template;
};

struct module {
	const struct template *template;
	struct context *context;
	struct str body;
};

struct block_value {
	const struct block_list *list;
	size_t depth;
	struct context *context;
};

struct render {
	struct arena *arena;
	struct err *err;
	const struct template_options *options;
	uint64_t fuel;
	struct buf *out;
	struct frame *frame;
	struct context *context;
	const struct template *template; /* whose nodes are being evaluated */
	const struct template *parent; /* of the template whose root is being rendered */
	struct loaded *loaded; /* templates read in this render */
	struct item block_text; /* what the filters of a block begin with */
	unsigned depth; /* of evaluation */
	unsigned calls;
	unsigned loads; /* includes, imports and extends inside one another */
	const struct printing *printing; /* containers being printed, to see cycles */
	bool folding; /* at compile time: no context, errors are dropped */
};

enum {
	TPL_DEPTH_MAX = 2000, /* nodes inside nodes while rendering */
	TPL_TREE_MAX = 300, /* nodes inside nodes in one template */
	TPL_CALLS_MAX = 64,
	TPL_LOADS_MAX = 16,
	TPL_RANGE_MAX = 100000,
	TPL_TEXT_MAX = 16 << 20, /* bytes of one string */
	TPL_ITEMS_MAX = 1000000, /* of one list */
	TPL_MEMORY_MAX = 256 << 20 /* bytes of one render */
};

/* Arguments of a call. */
struct named {
	struct str key;
	struct item value;
};

struct args {
	struct item *at;
	size_t len;
	struct named *named;
	size_t nnamed;
};

/* Always false. The code is ERR_CONFIG; tpl_limit's is ERR_LIMIT. */
bool tpl_fail(struct render *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool tpl_limit(struct render *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#ifdef __clang_analyzer__
#define tpl_fail(...)  (tpl_fail(__VA_ARGS__) && false)
#define tpl_limit(...) (tpl_limit(__VA_ARGS__) && false)
#endif

/* Always false: there are no AMOUNT steps left, or there is no memory. */
bool tpl_exhausted(struct render *r, uint64_t amount);

/* Pays for AMOUNT steps. */
WARN_UNUSED static inline bool tpl_charge(struct render *r, uint64_t amount)
{
	if (amount <= r->fuel && r->arena->used <= TPL_MEMORY_MAX) {
		r->fuel -= amount;
		return true;
	}
	return tpl_exhausted(r, amount);
}

/* Expressions. */
bool tpl_eval(struct render *r, const struct node *n, struct item *out) WARN_UNUSED;
bool tpl_eval_args(struct render *r, const struct call *call, struct args *out) WARN_UNUSED;
bool tpl_call(
	struct render *r, struct item callee, struct args *args, struct item *out) WARN_UNUSED;
bool tpl_call_macro(struct render *r, const struct macro_value *m, struct args *args,
	struct item *out) WARN_UNUSED;
/* The attribute NAME with its methods. */
void tpl_attribute_init(struct attribute *a, struct str name);
/* Python's obj.name: methods first, then items; undefined when there is neither. */
bool tpl_getattr(
	struct render *r, struct item of, const struct attribute *a, struct item *out) WARN_UNUSED;
/* obj[key] as templates have it: an item first, then an attribute. */
bool tpl_getitem(struct render *r, struct item of, struct item key, struct item *out) WARN_UNUSED;
bool tpl_getslice(struct render *r, struct item of, const struct item bounds[3],
	struct item *out) WARN_UNUSED;
/* The attributes of the kinds that only templates have; false when there is none. */
bool tpl_object_attr(struct render *r, struct item of, struct str name, struct item *out,
	bool *found) WARN_UNUSED;

/* Statements. */
bool tpl_run(struct render *r, const struct body *body) WARN_UNUSED;
bool tpl_print(struct render *r, struct item item) WARN_UNUSED;
bool tpl_put(struct render *r, struct str text) WARN_UNUSED;
/* Text is put together at the end of the output: what was put out since the mark is taken off
 * again and becomes a string. Marks nest. */
static inline size_t tpl_mark(const struct render *r)
{
	return r->out->len;
}
bool tpl_cut(struct render *r, size_t mark, struct str *text) WARN_UNUSED;
bool tpl_assign(struct render *r, const struct node *target, struct item value) WARN_UNUSED;
/* Sets a top-level variable of the context; VISIBLE: imports can see it. */
void tpl_export(struct render *r, const struct key *name, struct item value, bool visible);
void tpl_enter(struct render *r, const struct scope *scope);
void tpl_leave(struct render *r, const struct scope *scope);
static inline struct item *tpl_slot(struct render *r, struct slot at)
{
	struct frame *f = r->frame;
	for (unsigned i = at.hops; i > 0; i--)
		f = f->outer;
	return &f->slots[at.at];
}
struct item tpl_resolve(struct render *r, const struct key *name);

/* Loops (tpl_loop.c). */
int tpl_loop_next(struct render *r, struct loop *loop, struct item *out);
bool tpl_for(struct render *r, const struct node *n) WARN_UNUSED;
bool tpl_loop_call(
	struct render *r, struct loop *loop, struct item over, struct item *out) WARN_UNUSED;
enum loop_field {
	LOOP_NONE,
	LOOP_INDEX,
	LOOP_INDEX0,
	LOOP_REVINDEX,
	LOOP_REVINDEX0,
	LOOP_FIRST,
	LOOP_LAST,
	LOOP_LENGTH,
	LOOP_DEPTH,
	LOOP_DEPTH0,
	LOOP_PREVITEM,
	LOOP_NEXTITEM,
	LOOP_CYCLE,
	LOOP_CHANGED
};
enum loop_field tpl_loop_field(struct str name);
/* FIELD is not LOOP_NONE. */
bool tpl_loop_get(
	struct render *r, struct loop *loop, enum loop_field field, struct item *out) WARN_UNUSED;

/* Other templates (tpl_load.c). */
bool tpl_include(struct render *r, const struct node *n) WARN_UNUSED;
bool tpl_import(struct render *r, const struct node *n) WARN_UNUSED;
bool tpl_extends(struct render *r, const struct node *n) WARN_UNUSED;
bool tpl_render_root(struct render *r, const struct template *t) WARN_UNUSED;
bool tpl_block(struct render *r, const struct node *n) WARN_UNUSED;
bool tpl_block_call(struct render *r, const struct block_value *b, struct item *out) WARN_UNUSED;
struct item tpl_super(
	struct render *r, const struct block_list *list, size_t depth, struct context *context);
struct block_list *tpl_blocks_find(const struct context *c, const struct key *name);
void tpl_blocks_add(struct render *r, struct context *c, const struct template *t);
struct context *tpl_context_new(struct render *r, struct dict *parent, const struct template *t);

/* Undefined values. HINT and OF live as long as the render. */
struct item tpl_undefined(struct render *r, struct str name);
struct item tpl_undefined_hint(struct render *r, const char *hint);
struct item tpl_undefined_of(struct render *r, struct item of, struct item key);
/* The error of using U. Always false. */
bool tpl_undefined_fail(struct render *r, struct item u);
#ifdef __clang_analyzer__
#define tpl_undefined_fail(...) (tpl_undefined_fail(__VA_ARGS__) && false)
#endif

#endif
