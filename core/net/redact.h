/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_REDACT_H
#define CORE_NET_REDACT_H

#include "core/base/buf.h"
#include "core/base/err.h"

/*
 * The one place that keeps secrets out of what we write: logs, traces, errors, the screen, files.
 * It knows the exact values and finds them in text together with the forms they travel in: base64
 * and base64url (at any place inside a longer encoding), hex, percent and JSON escapes; and at the
 * end of a text or of a JSON string, which may have been cut off, REDACT_TORN bytes or more of how
 * one begins. What it finds becomes REDACT_MARK. It never guesses from the look of a string.
 *
 * The values lie in libsodium's guarded memory. Text is searched once from left to right, the
 * longest form at a place wins, and the stream form gives the same bytes as the whole form however
 * the text is cut.
 */

#define REDACT_MARK "[redacted]"

enum {
	REDACT_SHORTEST = 8, /* bytes; a shorter value would redact ordinary words */
	REDACT_TORN = 16, /* longer than what all keys of a vendor begin with */
	REDACT_LONGEST = 16 << 10,
};

struct redact *redact_new(void);
void redact_free(struct redact *r);

/* Registers a value. Fails when it is too short or too long to be kept secret; the error does not
 * hold the value. A value that is known already is fine. */
bool redact_add(struct redact *r, struct str value, struct err *e) WARN_UNUSED;

/* The text without secrets: TEXT itself when it holds none, otherwise a new string in the arena.
 * R may be NULL: nothing is secret. */
struct str redact_text(const struct redact *r, struct arena *a, struct str text);

/* The same in place for a C string in an array of SIZE bytes, such as the texts of a struct err. */
void redact_cstr(const struct redact *r, char *text, size_t size);
void redact_buf(const struct redact *r, struct buf *b);
void redact_err(const struct redact *r, struct err *e);

/* The bytes of the longest form known, 0 when nothing is secret. */
size_t redact_longest(const struct redact *r);

/* A text that comes in pieces. Only what could still become a secret is held back: text that begins
 * like none of the forms goes out at once. */
struct redact_stream {
	const struct redact *redact;
	struct buf held;
};

void redact_stream_init(struct redact_stream *s, const struct redact *r);
/* Adds what is certain so far to OUT; false when OUT or the held bytes are full. */
bool redact_stream_feed(struct redact_stream *s, struct str piece, struct buf *out) WARN_UNUSED;
/* Adds the rest. The stream can be fed again, as a new text. */
bool redact_stream_end(struct redact_stream *s, struct buf *out) WARN_UNUSED;
void redact_stream_free(struct redact_stream *s);

#endif
