/* SPDX-License-Identifier: MIT */
/*
 * Runs of flows and prompts on the scripted provider with the virtual clock: the cases of
 * tests/conformance/promptflow/run, one file a case. A case is a YAML map:
 *
 *	about, section   as in test_promptflow.c
 *	files            the workspace; script.json is the model's script
 *	path             a flow.dag.yaml or a prompt; default flow.dag.yaml
 *	given            the inputs; absent: none are given
 *	passages         what retrieving gives
 *	cancel_ms        cancels the run then
 *	undurable        an error that the store reports instead of durability
 *	status, outputs, text, error, where, hint   the result
 *	requests         the bodies sent, in order: of each, the keys that are named here
 *	events           lines as written by on_event below; "..." stands for any lines
 *	attributes       of spans by name: of each, the keys that are named here, begin and end
 */
#include "core/base/file.h"
#include "core/data/json.h"
#include "core/data/yaml.h"
#include "core/flow/execute.h"
#include "core/loop/loop.h"
#include "core/model/scripted.h"
#include "tests/support/flow_files.h"

#include "tests/unit/check.h"

#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct durable {
	struct loop_timer timer;
	void (*fn)(void *fn_ctx, const struct err *e);
	void *fn_ctx;
	struct world *world;
};

struct world {
	struct arena arena;
	const char *path;
	struct value v; /* the case */
	const char *root;
	struct loop *loop;
	struct trace_bus *bus;
	struct ids ids;
	struct provider_context providers;
	struct connection connection;
	struct flow_run *run;
	struct loop_timer cancel;
	struct value lines; /* list of event lines */
	struct value requests;
	struct value names; /* span id -> name */
	struct value attributes; /* span name -> dict */
	uint64_t open_attempt; /* begun and not yet durable */
	bool durable;
	bool done;
	struct flow_result result;
	struct err error;
};

static struct value get(struct value v, const char *key)
{
	const struct value *found = value_get_cstr(v, key);
	return found != NULL ? *found : value_none();
}

static void add_line(struct world *w, struct str line)
{
	value_push(w->lines, value_str(line));
}

static struct str span_name(struct world *w, uint64_t span)
{
	char id[ID_TEXT];
	return value_get_str(w->names, id_text(span, id), STR("none"));
}

static void keep_attributes(struct world *w, struct str name, struct value attributes)
{
	const struct value *have = value_get(w->attributes, name);
	struct value all = have != NULL ? *have : value_dict(&w->arena);
	for (size_t i = 0; attributes.kind == VALUE_DICT && i < attributes.u.dict->len; i++)
		value_set(all, attributes.u.dict->entries[i].key.u.str,
			value_copy(&w->arena, attributes.u.dict->entries[i].value));
	value_set(w->attributes, name, all);
}

static void on_begin(struct world *w, const struct trace_event *event)
{
	const struct trace_span_begin *b = &event->u.span_begin;
	char id[ID_TEXT];
	struct str name = str_copy(&w->arena, b->name);
	value_set(
		w->names, str_copy(&w->arena, str_from(id_text(event->span, id))), value_str(name));
	keep_attributes(w, name, b->attributes);
	if (b->parent == 0)
		add_line(w, str_format(&w->arena, "+ %.*s %.*s", STR_ARG(b->kind), STR_ARG(name)));
	else
		add_line(w, str_format(&w->arena, "+ %.*s %.*s in %.*s", STR_ARG(b->kind),
				    STR_ARG(name), STR_ARG(span_name(w, b->parent))));
}

static void on_attempt_begin(struct world *w, const struct trace_event *event)
{
	const struct trace_attempt_begin *b = &event->u.attempt_begin;
	struct err e = ERR_INIT;
	struct value body;
	w->open_attempt = b->attempt;
	w->durable = false;
	add_line(w, str_format(&w->arena, "attempt %d %.*s %.*s", b->number, STR_ARG(b->provider),
			    STR_ARG(b->model)));
	if (!json_read(&w->arena, str_copy(&w->arena, b->request), "request", &body, &e))
		fail_msg("the request is not JSON: %s", e.text);
	value_push(w->requests, body);
}

static void on_attempt_end(struct world *w, const struct trace_event *event)
{
	const struct trace_attempt_end *end = &event->u.attempt_end;
	add_line(w, str_format(&w->arena, "attempt %s %.*s %" PRId64 "/%" PRId64 "%s",
			    trace_status_word(end->status), STR_ARG(end->finish_reason),
			    end->usage.input, end->usage.output,
			    end->usage.estimated ? " estimated" : ""));
}

/* One line an event. */
static void on_event(void *ctx, const struct trace_event *event)
{
	struct world *w = ctx;
	struct arena *a = &w->arena;
	switch (event->kind) {
	case TRACE_RUN_BEGIN:
		add_line(w, str_format(a, "run %.*s %.*s", STR_ARG(event->u.run_begin.kind),
				    STR_ARG(event->u.run_begin.name)));
		return;
	case TRACE_SPAN_BEGIN: on_begin(w, event); return;
	case TRACE_ATTEMPT_BEGIN: on_attempt_begin(w, event); return;
	case TRACE_ATTEMPT_SENT:
		assert_true(w->durable);
		add_line(w, STR("sent"));
		return;
	case TRACE_DELTA:
		add_line(w, str_format(a, "%s %.*s", trace_delta_word(event->u.delta.kind),
				    STR_ARG(event->u.delta.text)));
		return;
	case TRACE_ATTEMPT_END: on_attempt_end(w, event); return;
	case TRACE_SPAN_END:
		keep_attributes(w, span_name(w, event->span), event->u.end.attributes);
		add_line(w, str_format(a, "- %.*s %s", STR_ARG(span_name(w, event->span)),
				    trace_status_word(event->u.end.status)));
		return;
	case TRACE_RUN_END:
		add_line(w, str_format(a, "end %s", trace_status_word(event->u.end.status)));
		return;
	case TRACE_LOG: add_line(w, str_format(a, "log %.*s", STR_ARG(event->u.log.text))); return;
	}
}

/* A store that takes 5 ms. */
static void on_written(void *ctx)
{
	struct durable *d = ctx;
	struct str fault = value_get_str(d->world->v, "undurable", STR_NONE);
	struct err e = ERR_INIT;
	d->world->durable = fault.len == 0;
	if (fault.len > 0)
		err_set(&e, ERR_STORE, "%.*s", STR_ARG(fault));
	d->fn(d->fn_ctx, fault.len > 0 ? &e : NULL);
}

static void when_durable(void *ctx, void (*fn)(void *fn_ctx, const struct err *e), void *fn_ctx)
{
	struct world *w = ctx;
	struct durable *d = ARENA_NEW(&w->arena, struct durable);
	*d = (struct durable){.fn = fn, .fn_ctx = fn_ctx, .world = w};
	loop_timer_start(w->loop, &d->timer, 5000000, on_written, d);
}

static bool resolve(void *ctx, struct arena *a, const struct flow_model_query *query,
	struct flow_model *out, struct err *e)
{
	struct world *w = ctx;
	(void)a;
	if (str_is(query->connection, "gone"))
		return err_set(e, ERR_CONFIG, "There is no connection \"gone\".");
	*out = (struct flow_model){.provider = &scripted,
		.connection = &w->connection,
		.model = query->model.len > 0 ? query->model : STR("m"),
		.reason = STR("the test")};
	return true;
}

static bool look_up_passages(void *ctx, struct arena *a, const struct flow_retrieve_query *query,
	struct value *out, struct err *e)
{
	struct world *w = ctx;
	if (str_is(query->text, "fail"))
		return err_set(e, ERR_IO, "The documents cannot be read.");
	*out = value_copy(a, get(w->v, "passages"));
	return true;
}

static void on_done(void *ctx, const struct flow_result *result)
{
	struct world *w = ctx;
	w->done = true;
	w->run = NULL;
	w->result.status = result->status;
	w->result.outputs = value_copy(&w->arena, result->outputs);
	w->result.text = str_copy(&w->arena, result->text);
	if (result->error != NULL)
		w->error = *result->error;
}

static void on_cancel(void *ctx)
{
	struct world *w = ctx;
	flow_run_cancel(w->run);
}

static bool read_file(struct world *w, struct flow *flow, struct prompt *prompt, bool *is_flow)
{
	const char *path = str_cstr(&w->arena, value_get_str(w->v, "path", STR("flow.dag.yaml")));
	struct prompt_file file = {.root = w->root, .path = path};
	*is_flow = str_find(str_from(path), STR("flow.dag.yaml"), 0) != SIZE_MAX;
	return *is_flow ? flow_read(&w->arena, w->root, path, flow, &w->error)
			: prompt_read(&w->arena, &file, prompt, &w->error);
}

static void execute(struct world *w)
{
	struct flow flow;
	struct prompt prompt;
	bool is_flow;
	w->result.status = TRACE_ERROR;
	w->result.outputs = value_none();
	if (!read_file(w, &flow, &prompt, &is_flow))
		return;
	struct flow_run_spec spec = {.loop = w->loop,
		.bus = w->bus,
		.ids = &w->ids,
		.providers = &w->providers,
		.resolve = resolve,
		.resolve_ctx = w,
		.retrieve = look_up_passages,
		.retrieve_ctx = w,
		.hooks = {when_durable, w},
		.root = w->root,
		.flow = is_flow ? &flow : NULL,
		.prompt = is_flow ? NULL : &prompt,
		.inputs = get(w->v, "given"),
		.run = ids_next(&w->ids),
		.settings = value_none(),
		.done = on_done,
		.done_ctx = w};
	w->run = flow_run_start(&spec, &w->error);
	if (w->run == NULL)
		return;
	int64_t cancel = value_get_int(w->v, "cancel_ms", -1);
	if (cancel >= 0)
		loop_timer_start(w->loop, &w->cancel, cancel * 1000000, on_cancel, w);
	loop_run_until(w->loop, &w->done);
	loop_timer_stop(w->loop, &w->cancel);
}

static void expect_equal(struct world *w, struct value got, struct value want, const char *what)
{
	if (value_equal(got, want))
		return;
	print_message("%s: got  %s\n", what, json_text(&w->arena, got, JSON_COMPACT).at);
	print_message("%s: want %s\n", what, json_text(&w->arena, want, JSON_COMPACT).at);
	fail_msg("%s differs", what);
}

/* Each key of WANT with its value in GOT; null: it is absent. */
static void expect_keys(struct world *w, struct value got, struct value want, const char *what)
{
	for (size_t i = 0; want.kind == VALUE_DICT && i < want.u.dict->len; i++) {
		struct str key = want.u.dict->entries[i].key.u.str;
		const struct value *v = value_get(got, key);
		expect_equal(w, v != NULL ? *v : value_none(), want.u.dict->entries[i].value,
			str_format(&w->arena, "%s %.*s", what, STR_ARG(key)).at);
	}
}

static void expect_events(struct world *w, struct value want)
{
	size_t at = 0, len = w->lines.u.list->len;
	bool any = false;
	for (size_t i = 0; i < want.u.list->len; i++) {
		struct str line = want.u.list->items[i].u.str;
		if (str_is(line, "...")) {
			any = true;
			continue;
		}
		while (any && at < len && !str_eq(w->lines.u.list->items[at].u.str, line))
			at++;
		if (at >= len || !str_eq(w->lines.u.list->items[at].u.str, line))
			expect_equal(w, w->lines, want, "events");
		at++;
		any = false;
	}
	if (!any && at < len)
		expect_equal(w, w->lines, want, "events");
}

static void expect_error(struct world *w)
{
	struct str error = value_get_str(w->v, "error", STR_NONE);
	if (error.len == 0 && w->error.code != ERR_NONE)
		fail_msg("%s: %s %s", w->error.where, w->error.text, w->error.hint);
	if (str_find(str_from(w->error.text), error, 0) == SIZE_MAX)
		fail_msg("another error: %s: %s", w->error.where, w->error.text);
	assert_str(value_get_str(w->v, "where", str_from(w->error.where)), w->error.where);
	struct str hint = value_get_str(w->v, "hint", STR_NONE);
	if (str_find(str_from(w->error.hint), hint, 0) == SIZE_MAX)
		fail_msg("another hint: %s", w->error.hint);
}

static void expect_all(struct world *w)
{
	expect_error(w);
	assert_str(value_get_str(w->v, "status", STR("ok")), trace_status_word(w->result.status));
	if (value_get_cstr(w->v, "outputs") != NULL)
		expect_equal(w, w->result.outputs, get(w->v, "outputs"), "outputs");
	if (value_get_cstr(w->v, "text") != NULL)
		expect_equal(w, value_str(w->result.text), get(w->v, "text"), "text");
	if (value_get_cstr(w->v, "events") != NULL)
		expect_events(w, get(w->v, "events"));
	struct value requests = get(w->v, "requests");
	if (requests.kind == VALUE_LIST) {
		assert_int_equal(w->requests.u.list->len, requests.u.list->len);
		for (size_t i = 0; i < requests.u.list->len; i++)
			expect_keys(w, w->requests.u.list->items[i], requests.u.list->items[i],
				"request");
	}
	struct value spans = get(w->v, "attributes");
	for (size_t i = 0; spans.kind == VALUE_DICT && i < spans.u.dict->len; i++) {
		const struct value_entry *entry = &spans.u.dict->entries[i];
		const struct value *have = value_get(w->attributes, entry->key.u.str);
		expect_keys(w, have != NULL ? *have : value_none(), entry->value, "attribute");
	}
}

static void run_case(void **state)
{
	struct world *w = *state;
	struct arena *a = &w->arena;
	struct err e = ERR_INIT;
	struct str text;
	if (!file_read(a, w->path, 1 << 20, &text, &e) ||
		!yaml_read(a, text, w->path, 0, &w->v, &e))
		fail_msg("%s: %s", e.where, e.text);
	assert_true(value_get_str(w->v, "section", STR_NONE).len > 0);
	w->root = flow_files_write(a, get(w->v, "files"));
	w->loop = loop_new(clock_virtual());
	w->bus = trace_bus_new();
	w->ids.counting = true;
	w->connection = (struct connection){.name = STR("test"),
		.provider = STR("scripted"),
		.script = str_from(path_join(a, w->root, "script.json"))};
	w->providers =
		(struct provider_context){.loop = w->loop, .scripted = scripted_memory_new()};
	w->lines = value_list(a);
	w->requests = value_list(a);
	w->names = value_dict(a);
	w->attributes = value_dict(a);
	trace_bus_listen(w->bus, on_event, w);
	execute(w);
	flow_files_remove(w->root);
	expect_all(w);
	loop_free(w->loop);
	trace_bus_free(w->bus);
	scripted_memory_free(w->providers.scripted);
	arena_release(a);
}

int main(void)
{
	struct arena a = ARENA_INIT;
	const char *top = getenv("top_srcdir");
	const char *pattern =
		path_join(&a, top != NULL ? top : ".", "tests/conformance/promptflow/run/*.yaml");
	glob_t found;
	if (glob(pattern, 0, NULL, &found) != 0)
		BUG("there are no cases: %s", pattern);
	struct CMUnitTest *tests = ARENA_ARRAY(&a, struct CMUnitTest, found.gl_pathc);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct world *w = ARENA_NEW(&a, struct world);
		w->path = found.gl_pathv[i];
		tests[i] = (struct CMUnitTest){
			.name = path_name(w->path), .test_func = run_case, .initial_state = w};
	}
	int failed = _cmocka_run_group_tests("execute", tests, found.gl_pathc, NULL, NULL);
	globfree(&found);
	arena_release(&a);
	return failed;
}
