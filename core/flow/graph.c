/* SPDX-License-Identifier: MIT */
#include "core/flow/graph.h"

#include <string.h>

/* Edges grouped by their KEY end, in order of the other end; equal ones dropped. */
static void group(struct arena *a, size_t count, const struct graph_edge *edges, size_t edge_count,
	bool by_needs, const size_t **items_out, const size_t **at_out)
{
	size_t *at = ARENA_ARRAY(a, size_t, count + 1);
	size_t *items = ARENA_ARRAY(a, size_t, edge_count + 1);
	size_t *fill = ARENA_ARRAY(a, size_t, count + 1);
	for (size_t i = 0; i < edge_count; i++)
		at[(by_needs ? edges[i].needs : edges[i].node) + 1]++;
	for (size_t i = 0; i < count; i++)
		at[i + 1] += at[i];
	memcpy(fill, at, count * sizeof *fill);
	for (size_t i = 0; i < edge_count; i++) {
		size_t key = by_needs ? edges[i].needs : edges[i].node;
		items[fill[key]++] = by_needs ? edges[i].node : edges[i].needs;
	}
	*items_out = items;
	*at_out = at;
}

/* Edges without repetition: SEEN[x] remembers for which node x was met last. */
static size_t unique(struct arena *a, size_t count, const size_t *items, const size_t *at,
	struct graph_edge *out)
{
	size_t *seen = ARENA_ARRAY(a, size_t, count + 1);
	size_t len = 0;
	for (size_t node = 0; node < count; node++)
		for (size_t k = at[node]; k < at[node + 1]; k++) {
			if (seen[items[k]] == node + 1)
				continue;
			seen[items[k]] = node + 1;
			out[len++] = (struct graph_edge){node, items[k]};
		}
	return len;
}

void graph_build(struct arena *a, size_t count, const struct graph_edge *edges, size_t edge_count,
	struct graph *out)
{
	*out = (struct graph){.count = count};
	struct graph_edge *kept = ARENA_ARRAY(a, struct graph_edge, edge_count + 1);
	group(a, count, edges, edge_count, false, &out->needs, &out->needs_at);
	size_t len = unique(a, count, out->needs, out->needs_at, kept);
	group(a, count, kept, len, false, &out->needs, &out->needs_at);
	group(a, count, kept, len, true, &out->feeds, &out->feeds_at);
}

void graph_ready_init(struct graph_ready *r, struct arena *a, size_t count)
{
	for (int i = 0; i < GRAPH_LEVELS; i++) {
		count = count / 64 + 1;
		r->level[i] = ARENA_ARRAY(a, uint64_t, count);
	}
}

void graph_ready_add(struct graph_ready *r, size_t n)
{
	for (int i = 0; i < GRAPH_LEVELS; i++, n /= 64)
		r->level[i][n / 64] |= UINT64_C(1) << n % 64;
}

bool graph_ready_take(struct graph_ready *r, size_t *out)
{
	size_t n = 0;
	for (int i = GRAPH_LEVELS - 1; i >= 0; i--) {
		uint64_t word = r->level[i][n];
		if (word == 0)
			return false;
		n = n * 64 + (size_t)__builtin_ctzll(word);
	}
	*out = n;
	for (int i = 0; i < GRAPH_LEVELS; i++, n /= 64) {
		r->level[i][n / 64] &= ~(UINT64_C(1) << n % 64);
		if (r->level[i][n / 64] != 0)
			break;
	}
	return true;
}

bool graph_sort(struct arena *a, struct graph *g, size_t **remaining, size_t *remaining_count)
{
	size_t *order = ARENA_ARRAY(a, size_t, g->count + 1);
	size_t *waits = ARENA_ARRAY(a, size_t, g->count + 1);
	struct graph_ready ready;
	size_t len = 0, node;
	graph_ready_init(&ready, a, g->count);
	for (size_t i = 0; i < g->count; i++) {
		waits[i] = g->needs_at[i + 1] - g->needs_at[i];
		if (waits[i] == 0)
			graph_ready_add(&ready, i);
	}
	while (graph_ready_take(&ready, &node)) {
		order[len++] = node;
		for (size_t k = g->feeds_at[node]; k < g->feeds_at[node + 1]; k++)
			if (--waits[g->feeds[k]] == 0)
				graph_ready_add(&ready, g->feeds[k]);
	}
	g->order = order;
	*remaining_count = 0;
	*remaining = ARENA_ARRAY(a, size_t, g->count - len + 1);
	for (size_t i = 0; i < g->count; i++)
		if (waits[i] > 0)
			(*remaining)[(*remaining_count)++] = i;
	return len == g->count;
}
