/* SPDX-License-Identifier: MIT */
#include "core/engine/index_cache.h"

#include "core/base/alloc.h"
#include "core/knowledge/retrieve.h"

#include <stdlib.h>

enum { KEPT = 8 };

struct index_cache {
	const char *root;
	struct retriever *retrievers[KEPT]; /* the one used last comes first */
};

struct index_cache *index_cache_new(const char *root)
{
	struct index_cache *c = xcalloc(1, sizeof *c);
	c->root = root;
	return c;
}

void index_cache_free(struct index_cache *c)
{
	for (size_t i = 0; c != NULL && i < KEPT; i++)
		retriever_free(c->retrievers[i]);
	free(c);
}

/* Puts R at the front; what falls off the end is freed. AT: where it stands now, or KEPT. */
static void move_to_front(struct index_cache *c, struct retriever *r, size_t at)
{
	if (at == KEPT) {
		at = KEPT - 1;
		retriever_free(c->retrievers[at]);
	}
	for (; at > 0; at--)
		c->retrievers[at] = c->retrievers[at - 1];
	c->retrievers[0] = r;
}

static struct retriever *find(
	struct index_cache *c, const struct flow_retrieve_query *query, struct err *e)
{
	for (size_t i = 0; i < KEPT; i++) {
		struct retriever *r = c->retrievers[i];
		if (r == NULL || !retriever_is_for(r, c->root, query->folders, query->folder_count))
			continue;
		if (!retriever_is_stale(r)) {
			move_to_front(c, r, i);
			return r;
		}
		retriever_free(r);
		c->retrievers[i] = NULL;
	}
	struct retriever *r = retriever_new(c->root, query->folders, query->folder_count, e);
	if (r != NULL)
		move_to_front(c, r, KEPT);
	return r;
}

static struct value to_value(struct arena *a, const struct retrieved *r, size_t rank)
{
	struct value v = value_dict(a);
	const struct chunk *chunk = r->chunk;
	struct str source =
		chunk->heading.len > 0
			? str_format(a, "%.*s#%.*s", STR_ARG(chunk->file), STR_ARG(chunk->heading))
			: str_copy(a, chunk->file);
	struct value matched = value_list(a);
	for (size_t i = 0; i < r->matched_len; i++)
		value_push(matched, value_str(str_copy(a, r->matched[i])));
	value_set(v, STR("rank"), value_int((int64_t)rank));
	value_set(v, STR("score"), value_float(r->score));
	value_set(v, STR("id"), value_str(str_copy(a, chunk->id)));
	value_set(v, STR("source"), value_str(source));
	value_set(v, STR("heading"), value_str(str_copy(a, chunk->heading)));
	value_set(v, STR("text"), value_str(str_copy(a, chunk->text)));
	value_set(v, STR("line"), value_int(chunk->line));
	value_set(v, STR("matched"), matched);
	return v;
}

bool index_cache_retrieve(void *ctx, struct arena *a, const struct flow_retrieve_query *query,
	struct value *out, struct err *e)
{
	struct retriever *r = find(ctx, query, e);
	if (r == NULL)
		return false;
	struct retrieved *items;
	size_t count = retrieve(r, a, query->text, (size_t)query->k, &items);
	*out = value_list(a);
	for (size_t i = 0; i < count; i++)
		value_push(*out, to_value(a, &items[i], i + 1));
	return true;
}
