/* SPDX-License-Identifier: MIT */
#include "core/model/openai_choice.h"

#include "core/base/alloc.h"
#include "core/data/json.h"
#include "core/model/openai_extras.h"

#include <stdlib.h>

struct adding {
	struct openai_choice *choice;
	struct arena *keep;
	struct arena *scratch;
	wire_delta_fn *told;
	void *ctx;
};

void openai_choice_free(struct openai_choice *c)
{
	for (size_t i = 0; i < c->tool_len; i++) {
		buf_free(&c->tools[i].name);
		buf_free(&c->tools[i].arguments);
	}
	free(c->tools);
	buf_free(&c->text);
	buf_free(&c->reasoning);
	buf_free(&c->refusal);
	openai_think_free(&c->think);
}

static bool grow(struct adding *x, struct buf *to, enum trace_delta_kind kind, struct str piece)
{
	if (piece.len == 0)
		return true;
	if (!buf_add_str(to, piece))
		return false;
	if (x->told != NULL)
		x->told(x->ctx, kind, piece);
	return true;
}

/* {"type": "thinking", "thinking": "text" or [{"text"}]} among the parts of the content. */
static bool grow_thinking(struct adding *x, struct value v)
{
	struct buf *to = &x->choice->reasoning;

	if (v.kind == VALUE_STR)
		return grow(x, to, TRACE_DELTA_REASONING, v.u.str);
	for (size_t i = 0; v.kind == VALUE_LIST && i < v.u.list->len; i++)
		if (!grow(x, to, TRACE_DELTA_REASONING,
			    value_get_str(v.u.list->items[i], "text", STR_NONE)))
			return false;
	return true;
}

/* A member that is text, or a list of parts with text in them. */
static bool grow_by(struct adding *x, struct buf *to, enum trace_delta_kind kind, struct value v)
{
	if (v.kind == VALUE_STR)
		return grow(x, to, kind, v.u.str);
	if (v.kind != VALUE_LIST)
		return true;
	for (size_t i = 0; i < v.u.list->len; i++) {
		const struct value item = v.u.list->items[i];
		const struct value thinking = wire_member(item, "thinking"); /* Mistral */
		const struct str summary = value_get_str(item, "summary", STR_NONE);
		const bool ok = thinking.kind != VALUE_NONE
					? grow_thinking(x, thinking)
					: grow(x, to, kind, value_get_str(item, "text", summary));
		if (!ok)
			return false;
	}
	return true;
}

static bool grow_both(struct adding *x, struct str reasoning, struct str text)
{
	return grow(x, &x->choice->reasoning, TRACE_DELTA_REASONING, reasoning) &&
	       grow(x, &x->choice->text, TRACE_DELTA_TEXT, text);
}

/* The text, from servers that leave the thoughts in it. */
static bool grow_content(struct adding *x, struct value v)
{
	struct openai_choice *c = x->choice;
	struct str reasoning, text;

	if (!c->think_tags || v.kind != VALUE_STR)
		return grow_by(x, &c->text, TRACE_DELTA_TEXT, v);
	openai_think_feed(&c->think, x->scratch, v.u.str, &reasoning, &text);
	return grow_both(x, reasoning, text);
}

bool openai_choice_end(
	struct openai_choice *c, struct arena *scratch, wire_delta_fn *told, void *ctx)
{
	struct adding x = {.choice = c, .scratch = scratch, .told = told, .ctx = ctx};
	struct str reasoning, text;

	openai_think_end(&c->think, scratch, &reasoning, &text);
	return grow_both(&x, reasoning, text);
}

static struct openai_tool *new_tool(struct openai_choice *c, int64_t index)
{
	if (c->tool_len == OPENAI_TOOLS_MAX)
		return NULL;
	c->tools = array_reserve(c->tools, &c->tool_cap, c->tool_len + 1, sizeof *c->tools);
	struct openai_tool *t = &c->tools[c->tool_len++];
	*t = (struct openai_tool){.index = index, .type = STR("function")};
	return t;
}

/* The call a delta speaks of: the last with its index, or the last of all when it has none. A new
 * id begins a new call in both cases. NULL when there are too many. */
static struct openai_tool *find_tool(struct openai_choice *c, int64_t index, struct str id)
{
	struct openai_tool *found = NULL;

	for (size_t i = c->tool_len; i > 0 && found == NULL; i--)
		if (index < 0 || c->tools[i - 1].index == index)
			found = &c->tools[i - 1];
	if (found != NULL && id.len > 0 && found->id.len > 0 && !str_eq(found->id, id))
		found = NULL;
	return found != NULL ? found : new_tool(c, index);
}

static bool add_name(struct openai_tool *t, struct str name)
{
	return str_eq(buf_str(&t->name), name) || buf_add_str(&t->name, name);
}

/* Arguments come as pieces of JSON text, from some servers as the JSON itself. */
static bool add_arguments(struct adding *x, struct openai_tool *t, struct value v)
{
	if (v.kind == VALUE_STR)
		return grow(x, &t->arguments, TRACE_DELTA_TOOL, v.u.str);
	if (v.kind == VALUE_NONE)
		return true;
	return grow(x, &t->arguments, TRACE_DELTA_TOOL, json_text(x->scratch, v, JSON_COMPACT));
}

static bool add_tool(struct adding *x, struct value call)
{
	const struct str id = value_get_str(call, "id", STR_NONE);
	const struct str type = value_get_str(call, "type", STR_NONE);
	const struct value custom = wire_member(call, "custom");
	const struct value function =
		custom.kind == VALUE_DICT ? custom : wire_member(call, "function");
	struct openai_tool *t = find_tool(x->choice, value_get_int(call, "index", -1), id);

	if (t == NULL)
		return false;
	if (t->id.len == 0)
		t->id = str_copy(x->keep, id);
	if (type.len > 0 && !str_eq(type, t->type))
		t->type = str_copy(x->keep, type);
	if (!add_name(t, value_get_str(function, "name", STR_NONE)))
		return false;
	return add_arguments(x, t, wire_member(function, "arguments")) &&
	       add_arguments(x, t, wire_member(function, "input"));
}

static bool add_tools(struct adding *x, struct value delta)
{
	const struct value calls = wire_member(delta, "tool_calls");
	const struct value old = wire_member(delta, "function_call");

	if (calls.kind == VALUE_LIST)
		for (size_t i = 0; i < calls.u.list->len; i++)
			if (!add_tool(x, calls.u.list->items[i]))
				return false;
	if (old.kind != VALUE_DICT)
		return true;
	struct value call = value_dict(x->scratch);
	value_set(call, STR("function"), old);
	return add_tool(x, call);
}

bool openai_choice_add(struct openai_choice *c, struct value delta, struct arena *keep,
	struct arena *scratch, wire_delta_fn *told, void *ctx)
{
	struct adding x = {c, keep, scratch, told, ctx};
	struct value reasoning = wire_member(delta, "reasoning_content");

	/* Servers that know both names write the same into both. */
	if (reasoning.kind == VALUE_NONE)
		reasoning = wire_member(delta, "reasoning");
	if (reasoning.kind == VALUE_NONE)
		reasoning = wire_member(delta, "reasoning_details");
	return grow_by(&x, &c->reasoning, TRACE_DELTA_REASONING, reasoning) &&
	       grow_content(&x, wire_member(delta, "content")) &&
	       grow_by(&x, &c->refusal, TRACE_DELTA_REFUSAL, wire_member(delta, "refusal")) &&
	       add_tools(&x, delta);
}

struct value openai_choice_tools(struct arena *a, const struct openai_choice *c)
{
	if (c->tool_len == 0)
		return value_none();
	struct value list = value_list(a);
	for (size_t i = 0; i < c->tool_len; i++) {
		const struct openai_tool *t = &c->tools[i];
		const bool custom = str_is(t->type, "custom");
		struct value inner = value_dict(a);
		value_set(inner, STR("name"), value_str(buf_str(&t->name)));
		value_set(inner, custom ? STR("input") : STR("arguments"),
			value_str(buf_str(&t->arguments)));
		struct value call = value_dict(a);
		value_set(call, STR("id"), value_str(t->id));
		value_set(call, STR("type"), value_str(t->type));
		value_set(call, custom ? STR("custom") : STR("function"), inner);
		value_push(list, call);
	}
	return list;
}

struct value openai_choice_message(struct arena *a, const struct openai_choice *c)
{
	struct value m = value_dict(a);
	const struct value tools = openai_choice_tools(a, c);
	const bool nothing = c->text.len == 0 && (tools.kind == VALUE_LIST || c->refusal.len > 0);

	value_set(m, STR("role"), value_cstr("assistant"));
	value_set(m, STR("content"), nothing ? value_none() : value_str(buf_str(&c->text)));
	if (c->reasoning.len > 0)
		value_set(m, STR("reasoning_content"), value_str(buf_str(&c->reasoning)));
	if (c->refusal.len > 0)
		value_set(m, STR("refusal"), value_str(buf_str(&c->refusal)));
	if (tools.kind == VALUE_LIST)
		value_set(m, STR("tool_calls"), tools);
	openai_extras_give(m, c->message_extra);
	return m;
}
