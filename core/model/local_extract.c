/* SPDX-License-Identifier: MIT */
#include "core/model/local_extract.h"

#include "core/base/alloc.h"
#include "core/loop/loop.h"
#include "core/model/extract.h"
#include "core/model/openai_body.h"

#include <math.h>
#include <stdlib.h>

struct call {
	struct model_call base;
	struct arena arena; /* the answer and the result */
	struct loop *loop;
	struct model_listener listener;
	struct extract_answer answer;
	struct loop_timer timer;
	struct buf text; /* what was said so far */
	size_t next; /* piece */
	size_t spoken_tokens;
	int64_t first_ns;
	bool sent;
	bool cancelled;
};

const char *local_extract_outcome_word(int outcome)
{
	static const char *const words[] = {[EXTRACT_ANSWERED] = "answered",
		[EXTRACT_NOT_IN_PASSAGES] = "not_in_passages",
		[EXTRACT_NO_PASSAGES] = "no_passages",
		[EXTRACT_NO_QUESTION] = "no_question"};
	return words[outcome];
}

/* What an extractive answerer could only pretend to do. */
static bool check_request(const struct model_request *request, struct err *e)
{
	const struct value *format = value_get_cstr(request->parameters, "response_format");
	const struct value *choice = value_get_cstr(request->parameters, "tool_choice");
	struct str kind = format != NULL ? value_get_str(*format, "type", STR_NONE) : STR_NONE;
	const char *cannot = NULL;
	if (str_is(kind, "json_object") || str_is(kind, "json_schema"))
		cannot = "answer in JSON";
	else if (choice != NULL &&
		 (choice->kind == VALUE_DICT ||
			 (choice->kind == VALUE_STR && str_is(choice->u.str, "required"))))
		cannot = "call tools";
	if (cannot == NULL)
		return true;
	err_set(e, ERR_PROVIDER,
		LOCAL_EXTRACT_MODEL " cannot %s: it is an extractive answerer, which only quotes "
				    "sentences of the passages in the prompt.",
		cannot);
	return err_hint(e, "Choose a language model for this prompt (--model).");
}

static void add_answer(struct call *c, struct value response)
{
	struct arena *a = &c->arena;
	struct value message = value_dict(a), choice = value_dict(a), choices = value_list(a);
	value_set(message, STR("role"), value_str(STR("assistant")));
	value_set(message, STR("content"), value_str(str_copy(a, buf_str(&c->text))));
	value_set(choice, STR("index"), value_int(0));
	value_set(choice, STR("message"), message);
	value_set(
		choice, STR("finish_reason"), c->cancelled ? value_none() : value_str(STR("stop")));
	value_push(choices, choice);
	value_set(response, STR("choices"), choices);
}

/* The answer in the form of the chat API, and how it was found. */
static struct value response_of(struct call *c)
{
	struct arena *a = &c->arena;
	struct value response = value_dict(a), found = value_dict(a), citations = value_list(a);
	value_set(response, STR("object"), value_str(STR("chat.completion")));
	value_set(response, STR("model"), value_str(STR(LOCAL_EXTRACT_MODEL)));
	add_answer(c, response);
	for (size_t i = 0; i < c->next; i++)
		if (c->answer.citations[i] > 0)
			value_push(citations, value_int(c->answer.citations[i]));
	value_set(found, STR("outcome"),
		value_cstr(local_extract_outcome_word((int)c->answer.outcome)));
	value_set(found, STR("support"), value_float(round(c->answer.support * 1000) / 1000));
	value_set(found, STR("citations"), citations);
	value_set(response, STR("local_extract"), found);
	return response;
}

static void finish(struct call *c)
{
	struct model_result r = {.status = c->cancelled ? TRACE_CANCELLED : TRACE_OK,
		.tool_calls = value_none(),
		.usage = usage_unknown(),
		.first_ns = c->first_ns};
	if (c->cancelled)
		err_set(&r.error, ERR_CANCELLED, "The request was stopped.");
	else
		r.finish_reason = STR("stop");
	r.response = response_of(c);
	r.text = buf_str(&c->text);
	r.response_model = STR(LOCAL_EXTRACT_MODEL);
	r.usage.input = (int64_t)c->answer.input_tokens;
	r.usage.output = (int64_t)c->spoken_tokens;
	r.usage.estimated = true;
	c->listener.done(c->listener.ctx, &r);
	loop_timer_stop(c->loop, &c->timer);
	buf_free(&c->text);
	arena_release(&c->arena);
	free(c);
}

/* A sentence a turn, so that they are seen as they come. */
static void on_turn(void *ctx)
{
	struct call *c = ctx;
	if (!c->sent && c->listener.sent != NULL)
		c->listener.sent(c->listener.ctx);
	c->sent = true;
	if (c->cancelled || c->next == c->answer.len) {
		finish(c);
		return;
	}
	if (c->first_ns == 0)
		c->first_ns = loop_now(c->loop);
	struct str piece = c->answer.pieces[c->next++];
	buf_add_str(&c->text, piece);
	c->spoken_tokens = c->next == c->answer.len
				   ? c->answer.output_tokens
				   : c->answer.output_tokens * c->next / c->answer.len;
	if (c->listener.delta != NULL)
		c->listener.delta(c->listener.ctx, TRACE_DELTA_TEXT, piece);
	loop_timer_start(c->loop, &c->timer, 0, on_turn, c);
}

static struct model_call *start(const struct provider_context *context,
	const struct connection *connection, const struct model_request *request,
	const struct model_listener *listener, struct err *e)
{
	(void)connection;
	if (!check_request(request, e))
		return NULL;
	struct call *c = xcalloc(1, sizeof *c);
	struct message only = {.role = ROLE_USER, .content = request->prompt};
	bool chat = request->api == API_CHAT;
	c->base.provider = &local_extract;
	c->loop = context->loop;
	c->listener = *listener;
	/* A few milliseconds at most, so it needs no thread; pieces are of the arena. */
	c->answer = extract_answer(
		&c->arena, chat ? request->messages : &only, chat ? request->message_count : 1);
	loop_timer_start(c->loop, &c->timer, 0, on_turn, c);
	return &c->base;
}

static void cancel(struct model_call *call)
{
	struct call *c = (struct call *)call;
	c->cancelled = true;
	loop_timer_start(c->loop, &c->timer, 0, on_turn, c);
}

const struct provider local_extract = {
	.name = "local",
	.wire = openai_wire_local,
	.start = start,
	.cancel = cancel,
};
