/* SPDX-License-Identifier: MIT */
#include "core/engine/endpoint.h"

#include <config.h>

#include "core/base/alloc.h"
#include "core/engine/endpoint_merge.h"
#include "core/engine/engine_private.h"
#include "core/loop/loop.h"
#include "core/model/ask.h"
#include "core/model/embed_api.h"
#include "core/model/moderate_api.h"
#include "core/model/rerank_api.h"
#include "core/net/redact.h"
#include "core/store/store.h"
#include "core/trace/bus.h"

#include <stdlib.h>
#include <string.h>

enum { AT_A_TIME = 8 }; /* requests; what the server bears is found out by its lane */

/* One request. */
struct part {
	struct endpoint_work *work;
	size_t first; /* piece */
	struct model_request request;
	struct ask *ask; /* while it is under way */
};

struct endpoint_work {
	struct engine *engine;
	const struct engine_endpoint_spec *spec;
	struct arena *arena;
	struct engine_endpoint_report *report;
	struct model_target target;
	struct ask_target asked;
	struct endpoint_plan plan;
	struct ask_services services;
	struct ask_run asks;
	struct part *parts;
	size_t count, begun, open;
	uint64_t span;
	bool cancelled, done;
};

static const struct {
	const char *word, *operation;
	const struct provider *api;
} kinds[] = {[ENDPOINT_EMBED] = {"embed", "embeddings", &embed_api},
	[ENDPOINT_RERANK] = {"rerank", "rerank", &rerank_api},
	[ENDPOINT_MODERATE] = {"moderate", "moderate", &moderate_api}};

static void tell(struct endpoint_work *w, uint64_t span, struct trace_event *event)
{
	event->at_ns = loop_now(w->engine->loop);
	event->run = w->report->run;
	event->span = span;
	trace_bus_tell(w->engine->bus, event);
}

static void tell_of_ask(void *ctx, uint64_t span, struct trace_event *event)
{
	struct endpoint_work *w = ctx;
	if (event->kind == TRACE_ATTEMPT_END) {
		const struct trace_attempt_end *end = &event->u.attempt_end;
		int64_t *cost = &w->report->cost_nano;
		w->report->requests++;
		w->report->cached += end->cached;
		*cost = *cost < 0 || end->cost_nano < 0 ? -1 : *cost + end->cost_nano;
		w->report->usage.input += end->usage.input > 0 ? end->usage.input : 0;
		w->report->usage.estimated |= end->usage.estimated;
	}
	tell(w, span, event);
}

static void when_durable(void *ctx, void (*fn)(void *fn_ctx, const struct err *e), void *fn_ctx)
{
	struct engine *engine = ctx;
	store_when_durable(engine->store, fn, fn_ctx);
}

static void begin_parts(struct endpoint_work *w);

static void stop_all(struct endpoint_work *w)
{
	w->cancelled = true;
	for (size_t i = 0; i < w->begun; i++)
		if (w->parts[i].ask != NULL)
			ask_cancel(w->parts[i].ask);
}

/* The first failure is the run's; what is under way is stopped. */
static void fail(struct endpoint_work *w, enum trace_status status, const struct err *error)
{
	if (w->report->status != TRACE_OK)
		return;
	w->report->status = status;
	w->report->error = *error;
	redact_err(w->engine->redact, &w->report->error);
	stop_all(w);
}

void engine_stop_endpoint(struct endpoint_work *w)
{
	struct err e = ERR_INIT;
	err_set(&e, ERR_CANCELLED, "It was stopped; what had come is kept.");
	fail(w, TRACE_CANCELLED, &e);
}

static void on_answer(void *ctx, const struct ask_outcome *outcome)
{
	struct part *part = ctx;
	struct endpoint_work *w = part->work;
	struct err e = ERR_INIT;
	part->ask = NULL;
	w->open--;
	if (outcome->result->status != TRACE_OK)
		fail(w, outcome->result->status, &outcome->result->error);
	else if (!endpoint_merge(w->arena, &w->plan, part->first, outcome->result->response,
			 w->report->results, &e))
		fail(w, TRACE_ERROR, &e);
	begin_parts(w);
}

static void begin_parts(struct endpoint_work *w)
{
	while (!w->cancelled && w->open < AT_A_TIME && w->begun < w->count) {
		struct part *part = &w->parts[w->begun++];
		struct ask_spec spec = {.services = &w->services,
			.arena = w->arena,
			.run = w->report->run,
			.span = w->span,
			.targets = &w->asked,
			.target_count = 1,
			.request = &part->request,
			.done = on_answer,
			.ctx = part};
		w->open++;
		part->ask = ask_start(&spec);
	}
	w->done = w->open == 0 && (w->cancelled || w->begun == w->count);
}

static void make_parts(struct endpoint_work *w)
{
	const struct endpoint_plan *plan = &w->plan;
	w->count = (plan->count + plan->step - 1) / plan->step;
	w->parts = ARENA_ARRAY(w->arena, struct part, w->count);
	for (size_t i = 0; i < w->count; i++) {
		struct part *part = &w->parts[i];
		*part = (struct part){.work = w, .first = i * plan->step};
		part->request = (struct model_request){.api = API_TEXTS,
			.model = w->target.model,
			.parameters = w->spec->parameters};
		part->request.messages = endpoint_messages(
			w->arena, plan, w->spec->query, part->first, &part->request.message_count);
	}
}

static struct value attributes_of(struct endpoint_work *w)
{
	struct arena *a = w->arena;
	struct value v = value_dict(a);
	int64_t dimensions = value_get_int(w->spec->parameters, "dimensions", 0);
	value_set(v, STR("gen_ai.operation.name"), value_cstr(kinds[w->spec->kind].operation));
	value_set(v, STR("gen_ai.provider.name"),
		value_str(provider_otel_name(&w->target.connection)));
	value_set(v, STR("gen_ai.request.model"), value_str(w->target.model));
	value_set(v, STR("lathe.connection"), value_str(w->target.connection.name));
	if (dimensions > 0)
		value_set(v, STR("gen_ai.embeddings.dimension.count"), value_int(dimensions));
	return v;
}

static void tell_begin(struct endpoint_work *w)
{
	struct arena *a = w->arena;
	struct str kind = str_from(kinds[w->spec->kind].word);
	struct value settings = value_dict(a), inputs = value_dict(a);
	value_set(settings, STR("model"), value_str(w->report->model));
	value_set(settings, STR("model_reason"), value_cstr(w->target.reason));
	value_set(settings, STR("lathe_version"), value_cstr(PACKAGE_VERSION));
	if (w->spec->kind == ENDPOINT_RERANK)
		value_set(inputs, STR("query"), value_str(w->spec->query));
	value_set(inputs, STR("texts"), w->spec->texts);
	struct trace_event begin = {.kind = TRACE_RUN_BEGIN,
		.u.run_begin = {.kind = kind,
			.name = kind,
			.hash = engine_content_hash(a, STR("")),
			.settings = settings,
			.inputs = inputs}};
	tell(w, 0, &begin);
	struct trace_event span = {.kind = TRACE_SPAN_BEGIN,
		.u.span_begin = {.name = kind,
			.kind = kind,
			.attributes = attributes_of(w),
			.input = inputs}};
	w->span = ids_next(&w->engine->ids);
	tell(w, w->span, &span);
}

/* Vectors are too long for the record: how many there are, and of which length. */
static struct value output_of(struct endpoint_work *w)
{
	struct value v = value_dict(w->arena);
	const struct value_list *list = w->report->results.u.list;
	if (w->spec->kind != ENDPOINT_EMBED) {
		value_set(v, STR("results"), w->report->results);
		return v;
	}
	size_t dimensions =
		list->len > 0 && list->items[0].kind == VALUE_LIST ? list->items[0].u.list->len : 0;
	value_set(v, STR("vectors"), value_int((int64_t)list->len));
	value_set(v, STR("dimensions"), value_int((int64_t)dimensions));
	return v;
}

static void tell_end(struct endpoint_work *w)
{
	const struct engine_endpoint_report *r = w->report;
	struct value attributes = value_dict(w->arena);
	value_set(attributes, STR("gen_ai.usage.input_tokens"), value_int(r->usage.input));
	struct trace_end end = {.status = r->status,
		.output = output_of(w),
		.attributes = attributes,
		.error = r->status == TRACE_ERROR ? &r->error : NULL};
	struct trace_event span = {.kind = TRACE_SPAN_END, .u.end = end};
	struct trace_event run = {.kind = TRACE_RUN_END, .u.end = end};
	tell(w, w->span, &span);
	run.u.end.attributes = value_none();
	tell(w, 0, &run);
}

static bool is_asked_so(const struct provider *p)
{
	static const char *const others[] = {"local", "scripted", "command", "http"};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strcmp(p->name, others[i]) == 0)
			return false;
	return true;
}

static bool choose(struct endpoint_work *w, struct err *e)
{
	struct model_wish wish = {
		.asked = w->spec->model != NULL ? w->spec->model : w->engine->options.model};
	if (!models_choose(&w->engine->config, &wish, w->arena, &w->target, e))
		return false;
	if (!is_asked_so(w->target.provider)) {
		err_set(e, ERR_CONFIG, "The model %.*s answers prompts alone.",
			STR_ARG(w->target.name));
		return err_hint(e, "Name a connection to a server: --model CONNECTION/MODEL.");
	}
	bool moderates = str_is(w->target.connection.provider, "openai") &&
			 str_find(w->target.model, STR("moderation"), 0) == SIZE_MAX;
	if (w->spec->kind == ENDPOINT_MODERATE && moderates)
		w->target.model = STR("omni-moderation-latest");
	w->asked = (struct ask_target){
		kinds[w->spec->kind].api, &w->target.connection, w->target.model};
	w->report->model = ask_model_name(w->arena, &w->asked);
	return true;
}

static bool prepare(struct endpoint_work *w, struct err *e)
{
	struct engine *engine = w->engine;
	struct store *store;
	struct store_status status;
	enum cache_mode cache = CACHE_OFF;
	struct str word = w->spec->cache != NULL ? str_from(w->spec->cache) : engine->config.cache;
	if (engine_config_error(engine) != NULL) {
		*e = *engine_config_error(engine);
		return false;
	}
	if (word.len > 0 && !cache_mode_from_word(word, &cache))
		return err_set(
			e, ERR_USAGE, "--cache takes off, on or only, not '%.*s'.", STR_ARG(word));
	if (!choose(w, e) ||
		!endpoint_plan(w->arena, w->spec, &w->target.connection, &w->plan, e) ||
		!engine_store(engine, &store, e))
		return false;
	store_status(store, &status);
	if (status.state == STORE_VIEW || status.state == STORE_FAILED) {
		*e = status.error;
		return err_prefix(e, "It could not be recorded, so nothing was asked");
	}
	w->report->run = ids_next(&engine->ids);
	ask_run_init(&w->asks, w->report->run, w->report->run);
	w->services = (struct ask_services){.tell = tell_of_ask,
		.tell_ctx = w,
		.ids = &engine->ids,
		.providers = &engine->providers,
		.cache = cache,
		.when_durable = when_durable,
		.durable_ctx = engine,
		.run = &w->asks};
	return true;
}

static void fill_results(struct endpoint_work *w)
{
	w->report->results = value_list(w->arena);
	for (size_t i = 0; w->spec->kind != ENDPOINT_RERANK && i < w->plan.texts; i++)
		value_push(w->report->results, value_none());
}

struct recorded {
	bool done;
	struct err error;
};

static void on_recorded(void *ctx, const struct err *failed)
{
	struct recorded *r = ctx;
	r->done = true;
	if (failed != NULL)
		r->error = *failed;
}

bool engine_ask_endpoint(struct engine *engine, const struct engine_endpoint_spec *spec,
	struct arena *a, struct engine_endpoint_report *out, struct err *e)
{
	struct endpoint_work w = {.engine = engine, .spec = spec, .arena = a, .report = out};
	struct recorded recorded = {.error = ERR_INIT};
	*out = (struct engine_endpoint_report){.status = TRACE_OK};
	if (spec->texts.kind != VALUE_LIST || spec->texts.u.list->len == 0)
		return err_set(e, ERR_USAGE, "There is no text to ask about.");
	if (!prepare(&w, e))
		return false;
	int64_t from_ns = loop_now(engine->loop);
	fill_results(&w);
	make_parts(&w);
	tell_begin(&w);
	begin_parts(&w);
	if (spec->begun != NULL)
		spec->begun(spec->begun_ctx, &w);
	loop_run_until(engine->loop, &w.done);
	out->took_ns = loop_now(engine->loop) - from_ns;
	tell_end(&w);
	store_when_durable(engine->store, on_recorded, &recorded);
	loop_run_until(engine->loop, &recorded.done);
	if (recorded.error.code != ERR_NONE)
		*e = recorded.error;
	return recorded.error.code == ERR_NONE;
}
