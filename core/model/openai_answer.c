/* SPDX-License-Identifier: MIT */
#include "core/model/openai_answer.h"

#include "core/base/alloc.h"
#include "core/data/json.h"
#include "core/model/openai_choice.h"
#include "core/model/openai_extras.h"

#include <stdlib.h>

void openai_answer_init(struct openai_answer *a, size_t expected)
{
	a->expected = expected;
	a->usage = usage_unknown();
}

void openai_answer_free(struct openai_answer *a)
{
	for (size_t i = 0; i < a->len; i++)
		openai_choice_free(&a->choices[i]);
	free(a->choices);
}

/* The last usage wins: some servers count up in every chunk. */
static void take_usage(struct openai_answer *a, struct value usage)
{
	if (usage.kind != VALUE_DICT)
		return;
	a->usage_given = value_copy(&a->base.arena, usage);
	a->usage = usage_openai(usage);
}

static void take_string(struct openai_answer *a, struct str *to, struct value v, const char *key)
{
	if (to->len == 0)
		*to = str_copy(&a->base.arena, value_get_str(v, key, STR_NONE));
}

static struct openai_choice *choice_at(struct openai_answer *a, int64_t index)
{
	for (size_t i = 0; i < a->len; i++)
		if (a->choices[i].index == index)
			return &a->choices[i];
	if (a->len == OPENAI_CHOICES_MAX)
		return NULL;
	a->choices = array_reserve(a->choices, &a->cap, a->len + 1, sizeof *a->choices);
	struct openai_choice *c = &a->choices[a->len++];
	*c = (struct openai_choice){.index = index, .think_tags = a->think_tags};
	return c;
}

/* One item of "choices": a delta, a whole message, or the text of the completions API. */
static bool take_choice(struct openai_answer *a, struct value item)
{
	static const char *const of_choice[] = {
		"index", "delta", "message", "text", "finish_reason", "usage", NULL};
	static const char *const of_message[] = {"role", "content", "refusal", "tool_calls",
		"function_call", "reasoning_content", "reasoning", NULL};
	struct openai_choice *c = choice_at(a, value_get_int(item, "index", 0));
	struct value delta = wire_member(item, "delta");
	const struct str finish = value_get_str(item, "finish_reason", STR_NONE);

	if (c == NULL)
		return false;
	take_usage(a, wire_member(item, "usage"));
	if (a->streamed)
		openai_extras_add(&a->base.arena, &c->extra, item, of_choice);
	if (c->finish.len > 0)
		return true;
	if (delta.kind != VALUE_DICT)
		delta = wire_member(item, "message");
	if (delta.kind != VALUE_DICT) {
		delta = value_dict(&a->base.scratch);
		value_set(delta, STR("content"), wire_member(item, "text"));
	}
	wire_delta_fn *told = c->index == 0 ? a->base.delta : NULL;
	if (!openai_choice_add(c, delta, &a->base.arena, &a->base.scratch, told, a->base.ctx))
		return false;
	if (a->streamed)
		openai_extras_add(&a->base.arena, &c->message_extra, delta, of_message);
	if (finish.len == 0 || str_is(finish, "null"))
		return true;
	c->finish = str_copy(&a->base.arena, finish);
	return openai_choice_end(c, &a->base.scratch, told, a->base.ctx);
}

bool openai_answer_take(struct openai_answer *a, struct value v, struct err *e)
{
	static const char *const known[] = {"id", "object", "created", "model", "choices", "usage",
		"system_fingerprint", "x_groq", "obfuscation", "error", NULL};
	const struct value choices = wire_member(v, "choices");

	if (v.kind != VALUE_DICT)
		return err_set(
			e, ERR_PROVIDER, "it is %s, not an object", value_kind_words(v.kind));
	take_string(a, &a->id, v, "id");
	take_string(a, &a->model, v, "model");
	take_string(a, &a->fingerprint, v, "system_fingerprint");
	if (a->created == 0)
		a->created = value_get_int(v, "created", 0);
	if (choices.kind == VALUE_LIST)
		for (size_t i = 0; i < choices.u.list->len; i++)
			if (!take_choice(a, choices.u.list->items[i]))
				return err_set(e, ERR_LIMIT,
					"it has too many choices or tool calls, or is too long");
	if (a->streamed)
		openai_extras_add(&a->base.arena, &a->extra, v, known);
	take_usage(a, wire_member(wire_member(v, "x_groq"), "usage"));
	take_usage(a, wire_member(v, "usage"));
	const struct str tier = value_get_str(v, "service_tier", STR_NONE);
	if (tier.len > 0)
		a->rate = usage_rate(tier);
	a->usage.rate = a->rate;
	return true;
}

static bool find_error(struct openai_answer *a, struct value v, struct err *e)
{
	if (!wire_error_find(&a->base.arena, v, &a->base.error))
		return false;
	a->base.failed = true;
	err_set(e, ERR_PROVIDER, "it is an error");
	return true;
}

/* An event named "error": an error object, or words. */
static bool take_error_event(struct openai_answer *a, struct str text, struct err *e)
{
	struct value v;

	if (!json_read(&a->base.arena, text, NULL, &v, e) || !find_error(a, v, e))
		wire_error_from_text(&a->base.arena, text, &a->base.error);
	a->base.failed = true;
	return err_set(e, ERR_PROVIDER, "it is an error");
}

bool openai_answer_event(struct openai_answer *a, struct str name, struct str data, struct err *e)
{
	struct value v;

	data = str_trim(data);
	if (data.len == 0 || a->base.done)
		return true;
	if (str_is(data, "[DONE]")) {
		a->base.done = true;
		return true;
	}
	a->streamed = true;
	arena_reset(&a->base.scratch);
	const struct str text = wire_repair(&a->base.scratch, data);
	if (str_is(name, "error"))
		return take_error_event(a, text, e);
	if (!json_read(&a->base.scratch, text, NULL, &v, e))
		return false;
	if (value_get_cstr(v, "error") != NULL || value_get_cstr(v, "choices") == NULL)
		if (find_error(a, value_copy(&a->base.arena, v), e))
			return false;
	return openai_answer_take(a, v, e);
}

bool openai_answer_whole(struct openai_answer *a, struct str body, struct err *e)
{
	struct value v;

	if (!json_read(&a->base.arena, wire_repair(&a->base.arena, body), NULL, &v, e))
		return false;
	a->filter = openai_extras_filter(&a->base.arena, v);
	if (find_error(a, v, e) || !openai_answer_take(a, v, e))
		return false;
	a->whole = v;
	if (a->len == 0)
		return err_set(e, ERR_PROVIDER, "it holds no choice");
	return true;
}

bool openai_answer_is_complete(const struct openai_answer *a)
{
	/* A body is all there is, so it is at its end even if no choice says why. */
	if (a->whole.kind == VALUE_DICT)
		return true;
	for (size_t i = 0; i < a->len; i++)
		if (a->choices[i].finish.len == 0)
			return false;
	return a->len > 0 && (a->base.done || a->len >= a->expected);
}

/* The answer of a stream as the API gives it when it is not streamed. */
static struct value response(struct openai_answer *a)
{
	struct value v = value_dict(&a->base.arena);
	struct value choices = value_list(&a->base.arena);

	for (size_t i = 0; i < a->len; i++) {
		const struct openai_choice *c = &a->choices[i];
		struct value item = value_dict(&a->base.arena);
		value_set(item, STR("index"), value_int(c->index));
		value_set(item, STR("message"), openai_choice_message(&a->base.arena, c));
		value_set(item, STR("finish_reason"),
			c->finish.len > 0 ? value_str(c->finish) : value_none());
		openai_extras_give(item, c->extra);
		value_push(choices, item);
	}
	value_set(v, STR("id"), value_str(a->id));
	value_set(v, STR("object"), value_cstr("chat.completion"));
	value_set(v, STR("created"), value_int(a->created));
	value_set(v, STR("model"), value_str(a->model));
	value_set(v, STR("choices"), choices);
	if (a->usage_given.kind == VALUE_DICT)
		value_set(v, STR("usage"), a->usage_given);
	if (a->fingerprint.len > 0)
		value_set(v, STR("system_fingerprint"), value_str(a->fingerprint));
	openai_extras_give(v, a->extra);
	return v;
}

/* An answer that broke off may hold back a few bytes. */
static void end_choices(struct openai_answer *a)
{
	for (size_t i = 0; i < a->len; i++)
		(void)!openai_choice_end(&a->choices[i], &a->base.scratch, NULL, NULL);
}

void openai_answer_result(struct openai_answer *a, struct model_result *r)
{
	const struct openai_choice *first = a->len > 0 ? &a->choices[0] : NULL;

	end_choices(a);
	for (size_t i = 1; i < a->len; i++)
		if (a->choices[i].index < first->index)
			first = &a->choices[i];
	r->usage = a->usage;
	r->response_id = a->id;
	r->response_model = a->model;
	r->note = a->filter;
	if (first == NULL)
		return;
	r->text = buf_str(&first->text);
	r->reasoning = buf_str(&first->reasoning);
	r->refusal = buf_str(&first->refusal);
	r->tool_calls = openai_choice_tools(&a->base.arena, first);
	r->finish_reason = first->finish;
	r->response = a->whole.kind == VALUE_DICT ? a->whole : response(a);
	if (a->streamed)
		r->note = openai_extras_filter(&a->base.arena, r->response);
}
