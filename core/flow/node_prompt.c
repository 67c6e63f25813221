/* SPDX-License-Identifier: MIT */
/* The node kind "prompt": renders its template and passes the text on. */
#include "core/flow/flow_check.h"
#include "core/flow/node.h"
#include "core/flow/render.h"

/* Both faces of a node's template variables. */
static bool variables(struct node_run *n, struct value *shown, struct value *marked, struct err *e)
{
	const struct flow_node *node = n->node;
	*shown = value_dict(&n->run->arena);
	*marked = value_dict(&n->run->arena);
	for (size_t i = 0; i < node->input_count; i++) {
		struct value v;
		if (!node_input(n, &node->inputs[i], false, &v, e))
			return false;
		value_set(*shown, node->inputs[i].name, v);
		if (!node_input(n, &node->inputs[i], true, &v, e))
			return false;
		value_set(*marked, node->inputs[i].name, v);
	}
	return true;
}

static bool start(struct node_run *n, struct err *e)
{
	struct flow_run *run = n->run;
	struct arena *a = &run->arena;
	const char *path = flow_node_path(run->spec.flow, n->node, a);
	const struct prompt *prompt;
	struct value shown, marked;
	struct str text;
	if (!variables(n, &shown, &marked, e) || !run_read_template(n, path, &prompt, e))
		return false;
	struct value attributes = value_dict(a);
	value_set(attributes, STR("lathe.template.path"), value_cstr(path));
	value_set(attributes, STR("lathe.template.text"), value_str(prompt->source));
	node_begin(n, attributes, shown);
	struct render_source from = {.root = run->spec.root,
		.path = path,
		.template = images_in_template(a, prompt->template),
		.lines_before = prompt->template_line,
		.cache = run->spec.shared != NULL ? run->spec.shared->templates : NULL};
	if (!render(a, &from, marked, NULL, &text, e))
		return false;
	n->escaped = value_str(text);
	node_end(n, TRACE_OK, value_str(escape_undo(&run->escape, a, text)), value_none(), NULL);
	return true;
}

const struct node_kind node_prompt = {.span_kind = "render", .start = start};
