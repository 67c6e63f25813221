/* SPDX-License-Identifier: MIT */
#include "core/model/gemini_contents.h"

#include "core/data/json.h"
#include "core/model/gemini_body.h"
#include "core/model/neutral.h"
#include "core/model/wire.h"

struct turns {
	struct arena *a;
	const struct model_request *request;
	struct value list; /* of contents */
	struct value parts; /* the last one's */
	bool is_user; /* the last one's role */
	bool on_vertex;
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
	t->parts = value_list(t->a);
	struct value content = with(t->a, "role", value_cstr(is_user ? "user" : "model"));
	value_set(content, STR("parts"), t->parts);
	value_push(t->list, content);
}

/* What a file of this name holds, as far as the name tells. */
static const char *type_of_url(struct str url)
{
	static const char *const known[][2] = {{".png", "image/png"}, {".webp", "image/webp"},
		{".gif", "image/gif"}, {".heic", "image/heic"}, {".bmp", "image/bmp"}};
	struct str query;
	const struct str path = str_cut(url, '?', &query);

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (str_ends(path, str_from(known[i][0])))
			return known[i][1];
	return "image/jpeg";
}

static struct value image_part(struct arena *a, struct str url)
{
	struct str type, data;
	struct value v;

	if (neutral_image_data(url, &type, &data)) {
		v = with(a, "mimeType", value_str(type));
		value_set(v, STR("data"), value_str(data));
		return with(a, "inlineData", v);
	}
	v = with(a, "mimeType", value_cstr(type_of_url(url)));
	value_set(v, STR("fileUri"), value_str(url));
	return with(a, "fileData", v);
}

static void add_parts(struct turns *t, const struct message *m)
{
	struct message_part one;
	size_t count;
	const struct message_part *parts = neutral_parts(m, &one, &count);

	for (size_t i = 0; i < count; i++)
		if (parts[i].kind == PART_IMAGE)
			value_push(t->parts, image_part(t->a, parts[i].url));
		else if (parts[i].text.len > 0)
			value_push(t->parts, with(t->a, "text", value_str(parts[i].text)));
}

static void set_id(const struct turns *t, struct value v, struct str id)
{
	if (id.len > 0 && !t->on_vertex && !str_starts(id, STR(GEMINI_OWN_ID)))
		value_set(v, STR("id"), value_str(id));
}

static bool add_calls(struct turns *t, struct value calls)
{
	for (size_t i = 0; calls.kind == VALUE_LIST && i < calls.u.list->len; i++) {
		const struct value call = calls.u.list->items[i];
		const struct value extra = wire_member(call, "extra_content");
		const struct str sign =
			value_get_str(wire_member(extra, "google"), "thought_signature", STR_NONE);
		struct value arguments;
		struct str name;
		if (!neutral_call(t->a, call, &name, &arguments, t->e))
			return false;
		struct value v = with(t->a, "name", value_str(name));
		value_set(v, STR("args"), arguments);
		set_id(t, v, value_get_str(call, "id", STR_NONE));
		struct value part = with(t->a, "functionCall", v);
		if (sign.len > 0)
			value_set(part, STR("thoughtSignature"), value_str(sign));
		value_push(t->parts, part);
	}
	return true;
}

/* A result must be an object; one that is not becomes the member "result" of one. */
static struct value result_object(struct arena *a, struct str text)
{
	struct err ignored = ERR_INIT;
	struct value v;

	if (json_read(a, text, NULL, &v, &ignored) && v.kind == VALUE_DICT)
		return v;
	return with(a, "result", value_str(text));
}

static bool add_result(struct turns *t, const struct message *m)
{
	struct str name = m->name;

	if (name.len == 0)
		name = neutral_called(
			t->request->messages, t->request->message_count, m->tool_call_id);
	if (name.len == 0) {
		err_set(t->e, ERR_CONFIG,
			"The tool result %.*s of the prompt answers no call of an earlier message, "
			"and Gemini has to be told the function's name.",
			STR_ARG(m->tool_call_id));
		return err_hint(t->e, "Give the assistant's message with its tool_calls.");
	}
	turn_to(t, true);
	struct value v = with(t->a, "name", value_str(name));
	value_set(v, STR("response"), result_object(t->a, neutral_text(t->a, m)));
	set_id(t, v, m->tool_call_id);
	value_push(t->parts, with(t->a, "functionResponse", v));
	return true;
}

static bool add_message(struct turns *t, const struct message *m)
{
	switch (m->role) {
	case ROLE_SYSTEM:
	case ROLE_DEVELOPER: return true;
	case ROLE_TOOL:
	case ROLE_FUNCTION: return add_result(t, m);
	case ROLE_USER:
	case ROLE_ASSISTANT: break;
	}
	turn_to(t, m->role == ROLE_USER);
	add_parts(t, m);
	return add_calls(t, m->tool_calls);
}

static void set_system(struct turns *t, struct value body)
{
	struct value parts = value_list(t->a);

	for (size_t i = 0; i < t->request->message_count; i++) {
		const struct message *m = &t->request->messages[i];
		const struct str text = neutral_text(t->a, m);
		if ((m->role == ROLE_SYSTEM || m->role == ROLE_DEVELOPER) && text.len > 0)
			value_push(parts, with(t->a, "text", value_str(text)));
	}
	if (parts.u.list->len > 0)
		value_set(body, STR("systemInstruction"), with(t->a, "parts", parts));
}

bool gemini_contents(struct arena *a, bool on_vertex, const struct model_request *request,
	struct value body, struct err *e)
{
	struct turns t = {
		.a = a, .request = request, .list = value_list(a), .on_vertex = on_vertex, .e = e};
	size_t kept = 0;

	set_system(&t, body);
	for (size_t i = 0; i < request->message_count; i++)
		if (!add_message(&t, &request->messages[i]))
			return false;
	struct value_list *list = t.list.u.list;
	for (size_t i = 0; i < list->len; i++)
		if (wire_member(list->items[i], "parts").u.list->len > 0)
			list->items[kept++] = list->items[i];
	list->len = kept;
	value_set(body, STR("contents"), t.list);
	if (kept > 0)
		return true;
	err_set(e, ERR_CONFIG,
		"Gemini needs a message of the role user, and the prompt has none "
		"that is not empty.");
	return err_hint(e, "Put what is asked below a line \"user:\".");
}
