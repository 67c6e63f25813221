/* SPDX-License-Identifier: MIT */
#include "core/model/gemini_candidate.h"

#include "core/base/alloc.h"
#include "core/data/json.h"
#include "core/model/gemini_body.h"

#include <stdlib.h>

void gemini_candidate_free(struct gemini_candidate *c)
{
	for (size_t i = 0; i < c->len; i++)
		buf_free(&c->parts[i].text);
	free(c->parts);
}

static struct gemini_part *part_for(
	struct answer *a, struct gemini_candidate *c, bool is_text, bool is_thought)
{
	struct gemini_part *last = c->len > 0 ? &c->parts[c->len - 1] : NULL;

	if (last != NULL && is_text && last->is_text && last->is_thought == is_thought &&
		!last->closed)
		return last;
	if (c->len == ANSWER_PARTS_MAX)
		return NULL;
	c->parts = array_reserve(c->parts, &c->cap, c->len + 1, sizeof *c->parts);
	last = &c->parts[c->len++];
	*last = (struct gemini_part){
		.start = value_dict(&a->base.arena), .is_text = is_text, .is_thought = is_thought};
	return last;
}

static bool add_part(
	struct answer *a, struct gemini_candidate *c, struct value v, bool told, struct err *e)
{
	const struct value *text = value_get_cstr(v, "text");
	const bool is_text = text != NULL && text->kind == VALUE_STR;
	const bool thought = value_get_bool(v, "thought", false);
	const struct value call = wire_member(v, "functionCall");
	struct gemini_part *p;

	if (v.kind != VALUE_DICT)
		return err_set(e, ERR_PROVIDER, "a part of it is %s, not an object",
			value_kind_words(v.kind));
	p = part_for(a, c, is_text, thought);
	if (p == NULL)
		return err_set(e, ERR_LIMIT, "it has too many parts");
	for (size_t i = 0; i < v.u.dict->len; i++)
		if (!is_text || !str_is(v.u.dict->entries[i].key.u.str, "text"))
			value_set(p->start,
				str_copy(&a->base.arena, v.u.dict->entries[i].key.u.str),
				value_copy(&a->base.arena, v.u.dict->entries[i].value));
	if (value_get_cstr(v, "thoughtSignature") != NULL)
		p->closed = true;
	if (!is_text && told && call.kind == VALUE_DICT) {
		const struct value arguments = wire_member(call, "args");
		return answer_add(a, TRACE_DELTA_TOOL,
			arguments.kind == VALUE_NONE
				? STR("{}")
				: json_text(&a->base.scratch, arguments, JSON_COMPACT),
			e);
	}
	if (!is_text)
		return true;
	if (!buf_add_str(&p->text, text->u.str))
		return err_set(e, ERR_LIMIT, "it is too long");
	return !told ||
	       answer_add(a, thought ? TRACE_DELTA_REASONING : TRACE_DELTA_TEXT, text->u.str, e);
}

/* Logprobs come as pieces of lists; of everything else the last word stands. */
static void join_lists(struct value to, struct value from)
{
	for (size_t i = 0; i < from.u.dict->len; i++) {
		const struct value_entry *entry = &from.u.dict->entries[i];
		const struct value *old = value_get(to, entry->key.u.str);
		if (old == NULL || old->kind != VALUE_LIST || entry->value.kind != VALUE_LIST) {
			value_set(to, entry->key.u.str, entry->value);
			continue;
		}
		for (size_t k = 0; k < entry->value.u.list->len; k++)
			value_push(*old, entry->value.u.list->items[k]);
	}
}

static void take_rest(struct answer *a, struct gemini_candidate *c, struct value item)
{
	if (c->rest.kind != VALUE_DICT)
		c->rest = value_dict(&a->base.arena);
	for (size_t i = 0; i < item.u.dict->len; i++) {
		const struct value_entry *entry = &item.u.dict->entries[i];
		const struct value *old = value_get(c->rest, entry->key.u.str);
		if (str_is(entry->key.u.str, "content"))
			continue;
		const struct value v = value_copy(&a->base.arena, entry->value);
		if (old != NULL && old->kind == VALUE_DICT && v.kind == VALUE_DICT &&
			str_is(entry->key.u.str, "logprobsResult"))
			join_lists(*old, v);
		else
			value_set(c->rest, str_copy(&a->base.arena, entry->key.u.str), v);
	}
}

bool gemini_candidate_add(
	struct answer *a, struct gemini_candidate *c, struct value item, bool told, struct err *e)
{
	const struct value parts = wire_member(wire_member(item, "content"), "parts");

	if (item.kind != VALUE_DICT)
		return err_set(e, ERR_PROVIDER, "a candidate of it is %s, not an object",
			value_kind_words(item.kind));
	if (c->finish.len > 0)
		return true;
	for (size_t i = 0; parts.kind == VALUE_LIST && i < parts.u.list->len; i++)
		if (!add_part(a, c, parts.u.list->items[i], told, e))
			return false;
	take_rest(a, c, item);
	answer_keep(a, &c->finish, item, "finishReason");
	return true;
}

struct value gemini_candidate_calls(struct arena *a, const struct gemini_candidate *c)
{
	struct value list = value_list(a);

	for (size_t i = 0; i < c->len; i++) {
		const struct value call = wire_member(c->parts[i].start, "functionCall");
		const struct value sign = wire_member(c->parts[i].start, "thoughtSignature");
		struct value arguments = wire_member(call, "args");
		if (call.kind != VALUE_DICT)
			continue;
		struct str id = value_get_str(call, "id", STR_NONE);
		if (id.len == 0)
			id = str_format(a, GEMINI_OWN_ID "%zu", list.u.list->len);
		if (arguments.kind != VALUE_DICT)
			arguments = value_dict(a);
		struct value v = answer_call(a, id, value_get_str(call, "name", STR_NONE),
			json_text(a, arguments, JSON_COMPACT));
		if (sign.kind == VALUE_STR) {
			struct value google = value_dict(a);
			struct value extra = value_dict(a);
			value_set(google, STR("thought_signature"), sign);
			value_set(extra, STR("google"), google);
			value_set(v, STR("extra_content"), extra);
		}
		value_push(list, v);
	}
	return list.u.list->len > 0 ? list : value_none();
}

struct value gemini_candidate_value(struct arena *a, const struct gemini_candidate *c)
{
	struct value v = value_dict(a);
	struct value content = value_dict(a);
	struct value parts = value_list(a);

	for (size_t i = 0; i < c->len; i++) {
		const struct gemini_part *p = &c->parts[i];
		struct value part = value_dict(a);
		if (p->is_text)
			value_set(part, STR("text"), value_str(buf_str(&p->text)));
		for (size_t k = 0; k < p->start.u.dict->len; k++)
			value_set(part, p->start.u.dict->entries[k].key.u.str,
				p->start.u.dict->entries[k].value);
		value_push(parts, part);
	}
	value_set(content, STR("role"), value_cstr("model"));
	value_set(content, STR("parts"), parts);
	value_set(v, STR("content"), content);
	for (size_t i = 0; c->rest.kind == VALUE_DICT && i < c->rest.u.dict->len; i++)
		value_set(
			v, c->rest.u.dict->entries[i].key.u.str, c->rest.u.dict->entries[i].value);
	return v;
}
