/* SPDX-License-Identifier: MIT */
#include "core/knowledge/keywords.h"

#include "core/base/alloc.h"
#include "core/text/segment.h"

#include <math.h>
#include <stdlib.h>

static const double K1 = 1.2, B = 0.75, SINGLE_WEIGHT = 0.2;

enum { TITLE_TIMES = 2, MAX_QUERY_TERMS = 256 };

void keywords_start(struct keywords *k)
{
	*k = (struct keywords){.arena = ARENA_INIT, .terms = MAP_INIT};
}

void keywords_release(struct keywords *k)
{
	map_free(&k->terms);
	arena_release(&k->arena);
	keywords_start(k);
}

static struct posting_list *list_of(struct keywords *k, struct str term)
{
	uint64_t at;
	if (map_get(&k->terms, term, &at))
		return &k->lists[at];
	k->lists =
		arena_reserve(&k->arena, k->lists, k->len, &k->cap, k->len + 1, sizeof *k->lists);
	struct posting_list *list = &k->lists[k->len];
	*list = (struct posting_list){.term = str_copy(&k->arena, term)};
	map_set(&k->terms, list->term, k->len++);
	return list;
}

/* Counts the terms of TEXT into DOCUMENT; returns its length. */
static uint32_t count_terms(struct keywords *k, uint32_t document, struct str text, uint32_t times)
{
	struct arena scratch = ARENA_INIT;
	struct terms terms = segment_terms(&scratch, text);
	uint32_t length = 0;
	for (size_t i = 0; i < terms.len; i++) {
		struct posting_list *list = list_of(k, terms.items[i].text);
		length += terms.items[i].kind != TERM_TWO;
		if (list->len > 0 && list->items[list->len - 1].document == document) {
			list->items[list->len - 1].times += times;
			continue;
		}
		list->items = arena_reserve(&k->arena, list->items, list->len, &list->cap,
			list->len + 1, sizeof *list->items);
		list->items[list->len++] = (struct posting){document, times};
	}
	arena_release(&scratch);
	return length;
}

void keywords_add(struct keywords *k, struct str title, struct str text)
{
	uint32_t document = (uint32_t)k->documents;
	k->lengths = arena_reserve(&k->arena, k->lengths, k->documents, &k->documents_cap,
		k->documents + 1, sizeof *k->lengths);
	uint32_t length = count_terms(k, document, title, TITLE_TIMES);
	length += count_terms(k, document, text, 1);
	k->lengths[k->documents++] = length;
	k->total += length;
}

static double idf(const struct keywords *k, size_t with)
{
	return log(1 + ((double)k->documents - (double)with + 0.5) / ((double)with + 0.5));
}

/* A term that is searched for, once. */
struct wanted {
	const struct posting_list *list;
	double weight;
};

static size_t add_wanted(
	const struct keywords *k, struct wanted *wanted, size_t count, const struct term *term)
{
	uint64_t at;
	if (count == MAX_QUERY_TERMS || !map_get(&k->terms, term->text, &at))
		return count;
	for (size_t i = 0; i < count; i++)
		if (wanted[i].list == &k->lists[at])
			return count;
	double weight = term->kind == TERM_ONE ? SINGLE_WEIGHT : 1;
	wanted[count] = (struct wanted){&k->lists[at], weight * idf(k, k->lists[at].len)};
	return count + 1;
}

static size_t want(
	const struct keywords *k, struct arena *a, struct str query, struct wanted *wanted)
{
	struct terms terms = segment_terms(a, query);
	size_t count = 0;
	for (size_t i = 0; i < terms.len; i++)
		if (!terms.items[i].common)
			count = add_wanted(k, wanted, count, &terms.items[i]);
	for (size_t i = 0; count == 0 && i < terms.len; i++)
		count = add_wanted(k, wanted, count, &terms.items[i]);
	return count;
}

static void add_scores(const struct keywords *k, const struct wanted *w, double *scores)
{
	double average = (double)k->total / (double)k->documents;
	if (average <= 0)
		return;
	for (size_t i = 0; i < w->list->len; i++) {
		const struct posting *p = &w->list->items[i];
		double times = p->times, length = k->lengths[p->document];
		double norm = K1 * (1 - B + B * length / average);
		scores[p->document] += w->weight * times * (K1 + 1) / (times + norm);
	}
}

static int better(const void *a, const void *b)
{
	const struct keyword_hit *x = a, *y = b;
	if (x->score > y->score || x->score < y->score)
		return x->score > y->score ? -1 : 1;
	return x->document < y->document ? -1 : x->document > y->document;
}

static bool has_document(const struct posting_list *list, uint32_t document)
{
	size_t low = 0, high = list->len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (list->items[middle].document < document)
			low = middle + 1;
		else
			high = middle;
	}
	return low < list->len && list->items[low].document == document;
}

static void note_matched(
	struct arena *a, struct keyword_hit *hit, const struct wanted *wanted, size_t count)
{
	hit->matched = ARENA_ARRAY(a, struct str, count);
	for (size_t i = 0; i < count; i++)
		if (has_document(wanted[i].list, hit->document))
			hit->matched[hit->matched_len++] = wanted[i].list->term;
}

/* Keeps the best LIMIT of the hits so far, the worst of them at the root: a heap. */
static void sift_down(struct keyword_hit *heap, size_t len, size_t at)
{
	for (;;) {
		size_t worst = at, left = 2 * at + 1;
		for (size_t child = left; child < left + 2 && child < len; child++)
			if (better(&heap[worst], &heap[child]) < 0)
				worst = child;
		if (worst == at)
			return;
		struct keyword_hit spare = heap[at];
		heap[at] = heap[worst];
		heap[worst] = spare;
		at = worst;
	}
}

static size_t pick(const double *scores, size_t documents, size_t limit, struct keyword_hit *heap)
{
	size_t len = 0;
	for (uint32_t i = 0; i < documents; i++) {
		struct keyword_hit hit = {.document = i, .score = scores[i]};
		if (hit.score <= 0)
			continue;
		if (len < limit) {
			heap[len++] = hit;
			for (size_t at = len / 2; len == limit && at > 0; at--)
				sift_down(heap, len, at - 1);
		} else if (better(&hit, &heap[0]) < 0) {
			heap[0] = hit;
			sift_down(heap, len, 0);
		}
	}
	return len;
}

size_t keywords_search(const struct keywords *k, struct arena *a, struct str query, size_t limit,
	struct keyword_hit **out)
{
	struct wanted wanted[MAX_QUERY_TERMS];
	*out = NULL;
	if (limit == 0 || k->documents == 0)
		return 0;
	if (limit > k->documents)
		limit = k->documents;
	size_t count = want(k, a, query, wanted);
	double *scores = xcalloc(k->documents, sizeof *scores);
	for (size_t i = 0; i < count; i++)
		add_scores(k, &wanted[i], scores);
	struct keyword_hit *heap = ARENA_ARRAY(a, struct keyword_hit, limit);
	size_t len = pick(scores, k->documents, limit, heap);
	free(scores);
	qsort(heap, len, sizeof *heap, better);
	for (size_t i = 0; i < len; i++)
		note_matched(a, &heap[i], wanted, count);
	*out = heap;
	return len;
}
