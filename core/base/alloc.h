/* SPDX-License-Identifier: MIT */
#ifndef CORE_BASE_ALLOC_H
#define CORE_BASE_ALLOC_H

#include <stddef.h>

/* Allocators that cannot fail: out of memory ends the program with a sentence. Whatever grows from
 * outside input has a bound of its own (struct buf, the readers' limits) and fails in an ordinary
 * way. */

void *xmalloc(size_t size) __attribute__((malloc, alloc_size(1), returns_nonnull));
void *xcalloc(size_t count, size_t size) __attribute__((malloc, alloc_size(1, 2), returns_nonnull));
void *xrealloc(void *at, size_t size) __attribute__((alloc_size(2), returns_nonnull));
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull));

/* Makes room for NEED items of SIZE bytes in the array AT of capacity *CAP (items), doubling.
 * Returns the array, which may have moved. Use: a->at = array_reserve(a->at, &a->cap, a->len + 1,
 * sizeof *a->at). */
void *array_reserve(void *at, size_t *cap, size_t need, size_t size)
	__attribute__((returns_nonnull));

#endif
