/* SPDX-License-Identifier: MIT */
#include "core/model/message.h"

static const char *const role_words[] = {
	"system", "developer", "user", "assistant", "tool", "function"};

const char *message_role_word(enum message_role role)
{
	return role_words[role];
}

static struct value part_value(struct arena *a, const struct message_part *part)
{
	struct value v = value_dict(a);
	if (part->kind == PART_TEXT) {
		value_set(v, STR("type"), value_cstr("text"));
		value_set(v, STR("text"), value_str(part->text));
		return v;
	}
	struct value image = value_dict(a);
	value_set(image, STR("url"), value_str(part->url));
	if (part->detail.len > 0)
		value_set(image, STR("detail"), value_str(part->detail));
	value_set(v, STR("type"), value_cstr("image_url"));
	value_set(v, STR("image_url"), image);
	return v;
}

static struct value message_value(struct arena *a, const struct message *m)
{
	struct value v = value_dict(a);
	value_set(v, STR("role"), value_cstr(message_role_word(m->role)));
	if (m->part_count > 0) {
		struct value parts = value_list(a);
		for (size_t i = 0; i < m->part_count; i++)
			value_push(parts, part_value(a, &m->parts[i]));
		value_set(v, STR("content"), parts);
	} else if (m->content.len == 0 && m->tool_calls.kind == VALUE_LIST) {
		value_set(v, STR("content"), value_none());
	} else {
		value_set(v, STR("content"), value_str(m->content));
	}
	if (m->name.len > 0)
		value_set(v, STR("name"), value_str(m->name));
	if (m->tool_call_id.len > 0)
		value_set(v, STR("tool_call_id"), value_str(m->tool_call_id));
	if (m->tool_calls.kind == VALUE_LIST)
		value_set(v, STR("tool_calls"), m->tool_calls);
	return v;
}

struct value messages_to_value(struct arena *a, const struct message *messages, size_t count)
{
	struct value list = value_list(a);
	for (size_t i = 0; i < count; i++)
		value_push(list, message_value(a, &messages[i]));
	return list;
}
