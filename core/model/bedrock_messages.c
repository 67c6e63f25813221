/* SPDX-License-Identifier: MIT */
#include "core/model/bedrock_body.h"

#include "core/data/json.h"
#include "core/model/neutral.h"
#include "core/model/wire.h"

struct turns {
	struct arena *a;
	struct value list; /* of messages */
	struct value blocks; /* the last one's content */
	bool is_user; /* the last one's role */
	struct err *e;
};

static struct value with(struct arena *a, const char *key, struct value v)
{
	struct value d = value_dict(a);

	value_set(d, str_from(key), v);
	return d;
}

static void turn_to(struct turns *t, bool is_user)
{
	if (t->list.u.list->len > 0 && t->is_user == is_user)
		return;
	t->is_user = is_user;
	t->blocks = value_list(t->a);
	struct value m = with(t->a, "role", value_cstr(is_user ? "user" : "assistant"));
	value_set(m, STR("content"), t->blocks);
	value_push(t->list, m);
}

static bool image_block(struct turns *t, struct str url, struct value *out)
{
	struct str type, data;

	if (!neutral_image_data(url, &type, &data)) {
		err_set(t->e, ERR_CONFIG,
			"Bedrock fetches no images, and the prompt has one as a URL: %.*s; nothing "
			"was sent.",
			STR_ARG(str_slice(url, 0, 100)));
		return err_hint(t->e, "Give the image as a file or as base64.");
	}
	if (str_starts(type, STR("image/")))
		type = str_slice(type, sizeof "image/" - 1, type.len);
	struct value image = with(t->a, "format", value_str(type));
	value_set(image, STR("source"), with(t->a, "bytes", value_str(data)));
	*out = with(t->a, "image", image);
	return true;
}

static bool add_parts(struct turns *t, const struct message *m, struct value to)
{
	struct message_part one;
	size_t count;
	const struct message_part *parts = neutral_parts(m, &one, &count);

	for (size_t i = 0; i < count; i++) {
		struct value v = with(t->a, "text", value_str(parts[i].text));
		if (parts[i].kind == PART_TEXT && parts[i].text.len == 0)
			continue;
		if (parts[i].kind == PART_IMAGE && !image_block(t, parts[i].url, &v))
			return false;
		value_push(to, v);
	}
	return true;
}

static void add_reasoning(struct turns *t, struct value call)
{
	const struct value extra = wire_member(call, "extra_content");
	const struct value list = wire_member(wire_member(extra, "bedrock"), "reasoning");

	for (size_t i = 0; list.kind == VALUE_LIST && i < list.u.list->len; i++)
		value_push(t->blocks, list.u.list->items[i]);
}

static bool add_assistant(struct turns *t, const struct message *m)
{
	const struct value calls = m->tool_calls;
	const size_t count = calls.kind == VALUE_LIST ? calls.u.list->len : 0;

	turn_to(t, false);
	for (size_t i = 0; i < count; i++)
		add_reasoning(t, calls.u.list->items[i]);
	if (!add_parts(t, m, t->blocks))
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct value call = calls.u.list->items[i];
		struct value input;
		struct str name;
		if (!neutral_call(t->a, call, &name, &input, t->e))
			return false;
		struct value use =
			with(t->a, "toolUseId", value_str(value_get_str(call, "id", STR_NONE)));
		value_set(use, STR("name"), value_str(name));
		value_set(use, STR("input"), input);
		value_push(t->blocks, with(t->a, "toolUse", use));
	}
	return true;
}

static bool add_result(struct turns *t, const struct message *m)
{
	struct value content = value_list(t->a);

	turn_to(t, true);
	if (!add_parts(t, m, content))
		return false;
	if (content.u.list->len == 0)
		value_push(content, with(t->a, "text", value_cstr("")));
	struct value result = with(t->a, "toolUseId", value_str(m->tool_call_id));
	value_set(result, STR("content"), content);
	value_push(t->blocks, with(t->a, "toolResult", result));
	return true;
}

static bool add_message(struct turns *t, const struct message *m)
{
	switch (m->role) {
	case ROLE_SYSTEM:
	case ROLE_DEVELOPER: return true;
	case ROLE_ASSISTANT: return add_assistant(t, m);
	case ROLE_TOOL: return add_result(t, m);
	case ROLE_FUNCTION:
		err_set(t->e, ERR_CONFIG, "Bedrock has no messages of the role function.");
		return err_hint(t->e, "Give the result as the role tool, with its tool_call_id.");
	case ROLE_USER: break;
	}
	turn_to(t, true);
	return add_parts(t, m, t->blocks);
}

bool bedrock_messages(
	struct arena *a, const struct model_request *request, struct value body, struct err *e)
{
	struct turns t = {.a = a, .list = value_list(a), .e = e};
	struct value system = value_list(a);
	size_t kept = 0;

	for (size_t i = 0; i < request->message_count; i++) {
		const struct message *m = &request->messages[i];
		const struct str text = neutral_text(a, m);
		if ((m->role == ROLE_SYSTEM || m->role == ROLE_DEVELOPER) && text.len > 0)
			value_push(system, with(a, "text", value_str(text)));
		if (!add_message(&t, m))
			return false;
	}
	struct value_list *list = t.list.u.list;
	for (size_t i = 0; i < list->len; i++)
		if (wire_member(list->items[i], "content").u.list->len > 0)
			list->items[kept++] = list->items[i];
	list->len = kept;
	if (system.u.list->len > 0)
		value_set(body, STR("system"), system);
	value_set(body, STR("messages"), t.list);
	if (kept > 0)
		return true;
	err_set(e, ERR_CONFIG,
		"Bedrock needs a message of the role user, and the prompt has none "
		"that is not empty.");
	return err_hint(e, "Put what is asked below a line \"user:\".");
}
