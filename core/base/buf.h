/* SPDX-License-Identifier: MIT */
#ifndef CORE_BASE_BUF_H
#define CORE_BASE_BUF_H

#include "core/base/str.h"

/*
 * A growing byte buffer with a maximum. Every buffer that foreign bytes flow into has one; adding
 * past it adds nothing and fails, which is an ordinary error (ERR_LIMIT), and `full` stays set so
 * that a long series of adds can be checked once at its end.
 *
 * Invariant: when at is not NULL, at[len] == '\0'.
 */

struct buf {
	char *at;
	size_t len;
	size_t cap;
	size_t max; /* bytes; 0 means BUF_DEFAULT_MAX */
	bool full; /* something did not fit since the last clear */
};

enum { BUF_DEFAULT_MAX = 64 << 20 };

#define BUF_INIT(maximum)                                                                          \
	{                                                                                          \
		.max = (maximum)                                                                   \
	}

bool buf_add(struct buf *b, const void *bytes, size_t len);
bool buf_add_str(struct buf *b, struct str s);
bool buf_add_cstr(struct buf *b, const char *s);
bool buf_add_char(struct buf *b, char c);
bool buf_add_format(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Adds a code point as UTF-8 (any value up to U+10FFFF). */
bool buf_add_code_point(struct buf *b, uint32_t c);
/* Room for LEN more bytes at the end, to be filled by the caller, who then adds to len; NULL when
 * it would not fit. */
char *buf_space(struct buf *b, size_t len);

struct str buf_str(const struct buf *b); /* borrowed, until the next add */
void buf_remove_start(struct buf *b, size_t len);
void buf_clear(struct buf *b); /* empty, memory kept */
void buf_free(struct buf *b); /* empty, memory freed; usable again */

#endif
