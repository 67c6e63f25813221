/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_FLOW_CHECK_H
#define CORE_FLOW_FLOW_CHECK_H

#include "core/flow/flow_file.h"
#include "core/flow/graph.h"

/*
 * What must hold before a flow runs, checked in this order: node names are there once; conditions
 * are whole; references lead to inputs and nodes of the flow, and use "output" of a node; there is
 * no cycle; outputs have a reference; every node is of a kind that runs here and its source file
 * exists. What does not run yet (Python code, variants, aggregation, included files, other packaged
 * tools) is refused with its name.
 */

/* Checks F and gives its graph, sorted; in the arena. */
bool flow_check(
	const struct flow *f, struct arena *a, struct graph *graph, struct err *e) WARN_UNUSED;

/* A node that retrieves passages: our own packaged tool. */
bool flow_node_is_retrieve(const struct flow_node *node);

/* The node's source file relative to the workspace. */
const char *flow_node_path(const struct flow *f, const struct flow_node *node, struct arena *a);

#endif
