/* SPDX-License-Identifier: MIT */
#include "core/model/ollama_answer.h"

#include "core/data/json.h"

void ollama_answer_init(struct ollama_answer *a, bool is_completion)
{
	answer_init(&a->own);
	a->is_completion = is_completion;
}

void ollama_answer_free(struct ollama_answer *a)
{
	answer_free(&a->own);
}

static bool take_calls(struct ollama_answer *a, struct value calls, struct err *e)
{
	struct arena *arena = &a->own.base.arena;

	for (size_t i = 0; calls.kind == VALUE_LIST && i < calls.u.list->len; i++) {
		const struct value call = calls.u.list->items[i];
		const struct value arguments =
			wire_member(wire_member(call, "function"), "arguments");
		if (a->calls.kind != VALUE_LIST)
			a->calls = value_list(arena);
		if (a->calls.u.list->len == ANSWER_PARTS_MAX)
			return err_set(e, ERR_LIMIT, "it has too many tool calls");
		value_push(a->calls, value_copy(arena, call));
		if (!answer_add(&a->own, TRACE_DELTA_TOOL,
			    json_text(&a->own.base.scratch, arguments, JSON_COMPACT), e))
			return false;
	}
	return true;
}

static void take_logprobs(struct ollama_answer *a, struct value list)
{
	if (list.kind != VALUE_LIST)
		return;
	if (a->logprobs.kind != VALUE_LIST)
		a->logprobs = value_list(&a->own.base.arena);
	for (size_t i = 0; i < list.u.list->len; i++)
		value_push(a->logprobs, value_copy(&a->own.base.arena, list.u.list->items[i]));
}

static void take_rest(struct ollama_answer *a, struct value v)
{
	static const char *const grown[] = {"message", "response", "thinking", "logprobs"};
	struct arena *arena = &a->own.base.arena;

	/* What stays the same in all lines is copied once, what the last one brings at the end. */
	if (a->last.kind == VALUE_DICT && !a->own.base.done)
		return;
	if (a->last.kind != VALUE_DICT)
		a->last = value_dict(arena);
	for (size_t i = 0; i < v.u.dict->len; i++) {
		const struct str key = v.u.dict->entries[i].key.u.str;
		bool is_grown = false;
		for (size_t k = 0; k < sizeof grown / sizeof *grown; k++)
			is_grown = is_grown || str_is(key, grown[k]);
		if (!is_grown)
			value_set(a->last, str_copy(arena, key),
				value_copy(arena, v.u.dict->entries[i].value));
	}
}

static bool take(struct ollama_answer *a, struct value v, struct err *e)
{
	const struct value message = wire_member(v, "message");
	struct wire_error error;

	if (v.kind != VALUE_DICT)
		return err_set(
			e, ERR_PROVIDER, "it is %s, not an object", value_kind_words(v.kind));
	if (value_get_cstr(v, "error") != NULL && wire_error_find(&a->own.base.scratch, v, &error))
		return answer_fail(&a->own, error, e);
	if (!answer_add(&a->own, TRACE_DELTA_REASONING,
		    value_get_str(message, "thinking", STR_NONE), e) ||
		!answer_add(&a->own, TRACE_DELTA_REASONING, value_get_str(v, "thinking", STR_NONE),
			e) ||
		!answer_add(&a->own, TRACE_DELTA_TEXT, value_get_str(message, "content", STR_NONE),
			e) ||
		!answer_add(&a->own, TRACE_DELTA_TEXT, value_get_str(v, "response", STR_NONE), e) ||
		!take_calls(a, wire_member(message, "tool_calls"), e))
		return false;
	take_logprobs(a, wire_member(v, "logprobs"));
	answer_keep(&a->own, &a->own.model, v, "model");
	a->own.base.done = value_get_bool(v, "done", false);
	take_rest(a, v);
	if (!a->own.base.done)
		return true;
	answer_keep(&a->own, &a->own.finish, v, "done_reason");
	if (a->own.finish.len == 0)
		a->own.finish = STR("stop"); /* older servers give no reason */
	a->own.usage = usage_ollama(v);
	return true;
}

bool ollama_answer_event(struct ollama_answer *a, struct str data, struct err *e)
{
	struct value v;

	if (a->own.base.done || str_trim(data).len == 0)
		return true;
	return answer_read(&a->own, data, &v, e) && take(a, v, e);
}

bool ollama_answer_whole(struct ollama_answer *a, struct str body, struct err *e)
{
	struct value v;

	if (!answer_read_whole(&a->own, body, &v, e) || !take(a, v, e))
		return false;
	if (value_get_cstr(v, a->is_completion ? "response" : "message") == NULL)
		return err_set(e, ERR_PROVIDER, "it holds no %s",
			a->is_completion ? "response" : "message");
	a->own.whole = v;
	return true;
}

bool ollama_answer_is_complete(const struct ollama_answer *a)
{
	return a->own.base.done;
}

static struct value neutral_calls(struct ollama_answer *a)
{
	struct arena *arena = &a->own.base.arena;

	if (a->calls.kind != VALUE_LIST)
		return value_none();
	struct value list = value_list(arena);
	for (size_t i = 0; i < a->calls.u.list->len; i++) {
		const struct value call = a->calls.u.list->items[i];
		const struct value function = wire_member(call, "function");
		const struct value arguments = wire_member(function, "arguments");
		struct str id = value_get_str(call, "id", STR_NONE);
		struct str text = STR("{}");
		if (id.len == 0)
			id = str_format(arena, "call_%zu", i);
		if (arguments.kind == VALUE_STR)
			text = arguments.u.str;
		else if (arguments.kind != VALUE_NONE)
			text = json_text(arena, arguments, JSON_COMPACT);
		value_push(list,
			answer_call(arena, id, value_get_str(function, "name", STR_NONE), text));
	}
	return list;
}

/* The lines of a stream as the one object that comes without. */
static struct value response(struct ollama_answer *a)
{
	struct arena *arena = &a->own.base.arena;
	struct value v = value_dict(arena);
	struct value message = a->is_completion ? v : value_dict(arena);
	const struct str thinking = buf_str(&a->own.reasoning);

	for (size_t i = 0; i < a->last.u.dict->len; i++)
		value_set(
			v, a->last.u.dict->entries[i].key.u.str, a->last.u.dict->entries[i].value);
	if (!a->is_completion)
		value_set(message, STR("role"), value_cstr("assistant"));
	value_set(message, a->is_completion ? STR("response") : STR("content"),
		value_str(buf_str(&a->own.text)));
	if (thinking.len > 0)
		value_set(message, STR("thinking"), value_str(thinking));
	if (a->calls.kind == VALUE_LIST)
		value_set(message, STR("tool_calls"), a->calls);
	if (!a->is_completion)
		value_set(v, STR("message"), message);
	if (a->logprobs.kind == VALUE_LIST)
		value_set(v, STR("logprobs"), a->logprobs);
	return v;
}

void ollama_answer_result(struct ollama_answer *a, struct model_result *r)
{
	answer_result(&a->own, r);
	if (a->last.kind != VALUE_DICT)
		return;
	r->tool_calls = neutral_calls(a);
	r->response = a->own.whole.kind == VALUE_DICT ? a->own.whole : response(a);
}
