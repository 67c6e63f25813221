/* SPDX-License-Identifier: MIT */
#include "core/model/openai_chat.h"

#include "core/model/azure_url.h"
#include "core/model/dialect.h"
#include "core/model/openai_answer.h"
#include "core/model/openai_body.h"
#include "core/model/wire_call.h"

static bool write_body(struct arena *a, const struct dialect *d,
	const struct connection *connection, const struct model_request *request,
	struct wire_request *out, struct err *e)
{
	struct model_request sent = *request;

	sent.stream =
		request->stream || dialect_streams_only(d, request->model, request->parameters);
	out->stream = sent.stream;
	dialect_key(d, connection, out);
	if (request->body.len > 0) {
		out->body = request->body;
		return true;
	}
	return openai_body_for(a, d, &sent, &out->body, e);
}

static bool build(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e)
{
	out->url = openai_url(a, connection->base_url, request->api);
	return write_body(a, dialect_of(connection), connection, request, out, e);
}

static bool build_azure(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e)
{
	const bool chat = request->api == API_CHAT;

	out->url = azure_url(a, connection, request->model,
		chat ? STR("/chat/completions") : STR("/completions"));
	return write_body(a, dialect_find(STR("azure")), connection, request, out, e);
}

static void init(struct wire_answer *a, const struct connection *connection,
	const struct model_request *request)
{
	struct openai_answer *answer = (struct openai_answer *)a;
	const int64_t n = value_get_int(request->parameters, "n", 1);

	openai_answer_init(answer, n > 0 ? (size_t)n : 1);
	answer->think_tags = dialect_of(connection)->think_tags;
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

#define CHAT                                                                                       \
	.framing = WIRE_SSE, .answer_size = sizeof(struct openai_answer), .init = init,            \
	.free = free_answer, .event = event, .whole = whole, .is_complete = is_complete,           \
	.result = result

const struct wire openai_wire = {.provider = &openai_chat, .build = build, CHAT};
const struct wire azure_wire = {.provider = &azure_openai, .build = build_azure, CHAT};

static bool show(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct model_wire *out, struct err *e)
{
	return wire_show(&openai_wire, a, connection, request, out, e);
}

static struct model_call *start(const struct provider_context *context,
	const struct connection *connection, const struct model_request *request,
	const struct model_listener *listener, struct err *e)
{
	return wire_call_start(&openai_wire, context, connection, request, listener, e);
}

static bool azure_show(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct model_wire *out, struct err *e)
{
	return wire_show(&azure_wire, a, connection, request, out, e);
}

static struct model_call *azure_start(const struct provider_context *context,
	const struct connection *connection, const struct model_request *request,
	const struct model_listener *listener, struct err *e)
{
	return wire_call_start(&azure_wire, context, connection, request, listener, e);
}

const struct provider openai_chat = {
	.name = "openai",
	.needs_url = true,
	.wire = show,
	.start = start,
	.cancel = wire_call_cancel,
};

const struct provider azure_openai = {
	.name = "azure",
	.needs_url = true,
	.wire = azure_show,
	.start = azure_start,
	.cancel = wire_call_cancel,
};
