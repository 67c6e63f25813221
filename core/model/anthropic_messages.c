/* SPDX-License-Identifier: MIT */
#include "core/model/anthropic_messages.h"

#include "core/model/neutral.h"
#include "core/model/wire.h"

struct turns {
	struct arena *a;
	const struct model_request *request;
	struct value list; /* of messages */
	struct value blocks; /* the last message's content */
	bool is_user; /* the last message's role */
	struct err *e;
};

static struct value block(struct arena *a, const char *type)
{
	struct value v = value_dict(a);

	value_set(v, STR("type"), value_cstr(type));
	return v;
}

static struct value text_block(struct arena *a, struct str text)
{
	struct value v = block(a, "text");

	value_set(v, STR("text"), value_str(text));
	return v;
}

/* Neighbours of one role are one message. */
static void turn_to(struct turns *t, bool is_user)
{
	if (t->list.u.list->len > 0 && t->is_user == is_user)
		return;
	struct value m = value_dict(t->a);
	t->is_user = is_user;
	t->blocks = value_list(t->a);
	value_set(m, STR("role"), value_cstr(is_user ? "user" : "assistant"));
	value_set(m, STR("content"), t->blocks);
	value_push(t->list, m);
}

static bool is_known_image(struct str type)
{
	return str_is(type, "image/png") || str_is(type, "image/jpeg") ||
	       str_is(type, "image/gif") || str_is(type, "image/webp");
}

static bool image_block(struct turns *t, struct str url, struct value *out)
{
	struct str type, data;
	struct value source = value_dict(t->a);

	*out = block(t->a, "image");
	value_set(*out, STR("source"), source);
	if (!neutral_image_data(url, &type, &data)) {
		value_set(source, STR("type"), value_cstr("url"));
		value_set(source, STR("url"), value_str(url));
		return true;
	}
	if (!is_known_image(type)) {
		err_set(t->e, ERR_CONFIG, "Anthropic takes no images of the type %.*s.",
			STR_ARG(type));
		return err_hint(t->e, "PNG, JPEG, GIF and WebP are taken.");
	}
	value_set(source, STR("type"), value_cstr("base64"));
	value_set(source, STR("media_type"), value_str(type));
	value_set(source, STR("data"), value_str(data));
	return true;
}

/* The API refuses empty text blocks. */
static bool add_parts(struct turns *t, const struct message *m, struct value to)
{
	struct message_part one;
	size_t count;
	const struct message_part *parts = neutral_parts(m, &one, &count);

	for (size_t i = 0; i < count; i++) {
		struct value v;
		if (parts[i].kind == PART_TEXT && parts[i].text.len == 0)
			continue;
		if (parts[i].kind == PART_TEXT)
			v = text_block(t->a, parts[i].text);
		else if (!image_block(t, parts[i].url, &v))
			return false;
		value_push(to, v);
	}
	return true;
}

static bool add_tool_result(struct turns *t, const struct message *m)
{
	struct value v = block(t->a, "tool_result");
	struct value content = value_list(t->a);

	turn_to(t, true);
	value_set(v, STR("tool_use_id"), value_str(m->tool_call_id));
	if (!add_parts(t, m, content))
		return false;
	value_set(v, STR("content"), m->part_count > 0 ? content : value_str(m->content));
	/* Results come first in their message. */
	value_push(t->blocks, v);
	struct value_list *l = t->blocks.u.list;
	size_t at = l->len - 1;
	for (; at > 0 && !str_is(value_get_str(l->items[at - 1], "type", STR_NONE), "tool_result");
		at--)
		l->items[at] = l->items[at - 1];
	l->items[at] = v;
	return true;
}

static void add_thinking(struct turns *t, struct value call)
{
	const struct value extra = wire_member(call, "extra_content");
	const struct value blocks = wire_member(wire_member(extra, "anthropic"), "thinking");

	for (size_t i = 0; blocks.kind == VALUE_LIST && i < blocks.u.list->len; i++)
		value_push(t->blocks, blocks.u.list->items[i]);
}

static bool add_assistant(struct turns *t, const struct message *m)
{
	const struct value calls = m->tool_calls;
	const size_t count = calls.kind == VALUE_LIST ? calls.u.list->len : 0;

	turn_to(t, false);
	for (size_t i = 0; i < count; i++)
		add_thinking(t, calls.u.list->items[i]);
	if (!add_parts(t, m, t->blocks))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct value v = block(t->a, "tool_use");
		struct value input;
		struct str name;
		if (!neutral_call(t->a, calls.u.list->items[i], &name, &input, t->e))
			return false;
		value_set(v, STR("id"),
			value_str(value_get_str(calls.u.list->items[i], "id", STR_NONE)));
		value_set(v, STR("name"), value_str(name));
		value_set(v, STR("input"), input);
		value_push(t->blocks, v);
	}
	return true;
}

static bool add_message(struct turns *t, const struct message *m)
{
	switch (m->role) {
	case ROLE_SYSTEM:
	case ROLE_DEVELOPER: return true;
	case ROLE_ASSISTANT: return add_assistant(t, m);
	case ROLE_TOOL: return add_tool_result(t, m);
	case ROLE_FUNCTION:
		err_set(t->e, ERR_CONFIG, "Anthropic has no messages of the role function.");
		return err_hint(t->e, "Give the result as the role tool, with its tool_call_id.");
	case ROLE_USER: break;
	}
	turn_to(t, true);
	return add_parts(t, m, t->blocks);
}

static void set_system(struct turns *t, struct value body)
{
	struct str text = STR_NONE;

	for (size_t i = 0; i < t->request->message_count; i++) {
		const struct message *m = &t->request->messages[i];
		if (m->role != ROLE_SYSTEM && m->role != ROLE_DEVELOPER)
			continue;
		const struct str more = neutral_text(t->a, m);
		text = text.len == 0
			       ? more
			       : str_format(t->a, "%.*s\n\n%.*s", STR_ARG(text), STR_ARG(more));
	}
	if (text.len > 0)
		value_set(body, STR("system"), value_str(text));
}

/* A message of one text is written as that text. */
static void settle(struct turns *t)
{
	struct value_list *list = t->list.u.list;
	size_t kept = 0;

	for (size_t i = 0; i < list->len; i++) {
		const struct value content = wire_member(list->items[i], "content");
		if (content.u.list->len == 0)
			continue;
		const struct value first = content.u.list->items[0];
		if (content.u.list->len == 1 &&
			str_is(value_get_str(first, "type", STR_NONE), "text"))
			value_set(list->items[i], STR("content"), wire_member(first, "text"));
		list->items[kept++] = list->items[i];
	}
	list->len = kept;
}

bool anthropic_messages(
	struct arena *a, const struct model_request *request, struct value body, struct err *e)
{
	struct turns t = {.a = a, .request = request, .list = value_list(a), .e = e};

	set_system(&t, body);
	for (size_t i = 0; i < request->message_count; i++)
		if (!add_message(&t, &request->messages[i]))
			return false;
	settle(&t);
	value_set(body, STR("messages"), t.list);
	if (t.list.u.list->len > 0)
		return true;
	err_set(e, ERR_CONFIG,
		"Anthropic needs a message of the role user, and the prompt has "
		"none that is not empty.");
	return err_hint(e, "Put what is asked below a line \"user:\".");
}
