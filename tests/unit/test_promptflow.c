/* SPDX-License-Identifier: MIT */
/*
 * The conformance cases of tests/conformance/promptflow, one file a case. A case is a YAML map:
 *
 *	about    what it shows; section  the part of Prompt flow's rules it is about
 *	kind     chat: "text" (already rendered) into "messages"
 *	         prompty: "files", "path", "env", "given" into "prompt" and "inputs";
 *	         "models" is a list of those the workspace has; absent: all
 *	         flow: "files", "path" into "order", the nodes as they would run one by one
 *	error    instead of a result: a part of the sentence; with "where" and "hint"
 */
#include "core/data/json.h"
#include "core/data/yaml.h"
#include "core/flow/chat.h"
#include "core/flow/flow_check.h"
#include "core/flow/prompty.h"
#include "tests/support/flow_files.h"

#include "core/base/file.h"

#include "tests/unit/check.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

struct conformance_case {
	struct arena arena;
	struct value v;
	const char *path;
};

static struct value get(struct value v, const char *key)
{
	const struct value *found = value_get_cstr(v, key);
	return found != NULL ? *found : value_none();
}

static void expect_equal(struct arena *a, struct value got, struct value want, const char *what)
{
	if (value_equal(got, want))
		return;
	print_message("%s: got  %s\n", what, json_text(a, got, JSON_COMPACT).at);
	print_message("%s: want %s\n", what, json_text(a, want, JSON_COMPACT).at);
	fail_msg("%s differs", what);
}

/* OK is what the call returned: it must have failed exactly when the case says so. */
static void expect_error(const struct conformance_case *c, bool ok, const struct err *e)
{
	struct value error = get(c->v, "error");
	if (ok && error.kind == VALUE_NONE)
		return;
	if (ok)
		fail_msg("no error where one was expected");
	if (error.kind != VALUE_STR)
		fail_msg("%s: %s %s", e->where, e->text, e->hint);
	if (str_find(str_from(e->text), error.u.str, 0) == SIZE_MAX)
		fail_msg("another error: %s", e->text);
	struct str where = value_get_str(c->v, "where", str_from(e->where));
	struct str hint = value_get_str(c->v, "hint", str_from(e->hint));
	assert_str(where, e->where);
	if (str_find(str_from(e->hint), hint, 0) == SIZE_MAX)
		fail_msg("another hint: %s", e->hint);
}

static void run_chat(struct conformance_case *c)
{
	struct message *messages;
	size_t count;
	struct err e = ERR_INIT;
	bool ok = chat_split(
		&c->arena, value_get_str(c->v, "text", STR_NONE), NULL, &messages, &count, &e);
	expect_error(c, ok, &e);
	if (ok)
		expect_equal(&c->arena, messages_to_value(&c->arena, messages, count),
			get(c->v, "messages"), "messages");
}

static bool has_model(void *ctx, struct str name)
{
	const struct conformance_case *c = ctx;
	struct value models = get(c->v, "models");
	for (size_t i = 0; i < models.u.list->len; i++)
		if (str_eq(models.u.list->items[i].u.str, name))
			return true;
	return false;
}

static const char *look_up(void *ctx, struct str name)
{
	struct conformance_case *c = ctx;
	const struct value *v = value_get(get(c->v, "env"), name);
	return v != NULL ? str_cstr(&c->arena, v->u.str) : NULL;
}

static void set(struct value v, const char *key, struct str s)
{
	if (s.len > 0)
		value_set(v, str_from(key), value_str(s));
}

/* What the cases look at of a prompt. */
static struct value describe(struct arena *a, const struct prompt *p)
{
	struct value v = value_dict(a);
	set(v, "name", p->name);
	set(v, "description", p->description);
	set(v, "api", p->api == API_CHAT ? STR("chat") : STR("completion"));
	set(v, "connection", p->endpoint.connection);
	set(v, "type", p->endpoint.type);
	set(v, "model", p->endpoint.model);
	set(v, "base_url", p->endpoint.base_url);
	set(v, "api_key", p->endpoint.api_key);
	set(v, "template", p->template);
	value_set(v, STR("response_all"), value_bool(p->response_all));
	value_set(v, STR("parameters"), p->parameters);
	value_set(v, STR("template_line"), value_int(p->template_line));
	struct value approvals = value_list(a), notes = value_list(a);
	for (size_t i = 0; i < p->approval_count; i++)
		value_push(approvals,
			value_str(str_format(a, "%.*s -> %.*s", STR_ARG(p->approvals[i].variable),
				STR_ARG(p->approvals[i].origin))));
	for (size_t i = 0; i < p->note_count; i++)
		value_push(notes, value_str(str_format(a, "%u:%u %.*s", p->notes[i].line,
					  p->notes[i].column, STR_ARG(p->notes[i].text))));
	value_set(v, STR("approvals"), approvals);
	value_set(v, STR("notes"), notes);
	return v;
}

static void run_prompty(struct conformance_case *c)
{
	struct arena *a = &c->arena;
	struct err e = ERR_INIT;
	const char *root = flow_files_write(a, get(c->v, "files"));
	struct prompt_file file = {.root = root,
		.path = str_cstr(a, value_get_str(c->v, "path", STR("p.prompty"))),
		.env = look_up,
		.has_model = get(c->v, "models").kind == VALUE_LIST ? has_model : NULL,
		.env_ctx = c};
	struct prompt prompt;
	struct value inputs = value_none();
	bool ok = prompt_read(a, &file, &prompt, &e) &&
		  inputs_resolve(&prompt.inputs, get(c->v, "given"), a, &inputs, &e);
	flow_files_remove(root);
	expect_error(c, ok, &e);
	if (!ok)
		return;
	struct value got = describe(a, &prompt), want = get(c->v, "prompt");
	for (size_t i = 0; want.kind == VALUE_DICT && i < want.u.dict->len; i++) {
		struct str key = want.u.dict->entries[i].key.u.str;
		const struct value *v = value_get(got, key);
		expect_equal(a, v != NULL ? *v : value_none(), want.u.dict->entries[i].value,
			str_cstr(a, key));
	}
	if (value_get_cstr(c->v, "inputs") != NULL)
		expect_equal(a, inputs, get(c->v, "inputs"), "inputs");
}

static void run_flow(struct conformance_case *c)
{
	struct arena *a = &c->arena;
	struct err e = ERR_INIT;
	const char *root = flow_files_write(a, get(c->v, "files"));
	struct flow flow;
	struct graph graph;
	struct value order = value_list(a);
	bool ok = flow_read(a, root, str_cstr(a, value_get_str(c->v, "path", STR("flow.dag.yaml"))),
			  &flow, &e) &&
		  flow_check(&flow, a, &graph, &e);
	flow_files_remove(root);
	expect_error(c, ok, &e);
	for (size_t i = 0; ok && i < flow.node_count; i++)
		value_push(order, value_str(flow.nodes[graph.order[i]].name));
	if (ok)
		expect_equal(a, order, get(c->v, "order"), "order");
}

static void run_case(void **state)
{
	struct conformance_case *c = *state;
	struct err e = ERR_INIT;
	struct str text;
	if (!file_read(&c->arena, c->path, 1 << 20, &text, &e) ||
		!yaml_read(&c->arena, text, c->path, 0, &c->v, &e))
		fail_msg("%s: %s", e.where, e.text);
	struct str kind = value_get_str(c->v, "kind", STR_NONE);
	assert_true(value_get_str(c->v, "section", STR_NONE).len > 0);
	assert_true(value_get_str(c->v, "about", STR_NONE).len > 0);
	if (str_is(kind, "chat"))
		run_chat(c);
	else if (str_is(kind, "prompty"))
		run_prompty(c);
	else if (str_is(kind, "flow"))
		run_flow(c);
	else
		fail_msg("%s: no such kind of case", c->path);
	arena_release(&c->arena);
}

int main(void)
{
	struct arena a = ARENA_INIT;
	const char *top = getenv("top_srcdir");
	const char *pattern =
		path_join(&a, top != NULL ? top : ".", "tests/conformance/promptflow/*.yaml");
	glob_t found;
	if (glob(pattern, 0, NULL, &found) != 0)
		BUG("there are no cases: %s", pattern);
	struct CMUnitTest *tests = ARENA_ARRAY(&a, struct CMUnitTest, found.gl_pathc);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct conformance_case *c = ARENA_NEW(&a, struct conformance_case);
		c->path = found.gl_pathv[i];
		tests[i] = (struct CMUnitTest){
			.name = path_name(c->path), .test_func = run_case, .initial_state = c};
	}
	int failed = _cmocka_run_group_tests("promptflow", tests, found.gl_pathc, NULL, NULL);
	globfree(&found);
	arena_release(&a);
	return failed;
}
