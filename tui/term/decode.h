/* SPDX-License-Identifier: MIT */
#ifndef TUI_TERM_DECODE_H
#define TUI_TERM_DECODE_H

#include "core/base/buf.h"
#include "core/text/utf8.h"
#include "tui/keys/key.h"

/*
 * Bytes of a terminal into keys: UTF-8, C0, CSI, SS3, CSI u (kitty's protocol) and
 * modifyOtherKeys, SGR mouse, focus, bracketed paste as one event, and the answer to our question
 * for the background's colour; other replies (OSC, DCS) are swallowed. What is not understood is
 * dropped whole, never leaked as letters.
 *
 * Time: bytes that could be a key by themselves or the start of a sequence (a lone ESC) wait for
 * what follows; when nothing does within decode_wait_ms, the owner calls decode_timeout.
 *
 * Pasted text never becomes keys: a paste's end mark inside a paste is removed when another one
 * follows in the same read.
 */

enum {
	DECODE_SEQUENCE = 64, /* bytes of a sequence that are looked at */
	DECODE_STRING = 4096, /* bytes of a reply (OSC, DCS) that are swallowed */
	DECODE_PASTE = 8 << 20, /* bytes of a paste; the rest is dropped */
	DECODE_EXTRA = 64 /* sequences from the terminal's own description */
};

typedef void decode_fn(void *ctx, const struct input *input);

struct decode_extra {
	char bytes[16];
	size_t len;
	struct key key;
};

struct decode {
	decode_fn *fn;
	void *ctx;
	int state;
	char seq[DECODE_SEQUENCE];
	size_t len;
	size_t swallowed; /* bytes of a reply so far */
	int skip; /* bytes of an old-style mouse report still to come */
	unsigned mods; /* of the character being read (Alt) */
	struct utf8_decoder utf8;
	struct buf paste;
	size_t mark; /* bytes of a paste's end mark seen so far */
	struct decode_extra extra[DECODE_EXTRA];
	size_t extra_count;
	unsigned escape_ms; /* how long a lone ESC may be the start of something; more over ssh */
};

void decode_init(struct decode *d, decode_fn *fn, void *ctx);
void decode_release(struct decode *d);
/* Adds a sequence of this terminal; it wins over the common ones. */
void decode_add(struct decode *d, const char *bytes, struct key key);

void decode_feed(struct decode *d, const char *bytes, size_t len);
/* Milliseconds after which decode_timeout is due if no byte comes; 0: nothing waits. */
unsigned decode_wait_ms(const struct decode *d);
void decode_timeout(struct decode *d);

#endif
