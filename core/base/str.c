/* SPDX-License-Identifier: MIT */
#include "core/base/str.h"

#include "core/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct str str_from(const char *s)
{
	return (struct str){s, s != NULL ? strlen(s) : 0};
}

bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool str_is(struct str a, const char *b)
{
	return str_eq(a, str_from(b));
}

int str_compare(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n > 0 ? memcmp(a.at, b.at, n) : 0;
	if (order != 0)
		return order;
	return a.len < b.len ? -1 : a.len > b.len;
}

bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_eq((struct str){s.at, prefix.len}, prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.len >= suffix.len && str_eq(str_slice(s, s.len - suffix.len, s.len), suffix);
}

enum { FIND_TRIES = 4 };

size_t str_find(struct str s, struct str needle, size_t from)
{
	if (from > s.len || s.len - from < needle.len)
		return SIZE_MAX;
	if (needle.len == 0)
		return from;
	/* memchr is many times as fast as memmem where the first byte is rare. */
	const char *at = s.at + from, *end = s.at + s.len;
	for (int tries = 0; tries < FIND_TRIES; tries++) {
		at = memchr(at, needle.at[0], (size_t)(end - at));
		if (at == NULL || (size_t)(end - at) < needle.len)
			return SIZE_MAX;
		if (memcmp(at, needle.at, needle.len) == 0)
			return (size_t)(at - s.at);
		at++;
	}
	const char *p = memmem(at, (size_t)(end - at), needle.at, needle.len);
	return p != NULL ? (size_t)(p - s.at) : SIZE_MAX;
}

size_t str_find_last(struct str s, struct str needle)
{
	size_t found = SIZE_MAX;
	for (size_t at = str_find(s, needle, 0); at != SIZE_MAX; at = str_find(s, needle, at + 1))
		found = at;
	return found;
}

struct str str_slice(struct str s, size_t from, size_t to)
{
	if (to > s.len)
		to = s.len;
	if (from >= to)
		return (struct str){s.at, 0};
	return (struct str){s.at + from, to - from};
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim_start(struct str s)
{
	while (s.len > 0 && is_space(s.at[0])) {
		s.at++;
		s.len--;
	}
	return s;
}

struct str str_trim_end(struct str s)
{
	while (s.len > 0 && is_space(s.at[s.len - 1]))
		s.len--;
	return s;
}

struct str str_trim(struct str s)
{
	return str_trim_end(str_trim_start(s));
}

struct str str_cut(struct str s, char separator, struct str *rest)
{
	const char *p = s.len > 0 ? memchr(s.at, separator, s.len) : NULL;
	if (p == NULL) {
		*rest = STR_NONE;
		return s;
	}
	size_t at = (size_t)(p - s.at);
	*rest = (struct str){p + 1, s.len - at - 1};
	return (struct str){s.at, at};
}

bool str_next_line(struct str *rest, struct str *line)
{
	if (rest->len == 0)
		return false;
	*line = str_cut(*rest, '\n', rest);
	if (line->len > 0 && line->at[line->len - 1] == '\r')
		line->len--;
	return true;
}

struct str str_copy(struct arena *a, struct str s)
{
	return (struct str){arena_copy(a, s.at, s.len), s.len};
}

const char *str_cstr(struct arena *a, struct str s)
{
	return arena_copy(a, s.at, s.len);
}

struct str str_vformat(struct arena *a, const char *fmt, va_list args)
{
	va_list again;
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, fmt, args);
	if (n < 0)
		BUG("a format that cannot be printed: %s", fmt);
	char *at = arena_alloc(a, (size_t)n + 1, 1);
	vsnprintf(at, (size_t)n + 1, fmt, again);
	va_end(again);
	return (struct str){at, (size_t)n};
}

struct str str_format(struct arena *a, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	struct str s = str_vformat(a, fmt, args);
	va_end(args);
	return s;
}

bool str_to_int(struct str s, int64_t *out)
{
	size_t at = s.len > 0 && (s.at[0] == '-' || s.at[0] == '+') ? 1 : 0;
	if (at == s.len)
		return false;
	bool negative = at == 1 && s.at[0] == '-';
	int64_t n = 0;
	for (; at < s.len; at++) {
		if (s.at[at] < '0' || s.at[at] > '9')
			return false;
		int64_t digit = s.at[at] - '0';
		if (__builtin_mul_overflow(n, 10, &n) ||
			__builtin_sub_overflow(n, digit, &n)) /* downwards: INT64_MIN fits */
			return false;
	}
	if (!negative && n == INT64_MIN)
		return false;
	*out = negative ? n : -n;
	return true;
}

bool str_to_double(struct str s, double *out)
{
	char text[64];
	if (s.len == 0 || s.len >= sizeof text)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (strchr("0123456789+-.eE", s.at[i]) == NULL || s.at[i] == '\0')
			return false;
	memcpy(text, s.at, s.len);
	text[s.len] = '\0';
	char *end;
	*out = strtod(text, &end);
	return end == text + s.len;
}

uint64_t str_hash(struct str s)
{
	uint64_t h = 0xcbf29ce484222325u;
	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.at[i]) * 0x100000001b3u;
	return h;
}
