/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_item.h"

#include "core/data/template/tpl_operate.h"
#include "core/data/template/tpl_render.h"

#include <math.h>
#include <string.h>

enum { INDEX_FROM = 9 }; /* dicts smaller than this are searched from end to end */

struct key tpl_key(struct str s)
{
	return (struct key){s, str_hash(s)};
}

struct list *tpl_list_new(struct render *r, size_t room)
{
	struct list *l = ARENA_NEW(r->arena, struct list);
	if (room > 0)
		l->at = arena_reserve(r->arena, NULL, 0, &l->cap, room, sizeof *l->at);
	return l;
}

struct item tpl_pair(struct render *r, struct item a, struct item b)
{
	struct list *l = tpl_list_new(r, 2);
	l->at[0] = a;
	l->at[1] = b;
	l->len = 2;
	return tpl_tuple_item(l);
}

void tpl_list_push(struct render *r, struct list *l, struct item item)
{
	l->at = arena_reserve(r->arena, l->at, l->len, &l->cap, l->len + 1, sizeof *l->at);
	l->at[l->len++] = item;
}

struct list *tpl_list_copy_in(struct render *r, struct list *l)
{
	const struct value_list *source = l->source;
	l->source = NULL;
	if (source->len == 0)
		return l;
	l->at = arena_reserve(r->arena, NULL, 0, &l->cap, source->len, sizeof *l->at);
	for (size_t i = 0; i < source->len; i++)
		l->at[i] = tpl_from_value(r, source->items[i]);
	l->len = source->len;
	return l;
}

struct item tpl_from_value(struct render *r, struct value v)
{
	switch (v.kind) {
	case VALUE_NONE: break;
	case VALUE_BOOL: return tpl_bool(v.u.boolean);
	case VALUE_INT: return tpl_int(v.u.integer);
	case VALUE_FLOAT: return tpl_float(v.u.real);
	case VALUE_STR: return tpl_str(v.u.str);
	case VALUE_LIST: {
		struct list *l = ARENA_NEW(r->arena, struct list);
		l->source = v.u.list;
		return tpl_list_item(l);
	}
	case VALUE_DICT: {
		struct dict *d = ARENA_NEW(r->arena, struct dict);
		d->source = v.u.dict;
		return tpl_dict_item(d);
	}
	}
	return tpl_none();
}

struct dict *tpl_dict_new(struct render *r)
{
	return ARENA_NEW(r->arena, struct dict);
}

static void index_add(struct dict *d, size_t entry)
{
	size_t mask = d->index_cap - 1, at = d->at[entry].hash & mask;
	while (d->index[at] != 0)
		at = (at + 1) & mask;
	d->index[at] = (uint32_t)entry + 1;
}

static void index_build(struct dict *d)
{
	memset(d->index, 0, d->index_cap * sizeof *d->index);
	for (size_t i = 0; i < d->len; i++)
		index_add(d, i);
}

/* What is in a dict has been found hashable before. */
static uint64_t hash_of(struct render *r, struct item key)
{
	uint64_t hash = 0;
	if (key.kind == ITEM_STR)
		return str_hash(key.u.str);
	if (!tpl_hash(r, key, &hash))
		BUG("a dict has a key that cannot be hashed");
	return hash;
}

/* Appends; the key is not there yet. Small dicts have no index and no hashes. */
static void dict_add(struct render *r, struct dict *d, struct item key, struct item value)
{
	d->at = arena_reserve(r->arena, d->at, d->len, &d->cap, d->len + 1, sizeof *d->at);
	d->at[d->len++] = (struct dict_entry){key, value, 0};
	if (d->len < INDEX_FROM && d->index_cap == 0)
		return;
	if (d->len * 2 <= d->index_cap) {
		d->at[d->len - 1].hash = hash_of(r, key);
		index_add(d, d->len - 1);
		return;
	}
	size_t from = d->index_cap > 0 ? d->len - 1 : 0;
	for (size_t i = from; i < d->len; i++)
		d->at[i].hash = hash_of(r, d->at[i].key);
	d->index_cap = d->index_cap > 0 ? d->index_cap * 2 : 32;
	d->index = ARENA_ARRAY(r->arena, uint32_t, d->index_cap);
	index_build(d);
}

static bool is_key(const struct dict_entry *e, struct str text)
{
	return e->key.kind == ITEM_STR && e->key.u.str.len == text.len &&
	       (text.len == 0 || memcmp(e->key.u.str.at, text.at, text.len) == 0);
}

struct item *tpl_dict_find(const struct dict *d, const struct key *key)
{
	if (d->index_cap == 0) {
		for (size_t i = 0; i < d->len; i++)
			if (is_key(&d->at[i], key->text))
				return &d->at[i].value;
		return NULL;
	}
	size_t mask = d->index_cap - 1;
	for (size_t at = key->hash & mask; d->index[at] != 0; at = (at + 1) & mask) {
		struct dict_entry *e = &d->at[d->index[at] - 1];
		if (e->hash == key->hash && is_key(e, key->text))
			return &e->value;
	}
	return NULL;
}

static const struct value *read_source(const struct value_dict *d, struct str key)
{
	for (size_t i = 0; i < d->len; i++) {
		const struct value *k = &d->entries[i].key;
		if (k->kind == VALUE_STR && k->u.str.len == key.len &&
			(key.len == 0 || memcmp(k->u.str.at, key.at, key.len) == 0))
			return &d->entries[i].value;
	}
	return NULL;
}

bool tpl_dict_read(struct render *r, struct dict *d, const struct key *key, struct item *out)
{
	if (d->source != NULL && d->source->len < INDEX_FROM) {
		const struct value *v = read_source(d->source, key->text);
		if (v == NULL)
			return false;
		if (v->kind < VALUE_LIST) {
			*out = tpl_from_value(r, *v);
			return true;
		}
	}
	const struct item *there = tpl_dict_find(tpl_dict_open(r, d), key);
	if (there == NULL)
		return false;
	*out = *there;
	return true;
}

void tpl_dict_put(struct render *r, struct dict *d, const struct key *key, struct item value)
{
	struct item *there = tpl_dict_find(d, key);
	if (there != NULL)
		*there = value;
	else
		dict_add(r, d, tpl_str(key->text), value);
}

static bool only_strings(const struct value_dict *source)
{
	for (size_t i = 0; i < source->len; i++)
		if (source->entries[i].key.kind != VALUE_STR)
			return false;
	return true;
}

struct dict *tpl_dict_copy_in(struct render *r, struct dict *d)
{
	const struct value_dict *source = d->source;
	uint64_t hash;
	d->source = NULL;
	if (source->len == 0)
		return d;
	d->at = arena_reserve(r->arena, NULL, 0, &d->cap, source->len, sizeof *d->at);
	if (source->len < INDEX_FROM && only_strings(source)) {
		for (size_t i = 0; i < source->len; i++) {
			d->at[i].key = tpl_str(source->entries[i].key.u.str);
			d->at[i].value = tpl_from_value(r, source->entries[i].value);
		}
		d->len = source->len;
		return d;
	}
	for (size_t i = 0; i < source->len; i++) {
		struct item key = tpl_from_value(r, source->entries[i].key);
		if (key.kind != ITEM_STR && !tpl_hash(r, key, &hash))
			continue; /* our readers make no such keys */
		dict_add(r, d, key, tpl_from_value(r, source->entries[i].value));
	}
	return d;
}

static uint64_t mix(uint64_t h)
{
	h ^= h >> 33;
	h *= UINT64_C(0xff51afd7ed558ccd);
	return h ^ (h >> 33);
}

static bool hash_float(double d, uint64_t *out)
{
	if (d >= -9.2e18 && d <= 9.2e18 && d == floor(d)) {
		*out = mix((uint64_t)(int64_t)d);
		return true;
	}
	uint64_t bits;
	memcpy(&bits, &d, sizeof bits);
	*out = mix(bits);
	return true;
}

static bool hash_tuple(struct render *r, const struct list *l, uint64_t *out)
{
	uint64_t h = 7;
	if (++r->depth > TPL_DEPTH_MAX)
		return tpl_limit(r, "A tuple is nested too deeply to be a key.");
	for (size_t i = 0; i < l->len; i++) {
		uint64_t one;
		if (!tpl_hash(r, l->at[i], &one))
			return false;
		h = h * 31 + one;
	}
	r->depth--;
	*out = mix(h);
	return true;
}

bool tpl_hash(struct render *r, struct item item, uint64_t *out)
{
	switch (item.kind) {
	case ITEM_NONE: *out = 1; return true;
	case ITEM_BOOL: *out = mix(item.u.boolean ? 1 : 0); return true;
	case ITEM_INT: *out = mix((uint64_t)item.u.integer); return true;
	case ITEM_FLOAT: return hash_float(item.u.real, out);
	case ITEM_STR: *out = str_hash(item.u.str); return true;
	case ITEM_TUPLE: return hash_tuple(r, item.u.list, out);
	case ITEM_RANGE: *out = mix((uint64_t)item.u.range->len); return true;
	case ITEM_UNDEFINED:
		if (item.safe)
			return tpl_undefined_fail(r, item);
		*out = 2;
		return true;
	case ITEM_LIST:
	case ITEM_DICT:
	case ITEM_VIEW:
		return tpl_fail(r, "A %s cannot be a key: it can change.", tpl_type_name(item));
	default: *out = mix((uint64_t)(uintptr_t)item.u.iter); return true;
	}
}

/* Without an index: one after the other. */
static bool search_all(struct render *r, const struct dict *d, struct item key, size_t *at)
{
	for (size_t i = 0; i < d->len; i++) {
		bool same = false;
		if (key.kind == ITEM_STR)
			same = is_key(&d->at[i], key.u.str);
		else if (!tpl_equal(r, d->at[i].key, key, &same))
			return false;
		if (same) {
			*at = i;
			return true;
		}
	}
	return true;
}

bool tpl_dict_search(struct render *r, struct dict *d, struct item key, size_t *at)
{
	uint64_t hash = 0;
	*at = SIZE_MAX;
	tpl_dict_open(r, d);
	if ((key.kind != ITEM_STR || d->index_cap > 0) && !tpl_hash(r, key, &hash))
		return false;
	if (d->index_cap == 0)
		return search_all(r, d, key, at);
	size_t mask = d->index_cap - 1;
	for (size_t slot = hash & mask; d->index[slot] != 0; slot = (slot + 1) & mask) {
		size_t i = d->index[slot] - 1;
		bool same = d->at[i].hash == hash;
		if (same && !tpl_equal(r, d->at[i].key, key, &same))
			return false;
		if (same) {
			*at = i;
			return true;
		}
	}
	return true;
}

bool tpl_dict_set(struct render *r, struct dict *d, struct item key, struct item value)
{
	size_t at;
	if (!tpl_dict_search(r, d, key, &at))
		return false;
	if (at != SIZE_MAX) {
		d->at[at].value = value;
		return true;
	}
	if (d->len >= TPL_ITEMS_MAX)
		return tpl_limit(r, "A dict has more than %d items.", TPL_ITEMS_MAX);
	dict_add(r, d, key, value);
	return true;
}

void tpl_dict_remove(struct dict *d, size_t at)
{
	memmove(d->at + at, d->at + at + 1, (d->len - at - 1) * sizeof *d->at);
	d->len--;
	if (d->index_cap > 0)
		index_build(d);
}

struct dict *tpl_dict_copy(struct render *r, struct dict *d)
{
	struct dict *copy = tpl_dict_new(r);
	tpl_dict_open(r, d);
	*copy = *d;
	if (d->len == 0)
		return copy;
	copy->cap = 0;
	copy->at = arena_reserve(r->arena, NULL, 0, &copy->cap, d->len + 2, sizeof *d->at);
	memcpy(copy->at, d->at, d->len * sizeof *d->at);
	if (d->index_cap > 0) {
		copy->index = ARENA_ARRAY(r->arena, uint32_t, d->index_cap);
		memcpy(copy->index, d->index, d->index_cap * sizeof *d->index);
	}
	return copy;
}

const char *tpl_type_name(struct item item)
{
	static const char *const names[] = {
		[ITEM_MISSING] = "missing",
		[ITEM_UNDEFINED] = "Undefined",
		[ITEM_NONE] = "None",
		[ITEM_BOOL] = "bool",
		[ITEM_INT] = "int",
		[ITEM_FLOAT] = "float",
		[ITEM_STR] = "str",
		[ITEM_LIST] = "list",
		[ITEM_TUPLE] = "tuple",
		[ITEM_DICT] = "dict",
		[ITEM_VIEW] = "dict view",
		[ITEM_RANGE] = "range",
		[ITEM_ITER] = "generator",
		[ITEM_BOUND] = "method",
		[ITEM_FUNCTION] = "function",
		[ITEM_MACRO] = "macro",
		[ITEM_LOOP] = "loop",
		[ITEM_NAMESPACE] = "namespace",
		[ITEM_CYCLER] = "cycler",
		[ITEM_JOINER] = "joiner",
		[ITEM_MODULE] = "imported template",
		[ITEM_SELF] = "self",
		[ITEM_BLOCK] = "block",
	};
	return names[item.kind];
}
