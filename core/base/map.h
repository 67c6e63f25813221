/* SPDX-License-Identifier: MIT */
#ifndef CORE_BASE_MAP_H
#define CORE_BASE_MAP_H

#include "core/base/str.h"

/*
 * A hash map from strings to 64-bit numbers (an index into somebody's array, or a pointer cast).
 * Keys are borrowed: they must outlive the map. Open addressing, no removal of single keys.
 */

struct map_slot;

struct map {
	struct map_slot *slots;
	size_t cap; /* a power of two, or 0 */
	size_t len;
};

#define MAP_INIT                                                                                   \
	{                                                                                          \
		.slots = NULL                                                                      \
	}

/* Sets KEY to VALUE; true when the key is new. */
bool map_set(struct map *m, struct str key, uint64_t value);
/* Finds KEY; false when absent (*VALUE untouched). VALUE may be NULL. */
bool map_get(const struct map *m, struct str key, uint64_t *value);
/* The value's place, made with FIRST when absent: for counting. Valid until the next set. */
uint64_t *map_place(struct map *m, struct str key, uint64_t first);
/* Walks all entries in no set order: start with *at = 0; false at the end. */
bool map_next(const struct map *m, size_t *at, struct str *key, uint64_t *value);
void map_free(struct map *m);

#endif
