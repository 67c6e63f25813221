/* SPDX-License-Identifier: MIT */
#include "core/data/tokens/merge.h"

#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

enum { SHORT_PIECE = 128, LONGEST_PIECE = 1 << 20, NONE = VOCABULARY_NO_PLACE };

/* A piece or a part of one; END is where the memory it stands in ends. */
struct part {
	const unsigned char *at, *end;
	size_t len;
};

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

static struct part part_of(struct part p, size_t from, size_t to)
{
	return (struct part){p.at + from, p.end, to - from};
}

static uint32_t find(const struct vocabulary *v, struct part p)
{
	return vocabulary_find(v, p.at, p.len, (size_t)(p.end - p.at));
}

/* What a part of two bytes or more is joined to. */
static uint32_t join(const struct vocabulary *v, struct part p)
{
	return p.len == 2 ? v->pairs[p.at[0] << 8 | p.at[1]] : find(v, p);
}

static void emit(const struct vocabulary *v, struct part p, struct token_list *out)
{
	token_list_add(out, vocabulary_id(v, p.len == 1 ? v->bytes[*p.at] : join(v, p)));
}

/* The parts of a short piece. Part i begins at start[i]; joined with the next it is at rank[i]. */
struct parts {
	size_t count;
	uint32_t rank[SHORT_PIECE + 1];
	uint8_t start[SHORT_PIECE + 2];
};

static void rank_part(const struct vocabulary *v, struct part whole, struct parts *p, size_t i)
{
	p->rank[i] =
		i + 1 >= p->count ? NONE : join(v, part_of(whole, p->start[i], p->start[i + 2]));
}

static void remove_part(struct parts *p, size_t i)
{
	p->count--;
	for (; i < p->count; i++) {
		p->start[i] = p->start[i + 1];
		p->rank[i] = p->rank[i + 1];
	}
	p->start[i] = p->start[i + 1];
}

static size_t lowest(const struct parts *p)
{
	size_t best = 0;
	uint32_t rank = NONE;
	for (size_t i = 0; i < p->count; i++) {
		best = p->rank[i] < rank ? i : best;
		rank = p->rank[i] < rank ? p->rank[i] : rank;
	}
	return best;
}

static size_t merge_parts(
	const struct vocabulary *v, struct part whole, struct parts *p, struct token_list *out)
{
	for (size_t best; p->count > 1 && p->rank[best = lowest(p)] != NONE;) {
		remove_part(p, best + 1);
		rank_part(v, whole, p, best);
		if (best > 0)
			rank_part(v, whole, p, best - 1);
	}
	for (size_t i = 0; out != NULL && i < p->count; i++)
		emit(v, part_of(whole, p->start[i], p->start[i + 1]), out);
	return p->count;
}

static size_t merge_short(const struct vocabulary *v, struct part whole, struct token_list *out)
{
	struct parts p;
	p.count = whole.len;
	for (size_t i = 0; i <= whole.len; i++)
		p.start[i] = (uint8_t)i;
	for (size_t i = 0; i + 1 < whole.len; i++)
		p.rank[i] = v->pairs[whole.at[i] << 8 | whole.at[i + 1]];
	p.rank[whole.len - 1] = NONE;
	return merge_parts(v, whole, &p, out);
}

/* Characters of three bytes that are tokens, and only whole ones are joined: each comes about
 * before it is joined, so it is begun with them instead of with bytes. */
static size_t merge_wide(const struct vocabulary *v, struct part whole, struct token_list *out)
{
	struct parts p;
	p.count = whole.len / 3;
	for (size_t i = 0; i <= p.count; i++)
		p.start[i] = (uint8_t)(3 * i);
	for (size_t i = 0; i < p.count; i++)
		rank_part(v, whole, &p, i);
	return merge_parts(v, whole, &p, out);
}

/* A long piece: parts linked by where they begin, and a heap of joins, rank before place. An entry
 * of the heap whose rank is not the part's any more is out of date. */
struct chain {
	const struct vocabulary *v;
	struct part whole;
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
	c->rank[part] =
		middle == c->len ? NONE : join(c->v, part_of(c->whole, part, c->next[middle]));
	push(c, part);
}

static void chain_start(struct chain *c)
{
	const unsigned char *at = c->whole.at;
	for (uint32_t i = 0; i < c->len; i++) {
		c->next[i] = i + 1;
		c->before[i] = i - 1;
		c->rank[i] = i + 1 < c->len ? c->v->pairs[at[i] << 8 | at[i + 1]] : NONE;
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

static size_t merge_long(const struct vocabulary *v, struct part whole, struct token_list *out)
{
	struct chain c = {.v = v, .whole = whole, .len = (uint32_t)whole.len};
	size_t count = 0;
	/* A join takes one entry out and puts at most two in. */
	c.heap = xmalloc(2 * whole.len * sizeof *c.heap);
	c.next = xmalloc(3 * whole.len * sizeof *c.next);
	c.before = c.next + whole.len;
	c.rank = c.before + whole.len;
	chain_start(&c);
	chain_merge(&c);
	for (uint32_t i = 0; i < c.len; i = c.next[i], count++)
		if (out != NULL)
			emit(v, part_of(whole, i, c.next[i]), out);
	free(c.heap);
	free(c.next);
	return count;
}

static size_t merge_any(const struct vocabulary *v, struct part p, struct token_list *out)
{
	return p.len <= SHORT_PIECE ? merge_short(v, p, out) : merge_long(v, p, out);
}

static size_t merge_whole(const struct vocabulary *v, struct part p, struct token_list *out)
{
	uint32_t place = find(v, p);
	if (place == NONE)
		return merge_any(v, p, out);
	if (out != NULL)
		token_list_add(out, vocabulary_id(v, place));
	return 1;
}

/* A character of three bytes between two cuts. */
static size_t merge_character(const struct vocabulary *v, struct part p, struct token_list *out)
{
	uint32_t place = v->cuts.characters[cuts_code(p.at)] & CUTS_PLACE;
	bool joins = v->pairs[p.at[0] << 8 | p.at[1]] != NONE ||
		     v->pairs[p.at[1] << 8 | p.at[2]] != NONE;
	if (!joins || place == 0)
		return out == NULL ? 2 + (size_t)!joins : merge_short(v, p, out);
	if (out != NULL)
		token_list_add(out, vocabulary_id(v, place));
	return 1;
}

/* What stands between two cuts. CLEAN: it is whole characters which are tokens, and no others reach
 * from one into the next. */
static size_t merge_part(
	const struct vocabulary *v, struct part p, bool clean, struct token_list *out)
{
	if (p.len == 3 && cuts_is_wide(p.at, 3))
		return merge_character(v, p, out);
	if (clean && p.len <= SHORT_PIECE)
		return merge_wide(v, p, out);
	return v->whole_only ? merge_any(v, p, out) : merge_whole(v, p, out);
}

static size_t merge_cut(const struct vocabulary *v, struct part p, struct token_list *out)
{
	size_t from = 0, i = 0, count = 0;
	bool clean = true;
	while (i < p.len) {
		if (!cuts_is_wide(p.at + i, p.len - i)) {
			clean = false;
			i++;
			continue;
		}
		uint32_t code = cuts_code(p.at + i);
		clean = clean && (v->cuts.characters[code] & CUTS_PLACE) != 0;
		i += 3;
		if (!cuts_is_wide(p.at + i, p.len - i))
			continue;
		enum cuts_reach reach = cuts_between(&v->cuts, code, cuts_code(p.at + i));
		clean = clean && reach != CUTS_MIXED;
		if (reach == CUTS_APART) {
			count += merge_part(v, part_of(p, from, i), clean, out);
			from = i;
			clean = true;
		}
	}
	/* Where there is a cut, the whole is no token. */
	return from == 0 ? merge_whole(v, p, out)
			 : count + merge_part(v, part_of(p, from, p.len), clean, out);
}

size_t merge_piece(
	const struct vocabulary *v, struct str text, size_t from, size_t to, struct token_list *out)
{
	struct part all = {(const unsigned char *)text.at, NULL, text.len};
	all.end = all.at + text.len;
	size_t count = 0;
	for (; to - from > LONGEST_PIECE; from += LONGEST_PIECE)
		count += merge_cut(v, part_of(all, from, from + LONGEST_PIECE), out);
	struct part p = part_of(all, from, to);
	bool is_wide = p.len >= 6 && (p.at[p.len - 1] & 0x80) != 0;
	return count + (is_wide ? merge_cut(v, p, out) : merge_whole(v, p, out));
}

size_t merge_uncut(const struct vocabulary *v, struct str piece, struct token_list *out)
{
	const unsigned char *at = (const unsigned char *)piece.at;
	return merge_whole(v, (struct part){at, at + piece.len, piece.len}, out);
}
