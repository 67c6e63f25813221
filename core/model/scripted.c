/* SPDX-License-Identifier: MIT */
#include "core/model/scripted.h"

#include "core/base/alloc.h"
#include "core/loop/loop.h"
#include "core/model/openai_answer.h"
#include "core/model/openai_body.h"
#include "core/model/scripted_file.h"

#include <stdlib.h>
#include <string.h>

#define MILLISECOND INT64_C(1000000)

/* Uses of the replies of one script. */
struct used {
	char *path;
	uint64_t *counts;
	size_t len, cap;
};

struct scripted_memory {
	struct used *files;
	size_t len, cap;
};

struct call {
	struct model_call base;
	struct loop *loop;
	struct model_listener listener;
	struct openai_answer answer; /* its arena holds the script, too */
	struct loop_timer timer;
	struct value reply;
	struct value pieces;
	size_t next; /* piece */
	int64_t first_ns;
	bool sent;
	bool over; /* the next turn tells */
	bool cancelled;
};

struct scripted_memory *scripted_memory_new(void)
{
	return xcalloc(1, sizeof(struct scripted_memory));
}

void scripted_memory_free(struct scripted_memory *memory)
{
	if (memory == NULL)
		return;
	for (size_t i = 0; i < memory->len; i++) {
		free(memory->files[i].path);
		free(memory->files[i].counts);
	}
	free(memory->files);
	free(memory);
}

static struct used *used_of(struct scripted_memory *memory, const char *path)
{
	for (size_t i = 0; i < memory->len; i++)
		if (strcmp(memory->files[i].path, path) == 0)
			return &memory->files[i];
	memory->files =
		array_reserve(memory->files, &memory->cap, memory->len + 1, sizeof *memory->files);
	struct used *u = &memory->files[memory->len++];
	*u = (struct used){.path = xstrdup(path)};
	return u;
}

static void count(struct used *u, size_t reply)
{
	while (u->len <= reply) {
		u->counts = array_reserve(u->counts, &u->cap, u->len + 1, sizeof *u->counts);
		u->counts[u->len++] = 0;
	}
	u->counts[reply]++;
}

static void on_delta(void *ctx, enum trace_delta_kind kind, struct str text)
{
	struct call *c = ctx;

	if (c->first_ns == 0)
		c->first_ns = loop_now(c->loop);
	if (c->listener.delta != NULL)
		c->listener.delta(c->listener.ctx, kind, text);
}

static void call_free(struct call *c)
{
	loop_timer_stop(c->loop, &c->timer);
	openai_answer_free(&c->answer);
	arena_release(&c->answer.base.arena);
	arena_release(&c->answer.base.scratch);
	free(c);
}

/* One chunk of the API: a delta, a finish reason, usage. */
static void feed(struct call *c, const char *key, struct value v)
{
	struct arena *a = &c->answer.base.arena;
	struct value item = value_dict(a);
	struct value choices = value_list(a);
	struct value chunk = value_dict(a);
	struct err e = ERR_INIT;

	value_set(item, str_from(key), v);
	value_push(choices, item);
	value_set(chunk, STR("choices"), choices);
	if (!openai_answer_take(&c->answer, chunk, &e))
		BUG("a scripted reply is too long: %s", e.text);
}

static enum trace_status wanted_end(const struct call *c)
{
	const struct str end = value_get_str(c->reply, "end", STR("ok"));

	if (c->cancelled)
		return TRACE_CANCELLED;
	if (str_is(end, "error"))
		return TRACE_ERROR;
	if (str_is(end, "truncated"))
		return TRACE_TRUNCATED;
	return str_is(end, "filtered") ? TRACE_FILTERED : TRACE_OK;
}

/* What may be done about the error of a script: as it says, else as its status does. */
static enum model_fault fault_of(const struct model_result *r, struct str kind)
{
	static const struct {
		const char *word;
		enum model_fault fault;
	} words[] = {{"unsent", FAULT_UNSENT}, {"unknown", FAULT_UNKNOWN}, {"net", FAULT_UNKNOWN},
		{"busy", FAULT_BUSY}, {"server", FAULT_SERVER}, {"quota", FAULT_QUOTA},
		{"key", FAULT_KEY}, {"context", FAULT_CONTEXT}, {"filter", FAULT_FILTER},
		{"limit", FAULT_REQUEST}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_is(kind, words[i].word))
			return words[i].fault;
	switch (r->http_status) {
	case 401:
	case 403: return FAULT_KEY;
	case 402: return FAULT_QUOTA;
	case 408:
	case 409: return FAULT_SERVER;
	case 429:
	case 503:
	case 529: return FAULT_BUSY;
	default: return r->http_status >= 500 ? FAULT_SERVER : FAULT_REQUEST;
	}
}

static void fill_error(const struct call *c, struct model_result *r)
{
	const struct value *given = value_get_cstr(c->reply, "error");
	const struct value error = given != NULL ? *given : value_none();
	const struct str kind = value_get_str(error, "kind", STR("provider"));
	const struct str message =
		value_get_str(error, "message", STR("The script ends this reply early."));
	const bool net = str_is(kind, "net") || str_is(kind, "unsent") || str_is(kind, "unknown");
	const enum err_code code = net ? ERR_NET : str_is(kind, "limit") ? ERR_LIMIT : ERR_PROVIDER;

	if (c->cancelled)
		err_set(&r->error, ERR_CANCELLED, "The request was stopped.");
	else
		err_set(&r->error, code, "%.*s", STR_ARG(message));
	r->http_status = (int)value_get_int(error, "status", 0);
	r->retry_after_ns = value_get_int(error, "retry_after_ms", 0) * MILLISECOND;
	r->fault = r->status == TRACE_FILTERED	  ? FAULT_FILTER
		   : r->status == TRACE_TRUNCATED ? FAULT_UNKNOWN
						  : fault_of(r, kind);
}

static void finish(struct call *c)
{
	struct model_result r = {.status = wanted_end(c),
		.tool_calls = value_none(),
		.response = value_none(),
		.rate = rate_hints_none()};

	openai_answer_result(&c->answer, &r);
	if (r.status != TRACE_OK)
		fill_error(c, &r);
	r.first_ns = c->first_ns;
	c->listener.done(c->listener.ctx, &r);
	call_free(c);
}

/* The last chunk: why it ends and what it cost. */
static void feed_end(struct call *c)
{
	const struct value *usage = value_get_cstr(c->reply, "usage");
	struct model_result so_far = {.tool_calls = value_none()};
	const enum trace_status end = wanted_end(c);

	openai_answer_result(&c->answer, &so_far);
	const bool tools = so_far.tool_calls.kind == VALUE_LIST;
	struct str word = tools ? STR("tool_calls") : STR("stop");
	if (end == TRACE_FILTERED)
		word = STR("content_filter");
	if (usage != NULL)
		feed(c, "usage", *usage);
	if (end == TRACE_OK || end == TRACE_FILTERED)
		feed(c, "finish_reason", value_str(value_get_str(c->reply, "finish", word)));
}

static void on_turn(void *ctx);

static void wait(struct call *c, int64_t milliseconds)
{
	loop_timer_start(c->loop, &c->timer, milliseconds * MILLISECOND, on_turn, c);
}

/* The script says that the request never leaves. */
static bool stays_here(const struct call *c)
{
	const struct value *error = value_get_cstr(c->reply, "error");

	return error != NULL && str_is(value_get_str(*error, "kind", STR_NONE), "unsent");
}

/* Sends the next piece, or the end; a pause in the list takes its own time. */
static void on_turn(void *ctx)
{
	struct call *c = ctx;
	const size_t len = c->pieces.u.list->len;

	if (!c->sent) {
		const int64_t delay = value_get_int(c->reply, "delay_ms", 0);
		if (c->listener.sent != NULL && !stays_here(c))
			c->listener.sent(c->listener.ctx);
		c->sent = true;
		if (delay > 0 && !c->cancelled) {
			wait(c, delay);
			return;
		}
	}
	if (c->over || c->cancelled) {
		finish(c);
		return;
	}
	if (c->next < len) {
		const struct value piece = c->pieces.u.list->items[c->next++];
		const int64_t pause = value_get_int(piece, "wait_ms", -1);
		if (pause < 0)
			feed(c, "delta", piece);
		wait(c, pause >= 0	? pause
			: c->next < len ? value_get_int(c->reply, "between_ms", 0)
					: 0);
		return;
	}
	if (str_is(value_get_str(c->reply, "end", STR_NONE), "never"))
		return;
	feed_end(c);
	c->over = true;
	wait(c, 0);
}

static bool choose(struct call *c, const struct provider_context *context,
	const struct connection *connection, const struct model_request *request, struct err *e)
{
	struct arena *a = &c->answer.base.arena;
	struct scripted_memory *memory = context->scripted;
	const char *path = str_cstr(a, connection->script);
	struct used *used = memory != NULL ? used_of(memory, path) : NULL;
	struct value replies;

	if (connection->script.len == 0)
		return err_set(e, ERR_CONFIG, "The connection %.*s is scripted and has no script.",
			STR_ARG(connection->name));
	if (!scripted_file_read(a, path, &replies, e))
		return false;
	const size_t n = scripted_file_choose(
		replies, request, used != NULL ? used->counts : NULL, used != NULL ? used->len : 0);
	if (n == SIZE_MAX) {
		err_set(e, ERR_PROVIDER, "The script has no reply left for this request.");
		return err_place(e, path, 0, 0);
	}
	if (used != NULL)
		count(used, n);
	c->reply = replies.u.list->items[n];
	c->pieces = scripted_file_pieces(a, c->reply);
	return true;
}

static struct model_call *start(const struct provider_context *context,
	const struct connection *connection, const struct model_request *request,
	const struct model_listener *listener, struct err *e)
{
	struct call *c = xcalloc(1, sizeof *c);

	c->base.provider = &scripted;
	c->loop = context->loop;
	c->listener = *listener;
	c->answer.base.delta = on_delta;
	c->answer.base.ctx = c;
	openai_answer_init(&c->answer, 1);
	if (!choose(c, context, connection, request, e)) {
		call_free(c);
		return NULL;
	}
	c->answer.id = STR("scripted");
	c->answer.model = str_copy(&c->answer.base.arena, request->model);
	wait(c, 0);
	return &c->base;
}

static void cancel(struct model_call *call)
{
	struct call *c = (struct call *)call;

	c->cancelled = true;
	wait(c, 0);
}

const struct provider scripted = {
	.name = "scripted",
	.wire = openai_wire_local,
	.start = start,
	.cancel = cancel,
};
