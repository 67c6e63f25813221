/* SPDX-License-Identifier: MIT */
#include "core/model/openai_chat.h"

#include "core/model/openai_answer.h"
#include "core/model/openai_body.h"
#include "core/model/wire_call.h"

static bool build(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e)
{
	out->url = openai_url(a, connection->base_url, request->api);
	out->stream = request->stream;
	out->key_header = "Authorization";
	out->key_prefix = "Bearer ";
	return openai_body(a, request, &out->body, e);
}

static void init(struct wire_answer *a, const struct connection *connection,
	const struct model_request *request)
{
	const int64_t n = value_get_int(request->parameters, "n", 1);

	(void)connection;
	openai_answer_init((struct openai_answer *)a, n > 0 ? (size_t)n : 1);
}

static void free_answer(struct wire_answer *a)
{
	openai_answer_free((struct openai_answer *)a);
}

static bool event(struct wire_answer *a, struct str name, struct str data, struct err *e)
{
	return openai_answer_event((struct openai_answer *)a, name, data, e);
}

static bool whole(struct wire_answer *a, struct str body, struct err *e)
{
	return openai_answer_whole((struct openai_answer *)a, body, e);
}

static bool is_complete(const struct wire_answer *a)
{
	return openai_answer_is_complete((const struct openai_answer *)a);
}

static void result(struct wire_answer *a, struct model_result *r)
{
	openai_answer_result((struct openai_answer *)a, r);
}

static const struct wire wire = {
	.provider = &openai_chat,
	.framing = WIRE_SSE,
	.build = build,
	.answer_size = sizeof(struct openai_answer),
	.init = init,
	.free = free_answer,
	.event = event,
	.whole = whole,
	.is_complete = is_complete,
	.result = result,
};

static bool show(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct model_wire *out, struct err *e)
{
	return wire_show(&wire, a, connection, request, out, e);
}

static struct model_call *start(const struct provider_context *context,
	const struct connection *connection, const struct model_request *request,
	const struct model_listener *listener, struct err *e)
{
	return wire_call_start(&wire, context, connection, request, listener, e);
}

const struct provider openai_chat = {
	.name = "openai",
	.needs_url = true,
	.wire = show,
	.start = start,
	.cancel = wire_call_cancel,
};
