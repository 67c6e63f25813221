/* SPDX-License-Identifier: MIT */
#include "core/base/arena.h"

#include "core/base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20 };

struct arena_block {
	struct arena_block *older;
	size_t size; /* bytes after this header */
	size_t used;
	max_align_t start[];
};

static struct arena_block *add_block(struct arena *a, size_t at_least)
{
	/* By half of what there is: of a thousand arenas at once little lies unused. */
	size_t size = a->used / 2;
	if (size < FIRST_BLOCK)
		size = a->next_size > 0 ? a->next_size : FIRST_BLOCK;
	a->next_size = 0;
	if (size > LARGEST_BLOCK)
		size = LARGEST_BLOCK;
	if (size < at_least)
		size = at_least;
	struct arena_block *b = xmalloc(sizeof *b + size);
	b->size = size;
	b->used = 0;
	b->older = a->block;
	a->block = b;
	return b;
}

static char *take(struct arena *a, size_t size, size_t align)
{
	struct arena_block *b = a->block;
	size_t at = b != NULL ? (b->used + align - 1) & ~(align - 1) : 0;
	if (b == NULL || at > b->size || b->size - at < size) {
		b = add_block(a, size);
		at = 0;
	}
	b->used = at + size;
	a->used += size;
	return (char *)b->start + at;
}

void *arena_alloc(struct arena *a, size_t size, size_t align)
{
	return memset(take(a, size, align), 0, size);
}

char *arena_copy(struct arena *a, const void *bytes, size_t size)
{
	char *p = take(a, size + 1, 1);
	if (size > 0)
		memcpy(p, bytes, size);
	p[size] = '\0';
	return p;
}

void *arena_reserve(struct arena *a, void *at, size_t count, size_t *cap, size_t need, size_t size)
{
	if (at != NULL && need <= *cap)
		return at;
	size_t want = *cap > 0 ? *cap * 2 : 4;
	if (want < need)
		want = need;
	char *to = take(a, want * size, alignof(max_align_t));
	if (at == NULL)
		count = 0;
	if (count > 0)
		memcpy(to, at, count * size);
	memset(to + count * size, 0, (want - count) * size);
	*cap = want;
	return to;
}

static void free_blocks(struct arena_block *b)
{
	while (b != NULL) {
		struct arena_block *older = b->older;
		free(b);
		b = older;
	}
}

void arena_reset(struct arena *a)
{
	if (a->block == NULL)
		return;
	free_blocks(a->block->older);
	a->block->older = NULL;
	a->block->used = 0;
	a->used = 0;
}

void arena_release(struct arena *a)
{
	free_blocks(a->block);
	*a = (struct arena)ARENA_INIT;
}
