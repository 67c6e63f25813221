/* SPDX-License-Identifier: MIT */
#include "core/model/endpoint.h"

#include "core/data/json.h"
#include "core/model/azure_url.h"
#include "core/model/dialect.h"
#include "core/model/vertex.h"

void endpoint_init(struct wire_answer *answer, const struct connection *connection,
	const struct model_request *request)
{
	struct endpoint_answer *a = (struct endpoint_answer *)answer;

	a->usage = usage_unknown();
	a->response = value_none();
	a->connection = connection;
	a->parameters = value_copy(&answer->arena, request->parameters);
}

bool endpoint_event(struct wire_answer *a, struct str name, struct str data, struct err *e)
{
	(void)a;
	(void)name;
	(void)data;
	return err_set(e, ERR_PROVIDER, "it is a stream, and none was asked for");
}

bool endpoint_is_complete(const struct wire_answer *a)
{
	return ((const struct endpoint_answer *)a)->response.kind != VALUE_NONE;
}

void endpoint_result(struct wire_answer *answer, struct model_result *r)
{
	struct endpoint_answer *a = (struct endpoint_answer *)answer;

	r->response = a->response;
	r->usage = a->usage;
	r->response_id = a->id;
	r->response_model = a->model;
	r->tool_calls = value_none();
}

bool endpoint_read(struct endpoint_answer *a, struct str body, struct value *out, struct err *e)
{
	struct arena *arena = &a->base.arena;

	if (!json_read(arena, wire_repair(arena, body), NULL, out, e))
		return false;
	a->id = value_get_str(*out, "id", value_get_str(*out, "request_id", STR_NONE));
	a->model = value_get_str(*out, "model", STR_NONE);
	return true;
}

bool endpoint_refuse(struct endpoint_answer *a, struct value body, const char *what, struct err *e)
{
	if (wire_error_find(&a->base.arena, body, &a->base.error)) {
		a->base.failed = true;
		return err_set(e, ERR_PROVIDER, "it is an error");
	}
	return err_set(e, ERR_PROVIDER, "it holds no %s", what);
}

struct value endpoint_texts(struct arena *a, const struct model_request *request, size_t from)
{
	struct value list = value_list(a);

	for (size_t i = from; i < request->message_count; i++)
		value_push(list, value_str(request->messages[i].content));
	return list;
}

bool endpoint_is(const struct connection *connection, const char *word)
{
	return str_is(connection->provider, word) || str_is(connection->vendor, word) ||
	       str_is(str_from(dialect_of(connection)->vendor), word);
}

bool endpoint_post(struct arena *a, const struct connection *connection, struct str url,
	struct value body, struct wire_request *out, struct err *e)
{
	*out = (struct wire_request){.method = "POST",
		.url = url,
		.headers = value_dict(a),
		.key_header = "Authorization",
		.key_prefix = "Bearer "};
	if (str_is(connection->provider, "gemini") && !vertex_is(connection)) {
		out->key_header = "x-goog-api-key";
		out->key_prefix = "";
	} else if (!str_is(connection->provider, "gemini")) {
		dialect_key(dialect_of(connection), connection, out);
	}
	out->body = json_text(a, body, JSON_COMPACT);
	if (out->body.len == 0)
		return err_set(
			e, ERR_LIMIT, "The request is longer than %d MiB.", BUF_DEFAULT_MAX >> 20);
	return true;
}

struct str endpoint_url(
	struct arena *a, const struct connection *connection, struct str model, struct str path)
{
	if (endpoint_is(connection, "azure"))
		return azure_url(a, connection, model, path);
	if (str_ends(connection->base_url, path))
		return connection->base_url;
	return wire_url(a, connection->base_url, path);
}

struct str endpoint_origin(struct str base_url)
{
	const size_t scheme = str_find(base_url, STR("://"), 0);
	const size_t end = scheme == SIZE_MAX ? SIZE_MAX : str_find(base_url, STR("/"), scheme + 3);

	return str_slice(base_url, 0, end == SIZE_MAX ? base_url.len : end);
}

size_t endpoint_limit(const struct connection *connection, const struct endpoint_limit *limits)
{
	while (limits->word != NULL && !endpoint_is(connection, limits->word))
		limits++;
	return limits->texts;
}
