/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_DOCUMENT_H
#define TUI_PART_DOCUMENT_H

#include "core/text/sanitize.h"
#include "tui/draw/role.h"

/*
 * Text to be shown, that grows at its end: a streaming answer or a file. What comes in is untrusted
 * and is sanitized on the way, also when an escape is cut in two by a chunk's end; the raw bytes
 * stay elsewhere.
 *
 * Invariants: bytes is sanitized UTF-8; line[i] is where hard line i begins; no line is longer than
 * DOCUMENT_LINE (a longer one is broken at a character).
 */

enum { DOCUMENT_LINE = 1 << 20, DOCUMENT_MAX = 64 << 20 };

/* From this byte on, text has this role. */
struct document_mark {
	size_t from;
	enum role role;
};

struct document {
	struct buf bytes;
	struct sanitizer sanitizer;
	size_t *line;
	size_t line_count, line_cap;
	struct document_mark *marks;
	size_t mark_count, mark_cap;
	size_t scanned; /* bytes whose line ends are known */
};

void document_init(struct document *d);
void document_free(struct document *d);
void document_clear(struct document *d);
/* Appends untrusted text. False when the document is full: the rest is not shown. */
bool document_add(struct document *d, struct str chunk, enum role role);
/* Gives out what waited for more: call it when the text is complete. */
void document_end(struct document *d);

/* Hard lines; an empty one at the very end is not counted. 0 when there is no text. */
size_t document_lines(const struct document *d);
/* Without its line feed. */
struct str document_line(const struct document *d, size_t i);
enum role document_role(const struct document *d, size_t offset);

#endif
