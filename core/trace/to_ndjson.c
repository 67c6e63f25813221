/* SPDX-License-Identifier: MIT */
#include "core/trace/to_ndjson.h"

#include "core/base/alloc.h"
#include "core/base/ids.h"
#include "core/data/json.h"

#include <stdlib.h>
#include <time.h>

enum { LINE_MAX_BYTES = 256 << 20 };

struct to_ndjson {
	to_ndjson_write_fn *write;
	void *ctx;
	to_ndjson_redact_fn *redact;
	void *redact_ctx;
	struct buf line;
};

/* The object under construction. */
struct object {
	struct arena *arena;
	struct value dict;
};

static void put(struct object *o, const char *name, struct value v)
{
	if (v.kind != VALUE_NONE)
		value_set(o->dict, str_from(name), v);
}

static void put_text(struct object *o, const char *name, struct str s)
{
	if (s.len > 0)
		put(o, name, value_str(s));
}

static void put_id(struct object *o, const char *name, uint64_t id)
{
	char text[ID_TEXT];
	if (id != 0)
		put_text(o, name, str_copy(o->arena, str_from(id_text(id, text))));
}

static void put_count(struct object *o, const char *name, int64_t n)
{
	if (n >= 0)
		put(o, name, value_int(n));
}

static void put_time(struct object *o, const char *name, int64_t ns)
{
	char text[32];
	struct tm tm;
	time_t seconds = (time_t)(ns / 1000000000);
	if (ns <= 0 || gmtime_r(&seconds, &tm) == NULL ||
		strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm) == 0)
		return;
	put_text(o, name, str_format(o->arena, "%s.%09dZ", text, (int)(ns % 1000000000)));
}

static void put_error(struct object *o, const struct err *e)
{
	if (e == NULL || e->code == ERR_NONE)
		return;
	struct object error = {o->arena, value_dict(o->arena)};
	put_text(&error, "code", str_from(err_code_word(e->code)));
	put_text(&error, "where", str_from(e->where));
	put_text(&error, "text", str_from(e->text));
	put_text(&error, "hint", str_from(e->hint));
	put(o, "error", error.dict);
}

static void put_status(struct object *o, enum trace_status status)
{
	put_text(o, "status", str_from(trace_status_word(status)));
}

static void run_begin(struct object *o, const struct trace_run_begin *b)
{
	put_text(o, "kind", b->kind);
	put_text(o, "name", b->name);
	put_text(o, "hash", b->hash);
	put_text(o, "git", b->git);
	put(o, "settings", b->settings);
	put(o, "inputs", b->inputs);
}

static void span_begin(struct object *o, const struct trace_span_begin *b)
{
	put_id(o, "parent", b->parent);
	put_text(o, "name", b->name);
	put_text(o, "kind", b->kind);
	put(o, "attributes", b->attributes);
	put(o, "input", b->input);
}

static void attempt_begin(struct object *o, const struct trace_attempt_begin *b)
{
	put_id(o, "attempt", b->attempt);
	put_count(o, "number", b->number);
	put_text(o, "provider", b->provider);
	put_text(o, "model", b->model);
	put_text(o, "connection", b->connection);
}

static void attempt_end(struct object *o, const struct trace_attempt_end *b)
{
	struct object usage = {o->arena, value_dict(o->arena)};
	put_id(o, "attempt", b->attempt);
	put_status(o, b->status);
	put_count(&usage, "input", b->usage.input);
	put_count(&usage, "output", b->usage.output);
	put_count(&usage, "cache_read", b->usage.cache_read);
	put_count(&usage, "cache_write", b->usage.cache_write);
	put_count(&usage, "reasoning", b->usage.reasoning);
	put(&usage, "estimated", value_bool(b->usage.estimated));
	put(o, "usage", usage.dict);
	put_text(o, "finish_reason", b->finish_reason);
	put_text(o, "response_id", b->response_id);
	put_text(o, "response_model", b->response_model);
	if (b->http_status != 0)
		put_count(o, "http_status", b->http_status);
	put_time(o, "first", b->first_ns);
	if (b->cost_nano >= 0)
		put_count(o, "cost_nano", b->cost_nano);
	put_text(o, "price", b->price);
	if (b->cached)
		put(o, "cached", value_bool(true));
	if (b->possible_spend)
		put(o, "possible_spend", value_bool(true));
	put_error(o, b->error);
}

static void end(struct object *o, const struct trace_end *b)
{
	put_status(o, b->status);
	put(o, "output", b->output);
	put(o, "attributes", b->attributes);
	put_error(o, b->error);
}

static void log_line(struct object *o, const struct trace_log *b)
{
	put_text(o, "level", b->level == TRACE_WARNING ? STR("warning") : STR("info"));
	put_text(o, "text", b->text);
}

static void fill(struct object *o, const struct trace_event *event)
{
	static const char *const names[] = {"run.begin", "span.begin", "attempt.begin",
		"attempt.sent", "delta", "attempt.end", "span.end", "run.end", "log"};
	put_text(o, "event", str_from(names[event->kind]));
	put_time(o, "time", event->at_ns);
	put_id(o, "run", event->run);
	put_id(o, "span", event->span);
	switch (event->kind) {
	case TRACE_RUN_BEGIN: run_begin(o, &event->u.run_begin); break;
	case TRACE_SPAN_BEGIN: span_begin(o, &event->u.span_begin); break;
	case TRACE_ATTEMPT_BEGIN: attempt_begin(o, &event->u.attempt_begin); break;
	case TRACE_ATTEMPT_SENT: put_id(o, "attempt", event->u.attempt_begin.attempt); break;
	case TRACE_DELTA:
		put_text(o, "kind", str_from(trace_delta_word(event->u.delta.kind)));
		put(o, "text", value_str(event->u.delta.text));
		break;
	case TRACE_ATTEMPT_END: attempt_end(o, &event->u.attempt_end); break;
	case TRACE_SPAN_END:
	case TRACE_RUN_END: end(o, &event->u.end); break;
	case TRACE_LOG: log_line(o, &event->u.log); break;
	}
}

void to_ndjson_listen(void *ctx, const struct trace_event *event)
{
	struct to_ndjson *t = ctx;
	struct arena a = ARENA_INIT;
	struct object o = {&a, value_dict(&a)};
	fill(&o, event);
	buf_clear(&t->line);
	if (!json_write(&t->line, o.dict, JSON_COMPACT)) {
		/* Too large for one line: the reader learns that the event was there. */
		o.dict = value_dict(&a);
		put_text(&o, "event", STR("log"));
		put_id(&o, "run", event->run);
		put_id(&o, "span", event->span);
		put_text(&o, "level", STR("warning"));
		put_text(&o, "text", STR("An event was too large to be written."));
		buf_clear(&t->line);
		(void)json_write(&t->line, o.dict, JSON_COMPACT);
	}
	if (t->redact != NULL)
		t->redact(t->redact_ctx, &t->line);
	buf_add_char(&t->line, '\n');
	t->write(t->ctx, buf_str(&t->line));
	arena_release(&a);
}

struct to_ndjson *to_ndjson_new(to_ndjson_write_fn *write, void *ctx)
{
	struct to_ndjson *t = xcalloc(1, sizeof *t);
	t->write = write;
	t->ctx = ctx;
	t->line.max = LINE_MAX_BYTES;
	return t;
}

void to_ndjson_set_redactor(struct to_ndjson *t, to_ndjson_redact_fn *fn, void *ctx)
{
	t->redact = fn;
	t->redact_ctx = ctx;
}

void to_ndjson_free(struct to_ndjson *t)
{
	if (t == NULL)
		return;
	buf_free(&t->line);
	free(t);
}
