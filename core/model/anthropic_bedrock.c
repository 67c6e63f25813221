/* SPDX-License-Identifier: MIT */
#include "core/model/anthropic_bedrock.h"

#include "core/model/anthropic.h"
#include "core/model/anthropic_answer.h"
#include "core/model/anthropic_body.h"
#include "core/model/aws.h"
#include "core/net/aws_events.h"

#include <sodium.h>

struct framed {
	struct anthropic_answer answer;
	struct aws_events events;
	struct err *feeding; /* while bytes are fed */
};

static bool build(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e)
{
	*out = (struct wire_request){
		.method = "POST", .headers = value_dict(a), .stream = request->stream};
	if (request->model.len == 0)
		return err_set(e, ERR_CONFIG, "The request names no model.");
	aws_key(connection, out);
	out->url = aws_url(a, connection, request->model,
		request->stream ? STR("invoke-with-response-stream") : STR("invoke"));
	return anthropic_body(a, ANTHROPIC_BEDROCK, request, &out->body, e);
}

/* {"bytes": base64 of an event of the Messages API}. */
static bool take_chunk(struct framed *f, struct str payload, struct err *e)
{
	struct value v;
	size_t len = 0;

	if (!answer_read(&f->answer.own, payload, &v, e))
		return false;
	const struct str text = value_get_str(v, "bytes", STR_NONE);
	const size_t room = text.len / 4 * 3 + 3;
	unsigned char *bytes = arena_alloc(&f->answer.own.base.arena, room, 1);
	if (sodium_base642bin(bytes, room, text.at, text.len, NULL, &len, NULL,
		    sodium_base64_VARIANT_ORIGINAL) != 0)
		return err_set(e, ERR_PROVIDER, "a chunk of it is no base64");
	return anthropic_answer_event(&f->answer, (struct str){(const char *)bytes, len}, e);
}

static bool on_event(void *ctx, struct str kind, bool failed, struct str payload)
{
	struct framed *f = ctx;
	bool ok = true;

	if (failed)
		ok = answer_fail(&f->answer.own,
			(struct wire_error){.message = payload, .type = kind}, f->feeding);
	else if (str_is(kind, "chunk"))
		ok = take_chunk(f, payload, f->feeding);
	return ok && !f->answer.own.base.done;
}

static void init(struct wire_answer *answer, const struct connection *connection,
	const struct model_request *request)
{
	struct framed *f = (struct framed *)answer;

	(void)connection;
	anthropic_answer_init(&f->answer);
	aws_events_init(&f->events, on_event, f);
	f->answer.own.note = anthropic_body_note(&answer->arena, request);
}

static void answer_done(struct wire_answer *a)
{
	struct framed *f = (struct framed *)a;

	aws_events_free(&f->events);
	anthropic_answer_free(&f->answer);
}

static bool feed(struct wire_answer *a, struct str bytes, struct err *e)
{
	struct framed *f = (struct framed *)a;
	struct err found = ERR_INIT;

	f->feeding = &found;
	const bool ok = aws_events_feed(&f->events, bytes, &found) && found.code == ERR_NONE;
	f->feeding = NULL;
	if (!ok)
		*e = found;
	return ok;
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

const struct wire anthropic_bedrock_wire = {
	.provider = &anthropic,
	.framing = WIRE_OWN,
	.build = build,
	.sign = aws_sign_request,
	.answer_size = sizeof(struct framed),
	.init = init,
	.free = answer_done,
	.event = event,
	.whole = whole,
	.feed = feed,
	.is_complete = is_complete,
	.result = result,
	.end = end,
};
