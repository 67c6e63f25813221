/* SPDX-License-Identifier: MIT */
#ifndef CORE_TEXT_UTF8_H
#define CORE_TEXT_UTF8_H

#include "core/base/str.h"

/*
 * Strict UTF-8 (Unicode 15, table 3-7): no overlong forms, no surrogates, nothing above U+10FFFF.
 * Bad bytes become U+FFFD the way the Unicode standard and the web do it: one for each maximal part
 * that could have begun a character, so that every reader agrees on the number.
 */

enum { UTF8_REPLACEMENT = 0xFFFD, UTF8_LAST = 0x10FFFF };

/* A decoder that takes one byte at a time, for text that comes in pieces. All zero is its start. */
struct utf8_decoder {
	uint32_t code; /* the character so far */
	uint8_t need; /* bytes still to come; 0 between characters */
	uint8_t low, high; /* what the next byte must lie between */
};

enum utf8_step {
	UTF8_MORE, /* in the middle of a character */
	UTF8_CHARACTER, /* code is a whole character */
	UTF8_BAD, /* this byte cannot be */
	UTF8_BAD_BEFORE /* what came before was cut short; give this byte again */
};

enum utf8_step utf8_decode(struct utf8_decoder *d, unsigned char byte);

/* Reads the character at AT (< s.len) into *CODE, U+FFFD when it is bad; returns where the next
 * begins. */
size_t utf8_next(struct str s, size_t at, uint32_t *code);
/* Where the character before AT (> 0) begins. */
size_t utf8_before(struct str s, size_t at);

/* True when all of S is UTF-8; else *BAD_AT (may be NULL) is the offset of the first bad byte. */
bool utf8_valid(struct str s, size_t *bad_at);
/* Number of characters (code points), bad parts counting one each. */
size_t utf8_count(struct str s);
/* Writes CODE (at most U+10FFFF) as 1 to 4 bytes; returns how many. */
size_t utf8_encode(uint32_t code, char out[4]);
/* The start of S of at most MAX bytes that does not end inside a character. */
struct str utf8_cut(struct str s, size_t max);
/* The first COUNT characters. */
struct str utf8_first(struct str s, size_t count);

#endif
