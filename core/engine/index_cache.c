/* SPDX-License-Identifier: MIT */
#include "core/engine/index_cache.h"

#include "core/base/alloc.h"
#include "core/knowledge/retrieve.h"

#include <stdlib.h>

enum { KEPT = 8 };

struct index_cache {
	const char *root;
	struct retriever *retrievers[KEPT]; /* the one used last comes first */
	bool is_fresh; /* that one was made by the last retrieval */
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
	c->is_fresh = false;
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
	c->is_fresh = r != NULL;
	return r;
}

bool index_cache_retrieve(void *ctx, struct arena *a, const struct flow_retrieve_query *query,
	struct value *out, struct err *e)
{
	struct retriever *r = find(ctx, query, e);
	if (r == NULL)
		return false;
	struct retrieved *items;
	size_t count = retrieve(r, a, query->text, (size_t)query->k, &items);
	*out = retrieved_to_value(a, items, count);
	return true;
}

const struct source *index_cache_fresh(const struct index_cache *c)
{
	return c->is_fresh ? retriever_source(c->retrievers[0]) : NULL;
}
