/* SPDX-License-Identifier: MIT */
#include "core/data/value.h"

#include "core/base/err.h"

#include <stdalign.h>
#include <string.h>

/* Below this many entries a scan is faster than hashing. */
enum { INDEX_FROM = 12 };

struct value value_none(void)
{
	return (struct value){.kind = VALUE_NONE};
}

struct value value_bool(bool b)
{
	return (struct value){.kind = VALUE_BOOL, .u.boolean = b};
}

struct value value_int(int64_t n)
{
	return (struct value){.kind = VALUE_INT, .u.integer = n};
}

struct value value_float(double d)
{
	return (struct value){.kind = VALUE_FLOAT, .u.real = d};
}

struct value value_str(struct str s)
{
	return (struct value){.kind = VALUE_STR, .u.str = s};
}

struct value value_cstr(const char *s)
{
	return value_str(str_from(s));
}

struct value value_list(struct arena *a)
{
	struct value v = {.kind = VALUE_LIST, .u.list = ARENA_NEW(a, struct value_list)};
	v.u.list->arena = a;
	return v;
}

struct value value_dict(struct arena *a)
{
	struct value v = {.kind = VALUE_DICT, .u.dict = ARENA_NEW(a, struct value_dict)};
	v.u.dict->arena = a;
	return v;
}

void value_push(struct value list, struct value item)
{
	struct value_list *l = list.u.list;
	l->items = arena_reserve(l->arena, l->items, l->len, &l->cap, l->len + 1, sizeof item);
	l->items[l->len++] = item;
}

static void index_add(struct value_dict *d, size_t entry)
{
	size_t at = str_hash(d->entries[entry].key.u.str) & (d->index_cap - 1);
	while (d->index[at] != 0)
		at = (at + 1) & (d->index_cap - 1);
	d->index[at] = (uint32_t)entry + 1;
}

static void index_rebuild(struct value_dict *d)
{
	d->index_cap = d->index_cap > 0 ? d->index_cap * 4 : 64;
	d->index = ARENA_ARRAY(d->arena, uint32_t, d->index_cap);
	for (size_t i = 0; i < d->len; i++)
		if (d->entries[i].key.kind == VALUE_STR)
			index_add(d, i);
}

static struct value_entry *find(const struct value_dict *d, struct str key)
{
	if (d->index != NULL) {
		size_t at = str_hash(key) & (d->index_cap - 1);
		for (; d->index[at] != 0; at = (at + 1) & (d->index_cap - 1)) {
			struct value_entry *entry = &d->entries[d->index[at] - 1];
			if (str_eq(entry->key.u.str, key))
				return entry;
		}
		return NULL;
	}
	for (size_t i = 0; i < d->len; i++)
		if (d->entries[i].key.kind == VALUE_STR && str_eq(d->entries[i].key.u.str, key))
			return &d->entries[i];
	return NULL;
}

void value_set(struct value dict, struct str key, struct value v)
{
	struct value_dict *d = dict.u.dict;
	struct value_entry *entry = find(d, key);
	if (entry != NULL) {
		entry->value = v;
		return;
	}
	d->entries = arena_reserve(
		d->arena, d->entries, d->len, &d->cap, d->len + 1, sizeof *d->entries);
	d->entries[d->len++] = (struct value_entry){.key = value_str(key), .value = v};
	if (d->index != NULL && d->len * 2 <= d->index_cap)
		index_add(d, d->len - 1);
	else if (d->len >= INDEX_FROM)
		index_rebuild(d);
}

const struct value_entry *value_entry(struct value dict, struct str key)
{
	return dict.kind == VALUE_DICT ? find(dict.u.dict, key) : NULL;
}

const struct value *value_get(struct value dict, struct str key)
{
	const struct value_entry *entry = value_entry(dict, key);
	return entry != NULL ? &entry->value : NULL;
}

const struct value *value_get_cstr(struct value dict, const char *key)
{
	return value_get(dict, str_from(key));
}

static bool as_number(struct value v, double *d)
{
	if (v.kind == VALUE_BOOL)
		*d = v.u.boolean;
	else if (v.kind == VALUE_INT)
		*d = (double)v.u.integer;
	else if (v.kind == VALUE_FLOAT)
		*d = v.u.real;
	else
		return false;
	return true;
}

static bool dict_equal(const struct value_dict *a, const struct value_dict *b)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++) {
		const struct value *other = NULL;
		for (size_t j = 0; j < b->len && other == NULL; j++)
			if (value_equal(a->entries[i].key, b->entries[j].key))
				other = &b->entries[j].value;
		if (other == NULL || !value_equal(a->entries[i].value, *other))
			return false;
	}
	return true;
}

bool value_equal(struct value a, struct value b)
{
	double x, y;
	if (a.kind == VALUE_INT && b.kind == VALUE_INT)
		return a.u.integer == b.u.integer;
	if (as_number(a, &x) && as_number(b, &y))
		return x == y;
	if (a.kind != b.kind)
		return false;
	switch (a.kind) {
	case VALUE_STR: return str_eq(a.u.str, b.u.str);
	case VALUE_LIST:
		if (a.u.list->len != b.u.list->len)
			return false;
		for (size_t i = 0; i < a.u.list->len; i++)
			if (!value_equal(a.u.list->items[i], b.u.list->items[i]))
				return false;
		return true;
	case VALUE_DICT: return dict_equal(a.u.dict, b.u.dict);
	default: return true;
	}
}

struct value value_copy(struct arena *a, struct value v)
{
	struct value copy = v;
	if (v.kind == VALUE_STR) {
		copy.u.str = str_copy(a, v.u.str);
	} else if (v.kind == VALUE_LIST) {
		copy.u.list = value_list(a).u.list;
		for (size_t i = 0; i < v.u.list->len; i++)
			value_push(copy, value_copy(a, v.u.list->items[i]));
	} else if (v.kind == VALUE_DICT) {
		copy.u.dict = value_dict(a).u.dict;
		for (size_t i = 0; i < v.u.dict->len; i++) {
			struct value key = value_copy(a, v.u.dict->entries[i].key);
			if (key.kind != VALUE_STR)
				BUG("a dict of data with a key that is %s",
					value_kind_words(key.kind));
			value_set(copy, key.u.str, value_copy(a, v.u.dict->entries[i].value));
			copy.u.dict->entries[i].key = key;
		}
	}
	return copy;
}

const char *value_kind_words(enum value_kind kind)
{
	static const char *const words[] = {"null", "true or false", "a whole number", "a number",
		"a string", "a list", "a map"};
	return words[kind];
}

struct str value_get_str(struct value dict, const char *key, struct str otherwise)
{
	const struct value *v = value_get_cstr(dict, key);
	return v != NULL && v->kind == VALUE_STR ? v->u.str : otherwise;
}

int64_t value_get_int(struct value dict, const char *key, int64_t otherwise)
{
	const struct value *v = value_get_cstr(dict, key);
	return v != NULL && v->kind == VALUE_INT ? v->u.integer : otherwise;
}

bool value_get_bool(struct value dict, const char *key, bool otherwise)
{
	const struct value *v = value_get_cstr(dict, key);
	return v != NULL && v->kind == VALUE_BOOL ? v->u.boolean : otherwise;
}
