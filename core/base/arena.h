/* SPDX-License-Identifier: MIT */
#ifndef CORE_BASE_ARENA_H
#define CORE_BASE_ARENA_H

#include <stdalign.h>
#include <stddef.h>

/*
 * Memory by lifetime: everything taken from an arena lives until arena_reset or arena_release.
 * There are three kinds in the program: frame (reset each frame), job (a run, a load; dies with it)
 * and scratch (on the caller's stack, for the length of a call).
 *
 * Memory comes zeroed. An arena grows in blocks (4 KiB doubling to 1 MiB; a large request gets a
 * block of its own) and has no bound of its own: bound the input.
 */

struct arena_block;

struct arena {
	struct arena_block *block; /* newest first */
	size_t next_size; /* bytes of the first block; 0: 4 KiB */
	size_t used; /* bytes handed out since the last reset */
};

#define ARENA_INIT                                                                                 \
	{                                                                                          \
		.block = NULL                                                                      \
	}

/* Zeroed memory for SIZE bytes; ALIGN a power of two. Borrowed from the arena. */
void *arena_alloc(struct arena *a, size_t size, size_t align)
	__attribute__((returns_nonnull, alloc_size(2)));

/* A copy of SIZE bytes, with a NUL after it. */
char *arena_copy(struct arena *a, const void *bytes, size_t size) __attribute__((returns_nonnull));

/* Grows an array of COUNT items to hold NEED: returns a new place (old items copied, *CAP updated)
 * or AT when it is large enough. The old place stays valid until the arena goes. */
void *arena_reserve(struct arena *a, void *at, size_t count, size_t *cap, size_t need, size_t size)
	__attribute__((returns_nonnull));

void arena_reset(struct arena *a); /* forgets everything, keeps the newest block */
void arena_release(struct arena *a); /* frees everything; usable again as if new */

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type), alignof(type)))
#define ARENA_ARRAY(a, type, count)                                                                \
	((type *)arena_alloc((a), sizeof(type) * (count), alignof(type)))

#endif
