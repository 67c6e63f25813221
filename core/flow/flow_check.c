/* SPDX-License-Identifier: MIT */
#include "core/flow/flow_check.h"

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/map.h"
#include "core/flow/flow_support.h"
#include "core/flow/names.h"

#include <stdlib.h>

struct check {
	const struct flow *f;
	struct arena *arena;
	struct map nodes; /* name -> index */
	struct graph_edge *edges;
	size_t edge_len, edge_cap;
	struct err *e;
};

static bool fail_at(const struct check *c, struct value v)
{
	return err_place(c->e, c->f->path, v.line, v.column);
}

static bool check_names(struct check *c)
{
	for (size_t i = 0; i < c->f->node_count; i++) {
		const struct flow_node *node = &c->f->nodes[i];
		uint64_t first;
		if (!map_get(&c->nodes, node->name, &first)) {
			map_set(&c->nodes, node->name, i);
			continue;
		}
		err_set(c->e, ERR_CONFIG, "Two nodes have the name \"%.*s\".", STR_ARG(node->name));
		err_hint(c->e, "The first is in line %u; rename one of them.",
			c->f->nodes[first].at.line);
		return fail_at(c, node->at);
	}
	return true;
}

static bool fail_input(const struct check *c, struct str name)
{
	const struct inputs *in = &c->f->inputs;
	struct str *names = ARENA_ARRAY(c->arena, struct str, in->len + 1);
	for (size_t i = 0; i < in->len; i++)
		names[i] = in->items[i].name;
	err_set(c->e, ERR_CONFIG, "The flow has no input \"%.*s\".", STR_ARG(name));
	return names_hint(c->e, name, "inputs", names, in->len);
}

static bool fail_node(const struct check *c, struct str name)
{
	struct str *names = ARENA_ARRAY(c->arena, struct str, c->f->node_count + 1);
	for (size_t i = 0; i < c->f->node_count; i++)
		names[i] = c->f->nodes[i].name;
	err_set(c->e, ERR_CONFIG, "The flow has no node \"%.*s\".", STR_ARG(name));
	names_hint(c->e, name, "nodes", names, c->f->node_count);
	if (inputs_find(&c->f->inputs, name) != NULL)
		err_hint(c->e, "An input is written ${inputs.%.*s}.", STR_ARG(name));
	return false;
}

/* The reference leads somewhere; *NODE is the node it leads to, or SIZE_MAX. */
static bool check_reference(const struct check *c, const struct reference *r, size_t *node)
{
	*node = SIZE_MAX;
	if (r->kind == REFERENCE_LITERAL)
		return true;
	if (r->kind == REFERENCE_INPUT)
		return inputs_find(&c->f->inputs, r->name) != NULL || fail_input(c, r->name);
	uint64_t found;
	if (!map_get(&c->nodes, r->name, &found))
		return fail_node(c, r->name);
	if (r->section.len > 0 && !str_is(r->section, "output")) {
		err_set(c->e, ERR_CONFIG, "\"%.*s\" of node \"%.*s\" cannot be used.",
			STR_ARG(r->section), STR_ARG(r->name));
		return err_hint(
			c->e, "A node gives ${%.*s.output} and its properties.", STR_ARG(r->name));
	}
	*node = (size_t)found;
	return true;
}

static bool use(struct check *c, size_t node, const struct reference *r, struct value at)
{
	size_t needs;
	if (!check_reference(c, r, &needs)) {
		err_prefix(c->e, "Node \"%.*s\"", STR_ARG(c->f->nodes[node].name));
		return fail_at(c, at);
	}
	if (needs == SIZE_MAX)
		return true;
	c->edges = arena_reserve(
		c->arena, c->edges, c->edge_len, &c->edge_cap, c->edge_len + 1, sizeof *c->edges);
	c->edges[c->edge_len++] = (struct graph_edge){node, needs};
	return true;
}

static bool check_activate(struct check *c, size_t i)
{
	const struct flow_node *node = &c->f->nodes[i];
	if (!node->has_activate)
		return true;
	struct reference when = reference_parse(node->activate_when);
	if (node->activate_when.kind == VALUE_NONE || !node->has_activate_is) {
		err_set(c->e, ERR_CONFIG, "The condition of node \"%.*s\" lacks \"%s\".",
			STR_ARG(node->name), node->has_activate_is ? "when" : "is");
		err_hint(c->e, "Write activate: {when: ${inputs.x}, is: value}.");
		return fail_at(c, *value_get_cstr(node->raw, "activate"));
	}
	if (when.kind == REFERENCE_LITERAL) {
		err_set(c->e, ERR_CONFIG, "activate.when of node \"%.*s\" must be a reference.",
			STR_ARG(node->name));
		err_hint(c->e, "Write ${inputs.x} or ${node.output}.");
		return fail_at(c, node->activate_when);
	}
	return use(c, i, &when, node->activate_when);
}

static bool check_nodes(struct check *c)
{
	for (size_t i = 0; i < c->f->node_count; i++) {
		const struct flow_node *node = &c->f->nodes[i];
		if (!check_activate(c, i))
			return false;
		for (size_t k = 0; k < node->input_count; k++)
			if (!use(c, i, &node->inputs[k].reference, node->inputs[k].value))
				return false;
	}
	return true;
}

static int compare_names(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static bool check_cycles(struct check *c, struct graph *graph)
{
	size_t *remaining, count;
	graph_build(c->arena, c->f->node_count, c->edges, c->edge_len, graph);
	if (graph_sort(c->arena, graph, &remaining, &count))
		return true;
	struct str *names = ARENA_ARRAY(c->arena, struct str, count);
	for (size_t i = 0; i < count; i++)
		names[i] = c->f->nodes[remaining[i]].name;
	qsort(names, count, sizeof *names, compare_names);
	struct buf b = BUF_INIT(240);
	for (size_t i = 0; i < count; i++)
		buf_add_format(&b, "%s%.*s", i > 0 ? ", " : "", STR_ARG(names[i]));
	err_set(c->e, ERR_CONFIG, "The nodes wait for each other in a circle: %.*s%s.",
		STR_ARG(buf_str(&b)), b.full ? " ..." : "");
	buf_free(&b);
	err_hint(c->e, "Remove one of the references between them.");
	return fail_at(c, c->f->nodes[remaining[0]].at);
}

static bool check_outputs(const struct check *c)
{
	for (size_t i = 0; i < c->f->output_count; i++) {
		const struct flow_output *out = &c->f->outputs[i];
		struct value v = out->value;
		size_t node;
		if (v.kind == VALUE_NONE || (v.kind == VALUE_STR && v.u.str.len == 0)) {
			err_set(c->e, ERR_CONFIG, "The output \"%.*s\" has no reference.",
				STR_ARG(out->name));
			err_hint(c->e, "Write reference: ${node.output}.");
			return fail_at(c, out->at);
		}
		if (check_reference(c, &out->reference, &node))
			continue;
		err_prefix(c->e, "Output \"%.*s\"", STR_ARG(out->name));
		return fail_at(c, v);
	}
	return true;
}

bool flow_check(const struct flow *f, struct arena *a, struct graph *graph, struct err *e)
{
	struct check c = {.f = f, .arena = a, .e = e};
	bool ok = inputs_check_types(&f->inputs, e) && check_names(&c) && check_nodes(&c) &&
		  check_cycles(&c, graph) && check_outputs(&c) && flow_support(f, a, e);
	map_free(&c.nodes);
	return ok;
}
