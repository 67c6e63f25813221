/* SPDX-License-Identifier: MIT */
#include "core/engine/sent.h"

#include "core/base/err.h"
#include "core/data/json.h"

enum { URL_SHOWN = 96 };

/* An image within the request is named by its type and size, not by its bytes. */
static struct str image_line(struct value part, struct arena *a)
{
	const struct value *image = value_get_cstr(part, "image_url");
	struct str url = image != NULL ? value_get_str(*image, "url", STR("")) : STR("");
	struct str rest;
	if (!str_starts(url, STR("data:")))
		return str_format(a, "[image %.*s]", STR_ARG(str_slice(url, 0, URL_SHOWN)));
	struct str type = str_cut(str_slice(url, 5, url.len), ';', &rest);
	return str_format(a, "[image %.*s, %zu KB]", STR_ARG(type), rest.len * 3 / 4 / 1024);
}

static void add_line(struct buf *out, struct str line)
{
	if (out->len > 0 && line.len > 0)
		buf_add_char(out, '\n');
	buf_add_str(out, line);
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
		if (str_is(type, "text"))
			add_line(out, value_get_str(part, "text", STR("")));
		else if (str_is(type, "image_url"))
			add_line(out, image_line(part, a));
		else
			add_line(out, json_text(a, part, JSON_COMPACT));
	}
}

static void add_calls(struct buf *out, struct value calls, struct arena *a)
{
	for (size_t i = 0; calls.kind == VALUE_LIST && i < calls.u.list->len; i++) {
		const struct value *function = value_get_cstr(calls.u.list->items[i], "function");
		struct str name = STR("?"), with = STR("");
		if (function != NULL) {
			name = value_get_str(*function, "name", name);
			with = value_get_str(*function, "arguments", with);
		}
		add_line(out, str_format(a, "calls %.*s(%.*s)", STR_ARG(name), STR_ARG(with)));
	}
}

static struct sent_message read_message(struct value v, struct arena *a)
{
	struct buf text = BUF_INIT(0);
	const struct value *content = value_get_cstr(v, "content");
	const struct value *calls = value_get_cstr(v, "tool_calls");
	struct str call = value_get_str(v, "tool_call_id", STR(""));
	if (content != NULL)
		add_content(&text, *content, a);
	if (calls != NULL)
		add_calls(&text, *calls, a);
	struct sent_message m = {.role = value_get_str(v, "role", STR("?")),
		.name = value_get_str(v, "name", call),
		.text = str_copy(a, buf_str(&text))};
	buf_free(&text);
	return m;
}

static bool read_body(struct str body, struct arena *a, struct value *out)
{
	struct err ignored = ERR_INIT;
	return body.len > 0 && json_read(a, body, NULL, out, &ignored) && out->kind == VALUE_DICT;
}

bool sent_messages(struct str body, struct arena *a, struct sent_message **out, size_t *count)
{
	struct value v;
	*count = 0;
	if (!read_body(body, a, &v))
		return false;
	const struct value *list = value_get_cstr(v, "messages");
	const struct value *prompt = value_get_cstr(v, "prompt");
	if (prompt != NULL && prompt->kind == VALUE_STR) {
		*out = ARENA_NEW(a, struct sent_message);
		(*out)[(*count)++] = (struct sent_message){STR("prompt"), STR(""), prompt->u.str};
		return true;
	}
	if (list == NULL || list->kind != VALUE_LIST)
		return false;
	*out = ARENA_ARRAY(a, struct sent_message, list->u.list->len + 1);
	for (size_t i = 0; i < list->u.list->len; i++)
		(*out)[(*count)++] = read_message(list->u.list->items[i], a);
	return true;
}

struct value sent_parameters(struct str body, struct arena *a)
{
	struct value v;
	if (!read_body(body, a, &v))
		return value_none();
	struct value rest = value_dict(a);
	for (size_t i = 0; i < v.u.dict->len; i++) {
		const struct value_entry *entry = &v.u.dict->entries[i];
		if (!str_is(entry->key.u.str, "messages") && !str_is(entry->key.u.str, "prompt"))
			value_set(rest, entry->key.u.str, entry->value);
	}
	return rest;
}
