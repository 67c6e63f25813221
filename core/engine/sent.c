/* SPDX-License-Identifier: MIT */
#include "core/engine/sent.h"

#include "core/base/err.h"
#include "core/data/json.h"

enum { URL_SHOWN = 96 };

static void add_line(struct buf *out, struct str line)
{
	if (out->len > 0 && line.len > 0)
		buf_add_char(out, '\n');
	buf_add_str(out, line);
}

static struct value member(struct value dict, const char *key)
{
	const struct value *v = value_get_cstr(dict, key);
	return v != NULL ? *v : value_none();
}

/* An image within the request is named by its type and size, not by its bytes. */
static struct str data_line(struct str type, struct str base64, struct arena *a)
{
	return str_format(a, "[image %.*s, %zu KB]", STR_ARG(type), base64.len * 3 / 4 / 1024);
}

static struct str url_line(struct str url, struct arena *a)
{
	struct str rest;
	if (!str_starts(url, STR("data:")))
		return str_format(a, "[image %.*s]", STR_ARG(str_slice(url, 0, URL_SHOWN)));
	struct str type = str_cut(str_slice(url, 5, url.len), ';', &rest);
	return data_line(type, rest, a);
}

/* Arguments are text of JSON, or the JSON itself. */
static struct str call_line(struct str name, struct value with, struct arena *a)
{
	struct str text = with.kind == VALUE_STR    ? with.u.str
			  : with.kind == VALUE_NONE ? STR("")
						    : json_text(a, with, JSON_COMPACT);
	if (name.len == 0)
		name = STR("?");
	return str_format(a, "calls %.*s(%.*s)", STR_ARG(name), STR_ARG(text));
}

static void add_content(struct buf *out, struct value content, struct arena *a);

/* A part of OpenAI's or a block of Anthropic's content. */
static void add_typed(struct buf *out, struct value part, struct str type, struct arena *a)
{
	struct value source = member(part, "source");
	if (str_is(type, "text") || str_is(type, "input_text") || str_is(type, "output_text") ||
		str_is(type, "summary_text")) {
		add_line(out, value_get_str(part, "text", STR("")));
	} else if (str_is(type, "input_image")) {
		add_line(out, url_line(value_get_str(part, "image_url", STR("")), a));
	} else if (str_is(type, "image_url")) {
		add_line(
			out, url_line(value_get_str(member(part, "image_url"), "url", STR("")), a));
	} else if (str_is(type, "image") && source.kind == VALUE_DICT) {
		struct str data = value_get_str(source, "data", STR(""));
		add_line(out, data.len > 0 ? data_line(value_get_str(source, "media_type", STR("")),
						     data, a)
					   : url_line(value_get_str(source, "url", STR("")), a));
	} else if (str_is(type, "tool_use")) {
		add_line(out,
			call_line(value_get_str(part, "name", STR("")), member(part, "input"), a));
	} else if (str_is(type, "tool_result")) {
		if (out->len > 0)
			buf_add_char(out, '\n');
		add_content(out, member(part, "content"), a);
	} else if (str_is(type, "thinking")) {
		add_line(out, value_get_str(part, "thinking", STR("")));
	} else {
		add_line(out, json_text(a, part, JSON_COMPACT));
	}
}

/* An image as Gemini or Bedrock gives it; "" for none. */
static struct str image_line(struct value part, struct arena *a)
{
	struct value inlined = member(part, "inlineData");
	struct value file = member(part, "fileData");
	struct value image = member(part, "image");
	if (inlined.kind == VALUE_DICT)
		return data_line(value_get_str(inlined, "mimeType", STR("")),
			value_get_str(inlined, "data", STR("")), a);
	if (file.kind == VALUE_DICT)
		return url_line(value_get_str(file, "fileUri", STR("")), a);
	if (image.kind == VALUE_DICT)
		return data_line(value_get_str(image, "format", STR("")),
			value_get_str(member(image, "source"), "bytes", STR("")), a);
	return STR("");
}

/* A part of Gemini's or Bedrock's content, which is told by its only key. */
static void add_part(struct buf *out, struct value part, struct arena *a)
{
	struct value text = member(part, "text");
	struct value call = member(part, "functionCall");
	struct value use = member(part, "toolUse");
	struct value answer = member(member(part, "functionResponse"), "response");
	struct value result = member(member(part, "toolResult"), "content");
	struct str image = image_line(part, a);
	if (text.kind == VALUE_STR)
		add_line(out, text.u.str);
	else if (image.len > 0)
		add_line(out, image);
	else if (call.kind == VALUE_DICT)
		add_line(out,
			call_line(value_get_str(call, "name", STR("")), member(call, "args"), a));
	else if (use.kind == VALUE_DICT)
		add_line(out,
			call_line(value_get_str(use, "name", STR("")), member(use, "input"), a));
	else if (answer.kind != VALUE_NONE)
		add_line(out, json_text(a, answer, JSON_COMPACT));
	else if (result.kind == VALUE_LIST)
		add_content(out, result, a);
	else
		add_line(out, json_text(a, part, JSON_COMPACT));
}

static void add_content(struct buf *out, struct value content, struct arena *a)
{
	if (content.kind == VALUE_STR)
		buf_add_str(out, content.u.str);
	else if (content.kind != VALUE_LIST && content.kind != VALUE_NONE)
		buf_add_str(out, json_text(a, content, JSON_INDENTED));
	for (size_t i = 0; content.kind == VALUE_LIST && i < content.u.list->len; i++) {
		struct value part = content.u.list->items[i];
		struct str type = value_get_str(part, "type", STR(""));
		if (type.len > 0)
			add_typed(out, part, type, a);
		else
			add_part(out, part, a);
	}
}

static void add_calls(struct buf *out, struct value calls, struct arena *a)
{
	for (size_t i = 0; calls.kind == VALUE_LIST && i < calls.u.list->len; i++) {
		struct value function = member(calls.u.list->items[i], "function");
		add_line(out, call_line(value_get_str(function, "name", STR("")),
				      member(function, "arguments"), a));
	}
}

/* The call that a message answers, as the first block of an Anthropic message says. */
static struct str answered(struct value content)
{
	if (content.kind != VALUE_LIST || content.u.list->len == 0)
		return STR("");
	return value_get_str(content.u.list->items[0], "tool_use_id", STR(""));
}

static struct sent_message read_message(struct value v, struct arena *a)
{
	struct buf text = BUF_INIT(0);
	struct value images = member(v, "images"); /* Ollama's */
	struct value content = member(v, "content");
	struct str call = value_get_str(v, "tool_call_id", answered(content));
	add_content(&text, content.kind != VALUE_NONE ? content : member(v, "parts"), a);
	for (size_t i = 0; images.kind == VALUE_LIST && i < images.u.list->len; i++)
		if (images.u.list->items[i].kind == VALUE_STR)
			add_line(&text, data_line(STR("base64"), images.u.list->items[i].u.str, a));
	add_calls(&text, member(v, "tool_calls"), a);
	struct sent_message m = {.role = value_get_str(v, "role", STR("?")),
		.name = value_get_str(v, "name", call),
		.text = str_copy(a, buf_str(&text))};
	buf_free(&text);
	return m;
}

/* An item of a Responses request's input that is no message: a call, its answer, thoughts. */
static struct sent_message read_item(struct value v, struct arena *a)
{
	struct str type = value_get_str(v, "type", STR("")), name = STR("");
	struct str role = STR("assistant");
	struct buf text = BUF_INIT(0);
	if (str_is(type, "function_call") || str_is(type, "custom_tool_call")) {
		struct value with = member(v, "arguments");
		add_line(&text, call_line(value_get_str(v, "name", STR("")),
					with.kind != VALUE_NONE ? with : member(v, "input"), a));
	} else if (str_is(type, "function_call_output") ||
		   str_is(type, "custom_tool_call_output")) {
		role = STR("tool");
		name = value_get_str(v, "call_id", name);
		add_content(&text, member(v, "output"), a);
	} else if (str_is(type, "reasoning")) {
		add_content(&text, member(v, "summary"), a);
	} else {
		add_line(&text, json_text(a, v, JSON_COMPACT));
	}
	struct sent_message m = {role, name, str_copy(a, buf_str(&text))};
	buf_free(&text);
	return m;
}

/* The system text that stands beside the messages: Anthropic's "system", Gemini's
 * "systemInstruction". */
static bool read_system(struct value body, struct arena *a, struct sent_message *out)
{
	struct value system = member(body, "system");
	struct buf text = BUF_INIT(0);
	if (system.kind == VALUE_NONE)
		system = member(member(body, "systemInstruction"), "parts");
	if (system.kind == VALUE_NONE)
		return false;
	add_content(&text, system, a);
	*out = (struct sent_message){STR("system"), STR(""), str_copy(a, buf_str(&text))};
	buf_free(&text);
	return true;
}

static bool read_body(struct str body, struct arena *a, struct value *out)
{
	struct err ignored = ERR_INIT;
	return body.len > 0 && json_read(a, body, NULL, out, &ignored) && out->kind == VALUE_DICT;
}

/* The input of a Responses request; texts to embed are none. */
static bool holds_items(struct value input)
{
	return input.kind == VALUE_LIST && input.u.list->len > 0 &&
	       input.u.list->items[0].kind == VALUE_DICT;
}

static bool is_item(struct value v)
{
	return v.kind == VALUE_DICT && value_get_cstr(v, "role") == NULL &&
	       value_get_cstr(v, "type") != NULL;
}

bool sent_messages(struct str body, struct arena *a, struct sent_message **out, size_t *count)
{
	struct value v;
	*count = 0;
	if (!read_body(body, a, &v))
		return false;
	struct value list = member(v, "messages");
	const struct value *prompt = value_get_cstr(v, "prompt");
	if (prompt != NULL && prompt->kind == VALUE_STR) {
		*out = ARENA_NEW(a, struct sent_message);
		(*out)[(*count)++] = (struct sent_message){STR("prompt"), STR(""), prompt->u.str};
		return true;
	}
	if (list.kind != VALUE_LIST)
		list = member(v, "contents"); /* Gemini's */
	if (list.kind != VALUE_LIST && holds_items(member(v, "input")))
		list = member(v, "input"); /* the Responses API's */
	if (list.kind != VALUE_LIST)
		return false;
	*out = ARENA_ARRAY(a, struct sent_message, list.u.list->len + 2);
	*count += read_system(v, a, *out);
	for (size_t i = 0; i < list.u.list->len; i++)
		(*out)[(*count)++] = is_item(list.u.list->items[i])
					     ? read_item(list.u.list->items[i], a)
					     : read_message(list.u.list->items[i], a);
	return true;
}

static bool is_message_key(struct str key)
{
	return str_is(key, "messages") || str_is(key, "prompt") || str_is(key, "system") ||
	       str_is(key, "systemInstruction") || str_is(key, "contents") || str_is(key, "input");
}

struct value sent_parameters(struct str body, struct arena *a)
{
	struct value v;
	if (!read_body(body, a, &v))
		return value_none();
	struct value rest = value_dict(a);
	for (size_t i = 0; i < v.u.dict->len; i++) {
		const struct value_entry *entry = &v.u.dict->entries[i];
		bool items = str_is(entry->key.u.str, "input") && holds_items(entry->value);
		if (!is_message_key(entry->key.u.str) && !items)
			value_set(rest, entry->key.u.str, entry->value);
	}
	return rest;
}
