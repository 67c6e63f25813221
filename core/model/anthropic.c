/* SPDX-License-Identifier: MIT */
#include "core/model/anthropic.h"

#include "core/model/anthropic_answer.h"
#include "core/model/anthropic_bedrock.h"
#include "core/model/anthropic_body.h"
#include "core/model/vertex.h"
#include "core/model/wire_call.h"

/* "a" or ["a", "b"] as "a,b". */
static struct str words(struct arena *a, struct value v)
{
	struct str out = STR_NONE;

	if (v.kind == VALUE_STR)
		return v.u.str;
	for (size_t i = 0; v.kind == VALUE_LIST && i < v.u.list->len; i++) {
		const struct value item = v.u.list->items[i];
		if (item.kind == VALUE_STR)
			out = out.len == 0 ? item.u.str
					   : str_format(a, "%.*s,%.*s", STR_ARG(out),
						     STR_ARG(item.u.str));
	}
	return out;
}

static struct str direct_url(struct arena *a, struct str base)
{
	if (base.len == 0)
		base = STR("https://api.anthropic.com");
	if (str_ends(base, STR("/messages")))
		return base;
	return wire_url(
		a, base, str_ends(base, STR("/v1")) ? STR("/messages") : STR("/v1/messages"));
}

static bool build(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e)
{
	const bool vertex = vertex_is(connection);
	struct str beta = words(a, wire_member(request->parameters, "anthropic_beta"));

	*out = (struct wire_request){.method = "POST",
		.headers = value_dict(a),
		.key_header = vertex ? "Authorization" : "x-api-key",
		.key_prefix = vertex ? "Bearer " : "",
		.stream = request->stream};
	if (request->model.len == 0)
		return err_set(e, ERR_CONFIG, "The request names no model.");
	if (beta.len == 0)
		beta = words(a, wire_member(connection->options, "beta"));
	if (beta.len > 0)
		value_set(out->headers, STR("anthropic-beta"), value_str(beta));
	if (vertex) {
		if (!vertex_url(a, connection, STR("anthropic"), request->model,
			    request->stream ? STR("streamRawPredict") : STR("rawPredict"),
			    &out->url, e))
			return false;
	} else {
		value_set(out->headers, STR("anthropic-version"), value_cstr("2023-06-01"));
		out->url = direct_url(a, connection->base_url);
	}
	return anthropic_body(
		a, vertex ? ANTHROPIC_VERTEX : ANTHROPIC_DIRECT, request, &out->body, e);
}

static void init(struct wire_answer *answer, const struct connection *connection,
	const struct model_request *request)
{
	struct anthropic_answer *a = (struct anthropic_answer *)answer;

	(void)connection;
	anthropic_answer_init(a);
	a->own.note = anthropic_body_note(&answer->arena, request);
}

static void answer_done(struct wire_answer *a)
{
	anthropic_answer_free((struct anthropic_answer *)a);
}

static bool event(struct wire_answer *a, struct str name, struct str data, struct err *e)
{
	(void)name;
	return anthropic_answer_event((struct anthropic_answer *)a, data, e);
}

static bool whole(struct wire_answer *a, struct str body, struct err *e)
{
	return anthropic_answer_whole((struct anthropic_answer *)a, body, e);
}

static bool is_complete(const struct wire_answer *a)
{
	return anthropic_answer_is_complete((const struct anthropic_answer *)a);
}

static void result(struct wire_answer *a, struct model_result *r)
{
	anthropic_answer_result((struct anthropic_answer *)a, r);
}

static enum wire_end end(const struct wire_answer *a, const struct model_result *r)
{
	return anthropic_answer_end((const struct anthropic_answer *)a, r);
}

const struct wire anthropic_wire = {
	.provider = &anthropic,
	.framing = WIRE_SSE,
	.build = build,
	.answer_size = sizeof(struct anthropic_answer),
	.init = init,
	.free = answer_done,
	.event = event,
	.whole = whole,
	.is_complete = is_complete,
	.result = result,
	.end = end,
};

static const struct wire *wire_of(const struct connection *connection)
{
	return str_is(connection->vendor, "bedrock") ? &anthropic_bedrock_wire : &anthropic_wire;
}

static bool show(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct model_wire *out, struct err *e)
{
	return wire_show(wire_of(connection), a, connection, request, out, e);
}

static struct model_call *start(const struct provider_context *context,
	const struct connection *connection, const struct model_request *request,
	const struct model_listener *listener, struct err *e)
{
	return wire_call_start(wire_of(connection), context, connection, request, listener, e);
}

const struct provider anthropic = {
	.name = "anthropic",
	.wire = show,
	.start = start,
	.cancel = wire_call_cancel,
};
