/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_PIECE_TABLE_H
#define TUI_PART_PIECE_TABLE_H

#include "core/base/buf.h"

/*
 * The bytes of a text that is being edited. What was loaded and what was added since lie in two
 * buffers that only grow; the text is a sequence of pieces of them. So a change costs the pieces it
 * touches whatever the text's size, and what was removed can be put back by its pieces alone.
 *
 * The pieces form a treap (a tree that is a heap in random priorities) which counts bytes and line
 * feeds below each node: finding an offset or a line takes time logarithmic in the number of
 * pieces. Bytes are bytes here: what they mean is the business of others.
 *
 * Invariants: a piece is never empty; the text is at most PIECE_TABLE_MAX bytes, what was ever
 * added as much again several times.
 */

enum { PIECE_TABLE_MAX = 64 << 20 };

struct piece {
	size_t from, len; /* bytes of its buffer */
	bool added; /* of the buffer that grows, else of the loaded text */
};

/* Where the line feeds of a buffer are, in order. */
struct breaks {
	size_t *at;
	size_t count, cap;
};

struct piece_node {
	struct piece piece;
	size_t piece_breaks; /* of the piece alone */
	size_t size, breaks; /* of the whole subtree */
	uint32_t left, right; /* 0: none */
	uint32_t priority;
};

struct piece_table {
	struct buf buffers[2]; /* loaded, added */
	struct breaks breaks[2];
	struct piece_node *nodes; /* nodes[0] stands for "none" */
	size_t node_count, node_cap;
	uint32_t root, free_nodes; /* free ones are chained by left */
	uint32_t random;
};

void piece_table_init(struct piece_table *t);
void piece_table_free(struct piece_table *t);
/* New content (a copy); all pieces given out before mean nothing any more. False when TEXT is
 * larger than PIECE_TABLE_MAX: then it is cut there. */
bool piece_table_load(struct piece_table *t, struct str text);

size_t piece_table_size(const struct piece_table *t);
/* Line feeds and one. */
size_t piece_table_lines(const struct piece_table *t);
/* Where line I begins, or the size behind the last. */
size_t piece_table_line_start(const struct piece_table *t, size_t i);
/* The line that AT lies in: the number of line feeds before it. */
size_t piece_table_line_of(const struct piece_table *t, size_t at);

/* The bytes from AT on that lie in one piece, empty at the end. Borrowed until the next change. */
struct str piece_table_run(const struct piece_table *t, size_t at);
/* The same for the bytes before AT: what is returned ends at AT. */
struct str piece_table_run_before(const struct piece_table *t, size_t at);
/* Appends the bytes [from, to). */
bool piece_table_read(const struct piece_table *t, size_t from, size_t to, struct buf *out);

/* Takes TEXT into the growing buffer. False when it is full. */
bool piece_table_add(struct piece_table *t, struct str text, struct piece *out);
/* The pieces of [from, to), at *OUT of *COUNT (malloc'd, NULL when there are none). */
void piece_table_pieces(
	const struct piece_table *t, size_t from, size_t to, struct piece **out, size_t *count);
/* Puts COUNT pieces in the place of [from, to). */
void piece_table_replace(
	struct piece_table *t, size_t from, size_t to, const struct piece *pieces, size_t count);

#endif
