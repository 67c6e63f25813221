/* SPDX-License-Identifier: MIT */
#include "core/engine/run.h"

#include <config.h>

#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/engine/git_head.h"
#include "core/engine/index_cache.h"
#include "core/engine/money.h"
#include "core/flow/execute.h"
#include "core/knowledge/retrieve.h"
#include "core/loop/loop.h"
#include "core/model/scripted.h"
#include "core/net/redact.h"
#include "core/store/store.h"
#include "core/trace/bus.h"
#include "core/trace/to_store.h"

#include <stdlib.h>
#include <string.h>

static struct run *find_run(const struct engine *engine, uint64_t id)
{
	struct run *run = engine->runs;
	while (run != NULL && run->state.id != id)
		run = run->older;
	return run;
}

static void redact_for_store(void *ctx, struct buf *bytes)
{
	engine_redact(ctx, bytes);
}

bool engine_has_store(const struct engine *engine)
{
	return engine->store != NULL || store_exists(engine->workspace.store);
}

bool engine_store(struct engine *engine, struct store **out, struct err *e)
{
	if (engine->store == NULL) {
		struct store_options options = {.view = engine->options.read_only};
		if (engine->workspace.is_loose && !engine->options.read_only &&
			!file_make_folder(engine->workspace.store, 0700, e))
			return false;
		if (!store_open(engine->loop, engine->workspace.store, &options, &engine->store, e))
			return false;
		if (engine->options.virtual_clock)
			engine->ids.count = store_rows_ever(engine->store);
		store_set_redactor(engine->store, redact_for_store, engine);
		cache_set_store(engine->cache, engine->store);
		engine->to_store = to_store_new(engine->loop, engine->store);
		trace_bus_listen(engine->bus, to_store_listen, engine->to_store);
		trace_bus_listen(engine->bus, engine_hear, engine);
	}
	*out = engine->store;
	return true;
}

static void add_tokens(int64_t *sum, int64_t tokens)
{
	*sum = *sum < 0 || tokens < 0 ? -1 : *sum + tokens;
}

/* A request that was refused used nothing: it does not make the sum of others unknown. */
static void add_usage(struct run *run, const struct trace_attempt_end *end)
{
	const struct trace_usage *add = &end->usage;
	struct trace_usage *sum = &run->state.usage;
	const bool refused = end->status == TRACE_ERROR && !end->possible_spend && add->input < 0 &&
			     add->output < 0;
	run->state.requests++;
	run->state.cached += end->cached;
	if (refused && run->counted)
		return;
	if (!refused && !run->counted)
		*sum = (struct trace_usage){.input = 0};
	run->counted = !refused;
	add_tokens(&sum->input, add->input);
	add_tokens(&sum->output, add->output);
	add_tokens(&sum->cache_read, add->cache_read);
	add_tokens(&sum->cache_write, add->cache_write);
	add_tokens(&sum->reasoning, add->reasoning);
	sum->estimated |= add->estimated;
}

static void add_cost(struct run_state *state, const struct trace_attempt_end *end)
{
	state->unpriced += end->cost_nano < 0;
	state->cost_nano += end->cost_nano > 0 ? end->cost_nano : 0;
}

static void tell_piece(struct engine *engine, const struct trace_event *like, uint64_t span,
	enum trace_delta_kind kind, struct buf *text)
{
	struct trace_event event = {.kind = TRACE_DELTA,
		.at_ns = like->at_ns,
		.run = like->run,
		.span = span,
		.u.delta = {.kind = kind, .text = buf_str(text)}};
	if (text->len > 0)
		trace_bus_tell(engine->faces, &event);
	buf_free(text);
}

/* A secret may come in pieces: each stream is searched as one text. */
static void tell_delta(struct engine *engine, struct run *run, const struct trace_event *event)
{
	struct stream *s = run->streams;
	struct buf text = BUF_INIT(0);
	while (s != NULL && (s->span != event->span || s->kind != event->u.delta.kind))
		s = s->next;
	if (s == NULL) {
		s = ARENA_NEW(&run->arena, struct stream);
		*s = (struct stream){
			.next = run->streams, .span = event->span, .kind = event->u.delta.kind};
		redact_stream_init(&s->redact, engine->redact);
		run->streams = s;
	}
	if (redact_stream_feed(&s->redact, event->u.delta.text, &text))
		tell_piece(engine, event, s->span, s->kind, &text);
	buf_free(&text);
}

/* What was held back of the streams of a span that ends; of all of them for span 0. */
static void end_streams(
	struct engine *engine, struct run *run, const struct trace_event *event, uint64_t span)
{
	for (struct stream *s = run->streams; s != NULL; s = s->next) {
		struct buf text = BUF_INIT(0);
		if (span != 0 && s->span != span)
			continue;
		if (redact_stream_end(&s->redact, &text))
			tell_piece(engine, event, s->span, s->kind, &text);
		redact_stream_free(&s->redact);
		buf_free(&text);
	}
}

/* From the inner bus, on which the store records, to those above, who hear of a run's end only when
 * it is on disk (run_is_durable). */
void engine_hear(void *ctx, const struct trace_event *event)
{
	struct engine *engine = ctx;
	struct run *run = find_run(engine, event->run);
	if (run != NULL && event->kind == TRACE_DELTA && run->state.first_ns == 0)
		run->state.first_ns = event->at_ns;
	if (run != NULL && event->kind == TRACE_ATTEMPT_END) {
		add_usage(run, &event->u.attempt_end);
		add_cost(&run->state, &event->u.attempt_end);
	}
	if (run != NULL && event->kind == TRACE_DELTA) {
		tell_delta(engine, run, event);
		return;
	}
	if (run != NULL && (event->kind == TRACE_ATTEMPT_END || event->kind == TRACE_RUN_END))
		end_streams(engine, run, event, event->span);
	if (event->kind != TRACE_RUN_END)
		trace_bus_tell(engine->faces, event);
}

static void run_is_durable(void *ctx, const struct err *failed)
{
	struct run *run = ctx;
	run->state.status = run->ended_as;
	if (failed != NULL) {
		run->state.status = TRACE_ERROR;
		run->state.error = *failed;
	}
	run->over = true;
	struct trace_event event = {.kind = TRACE_RUN_END,
		.at_ns = run->state.ended_ns,
		.run = run->state.id,
		.u.end = {.status = run->state.status,
			.output = run->state.outputs,
			.error = run->state.status == TRACE_ERROR ? &run->state.error : NULL}};
	trace_bus_tell(run->engine->faces, &event);
}

static void run_is_done(void *ctx, const struct flow_result *result)
{
	struct run *run = ctx;
	run->flow_run = NULL;
	money_close_run(run->engine, run->state.id);
	run->ended_as = result->status;
	run->state.outputs = value_copy(&run->arena, result->outputs);
	run->state.text = str_copy(&run->arena, result->text);
	run->state.ended_ns = loop_now(run->engine->loop);
	if (result->error != NULL) {
		run->state.error = *result->error;
		redact_err(run->engine->redact, &run->state.error);
	}
	store_when_durable(run->engine->store, run_is_durable, run);
}

static void when_durable(void *ctx, void (*fn)(void *fn_ctx, const struct err *e), void *fn_ctx)
{
	struct engine *engine = ctx;
	store_when_durable(engine->store, fn, fn_ctx);
}

/* Answers a retrieve node; says which documents could not be read, once for each reading. */
static bool run_retrieve(void *ctx, struct arena *a, const struct flow_retrieve_query *query,
	struct value *out, struct err *e)
{
	struct run *run = ctx;
	struct engine *engine = run->engine;
	bool ok = index_cache_retrieve(engine->indexes, a, query, out, e);
	const struct source *read = index_cache_fresh(engine->indexes);
	for (size_t i = 0; ok && read != NULL && i < read->skipped_len; i++) {
		const struct source_skip *skip = &read->skipped[i];
		struct trace_event event = {.kind = TRACE_LOG,
			.at_ns = loop_now(engine->loop),
			.run = run->state.id,
			.u.log = {TRACE_WARNING,
				str_format(a, "%.*s was left out of the documents: %.*s",
					STR_ARG(skip->file), STR_ARG(skip->why))}};
		trace_bus_tell(run->bus, &event);
	}
	return ok;
}

static bool refuse_unapproved(struct run *run, struct err *e)
{
	struct approval *open;
	size_t count;
	if (engine_open_approvals(
		    run->engine, &run->prompt, run->asked != NULL, &run->arena, &open, &count))
		return true;
	err_set(e, ERR_CONFIG, "This file wants to use %s%.*s%s%.*s, which is not approved.",
		open[0].variable.len > 0 ? "the environment variable " : "",
		STR_ARG(open[0].variable), open[0].origin.len > 0 ? " at " : "",
		STR_ARG(open[0].origin));
	err_hint(e, "Read the file, then run it with --trust, or with another --model.");
	return err_place(e, run->prompt.path, 0, 0);
}

/* Without the values of environment variables: for what is asked before a run. */
bool run_read_plain(struct run *run, const struct engine_file *file, struct err *e)
{
	enum file_kind kind = workspace_run_kind(file->path);
	if (kind != FILE_FLOW && kind != FILE_PROMPT) {
		err_set(e, ERR_CONFIG, "%s is neither a prompt nor a flow.", path_name(file->path));
		return err_hint(e,
			"Prompts end in .prompty, .jinja2, .j2, .txt or .md, flows in .yaml or .yml.");
	}
	run->is_flow = kind == FILE_FLOW;
	return run->is_flow
		       ? engine_read_flow(file, &run->arena, &run->flow, e)
		       : engine_read_prompt(run->engine, file, false, &run->arena, &run->prompt, e);
}

static bool read_file(struct run *run, const struct engine_file *file, struct err *e)
{
	if (!run_read_plain(run, file, e))
		return false;
	if (run->is_flow)
		return true;
	if (!refuse_unapproved(run, e) ||
		!engine_read_prompt(run->engine, file, true, &run->arena, &run->prompt, e))
		return false;
	run_allow_own_key(run);
	return true;
}

static bool cache_mode(const struct engine *engine, const struct run_spec *spec,
	enum cache_mode *out, struct err *e)
{
	struct str word = spec->cache != NULL ? str_from(spec->cache) : engine->config.cache;
	*out = spec->many ? CACHE_ON : CACHE_OFF;
	if (word.len == 0 || cache_mode_from_word(word, out))
		return true;
	return err_set(e, ERR_USAGE, "--cache takes off, on or only, not '%.*s'.", STR_ARG(word));
}

bool run_prepare(
	struct run *run, const struct run_spec *spec, struct flow_run_spec *out, struct err *e)
{
	struct engine *engine = run->engine;
	struct value settings;
	struct engine_file file;
	enum cache_mode cache;
	if (engine_config_error(engine) != NULL) {
		*e = *engine_config_error(engine);
		return false;
	}
	if (!cache_mode(engine, spec, &cache, e) ||
		!engine_locate(engine, spec, &run->arena, &file, e) || !read_file(run, &file, e) ||
		!run_settings(run, &settings, e))
		return false;
	struct str source = run->is_flow ? run->flow.source : run->prompt.source;
	*out = (struct flow_run_spec){.loop = engine->loop,
		.bus = run->bus,
		.providers = &engine->providers,
		.resolve = run_resolve_model,
		.resolve_ctx = run,
		.retrieve = run_retrieve,
		.retrieve_ctx = run,
		.root = engine->workspace.root,
		.flow = run->is_flow ? &run->flow : NULL,
		.prompt = run->is_flow ? NULL : &run->prompt,
		.inputs = spec->inputs,
		.parameters = engine->config.parameters,
		.cache = cache,
		.run = run->state.id,
		.hash = engine_content_hash(&run->arena, source),
		.git = git_head(&run->arena,
			path_folder(&run->arena, path_join(&run->arena, file.root, file.path))),
		.settings = settings};
	return true;
}

static bool start(struct run *run, const struct run_spec *spec, struct err *e)
{
	struct engine *engine = run->engine;
	struct store *store;
	struct store_status status;
	struct flow_run_spec flow;
	if (!run_prepare(run, spec, &flow, e) || !engine_store(engine, &store, e))
		return false;
	store_status(store, &status);
	if (status.state == STORE_VIEW || status.state == STORE_FAILED) {
		*e = status.error;
		return err_prefix(e, "The run could not be recorded, so it was not started");
	}
	if (!money_open_run(engine, run->state.id, spec->max_cost_nano, e))
		return false;
	ask_run_init(&run->asks, run->state.id, run->state.id);
	flow.ids = &engine->ids;
	flow.asks = &run->asks;
	flow.hooks = (struct flow_hooks){when_durable, engine};
	flow.done = run_is_done;
	flow.done_ctx = run;
	run->flow_run = flow_run_start(&flow, e);
	if (run->flow_run == NULL)
		money_close_run(engine, run->state.id);
	return run->flow_run != NULL;
}

void run_free(struct run *run)
{
	arena_release(&run->arena);
	free(run);
}

bool engine_start_run(
	struct engine *engine, const struct run_spec *spec, uint64_t *id, struct err *e)
{
	struct run *run = xcalloc(1, sizeof *run);
	struct store *store;
	run->engine = engine;
	run->bus = engine->bus;
	run->no_fallback = spec->no_fallback;
	const char *asked = spec->model != NULL ? spec->model : engine->options.model;
	run->asked = asked != NULL ? arena_copy(&run->arena, asked, strlen(asked)) : NULL;
	/* The store first: with a virtual clock it says where ids go on. */
	bool ok = engine_store(engine, &store, e);
	run->state = (struct run_state){.id = ids_next(&engine->ids),
		.status = TRACE_RUNNING,
		.outputs = value_dict(&run->arena),
		.started_ns = loop_now(engine->loop)};
	if (!ok || !start(run, spec, e)) {
		redact_err(engine->redact, e);
		run_free(run);
		return false;
	}
	run->older = engine->runs;
	engine->runs = run;
	*id = run->state.id;
	return true;
}

const struct run_state *engine_run(struct engine *engine, uint64_t id)
{
	const struct run *run = find_run(engine, id);
	return run != NULL ? &run->state : NULL;
}

void engine_wait_run(struct engine *engine, uint64_t id)
{
	const struct run *run = find_run(engine, id);
	if (run != NULL)
		loop_run_until(engine->loop, &run->over);
}

void engine_cancel_run(struct engine *engine, uint64_t id)
{
	struct run *run = find_run(engine, id);
	if (run != NULL && run->flow_run != NULL)
		flow_run_cancel(run->flow_run);
}

void engine_release_run(struct engine *engine, uint64_t id)
{
	for (struct run **at = &engine->runs; *at != NULL; at = &(*at)->older) {
		struct run *run = *at;
		if (run->state.id != id || !run->over)
			continue;
		*at = run->older;
		run_free(run);
		return;
	}
}

size_t engine_running(const struct engine *engine)
{
	size_t count = 0;
	for (const struct run *run = engine->runs; run != NULL; run = run->older)
		count += !run->over;
	return count;
}

void engine_free_runs(struct engine *engine)
{
	for (struct run *run = engine->runs; run != NULL; run = run->older) {
		if (run->flow_run != NULL)
			flow_run_cancel(run->flow_run);
		if (!run->over)
			loop_run_until(engine->loop, &run->over);
	}
	while (engine->runs != NULL)
		engine_release_run(engine, engine->runs->state.id);
}
