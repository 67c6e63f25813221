/* SPDX-License-Identifier: MIT */
#include "core/engine/preview.h"

#include "core/base/alloc.h"
#include "core/engine/money.h"
#include "core/engine/run.h"
#include "core/loop/loop.h"
#include "core/model/wire_curl.h"
#include "core/trace/bus.h"

#include <stdlib.h>
#include <string.h>

enum { PREVIEW_REQUESTS = 64 };

/* One under way: a run that nobody but it hears of. */
struct preview_run {
	struct preview_run *next;
	struct run run;
	struct ids ids;
	struct provider_context providers; /* without what waits, pays or answers for itself */
	preview_fn *fn; /* NULL: forgotten */
	void *ctx;
	struct value rendered; /* by the render span that ended last */
	struct preview_request requests[PREVIEW_REQUESTS];
	size_t count;
};

static struct str redacted(struct preview_run *p, struct str text)
{
	struct buf b = BUF_INIT(0);
	bool whole = buf_add_str(&b, text);
	redact_buf(p->run.engine->redact, &b);
	struct str out = str_copy(&p->run.arena, whole ? buf_str(&b) : STR(""));
	buf_free(&b);
	return out;
}

static struct value redacted_headers(struct preview_run *p, struct value headers)
{
	struct value out = value_dict(&p->run.arena);
	for (size_t i = 0; headers.kind == VALUE_DICT && i < headers.u.dict->len; i++)
		value_set(out, str_copy(&p->run.arena, headers.u.dict->entries[i].key.u.str),
			value_str(redacted(p, headers.u.dict->entries[i].value.u.str)));
	return out;
}

static void take_wire(
	struct preview_run *p, const struct model_wire *from, struct preview_request *to)
{
	struct model_wire wire = *from;
	wire.method = str_copy(&p->run.arena, from->method);
	wire.url = redacted(p, from->url);
	wire.headers = redacted_headers(p, from->headers);
	wire.body = to->body;
	to->method = wire.method;
	to->url = wire.url;
	to->headers = wire.headers;
	to->curl = wire_curl(&p->run.arena, &wire);
}

static void take_request(struct preview_run *p, const struct trace_attempt_begin *begin)
{
	struct arena *a = &p->run.arena;
	if (p->count == PREVIEW_REQUESTS)
		return;
	bool named = begin->connection.len > 0;
	struct str from = named ? begin->connection : begin->provider;
	struct preview_request *to = &p->requests[p->count++];
	*to = (struct preview_request){
		.model = str_format(a, "%.*s/%.*s", STR_ARG(from), STR_ARG(begin->model)),
		.provider = str_copy(a, begin->provider),
		.connection = str_copy(a, begin->connection),
		.name = str_copy(a, begin->model),
		.body = redacted(p, begin->request),
		.messages = p->rendered};
	if (begin->wire != NULL)
		take_wire(p, begin->wire, to);
}

static void hear(void *ctx, const struct trace_event *event)
{
	struct preview_run *p = ctx;
	if (event->kind == TRACE_ATTEMPT_BEGIN)
		take_request(p, &event->u.attempt_begin);
	/* An llm node renders and asks in one go: what ended last belongs to its attempt. */
	if (event->kind == TRACE_SPAN_END)
		p->rendered = value_copy(&p->run.arena, event->u.end.output);
}

/* In the place of "it is on disk": the request stays here. */
static void hold_back(void *ctx, void (*fn)(void *fn_ctx, const struct err *e), void *fn_ctx)
{
	struct err e = ERR_INIT;
	(void)ctx;
	err_set(&e, ERR_CANCELLED, "This is only a preview.");
	fn(fn_ctx, &e);
}

static void preview_free(struct preview_run *p)
{
	struct preview_run **at = &p->run.engine->previews;
	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	p->run.engine->no_previews = p->run.engine->previews == NULL;
	trace_bus_free(p->run.bus);
	arena_release(&p->run.arena);
	free(p);
}

static void on_done(void *ctx, const struct flow_result *result)
{
	struct preview_run *p = ctx;
	struct preview what = {.requests = p->requests, .count = p->count};
	if (p->count == 0 && result->error != NULL)
		what.error = *result->error;
	redact_err(p->run.engine->redact, &what.error);
	p->run.flow_run = NULL;
	if (p->fn != NULL)
		p->fn(p->ctx, &what);
	preview_free(p);
}

bool engine_preview(struct engine *engine, const struct run_spec *spec, preview_fn *fn, void *ctx,
	struct err *e)
{
	struct preview_run *p = xcalloc(1, sizeof *p);
	struct flow_run_spec flow;
	const char *asked = spec->model != NULL ? spec->model : engine->options.model;
	p->run.engine = engine;
	p->run.bus = trace_bus_new();
	p->run.asked = asked != NULL ? arena_copy(&p->run.arena, asked, strlen(asked)) : NULL;
	p->ids.counting = true;
	p->fn = fn;
	p->ctx = ctx;
	p->rendered = value_none();
	p->next = engine->previews;
	engine->previews = p;
	engine->no_previews = false;
	trace_bus_listen(p->run.bus, hear, p);
	if (money_refresh(engine, e) && run_prepare(&p->run, spec, &flow, e)) {
		p->providers = engine->providers;
		p->providers.lanes = NULL;
		p->providers.cache = NULL;
		p->providers.budget = NULL;
		p->run.no_fallback = true;
		flow.providers = &p->providers;
		flow.ids = &p->ids;
		flow.hooks = (struct flow_hooks){hold_back, p};
		flow.done = on_done;
		flow.done_ctx = p;
		p->run.flow_run = flow_run_start(&flow, e);
	}
	if (p->run.flow_run != NULL)
		return true;
	redact_err(engine->redact, e);
	preview_free(p);
	return false;
}

void engine_forget_preview(struct engine *engine, void *ctx)
{
	for (struct preview_run *p = engine->previews; p != NULL; p = p->next)
		if (p->ctx == ctx) {
			p->fn = NULL;
			flow_run_cancel(p->run.flow_run);
		}
}

void engine_free_previews(struct engine *engine)
{
	for (struct preview_run *p = engine->previews; p != NULL; p = p->next) {
		p->fn = NULL;
		flow_run_cancel(p->run.flow_run);
	}
	if (engine->previews != NULL)
		loop_run_until(engine->loop, &engine->no_previews);
}
