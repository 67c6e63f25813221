/* SPDX-License-Identifier: MIT */
#include "core/model/ollama.h"

#include "core/model/ollama_answer.h"
#include "core/model/ollama_body.h"
#include "core/model/wire_call.h"

struct str ollama_url(struct arena *a, struct str base, struct str path)
{
	if (base.len == 0)
		base = STR("http://127.0.0.1:11434");
	if (str_ends(base, STR("/api")))
		base.len -= sizeof "/api" - 1;
	else if (str_ends(base, STR("/v1")))
		base.len -= sizeof "/v1" - 1;
	return wire_url(a, base, path);
}

static bool build(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e)
{
	*out = (struct wire_request){.method = "POST",
		.headers = value_dict(a),
		.key_header = "Authorization",
		.key_prefix = "Bearer ",
		.stream = request->stream};
	if (request->model.len == 0)
		return err_set(e, ERR_CONFIG, "The request names no model.");
	out->url = ollama_url(a, connection->base_url,
		request->api == API_CHAT ? STR("/api/chat") : STR("/api/generate"));
	return ollama_body(a, request, &out->body, e);
}

static void init(struct wire_answer *answer, const struct connection *connection,
	const struct model_request *request)
{
	(void)connection;
	ollama_answer_init((struct ollama_answer *)answer, request->api == API_COMPLETION);
}

static void answer_done(struct wire_answer *a)
{
	ollama_answer_free((struct ollama_answer *)a);
}

static bool event(struct wire_answer *a, struct str name, struct str data, struct err *e)
{
	(void)name;
	return ollama_answer_event((struct ollama_answer *)a, data, e);
}

static bool whole(struct wire_answer *a, struct str body, struct err *e)
{
	return ollama_answer_whole((struct ollama_answer *)a, body, e);
}

static bool is_complete(const struct wire_answer *a)
{
	return ollama_answer_is_complete((const struct ollama_answer *)a);
}

static void result(struct wire_answer *a, struct model_result *r)
{
	ollama_answer_result((struct ollama_answer *)a, r);
}

const struct wire ollama_wire = {
	.provider = &ollama,
	.framing = WIRE_LINES,
	.build = build,
	.answer_size = sizeof(struct ollama_answer),
	.init = init,
	.free = answer_done,
	.event = event,
	.whole = whole,
	.is_complete = is_complete,
	.result = result,
};

static bool show(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct model_wire *out, struct err *e)
{
	return wire_show(&ollama_wire, a, connection, request, out, e);
}

static struct model_call *start(const struct provider_context *context,
	const struct connection *connection, const struct model_request *request,
	const struct model_listener *listener, struct err *e)
{
	return wire_call_start(&ollama_wire, context, connection, request, listener, e);
}

const struct provider ollama = {
	.name = "ollama",
	.wire = show,
	.start = start,
	.cancel = wire_call_cancel,
};
