/* SPDX-License-Identifier: MIT */
#include "core/data/tokens/merge.h"

#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

enum { SHORT_PIECE = 128, LONGEST_PIECE = 1 << 20, NONE = VOCABULARY_NO_PLACE };

void token_list_add(struct token_list *list, uint32_t id)
{
	list->ids = array_reserve(list->ids, &list->cap, list->len + 1, sizeof *list->ids);
	list->ids[list->len++] = id;
}

void token_list_free(struct token_list *list)
{
	free(list->ids);
	*list = (struct token_list){.ids = NULL};
}

static void emit(
	const struct vocabulary *v, const unsigned char *at, size_t len, struct token_list *out)
{
	uint32_t place = len == 1 ? v->bytes[*at] : vocabulary_find(v, at, len);
	token_list_add(out, vocabulary_id(v, place));
}

static uint32_t join(const struct vocabulary *v, const unsigned char *from, size_t len)
{
	return len == 2 ? v->pairs[from[0] << 8 | from[1]] : vocabulary_find(v, from, len);
}

/* The parts of a short piece. Part i begins at start[i]; joined with the next it is at rank[i]. */
struct parts {
	size_t count;
	uint32_t rank[SHORT_PIECE + 1];
	uint8_t start[SHORT_PIECE + 2];
};

static void rank_part(
	const struct vocabulary *v, const unsigned char *at, struct parts *p, size_t i)
{
	p->rank[i] = i + 1 >= p->count
			     ? NONE
			     : join(v, at + p->start[i], (size_t)(p->start[i + 2] - p->start[i]));
}

static void remove_part(struct parts *p, size_t i)
{
	p->count--;
	memmove(p->start + i, p->start + i + 1, p->count - i + 1);
	memmove(p->rank + i, p->rank + i + 1, (p->count - i) * sizeof p->rank[0]);
}

static size_t lowest(const struct parts *p)
{
	size_t best = 0;
	for (size_t i = 1; i < p->count; i++)
		if (p->rank[i] < p->rank[best])
			best = i;
	return best;
}

static size_t merge_short(
	const struct vocabulary *v, const unsigned char *at, size_t len, struct token_list *out)
{
	struct parts p;
	p.count = len;
	for (size_t i = 0; i <= len; i++)
		p.start[i] = (uint8_t)i;
	for (size_t i = 0; i + 1 < len; i++)
		p.rank[i] = v->pairs[at[i] << 8 | at[i + 1]];
	p.rank[len - 1] = NONE;
	for (size_t best; p.rank[best = lowest(&p)] != NONE;) {
		remove_part(&p, best + 1);
		rank_part(v, at, &p, best);
		if (best > 0)
			rank_part(v, at, &p, best - 1);
	}
	for (size_t i = 0; out != NULL && i < p.count; i++)
		emit(v, at + p.start[i], (size_t)(p.start[i + 1] - p.start[i]), out);
	return p.count;
}

/* A long piece: parts linked by where they begin, and a heap of joins, rank before place. An entry
 * of the heap whose rank is not the part's any more is out of date. */
struct chain {
	const struct vocabulary *v;
	const unsigned char *at;
	uint32_t len;
	uint32_t *next, *before, *rank;
	uint64_t *heap;
	size_t heap_len;
};

static void sink(struct chain *c, size_t i)
{
	uint64_t moved = c->heap[i];
	for (size_t child; (child = 2 * i + 1) < c->heap_len; i = child) {
		if (child + 1 < c->heap_len && c->heap[child + 1] < c->heap[child])
			child++;
		if (c->heap[child] >= moved)
			break;
		c->heap[i] = c->heap[child];
	}
	c->heap[i] = moved;
}

static void push(struct chain *c, uint32_t part)
{
	if (c->rank[part] == NONE)
		return;
	uint64_t added = (uint64_t)c->rank[part] << 32 | part;
	size_t i = c->heap_len++;
	for (size_t up; i > 0 && c->heap[up = (i - 1) / 2] > added; i = up)
		c->heap[i] = c->heap[up];
	c->heap[i] = added;
}

static uint64_t pop(struct chain *c)
{
	uint64_t first = c->heap[0];
	c->heap[0] = c->heap[--c->heap_len];
	if (c->heap_len > 0)
		sink(c, 0);
	return first;
}

static void rank_link(struct chain *c, uint32_t part)
{
	uint32_t middle = c->next[part];
	c->rank[part] = middle == c->len ? NONE : join(c->v, c->at + part, c->next[middle] - part);
	push(c, part);
}

static void chain_start(struct chain *c)
{
	for (uint32_t i = 0; i < c->len; i++) {
		c->next[i] = i + 1;
		c->before[i] = i - 1;
		c->rank[i] = i + 1 < c->len ? c->v->pairs[c->at[i] << 8 | c->at[i + 1]] : NONE;
		if (c->rank[i] != NONE)
			c->heap[c->heap_len++] = (uint64_t)c->rank[i] << 32 | i;
	}
	for (size_t i = c->heap_len / 2; i-- > 0;)
		sink(c, i);
}

static void chain_merge(struct chain *c)
{
	while (c->heap_len > 0) {
		uint64_t entry = pop(c);
		uint32_t part = (uint32_t)entry, middle;
		if (c->rank[part] != entry >> 32)
			continue;
		middle = c->next[part];
		c->rank[middle] = NONE;
		c->next[part] = c->next[middle];
		if (c->next[part] < c->len)
			c->before[c->next[part]] = part;
		rank_link(c, part);
		if (part > 0)
			rank_link(c, c->before[part]);
	}
}

static size_t merge_long(
	const struct vocabulary *v, const unsigned char *at, size_t len, struct token_list *out)
{
	struct chain c = {.v = v, .at = at, .len = (uint32_t)len};
	size_t count = 0;
	/* A join takes one entry out and puts at most two in. */
	c.heap = xmalloc(2 * len * sizeof *c.heap);
	c.next = xmalloc(3 * len * sizeof *c.next);
	c.before = c.next + len;
	c.rank = c.before + len;
	chain_start(&c);
	chain_merge(&c);
	for (uint32_t i = 0; i < c.len; i = c.next[i], count++)
		if (out != NULL)
			emit(v, at + i, c.next[i] - i, out);
	free(c.heap);
	free(c.next);
	return count;
}

size_t merge_piece(const struct vocabulary *v, struct str piece, struct token_list *out)
{
	const unsigned char *at = (const unsigned char *)piece.at;
	size_t count = 0;
	for (size_t left = piece.len, len; left > 0; at += len, left -= len) {
		len = left < LONGEST_PIECE ? left : LONGEST_PIECE;
		uint32_t whole = vocabulary_find(v, at, len);
		if (whole != NONE) {
			if (out != NULL)
				token_list_add(out, vocabulary_id(v, whole));
			count++;
		} else {
			count += len <= SHORT_PIECE ? merge_short(v, at, len, out)
						    : merge_long(v, at, len, out);
		}
	}
	return count;
}
