/* SPDX-License-Identifier: MIT */
#include "core/model/gemini_answer.h"

#include "core/base/alloc.h"
#include "core/model/gemini_candidate.h"

#include <stdlib.h>

enum { CANDIDATES_MAX = 64 };

void gemini_answer_init(struct gemini_answer *a, size_t expected)
{
	answer_init(&a->own);
	a->expected = expected;
}

void gemini_answer_free(struct gemini_answer *a)
{
	for (size_t i = 0; i < a->len; i++)
		gemini_candidate_free(&a->candidates[i]);
	free(a->candidates);
	answer_free(&a->own);
}

/* The counts are of the whole answer so far: the last stand. */
static void take_usage(struct gemini_answer *a, struct value usage)
{
	if (usage.kind != VALUE_DICT)
		return;
	a->own.usage_given = value_copy(&a->own.base.arena, usage);
	a->own.usage = usage_gemini(a->own.usage_given);
}

static struct gemini_candidate *candidate_at(struct gemini_answer *a, int64_t index)
{
	for (size_t i = 0; i < a->len; i++)
		if (a->candidates[i].index == index)
			return &a->candidates[i];
	if (a->len == CANDIDATES_MAX)
		return NULL;
	a->candidates = array_reserve(a->candidates, &a->cap, a->len + 1, sizeof *a->candidates);
	struct gemini_candidate *c = &a->candidates[a->len++];
	*c = (struct gemini_candidate){.index = index};
	return c;
}

static bool take(struct gemini_answer *a, struct value v, struct err *e)
{
	const struct value candidates = wire_member(v, "candidates");
	const struct value feedback = wire_member(v, "promptFeedback");
	struct wire_error error;

	if (v.kind != VALUE_DICT)
		return err_set(
			e, ERR_PROVIDER, "it is %s, not an object", value_kind_words(v.kind));
	if (candidates.kind != VALUE_LIST && wire_error_find(&a->own.base.scratch, v, &error))
		return answer_fail(&a->own, error, e);
	answer_keep(&a->own, &a->own.id, v, "responseId");
	answer_keep(&a->own, &a->own.model, v, "modelVersion");
	take_usage(a, wire_member(v, "usageMetadata"));
	if (feedback.kind == VALUE_DICT) {
		a->feedback = value_copy(&a->own.base.arena, feedback);
		answer_keep(&a->own, &a->blocked, feedback, "blockReason");
	}
	for (size_t i = 0; candidates.kind == VALUE_LIST && i < candidates.u.list->len; i++) {
		const struct value item = candidates.u.list->items[i];
		const int64_t index = value_get_int(item, "index", (int64_t)i);
		struct gemini_candidate *c = candidate_at(a, index);
		if (c == NULL)
			return err_set(e, ERR_LIMIT, "it has too many candidates");
		if (!gemini_candidate_add(&a->own, c, item, index == 0, e))
			return false;
	}
	return true;
}

bool gemini_answer_event(struct gemini_answer *a, struct str data, struct err *e)
{
	struct value v;

	if (str_trim(data).len == 0 || str_is(str_trim(data), "[DONE]"))
		return true;
	return answer_read(&a->own, data, &v, e) && take(a, v, e);
}

bool gemini_answer_whole(struct gemini_answer *a, struct str body, struct err *e)
{
	struct value v;

	if (!answer_read_whole(&a->own, body, &v, e))
		return false;
	if (v.kind == VALUE_LIST) {
		for (size_t i = 0; i < v.u.list->len; i++)
			if (!take(a, v.u.list->items[i], e))
				return false;
	} else {
		if (!take(a, v, e))
			return false;
		a->own.whole = v;
	}
	a->is_whole = true;
	if (a->len > 0 || a->blocked.len > 0)
		return true;
	return err_set(e, ERR_PROVIDER, "it holds no candidate");
}

bool gemini_answer_is_complete(const struct gemini_answer *a)
{
	if (a->blocked.len > 0 || a->is_whole)
		return true;
	for (size_t i = 0; i < a->len; i++)
		if (a->candidates[i].finish.len == 0)
			return false;
	return a->len > 0 && a->len >= a->expected;
}

static struct value response(struct gemini_answer *a)
{
	struct arena *arena = &a->own.base.arena;
	struct value v = value_dict(arena);
	struct value list = value_list(arena);

	for (size_t i = 0; i < a->len; i++)
		value_push(list, gemini_candidate_value(arena, &a->candidates[i]));
	value_set(v, STR("candidates"), list);
	if (a->feedback.kind == VALUE_DICT)
		value_set(v, STR("promptFeedback"), a->feedback);
	if (a->own.usage_given.kind == VALUE_DICT)
		value_set(v, STR("usageMetadata"), a->own.usage_given);
	if (a->own.model.len > 0)
		value_set(v, STR("modelVersion"), value_str(a->own.model));
	if (a->own.id.len > 0)
		value_set(v, STR("responseId"), value_str(a->own.id));
	return v;
}

void gemini_answer_result(struct gemini_answer *a, struct model_result *r)
{
	const struct gemini_candidate *first = a->len > 0 ? &a->candidates[0] : NULL;

	answer_result(&a->own, r);
	for (size_t i = 1; i < a->len; i++)
		if (first != NULL && a->candidates[i].index < first->index)
			first = &a->candidates[i];
	if (first == NULL && a->feedback.kind != VALUE_DICT)
		return;
	r->response = a->own.whole.kind == VALUE_DICT ? a->own.whole : response(a);
	r->finish_reason = first != NULL ? first->finish : a->blocked;
	if (first != NULL)
		r->tool_calls = gemini_candidate_calls(&a->own.base.arena, first);
}

static bool is_in(struct str word, const char *const *words)
{
	for (; *words != NULL; words++)
		if (str_is(word, *words))
			return true;
	return false;
}

enum wire_end gemini_answer_end(const struct gemini_answer *a, const struct model_result *r)
{
	static const char *const filtered[] = {"SAFETY", "RECITATION", "BLOCKLIST",
		"PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT",
		"IMAGE_RECITATION", "MODEL_ARMOR", "LANGUAGE", NULL};
	static const char *const failed[] = {"OTHER", "IMAGE_OTHER", "NO_IMAGE",
		"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS",
		"MISSING_THOUGHT_SIGNATURE", "MALFORMED_RESPONSE", NULL};

	if (a->blocked.len > 0 || is_in(r->finish_reason, filtered))
		return WIRE_END_FILTERED;
	return is_in(r->finish_reason, failed) ? WIRE_END_ERROR : WIRE_END_OK;
}
