/* SPDX-License-Identifier: MIT */
#include "core/knowledge/retrieve.h"

#include "core/base/alloc.h"
#include "core/text/synonyms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double SAME_LANGUAGE = 1.25, SYNONYMS = 0.2;

/* So many more than asked for are looked at before languages are weighed. */
enum { WIDER = 4 };

struct retriever {
	struct arena arena;
	const char *root;
	struct str *folders;
	size_t count;
	struct source source;
	struct keywords keywords;
};

struct retriever *retriever_new(
	const char *root, const struct str *folders, size_t count, struct err *e)
{
	struct retriever *r = xcalloc(1, sizeof *r);
	r->root = str_cstr(&r->arena, str_from(root));
	r->folders = ARENA_ARRAY(&r->arena, struct str, count);
	r->count = count;
	for (size_t i = 0; i < count; i++)
		r->folders[i] = str_copy(&r->arena, folders[i]);
	keywords_start(&r->keywords);
	if (!source_read(&r->source, root, folders, count, e)) {
		retriever_free(r);
		return NULL;
	}
	for (size_t i = 0; i < r->source.len; i++)
		keywords_add(&r->keywords, r->source.chunks[i].path, r->source.chunks[i].text);
	return r;
}

void retriever_free(struct retriever *r)
{
	if (r == NULL)
		return;
	keywords_release(&r->keywords);
	source_release(&r->source);
	arena_release(&r->arena);
	free(r);
}

bool retriever_is_stale(const struct retriever *r)
{
	return source_stamp_now(r->root, r->folders, r->count) != r->source.stamp;
}

bool retriever_is_for(
	const struct retriever *r, const char *root, const struct str *folders, size_t count)
{
	if (strcmp(r->root, root) != 0 || r->count != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!str_eq(r->folders[i], folders[i]))
			return false;
	return true;
}

const struct source *retriever_source(const struct retriever *r)
{
	return &r->source;
}

static int better(const void *a, const void *b)
{
	const struct retrieved *x = a, *y = b;
	if (x->score > y->score || x->score < y->score)
		return x->score > y->score ? -1 : 1;
	return x->chunk < y->chunk ? -1 : x->chunk > y->chunk; /* one array: by place */
}

/* Adds FACTOR times the score of HIT to its passage in ALL, which has *COUNT; it may be new. */
static void add_hit(const struct retriever *r, const struct keyword_hit *hit, double factor,
	struct retrieved *all, size_t *count)
{
	const struct chunk *chunk = &r->source.chunks[hit->document];
	size_t i = 0;
	while (i < *count && all[i].chunk != chunk)
		i++;
	if (i == *count)
		all[(*count)++] = (struct retrieved){
			.chunk = chunk, .matched = hit->matched, .matched_len = hit->matched_len};
	all[i].score += hit->score * factor;
}

size_t retrieve(const struct retriever *r, struct arena *a, struct str query, size_t k,
	struct retrieved **out)
{
	enum language language = segment_language(query);
	struct keyword_hit *hits, *more;
	size_t wide = k < SIZE_MAX / WIDER ? k * WIDER : k, count = 0;
	size_t len = keywords_search(&r->keywords, a, query, wide, &hits);
	size_t more_len = keywords_search(&r->keywords, a, synonyms_expand(a, query), wide, &more);
	struct retrieved *all = ARENA_ARRAY(a, struct retrieved, len + more_len);
	for (size_t i = 0; i < len; i++)
		add_hit(r, &hits[i], 1, all, &count);
	for (size_t i = 0; i < more_len; i++)
		add_hit(r, &more[i], SYNONYMS, all, &count);
	for (size_t i = 0; i < count; i++)
		all[i].score *= all[i].chunk->language == language ? SAME_LANGUAGE : 1;
	if (count > 1)
		qsort(all, count, sizeof *all, better);
	*out = all;
	return count < k ? count : k;
}

struct value retrieved_to_value(struct arena *a, const struct retrieved *items, size_t count)
{
	struct value list = value_list(a);
	for (size_t i = 0; i < count; i++) {
		const struct chunk *c = items[i].chunk;
		struct value v = value_dict(a), matched = value_list(a);
		for (size_t m = 0; m < items[i].matched_len; m++)
			value_push(matched, value_str(str_copy(a, items[i].matched[m])));
		struct str source =
			c->heading.len > 0
				? str_format(a, "%.*s#%.*s", STR_ARG(c->file), STR_ARG(c->heading))
				: str_copy(a, c->file);
		value_set(v, STR("rank"), value_int((int64_t)i + 1));
		value_set(v, STR("id"), value_str(str_copy(a, c->id)));
		value_set(v, STR("source"), value_str(source));
		value_set(v, STR("text"), value_str(str_copy(a, c->text)));
		value_set(v, STR("heading"), value_str(str_copy(a, c->heading)));
		value_set(v, STR("path"), value_str(str_copy(a, c->path)));
		value_set(v, STR("file"), value_str(str_copy(a, c->file)));
		value_set(v, STR("line"), value_int(c->line));
		value_set(v, STR("score"), value_float(round(items[i].score * 10000) / 10000));
		value_set(v, STR("matched"), matched);
		value_push(list, v);
	}
	return list;
}
