/* SPDX-License-Identifier: MIT */
#include "core/model/wire_call.h"

#include "core/base/alloc.h"
#include "core/loop/loop.h"
#include "core/net/http.h"
#include "core/net/retry_after.h"
#include "core/net/secrets.h"
#include "core/net/sse.h"

#include <stdlib.h>
#include <string.h>

enum { WHOLE_FIRST_BYTE_MS = 600000, LINE_MAX_BYTES = 16 << 20 };

enum mode {
	MODE_NONE, /* no byte of a body has come */
	MODE_STREAM,
	MODE_WHOLE,
	MODE_FAILED /* the status is an error: the body says why */
};

struct call {
	struct model_call base;
	const struct wire *wire;
	struct loop *loop;
	struct http_transfer *transfer; /* NULL when we need it no more */
	struct model_listener listener;
	struct wire_answer *answer;
	struct sse sse; /* WIRE_SSE */
	struct buf body; /* of a whole answer; the line under way of WIRE_LINES */
	struct buf raw; /* the first WIRE_RAW_MAX bytes of any */
	struct loop_timer end;
	struct str origin, type; /* in the answer's arena */
	enum mode mode;
	struct err error; /* what we found wrong ourselves */
	int status;
	struct rate_hints rate;
	int64_t retry_after_ns;
	int64_t first_ns;
	bool stream; /* was asked for */
	bool cancelled, sent, filtered;
	struct str note; /* for people, at the end */
};

static void on_delta(void *ctx, enum trace_delta_kind kind, struct str text)
{
	struct call *c = ctx;

	if (c->first_ns == 0)
		c->first_ns = loop_now(c->loop);
	if (c->listener.delta != NULL)
		c->listener.delta(c->listener.ctx, kind, text);
}

/* The server told of an error: words it, and keeps its own. */
static void explain(struct call *c)
{
	wire_error_explain(&c->answer->error, c->origin.at, c->status, &c->error);
}

/* An event that is an error or cannot be read. Always false. */
static bool fail_event(struct call *c, struct str data, const struct err *e)
{
	if (c->answer->failed) {
		explain(c);
		return false;
	}
	buf_clear(&c->raw);
	buf_add_str(&c->raw, str_slice(data, 0, WIRE_RAW_MAX));
	return err_set(&c->error, e->code == ERR_LIMIT ? ERR_LIMIT : ERR_PROVIDER,
		"%s sent an event that cannot be read: %s%s", c->origin.at, e->text,
		str_ends(str_from(e->text), STR(".")) ? "" : ".");
}

static bool take_event(struct call *c, struct str name, struct str data)
{
	struct err e = ERR_INIT;

	if (c->wire->event(c->answer, name, data, &e))
		return !c->answer->done;
	/* What comes behind the end of an answer cannot spoil it. */
	if (c->wire->is_complete(c->answer))
		return true;
	return fail_event(c, data, &e);
}

static bool on_event(void *ctx, const struct sse_event *event)
{
	return take_event(ctx, event->name, event->data);
}

static void note_head(struct call *c)
{
	c->status = http_status(c->transfer);
	c->retry_after_ns = retry_after(http_header(c->transfer, "retry-after-ms"),
		http_header(c->transfer, "retry-after"), loop_now(c->loop));
	c->rate = rate_hints_read(http_head(c->transfer), loop_now(c->loop));
	c->type = str_copy(&c->answer->arena, http_header(c->transfer, "content-type"));
}

static bool type_has(const struct call *c, struct str word)
{
	return str_find(c->type, word, 0) != SIZE_MAX;
}

/* What kind of body begins with BYTES: by its type, else by its looks, since servers forget. */
static enum mode mode_of(const struct call *c, struct str bytes)
{
	const struct str start = str_trim_start(bytes);

	if (c->status < 200 || c->status > 299)
		return MODE_FAILED;
	if (c->answer->any_type)
		return c->stream ? MODE_STREAM : MODE_WHOLE;
	if (c->wire->framing == WIRE_SSE && type_has(c, STR("event-stream")))
		return MODE_STREAM;
	if (c->wire->framing != WIRE_SSE && c->stream && !type_has(c, STR("html")))
		return c->wire->framing == WIRE_OWN && type_has(c, STR("json")) ? MODE_WHOLE
										: MODE_STREAM;
	if (type_has(c, STR("json")) || c->wire->framing != WIRE_SSE)
		return MODE_WHOLE;
	return start.len > 0 && strchr("{[<", start.at[0]) != NULL ? MODE_WHOLE : MODE_STREAM;
}

/* The last word came: the answer is given in the next turn, and the connection ends in peace. */
static void on_end(void *ctx);

static void end_early(struct call *c)
{
	http_detach(c->transfer);
	c->transfer = NULL;
	loop_timer_start(c->loop, &c->end, 0, on_end, c);
}

/* A JSON text a line; an empty line says nothing. */
static bool feed_lines(struct call *c, struct str bytes)
{
	while (bytes.len > 0 && !c->answer->done) {
		struct str rest;
		const struct str piece = str_cut(bytes, '\n', &rest);
		const bool ended = rest.at != NULL;
		if (c->body.len + piece.len > LINE_MAX_BYTES)
			return err_set(&c->error, ERR_LIMIT, "A line of %s's answer is too long.",
				c->origin.at);
		buf_add_str(&c->body, piece);
		bytes = rest;
		if (!ended)
			return true;
		const struct str line = str_trim(buf_str(&c->body));
		if (line.len > 0 && !take_event(c, STR_NONE, line) && !c->answer->done)
			return false;
		buf_clear(&c->body);
	}
	return true;
}

static bool feed_own(struct call *c, struct str bytes)
{
	struct err e = ERR_INIT;

	if (c->wire->feed(c->answer, bytes, &e) || c->wire->is_complete(c->answer))
		return true;
	return fail_event(c, bytes, &e);
}

static bool on_stream(struct call *c, struct str bytes)
{
	bool ok;

	if (c->wire->framing == WIRE_SSE)
		ok = sse_feed(&c->sse, bytes.at, bytes.len, &c->error);
	else
		ok = c->wire->framing == WIRE_LINES ? feed_lines(c, bytes) : feed_own(c, bytes);
	if (!ok)
		return false;
	if (c->answer->done)
		end_early(c);
	return c->error.code == ERR_NONE;
}

static bool on_body(void *ctx, struct str bytes)
{
	struct call *c = ctx;

	if (c->mode == MODE_NONE) {
		note_head(c);
		c->mode = mode_of(c, bytes);
	}
	buf_add_str(&c->raw, str_slice(bytes, 0, WIRE_RAW_MAX - c->raw.len));
	if (c->mode == MODE_STREAM)
		return on_stream(c, bytes);
	if (c->mode == MODE_FAILED)
		return c->raw.len < WIRE_RAW_MAX;
	if (buf_add_str(&c->body, bytes))
		return true;
	err_set(&c->error, ERR_LIMIT, "The answer of %s is too long.", c->origin.at);
	return false;
}

static void on_sent(void *ctx)
{
	struct call *c = ctx;

	c->sent = true;
	if (c->listener.sent != NULL)
		c->listener.sent(c->listener.ctx);
}

/* The error that c->answer->error tells of. */
static enum trace_status judge_told(struct call *c)
{
	explain(c);
	return wire_error_is_filter(&c->answer->error) ? TRACE_FILTERED : TRACE_ERROR;
}

/* A status that is not a success. */
static enum trace_status judge_failure(struct call *c)
{
	struct wire_answer *a = c->answer;
	const struct str body = wire_repair(&a->arena, buf_str(&c->raw));
	struct err ignored = ERR_INIT;

	if (c->wire->whole(a, body, &ignored) || !a->failed)
		wire_error_from_text(&a->arena, body, &a->error);
	a->failed = true;
	return judge_told(c);
}

/* A whole answer that came completely. */
static enum trace_status judge_whole(struct call *c)
{
	struct err e = ERR_INIT;

	if (c->wire->whole(c->answer, buf_str(&c->body), &e))
		return TRACE_OK;
	if (c->answer->failed)
		return judge_told(c);
	err_set(&c->error, ERR_PROVIDER, "%s answered with %.*s that cannot be read: %s%s",
		c->origin.at, STR_ARG(c->type.len > 0 ? c->type : STR("something")), e.text,
		str_ends(str_from(e.text), STR(".")) ? "" : ".");
	err_hint(&c->error, "Check the connection's base_url: is this a model server?");
	return TRACE_ERROR;
}

/* An answer at its end: by the reason it gives. */
static enum trace_status judge_end(struct call *c, const struct model_result *r)
{
	switch (c->wire->end != NULL ? c->wire->end(c->answer, r) : wire_end_of(c->answer, r)) {
	case WIRE_END_OK: break;
	case WIRE_END_FILTERED:
		err_set(&c->error, ERR_PROVIDER, "The content filter of %s stopped the answer.",
			c->origin.at);
		return TRACE_FILTERED;
	case WIRE_END_REFUSED:
		err_set(&c->error, ERR_PROVIDER, "The model declined to answer.");
		return TRACE_FILTERED;
	case WIRE_END_ERROR:
		if (c->answer->failed)
			return judge_told(c);
		err_set(&c->error, ERR_PROVIDER, "%s ended the answer with an error.",
			c->origin.at);
		return TRACE_ERROR;
	case WIRE_END_OVERLOADED:
		err_set(&c->error, ERR_PROVIDER, "%s broke off the answer: it is overloaded.",
			c->origin.at);
		return TRACE_TRUNCATED;
	}
	return TRACE_OK;
}

/* An answer without its end. FAILED is what the network says about it. */
static enum trace_status judge_broken(struct call *c, const struct err *failed)
{
	const bool begun = c->status >= 200 && c->status <= 299;

	if (failed->code != ERR_NONE)
		c->error = *failed;
	else
		err_set(&c->error, ERR_PROVIDER,
			"%s ended the stream without saying why (no finish_reason).", c->origin.at);
	return begun && c->error.code != ERR_LIMIT ? TRACE_TRUNCATED : TRACE_ERROR;
}

/* The last line may lack its line end. */
static void end_lines(struct call *c)
{
	if (c->wire->framing == WIRE_LINES && c->mode == MODE_STREAM && c->body.len > 0)
		(void)feed_lines(c, STR("\n"));
}

static enum trace_status judge(struct call *c, const struct err *failed)
{
	if (c->cancelled) {
		err_set(&c->error, ERR_CANCELLED, "The request was stopped.");
		return TRACE_CANCELLED;
	}
	if (failed->code == ERR_NONE && c->error.code == ERR_NONE)
		end_lines(c);
	if (c->error.code != ERR_NONE)
		return c->answer->failed && wire_error_is_filter(&c->answer->error) ? TRACE_FILTERED
										    : TRACE_ERROR;
	if (c->mode == MODE_STREAM && c->wire->is_complete(c->answer))
		return TRACE_OK;
	/* An error body that was cut still says more than the cut. */
	if (c->status >= 300 && (failed->code == ERR_NONE || c->raw.len > 0))
		return judge_failure(c);
	if (failed->code == ERR_NONE && c->mode == MODE_WHOLE)
		return judge_whole(c);
	return judge_broken(c, failed);
}

static enum model_fault fault_of(const struct call *c, const struct model_result *r)
{
	if (r->status == TRACE_OK)
		return FAULT_NONE;
	if (r->status == TRACE_FILTERED)
		return FAULT_FILTER;
	if (c->answer->failed)
		return wire_error_fault(&c->answer->error, c->status);
	if (r->status == TRACE_TRUNCATED || r->status == TRACE_CANCELLED)
		return c->sent ? FAULT_UNKNOWN : FAULT_UNSENT;
	if (!c->sent && c->status == 0)
		return FAULT_UNSENT;
	return c->error.code == ERR_NET ? FAULT_UNKNOWN : FAULT_SERVER;
}

static void call_free(struct call *c)
{
	if (c->wire->free != NULL)
		c->wire->free(c->answer);
	arena_release(&c->answer->scratch);
	arena_release(&c->answer->arena);
	free(c->answer);
	sse_free(&c->sse);
	buf_free(&c->body);
	buf_free(&c->raw);
	free(c);
}

static void finish(struct call *c, const struct err *failed)
{
	struct model_result r = {.status = judge(c, failed),
		.tool_calls = value_none(),
		.response = value_none(),
		.usage = usage_unknown()};

	c->wire->result(c->answer, &r);
	if (r.status == TRACE_OK)
		r.status = judge_end(c, &r);
	r.http_status = c->status;
	r.fault = fault_of(c, &r);
	r.rate = c->rate;
	r.retry_after_ns = c->retry_after_ns;
	r.first_ns = c->first_ns;
	if (c->note.len > 0)
		r.note = c->note;
	if (r.status == TRACE_ERROR || r.status == TRACE_FILTERED)
		r.raw = buf_str(&c->raw);
	if (r.status != TRACE_OK)
		r.error = c->error;
	c->listener.done(c->listener.ctx, &r);
	call_free(c);
}

static void on_end(void *ctx)
{
	const struct err none = ERR_INIT;

	finish(ctx, &none);
}

/* "http://host answered 302": where to, since it is not followed. */
static void add_redirect(struct call *c)
{
	const struct str to = http_header(c->transfer, "location");

	if (c->status < 300 || c->status > 399 || to.len == 0)
		return;
	buf_clear(&c->raw);
	buf_add_format(&c->raw, "it redirects to %.*s, which is not followed",
		STR_ARG(str_slice(to, 0, 200)));
}

static void on_done(void *ctx, const struct http_result *result)
{
	struct call *c = ctx;

	if (c->mode == MODE_NONE && result->status > 0)
		note_head(c);
	add_redirect(c);
	c->sent = c->sent || result->sent;
	c->cancelled = c->cancelled || result->error.code == ERR_CANCELLED;
	finish(c, &result->error);
}

/* The connection's key; what is worth saying about it becomes the call's note. */
static bool find_key(struct call *c, const struct provider_context *context,
	const struct connection *connection, struct str url, struct str *key, struct err *e)
{
	bool news;

	*key = STR_NONE;
	if (connection->secret.len == 0)
		return true;
	if (!secrets_resolve_for(context->secrets, connection->secret, url, key, &news, e))
		return false;
	if (news)
		c->note = str_format(&c->answer->arena,
			"The key %.*s of the connection %.*s is too short to be kept out of "
			"records; it is used, since the server is on this machine.",
			STR_ARG(connection->secret), STR_ARG(connection->name));
	return true;
}

static bool add(struct wire_head *h, struct str name, struct str value)
{
	if (h->len == WIRE_HEADERS_MAX)
		return false;
	h->at[h->len++] = (struct http_header){name, value};
	return true;
}

static bool add_dict(struct wire_head *h, struct value v)
{
	for (size_t i = 0; v.kind == VALUE_DICT && i < v.u.dict->len; i++)
		if (!add(h, v.u.dict->entries[i].key.u.str, v.u.dict->entries[i].value.u.str))
			return false;
	return true;
}

static bool add_key(struct wire_head *h, const struct wire_request *r, struct str key)
{
	if (key.len == 0 || r->key_header == NULL)
		return true;
	/* All at once: a buffer that grows leaves copies behind. */
	if (buf_space(&h->key, key.len + strlen(r->key_prefix) + 1) == NULL)
		return false;
	buf_add_cstr(&h->key, r->key_prefix);
	buf_add_str(&h->key, key);
	return add(h, str_from(r->key_header), buf_str(&h->key));
}

static bool make_head(
	struct wire_head *h, const struct wire_signing *s, const struct wire *wire, struct err *e)
{
	const struct wire_request *r = s->request;
	const bool sse = r->stream && wire->framing == WIRE_SSE;
	const struct str type = r->content_type;

	if (add(h, STR("Content-Type"), type.len > 0 ? type : STR("application/json")) &&
		(wire->framing == WIRE_OWN ||
			add(h, STR("Accept"),
				sse ? STR("text/event-stream") : STR("application/json"))) &&
		add_dict(h, r->headers) && add_dict(h, s->connection->headers) &&
		add_key(h, r, s->key))
		return wire->sign == NULL || wire->sign(s, h, e);
	return err_set(e, ERR_CONFIG, "The connection %.*s has too many headers, or too long ones.",
		STR_ARG(s->connection->name));
}

static bool send(struct call *c, const struct provider_context *context,
	const struct connection *connection, const struct model_request *request, struct err *e)
{
	struct wire_request r = {.method = "POST", .stream = request->stream};
	struct wire_head head = {.key = BUF_INIT(0)};
	struct wire_signing s = {context, connection, &r, STR_NONE, &c->answer->arena};
	const struct http_listener listener = {c, on_sent, on_body, on_done};

	if (!c->wire->build(s.arena, connection, request, &r, e) ||
		!find_key(c, context, connection, r.url, &s.key, e))
		return false;
	c->stream = r.stream;
	const int64_t patience = r.stream ? 0 : WHOLE_FIRST_BYTE_MS;
	bool ok = make_head(&head, &s, c->wire, e);
	if (ok) {
		const struct http_request out = {
			.method = r.method,
			.url = r.url,
			.headers = head.at,
			.header_count = head.len,
			.body = r.body,
			.allow_http = connection->allow_http,
			.limits = {.connect_ms = connection->connect_ms,
				.first_byte_ms = connection->first_byte_ms > 0
							 ? connection->first_byte_ms
							 : patience,
				.idle_ms = connection->idle_ms,
				.total_ms = connection->total_ms},
		};
		c->transfer = http_start(context->http, &out, &listener, e);
		ok = c->transfer != NULL;
	}
	if (head.key.at != NULL)
		explicit_bzero(head.key.at, head.key.cap);
	buf_free(&head.key);
	return ok;
}

struct model_call *wire_call_start(const struct wire *wire, const struct provider_context *context,
	const struct connection *connection, const struct model_request *request,
	const struct model_listener *listener, struct err *e)
{
	if (context->http == NULL) {
		err_set(e, ERR_NET,
			"The connection %.*s needs the network, and lathe runs offline.",
			STR_ARG(connection->name));
		err_hint(e, "Leave out --offline, or choose local/extract.");
		return NULL;
	}
	struct call *c = xcalloc(1, sizeof *c);
	c->base.provider = wire->provider;
	c->wire = wire;
	c->loop = context->loop;
	c->listener = *listener;
	c->raw.max = WIRE_RAW_MAX;
	c->rate = rate_hints_none();
	c->answer = xcalloc(1, wire->answer_size);
	c->answer->delta = on_delta;
	c->answer->ctx = c;
	if (wire->init != NULL)
		wire->init(c->answer, connection, request);
	sse_init(&c->sse, on_event, c);
	if (!send(c, context, connection, request, e)) {
		call_free(c);
		return NULL;
	}
	c->origin = str_copy(&c->answer->arena, str_from(http_origin(c->transfer)));
	return &c->base;
}

void wire_call_cancel(struct model_call *call)
{
	struct call *c = (struct call *)call;

	c->cancelled = true;
	if (c->transfer != NULL)
		http_cancel(c->transfer);
}
