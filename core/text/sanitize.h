/* SPDX-License-Identifier: MIT */
#ifndef CORE_TEXT_SANITIZE_H
#define CORE_TEXT_SANITIZE_H

#include "core/base/buf.h"
#include "core/text/utf8.h"

/*
 * The one door from untrusted bytes to a terminal or to cells. Whatever came from a model, a
 * document, a server, a file or its name passes here before anybody draws or prints it. Nothing is
 * dropped silently: what could move the cursor, hide or reorder text comes out as visible text.
 *
 *   bytes that are not UTF-8        U+FFFD
 *   C0 controls, DEL                ^A, ^[, ^?    (so a whole escape sequence reads as text)
 *   C1 controls                     <9B>
 *   bidi controls, zero-width and other format characters, tags, soft hyphen, byte order mark,
 *   fillers, line and paragraph separators, noncharacters, unassigned characters
 *                                   <U+202E>
 *   line feed, tab                  kept; "\r\n" is a line feed (a lone CR is ^M)
 *
 * Kept only where they do their work, else shown as <U+200D>: a joiner or a variation selector
 * inside an emoji of at most 8 code points; the zero-width non-joiner after a letter of a script
 * that joins (Arabic and its kin, the scripts of India); up to 8 marks on a base character (a mark
 * with nothing to sit on is shown, so that a field cannot put marks on what stands before it).
 *
 * Invariants, held by tests and a fuzzer: the output is UTF-8 without any of the above; sanitizing
 * it again changes nothing; how the input is cut into chunks changes nothing; the output has at
 * most 4 bytes for each of the input's.
 */

enum sanitize_flags {
	SANITIZE_TEXT = 0,
	SANITIZE_ONE_LINE = 1, /* line feeds and tabs become spaces */
	SANITIZE_BREAK_MARKS = 2 /* with ONE_LINE: a line feed becomes U+21B5 instead */
};

/* For text that comes in pieces. Up to 8 code points may be looked back at, one is held back. */
struct sanitizer {
	unsigned flags;
	struct utf8_decoder decoder;
	uint32_t held; /* joiner, selector or CR that waits for what follows; 0 none */
	uint8_t before; /* what kind of character came last: enum in sanitize.c */
	uint8_t marks; /* marks on the last base */
	uint8_t cluster; /* code points of the emoji so far */
	size_t marked; /* what was shown as something else, bad bytes included */
};

void sanitize_start(struct sanitizer *s, unsigned flags);
/* Appends CHUNK made safe. False when OUT is full. */
bool sanitize_feed(struct sanitizer *s, struct str chunk, struct buf *out);
/* Gives out what was held back; S is as new then, but its count stays. */
bool sanitize_end(struct sanitizer *s, struct buf *out);

/* A whole text at once; the copy ends in NUL and has no other NUL in it. */
struct str sanitize(struct arena *a, struct str text, unsigned flags);
/* The same, appended to a buffer. */
bool sanitize_to(struct buf *out, struct str text, unsigned flags);
/* How many places of TEXT would be marked; 0 means that it can be shown as it is. */
size_t sanitize_count(struct str text);

#endif
