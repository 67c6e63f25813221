/* SPDX-License-Identifier: MIT */
#include "core/flow/flow_shared.h"

#include "core/base/alloc.h"
#include "core/flow/flow_check.h"
#include "core/flow/node.h"

#include <stdlib.h>

bool flow_shared_new(
	struct loop *loop, const struct flow *flow, struct flow_shared **out, struct err *e)
{
	struct flow_shared *s = xcalloc(1, sizeof *s);
	size_t count = flow != NULL ? flow->node_count : 1;
	s->loop = loop;
	s->flow = flow;
	if (flow == NULL) {
		graph_build(&s->arena, 1, NULL, 0, &s->graph);
	} else if (!flow_check(flow, &s->arena, &s->graph, e)) {
		flow_shared_free(s);
		return false;
	}
	s->prompts = (const struct prompt **)arena_alloc(
		&s->arena, count * sizeof *s->prompts + 1, alignof(struct prompt *));
	s->templates = render_cache_new();
	*out = s;
	return true;
}

void flow_shared_free(struct flow_shared *s)
{
	if (s == NULL)
		return;
	render_cache_free(s->templates);
	arena_release(&s->arena);
	free(s);
}

bool flow_shared_read(struct flow_shared *s, const char *root, struct err *e)
{
	for (size_t i = 0; s->flow != NULL && i < s->flow->node_count; i++) {
		const struct flow_node *node = &s->flow->nodes[i];
		struct prompt *prompt = ARENA_NEW(&s->arena, struct prompt);
		struct prompt_file file = {
			.root = root, .path = flow_node_path(s->flow, node, &s->arena)};
		if (flow_node_is_retrieve(node))
			continue;
		if (!prompt_read(&s->arena, &file, prompt, e))
			return false;
		s->prompts[i] = prompt;
	}
	return true;
}

void flow_shared_turn(struct flow_shared *s)
{
	struct flow_run *last = s->last;
	bool more = true;
	while (more && s->first != NULL) {
		struct flow_run *run = s->first;
		more = run != last;
		s->first = run->next;
		if (s->first == NULL)
			s->last = NULL;
		run->next = NULL;
		run_turn(run);
	}
}
