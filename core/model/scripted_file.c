/* SPDX-License-Identifier: MIT */
#include "core/model/scripted_file.h"

#include "core/base/file.h"
#include "core/data/json.h"
#include "core/text/utf8.h"

enum { SCRIPT_MAX = 16 << 20 };

struct key {
	const char *name;
	enum value_kind kind;
};

static const struct key reply_keys[] = {
	{"match", VALUE_STR},
	{"model", VALUE_STR},
	{"times", VALUE_INT},
	{"delay_ms", VALUE_INT},
	{"between_ms", VALUE_INT},
	{"chunk", VALUE_INT},
	{"pieces", VALUE_LIST},
	{"text", VALUE_STR},
	{"finish", VALUE_STR},
	{"usage", VALUE_DICT},
	{"end", VALUE_STR},
	{"error", VALUE_DICT},
	{NULL, VALUE_NONE},
};

static const struct key error_keys[] = {
	{"kind", VALUE_STR},
	{"message", VALUE_STR},
	{"status", VALUE_INT},
	{"retry_after_ms", VALUE_INT},
	{NULL, VALUE_NONE},
};

static const struct key piece_keys[] = {
	{"text", VALUE_STR},
	{"reasoning", VALUE_STR},
	{"refusal", VALUE_STR},
	{"tool", VALUE_DICT},
	{"wait_ms", VALUE_INT},
	{NULL, VALUE_NONE},
};

/* DICT has only the keys of the table, each with its kind of value. */
static bool check_keys(const char *path, struct value dict, const struct key *keys,
	const char *what, struct err *e)
{
	if (dict.kind != VALUE_DICT) {
		err_set(e, ERR_CONFIG, "%s is %s, not an object.", what,
			value_kind_words(dict.kind));
		return err_place(e, path, dict.line, dict.column);
	}
	for (size_t i = 0; i < dict.u.dict->len; i++) {
		const struct value_entry *entry = &dict.u.dict->entries[i];
		const struct key *k = keys;
		while (k->name != NULL && !str_is(entry->key.u.str, k->name))
			k++;
		if (k->name != NULL && k->kind == entry->value.kind)
			continue;
		if (k->name == NULL)
			err_set(e, ERR_CONFIG, "%s has no key \"%.*s\".", what,
				STR_ARG(entry->key.u.str));
		else
			err_set(e, ERR_CONFIG, "\"%s\" is %s.", k->name,
				value_kind_words(entry->value.kind));
		return err_place(e, path, entry->key.line, entry->key.column);
	}
	return true;
}

static bool check_pieces(const char *path, struct value pieces, struct err *e)
{
	for (size_t i = 0; i < pieces.u.list->len; i++) {
		const struct value piece = pieces.u.list->items[i];
		if (piece.kind != VALUE_STR &&
			!check_keys(path, piece, piece_keys, "A piece of a reply", e))
			return false;
	}
	return true;
}

static bool check_word(const char *path, struct value reply, const char *key,
	const char *const *words, struct err *e)
{
	const struct value *v = value_get_cstr(reply, key);

	if (v == NULL)
		return true;
	for (; *words != NULL; words++)
		if (str_is(v->u.str, *words))
			return true;
	err_set(e, ERR_CONFIG, "\"%s\" cannot be \"%.*s\".", key, STR_ARG(v->u.str));
	return err_place(e, path, v->line, v->column);
}

static bool check_reply(const char *path, struct value reply, struct err *e)
{
	static const char *const ends[] = {"ok", "error", "truncated", "filtered", "never", NULL};
	static const char *const kinds[] = {"net", "provider", "limit", "unsent", "unknown", "busy",
		"server", "quota", "key", "context", "filter", NULL};
	const struct value *pieces = value_get_cstr(reply, "pieces");
	const struct value *error = value_get_cstr(reply, "error");

	if (!check_keys(path, reply, reply_keys, "A reply", e))
		return false;
	if (pieces != NULL && !check_pieces(path, *pieces, e))
		return false;
	if (!check_word(path, reply, "end", ends, e))
		return false;
	return error == NULL || (check_keys(path, *error, error_keys, "The error of a reply", e) &&
					check_word(path, *error, "kind", kinds, e));
}

bool scripted_file_read(struct arena *a, const char *path, struct value *replies, struct err *e)
{
	struct str text;
	struct value script;

	if (!file_read(a, path, SCRIPT_MAX, &text, e) || !json_read(a, text, path, &script, e))
		return false;
	const struct value *list = value_get_cstr(script, "replies");
	if (list == NULL || list->kind != VALUE_LIST) {
		err_set(e, ERR_CONFIG, "A script is an object with a list of \"replies\".");
		return err_place(e, path, script.line, script.column);
	}
	for (size_t i = 0; i < list->u.list->len; i++)
		if (!check_reply(path, list->u.list->items[i], e))
			return false;
	*replies = *list;
	return true;
}

/* The text of the last user message, or the prompt. */
static bool user_text_has(const struct model_request *request, struct str part)
{
	if (request->api == API_COMPLETION)
		return str_find(request->prompt, part, 0) != SIZE_MAX;
	for (size_t i = request->message_count; i > 0; i--) {
		const struct message *m = &request->messages[i - 1];
		if (m->role != ROLE_USER)
			continue;
		if (m->part_count == 0)
			return str_find(m->content, part, 0) != SIZE_MAX;
		for (size_t p = 0; p < m->part_count; p++)
			if (str_find(m->parts[p].text, part, 0) != SIZE_MAX)
				return true;
		return false;
	}
	return part.len == 0;
}

static bool fits(struct value reply, const struct model_request *request)
{
	const struct value *model = value_get_cstr(reply, "model");

	if (model != NULL && !str_eq(model->u.str, request->model))
		return false;
	return user_text_has(request, value_get_str(reply, "match", STR_NONE));
}

size_t scripted_file_choose(struct value replies, const struct model_request *request,
	const uint64_t *used, size_t used_len)
{
	for (size_t i = 0; i < replies.u.list->len; i++) {
		const struct value reply = replies.u.list->items[i];
		const bool chosen = value_get_cstr(reply, "match") != NULL ||
				    value_get_cstr(reply, "model") != NULL;
		const int64_t times = value_get_int(reply, "times", chosen ? INT64_MAX : 1);
		const uint64_t done = i < used_len ? used[i] : 0;
		if (done < (uint64_t)(times > 0 ? times : 0) && fits(reply, request))
			return i;
	}
	return SIZE_MAX;
}

/* The names of the API for those of the script. */
static const char *field_of(struct str key)
{
	if (str_is(key, "reasoning"))
		return "reasoning_content";
	return str_is(key, "refusal") ? "refusal" : "content";
}

static void push_text(
	struct arena *a, struct value out, const char *field, struct str text, int64_t chunk)
{
	while (text.len > 0) {
		const struct str part = chunk > 0 ? utf8_first(text, (size_t)chunk) : text;
		struct value delta = value_dict(a);
		value_set(delta, str_from(field), value_str(part));
		value_push(out, delta);
		text = str_slice(text, part.len, text.len);
	}
}

static void push_tool(struct arena *a, struct value out, struct value tool)
{
	struct value function = value_dict(a);
	struct value call = value_dict(a);
	struct value calls = value_list(a);
	struct value delta = value_dict(a);

	value_set(function, STR("name"), value_str(value_get_str(tool, "name", STR_NONE)));
	value_set(
		function, STR("arguments"), value_str(value_get_str(tool, "arguments", STR_NONE)));
	value_set(call, STR("index"), value_int(value_get_int(tool, "index", 0)));
	value_set(call, STR("id"), value_str(value_get_str(tool, "id", STR_NONE)));
	value_set(call, STR("function"), function);
	value_push(calls, call);
	value_set(delta, STR("tool_calls"), calls);
	value_push(out, delta);
}

static void push_piece(struct arena *a, struct value out, struct value piece, int64_t chunk)
{
	if (piece.kind == VALUE_STR) {
		push_text(a, out, "content", piece.u.str, chunk);
		return;
	}
	for (size_t i = 0; i < piece.u.dict->len; i++) {
		const struct value_entry *entry = &piece.u.dict->entries[i];
		if (entry->value.kind == VALUE_DICT)
			push_tool(a, out, entry->value);
		else if (entry->value.kind == VALUE_STR)
			push_text(a, out, field_of(entry->key.u.str), entry->value.u.str, chunk);
		else
			value_push(out, piece);
	}
}

struct value scripted_file_pieces(struct arena *a, struct value reply)
{
	const struct value *pieces = value_get_cstr(reply, "pieces");
	const int64_t chunk = value_get_int(reply, "chunk", 0);
	struct value out = value_list(a);

	push_text(a, out, "content", value_get_str(reply, "text", STR_NONE), chunk);
	if (pieces != NULL)
		for (size_t i = 0; i < pieces->u.list->len; i++)
			push_piece(a, out, pieces->u.list->items[i], chunk);
	return out;
}
