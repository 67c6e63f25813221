/* SPDX-License-Identifier: MIT */
#include "core/base/buf.h"

#include "core/base/alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *buf_space(struct buf *b, size_t len)
{
	size_t max = b->max > 0 ? b->max : BUF_DEFAULT_MAX;
	if (len > max - b->len) {
		b->full = true;
		return NULL;
	}
	if (b->at == NULL || b->len + len + 1 > b->cap) {
		size_t want = b->cap > 0 ? b->cap * 2 : 64;
		if (want < b->len + len + 1)
			want = b->len + len + 1;
		if (want > max + 1)
			want = max + 1;
		b->at = xrealloc(b->at, want);
		b->cap = want;
	}
	return b->at + b->len;
}

bool buf_add(struct buf *b, const void *bytes, size_t len)
{
	char *to = buf_space(b, len);
	if (to == NULL)
		return false;
	if (len > 0)
		memcpy(to, bytes, len);
	b->len += len;
	b->at[b->len] = '\0';
	return true;
}

bool buf_add_str(struct buf *b, struct str s)
{
	return buf_add(b, s.at, s.len);
}

bool buf_add_cstr(struct buf *b, const char *s)
{
	return buf_add(b, s, strlen(s));
}

bool buf_add_char(struct buf *b, char c)
{
	return buf_add(b, &c, 1);
}

bool buf_add_format(struct buf *b, const char *fmt, ...)
{
	va_list args, again;
	va_start(args, fmt);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	char *to = n < 0 ? NULL : buf_space(b, (size_t)n);
	if (to != NULL) {
		vsnprintf(to, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
	return to != NULL;
}

bool buf_add_code_point(struct buf *b, uint32_t c)
{
	unsigned char out[4];
	size_t n;
	if (c < 0x80) {
		out[0] = (unsigned char)c;
		n = 1;
	} else if (c < 0x800) {
		out[0] = (unsigned char)(0xC0 | c >> 6);
		n = 2;
	} else if (c < 0x10000) {
		out[0] = (unsigned char)(0xE0 | c >> 12);
		n = 3;
	} else {
		out[0] = (unsigned char)(0xF0 | c >> 18);
		n = 4;
	}
	for (size_t i = n; i > 1; i--, c >>= 6)
		out[i - 1] = (unsigned char)(0x80 | (c & 0x3F));
	return buf_add(b, out, n);
}

struct str buf_str(const struct buf *b)
{
	return (struct str){b->at != NULL ? b->at : "", b->len};
}

void buf_remove_start(struct buf *b, size_t len)
{
	if (b->at == NULL)
		return;
	if (len > b->len)
		len = b->len;
	memmove(b->at, b->at + len, b->len - len + 1);
	b->len -= len;
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->full = false;
	if (b->at != NULL)
		b->at[0] = '\0';
}

void buf_free(struct buf *b)
{
	free(b->at);
	*b = (struct buf){.max = b->max};
}
