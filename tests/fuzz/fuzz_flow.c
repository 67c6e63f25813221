/* SPDX-License-Identifier: MIT */
/* Any bytes as a flow file: reading and checking end, and what passes has an order in which every
 * node comes behind what it needs. */
#include "core/flow/flow_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_order(struct arena *a, const struct graph *g)
{
	bool *seen = ARENA_ARRAY(a, bool, g->count + 1);
	for (size_t i = 0; i < g->count; i++) {
		size_t node = g->order[i];
		for (size_t k = g->needs_at[node]; k < g->needs_at[node + 1]; k++)
			if (!seen[g->needs[k]])
				BUG("node %zu comes before node %zu", node, g->needs[k]);
		seen[node] = true;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct str text = str_copy(&a, (struct str){(const char *)data, size});
	struct flow flow;
	struct graph graph;
	if (flow_parse(&a, "/proc/self/fdinfo", "flow.dag.yaml", text, &flow, &e) &&
		flow_check(&flow, &a, &graph, &e))
		check_order(&a, &graph);
	else if (e.code == ERR_NONE || e.text[0] == '\0')
		BUG("a flow fails without a reason");
	arena_release(&a);
	return 0;
}
