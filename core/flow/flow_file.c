/* SPDX-License-Identifier: MIT */
#include "core/flow/flow_file.h"

#include "core/base/file.h"
#include "core/data/json.h"
#include "core/data/yaml.h"

#include <stdio.h>
#include <string.h>

static const char *const type_words[] = {
	"", "llm", "prompt", "python", "custom_llm", "csharp", "action"};
static const char *const source_words[] = {"code", "package", "package_with_prompt"};

struct reading {
	struct arena *arena;
	struct flow *flow;
	struct err *e;
};

static bool fail_at(struct reading *r, struct value v)
{
	return err_place(r->e, r->flow->path, v.line, v.column);
}

static bool fail_kind(struct reading *r, const char *what, const char *wanted, struct value v)
{
	err_set(r->e, ERR_CONFIG, "%s must be %s, but it is %s.", what, wanted,
		value_kind_words(v.kind));
	return fail_at(r, v);
}

/* The text under KEY; numbers as written in JSON, "" when absent or null. */
static bool get_text(struct reading *r, struct value map, const char *key, struct str *out)
{
	const struct value *v = value_get_cstr(map, key);
	*out = STR_NONE;
	if (v == NULL || v->kind == VALUE_NONE)
		return true;
	if (v->kind == VALUE_LIST || v->kind == VALUE_DICT) {
		char what[64];
		snprintf(what, sizeof what, "\"%s\"", key);
		return fail_kind(r, what, "a string", *v);
	}
	*out = v->kind == VALUE_STR ? v->u.str : json_text(r->arena, *v, JSON_COMPACT);
	return true;
}

static bool get_bool(struct reading *r, struct value map, const char *key, bool *out)
{
	const struct value *v = value_get_cstr(map, key);
	*out = false;
	if (v == NULL || v->kind == VALUE_NONE)
		return true;
	if (v->kind != VALUE_BOOL) {
		char what[64];
		snprintf(what, sizeof what, "\"%s\"", key);
		fail_kind(r, what, "true or false", *v);
		return err_hint(r->e, "YAML 1.2 has only true and false; yes, no, on and off are "
				      "strings.");
	}
	*out = v->u.boolean;
	return true;
}

static bool get_map(struct reading *r, struct value map, const char *key, struct value *out)
{
	const struct value *v = value_get_cstr(map, key);
	*out = value_none();
	if (v == NULL || v->kind == VALUE_NONE)
		return true;
	if (v->kind != VALUE_DICT) {
		char what[64];
		snprintf(what, sizeof what, "\"%s\"", key);
		return fail_kind(r, what, "a map", *v);
	}
	*out = *v;
	return true;
}

static bool is_empty(struct value v)
{
	return v.kind == VALUE_NONE || (v.kind == VALUE_STR && v.u.str.len == 0);
}

static bool read_node_inputs(struct reading *r, struct value map, struct flow_node *node)
{
	struct value inputs;
	if (!get_map(r, map, "inputs", &inputs))
		return false;
	if (inputs.kind == VALUE_NONE)
		return true;
	node->inputs = ARENA_ARRAY(r->arena, struct flow_input_value, inputs.u.dict->len + 1);
	for (size_t i = 0; i < inputs.u.dict->len; i++) {
		const struct value_entry *entry = &inputs.u.dict->entries[i];
		if (is_empty(entry->value))
			continue;
		node->inputs[node->input_count++] =
			(struct flow_input_value){.name = entry->key.u.str,
				.value = entry->value,
				.reference = reference_parse(entry->value),
				.key_line = entry->key.line,
				.key_column = entry->key.column};
	}
	return true;
}

static bool read_source(struct reading *r, struct value map, struct flow_node *node)
{
	struct value source;
	struct str tool = STR_NONE;
	if (!get_map(r, map, "source", &source) || !get_text(r, map, "tool", &node->tool))
		return false;
	if (source.kind == VALUE_NONE)
		return true;
	if (!get_text(r, source, "type", &node->source_word) ||
		!get_text(r, source, "path", &node->path) || !get_text(r, source, "tool", &tool))
		return false;
	if (tool.len > 0)
		node->tool = tool;
	if (node->source_word.len == 0)
		return true;
	node->source = SOURCE_UNKNOWN;
	for (size_t i = 0; i < sizeof source_words / sizeof *source_words; i++)
		if (str_is(node->source_word, source_words[i]))
			node->source = (enum source_type)i;
	return true;
}

static bool read_activate(struct reading *r, struct value map, struct flow_node *node)
{
	struct value activate;
	if (!get_map(r, map, "activate", &activate))
		return false;
	node->has_activate = activate.kind == VALUE_DICT;
	const struct value *when = value_get_cstr(activate, "when");
	const struct value *is = value_get_cstr(activate, "is");
	node->activate_when = when != NULL ? *when : value_none();
	node->has_activate_is = is != NULL;
	node->activate_is = is != NULL ? *is : value_none();
	return true;
}

static bool read_node(struct reading *r, struct value v, struct flow_node *node)
{
	*node = (struct flow_node){.raw = v, .at = v};
	if (v.kind != VALUE_DICT)
		return fail_kind(r, "A node", "a map", v);
	if (!get_text(r, v, "name", &node->name))
		return false;
	if (node->name.len == 0) {
		err_set(r->e, ERR_CONFIG, "A node has no name.");
		err_hint(r->e, "Give it one: other nodes refer to it as ${name.output}.");
		return fail_at(r, v);
	}
	node->at = *value_get_cstr(v, "name");
	if (!get_text(r, v, "type", &node->type_word) || !read_source(r, v, node) ||
		!read_node_inputs(r, v, node) || !get_text(r, v, "connection", &node->connection) ||
		!get_text(r, v, "api", &node->api) ||
		!get_text(r, v, "provider", &node->provider) ||
		!get_bool(r, v, "use_variants", &node->use_variants) || !read_activate(r, v, node))
		return false;
	bool reduce;
	if (!get_bool(r, v, "aggregation", &node->aggregation) ||
		!get_bool(r, v, "reduce", &reduce))
		return false;
	node->aggregation |= reduce;
	node->type = NODE_UNKNOWN;
	for (size_t i = 0; i < sizeof type_words / sizeof *type_words; i++)
		if (str_is(node->type_word, type_words[i]))
			node->type = (enum node_type)i;
	return true;
}

static bool read_nodes(struct reading *r)
{
	struct flow *f = r->flow;
	const struct value *nodes = value_get_cstr(f->raw, "nodes");
	if (nodes == NULL || nodes->kind == VALUE_NONE)
		return true;
	if (nodes->kind != VALUE_LIST)
		return fail_kind(r, "\"nodes\"", "a list", *nodes);
	f->nodes = ARENA_ARRAY(r->arena, struct flow_node, nodes->u.list->len + 1);
	for (size_t i = 0; i < nodes->u.list->len; i++)
		if (!read_node(r, nodes->u.list->items[i], &f->nodes[f->node_count++]))
			return false;
	return true;
}

static bool read_outputs(struct reading *r)
{
	struct flow *f = r->flow;
	struct value outputs;
	if (!get_map(r, f->raw, "outputs", &outputs))
		return false;
	if (outputs.kind == VALUE_NONE)
		return true;
	f->outputs = ARENA_ARRAY(r->arena, struct flow_output, outputs.u.dict->len + 1);
	for (size_t i = 0; i < outputs.u.dict->len; i++) {
		const struct value_entry *entry = &outputs.u.dict->entries[i];
		struct flow_output *out = &f->outputs[f->output_count++];
		*out = (struct flow_output){
			.name = entry->key.u.str, .value = value_none(), .at = entry->key};
		if (entry->value.kind != VALUE_DICT)
			return fail_kind(r, "An output", "a map with \"reference\"", entry->value);
		const struct value *reference = value_get_cstr(entry->value, "reference");
		if (reference != NULL)
			out->value = *reference;
		out->reference = reference_parse(out->value);
		if (!get_text(r, entry->value, "type", &out->type_word) ||
			!get_bool(r, entry->value, "is_chat_output", &out->is_chat_output) ||
			!get_bool(r, entry->value, "evaluation_only", &out->evaluation_only))
			return false;
	}
	return true;
}

static struct str folder_name(struct arena *a, const struct flow *f)
{
	const char *folder = f->folder[0] != '\0' ? f->folder : str_cstr(a, str_from(f->root));
	return str_copy(a, str_from(path_name(folder)));
}

bool flow_parse(struct arena *a, const char *root, const char *path, struct str text,
	struct flow *out, struct err *e)
{
	const char *folder = path_folder(a, path);
	*out = (struct flow){.path = arena_copy(a, path, strlen(path)),
		.folder = strcmp(folder, ".") == 0 ? "" : folder,
		.root = arena_copy(a, root, strlen(root)),
		.source = text};
	struct reading r = {a, out, e};
	if (!yaml_read(a, text, out->path, 0, &out->raw, e))
		return false;
	if (out->raw.kind != VALUE_DICT)
		return fail_kind(&r, "A flow file",
			"a map with \"inputs\", \"outputs\" and \"nodes\"", out->raw);
	const struct value *inputs = value_get_cstr(out->raw, "inputs");
	if (!get_text(&r, out->raw, "name", &out->name) ||
		!get_text(&r, out->raw, "description", &out->description) ||
		!get_text(&r, out->raw, "type", &out->type) ||
		!inputs_read(
			a, inputs != NULL ? *inputs : value_none(), out->path, &out->inputs, e) ||
		!read_outputs(&r) || !read_nodes(&r))
		return false;
	if (out->name.len == 0)
		out->name = folder_name(a, out);
	return true;
}

bool flow_read(struct arena *a, const char *root, const char *path, struct flow *out, struct err *e)
{
	struct str text;
	if (file_is_folder(path_join(a, root, path))) {
		const char *yml = path_join(a, path, "flow.dag.yml");
		path = path_join(a, path, "flow.dag.yaml");
		if (!file_exists(path_join(a, root, path)) && file_exists(path_join(a, root, yml)))
			path = yml;
	}
	if (!file_read_under(a, root, path, FLOW_MAX, &text, e))
		return false;
	return flow_parse(a, root, path, text, out, e);
}

size_t flow_find_node(const struct flow *f, struct str name)
{
	for (size_t i = 0; i < f->node_count; i++)
		if (str_eq(f->nodes[i].name, name))
			return i;
	return SIZE_MAX;
}
