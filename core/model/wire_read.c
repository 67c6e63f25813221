/* SPDX-License-Identifier: MIT */
#include "core/model/wire_read.h"

#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 16 << 20 };

/* The server told of an error: words it, and keeps its own. */
static void explain(struct wire_read *r)
{
	wire_error_explain(&r->answer->error, r->origin.at, r->status, &r->error);
}

/* An event that is an error or cannot be read. Always false. */
static bool fail_event(struct wire_read *r, struct str data, const struct err *e)
{
	if (r->answer->failed) {
		explain(r);
		return false;
	}
	buf_clear(&r->raw);
	buf_add_str(&r->raw, str_slice(data, 0, WIRE_RAW_MAX));
	return err_set(&r->error, e->code == ERR_LIMIT ? ERR_LIMIT : ERR_PROVIDER,
		"%s sent an event that cannot be read: %s%s", r->origin.at, e->text,
		str_ends(str_from(e->text), STR(".")) ? "" : ".");
}

static bool take_event(struct wire_read *r, struct str name, struct str data)
{
	struct err e = ERR_INIT;

	if (r->wire->event(r->answer, name, data, &e))
		return !r->answer->done;
	/* What comes behind the end of an answer cannot spoil it. */
	if (r->wire->is_complete(r->answer))
		return true;
	return fail_event(r, data, &e);
}

static bool on_event(void *ctx, const struct sse_event *event)
{
	return take_event(ctx, event->name, event->data);
}

void wire_read_init(struct wire_read *r, const struct wire *wire,
	const struct connection *connection, const struct model_request *request)
{
	*r = (struct wire_read){.wire = wire, .origin = STR("the server")};
	r->raw.max = WIRE_RAW_MAX;
	r->answer = xcalloc(1, wire->answer_size);
	if (wire->init != NULL)
		wire->init(r->answer, connection, request);
	sse_init(&r->sse, on_event, r);
}

void wire_read_free(struct wire_read *r)
{
	if (r->wire->free != NULL)
		r->wire->free(r->answer);
	arena_release(&r->answer->scratch);
	arena_release(&r->answer->arena);
	free(r->answer);
	sse_free(&r->sse);
	buf_free(&r->body);
	buf_free(&r->raw);
}

void wire_read_head(struct wire_read *r, int status, struct str type)
{
	r->status = status;
	r->type = str_copy(&r->answer->arena, type);
}

static bool type_has(const struct wire_read *r, struct str word)
{
	return str_find(r->type, word, 0) != SIZE_MAX;
}

/* What kind of body begins with BYTES: by its type, else by its looks, since servers forget. */
static enum wire_mode mode_of(const struct wire_read *r, struct str bytes)
{
	const struct str start = str_trim_start(bytes);

	if (r->status < 200 || r->status > 299)
		return WIRE_MODE_FAILED;
	if (r->answer->any_type)
		return r->stream ? WIRE_MODE_STREAM : WIRE_MODE_WHOLE;
	if (r->wire->framing == WIRE_SSE && type_has(r, STR("event-stream")))
		return WIRE_MODE_STREAM;
	if (r->wire->framing != WIRE_SSE && r->stream && !type_has(r, STR("html")))
		return r->wire->framing == WIRE_OWN && type_has(r, STR("json")) ? WIRE_MODE_WHOLE
										: WIRE_MODE_STREAM;
	if (type_has(r, STR("json")) || r->wire->framing != WIRE_SSE)
		return WIRE_MODE_WHOLE;
	return start.len > 0 && strchr("{[<", start.at[0]) != NULL ? WIRE_MODE_WHOLE
								   : WIRE_MODE_STREAM;
}

/* A JSON text a line; an empty line says nothing. */
static bool feed_lines(struct wire_read *r, struct str bytes)
{
	while (bytes.len > 0 && !r->answer->done) {
		struct str rest;
		const struct str piece = str_cut(bytes, '\n', &rest);
		const bool ended = rest.at != NULL;
		if (r->body.len + piece.len > LINE_MAX_BYTES)
			return err_set(&r->error, ERR_LIMIT, "A line of %s's answer is too long.",
				r->origin.at);
		buf_add_str(&r->body, piece);
		bytes = rest;
		if (!ended)
			return true;
		const struct str line = str_trim(buf_str(&r->body));
		if (line.len > 0 && !take_event(r, STR_NONE, line) && !r->answer->done)
			return false;
		buf_clear(&r->body);
	}
	return true;
}

static bool feed_own(struct wire_read *r, struct str bytes)
{
	struct err e = ERR_INIT;

	if (r->wire->feed(r->answer, bytes, &e) || r->wire->is_complete(r->answer))
		return true;
	return fail_event(r, bytes, &e);
}

static bool on_stream(struct wire_read *r, struct str bytes)
{
	bool ok;

	if (r->wire->framing == WIRE_SSE)
		ok = sse_feed(&r->sse, bytes.at, bytes.len, &r->error);
	else
		ok = r->wire->framing == WIRE_LINES ? feed_lines(r, bytes) : feed_own(r, bytes);
	return ok && r->error.code == ERR_NONE;
}

bool wire_read_feed(struct wire_read *r, struct str bytes)
{
	if (r->mode == WIRE_MODE_NONE)
		r->mode = mode_of(r, bytes);
	buf_add_str(&r->raw, str_slice(bytes, 0, WIRE_RAW_MAX - r->raw.len));
	if (r->mode == WIRE_MODE_STREAM)
		return on_stream(r, bytes);
	if (r->mode == WIRE_MODE_FAILED)
		return r->raw.len < WIRE_RAW_MAX;
	if (buf_add_str(&r->body, bytes))
		return true;
	err_set(&r->error, ERR_LIMIT, "The answer of %s is too long.", r->origin.at);
	return false;
}

/* The error that r->answer->error tells of. */
static enum trace_status judge_told(struct wire_read *r)
{
	explain(r);
	return wire_error_is_filter(&r->answer->error) ? TRACE_FILTERED : TRACE_ERROR;
}

/* A status that is not a success. */
static enum trace_status judge_failure(struct wire_read *r)
{
	struct wire_answer *a = r->answer;
	const struct str body = wire_repair(&a->arena, buf_str(&r->raw));
	struct err ignored = ERR_INIT;

	if (r->wire->whole(a, body, &ignored) || !a->failed)
		wire_error_from_text(&a->arena, body, &a->error);
	a->failed = true;
	return judge_told(r);
}

/* A whole answer that came completely. */
static enum trace_status judge_whole(struct wire_read *r)
{
	struct err e = ERR_INIT;

	if (r->wire->whole(r->answer, buf_str(&r->body), &e))
		return TRACE_OK;
	if (r->answer->failed)
		return judge_told(r);
	err_set(&r->error, ERR_PROVIDER, "%s answered with %.*s that cannot be read: %s%s",
		r->origin.at, STR_ARG(r->type.len > 0 ? r->type : STR("something")), e.text,
		str_ends(str_from(e.text), STR(".")) ? "" : ".");
	err_hint(&r->error, "Check the connection's base_url: is this a model server?");
	return TRACE_ERROR;
}

/* An answer at its end: by the reason it gives. */
static enum trace_status judge_end(struct wire_read *r, const struct model_result *out)
{
	switch (r->wire->end != NULL ? r->wire->end(r->answer, out) : wire_end_of(r->answer, out)) {
	case WIRE_END_OK: break;
	case WIRE_END_FILTERED:
		err_set(&r->error, ERR_PROVIDER, "The content filter of %s stopped the answer.",
			r->origin.at);
		return TRACE_FILTERED;
	case WIRE_END_REFUSED:
		err_set(&r->error, ERR_PROVIDER, "The model declined to answer.");
		return TRACE_FILTERED;
	case WIRE_END_ERROR:
		if (r->answer->failed)
			return judge_told(r);
		err_set(&r->error, ERR_PROVIDER, "%s ended the answer with an error.",
			r->origin.at);
		return TRACE_ERROR;
	case WIRE_END_OVERLOADED:
		err_set(&r->error, ERR_PROVIDER, "%s broke off the answer: it is overloaded.",
			r->origin.at);
		return TRACE_TRUNCATED;
	}
	return TRACE_OK;
}

/* An answer without its end. FAILED is what the network says about it. */
static enum trace_status judge_broken(struct wire_read *r, const struct err *failed)
{
	const bool begun = r->status >= 200 && r->status <= 299;

	if (failed->code != ERR_NONE)
		r->error = *failed;
	else
		err_set(&r->error, ERR_PROVIDER,
			"%s ended the stream without saying why (no finish_reason).", r->origin.at);
	return begun && r->error.code != ERR_LIMIT ? TRACE_TRUNCATED : TRACE_ERROR;
}

/* The last line may lack its line end. One that cannot be read was cut: it is left out. */
static void end_lines(struct wire_read *r)
{
	if (r->wire->framing != WIRE_LINES || r->mode != WIRE_MODE_STREAM || r->body.len == 0)
		return;
	if (!feed_lines(r, STR("\n")) && !r->answer->failed)
		r->error = (struct err){.code = ERR_NONE};
}

static enum trace_status judge(struct wire_read *r, const struct err *failed)
{
	if (r->cancelled) {
		err_set(&r->error, ERR_CANCELLED, "The request was stopped.");
		return TRACE_CANCELLED;
	}
	if (failed->code == ERR_NONE && r->error.code == ERR_NONE)
		end_lines(r);
	if (r->error.code != ERR_NONE)
		return r->answer->failed && wire_error_is_filter(&r->answer->error) ? TRACE_FILTERED
										    : TRACE_ERROR;
	if (r->mode == WIRE_MODE_STREAM &&
		(r->wire->is_complete(r->answer) ||
			(r->answer->ends_with_body && failed->code == ERR_NONE)))
		return TRACE_OK;
	/* An error body that was cut still says more than the cut. */
	if (r->status >= 300 && (failed->code == ERR_NONE || r->raw.len > 0))
		return judge_failure(r);
	if (failed->code == ERR_NONE && r->mode == WIRE_MODE_WHOLE)
		return judge_whole(r);
	return judge_broken(r, failed);
}

void wire_read_end(struct wire_read *r, const struct err *failed, struct model_result *out)
{
	*out = (struct model_result){.status = judge(r, failed),
		.tool_calls = value_none(),
		.response = value_none(),
		.usage = usage_unknown()};
	r->wire->result(r->answer, out);
	if (out->status == TRACE_OK)
		out->status = judge_end(r, out);
	out->http_status = r->status;
	if (out->status == TRACE_ERROR || out->status == TRACE_FILTERED)
		out->raw = buf_str(&r->raw);
	if (out->status != TRACE_OK)
		out->error = r->error;
}
