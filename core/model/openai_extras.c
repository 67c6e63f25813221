/* SPDX-License-Identifier: MIT */
#include "core/model/openai_extras.h"

#include "core/base/buf.h"
#include "core/model/wire.h"

static bool is_in(const char *const *words, struct str word)
{
	for (size_t i = 0; words[i] != NULL; i++)
		if (str_is(word, words[i]))
			return true;
	return false;
}

/* The item of LIST that a further piece of one belongs to, NULL: it is a new one. */
static struct value *same_detail(struct value list, struct value piece)
{
	const struct value *index = value_get_cstr(piece, "index");

	for (size_t i = list.u.list->len; index != NULL && i > 0; i--) {
		const struct value item = list.u.list->items[i - 1];
		const struct value *other = value_get_cstr(item, "index");
		if (other != NULL && value_equal(*other, *index) &&
			str_eq(value_get_str(item, "type", STR_NONE),
				value_get_str(piece, "type", STR_NONE)))
			return &list.u.list->items[i - 1];
	}
	return NULL;
}

static void grow_detail(struct arena *a, struct value item, struct value piece)
{
	for (size_t i = 0; i < piece.u.dict->len; i++) {
		const struct str key = piece.u.dict->entries[i].key.u.str;
		const struct value v = piece.u.dict->entries[i].value;
		const struct value *old = value_get(item, key);
		const bool text =
			str_is(key, "text") || str_is(key, "summary") || str_is(key, "data");
		if (text && old != NULL && old->kind == VALUE_STR && v.kind == VALUE_STR)
			value_set(item, key,
				value_str(str_format(
					a, "%.*s%.*s", STR_ARG(old->u.str), STR_ARG(v.u.str))));
		else if (v.kind != VALUE_NONE)
			value_set(item, str_copy(a, key), value_copy(a, v));
	}
}

static void grow_list(struct arena *a, struct str name, struct value to, struct value from)
{
	const bool details = str_is(name, "reasoning_details");

	for (size_t i = 0; i < from.u.list->len; i++) {
		const struct value piece = from.u.list->items[i];
		struct value *item =
			details && piece.kind == VALUE_DICT ? same_detail(to, piece) : NULL;
		if (item != NULL)
			grow_detail(a, *item, piece);
		else
			value_push(to, value_copy(a, piece));
	}
}

void openai_extras_add(
	struct arena *a, struct value *to, struct value from, const char *const *skip)
{
	static const char *const none[] = {NULL};

	for (size_t i = 0; from.kind == VALUE_DICT && i < from.u.dict->len; i++) {
		const struct str key = from.u.dict->entries[i].key.u.str;
		const struct value v = from.u.dict->entries[i].value;
		if (v.kind == VALUE_NONE || is_in(skip, key))
			continue;
		if (to->kind != VALUE_DICT)
			*to = value_dict(a);
		const struct value *old = value_get(*to, key);
		struct value inner = old != NULL ? *old : value_none();
		if (v.kind == VALUE_LIST && inner.kind == VALUE_LIST)
			grow_list(a, key, inner, v);
		else if (v.kind == VALUE_DICT && inner.kind == VALUE_DICT)
			openai_extras_add(a, &inner, v, none);
		else
			value_set(*to, str_copy(a, key), value_copy(a, v));
	}
}

void openai_extras_give(struct value to, struct value from)
{
	for (size_t i = 0; from.kind == VALUE_DICT && i < from.u.dict->len; i++)
		if (value_get(to, from.u.dict->entries[i].key.u.str) == NULL)
			value_set(to, from.u.dict->entries[i].key.u.str,
				from.u.dict->entries[i].value);
}

/* "violence (high), jailbreak": categories that were filtered or detected. */
static void add_found(struct buf *out, struct value results)
{
	for (size_t i = 0; results.kind == VALUE_DICT && i < results.u.dict->len; i++) {
		const struct value_entry *entry = &results.u.dict->entries[i];
		const struct str severity = value_get_str(entry->value, "severity", STR_NONE);
		if (!value_get_bool(entry->value, "filtered", false) &&
			!value_get_bool(entry->value, "detected", false))
			continue;
		buf_add_cstr(out, out->len > 0 ? ", " : "");
		buf_add_str(out, entry->key.u.str);
		if (severity.len > 0)
			buf_add_format(out, " (%.*s)", STR_ARG(severity));
	}
}

static void add_lists(struct buf *out, struct value list)
{
	for (size_t i = 0; list.kind == VALUE_LIST && i < list.u.list->len; i++)
		add_found(out, wire_member(list.u.list->items[i], "content_filter_results"));
}

struct str openai_extras_filter(struct arena *a, struct value answer)
{
	struct buf out = BUF_INIT(1000);
	struct str sentence = STR_NONE;
	const struct value inner = wire_member(wire_member(answer, "error"), "innererror");

	add_found(&out, wire_member(inner, "content_filter_result"));
	add_lists(&out, wire_member(answer, "prompt_filter_results"));
	add_lists(&out, wire_member(answer, "choices"));
	if (out.len > 0)
		sentence = str_format(a, "The content filter found: %.*s.", STR_ARG(buf_str(&out)));
	buf_free(&out);
	return sentence;
}
