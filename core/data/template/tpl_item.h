/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TPL_ITEM_H
#define CORE_DATA_TEMPLATE_TPL_ITEM_H

#include "core/data/value.h"

/*
 * What a template computes with: the values of struct value and the kinds that only exist while a
 * template renders. They live in the render's arena. Lists and dicts that came from the caller are
 * copied, one level at a time, when first looked at: a template may change its own copy only.
 */

enum item_kind {
	ITEM_MISSING, /* nothing there: an empty slot, an argument not given */
	ITEM_UNDEFINED,
	ITEM_NONE,
	ITEM_BOOL,
	ITEM_INT,
	ITEM_FLOAT,
	ITEM_STR,
	ITEM_LIST,
	ITEM_TUPLE,
	ITEM_DICT,
	ITEM_VIEW, /* of a dict: keys, values, items */
	ITEM_RANGE,
	ITEM_ITER, /* a generator: can be walked once */
	ITEM_BOUND, /* a method with what it belongs to */
	ITEM_FUNCTION, /* a built-in function */
	ITEM_MACRO,
	ITEM_LOOP,
	ITEM_NAMESPACE,
	ITEM_CYCLER,
	ITEM_JOINER,
	ITEM_MODULE,
	ITEM_SELF,
	ITEM_BLOCK
};

/* The classes that have methods. */
enum item_class { CLASS_STR, CLASS_LIST, CLASS_TUPLE, CLASS_DICT, CLASS_OTHER, TPL_CLASSES };

enum view_kind { VIEW_KEYS, VIEW_VALUES, VIEW_ITEMS };

struct render;
struct dict;
struct iter;

struct item {
	uint8_t kind; /* enum item_kind */
	uint8_t op; /* ITEM_VIEW: enum view_kind */
	bool safe; /* ITEM_STR: markup that is escaped already; ITEM_UNDEFINED: strict */
	union {
		bool boolean;
		int64_t integer;
		double real;
		struct str str;
		struct list *list; /* ITEM_LIST, ITEM_TUPLE */
		struct dict *dict; /* ITEM_DICT, ITEM_VIEW */
		const struct undefined *undefined;
		const struct range *range;
		struct iter *iter;
		const struct bound *bound;
		const struct builtin *function;
		const struct macro_value *macro;
		struct loop *loop;
		struct dict *space; /* ITEM_NAMESPACE */
		struct cycler *cycler;
		struct joiner *joiner;
		const struct module *module;
		struct context *context; /* ITEM_SELF */
		const struct block_value *block;
	} u;
};

struct list {
	struct item *at;
	size_t len;
	size_t cap;
	const struct value_list *source; /* not copied yet, when not NULL */
	bool group; /* a tuple of groupby: has .grouper and .list */
};

/* A string with its hash. */
struct key {
	struct str text;
	uint64_t hash;
};

struct dict_entry {
	struct item key;
	struct item value;
	uint64_t hash; /* set when the dict has an index */
};

struct dict {
	struct dict_entry *at; /* in order of insertion */
	size_t len;
	size_t cap;
	uint32_t *index; /* hash table, once there are many */
	size_t index_cap;
	const struct value_dict *source;
};

/* Why something is undefined, for the error when it is used. */
struct undefined {
	const char *hint; /* a sentence, or NULL */
	struct str name;
	const char *of; /* kind of the thing that lacks it, or NULL */
	bool element; /* an index that is not a string */
};

struct range {
	int64_t start, stop, step;
	int64_t len;
};

struct bound {
	struct item self;
	const struct method *method;
};

struct cycler {
	struct list *items;
	size_t at;
};

struct joiner {
	struct item separator;
	bool used;
};

static inline struct item tpl_none(void)
{
	return (struct item){.kind = ITEM_NONE};
}

static inline struct item tpl_bool(bool b)
{
	return (struct item){.kind = ITEM_BOOL, .u.boolean = b};
}

static inline struct item tpl_int(int64_t n)
{
	return (struct item){.kind = ITEM_INT, .u.integer = n};
}

static inline struct item tpl_float(double d)
{
	return (struct item){.kind = ITEM_FLOAT, .u.real = d};
}

static inline struct item tpl_str(struct str s)
{
	return (struct item){.kind = ITEM_STR, .u.str = s};
}

static inline struct item tpl_cstr(const char *s)
{
	return tpl_str(str_from(s));
}

static inline struct item tpl_markup(struct str s)
{
	return (struct item){.kind = ITEM_STR, .safe = true, .u.str = s};
}

static inline struct item tpl_list_item(struct list *l)
{
	return (struct item){.kind = ITEM_LIST, .u.list = l};
}

static inline struct item tpl_tuple_item(struct list *l)
{
	return (struct item){.kind = ITEM_TUPLE, .u.list = l};
}

static inline struct item tpl_dict_item(struct dict *d)
{
	return (struct item){.kind = ITEM_DICT, .u.dict = d};
}

struct key tpl_key(struct str s);

struct list *tpl_list_new(struct render *r, size_t room);
/* A tuple of two. */
struct item tpl_pair(struct render *r, struct item a, struct item b);
/* Appends; the list must have been opened. */
void tpl_list_push(struct render *r, struct list *l, struct item item);
/* Makes the items of a list that came from outside readable; returns L. */
struct list *tpl_list_copy_in(struct render *r, struct list *l);
static inline struct list *tpl_list_open(struct render *r, struct list *l)
{
	return l->source == NULL ? l : tpl_list_copy_in(r, l);
}

struct dict *tpl_dict_new(struct render *r);
struct dict *tpl_dict_copy_in(struct render *r, struct dict *d);
static inline struct dict *tpl_dict_open(struct render *r, struct dict *d)
{
	return d->source == NULL ? d : tpl_dict_copy_in(r, d);
}
struct item tpl_from_value(struct render *r, struct value v);

/* String keys cannot fail. Find gives NULL when absent. D must have been opened. */
struct item *tpl_dict_find(const struct dict *d, const struct key *key);
/* The same for any D; false when absent. A plain value of a dict from outside is read where it is.
 */
bool tpl_dict_read(struct render *r, struct dict *d, const struct key *key, struct item *out);
void tpl_dict_put(struct render *r, struct dict *d, const struct key *key, struct item value);

/* Any key; false (with the error set) when a key cannot be hashed. *AT is SIZE_MAX when absent. */
bool tpl_dict_search(struct render *r, struct dict *d, struct item key, size_t *at);
bool tpl_dict_set(struct render *r, struct dict *d, struct item key, struct item value);
void tpl_dict_remove(struct dict *d, size_t at);
struct dict *tpl_dict_copy(struct render *r, struct dict *d);

/* Hash that equal items share. */
bool tpl_hash(struct render *r, struct item item, uint64_t *out);

static inline enum item_class tpl_class(struct item item)
{
	switch (item.kind) {
	case ITEM_STR: return CLASS_STR;
	case ITEM_LIST: return CLASS_LIST;
	case ITEM_TUPLE: return CLASS_TUPLE;
	case ITEM_DICT: return CLASS_DICT;
	default: return CLASS_OTHER;
	}
}

/* Python's name of the type: "str", "list". */
const char *tpl_type_name(struct item item);
/* ITEM_BOOL, ITEM_INT: the number. */
static inline bool tpl_as_int(struct item item, int64_t *out)
{
	if (item.kind == ITEM_INT)
		*out = item.u.integer;
	else if (item.kind == ITEM_BOOL)
		*out = item.u.boolean ? 1 : 0;
	else
		return false;
	return true;
}

/* ITEM_BOOL, ITEM_INT, ITEM_FLOAT. */
static inline bool tpl_as_double(struct item item, double *out)
{
	int64_t n;
	if (item.kind == ITEM_FLOAT) {
		*out = item.u.real;
		return true;
	}
	if (!tpl_as_int(item, &n))
		return false;
	*out = (double)n;
	return true;
}

static inline bool tpl_is_int(struct item item)
{
	return item.kind == ITEM_INT || item.kind == ITEM_BOOL;
}

#endif
