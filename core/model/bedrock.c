/* SPDX-License-Identifier: MIT */
#include "core/model/bedrock.h"

#include "core/model/aws.h"
#include "core/model/bedrock_answer.h"
#include "core/model/bedrock_body.h"
#include "core/model/wire_call.h"

static bool build(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e)
{
	*out = (struct wire_request){
		.method = "POST", .headers = value_dict(a), .stream = request->stream};
	if (request->model.len == 0)
		return err_set(e, ERR_CONFIG, "The request names no model.");
	aws_key(connection, out);
	out->url = aws_url(a, connection, request->model,
		request->stream ? STR("converse-stream") : STR("converse"));
	return bedrock_body(a, request, &out->body, e);
}

static void init(struct wire_answer *answer, const struct connection *connection,
	const struct model_request *request)
{
	(void)connection;
	(void)request;
	bedrock_answer_init((struct bedrock_answer *)answer);
}

static void answer_done(struct wire_answer *a)
{
	bedrock_answer_free((struct bedrock_answer *)a);
}

static bool event(struct wire_answer *a, struct str name, struct str data, struct err *e)
{
	return bedrock_answer_event((struct bedrock_answer *)a, name, data, e);
}

static bool feed(struct wire_answer *a, struct str bytes, struct err *e)
{
	return bedrock_answer_feed((struct bedrock_answer *)a, bytes, e);
}

static bool whole(struct wire_answer *a, struct str body, struct err *e)
{
	return bedrock_answer_whole((struct bedrock_answer *)a, body, e);
}

static bool is_complete(const struct wire_answer *a)
{
	return bedrock_answer_is_complete((const struct bedrock_answer *)a);
}

static void result(struct wire_answer *a, struct model_result *r)
{
	bedrock_answer_result((struct bedrock_answer *)a, r);
}

static enum wire_end end(const struct wire_answer *a, const struct model_result *r)
{
	return bedrock_answer_end((const struct bedrock_answer *)a, r);
}

const struct wire bedrock_wire = {
	.provider = &bedrock,
	.framing = WIRE_OWN,
	.build = build,
	.sign = aws_sign_request,
	.answer_size = sizeof(struct bedrock_answer),
	.init = init,
	.free = answer_done,
	.event = event,
	.whole = whole,
	.feed = feed,
	.is_complete = is_complete,
	.result = result,
	.end = end,
};

static bool show(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct model_wire *out, struct err *e)
{
	return wire_show(&bedrock_wire, a, connection, request, out, e);
}

static struct model_call *start(const struct provider_context *context,
	const struct connection *connection, const struct model_request *request,
	const struct model_listener *listener, struct err *e)
{
	return wire_call_start(&bedrock_wire, context, connection, request, listener, e);
}

const struct provider bedrock = {
	.name = "bedrock",
	.wire = show,
	.start = start,
	.cancel = wire_call_cancel,
};
