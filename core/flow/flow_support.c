/* SPDX-License-Identifier: MIT */
#include "core/flow/flow_support.h"

#include "core/base/file.h"
#include "core/flow/flow_check.h"
#include "core/flow/names.h"

#include <string.h>

static const char retrieve_tool[] = "lathe.retrieve";

struct support {
	const struct flow *f;
	struct arena *arena;
	struct err *e;
};

bool flow_node_is_retrieve(const struct flow_node *node)
{
	return node->type == NODE_PYTHON && node->source == SOURCE_PACKAGE &&
	       str_is(node->tool, retrieve_tool);
}

const char *flow_node_path(const struct flow *f, const struct flow_node *node, struct arena *a)
{
	const char *path = str_cstr(a, node->path);
	return f->folder[0] != '\0' && path[0] != '/' ? path_join(a, f->folder, path) : path;
}

static struct value place_of(struct value map, const char *key, struct value otherwise)
{
	const struct value *v = value_get_cstr(map, key);
	return v != NULL ? *v : otherwise;
}

static bool fail_at(const struct support *s, struct value v)
{
	return err_place(s->e, s->f->path, v.line, v.column);
}

/* WHAT "cannot run here yet" at the node's KEY. */
static bool refuse(const struct support *s, const struct flow_node *node, const char *key,
	const char *what, struct str word)
{
	err_set(s->e, ERR_CONFIG, "Node \"%.*s\" %s%.*s, which cannot run here yet.",
		STR_ARG(node->name), what, STR_ARG(word));
	err_hint(s->e, "What runs are nodes of the types llm and prompt, and the tool %s.",
		retrieve_tool);
	return fail_at(s, place_of(node->raw, key, node->at));
}

static bool check_file(const struct support *s, const struct flow_node *node)
{
	struct value source = place_of(node->raw, "source", node->at);
	if (node->path.len == 0) {
		err_set(s->e, ERR_CONFIG, "Node \"%.*s\" names no template.", STR_ARG(node->name));
		err_hint(s->e, "Write source: {type: code, path: name.jinja2}.");
		return fail_at(s, source);
	}
	const char *path = flow_node_path(s->f, node, s->arena);
	if (file_exists(path_join(s->arena, s->f->root, path)))
		return true;
	err_set(s->e, ERR_CONFIG, "The template %s of node \"%.*s\" does not exist.", path,
		STR_ARG(node->name));
	err_hint(s->e, "The path is relative to the flow's folder.");
	return fail_at(s, place_of(source, "path", source));
}

static bool check_llm(const struct support *s, const struct flow_node *node)
{
	if (node->source != SOURCE_CODE)
		return refuse(s, node, "source", "has a source of the type ", node->source_word);
	if (node->api.len > 0 && !str_is(node->api, "chat") && !str_is(node->api, "completion")) {
		err_set(s->e, ERR_CONFIG, "The api of node \"%.*s\" is \"%.*s\".",
			STR_ARG(node->name), STR_ARG(node->api));
		err_hint(s->e, "It can be chat or completion.");
		return fail_at(s, place_of(node->raw, "api", node->at));
	}
	return check_file(s, node);
}

static bool check_retrieve(const struct support *s, const struct flow_node *node)
{
	static const char *const known[] = {"query", "documents", "k"};
	struct str names[3];
	bool has_query = false;
	for (size_t i = 0; i < 3; i++)
		names[i] = str_from(known[i]);
	for (size_t i = 0; i < node->input_count; i++) {
		const struct flow_input_value *in = &node->inputs[i];
		has_query |= str_is(in->name, "query");
		bool found = false;
		for (size_t k = 0; k < 3; k++)
			found |= str_eq(in->name, names[k]);
		if (found)
			continue;
		err_set(s->e, ERR_CONFIG, "The tool %s has no input \"%.*s\".", retrieve_tool,
			STR_ARG(in->name));
		names_hint(s->e, in->name, "inputs", names, 3);
		return err_place(s->e, s->f->path, in->key_line, in->key_column);
	}
	if (has_query)
		return true;
	err_set(s->e, ERR_CONFIG, "Node \"%.*s\" retrieves, but has no input \"query\".",
		STR_ARG(node->name));
	return fail_at(s, node->at);
}

static bool check_python(const struct support *s, const struct flow_node *node)
{
	if (flow_node_is_retrieve(node))
		return check_retrieve(s, node);
	if (node->source == SOURCE_CODE)
		return refuse(s, node, "source", "runs the Python code ", node->path);
	struct value source = place_of(node->raw, "source", node->at);
	err_set(s->e, ERR_CONFIG,
		"Node \"%.*s\" uses the packaged tool \"%.*s\", which cannot run "
		"here yet.",
		STR_ARG(node->name), STR_ARG(node->tool));
	struct str known = str_from(retrieve_tool);
	names_hint(s->e, node->tool, "tools that run", &known, 1);
	return fail_at(s, place_of(source, "tool", source));
}

static bool fail_type(const struct support *s, const struct flow_node *node)
{
	static const char *const words[] = {
		"llm", "python", "prompt", "custom_llm", "csharp", "action"};
	struct str names[6];
	for (size_t i = 0; i < 6; i++)
		names[i] = str_from(words[i]);
	if (node->type == NODE_NONE) {
		err_set(s->e, ERR_CONFIG, "Node \"%.*s\" has no type.", STR_ARG(node->name));
		names_hint(s->e, STR_NONE, "types", names, 6);
		return fail_at(s, node->at);
	}
	err_set(s->e, ERR_CONFIG, "\"%.*s\" is not a type of node.", STR_ARG(node->type_word));
	names_hint(s->e, node->type_word, "types", names, 6);
	return fail_at(s, place_of(node->raw, "type", node->at));
}

static bool check_node(const struct support *s, const struct flow_node *node)
{
	if (node->use_variants)
		return refuse(
			s, node, "use_variants", "takes its body from node_variants", STR_NONE);
	if (node->aggregation)
		return refuse(s, node, "aggregation", "aggregates over many lines", STR_NONE);
	switch (node->type) {
	case NODE_LLM: return check_llm(s, node);
	case NODE_PROMPT:
		if (node->source != SOURCE_CODE)
			return refuse(
				s, node, "source", "has a source of the type ", node->source_word);
		return check_file(s, node);
	case NODE_PYTHON: return check_python(s, node);
	case NODE_CUSTOM_LLM:
	case NODE_CSHARP:
	case NODE_ACTION: return refuse(s, node, "type", "is of the type ", node->type_word);
	case NODE_NONE:
	case NODE_UNKNOWN: break;
	}
	return fail_type(s, node);
}

/* What concerns the whole file. */
static bool check_flow(const struct support *s)
{
	static const struct {
		const char *key;
		const char *what;
	} later[] = {{"entry", "is a flex flow (\"entry\"), which runs in Python"},
		{"additional_includes", "includes other files (\"additional_includes\")"}};
	struct value raw = s->f->raw;
	for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
		const struct value *v = value_get_cstr(raw, later[i].key);
		if (v == NULL || v->kind == VALUE_NONE ||
			(v->kind == VALUE_LIST && v->u.list->len == 0))
			continue;
		err_set(s->e, ERR_CONFIG, "The flow %s; that cannot run here yet.", later[i].what);
		return fail_at(s, *v);
	}
	struct str language = value_get_str(raw, "language", STR_NONE);
	if (language.len > 0 && !str_is(language, "python")) {
		err_set(s->e, ERR_CONFIG, "The flow's language is %.*s, which cannot run here.",
			STR_ARG(language));
		return fail_at(s, *value_get_cstr(raw, "language"));
	}
	return true;
}

bool flow_support(const struct flow *f, struct arena *a, struct err *e)
{
	struct support s = {f, a, e};
	if (!check_flow(&s))
		return false;
	for (size_t i = 0; i < f->node_count; i++)
		if (!check_node(&s, &f->nodes[i]))
			return false;
	return true;
}
