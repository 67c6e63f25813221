/* SPDX-License-Identifier: MIT */
#include "core/base/map.h"

#include "core/base/alloc.h"

#include <stdlib.h>

struct map_slot {
	struct str key;
	uint64_t hash; /* 0 = empty slot */
	uint64_t value;
};

static struct map_slot *find_slot(struct map_slot *slots, size_t cap, struct str key, uint64_t hash)
{
	size_t at = hash & (cap - 1);
	while (slots[at].hash != 0 && !(slots[at].hash == hash && str_eq(slots[at].key, key)))
		at = (at + 1) & (cap - 1);
	return &slots[at];
}

static uint64_t hash_key(struct str key)
{
	uint64_t h = str_hash(key);
	h ^= h >> 32; /* FNV's low bits alone cluster on short keys */
	return h != 0 ? h : 1;
}

static void grow(struct map *m)
{
	size_t cap = m->cap > 0 ? m->cap * 2 : 16;
	struct map_slot *slots = xcalloc(cap, sizeof *slots);
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].hash != 0)
			*find_slot(slots, cap, m->slots[i].key, m->slots[i].hash) = m->slots[i];
	free(m->slots);
	m->slots = slots;
	m->cap = cap;
}

static struct map_slot *place(struct map *m, struct str key, bool *is_new)
{
	if (m->cap == 0 || m->len * 4 >= m->cap * 3)
		grow(m);
	uint64_t hash = hash_key(key);
	struct map_slot *slot = find_slot(m->slots, m->cap, key, hash);
	*is_new = slot->hash == 0;
	if (*is_new) {
		slot->key = key;
		slot->hash = hash;
		m->len++;
	}
	return slot;
}

bool map_set(struct map *m, struct str key, uint64_t value)
{
	bool is_new;
	place(m, key, &is_new)->value = value;
	return is_new;
}

bool map_get(const struct map *m, struct str key, uint64_t *value)
{
	if (m->cap == 0)
		return false;
	const struct map_slot *slot = find_slot(m->slots, m->cap, key, hash_key(key));
	if (slot->hash == 0)
		return false;
	if (value != NULL)
		*value = slot->value;
	return true;
}

uint64_t *map_place(struct map *m, struct str key, uint64_t first)
{
	bool is_new;
	struct map_slot *slot = place(m, key, &is_new);
	if (is_new)
		slot->value = first;
	return &slot->value;
}

bool map_next(const struct map *m, size_t *at, struct str *key, uint64_t *value)
{
	while (*at < m->cap && m->slots[*at].hash == 0)
		(*at)++;
	if (*at >= m->cap)
		return false;
	*key = m->slots[*at].key;
	*value = m->slots[*at].value;
	(*at)++;
	return true;
}

void map_free(struct map *m)
{
	free(m->slots);
	*m = (struct map)MAP_INIT;
}
