/* SPDX-License-Identifier: MIT */
#include "core/model/embed_api.h"

#include "core/data/json.h"
#include "core/model/dialect.h"
#include "core/model/embed_read.h"
#include "core/model/gemini.h"
#include "core/model/neutral.h"
#include "core/model/ollama.h"
#include "core/model/vertex.h"
#include "core/model/wire_call.h"

#include <string.h>

/* What the request says itself; the rest of the parameters passes. */
static const char *const ours[] = {
	"dimensions", "text_type", "task_type", "output_type", "truncate", NULL};

static void set_known(struct value to, const char *name, struct value v)
{
	if (v.kind != VALUE_NONE)
		value_set(to, str_from(name), v);
}

static struct value model_and(
	struct arena *a, const struct model_request *request, const char *name, struct value v)
{
	struct value body = value_dict(a);

	value_set(body, STR("model"), value_str(request->model));
	value_set(body, str_from(name), v);
	return body;
}

static bool build_openai(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e)
{
	struct value body = model_and(a, request, "input", endpoint_texts(a, request, 0));

	set_known(body, "dimensions", wire_member(request->parameters, "dimensions"));
	/* Smaller and faster to read; servers that are only compatible may not know it. */
	const char *vendor = dialect_of(connection)->vendor;
	if (strcmp(vendor, "openai") == 0 || strcmp(vendor, "azure") == 0)
		value_set(body, STR("encoding_format"), value_cstr("base64"));
	neutral_pass(body, request->parameters, ours);
	return endpoint_post(a, connection,
		endpoint_url(a, connection, request->model, STR("/embeddings")), body, out, e);
}

/* DashScope's own API tells queries from documents and has sparse vectors. */
static bool build_dashscope(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e)
{
	struct value input = value_dict(a), parameters = value_dict(a);
	struct value body = model_and(a, request, "input", input);

	value_set(input, STR("texts"), endpoint_texts(a, request, 0));
	set_known(parameters, "dimension", wire_member(request->parameters, "dimensions"));
	set_known(parameters, "text_type", wire_member(request->parameters, "text_type"));
	set_known(parameters, "output_type", wire_member(request->parameters, "output_type"));
	value_set(body, STR("parameters"), parameters);
	return endpoint_post(a, connection,
		wire_url(a, endpoint_origin(connection->base_url),
			STR("/api/v1/services/embeddings/text-embedding/text-embedding")),
		body, out, e);
}

static bool build_gemini(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e)
{
	struct value list = value_list(a), body = value_dict(a);
	struct str model = request->model;

	if (str_starts(model, STR("models/")))
		model = str_slice(model, sizeof "models/" - 1, model.len);
	for (size_t i = 0; i < request->message_count; i++) {
		struct value item = value_dict(a), content = value_dict(a);
		struct value parts = value_list(a), part = value_dict(a);
		value_set(part, STR("text"), value_str(request->messages[i].content));
		value_push(parts, part);
		value_set(content, STR("parts"), parts);
		value_set(item, STR("model"),
			value_str(str_format(a, "models/%.*s", STR_ARG(model))));
		value_set(item, STR("content"), content);
		set_known(item, "taskType", wire_member(request->parameters, "task_type"));
		set_known(item, "outputDimensionality",
			wire_member(request->parameters, "dimensions"));
		neutral_pass(item, request->parameters, ours);
		value_push(list, item);
	}
	value_set(body, STR("requests"), list);
	return endpoint_post(a, connection,
		gemini_url(a, connection->base_url, model, STR("batchEmbedContents")), body, out,
		e);
}

static bool build_vertex(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e)
{
	struct value list = value_list(a), body = value_dict(a), parameters = value_dict(a);
	struct str url;

	for (size_t i = 0; i < request->message_count; i++) {
		struct value item = value_dict(a);
		value_set(item, STR("content"), value_str(request->messages[i].content));
		set_known(item, "task_type", wire_member(request->parameters, "task_type"));
		value_push(list, item);
	}
	value_set(body, STR("instances"), list);
	set_known(
		parameters, "outputDimensionality", wire_member(request->parameters, "dimensions"));
	if (parameters.u.dict->len > 0)
		value_set(body, STR("parameters"), parameters);
	return vertex_url(a, connection, STR("google"), request->model, STR("predict"), &url, e) &&
	       endpoint_post(a, connection, url, body, out, e);
}

static bool build_ollama(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e)
{
	struct value body = model_and(a, request, "input", endpoint_texts(a, request, 0));

	set_known(body, "dimensions", wire_member(request->parameters, "dimensions"));
	/* A text that is too long is an error unless the prompt wants it cut. */
	value_set(body, STR("truncate"),
		value_bool(value_get_bool(request->parameters, "truncate", false)));
	neutral_pass(body, request->parameters, ours);
	return endpoint_post(a, connection, ollama_url(a, connection->base_url, STR("/api/embed")),
		body, out, e);
}

static bool build_tei(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e)
{
	struct value body = value_dict(a);

	value_set(body, STR("inputs"), endpoint_texts(a, request, 0));
	value_set(body, STR("truncate"),
		value_bool(value_get_bool(request->parameters, "truncate", false)));
	set_known(body, "dimensions", wire_member(request->parameters, "dimensions"));
	neutral_pass(body, request->parameters, ours);
	return endpoint_post(a, connection,
		endpoint_url(a, connection, request->model, STR("/embed")), body, out, e);
}

static bool wants_dashscope(const struct connection *connection, struct value parameters)
{
	return endpoint_is(connection, "dashscope") &&
	       (value_get_cstr(parameters, "text_type") != NULL ||
		       value_get_cstr(parameters, "output_type") != NULL);
}

static bool build(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e)
{
	for (size_t i = 0; i < request->message_count; i++)
		if (request->messages[i].content.len == 0)
			return err_set(e, ERR_CONFIG,
				"Text %zu is empty, and an empty text has no vector.", i + 1);
	if (str_is(connection->provider, "anthropic") ||
		str_is(connection->provider, "content_safety"))
		return err_set(e, ERR_CONFIG, "The provider %.*s has no vectors of texts.",
			STR_ARG(connection->provider));
	if (str_is(connection->provider, "gemini"))
		return vertex_is(connection) ? build_vertex(a, connection, request, out, e)
					     : build_gemini(a, connection, request, out, e);
	if (str_is(connection->provider, "ollama"))
		return build_ollama(a, connection, request, out, e);
	if (str_is(connection->vendor, "tei"))
		return build_tei(a, connection, request, out, e);
	if (wants_dashscope(connection, request->parameters))
		return build_dashscope(a, connection, request, out, e);
	if (value_get_cstr(request->parameters, "text_type") != NULL) {
		err_set(e, ERR_CONFIG,
			"The API of %.*s does not tell queries from documents; nothing was sent.",
			STR_ARG(connection->name));
		return err_hint(e, "Leave --for out; some models want a word before the text.");
	}
	return build_openai(a, connection, request, out, e);
}

size_t embed_api_limit(const struct connection *connection)
{
	static const struct endpoint_limit limits[] = {{"azure", 2048}, {"gemini", 100},
		{"ollama", 512}, {"tei", 32}, {"dashscope", 10}, {"siliconflow", 32},
		{"openrouter", 256}, {"mistral", 128}, {"generic", 64}, {"openai", 2048},
		{NULL, 64}};

	return endpoint_limit(connection, limits);
}

const struct wire embed_wire = {
	.provider = &embed_api,
	.framing = WIRE_SSE,
	.build = build,
	.answer_size = sizeof(struct endpoint_answer),
	.init = endpoint_init,
	.event = endpoint_event,
	.whole = embed_read,
	.is_complete = endpoint_is_complete,
	.result = endpoint_result,
};

static bool show(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct model_wire *out, struct err *e)
{
	return wire_show(&embed_wire, a, connection, request, out, e);
}

static struct model_call *start(const struct provider_context *context,
	const struct connection *connection, const struct model_request *request,
	const struct model_listener *listener, struct err *e)
{
	return wire_call_start(&embed_wire, context, connection, request, listener, e);
}

const struct provider embed_api = {
	.name = "embed",
	.wire = show,
	.start = start,
	.cancel = wire_call_cancel,
};
