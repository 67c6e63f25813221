/* SPDX-License-Identifier: MIT */
#include "core/model/anthropic_answer.h"

#include "core/base/alloc.h"
#include "core/data/json.h"

#include <stdlib.h>

void anthropic_answer_init(struct anthropic_answer *a)
{
	answer_init(&a->own);
}

void anthropic_answer_free(struct anthropic_answer *a)
{
	for (size_t i = 0; i < a->len; i++) {
		buf_free(&a->blocks[i].text);
		buf_free(&a->blocks[i].signature);
	}
	free(a->blocks);
	answer_free(&a->own);
}

static struct arena *keep(struct anthropic_answer *a)
{
	return &a->own.base.arena;
}

/* Numbers are totals so far; each event may give some of them. */
static void take_usage(struct anthropic_answer *a, struct value usage)
{
	if (usage.kind != VALUE_DICT)
		return;
	a->own.usage_given = usage_over(keep(a), a->own.usage_given, usage);
	a->own.usage = usage_anthropic(a->own.usage_given);
}

static void take_message(struct anthropic_answer *a, struct value message)
{
	if (a->message.kind == VALUE_DICT || message.kind != VALUE_DICT)
		return;
	a->message = value_copy(keep(a), message);
	answer_keep(&a->own, &a->own.id, message, "id");
	answer_keep(&a->own, &a->own.model, message, "model");
	take_usage(a, wire_member(message, "usage"));
}

/* What a message and its last delta say of the end. */
static void take_stop(struct anthropic_answer *a, struct value v)
{
	if (value_get_str(v, "stop_reason", STR_NONE).len == 0)
		return;
	answer_keep(&a->own, &a->own.finish, v, "stop_reason");
	if (a->stop.kind != VALUE_DICT)
		a->stop = value_copy(keep(a), v);
}

static struct anthropic_block *block_at(struct anthropic_answer *a, int64_t index)
{
	for (size_t i = a->len; i > 0; i--)
		if (a->blocks[i - 1].index == index)
			return &a->blocks[i - 1];
	return NULL;
}

static bool is_type(const struct anthropic_block *b, const char *type)
{
	return str_is(value_get_str(b->start, "type", STR_NONE), type);
}

static bool grow(struct anthropic_answer *a, struct buf *to, enum trace_delta_kind kind,
	struct str piece, struct err *e)
{
	if (!buf_add_str(to, piece))
		return err_set(e, ERR_LIMIT, "it is too long");
	return answer_add(&a->own, kind, piece, e);
}

/* A block begins, in a whole message with all it has. */
static bool begin_block(struct anthropic_answer *a, int64_t index, struct value v, struct err *e)
{
	if (v.kind != VALUE_DICT)
		return err_set(e, ERR_PROVIDER, "a block of it is %s, not an object",
			value_kind_words(v.kind));
	if (block_at(a, index) != NULL)
		return true;
	if (a->len == ANSWER_PARTS_MAX)
		return err_set(e, ERR_LIMIT, "it has too many blocks");
	a->blocks = array_reserve(a->blocks, &a->cap, a->len + 1, sizeof *a->blocks);
	struct anthropic_block *b = &a->blocks[a->len++];
	*b = (struct anthropic_block){.index = index, .start = value_copy(keep(a), v)};
	if (is_type(b, "text"))
		return grow(a, &b->text, TRACE_DELTA_TEXT, value_get_str(v, "text", STR_NONE), e);
	if (is_type(b, "thinking"))
		return grow(a, &b->text, TRACE_DELTA_REASONING,
			value_get_str(v, "thinking", STR_NONE), e);
	return true;
}

static bool add_delta(
	struct anthropic_answer *a, struct anthropic_block *b, struct value delta, struct err *e)
{
	const struct str type = value_get_str(delta, "type", STR_NONE);

	if (str_is(type, "text_delta"))
		return grow(
			a, &b->text, TRACE_DELTA_TEXT, value_get_str(delta, "text", STR_NONE), e);
	if (str_is(type, "thinking_delta"))
		return grow(a, &b->text, TRACE_DELTA_REASONING,
			value_get_str(delta, "thinking", STR_NONE), e);
	if (str_is(type, "input_json_delta"))
		return grow(a, &b->text, TRACE_DELTA_TOOL,
			value_get_str(delta, "partial_json", STR_NONE), e);
	if (str_is(type, "signature_delta")) {
		if (!buf_add_str(&b->signature, value_get_str(delta, "signature", STR_NONE)))
			return err_set(e, ERR_LIMIT, "it is too long");
	} else if (str_is(type, "citations_delta")) {
		if (b->citations.kind != VALUE_LIST)
			b->citations = value_list(keep(a));
		if (b->citations.u.list->len < ANSWER_PARTS_MAX)
			value_push(
				b->citations, value_copy(keep(a), wire_member(delta, "citation")));
	}
	return true;
}

static bool take_error(struct anthropic_answer *a, struct value v, struct err *e)
{
	struct wire_error error;

	if (!wire_error_find(&a->own.base.scratch, v, &error))
		error = (struct wire_error){.message = STR("an error without words")};
	return answer_fail(&a->own, error, e);
}

bool anthropic_answer_event(struct anthropic_answer *a, struct str data, struct err *e)
{
	struct value v;

	if (a->own.base.done || str_trim(data).len == 0)
		return true;
	if (!answer_read(&a->own, data, &v, e))
		return false;
	const struct str type = value_get_str(v, "type", STR_NONE);
	const int64_t index = value_get_int(v, "index", 0);
	if (str_is(type, "message_start")) {
		take_message(a, wire_member(v, "message"));
	} else if (str_is(type, "content_block_start")) {
		return begin_block(a, index, wire_member(v, "content_block"), e);
	} else if (str_is(type, "content_block_delta")) {
		struct anthropic_block *b = block_at(a, index);
		return b == NULL || add_delta(a, b, wire_member(v, "delta"), e);
	} else if (str_is(type, "message_delta")) {
		take_stop(a, wire_member(v, "delta"));
		take_usage(a, wire_member(v, "usage"));
	} else if (str_is(type, "message_stop")) {
		a->own.base.done = true;
	} else if (str_is(type, "error") || (type.len == 0 && value_get_cstr(v, "error") != NULL)) {
		return take_error(a, v, e);
	}
	return true;
}

bool anthropic_answer_whole(struct anthropic_answer *a, struct str body, struct err *e)
{
	struct value v;
	struct wire_error error;

	if (!answer_read_whole(&a->own, body, &v, e))
		return false;
	const struct value content = wire_member(v, "content");
	if (content.kind != VALUE_LIST && wire_error_find(&a->own.base.scratch, v, &error))
		return answer_fail(&a->own, error, e);
	if (content.kind != VALUE_LIST)
		return err_set(e, ERR_PROVIDER, "it holds no message");
	take_message(a, v);
	for (size_t i = 0; i < content.u.list->len; i++)
		if (!begin_block(a, (int64_t)i, content.u.list->items[i], e))
			return false;
	take_stop(a, v);
	a->own.whole = v;
	return true;
}

bool anthropic_answer_is_complete(const struct anthropic_answer *a)
{
	return a->own.base.done || a->own.whole.kind == VALUE_DICT;
}

/* The input of a tool's call: it came whole with the block, or as pieces of JSON, of which none
 * stand for no arguments. */
static struct str input_text(struct arena *arena, const struct anthropic_block *b)
{
	const struct value given = wire_member(b->start, "input");

	if (b->text.len > 0)
		return buf_str(&b->text);
	return given.kind == VALUE_DICT ? json_text(arena, given, JSON_COMPACT) : STR("{}");
}

static struct value block_value(struct arena *arena, const struct anthropic_block *b)
{
	struct value v = value_dict(arena);
	struct value input;
	struct err ignored = ERR_INIT;

	for (size_t i = 0; i < b->start.u.dict->len; i++)
		value_set(v, b->start.u.dict->entries[i].key.u.str,
			b->start.u.dict->entries[i].value);
	if (is_type(b, "text"))
		value_set(v, STR("text"), value_str(buf_str(&b->text)));
	else if (is_type(b, "thinking"))
		value_set(v, STR("thinking"), value_str(buf_str(&b->text)));
	else if (b->text.len > 0)
		value_set(v, STR("input"),
			json_read(arena, buf_str(&b->text), NULL, &input, &ignored)
				? input
				: value_str(buf_str(&b->text)));
	if (b->signature.len > 0)
		value_set(v, STR("signature"), value_str(buf_str(&b->signature)));
	if (b->citations.kind == VALUE_LIST)
		value_set(v, STR("citations"), b->citations);
	return v;
}

/* The calls; the first carries the thinking before it, which has to be sent back with them. */
static struct value calls(struct anthropic_answer *a)
{
	struct value list = value_list(keep(a));
	struct value thinking = value_list(keep(a));

	for (size_t i = 0; i < a->len; i++) {
		const struct anthropic_block *b = &a->blocks[i];
		if (is_type(b, "thinking") || is_type(b, "redacted_thinking"))
			value_push(thinking, block_value(keep(a), b));
		if (!is_type(b, "tool_use"))
			continue;
		struct value call = answer_call(keep(a), value_get_str(b->start, "id", STR_NONE),
			value_get_str(b->start, "name", STR_NONE), input_text(keep(a), b));
		if (thinking.u.list->len > 0) {
			struct value inner = value_dict(keep(a));
			struct value extra = value_dict(keep(a));
			value_set(inner, STR("thinking"), thinking);
			value_set(extra, STR("anthropic"), inner);
			value_set(call, STR("extra_content"), extra);
			thinking = value_list(keep(a));
		}
		value_push(list, call);
	}
	return list.u.list->len > 0 ? list : value_none();
}

/* A stream's message in the form of a whole one. */
static struct value response(struct anthropic_answer *a)
{
	struct value v = value_dict(keep(a));
	struct value content = value_list(keep(a));

	if (a->message.kind == VALUE_DICT)
		for (size_t i = 0; i < a->message.u.dict->len; i++)
			value_set(v, a->message.u.dict->entries[i].key.u.str,
				a->message.u.dict->entries[i].value);
	for (size_t i = 0; i < a->len; i++)
		value_push(content, block_value(keep(a), &a->blocks[i]));
	value_set(v, STR("content"), content);
	if (a->stop.kind == VALUE_DICT)
		for (size_t i = 0; i < a->stop.u.dict->len; i++)
			value_set(v, a->stop.u.dict->entries[i].key.u.str,
				a->stop.u.dict->entries[i].value);
	if (a->own.usage_given.kind == VALUE_DICT)
		value_set(v, STR("usage"), a->own.usage_given);
	return v;
}

void anthropic_answer_result(struct anthropic_answer *a, struct model_result *r)
{
	answer_result(&a->own, r);
	if (a->len == 0 && a->message.kind != VALUE_DICT)
		return;
	r->tool_calls = calls(a);
	r->response = a->own.whole.kind == VALUE_DICT ? a->own.whole : response(a);
	if (!str_is(r->finish_reason, "refusal"))
		return;
	const struct value details = wire_member(a->stop, "stop_details");
	r->refusal = value_get_str(details, "explanation", r->text);
}

enum wire_end anthropic_answer_end(const struct anthropic_answer *a, const struct model_result *r)
{
	(void)a;
	return str_is(r->finish_reason, "refusal") ? WIRE_END_REFUSED : WIRE_END_OK;
}
