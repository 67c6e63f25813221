/* SPDX-License-Identifier: MIT */
#include "core/model/openai_responses.h"

#include "core/data/json.h"
#include "core/model/azure_url.h"
#include "core/model/dialect.h"
#include "core/model/openai_choice.h"
#include "core/model/responses_body.h"
#include "core/model/usage.h"
#include "core/model/wire_call.h"

struct answer {
	struct wire_answer base; /* done: the response's terminal event came */
	struct openai_choice choice; /* what the events brought */
	struct openai_choice settled; /* what the response's end says */
	bool whole; /* it came at once: its pieces have not been told yet */
	struct value response; /* the response object at its end; VALUE_NONE before */
	struct str id, model;
};

static struct openai_choice *told_choice(struct answer *r)
{
	return r->response.kind == VALUE_DICT && r->settled.index == 1 ? &r->settled : &r->choice;
}

/* A piece in the words of a chat delta. */
static bool add(struct answer *r, const char *key, struct value v, struct err *e)
{
	struct wire_answer *b = &r->base;
	struct value delta = value_dict(&b->scratch);

	value_set(delta, str_from(key), v);
	return openai_choice_add(&r->choice, delta, &b->arena, &b->scratch, b->delta, b->ctx) ||
	       err_set(e, ERR_LIMIT, "it has too many tool calls, or is too long");
}

/* An item {"type": "function_call"} or a piece of one as a chat delta's tool call. */
static struct value tool_delta(struct arena *a, struct value item, int64_t index)
{
	const bool custom = str_is(value_get_str(item, "type", STR_NONE), "custom_tool_call");
	struct value held = value_dict(a), call = value_dict(a), list = value_list(a);

	value_set(held, STR("name"), wire_member(item, "name"));
	value_set(held, custom ? STR("input") : STR("arguments"),
		wire_member(item, custom ? "input" : "arguments"));
	value_set(call, STR("index"), value_int(index));
	value_set(call, STR("id"), wire_member(item, "call_id"));
	value_set(call, STR("type"), value_cstr(custom ? "custom" : "function"));
	value_set(call, custom ? STR("custom") : STR("function"), held);
	value_push(list, call);
	return list;
}

static bool is_call(struct value item)
{
	const struct str type = value_get_str(item, "type", STR_NONE);

	return str_is(type, "function_call") || str_is(type, "custom_tool_call");
}

/* A further piece of a call's arguments: no name and no id. */
static bool add_arguments(struct answer *r, struct value v, bool custom, struct err *e)
{
	struct arena *a = &r->base.scratch;
	struct value item = value_dict(a);

	value_set(item, STR("type"), value_cstr(custom ? "custom_tool_call" : "function_call"));
	value_set(item, custom ? STR("input") : STR("arguments"), wire_member(v, "delta"));
	return add(r, "tool_calls", tool_delta(a, item, value_get_int(v, "output_index", 0)), e);
}

static struct value one_field(struct arena *a, const char *key, struct value v)
{
	struct value dict = value_dict(a);

	value_set(dict, str_from(key), v);
	return dict;
}

/* A chat delta of the response's end; told when no event told it before. */
static bool settle_delta(struct answer *r, const char *key, struct value v)
{
	struct arena *a = &r->base.arena;

	return openai_choice_add(&r->settled, one_field(a, key, v), a, a,
		r->whole ? r->base.delta : NULL, r->base.ctx);
}

/* The parts of a message or of reasoning as chat deltas. */
static bool settle_parts(struct answer *r, struct value parts, const char *text_key)
{
	for (size_t i = 0; parts.kind == VALUE_LIST && i < parts.u.list->len; i++) {
		const struct value part = parts.u.list->items[i];
		const bool refusal = str_is(value_get_str(part, "type", STR_NONE), "refusal");
		if (!settle_delta(r, refusal ? "refusal" : text_key,
			    wire_member(part, refusal ? "refusal" : "text")))
			return false;
	}
	return true;
}

static bool settle_item(struct answer *r, struct value item, int64_t index)
{
	const struct str type = value_get_str(item, "type", STR_NONE);

	if (str_is(type, "message"))
		return settle_parts(r, wire_member(item, "content"), "content");
	if (str_is(type, "reasoning"))
		return settle_parts(r, wire_member(item, "summary"), "reasoning_content") &&
		       settle_parts(r, wire_member(item, "content"), "reasoning_content");
	return !is_call(item) ||
	       settle_delta(r, "tool_calls", tool_delta(&r->base.arena, item, index));
}

/* The response at its end, kept; its items are what was answered. */
static bool settle(struct answer *r, struct value response, struct err *e)
{
	const struct value output = wire_member(response, "output");

	r->response = response;
	if (output.kind != VALUE_LIST || output.u.list->len == 0)
		return true;
	r->settled.index = 1; /* it counts */
	for (size_t i = 0; i < output.u.list->len; i++)
		if (!settle_item(r, output.u.list->items[i], (int64_t)i))
			return err_set(e, ERR_LIMIT, "it has too many tool calls, or is too long");
	return true;
}

static void take_head(struct answer *r, struct value response)
{
	struct arena *a = &r->base.arena;

	if (r->id.len == 0)
		r->id = str_copy(a, value_get_str(response, "id", STR_NONE));
	if (r->model.len == 0)
		r->model = str_copy(a, value_get_str(response, "model", STR_NONE));
}

static bool fail(struct answer *r, struct value v, struct err *e)
{
	struct arena *a = &r->base.arena;

	r->base.failed = true;
	if (!wire_error_find(a, value_copy(a, v), &r->base.error))
		r->base.error = (struct wire_error){.message = STR("The response failed.")};
	return err_set(e, ERR_PROVIDER, "it is an error");
}

/* completed, incomplete, failed, or cancelled. */
static bool take_end(struct answer *r, struct value response, struct err *e)
{
	const struct str status = value_get_str(response, "status", STR_NONE);

	take_head(r, response);
	if (!settle(r, response, e))
		return false;
	if (str_is(status, "failed") || str_is(status, "cancelled"))
		return fail(r, response, e);
	r->base.done = true;
	return true;
}

static bool take_typed(struct answer *r, struct str type, struct value v, struct err *e)
{
	const struct value delta = wire_member(v, "delta");
	const struct value item = wire_member(v, "item");

	if (str_is(type, "response.output_text.delta"))
		return add(r, "content", delta, e);
	if (str_is(type, "response.refusal.delta"))
		return add(r, "refusal", delta, e);
	if (str_is(type, "response.reasoning_text.delta") ||
		str_is(type, "response.reasoning_summary_text.delta"))
		return add(r, "reasoning_content", delta, e);
	if (str_is(type, "response.function_call_arguments.delta"))
		return add_arguments(r, v, false, e);
	if (str_is(type, "response.custom_tool_call_input.delta"))
		return add_arguments(r, v, true, e);
	if (str_is(type, "response.output_item.added") && is_call(item))
		return add(r, "tool_calls",
			tool_delta(&r->base.scratch, item, value_get_int(v, "output_index", 0)), e);
	if (str_is(type, "response.created") || str_is(type, "response.in_progress"))
		take_head(r, wire_member(v, "response"));
	if (str_is(type, "response.completed") || str_is(type, "response.incomplete") ||
		str_is(type, "response.failed"))
		return take_end(r, value_copy(&r->base.arena, wire_member(v, "response")), e);
	return !str_is(type, "error") || fail(r, v, e);
}

static bool event(struct wire_answer *a, struct str name, struct str data, struct err *e)
{
	struct answer *r = (struct answer *)a;
	struct value v;

	(void)name;
	data = str_trim(data);
	if (data.len == 0 || a->done)
		return true;
	if (str_is(data, "[DONE]"))
		return true;
	arena_reset(&a->scratch);
	if (!json_read(&a->scratch, wire_repair(&a->scratch, data), NULL, &v, e))
		return false;
	if (v.kind != VALUE_DICT)
		return err_set(
			e, ERR_PROVIDER, "it is %s, not an object", value_kind_words(v.kind));
	const struct str type = value_get_str(v, "type", STR_NONE);
	if (type.len == 0 && value_get_cstr(v, "error") != NULL)
		return fail(r, v, e);
	return take_typed(r, type, v, e);
}

static bool whole(struct wire_answer *a, struct str body, struct err *e)
{
	struct answer *r = (struct answer *)a;
	struct value v;

	if (!json_read(&a->arena, wire_repair(&a->arena, body), NULL, &v, e))
		return false;
	if (wire_error_find(&a->arena, v, &a->error)) {
		a->failed = true;
		if (value_get_cstr(v, "output") != NULL)
			(void)!settle(r, v, e);
		return err_set(e, ERR_PROVIDER, "it is an error");
	}
	if (value_get_cstr(v, "output") == NULL)
		return err_set(e, ERR_PROVIDER, "it holds no output");
	const struct str status = value_get_str(v, "status", STR("completed"));
	if (str_is(status, "queued") || str_is(status, "in_progress"))
		return err_set(e, ERR_PROVIDER, "it is not finished yet");
	r->whole = true;
	return take_end(r, v, e);
}

static bool is_complete(const struct wire_answer *a)
{
	return a->done;
}

static struct str finish_of(struct value response)
{
	const struct value why = wire_member(response, "incomplete_details");

	return value_get_str(why, "reason", value_get_str(response, "status", STR_NONE));
}

/* A response without its end, in the API's form. */
static struct value put_together(struct answer *r)
{
	struct arena *a = &r->base.arena;
	struct value v = value_dict(a), output = value_list(a), parts = value_list(a);
	struct value message = value_dict(a), text = value_dict(a);
	const struct value calls = openai_choice_tools(a, &r->choice);

	value_set(text, STR("type"), value_cstr("output_text"));
	value_set(text, STR("text"), value_str(buf_str(&r->choice.text)));
	value_push(parts, text);
	value_set(message, STR("type"), value_cstr("message"));
	value_set(message, STR("role"), value_cstr("assistant"));
	value_set(message, STR("content"), parts);
	value_push(output, message);
	for (size_t i = 0; calls.kind == VALUE_LIST && i < calls.u.list->len; i++) {
		struct value item = value_dict(a);
		const struct value call = calls.u.list->items[i];
		value_set(item, STR("type"), value_cstr("function_call"));
		value_set(item, STR("call_id"), wire_member(call, "id"));
		value_set(item, STR("name"), wire_member(wire_member(call, "function"), "name"));
		value_set(item, STR("arguments"),
			wire_member(wire_member(call, "function"), "arguments"));
		value_push(output, item);
	}
	value_set(v, STR("id"), value_str(r->id));
	value_set(v, STR("object"), value_cstr("response"));
	value_set(v, STR("model"), value_str(r->model));
	value_set(v, STR("status"), value_cstr("in_progress"));
	value_set(v, STR("output"), output);
	return v;
}

static void result(struct wire_answer *a, struct model_result *m)
{
	struct answer *r = (struct answer *)a;
	const struct openai_choice *c = told_choice(r);

	m->usage = usage_responses(wire_member(r->response, "usage"));
	m->usage.rate = usage_rate(value_get_str(r->response, "service_tier", STR_NONE));
	m->response_id = r->id;
	m->response_model = r->model;
	m->text = buf_str(&c->text);
	/* Raw thoughts may be streamed and left out at the end. */
	m->reasoning = buf_str(c->reasoning.len > 0 ? &c->reasoning : &r->choice.reasoning);
	m->refusal = buf_str(&c->refusal);
	m->tool_calls = openai_choice_tools(&a->arena, c);
	m->finish_reason = finish_of(r->response);
	if (r->response.kind == VALUE_DICT)
		m->response = r->response;
	else if (r->id.len > 0 || c->text.len > 0)
		m->response = put_together(r);
}

static void free_answer(struct wire_answer *a)
{
	struct answer *r = (struct answer *)a;

	openai_choice_free(&r->choice);
	openai_choice_free(&r->settled);
}

static bool build(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e)
{
	const struct dialect *d = dialect_of(connection);
	const bool azure = str_is(str_from(d->vendor), "azure");

	out->url = azure ? azure_url_v1(a, connection, STR("/responses"))
			 : wire_url(a, connection->base_url, STR("/responses"));
	out->stream = request->stream;
	dialect_key(d, connection, out);
	return responses_body(a, request, &out->body, e);
}

const struct wire openai_responses_wire = {
	.provider = &openai_responses,
	.framing = WIRE_SSE,
	.build = build,
	.answer_size = sizeof(struct answer),
	.free = free_answer,
	.event = event,
	.whole = whole,
	.is_complete = is_complete,
	.result = result,
};

static bool show(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct model_wire *out, struct err *e)
{
	return wire_show(&openai_responses_wire, a, connection, request, out, e);
}

static struct model_call *start(const struct provider_context *context,
	const struct connection *connection, const struct model_request *request,
	const struct model_listener *listener, struct err *e)
{
	return wire_call_start(&openai_responses_wire, context, connection, request, listener, e);
}

const struct provider openai_responses = {
	.name = "openai_responses",
	.needs_url = true,
	.wire = show,
	.start = start,
	.cancel = wire_call_cancel,
};
