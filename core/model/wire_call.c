/* SPDX-License-Identifier: MIT */
#include "core/model/wire_call.h"

#include "core/base/alloc.h"
#include "core/loop/loop.h"
#include "core/model/wire_read.h"
#include "core/net/http.h"
#include "core/net/retry_after.h"
#include "core/net/secrets.h"

#include <stdlib.h>
#include <string.h>

enum { WHOLE_FIRST_BYTE_MS = 600000, COMMENTS_MS = 600000 };

struct call {
	struct model_call base;
	const struct wire *wire;
	struct loop *loop;
	struct http_transfer *transfer; /* NULL when we need it no more */
	struct model_listener listener;
	struct wire_read read;
	struct loop_timer end;
	struct rate_hints rate;
	int64_t retry_after_ns;
	int should_retry; /* what the server says of trying again: -1 nothing, else whether */
	int64_t first_ns;
	int64_t comments_ms; /* how long a stream may bring no event */
	int64_t event_ns; /* when the last one came */
	uint64_t events;
	bool kept_alive; /* ... and it went on for longer */
	bool sent;
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

static void note_head(struct call *c)
{
	const struct str again = http_header(c->transfer, "x-should-retry");

	c->should_retry = str_is(again, "true") ? 1 : str_is(again, "false") ? 0 : -1;
	c->retry_after_ns = retry_after(http_header(c->transfer, "retry-after-ms"),
		http_header(c->transfer, "retry-after"), loop_now(c->loop));
	c->rate = rate_hints_read(http_head(c->transfer), loop_now(c->loop));
	wire_read_head(
		&c->read, http_status(c->transfer), http_header(c->transfer, "content-type"));
}

/* The last word came: the answer is given in the next turn, and the connection ends in peace. */
static void on_end(void *ctx);

static void end_early(struct call *c)
{
	http_detach(c->transfer);
	c->transfer = NULL;
	loop_timer_start(c->loop, &c->end, 0, on_end, c);
}

/* Comments, and an event whose bytes come one by one, keep a connection alive, but not for ever. */
static bool is_moving(struct call *c)
{
	const int64_t now = loop_now(c->loop);

	if (c->event_ns == 0 || c->events != c->read.sse.events)
		c->event_ns = now;
	c->events = c->read.sse.events;
	c->kept_alive = now - c->event_ns > c->comments_ms * 1000000;
	return !c->kept_alive;
}

static bool on_body(void *ctx, struct str bytes)
{
	struct call *c = ctx;

	if (c->read.mode == WIRE_MODE_NONE)
		note_head(c);
	const bool ok = wire_read_feed(&c->read, bytes);
	if (ok && c->read.answer->done)
		end_early(c);
	else if (ok && c->read.mode == WIRE_MODE_STREAM && c->wire->framing == WIRE_SSE)
		return is_moving(c);
	return ok;
}

static void on_sent(void *ctx)
{
	struct call *c = ctx;

	c->sent = true;
	if (c->listener.sent != NULL)
		c->listener.sent(c->listener.ctx);
}

/* The server's own word about trying again, where that is all there is to decide. */
static enum model_fault heed(const struct call *c, enum model_fault fault)
{
	if (c->should_retry == 0 && (fault == FAULT_BUSY || fault == FAULT_SERVER))
		return FAULT_REQUEST;
	return c->should_retry == 1 && fault == FAULT_REQUEST ? FAULT_SERVER : fault;
}

static enum model_fault fault_of(const struct call *c, const struct model_result *r)
{
	if (r->status == TRACE_OK)
		return FAULT_NONE;
	if (r->status == TRACE_FILTERED)
		return FAULT_FILTER;
	if (c->read.answer->failed)
		return heed(c, wire_error_fault(&c->read.answer->error, c->read.status));
	if (r->status == TRACE_TRUNCATED || r->status == TRACE_CANCELLED)
		return c->sent ? FAULT_UNKNOWN : FAULT_UNSENT;
	if (!c->sent && c->read.status == 0)
		return FAULT_UNSENT;
	/* Too much of an answer would be too much again, and be paid again. */
	if (r->error.code == ERR_LIMIT)
		return FAULT_REQUEST;
	return c->read.error.code == ERR_NET ? FAULT_UNKNOWN : FAULT_SERVER;
}

static void call_free(struct call *c)
{
	wire_read_free(&c->read);
	free(c);
}

static void finish(struct call *c, const struct err *failed)
{
	struct model_result r;

	wire_read_end(&c->read, failed, &r);
	r.fault = fault_of(c, &r);
	r.rate = c->rate;
	r.retry_after_ns =
		c->retry_after_ns > 0 ? c->retry_after_ns : c->read.answer->error.retry_after_ns;
	r.first_ns = c->first_ns;
	if (c->note.len > 0)
		r.note = c->note;
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

	if (c->read.status < 300 || c->read.status > 399 || to.len == 0)
		return;
	buf_clear(&c->read.raw);
	buf_add_format(&c->read.raw, "it redirects to %.*s, which is not followed",
		STR_ARG(str_slice(to, 0, 200)));
}

static void on_done(void *ctx, const struct http_result *result)
{
	struct call *c = ctx;

	if (c->read.mode == WIRE_MODE_NONE && result->status > 0)
		note_head(c);
	add_redirect(c);
	c->sent = c->sent || result->sent;
	c->read.cancelled = c->read.cancelled || result->error.code == ERR_CANCELLED;
	struct err failed = result->error;
	if (c->kept_alive)
		err_set(&failed, ERR_NET, "%s sent no event for %d s, only signs of life.",
			c->read.origin.at, (int)((c->comments_ms + 999) / 1000));
	finish(c, &failed);
}

/* The connection's key; what is worth saying about it becomes the call's note. */
static bool find_key(struct call *c, const struct provider_context *context,
	const struct connection *connection, struct str url, struct str *key, struct err *e)
{
	bool news;

	*key = STR_NONE;
	if (connection->secret.len == 0)
		return true;
	if (!secrets_resolve_for(context->secrets, connection->secret, url, key, &news, e)) {
		e->code = ERR_KEY;
		return false;
	}
	if (news)
		c->note = str_format(&c->read.answer->arena,
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
		add_key(h, r, s->key)) {
		if (wire->sign == NULL || wire->sign(s, h, e))
			return true;
		e->code = ERR_KEY;
		return false;
	}
	return err_set(e, ERR_CONFIG, "The connection %.*s has too many headers, or too long ones.",
		STR_ARG(s->connection->name));
}

/* The request's name, the same for each try of it: a server that knows the header answers, and is
 * paid, once. No public provider documents one for these requests, so the connection names it. */
static void add_name(struct wire_request *r, struct arena *a, const struct connection *connection,
	const struct model_request *request)
{
	const struct str header =
		value_get_str(connection->options, "idempotency_header", STR_NONE);

	if (header.len == 0 || request->idempotency.len == 0)
		return;
	if (r->headers.kind != VALUE_DICT)
		r->headers = value_dict(a);
	value_set(r->headers, header, value_str(request->idempotency));
}

static bool send(struct call *c, const struct provider_context *context,
	const struct connection *connection, const struct model_request *request, struct err *e)
{
	struct wire_request r = {.method = "POST", .stream = request->stream};
	struct wire_head head = {.key = BUF_INIT(0)};
	struct wire_signing s = {context, connection, &r, STR_NONE, &c->read.answer->arena};
	const struct http_listener listener = {c, on_sent, on_body, on_done};

	if (!c->wire->build(s.arena, connection, request, &r, e) ||
		!find_key(c, context, connection, r.url, &s.key, e))
		return false;
	add_name(&r, s.arena, connection, request);
	c->read.stream = r.stream;
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
	c->rate = rate_hints_none();
	c->should_retry = -1;
	c->comments_ms = connection->comments_ms > 0 ? connection->comments_ms : COMMENTS_MS;
	wire_read_init(&c->read, wire, connection, request);
	c->read.answer->delta = on_delta;
	c->read.answer->ctx = c;
	if (!send(c, context, connection, request, e)) {
		call_free(c);
		return NULL;
	}
	c->read.origin = str_copy(&c->read.answer->arena, str_from(http_origin(c->transfer)));
	return &c->base;
}

void wire_call_cancel(struct model_call *call)
{
	struct call *c = (struct call *)call;

	c->read.cancelled = true;
	if (c->transfer != NULL)
		http_cancel(c->transfer);
}
