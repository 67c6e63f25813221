/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_VALUE_H
#define CORE_DATA_VALUE_H

#include "core/base/str.h"

/*
 * The one form of data inside: what YAML and JSON files hold, what flows pass from node to node,
 * what templates see. A tree in an arena; copying a struct value copies a reference.
 *
 * Invariants: a value read from a file knows its place (line and column, 1-based; 0 means it came
 * from elsewhere). Dicts keep insertion order and have no two equal keys. Strings are UTF-8 when
 * they come from our readers. A value that is shared is not changed; change what you made yourself.
 */

enum value_kind {
	VALUE_NONE, /* null */
	VALUE_BOOL,
	VALUE_INT,
	VALUE_FLOAT,
	VALUE_STR,
	VALUE_LIST,
	VALUE_DICT
};

struct value_list;
struct value_dict;

struct value {
	enum value_kind kind;
	uint32_t line;
	uint32_t column;
	union {
		bool boolean;
		int64_t integer;
		double real;
		struct str str;
		struct value_list *list; /* never NULL in a VALUE_LIST */
		struct value_dict *dict; /* never NULL in a VALUE_DICT */
	} u;
};

struct value_list {
	struct arena *arena; /* where it grows */
	struct value *items;
	size_t len;
	size_t cap;
};

struct value_entry {
	struct value key; /* from JSON and YAML always VALUE_STR */
	struct value value;
};

struct value_dict {
	struct arena *arena;
	struct value_entry *entries;
	size_t len;
	size_t cap;
	uint32_t *index; /* hash table over entries once there are many; NULL before */
	size_t index_cap;
};

struct value value_none(void);
struct value value_bool(bool b);
struct value value_int(int64_t n);
struct value value_float(double d);
struct value value_str(struct str s); /* borrowed bytes */
struct value value_cstr(const char *s);
struct value value_list(struct arena *a); /* new and empty */
struct value value_dict(struct arena *a); /* new and empty */

/* Appends; LIST must be a VALUE_LIST. */
void value_push(struct value list, struct value item);
/* Sets a string key, replacing in place. The key's bytes are borrowed. */
void value_set(struct value dict, struct str key, struct value v);
/* NULL when absent or DICT is not a dict. Borrowed; valid until the dict grows. */
const struct value *value_get(struct value dict, struct str key);
const struct value *value_get_cstr(struct value dict, const char *key);
/* The entry itself, for its key's place. */
const struct value_entry *value_entry(struct value dict, struct str key);

/* Python's ==: 1 == 1.0 == true; lists item by item; dicts without regard to order. */
bool value_equal(struct value a, struct value b);
/* A deep copy into another arena. */
struct value value_copy(struct arena *a, struct value v);
/* "a string", "a list", ... for error sentences. */
const char *value_kind_words(enum value_kind kind);

/* What a dict holds under KEY when it is of that kind, else the default. */
struct str value_get_str(struct value dict, const char *key, struct str otherwise);
int64_t value_get_int(struct value dict, const char *key, int64_t otherwise);
bool value_get_bool(struct value dict, const char *key, bool otherwise);

#endif
