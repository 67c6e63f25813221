/* SPDX-License-Identifier: MIT */
#ifndef CORE_BASE_STR_H
#define CORE_BASE_STR_H

#include "core/base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * A counted string: a borrowed view of bytes (usually UTF-8), not ended by NUL. Used everywhere
 * inside; NUL-terminated strings only at the borders (the C library, libcurl, SQLite).
 * {NULL, 0} is a valid empty string.
 */

struct str {
	const char *at;
	size_t len; /* bytes */
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_NONE     ((struct str){NULL, 0})
/* For printf's "%.*s": printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).len, (s).at

struct str str_from(const char *s); /* NULL gives the empty string */
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *b);
int str_compare(struct str a, struct str b); /* by bytes, which is by code point in UTF-8 */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* Offset of the first NEEDLE at or after FROM, or SIZE_MAX. An empty needle is found at FROM. */
size_t str_find(struct str s, struct str needle, size_t from);
size_t str_find_last(struct str s, struct str needle);

/* Bytes [from, to), clamped to the string. */
struct str str_slice(struct str s, size_t from, size_t to);
/* Without ASCII white space at both ends, the start, the end. */
struct str str_trim(struct str s);
struct str str_trim_start(struct str s);
struct str str_trim_end(struct str s);

/* Splits at the first SEPARATOR: the part before it is returned, *REST becomes what follows it.
 * Without a separator the whole is returned and *REST is {NULL, 0}. */
struct str str_cut(struct str s, char separator, struct str *rest);

/* The next line without its "\n" or "\r\n"; *REST moves past it. False at the end. */
bool str_next_line(struct str *rest, struct str *line);

/* Copies end in NUL, so .at can go to C functions when there is no NUL inside. */
struct str str_copy(struct arena *a, struct str s);
const char *str_cstr(struct arena *a, struct str s);
struct str str_format(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct str str_vformat(struct arena *a, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Whole string as a decimal integer with optional sign; false when it is anything else. */
bool str_to_int(struct str s, int64_t *out);
/* Whole string as a decimal floating number (no hex, no inf, no nan), in the C locale. */
bool str_to_double(struct str s, double *out);

/* FNV-1a, 64 bit: for hash tables, never for identity. */
uint64_t str_hash(struct str s);

#endif
