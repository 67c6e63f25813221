/* SPDX-License-Identifier: MIT */
/* The packaged tool lathe.retrieve: passages of the workspace's documents for a query. */
#include "core/flow/flow_check.h"
#include "core/flow/node.h"

enum { DEFAULT_K = 5, MAX_K = 1000 };

static const struct flow_input_value *find_input(const struct flow_node *node, const char *name)
{
	for (size_t i = 0; i < node->input_count; i++)
		if (str_is(node->inputs[i].name, name))
			return &node->inputs[i];
	return NULL;
}

static bool get_input(struct node_run *n, const char *name, struct value *out, struct err *e)
{
	const struct flow_input_value *in = find_input(n->node, name);
	*out = value_none();
	return in == NULL || node_input(n, in, false, out, e);
}

static bool fail_input(
	struct node_run *n, const char *name, const char *wanted, struct value v, struct err *e)
{
	const struct flow_input_value *in = find_input(n->node, name);
	err_set(e, ERR_CONFIG, "The input \"%s\" of lathe.retrieve must be %s, but it is %s.", name,
		wanted, value_kind_words(v.kind));
	if (in == NULL)
		return false;
	return err_place(e, n->run->spec.flow->path, in->value.line, in->value.column);
}

/* A list of folders, one folder, or nothing, which means all of the workspace. */
static bool get_folders(
	struct node_run *n, struct value v, struct flow_retrieve_query *query, struct err *e)
{
	struct arena *a = &n->run->arena;
	size_t len = v.kind == VALUE_LIST ? v.u.list->len : 1;
	struct str *folders = ARENA_ARRAY(a, struct str, len + 1);
	query->folders = folders;
	query->folder_count = len;
	if (v.kind == VALUE_NONE || (v.kind == VALUE_LIST && len == 0)) {
		folders[0] = STR(".");
		query->folder_count = 1;
		return true;
	}
	for (size_t i = 0; i < len; i++) {
		struct value item = v.kind == VALUE_LIST ? v.u.list->items[i] : v;
		if (item.kind != VALUE_STR)
			return fail_input(n, "documents", "a folder or a list of folders", item, e);
		folders[i] = item.u.str;
	}
	return true;
}

static bool get_query(
	struct node_run *n, struct value *input, struct flow_retrieve_query *query, struct err *e)
{
	struct value text, documents, k;
	if (!get_input(n, "query", &text, e) || !get_input(n, "documents", &documents, e) ||
		!get_input(n, "k", &k, e))
		return false;
	*input = value_dict(&n->run->arena);
	value_set(*input, STR("query"), text);
	value_set(*input, STR("documents"), documents);
	value_set(*input, STR("k"), k);
	if (text.kind != VALUE_STR)
		return fail_input(n, "query", "a string", text, e);
	query->text = text.u.str;
	query->k = DEFAULT_K;
	if (k.kind == VALUE_STR && str_to_int(str_trim(k.u.str), &query->k))
		k = value_int(query->k);
	if (k.kind == VALUE_INT)
		query->k = k.u.integer;
	if ((k.kind != VALUE_INT && k.kind != VALUE_NONE) || query->k < 1 || query->k > MAX_K)
		return fail_input(n, "k", "a whole number from 1 to 1000", k, e);
	return get_folders(n, documents, query, e);
}

/* Every passage has a rank and an id, whatever found it. */
static void number_passages(struct value passages)
{
	for (size_t i = 0; passages.kind == VALUE_LIST && i < passages.u.list->len; i++) {
		struct value item = passages.u.list->items[i];
		const struct value *source = value_get_cstr(item, "source");
		if (item.kind != VALUE_DICT)
			continue;
		if (value_get_cstr(item, "id") == NULL && source != NULL)
			value_set(item, STR("id"), *source);
		if (value_get_cstr(item, "rank") == NULL)
			value_set(item, STR("rank"), value_int((int64_t)i + 1));
	}
}

/* [{"id", "score"}] of the passages, as OpenTelemetry has them. */
static struct value documents_attribute(struct arena *a, struct value passages)
{
	struct value list = value_list(a);
	for (size_t i = 0; passages.kind == VALUE_LIST && i < passages.u.list->len; i++) {
		struct value from = passages.u.list->items[i];
		struct value item = value_dict(a);
		const struct value *id = value_get_cstr(from, "id");
		const struct value *score = value_get_cstr(from, "score");
		value_set(item, STR("id"), id != NULL ? *id : value_none());
		value_set(item, STR("score"), score != NULL ? *score : value_none());
		value_push(list, item);
	}
	return list;
}

static struct value begin_attributes(struct arena *a, const struct flow_retrieve_query *query)
{
	struct value attributes = value_dict(a);
	struct buf b = BUF_INIT(4096);
	for (size_t i = 0; i < query->folder_count; i++)
		buf_add_format(&b, "%s%.*s", i > 0 ? "," : "", STR_ARG(query->folders[i]));
	value_set(attributes, STR("gen_ai.operation.name"), value_cstr("retrieval"));
	value_set(attributes, STR("gen_ai.data_source.id"), value_str(str_copy(a, buf_str(&b))));
	value_set(attributes, STR("gen_ai.retrieval.query.text"), value_str(query->text));
	value_set(attributes, STR("lathe.retrieval.k"), value_int(query->k));
	buf_free(&b);
	return attributes;
}

/* An error without a place of its own is that of the documents asked for. Always false. */
static bool place_retrieval(const struct node_run *n, struct err *e)
{
	const struct flow_input_value *in = find_input(n->node, "documents");
	struct value at = in != NULL ? in->value : n->node->at;
	return err_place(e, n->run->spec.flow->path, at.line, at.column);
}

static bool start(struct node_run *n, struct err *e)
{
	struct flow_run *run = n->run;
	struct arena *a = &run->arena;
	struct flow_retrieve_query query = {.k = 0};
	struct value input, passages;
	if (!get_query(n, &input, &query, e))
		return false;
	node_begin(n, begin_attributes(a, &query), input);
	if (run->spec.retrieve == NULL)
		return err_set(e, ERR_CONFIG, "There are no documents to retrieve from here.");
	if (!run->spec.retrieve(run->spec.retrieve_ctx, a, &query, &passages, e))
		return place_retrieval(n, e);
	number_passages(passages);
	struct value attributes = value_dict(a);
	value_set(attributes, STR("gen_ai.retrieval.documents"), documents_attribute(a, passages));
	node_end(n, TRACE_OK, passages, attributes, NULL);
	return true;
}

const struct node_kind node_retrieve = {.span_kind = "retrieve", .start = start};
