/* SPDX-License-Identifier: MIT */
#include "core/model/bedrock_answer.h"

#include "core/base/alloc.h"
#include "core/data/json.h"

#include <stdlib.h>

static struct arena *keep(struct bedrock_answer *a)
{
	return &a->own.base.arena;
}

/* An exception of the stream, told by its name and its words. */
static bool take_exception(
	struct bedrock_answer *a, struct str kind, struct str data, struct err *e)
{
	struct wire_error error = {.message = data};
	struct value v;
	struct err ignored = ERR_INIT;

	if (json_read(&a->own.base.scratch, data, NULL, &v, &ignored))
		(void)wire_error_find(&a->own.base.scratch, v, &error);
	error.type = kind;
	return answer_fail(&a->own, error, e);
}

static bool on_event(void *ctx, struct str kind, bool failed, struct str payload)
{
	struct bedrock_answer *a = ctx;
	const bool ok = failed ? take_exception(a, kind, payload, a->feeding)
			       : bedrock_answer_event(a, kind, payload, a->feeding);

	return ok && !a->own.base.done;
}

void bedrock_answer_init(struct bedrock_answer *a)
{
	answer_init(&a->own);
	aws_events_init(&a->events, on_event, a);
}

void bedrock_answer_free(struct bedrock_answer *a)
{
	for (size_t i = 0; i < a->len; i++) {
		buf_free(&a->blocks[i].text);
		buf_free(&a->blocks[i].signature);
	}
	free(a->blocks);
	aws_events_free(&a->events);
	answer_free(&a->own);
}

bool bedrock_answer_feed(struct bedrock_answer *a, struct str bytes, struct err *e)
{
	struct err found = ERR_INIT;

	a->feeding = &found;
	const bool ok = aws_events_feed(&a->events, bytes, &found) && found.code == ERR_NONE;
	a->feeding = NULL;
	if (!ok && e != NULL)
		*e = found;
	return ok;
}

static struct bedrock_block *block_at(struct bedrock_answer *a, int64_t index)
{
	for (size_t i = a->len; i > 0; i--)
		if (a->blocks[i - 1].index == index)
			return &a->blocks[i - 1];
	if (a->len == ANSWER_PARTS_MAX)
		return NULL;
	a->blocks = array_reserve(a->blocks, &a->cap, a->len + 1, sizeof *a->blocks);
	struct bedrock_block *b = &a->blocks[a->len++];
	*b = (struct bedrock_block){.index = index};
	return b;
}

static bool grow(struct bedrock_answer *a, struct buf *to, enum trace_delta_kind kind,
	struct str piece, struct err *e)
{
	if (!buf_add_str(to, piece))
		return err_set(e, ERR_LIMIT, "it is too long");
	return answer_add(&a->own, kind, piece, e);
}

static bool add_reasoning(
	struct bedrock_answer *a, struct bedrock_block *b, struct value v, struct err *e)
{
	const struct str redacted = value_get_str(v, "redactedContent", STR_NONE);

	b->is_reasoning = true;
	if (redacted.len > 0)
		b->redacted = str_copy(keep(a), redacted);
	if (!buf_add_str(&b->signature, value_get_str(v, "signature", STR_NONE)))
		return err_set(e, ERR_LIMIT, "it is too long");
	return grow(a, &b->text, TRACE_DELTA_REASONING, value_get_str(v, "text", STR_NONE), e);
}

static bool add_delta(
	struct bedrock_answer *a, struct bedrock_block *b, struct value delta, struct err *e)
{
	const struct value use = wire_member(delta, "toolUse");
	const struct value reasoning = wire_member(delta, "reasoningContent");

	if (use.kind == VALUE_DICT)
		return grow(
			a, &b->text, TRACE_DELTA_TOOL, value_get_str(use, "input", STR_NONE), e);
	if (reasoning.kind == VALUE_DICT)
		return add_reasoning(a, b, reasoning, e);
	return grow(a, &b->text, TRACE_DELTA_TEXT, value_get_str(delta, "text", STR_NONE), e);
}

static void take_usage(struct bedrock_answer *a, struct value v)
{
	const struct value usage = wire_member(v, "usage");

	if (usage.kind != VALUE_DICT)
		return;
	a->own.usage_given = value_copy(keep(a), usage);
	a->own.usage = usage_bedrock(a->own.usage_given);
}

/* The last event: what it says besides usage stays in the response. */
static void take_metadata(struct bedrock_answer *a, struct value v)
{
	a->more = value_copy(keep(a), v);
	take_usage(a, v);
	a->own.base.done = a->own.finish.len > 0;
}

bool bedrock_answer_event(struct bedrock_answer *a, struct str kind, struct str data, struct err *e)
{
	struct value v;

	if (a->own.base.done || str_trim(data).len == 0)
		return true;
	if (!answer_read(&a->own, data, &v, e))
		return false;
	const int64_t index = value_get_int(v, "contentBlockIndex", 0);
	if (str_is(kind, "contentBlockStart") || str_is(kind, "contentBlockDelta")) {
		struct bedrock_block *b = block_at(a, index);
		const struct value start = wire_member(wire_member(v, "start"), "toolUse");
		if (b == NULL)
			return err_set(e, ERR_LIMIT, "it has too many blocks");
		if (start.kind == VALUE_DICT && b->start.kind != VALUE_DICT)
			b->start = value_copy(keep(a), start);
		return add_delta(a, b, wire_member(v, "delta"), e);
	}
	if (str_is(kind, "messageStop"))
		answer_keep(&a->own, &a->own.finish, v, "stopReason");
	else if (str_is(kind, "metadata"))
		take_metadata(a, v);
	return true;
}

/* A block of a whole message. */
static bool take_block(struct bedrock_answer *a, int64_t index, struct value v, struct err *e)
{
	const struct value use = wire_member(v, "toolUse");
	const struct value reasoning = wire_member(v, "reasoningContent");
	const struct value readable = wire_member(reasoning, "reasoningText");
	struct bedrock_block *b = block_at(a, index);

	if (b == NULL)
		return err_set(e, ERR_LIMIT, "it has too many blocks");
	if (use.kind == VALUE_DICT) {
		b->start = use;
		return grow(a, &b->text, TRACE_DELTA_TOOL,
			json_text(keep(a), wire_member(use, "input"), JSON_COMPACT), e);
	}
	if (reasoning.kind == VALUE_DICT)
		return add_reasoning(a, b, readable.kind == VALUE_DICT ? readable : reasoning, e);
	return grow(a, &b->text, TRACE_DELTA_TEXT, value_get_str(v, "text", STR_NONE), e);
}

bool bedrock_answer_whole(struct bedrock_answer *a, struct str body, struct err *e)
{
	struct value v;
	struct wire_error error;

	if (!answer_read_whole(&a->own, body, &v, e))
		return false;
	const struct value output = wire_member(v, "output");
	const struct value content = wire_member(wire_member(output, "message"), "content");
	if (content.kind != VALUE_LIST) {
		if (wire_error_find(&a->own.base.scratch, v, &error))
			return answer_fail(&a->own, error, e);
		return err_set(e, ERR_PROVIDER, "it holds no message");
	}
	for (size_t i = 0; i < content.u.list->len; i++)
		if (!take_block(a, (int64_t)i, content.u.list->items[i], e))
			return false;
	answer_keep(&a->own, &a->own.finish, v, "stopReason");
	take_usage(a, v);
	a->own.whole = v;
	return true;
}

bool bedrock_answer_is_complete(const struct bedrock_answer *a)
{
	return a->own.finish.len > 0 || a->own.whole.kind == VALUE_DICT;
}

static struct value with(struct arena *a, const char *key, struct value v)
{
	struct value d = value_dict(a);

	value_set(d, str_from(key), v);
	return d;
}

static struct value reasoning_value(struct arena *arena, const struct bedrock_block *b)
{
	struct value text = with(arena, "text", value_str(buf_str(&b->text)));

	if (b->redacted.len > 0)
		return with(arena, "reasoningContent",
			with(arena, "redactedContent", value_str(b->redacted)));
	if (b->signature.len > 0)
		value_set(text, STR("signature"), value_str(buf_str(&b->signature)));
	return with(arena, "reasoningContent", with(arena, "reasoningText", text));
}

static struct value block_value(struct arena *arena, const struct bedrock_block *b)
{
	struct value use = value_dict(arena), input = value_dict(arena);
	struct err ignored = ERR_INIT;

	if (b->is_reasoning)
		return reasoning_value(arena, b);
	if (b->start.kind != VALUE_DICT)
		return with(arena, "text", value_str(buf_str(&b->text)));
	value_set(use, STR("toolUseId"), wire_member(b->start, "toolUseId"));
	value_set(use, STR("name"), wire_member(b->start, "name"));
	if (b->text.len > 0 && !json_read(arena, buf_str(&b->text), NULL, &input, &ignored))
		input = value_str(buf_str(&b->text));
	value_set(use, STR("input"), input);
	return with(arena, "toolUse", use);
}

/* The first call carries the reasoning before it, which has to be sent back with them. */
static struct value calls(struct bedrock_answer *a)
{
	struct value list = value_list(keep(a)), reasoning = value_list(keep(a));

	for (size_t i = 0; i < a->len; i++) {
		const struct bedrock_block *b = &a->blocks[i];
		if (b->is_reasoning)
			value_push(reasoning, block_value(keep(a), b));
		if (b->start.kind != VALUE_DICT)
			continue;
		struct value call =
			answer_call(keep(a), value_get_str(b->start, "toolUseId", STR_NONE),
				value_get_str(b->start, "name", STR_NONE),
				b->text.len > 0 ? buf_str(&b->text) : STR("{}"));
		if (reasoning.u.list->len > 0) {
			value_set(call, STR("extra_content"),
				with(keep(a), "bedrock", with(keep(a), "reasoning", reasoning)));
			reasoning = value_list(keep(a));
		}
		value_push(list, call);
	}
	return list.u.list->len > 0 ? list : value_none();
}

/* A stream's answer in the form of a whole one. */
static struct value response(struct bedrock_answer *a)
{
	struct value content = value_list(keep(a));
	struct value message = with(keep(a), "role", value_cstr("assistant"));

	for (size_t i = 0; i < a->len; i++)
		value_push(content, block_value(keep(a), &a->blocks[i]));
	value_set(message, STR("content"), content);
	struct value v = with(keep(a), "output", with(keep(a), "message", message));
	if (a->own.finish.len > 0)
		value_set(v, STR("stopReason"), value_str(a->own.finish));
	for (size_t i = 0; a->more.kind == VALUE_DICT && i < a->more.u.dict->len; i++)
		value_set(
			v, a->more.u.dict->entries[i].key.u.str, a->more.u.dict->entries[i].value);
	return v;
}

void bedrock_answer_result(struct bedrock_answer *a, struct model_result *r)
{
	answer_result(&a->own, r);
	if (a->len == 0 && a->own.finish.len == 0)
		return;
	r->tool_calls = calls(a);
	r->response = a->own.whole.kind == VALUE_DICT ? a->own.whole : response(a);
}

enum wire_end bedrock_answer_end(const struct bedrock_answer *a, const struct model_result *r)
{
	(void)a;
	if (str_is(r->finish_reason, "guardrail_intervened") ||
		str_is(r->finish_reason, "content_filtered"))
		return WIRE_END_FILTERED;
	return str_is(r->finish_reason, "refusal") ? WIRE_END_REFUSED : WIRE_END_OK;
}
