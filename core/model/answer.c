/* SPDX-License-Identifier: MIT */
#include "core/model/answer.h"

#include "core/data/json.h"

void answer_init(struct answer *a)
{
	a->usage = usage_unknown();
	a->usage_given = value_none();
	a->whole = value_none();
}

void answer_free(struct answer *a)
{
	buf_free(&a->text);
	buf_free(&a->reasoning);
	buf_free(&a->refusal);
}

bool answer_add(struct answer *a, enum trace_delta_kind kind, struct str piece, struct err *e)
{
	struct buf *const texts[] = {[TRACE_DELTA_TEXT] = &a->text,
		[TRACE_DELTA_REASONING] = &a->reasoning,
		[TRACE_DELTA_REFUSAL] = &a->refusal};

	if (piece.len == 0)
		return true;
	if (kind != TRACE_DELTA_TOOL && !buf_add_str(texts[kind], piece))
		return err_set(e, ERR_LIMIT, "it is too long");
	wire_tell(&a->base, kind, piece);
	return true;
}

bool answer_read(struct answer *a, struct str data, struct value *out, struct err *e)
{
	arena_reset(&a->base.scratch);
	if (!json_read(&a->base.scratch, wire_repair(&a->base.scratch, data), NULL, out, e))
		return false;
	if (out->kind != VALUE_DICT)
		return err_set(
			e, ERR_PROVIDER, "it is %s, not an object", value_kind_words(out->kind));
	return true;
}

bool answer_read_whole(struct answer *a, struct str body, struct value *out, struct err *e)
{
	return json_read(&a->base.arena, wire_repair(&a->base.arena, body), NULL, out, e);
}

bool answer_fail(struct answer *a, struct wire_error error, struct err *e)
{
	a->base.error = (struct wire_error){
		.message = str_copy(&a->base.arena, error.message),
		.code = str_copy(&a->base.arena, error.code),
		.type = str_copy(&a->base.arena, error.type),
		.param = str_copy(&a->base.arena, error.param),
		.inner = str_copy(&a->base.arena, error.inner),
		.retry_after_ns = error.retry_after_ns,
	};
	a->base.failed = true;
	return err_set(e, ERR_PROVIDER, "it is an error");
}

void answer_keep(struct answer *a, struct str *to, struct value dict, const char *key)
{
	if (to->len == 0)
		*to = str_copy(&a->base.arena, value_get_str(dict, key, STR_NONE));
}

void answer_result(struct answer *a, struct model_result *r)
{
	r->text = buf_str(&a->text);
	r->reasoning = buf_str(&a->reasoning);
	r->refusal = buf_str(&a->refusal);
	r->tool_calls = value_none();
	r->response = value_none();
	r->usage = a->usage;
	r->finish_reason = a->finish;
	r->response_id = a->id;
	r->response_model = a->model;
	r->note = a->note;
}

struct value answer_call(struct arena *a, struct str id, struct str name, struct str arguments)
{
	struct value function = value_dict(a);
	struct value call = value_dict(a);

	value_set(function, STR("name"), value_str(name));
	value_set(function, STR("arguments"), value_str(arguments));
	value_set(call, STR("id"), value_str(id));
	value_set(call, STR("type"), value_cstr("function"));
	value_set(call, STR("function"), function);
	return call;
}
