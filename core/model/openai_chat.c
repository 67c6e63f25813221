/* SPDX-License-Identifier: MIT */
#include "core/model/openai_chat.h"

#include "core/base/alloc.h"
#include "core/loop/loop.h"
#include "core/model/openai_answer.h"
#include "core/model/openai_body.h"
#include "core/net/http.h"
#include "core/net/retry_after.h"
#include "core/net/secrets.h"
#include "core/net/sse.h"

#include <stdlib.h>
#include <string.h>

enum { RAW_MAX = 64 << 10, HEADERS_MAX = 64, WHOLE_FIRST_BYTE_MS = 600000 };

enum mode {
	MODE_NONE, /* no byte of a body has come */
	MODE_STREAM,
	MODE_WHOLE,
	MODE_FAILED /* the status is an error: the body says why */
};

struct call {
	struct model_call base;
	struct loop *loop;
	struct http_transfer *transfer; /* NULL when we need it no more */
	struct model_listener listener;
	struct openai_answer answer;
	struct sse sse;
	struct buf body; /* of a whole answer */
	struct buf raw; /* the first RAW_MAX bytes of any */
	struct loop_timer end;
	struct str origin, type; /* in the answer's arena */
	enum mode mode;
	struct err error; /* what we found wrong ourselves */
	int status;
	int64_t retry_after_ns;
	int64_t first_ns;
	bool cancelled;
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
static void explain(struct call *c, const struct openai_error *error)
{
	openai_error_explain(error, c->origin.at, c->status, &c->error);
}

static bool on_event(void *ctx, const struct sse_event *event)
{
	struct call *c = ctx;
	struct err e = ERR_INIT;

	if (openai_answer_event(&c->answer, event->name, event->data, &e))
		return !c->answer.done;
	/* What comes behind the end of an answer cannot spoil it. */
	if (openai_answer_is_complete(&c->answer))
		return true;
	if (c->answer.failed) {
		explain(c, &c->answer.error);
	} else {
		buf_clear(&c->raw);
		buf_add_str(&c->raw, str_slice(event->data, 0, RAW_MAX));
		err_set(&c->error, e.code == ERR_LIMIT ? ERR_LIMIT : ERR_PROVIDER,
			"%s sent an event that cannot be read: %s%s", c->origin.at, e.text,
			str_ends(str_from(e.text), STR(".")) ? "" : ".");
	}
	return false;
}

static void note_head(struct call *c)
{
	c->status = http_status(c->transfer);
	c->retry_after_ns = retry_after(http_header(c->transfer, "retry-after-ms"),
		http_header(c->transfer, "retry-after"), loop_now(c->loop));
	c->type = str_copy(&c->answer.arena, http_header(c->transfer, "content-type"));
}

/* What kind of body begins with BYTES: by its type, else by its looks, since servers forget. */
static enum mode mode_of(const struct call *c, struct str bytes)
{
	const struct str start = str_trim_start(bytes);

	if (c->status < 200 || c->status > 299)
		return MODE_FAILED;
	if (str_find(c->type, STR("event-stream"), 0) != SIZE_MAX)
		return MODE_STREAM;
	if (str_find(c->type, STR("json"), 0) != SIZE_MAX)
		return MODE_WHOLE;
	return start.len > 0 && strchr("{[<", start.at[0]) != NULL ? MODE_WHOLE : MODE_STREAM;
}

/* "[DONE]" came: the answer is given in the next turn, and the connection ends in peace. */
static void on_end(void *ctx);

static void end_early(struct call *c)
{
	http_detach(c->transfer);
	c->transfer = NULL;
	loop_timer_start(c->loop, &c->end, 0, on_end, c);
}

static bool on_stream(struct call *c, struct str bytes)
{
	if (!sse_feed(&c->sse, bytes.at, bytes.len, &c->error))
		return false;
	if (c->answer.done)
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
	buf_add_str(&c->raw, str_slice(bytes, 0, RAW_MAX - c->raw.len));
	if (c->mode == MODE_STREAM)
		return on_stream(c, bytes);
	if (c->mode == MODE_FAILED)
		return c->raw.len < RAW_MAX;
	if (buf_add_str(&c->body, bytes))
		return true;
	err_set(&c->error, ERR_LIMIT, "The answer of %s is too long.", c->origin.at);
	return false;
}

static void on_sent(void *ctx)
{
	struct call *c = ctx;

	if (c->listener.sent != NULL)
		c->listener.sent(c->listener.ctx);
}

/* A status that is not a success. */
static enum trace_status judge_failure(struct call *c)
{
	struct openai_error error = {.message = STR_NONE};
	struct arena *a = &c->answer.arena;
	const struct str body = openai_repair(a, buf_str(&c->raw));
	struct err ignored = ERR_INIT;

	if (!openai_answer_whole(&c->answer, body, &ignored) && c->answer.failed)
		error = c->answer.error;
	else
		openai_error_from_text(a, body, &error);
	explain(c, &error);
	return openai_error_is_filter(&error) ? TRACE_FILTERED : TRACE_ERROR;
}

/* A whole answer that came completely. */
static enum trace_status judge_whole(struct call *c)
{
	struct err e = ERR_INIT;

	if (openai_answer_whole(&c->answer, buf_str(&c->body), &e))
		return TRACE_OK;
	if (c->answer.failed) {
		explain(c, &c->answer.error);
		return openai_error_is_filter(&c->answer.error) ? TRACE_FILTERED : TRACE_ERROR;
	}
	err_set(&c->error, ERR_PROVIDER, "%s answered with %.*s that cannot be read: %s%s",
		c->origin.at, STR_ARG(c->type.len > 0 ? c->type : STR("something")), e.text,
		str_ends(str_from(e.text), STR(".")) ? "" : ".");
	err_hint(&c->error, "Check the connection's base_url: is this a model server?");
	return TRACE_ERROR;
}

/* An answer at its end: by the reason it gives. */
static enum trace_status judge_finish(struct call *c, const struct model_result *r)
{
	if (str_is(r->finish_reason, "content_filter")) {
		err_set(&c->error, ERR_PROVIDER, "The content filter of %s stopped the answer.",
			c->origin.at);
		return TRACE_FILTERED;
	}
	if (str_is(r->finish_reason, "error")) {
		err_set(&c->error, ERR_PROVIDER, "%s ended the answer with an error.",
			c->origin.at);
		return TRACE_ERROR;
	}
	if (str_is(r->finish_reason, "insufficient_system_resource")) {
		err_set(&c->error, ERR_PROVIDER, "%s broke off the answer: it is overloaded.",
			c->origin.at);
		return TRACE_TRUNCATED;
	}
	if (r->refusal.len > 0 && r->text.len == 0) {
		err_set(&c->error, ERR_PROVIDER, "The model declined to answer.");
		return TRACE_FILTERED;
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

static enum trace_status judge(struct call *c, const struct err *failed)
{
	if (c->cancelled) {
		err_set(&c->error, ERR_CANCELLED, "The request was stopped.");
		return TRACE_CANCELLED;
	}
	if (c->error.code != ERR_NONE) {
		const bool filter = c->answer.failed && openai_error_is_filter(&c->answer.error);
		return filter ? TRACE_FILTERED : TRACE_ERROR;
	}
	if (c->mode == MODE_STREAM && openai_answer_is_complete(&c->answer))
		return TRACE_OK;
	/* An error body that was cut still says more than the cut. */
	if (c->status >= 300 && (failed->code == ERR_NONE || c->raw.len > 0))
		return judge_failure(c);
	if (failed->code == ERR_NONE && c->mode == MODE_WHOLE)
		return judge_whole(c);
	return judge_broken(c, failed);
}

static void call_free(struct call *c)
{
	openai_answer_free(&c->answer);
	sse_free(&c->sse);
	buf_free(&c->body);
	buf_free(&c->raw);
	free(c);
}

static void finish(struct call *c, const struct err *failed)
{
	struct model_result r = {.status = judge(c, failed), .tool_calls = value_none()};

	openai_answer_result(&c->answer, &r);
	if (r.status == TRACE_OK)
		r.status = judge_finish(c, &r);
	r.http_status = c->status;
	r.retry_after_ns = c->retry_after_ns;
	r.first_ns = c->first_ns;
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
	c->cancelled = c->cancelled || result->error.code == ERR_CANCELLED;
	finish(c, &result->error);
}

/* The connection's key; what is worth saying about it becomes the call's note. */
static bool find_key(struct call *c, const struct provider_context *context,
	const struct connection *connection, struct str *key, struct err *e)
{
	bool news;

	if (!http_is_local(connection->base_url))
		return secrets_resolve(context->secrets, connection->secret, key, e);
	if (!secrets_resolve_local(context->secrets, connection->secret, key, &news, e))
		return false;
	if (news)
		c->note = str_format(&c->answer.arena,
			"The key %.*s of the connection %.*s is too short to be kept out of "
			"records; it is used, since the server is on this machine.",
			STR_ARG(connection->secret), STR_ARG(connection->name));
	return true;
}

/* The headers of a request, with the key in memory that is wiped. */
struct head {
	struct http_header at[HEADERS_MAX];
	size_t len;
	struct buf bearer;
};

static void add(struct head *h, const char *name, struct str value)
{
	h->at[h->len++] = (struct http_header){str_from(name), value};
}

static bool make_head(struct head *h, struct str key, const struct connection *connection,
	bool stream, struct err *e)
{
	add(h, "Content-Type", STR("application/json"));
	add(h, "Accept", stream ? STR("text/event-stream") : STR("application/json"));
	if (connection->headers.kind == VALUE_DICT) {
		const struct value_dict *d = connection->headers.u.dict;
		if (d->len > HEADERS_MAX - 3)
			return err_set(e, ERR_CONFIG, "The connection %.*s has too many headers.",
				STR_ARG(connection->name));
		for (size_t i = 0; i < d->len; i++)
			h->at[h->len++] = (struct http_header){
				d->entries[i].key.u.str, d->entries[i].value.u.str};
	}
	if (key.len == 0)
		return true;
	/* All at once: a buffer that grows leaves copies behind. */
	if (buf_space(&h->bearer, key.len + 8) == NULL)
		return err_set(
			e, ERR_LIMIT, "The key of %.*s is too long.", STR_ARG(connection->name));
	buf_add_cstr(&h->bearer, "Bearer ");
	buf_add_str(&h->bearer, key);
	add(h, "Authorization", buf_str(&h->bearer));
	return true;
}

static bool send(struct call *c, const struct provider_context *context,
	const struct connection *connection, const struct model_request *request, struct err *e)
{
	struct arena *a = &c->answer.arena;
	struct head head = {.bearer = BUF_INIT(0)};
	const int64_t patience = request->stream ? 0 : WHOLE_FIRST_BYTE_MS;
	struct http_request out = {
		.method = "POST",
		.allow_http = connection->allow_http,
		.limits = {.connect_ms = connection->connect_ms,
			.first_byte_ms = connection->first_byte_ms > 0 ? connection->first_byte_ms
								       : patience,
			.idle_ms = connection->idle_ms,
			.total_ms = connection->total_ms},
	};
	const struct http_listener listener = {c, on_sent, on_body, on_done};

	if (!openai_body(a, request, &out.body, e))
		return false;
	out.url = openai_url(a, connection->base_url, request->api);
	struct str key = STR_NONE;
	bool ok = connection->secret.len == 0 || find_key(c, context, connection, &key, e);
	ok = ok && make_head(&head, key, connection, request->stream, e);
	if (ok) {
		out.headers = head.at;
		out.header_count = head.len;
		c->transfer = http_start(context->http, &out, &listener, e);
		ok = c->transfer != NULL;
	}
	if (head.bearer.at != NULL)
		explicit_bzero(head.bearer.at, head.bearer.cap);
	buf_free(&head.bearer);
	return ok;
}

static bool openai_wire(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct model_wire *out, struct err *e)
{
	*out = (struct model_wire){.method = STR("POST"),
		.url = openai_url(a, connection->base_url, request->api),
		.headers = value_dict(a)};
	value_set(out->headers, STR("Content-Type"), value_cstr("application/json"));
	if (connection->headers.kind == VALUE_DICT)
		for (size_t i = 0; i < connection->headers.u.dict->len; i++)
			value_set(out->headers, connection->headers.u.dict->entries[i].key.u.str,
				connection->headers.u.dict->entries[i].value);
	if (connection->secret.len > 0)
		value_set(out->headers, STR("Authorization"),
			value_str(str_format(a, "Bearer %.*s", STR_ARG(connection->secret))));
	return openai_body(a, request, &out->body, e);
}

static struct model_call *start(const struct provider_context *context,
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
	const int64_t n = value_get_int(request->parameters, "n", 1);
	c->base.provider = &openai_chat;
	c->loop = context->loop;
	c->listener = *listener;
	c->raw.max = RAW_MAX;
	openai_answer_init(&c->answer, n > 0 ? (size_t)n : 1, on_delta, c);
	sse_init(&c->sse, on_event, c);
	if (!send(c, context, connection, request, e)) {
		call_free(c);
		return NULL;
	}
	c->origin = str_copy(&c->answer.arena, str_from(http_origin(c->transfer)));
	return &c->base;
}

static void cancel(struct model_call *call)
{
	struct call *c = (struct call *)call;

	c->cancelled = true;
	if (c->transfer != NULL)
		http_cancel(c->transfer);
}

const struct provider openai_chat = {
	.name = "openai",
	.wire = openai_wire,
	.start = start,
	.cancel = cancel,
};
