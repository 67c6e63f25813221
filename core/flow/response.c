/* SPDX-License-Identifier: MIT */
#include "core/flow/response.h"

#include "core/data/json.h"

static struct value message(struct arena *a, const struct model_result *result)
{
	struct value m = value_dict(a);
	value_set(m, STR("role"), value_cstr("assistant"));
	value_set(m, STR("content"),
		result->text.len > 0 ? value_str(str_copy(a, result->text)) : value_none());
	if (result->tool_calls.kind == VALUE_LIST)
		value_set(m, STR("tool_calls"), value_copy(a, result->tool_calls));
	return m;
}

/* Models like to put JSON into a code fence. */
static struct str without_fence(struct str text)
{
	text = str_trim(text);
	if (!str_starts(text, STR("```")) || !str_ends(text, STR("```")) || text.len < 7)
		return text;
	struct str rest;
	str_cut(text, '\n', &rest);
	return rest.len > 3 ? str_trim(str_slice(rest, 0, rest.len - 3)) : text;
}

static bool reduce(const struct response_form *form, struct value object, struct arena *a,
	struct value *out, struct err *e)
{
	*out = object;
	if (form->outputs.kind != VALUE_DICT || form->outputs.u.dict->len == 0)
		return true;
	if (object.kind != VALUE_DICT)
		return err_set(e, ERR_PROVIDER,
			"The model's answer must be a JSON object, but it is %s.",
			value_kind_words(object.kind));
	*out = value_dict(a);
	for (size_t i = 0; i < form->outputs.u.dict->len; i++) {
		struct str key = form->outputs.u.dict->entries[i].key.u.str;
		const struct value *v = value_get(object, key);
		if (v == NULL) {
			err_set(e, ERR_PROVIDER, "The model's answer lacks the output \"%.*s\".",
				STR_ARG(key));
			return err_hint(e, "Name the keys it must have in the prompt.");
		}
		value_set(*out, key, *v);
	}
	return true;
}

bool response_output(const struct response_form *form, const struct model_result *result,
	struct arena *a, struct value *out, struct err *e)
{
	if (form->whole) {
		*out = value_copy(a, result->response);
		return true;
	}
	if (form->message || result->tool_calls.kind == VALUE_LIST) {
		*out = message(a, result);
		return true;
	}
	if (!form->json) {
		*out = value_str(str_copy(a, result->text));
		return true;
	}
	struct value object;
	struct str text = str_copy(a, without_fence(result->text));
	if (!json_read(a, text, "the answer", &object, e)) {
		e->code = ERR_PROVIDER;
		return err_prefix(e, "The model's answer is not the JSON that was asked for");
	}
	return reduce(form, object, a, out, e);
}
