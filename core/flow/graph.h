/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_GRAPH_H
#define CORE_FLOW_GRAPH_H

#include "core/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Who waits for whom. Nodes are numbers in file order. The order in which they run one by one is
 * stable: again and again the first node of the file that is ready. Building and sorting take time
 * linear in nodes and edges.
 */

struct graph {
	size_t count;
	const size_t *needs; /* the nodes that node i needs: needs[needs_at[i]] ... */
	const size_t *needs_at; /* count + 1 */
	const size_t *feeds; /* the nodes that need node i: the same edges, turned round */
	const size_t *feeds_at;
	const size_t *order; /* sorted; only valid after graph_sort */
};

struct graph_edge {
	size_t node;
	size_t needs;
};

/* From edges in any order; equal edges count once. */
void graph_build(struct arena *a, size_t count, const struct graph_edge *edges, size_t edge_count,
	struct graph *out);

/* Fills order. When there is a cycle returns false: *REMAINING then are the nodes, in file order,
 * that can never become ready. */
bool graph_sort(struct arena *a, struct graph *g, size_t **remaining, size_t *remaining_count);

/* A set of numbers below COUNT whose smallest can be taken, in constant time for any real count. */
enum { GRAPH_LEVELS = 4 };
struct graph_ready {
	uint64_t *level[GRAPH_LEVELS]; /* bits; above each level one bit a word that is not 0 */
};
void graph_ready_init(struct graph_ready *r, struct arena *a, size_t count);
void graph_ready_add(struct graph_ready *r, size_t n);
bool graph_ready_take(struct graph_ready *r, size_t *out); /* false when it is empty */

#endif
