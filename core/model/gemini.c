/* SPDX-License-Identifier: MIT */
#include "core/model/gemini.h"

#include "core/model/gemini_answer.h"
#include "core/model/gemini_body.h"
#include "core/model/vertex.h"
#include "core/model/wire_call.h"

struct str gemini_url(struct arena *a, struct str base, struct str model, struct str verb)
{
	if (base.len == 0)
		base = STR("https://generativelanguage.googleapis.com/v1beta");
	if (str_starts(model, STR("models/")))
		model = str_slice(model, sizeof "models/" - 1, model.len);
	return wire_url(a, base, str_format(a, "/models/%.*s:%.*s", STR_ARG(model), STR_ARG(verb)));
}

static bool build(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e)
{
	const bool vertex = vertex_is(connection);
	const struct str verb =
		request->stream ? STR("streamGenerateContent?alt=sse") : STR("generateContent");

	*out = (struct wire_request){.method = "POST",
		.headers = value_dict(a),
		.key_header = vertex ? "Authorization" : "x-goog-api-key",
		.key_prefix = vertex ? "Bearer " : "",
		.stream = request->stream};
	if (request->model.len == 0)
		return err_set(e, ERR_CONFIG, "The request names no model.");
	if (!vertex)
		out->url = gemini_url(a, connection->base_url, request->model, verb);
	else if (!vertex_url(a, connection, STR("google"), request->model, verb, &out->url, e))
		return false;
	return gemini_body(a, vertex, request, &out->body, e);
}

static void init(struct wire_answer *answer, const struct connection *connection,
	const struct model_request *request)
{
	const int64_t n = value_get_int(request->parameters, "n", 1);

	(void)connection;
	gemini_answer_init((struct gemini_answer *)answer, n > 0 ? (size_t)n : 1);
}

static void answer_done(struct wire_answer *a)
{
	gemini_answer_free((struct gemini_answer *)a);
}

static bool event(struct wire_answer *a, struct str name, struct str data, struct err *e)
{
	(void)name;
	return gemini_answer_event((struct gemini_answer *)a, data, e);
}

static bool whole(struct wire_answer *a, struct str body, struct err *e)
{
	return gemini_answer_whole((struct gemini_answer *)a, body, e);
}

static bool is_complete(const struct wire_answer *a)
{
	return gemini_answer_is_complete((const struct gemini_answer *)a);
}

static void result(struct wire_answer *a, struct model_result *r)
{
	gemini_answer_result((struct gemini_answer *)a, r);
}

static enum wire_end end(const struct wire_answer *a, const struct model_result *r)
{
	return gemini_answer_end((const struct gemini_answer *)a, r);
}

const struct wire gemini_wire = {
	.provider = &gemini,
	.framing = WIRE_SSE,
	.build = build,
	.answer_size = sizeof(struct gemini_answer),
	.init = init,
	.free = answer_done,
	.event = event,
	.whole = whole,
	.is_complete = is_complete,
	.result = result,
	.end = end,
};

static bool show(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct model_wire *out, struct err *e)
{
	return wire_show(&gemini_wire, a, connection, request, out, e);
}

static struct model_call *start(const struct provider_context *context,
	const struct connection *connection, const struct model_request *request,
	const struct model_listener *listener, struct err *e)
{
	return wire_call_start(&gemini_wire, context, connection, request, listener, e);
}

const struct provider gemini = {
	.name = "gemini",
	.wire = show,
	.start = start,
	.cancel = wire_call_cancel,
};
