/* SPDX-License-Identifier: MIT */
#include "core/base/alloc.h"

#include "core/base/err.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *xmalloc(size_t size)
{
	void *p = malloc(size > 0 ? size : 1);
	if (p == NULL)
		BUG("out of memory asking for %zu bytes", size);
	return p;
}

void *xcalloc(size_t count, size_t size)
{
	void *p = calloc(count > 0 ? count : 1, size > 0 ? size : 1);
	if (p == NULL)
		BUG("out of memory asking for %zu items of %zu bytes", count, size);
	return p;
}

void *xrealloc(void *at, size_t size)
{
	void *p = realloc(at, size > 0 ? size : 1);
	if (p == NULL)
		BUG("out of memory asking for %zu bytes", size);
	return p;
}

char *xstrdup(const char *s)
{
	size_t size = strlen(s) + 1;
	return memcpy(xmalloc(size), s, size);
}

void *array_reserve(void *at, size_t *cap, size_t need, size_t size)
{
	if (at != NULL && need <= *cap)
		return at;
	size_t want = *cap > 0 ? *cap * 2 : 8;
	if (want < need)
		want = need;
	if (want > SIZE_MAX / size)
		BUG("array of %zu items of %zu bytes", want, size);
	*cap = want;
	return xrealloc(at, want * size);
}
