/* SPDX-License-Identifier: MIT */
#include "tui/part/piece_table.h"

#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

enum { ADDED_MAX = 256 << 20, FIRST_RANDOM = 0x9E3779B9 & 0x7FFFFFFF };

static struct piece_node *node_at(const struct piece_table *t, uint32_t n)
{
	return &t->nodes[n];
}

/* The number of breaks before AT. */
static size_t breaks_before(const struct breaks *b, size_t at)
{
	size_t low = 0, high = b->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (b->at[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t piece_breaks(const struct piece_table *t, struct piece p)
{
	const struct breaks *b = &t->breaks[p.added];
	return breaks_before(b, p.from + p.len) - breaks_before(b, p.from);
}

static void sum_up(struct piece_table *t, uint32_t n)
{
	struct piece_node *node = node_at(t, n);
	const struct piece_node *left = node_at(t, node->left), *right = node_at(t, node->right);
	node->size = left->size + node->piece.len + right->size;
	node->breaks = left->breaks + node->piece_breaks + right->breaks;
}

static uint32_t next_random(struct piece_table *t)
{
	t->random ^= t->random << 13;
	t->random ^= t->random >> 17;
	t->random ^= t->random << 5;
	return t->random;
}

static uint32_t new_node(struct piece_table *t, struct piece p)
{
	uint32_t n = t->free_nodes;
	if (n != 0) {
		t->free_nodes = t->nodes[n].left;
	} else {
		t->nodes =
			array_reserve(t->nodes, &t->node_cap, t->node_count + 1, sizeof *t->nodes);
		n = (uint32_t)t->node_count++;
	}
	t->nodes[n] = (struct piece_node){
		.piece = p, .piece_breaks = piece_breaks(t, p), .priority = next_random(t)};
	sum_up(t, n);
	return n;
}

static void drop_node(struct piece_table *t, uint32_t n)
{
	t->nodes[n].left = t->free_nodes;
	t->free_nodes = n;
}

/* All of A before all of B. */
static uint32_t merge(struct piece_table *t, uint32_t a, uint32_t b)
{
	if (a == 0 || b == 0)
		return a != 0 ? a : b;
	if (node_at(t, a)->priority >= node_at(t, b)->priority) {
		uint32_t right = merge(t, node_at(t, a)->right, b);
		node_at(t, a)->right = right;
		sum_up(t, a);
		return a;
	}
	uint32_t left = merge(t, a, node_at(t, b)->left);
	node_at(t, b)->left = left;
	sum_up(t, b);
	return b;
}

/* The first AT bytes of N become *LEFT, the rest *RIGHT; a piece across AT becomes two. */
static void split(struct piece_table *t, uint32_t n, size_t at, uint32_t *left, uint32_t *right)
{
	*left = *right = 0;
	if (n == 0)
		return;
	struct piece_node node = *node_at(t, n);
	size_t before = node_at(t, node.left)->size;
	uint32_t inner;
	if (at <= before) {
		split(t, node.left, at, left, &inner);
		node_at(t, n)->left = inner;
		sum_up(t, n);
		*right = n;
		return;
	}
	if (at >= before + node.piece.len) {
		split(t, node.right, at - before - node.piece.len, &inner, right);
		node_at(t, n)->right = inner;
		sum_up(t, n);
		*left = n;
		return;
	}
	struct piece tail = node.piece;
	size_t kept = at - before;
	tail.from += kept;
	tail.len -= kept;
	uint32_t rest = new_node(t, tail);
	node_at(t, n)->piece.len = kept;
	node_at(t, n)->piece_breaks -= node_at(t, rest)->piece_breaks;
	node_at(t, n)->right = 0;
	sum_up(t, n);
	*left = n;
	*right = merge(t, rest, node.right);
}

static void drop_tree(struct piece_table *t, uint32_t n)
{
	if (n == 0)
		return;
	uint32_t left = t->nodes[n].left, right = t->nodes[n].right;
	drop_tree(t, left);
	drop_tree(t, right);
	drop_node(t, n);
}

static void find_breaks(struct breaks *b, struct str text, size_t base)
{
	const char *at = text.at, *end = text.at + text.len;
	while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		b->at = array_reserve(b->at, &b->cap, b->count + 1, sizeof *b->at);
		b->at[b->count++] = base + (size_t)(at - text.at);
		at++;
	}
}

void piece_table_init(struct piece_table *t)
{
	*t = (struct piece_table){
		.buffers = {BUF_INIT(PIECE_TABLE_MAX), BUF_INIT(ADDED_MAX)},
		.random = FIRST_RANDOM,
	};
	t->nodes = array_reserve(NULL, &t->node_cap, 1, sizeof *t->nodes);
	t->nodes[0] = (struct piece_node){0};
	t->node_count = 1;
}

void piece_table_free(struct piece_table *t)
{
	for (int i = 0; i < 2; i++) {
		buf_free(&t->buffers[i]);
		free(t->breaks[i].at);
	}
	free(t->nodes);
	*t = (struct piece_table){.root = 0};
}

bool piece_table_load(struct piece_table *t, struct str text)
{
	piece_table_free(t);
	piece_table_init(t);
	struct str taken = str_slice(text, 0, PIECE_TABLE_MAX);
	if (taken.len > 0 && buf_add_str(&t->buffers[0], taken)) {
		find_breaks(&t->breaks[0], taken, 0);
		t->root = new_node(t, (struct piece){0, taken.len, false});
	}
	return taken.len == text.len;
}

size_t piece_table_size(const struct piece_table *t)
{
	return node_at(t, t->root)->size;
}

size_t piece_table_lines(const struct piece_table *t)
{
	return node_at(t, t->root)->breaks + 1;
}

size_t piece_table_line_start(const struct piece_table *t, size_t i)
{
	size_t at = 0;
	uint32_t n = t->root;
	if (i == 0)
		return 0;
	i--; /* the break to find */
	while (n != 0) {
		const struct piece_node *node = node_at(t, n), *left = node_at(t, node->left);
		if (i < left->breaks) {
			n = node->left;
			continue;
		}
		i -= left->breaks;
		at += left->size;
		if (i < node->piece_breaks) {
			const struct breaks *b = &t->breaks[node->piece.added];
			size_t first = breaks_before(b, node->piece.from);
			return at + b->at[first + i] - node->piece.from + 1;
		}
		i -= node->piece_breaks;
		at += node->piece.len;
		n = node->right;
	}
	return piece_table_size(t);
}

size_t piece_table_line_of(const struct piece_table *t, size_t at)
{
	size_t line = 0;
	uint32_t n = t->root;
	while (n != 0) {
		const struct piece_node *node = node_at(t, n), *left = node_at(t, node->left);
		if (at <= left->size) {
			n = node->left;
			continue;
		}
		at -= left->size;
		line += left->breaks;
		if (at <= node->piece.len)
			return line + piece_breaks(t, (struct piece){node->piece.from, at,
							      node->piece.added});
		at -= node->piece.len;
		line += node->piece_breaks;
		n = node->right;
	}
	return line;
}

/* The piece that holds the byte AT, of which *WITHIN is the offset; NULL at the end. */
static const struct piece *find_piece(const struct piece_table *t, size_t at, size_t *within)
{
	uint32_t n = t->root;
	while (n != 0) {
		const struct piece_node *node = node_at(t, n);
		size_t before = node_at(t, node->left)->size;
		if (at < before) {
			n = node->left;
		} else if (at < before + node->piece.len) {
			*within = at - before;
			return &node->piece;
		} else {
			at -= before + node->piece.len;
			n = node->right;
		}
	}
	return NULL;
}

static const char *bytes_of(const struct piece_table *t, const struct piece *p)
{
	return t->buffers[p->added].at + p->from;
}

struct str piece_table_run(const struct piece_table *t, size_t at)
{
	size_t within;
	const struct piece *p = find_piece(t, at, &within);
	if (p == NULL)
		return STR_NONE;
	return (struct str){bytes_of(t, p) + within, p->len - within};
}

struct str piece_table_run_before(const struct piece_table *t, size_t at)
{
	size_t within;
	const struct piece *p = at > 0 ? find_piece(t, at - 1, &within) : NULL;
	if (p == NULL)
		return STR_NONE;
	return (struct str){bytes_of(t, p), within + 1};
}

bool piece_table_read(const struct piece_table *t, size_t from, size_t to, struct buf *out)
{
	while (from < to) {
		struct str run = piece_table_run(t, from);
		if (run.len == 0)
			break;
		run = str_slice(run, 0, to - from);
		if (!buf_add_str(out, run))
			return false;
		from += run.len;
	}
	return true;
}

bool piece_table_add(struct piece_table *t, struct str text, struct piece *out)
{
	size_t base = t->buffers[1].len;
	*out = (struct piece){base, text.len, true};
	if (!buf_add_str(&t->buffers[1], text))
		return false;
	find_breaks(&t->breaks[1], text, base);
	return true;
}

void piece_table_pieces(
	const struct piece_table *t, size_t from, size_t to, struct piece **out, size_t *count)
{
	size_t cap = 0;
	*out = NULL;
	*count = 0;
	while (from < to) {
		size_t within;
		const struct piece *p = find_piece(t, from, &within);
		if (p == NULL)
			return;
		size_t len = p->len - within < to - from ? p->len - within : to - from;
		*out = array_reserve(*out, &cap, *count + 1, sizeof **out);
		(*out)[(*count)++] = (struct piece){p->from + within, len, p->added};
		from += len;
	}
}

/* The last piece of N grows by P when P lies right behind it in its buffer. */
static bool extend_last(struct piece_table *t, uint32_t n, struct piece p)
{
	if (n == 0)
		return false;
	struct piece_node *node = node_at(t, n);
	bool grown;
	if (node->right != 0) {
		grown = extend_last(t, node->right, p);
	} else {
		grown = node->piece.added == p.added &&
			node->piece.from + node->piece.len == p.from;
		if (grown) {
			node->piece.len += p.len;
			node->piece_breaks += piece_breaks(t, p);
		}
	}
	if (grown)
		sum_up(t, n);
	return grown;
}

void piece_table_replace(
	struct piece_table *t, size_t from, size_t to, const struct piece *pieces, size_t count)
{
	uint32_t left, middle, right;
	split(t, t->root, from, &left, &right);
	split(t, right, to - from, &middle, &right);
	drop_tree(t, middle);
	for (size_t i = 0; i < count; i++)
		if (pieces[i].len > 0 && !extend_last(t, left, pieces[i]))
			left = merge(t, left, new_node(t, pieces[i]));
	t->root = merge(t, left, right);
}
