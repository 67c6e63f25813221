/* SPDX-License-Identifier: MIT */
#include "core/model/responses_body.h"

#include "core/data/json.h"
#include "core/model/wire.h"

struct writing {
	struct arena *arena;
	struct value body;
	struct value include; /* list */
	struct err *e;
};

static void set(struct value to, const char *key, struct value v)
{
	value_set(to, str_from(key), v);
}

/* The dict under KEY of the body, made when it is not there. */
static struct value inner(struct writing *w, const char *key)
{
	const struct value *there = value_get_cstr(w->body, key);
	struct value dict = value_dict(w->arena);

	if (there != NULL && there->kind == VALUE_DICT)
		return *there;
	set(w->body, key, dict);
	return dict;
}

static void add_members(struct value to, struct value from, const char *except)
{
	for (size_t i = 0; from.kind == VALUE_DICT && i < from.u.dict->len; i++)
		if (!str_is(from.u.dict->entries[i].key.u.str, except))
			value_set(to, from.u.dict->entries[i].key.u.str,
				from.u.dict->entries[i].value);
}

/* {"type": "function", "function": {...}} becomes {"type": "function", ...}; other forms stay. */
static struct value flat(struct arena *a, struct value v)
{
	const struct str type = value_get_str(v, "type", STR_NONE);
	const struct value *held = value_get(v, type);

	if (held == NULL || held->kind != VALUE_DICT)
		return v;
	struct value out = value_dict(a);
	set(out, "type", value_str(type));
	add_members(out, *held, "");
	return out;
}

static struct value flat_list(struct arena *a, struct value list)
{
	struct value out = value_list(a);

	if (list.kind != VALUE_LIST)
		return list;
	for (size_t i = 0; i < list.u.list->len; i++) {
		struct value tool = flat(a, list.u.list->items[i]);
		const struct value *format = value_get_cstr(tool, "format");
		if (format != NULL)
			set(tool, "format", flat(a, *format));
		value_push(out, tool);
	}
	return out;
}

static struct value choice(struct arena *a, struct value v)
{
	struct value out = flat(a, v);
	const struct value *tools = value_get_cstr(out, "tools");

	if (tools != NULL)
		set(out, "tools", flat_list(a, *tools));
	return out;
}

static struct value part(struct arena *a, const struct message *m, const struct message_part *p)
{
	struct value v = value_dict(a);

	if (p->kind == PART_TEXT) {
		set(v, "type",
			value_cstr(m->role == ROLE_ASSISTANT ? "output_text" : "input_text"));
		set(v, "text", value_str(p->text));
		return v;
	}
	set(v, "type", value_cstr("input_image"));
	set(v, "image_url", value_str(p->url));
	if (p->detail.len > 0)
		set(v, "detail", value_str(p->detail));
	return v;
}

static struct value content(struct arena *a, const struct message *m)
{
	struct value parts = value_list(a);

	if (m->part_count == 0)
		return value_str(m->content);
	for (size_t i = 0; i < m->part_count; i++)
		value_push(parts, part(a, m, &m->parts[i]));
	return parts;
}

static struct value call_item(struct arena *a, struct value call)
{
	const bool custom = str_is(value_get_str(call, "type", STR_NONE), "custom");
	const struct value held = wire_member(call, custom ? "custom" : "function");
	const char *given = custom ? "input" : "arguments";
	struct value v = value_dict(a);

	set(v, "type", value_cstr(custom ? "custom_tool_call" : "function_call"));
	set(v, "call_id", value_str(value_get_str(call, "id", STR_NONE)));
	set(v, "name", value_str(value_get_str(held, "name", STR_NONE)));
	set(v, given, value_str(value_get_str(held, given, STR_NONE)));
	return v;
}

static void add_assistant(struct arena *a, const struct message *m, struct value items)
{
	if (m->reasoning.kind == VALUE_LIST)
		for (size_t i = 0; i < m->reasoning.u.list->len; i++)
			value_push(items, m->reasoning.u.list->items[i]);
	if (m->content.len > 0 || m->part_count > 0 || m->tool_calls.kind != VALUE_LIST) {
		struct value v = value_dict(a);
		set(v, "role", value_cstr("assistant"));
		set(v, "content", content(a, m));
		value_push(items, v);
	}
	for (size_t i = 0; m->tool_calls.kind == VALUE_LIST && i < m->tool_calls.u.list->len; i++)
		value_push(items, call_item(a, m->tool_calls.u.list->items[i]));
}

static bool add_message(struct writing *w, const struct message *m, struct value items)
{
	struct value v = value_dict(w->arena);

	if (m->role == ROLE_FUNCTION) {
		err_set(w->e, ERR_CONFIG,
			"The Responses API has no messages of the role \"function\".");
		return err_hint(w->e, "Write the tool's answer with the role tool.");
	}
	if (m->role == ROLE_ASSISTANT) {
		add_assistant(w->arena, m, items);
		return true;
	}
	if (m->role == ROLE_TOOL) {
		set(v, "type", value_cstr("function_call_output"));
		set(v, "call_id", value_str(m->tool_call_id));
		set(v, "output", content(w->arena, m));
	} else {
		set(v, "role", value_cstr(message_role_word(m->role)));
		set(v, "content", content(w->arena, m));
	}
	value_push(items, v);
	return true;
}

static bool add_input(struct writing *w, const struct model_request *request)
{
	struct value items = value_list(w->arena);

	if (request->api == API_COMPLETION) {
		set(w->body, "input", value_str(request->prompt));
		return true;
	}
	for (size_t i = 0; i < request->message_count; i++)
		if (!add_message(w, &request->messages[i], items))
			return false;
	set(w->body, "input", items);
	return true;
}

/* {"type": "json_schema", "json_schema": {"name", "schema"}} without its inner map. */
static void add_format(struct writing *w, struct value v)
{
	set(inner(w, "text"), "format", flat(w->arena, v));
}

static bool refuse(struct writing *w, struct str name)
{
	err_set(w->e, ERR_CONFIG, "The Responses API has no parameter \"%.*s\".", STR_ARG(name));
	if (str_is(name, "functions") || str_is(name, "function_call"))
		return err_hint(w->e, "Write tools and tool_choice.");
	if (str_is(name, "background"))
		return err_hint(w->e, "Leave it out: the answer is waited for.");
	return err_hint(
		w->e, "Leave it out, or use a connection with provider: openai, which has it.");
}

static bool is_lacking(struct str name, struct value v)
{
	static const char *const lacking[] = {"seed", "stop", "presence_penalty",
		"frequency_penalty", "logit_bias", "prediction", "audio", "modalities", "functions",
		"function_call", "web_search_options", NULL};

	if (str_is(name, "n"))
		return !(v.kind == VALUE_INT && v.u.integer == 1);
	if (str_is(name, "background"))
		return v.kind == VALUE_BOOL && v.u.boolean;
	for (size_t i = 0; lacking[i] != NULL; i++)
		if (str_is(name, lacking[i]))
			return true;
	return false;
}

/* Parameters that the request itself decides, and one that says nothing here. */
static bool is_ours(struct str name)
{
	return str_is(name, "model") || str_is(name, "messages") || str_is(name, "input") ||
	       str_is(name, "stream") || str_is(name, "n") || str_is(name, "background") ||
	       str_is(name, "stream_options");
}

static void add_include(struct writing *w, struct value v)
{
	if (v.kind != VALUE_LIST) {
		value_push(w->include, v);
		return;
	}
	for (size_t i = 0; i < v.u.list->len; i++)
		value_push(w->include, v.u.list->items[i]);
}

static void add_one(struct writing *w, struct str name, struct value v)
{
	if (str_is(name, "max_tokens") || str_is(name, "max_completion_tokens"))
		set(w->body, "max_output_tokens", v);
	else if (str_is(name, "response_format"))
		add_format(w, v);
	else if (str_is(name, "verbosity"))
		set(inner(w, "text"), "verbosity", v);
	else if (str_is(name, "text"))
		add_members(inner(w, "text"), v, "");
	else if (str_is(name, "reasoning_effort"))
		set(inner(w, "reasoning"), "effort", v);
	else if (str_is(name, "reasoning"))
		add_members(inner(w, "reasoning"), v, "");
	else if (str_is(name, "tools"))
		set(w->body, "tools", flat_list(w->arena, v));
	else if (str_is(name, "tool_choice"))
		set(w->body, "tool_choice", choice(w->arena, v));
	else if (str_is(name, "include"))
		add_include(w, v);
	else if (!str_is(name, "logprobs"))
		value_set(w->body, name, v);
	else if (v.kind == VALUE_BOOL && v.u.boolean)
		value_push(w->include, value_cstr("message.output_text.logprobs"));
}

static bool add_parameters(struct writing *w, struct value parameters)
{
	for (size_t i = 0; parameters.kind == VALUE_DICT && i < parameters.u.dict->len; i++) {
		const struct value_entry *entry = &parameters.u.dict->entries[i];
		if (is_lacking(entry->key.u.str, entry->value))
			return refuse(w, entry->key.u.str);
		if (!is_ours(entry->key.u.str))
			add_one(w, entry->key.u.str, entry->value);
	}
	if (w->include.u.list->len > 0)
		set(w->body, "include", w->include);
	return true;
}

bool responses_body(
	struct arena *a, const struct model_request *request, struct str *out, struct err *e)
{
	struct writing w = {a, value_dict(a), value_list(a), e};

	if (request->model.len == 0)
		return err_set(e, ERR_CONFIG, "The request names no model.");
	set(w.body, "model", value_str(request->model));
	if (!add_input(&w, request))
		return false;
	set(w.body, "store", value_bool(false));
	if (!add_parameters(&w, request->parameters))
		return false;
	if (request->stream)
		set(w.body, "stream", value_bool(true));
	*out = json_text(a, w.body, JSON_COMPACT);
	if (out->len == 0)
		return err_set(
			e, ERR_LIMIT, "The request is longer than %d MiB.", BUF_DEFAULT_MAX >> 20);
	return true;
}
