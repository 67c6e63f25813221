/* SPDX-License-Identifier: MIT */
#include "core/model/moderate_api.h"

#include "core/model/content_safety.h"
#include "core/model/neutral.h"
#include "core/model/wire_call.h"

static bool is_content_safety(const struct connection *connection)
{
	return str_is(connection->provider, content_safety.name);
}

static bool build(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e)
{
	static const char *const nothing[] = {NULL};
	struct value body = value_dict(a);

	if (is_content_safety(connection))
		return content_safety_build(a, connection, request, out, e);
	if (!str_is(connection->provider, "openai") && !str_is(connection->provider, "azure")) {
		err_set(e, ERR_CONFIG, "The provider %.*s has no API for checking texts.",
			STR_ARG(connection->provider));
		return err_hint(e, "OpenAI has one, and Azure AI Content Safety.");
	}
	if (value_get_cstr(request->parameters, "check") != NULL) {
		err_set(e, ERR_CONFIG, "%.*s knows one check only, not '%.*s'.",
			STR_ARG(connection->name),
			STR_ARG(value_get_str(request->parameters, "check", STR_NONE)));
		return err_hint(e, "Azure AI Content Safety has others.");
	}
	value_set(body, STR("model"), value_str(request->model));
	value_set(body, STR("input"), endpoint_texts(a, request, 0));
	neutral_pass(body, request->parameters, nothing);
	return endpoint_post(a, connection,
		endpoint_url(a, connection, request->model, STR("/moderations")), body, out, e);
}

static struct value read_one(struct arena *a, struct value item)
{
	const struct value flags = wire_member(item, "categories");
	const struct value scores = wire_member(item, "category_scores");
	struct value out = value_dict(a), list = value_list(a);

	for (size_t i = 0; flags.kind == VALUE_DICT && i < flags.u.dict->len; i++) {
		const struct str name = flags.u.dict->entries[i].key.u.str;
		const struct value flag = flags.u.dict->entries[i].value;
		const struct value *score = value_get(scores, name);
		struct value mark = score != NULL ? *score : value_none();
		if (mark.kind == VALUE_INT)
			mark = value_float((double)mark.u.integer);
		content_safety_add(a, list, name, flag.kind == VALUE_BOOL && flag.u.boolean, mark);
	}
	value_set(out, STR("flagged"), value_bool(value_get_bool(item, "flagged", false)));
	value_set(out, STR("categories"), list);
	return out;
}

static bool whole(struct wire_answer *answer, struct str body, struct err *e)
{
	struct endpoint_answer *a = (struct endpoint_answer *)answer;
	struct arena *arena = &answer->arena;
	struct value v, one, results = value_list(arena);

	if (!endpoint_read(a, body, &v, e))
		return false;
	const struct value list = wire_member(v, "results");
	if (is_content_safety(a->connection)) {
		if (!content_safety_read(arena, a->parameters, v, &one))
			return endpoint_refuse(a, v, "analysis", e);
		value_push(results, one);
	} else if (list.kind != VALUE_LIST) {
		return endpoint_refuse(a, v, "results", e);
	}
	for (size_t i = 0; list.kind == VALUE_LIST && i < list.u.list->len; i++)
		value_push(results, read_one(arena, list.u.list->items[i]));
	/* No vendor counts tokens here. */
	a->usage.input = a->usage.output = 0;
	struct value response = value_dict(arena);
	value_set(response, STR("results"), results);
	a->response = response;
	return true;
}

size_t moderate_api_limit(const struct connection *connection)
{
	return is_content_safety(connection) ? 1 : 32;
}

size_t moderate_api_length(const struct connection *connection, struct str check)
{
	if (!is_content_safety(connection))
		return 0;
	return str_is(check, "grounded") ? 7500 : 10000;
}

const struct wire moderate_wire = {
	.provider = &moderate_api,
	.framing = WIRE_SSE,
	.build = build,
	.answer_size = sizeof(struct endpoint_answer),
	.init = endpoint_init,
	.event = endpoint_event,
	.whole = whole,
	.is_complete = endpoint_is_complete,
	.result = endpoint_result,
};

static bool show(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct model_wire *out, struct err *e)
{
	return wire_show(&moderate_wire, a, connection, request, out, e);
}

static struct model_call *start(const struct provider_context *context,
	const struct connection *connection, const struct model_request *request,
	const struct model_listener *listener, struct err *e)
{
	return wire_call_start(&moderate_wire, context, connection, request, listener, e);
}

const struct provider moderate_api = {
	.name = "moderate",
	.wire = show,
	.start = start,
	.cancel = wire_call_cancel,
};

static bool refuse(const struct connection *connection, struct err *e)
{
	err_set(e, ERR_CONFIG, "The connection %.*s checks texts; it answers no prompts.",
		STR_ARG(connection->name));
	return err_hint(e, "Use it as lathe moderate --model %.*s.", STR_ARG(connection->name));
}

static bool show_nothing(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct model_wire *out, struct err *e)
{
	(void)a;
	(void)request;
	*out = (struct model_wire){.headers = value_none()};
	return refuse(connection, e);
}

static struct model_call *start_nothing(const struct provider_context *context,
	const struct connection *connection, const struct model_request *request,
	const struct model_listener *listener, struct err *e)
{
	(void)context;
	(void)request;
	(void)listener;
	refuse(connection, e);
	return NULL;
}

const struct provider content_safety = {
	.name = "content_safety",
	.needs_url = true,
	.wire = show_nothing,
	.start = start_nothing,
	.cancel = wire_call_cancel,
};
