/* SPDX-License-Identifier: MIT */
#include "tui/pane/record.h"

#include "core/base/alloc.h"
#include "core/data/tokens/estimate.h"
#include "core/text/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct record *record_new(uint64_t run, const char *path, int64_t now_ns)
{
	struct record *r = xcalloc(1, sizeof *r);
	r->run = run;
	snprintf(r->path, sizeof r->path, "%s", path);
	document_init(&r->answer);
	r->started_ns = r->last_ns = now_ns;
	r->status = TRACE_RUNNING;
	r->usage = (struct trace_usage){
		.input = -1, .output = -1, .cache_read = -1, .cache_write = -1, .reasoning = -1};
	return r;
}

void record_free(struct record *r)
{
	if (r == NULL)
		return;
	document_free(&r->answer);
	free(r->spans);
	free(r);
}

void record_text(char *out, size_t size, struct str text)
{
	struct arena a = ARENA_INIT;
	/* Sanitizing at most quadruples: no need to look at more of a long text. */
	struct str clean = sanitize(&a, utf8_cut(text, size * 4), SANITIZE_ONE_LINE);
	clean = utf8_cut(clean, size - 1);
	memcpy(out, clean.len > 0 ? clean.at : "", clean.len);
	out[clean.len] = '\0';
	arena_release(&a);
}

static struct record_span *find_span(struct record *r, uint64_t id)
{
	for (size_t i = 0; i < r->span_count; i++)
		if (r->spans[i].id == id)
			return &r->spans[i];
	return NULL;
}

static void begin_span(struct record *r, const struct trace_event *event)
{
	const struct trace_span_begin *begin = &event->u.span_begin;
	if (r->span_count == RECORD_SPANS)
		return;
	const struct record_span *parent = find_span(r, begin->parent);
	int depth = begin->parent == 0 ? 0 : parent != NULL ? parent->depth + 1 : 1;
	r->spans = array_reserve(r->spans, &r->span_cap, r->span_count + 1, sizeof *r->spans);
	struct record_span *span = &r->spans[r->span_count++];
	*span = (struct record_span){.id = event->span,
		.begin_ns = event->at_ns,
		.status = TRACE_RUNNING,
		.depth = depth};
	record_text(span->kind, sizeof span->kind, begin->kind);
	/* A step inside a step is known by what it does; its name is often a path. */
	record_text(span->name, sizeof span->name, depth > 1 ? begin->kind : begin->name);
}

static void note_output(struct record_span *span, struct value output)
{
	if (strcmp(span->kind, "retrieve") == 0 && output.kind == VALUE_LIST) {
		span->came = CAME_PASSAGES;
		span->count = output.u.list->len;
	} else if (strcmp(span->kind, "llm") != 0 && output.kind == VALUE_STR) {
		span->came = CAME_TOKENS;
		span->count = estimate_tokens(output.u.str);
	}
}

static void end_span(struct record *r, const struct trace_event *event)
{
	struct record_span *span = find_span(r, event->span);
	if (span == NULL)
		return;
	span->end_ns = event->at_ns;
	span->status = event->u.end.status;
	if (span->status == TRACE_OK && span->depth > 0)
		note_output(span, event->u.end.output);
}

static void hear_delta(struct record *r, const struct trace_event *event)
{
	const struct trace_delta *delta = &event->u.delta;
	struct record_span *span = find_span(r, event->span);
	if (span != NULL && span->first_ns == 0)
		span->first_ns = event->at_ns;
	if (r->first_ns == 0)
		r->first_ns = event->at_ns;
	if (delta->kind == TRACE_DELTA_TOOL)
		return;
	/* Several models of one flow: each one's pieces begin a paragraph. */
	if (r->speaker != event->span && r->answer.bytes.len > 0)
		(void)document_add(&r->answer, STR("\n\n"), ROLE_TEXT);
	r->speaker = event->span;
	enum role role = delta->kind == TRACE_DELTA_REASONING ? ROLE_REASONING
			 : delta->kind == TRACE_DELTA_REFUSAL ? ROLE_WARN
							      : ROLE_TEXT;
	(void)document_add(&r->answer, delta->text, role);
	r->estimated_units += estimate_units(delta->text);
}

static void add_count(int64_t *sum, int64_t n)
{
	if (n >= 0)
		*sum = (*sum < 0 ? 0 : *sum) + n;
}

static void end_attempt(struct record *r, const struct trace_event *event)
{
	const struct trace_attempt_end *end = &event->u.attempt_end;
	const struct trace_usage *usage = &end->usage;
	struct record_span *span = find_span(r, event->span);
	add_count(&r->usage.input, usage->input);
	add_count(&r->usage.output, usage->output);
	add_count(&r->usage.cache_read, usage->cache_read);
	add_count(&r->usage.reasoning, usage->reasoning);
	r->usage.estimated |= usage->estimated;
	r->cost_nano += end->cost_nano > 0 ? end->cost_nano : 0;
	r->unpriced += end->cost_nano < 0;
	r->requests++;
	r->cached += end->cached;
	if (span != NULL) {
		span->requests++;
		span->cached += end->cached;
	}
}

static void begin_attempt(struct record *r, const struct trace_attempt_begin *begin)
{
	char provider[RECORD_NAME / 2], model[RECORD_NAME / 2];
	bool named = begin->connection.len > 0;
	record_text(provider, sizeof provider, named ? begin->connection : begin->provider);
	record_text(model, sizeof model, begin->model);
	snprintf(r->model, sizeof r->model, "%s/%s", provider, model);
}

static void take_error(struct record *r, const struct err *error)
{
	char hint[sizeof error->hint];
	record_text(r->where, sizeof r->where, str_from(error->where));
	record_text(hint, sizeof hint, str_from(error->hint));
	record_text(r->error, sizeof r->error, str_from(error->text));
	size_t len = strlen(r->error);
	if (hint[0] != '\0' && len + 1 < sizeof r->error)
		snprintf(r->error + len, sizeof r->error - len, " %s", hint);
}

static void end_run(struct record *r, const struct trace_event *event)
{
	const struct err *error = event->u.end.error;
	document_end(&r->answer);
	r->status = event->u.end.status;
	r->ended_ns = event->at_ns;
	if (error != NULL && error->code != ERR_NONE)
		take_error(r, error);
}

void record_fail(struct record *r, const struct err *e)
{
	r->status = TRACE_ERROR;
	r->ended_ns = r->started_ns;
	take_error(r, e);
}

void record_hear(struct record *r, const struct trace_event *event)
{
	r->last_ns = event->at_ns;
	switch (event->kind) {
	case TRACE_RUN_BEGIN: r->started_ns = event->at_ns; break;
	case TRACE_SPAN_BEGIN: begin_span(r, event); break;
	case TRACE_SPAN_END: end_span(r, event); break;
	case TRACE_ATTEMPT_BEGIN: begin_attempt(r, &event->u.attempt_begin); break;
	case TRACE_ATTEMPT_SENT: break;
	case TRACE_DELTA: hear_delta(r, event); break;
	case TRACE_ATTEMPT_END: end_attempt(r, event); break;
	case TRACE_RUN_END: end_run(r, event); break;
	case TRACE_LOG: break;
	}
}

void record_settle(struct record *r, struct str answer)
{
	struct arena a = ARENA_INIT;
	struct str clean = sanitize(&a, answer, SANITIZE_TEXT);
	/* Reasoning and several speakers stay as they came: the answer is a part of them. */
	if (clean.len > 0 && str_find(buf_str(&r->answer.bytes), clean, 0) == SIZE_MAX) {
		document_clear(&r->answer);
		(void)document_add(&r->answer, answer, ROLE_TEXT);
		document_end(&r->answer);
	}
	arena_release(&a);
}

int64_t record_output_tokens(const struct record *r, bool *estimated)
{
	*estimated = r->usage.output < 0 || r->usage.estimated;
	if (r->usage.output >= 0)
		return r->usage.output;
	return (int64_t)((r->estimated_units + ESTIMATE_UNITS - 1) / ESTIMATE_UNITS);
}

const char *record_cached_word(size_t requests, size_t cached)
{
	return cached == 0 ? "" : cached >= requests ? N_("cached") : N_("partly cached");
}

double record_rate(const struct record *r)
{
	bool estimated;
	int64_t until = r->ended_ns > 0 ? r->ended_ns : r->last_ns;
	double seconds = (double)(until - r->first_ns) / 1e9;
	double tokens = (double)record_output_tokens(r, &estimated);
	/* Below a tenth of a second the figure would say more about chunks than about the model. */
	return r->first_ns > 0 && r->cached == 0 && seconds >= 0.1 ? tokens / seconds : 0;
}
