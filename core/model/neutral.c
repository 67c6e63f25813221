/* SPDX-License-Identifier: MIT */
#include "core/model/neutral.h"

#include "core/data/json.h"

#include <string.h>

static struct value member(struct value dict, const char *key)
{
	const struct value *v = value_get_cstr(dict, key);

	return v != NULL ? *v : value_none();
}

static bool is_default(const char *name, struct value v)
{
	switch (v.kind) {
	case VALUE_NONE: return true;
	case VALUE_BOOL: return !v.u.boolean;
	case VALUE_INT: return v.u.integer == (strcmp(name, "n") == 0 ? 1 : 0);
	case VALUE_FLOAT: return v.u.real >= 0 && v.u.real <= 0;
	case VALUE_STR: return v.u.str.len == 0;
	case VALUE_LIST: return v.u.list->len == 0;
	case VALUE_DICT: return v.u.dict->len == 0;
	}
	return false;
}

bool neutral_refuse(
	struct value parameters, const char *who, const struct neutral_lack *lacks, struct err *e)
{
	for (; lacks->name != NULL; lacks++) {
		const struct value *v = value_get_cstr(parameters, lacks->name);
		/* A seed of 0 is a seed. */
		const bool zero = v != NULL && v->kind == VALUE_INT && v->u.integer == 0 &&
				  strcmp(lacks->name, "seed") == 0;
		if (v == NULL || (is_default(lacks->name, *v) && !zero))
			continue;
		err_set(e, ERR_CONFIG, "%s has no parameter \"%s\"%s%s; nothing was sent.", who,
			lacks->name, lacks->why[0] != '\0' ? ": " : "", lacks->why);
		return err_hint(e, "Leave it out, or choose a model of another connection.");
	}
	return true;
}

static bool is_in(struct str key, const char *const *names)
{
	for (; *names != NULL; names++)
		if (str_is(key, *names))
			return true;
	return false;
}

void neutral_pass(struct value body, struct value parameters, const char *const *taken)
{
	for (size_t i = 0; parameters.kind == VALUE_DICT && i < parameters.u.dict->len; i++) {
		const struct value_entry *entry = &parameters.u.dict->entries[i];
		if (!is_in(entry->key.u.str, taken))
			value_set(body, entry->key.u.str, entry->value);
	}
}

static struct value tool_list(struct value parameters)
{
	const struct value tools = member(parameters, "tools");

	return tools.kind == VALUE_LIST ? tools : member(parameters, "functions");
}

size_t neutral_tool_count(struct value parameters)
{
	const struct value list = tool_list(parameters);

	return list.kind == VALUE_LIST ? list.u.list->len : 0;
}

struct neutral_tool neutral_tool_at(struct value parameters, size_t i)
{
	const struct value given = tool_list(parameters).u.list->items[i];
	const bool old = member(parameters, "tools").kind != VALUE_LIST;
	const struct value f = old ? given : member(given, "function");

	return (struct neutral_tool){
		.is_function = f.kind == VALUE_DICT,
		.name = value_get_str(f, "name", STR_NONE),
		.description = value_get_str(f, "description", STR_NONE),
		.schema = member(f, "parameters"),
		.strict = member(f, "strict"),
		.given = given,
	};
}

enum neutral_choice neutral_tool_choice(struct value parameters, struct str *name)
{
	struct value v = member(parameters, "tool_choice");

	*name = STR_NONE;
	if (v.kind == VALUE_NONE)
		v = member(parameters, "function_call");
	if (v.kind == VALUE_DICT) {
		const struct value function = member(v, "function");
		const bool other = value_get_cstr(v, "type") != NULL && function.kind != VALUE_DICT;
		*name = value_get_str(function.kind == VALUE_DICT ? function : v, "name", STR_NONE);
		return other ? NEUTRAL_CHOICE_OTHER : NEUTRAL_CHOICE_NAMED;
	}
	if (v.kind != VALUE_STR)
		return NEUTRAL_CHOICE_NONE_GIVEN;
	if (str_is(v.u.str, "auto"))
		return NEUTRAL_CHOICE_AUTO;
	if (str_is(v.u.str, "none"))
		return NEUTRAL_CHOICE_NEVER;
	if (str_is(v.u.str, "required") || str_is(v.u.str, "any"))
		return NEUTRAL_CHOICE_REQUIRED;
	*name = v.u.str;
	return NEUTRAL_CHOICE_NAMED;
}

enum neutral_format neutral_response_format(struct value parameters, struct value *schema)
{
	const struct value format = member(parameters, "response_format");
	const struct str type = value_get_str(format, "type", STR_NONE);
	const struct value named = member(format, "json_schema");

	*schema = value_none();
	if (format.kind == VALUE_NONE || str_is(type, "text"))
		return NEUTRAL_TEXT;
	if (str_is(type, "json_object"))
		return NEUTRAL_JSON;
	if (!str_is(type, "json_schema"))
		return NEUTRAL_FORMAT_OTHER;
	*schema = member(named.kind == VALUE_DICT ? named : format, "schema");
	return NEUTRAL_SCHEMA;
}

struct value neutral_stop(struct arena *a, struct value parameters)
{
	const struct value v = member(parameters, "stop");

	if (v.kind != VALUE_STR)
		return v.kind == VALUE_LIST && v.u.list->len > 0 ? v : value_none();
	struct value list = value_list(a);
	value_push(list, v);
	return list;
}

int64_t neutral_max_tokens(struct value parameters)
{
	const int64_t n = value_get_int(parameters, "max_completion_tokens", -1);

	return n >= 0 ? n : value_get_int(parameters, "max_tokens", -1);
}

bool neutral_image_data(struct str url, struct str *type, struct str *base64)
{
	struct str data;

	if (!str_starts(url, STR("data:")))
		return false;
	const struct str head = str_cut(str_slice(url, 5, url.len), ',', &data);
	if (!str_ends(head, STR(";base64")))
		return false;
	*type = str_slice(head, 0, head.len - (sizeof ";base64" - 1));
	*base64 = data;
	return true;
}

const struct message_part *neutral_parts(
	const struct message *m, struct message_part *one, size_t *count)
{
	*one = (struct message_part){.kind = PART_TEXT, .text = m->content};
	*count = m->part_count;
	if (m->part_count == 0)
		*count = m->content.len > 0 ? 1 : 0;
	return m->part_count > 0 ? m->parts : one;
}

struct str neutral_text(struct arena *a, const struct message *m)
{
	struct message_part one;
	size_t count;
	const struct message_part *parts = neutral_parts(m, &one, &count);
	struct str text = STR_NONE;

	for (size_t i = 0; i < count; i++) {
		if (parts[i].kind != PART_TEXT)
			continue;
		text = text.len == 0
			       ? parts[i].text
			       : str_format(a, "%.*s\n%.*s", STR_ARG(text), STR_ARG(parts[i].text));
	}
	return text;
}

bool neutral_call(struct arena *a, struct value call, struct str *name, struct value *arguments,
	struct err *e)
{
	const struct value function = member(call, "function");
	struct value given = member(function, "arguments");
	struct err ignored = ERR_INIT;

	*name = value_get_str(function, "name", STR_NONE);
	*arguments = value_dict(a);
	if (name->len == 0)
		return err_set(e, ERR_CONFIG, "A tool call of the prompt names no function.");
	if (given.kind == VALUE_STR && str_trim(given.u.str).len == 0)
		return true;
	if (given.kind == VALUE_STR && !json_read(a, given.u.str, NULL, &given, &ignored))
		given = value_bool(false);
	if (given.kind == VALUE_DICT)
		*arguments = given;
	if (given.kind == VALUE_DICT || given.kind == VALUE_NONE)
		return true;
	return err_set(e, ERR_CONFIG,
		"The arguments of the tool call %.*s in the prompt are not a JSON object.",
		STR_ARG(*name));
}

struct str neutral_called(const struct message *messages, size_t count, struct str call_id)
{
	for (size_t i = count; i > 0; i--) {
		const struct value calls = messages[i - 1].tool_calls;
		for (size_t k = 0; calls.kind == VALUE_LIST && k < calls.u.list->len; k++) {
			const struct value call = calls.u.list->items[k];
			if (str_eq(value_get_str(call, "id", STR_NONE), call_id))
				return value_get_str(member(call, "function"), "name", STR_NONE);
		}
	}
	return STR_NONE;
}
