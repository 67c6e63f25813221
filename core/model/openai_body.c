/* SPDX-License-Identifier: MIT */
#include "core/model/openai_body.h"

#include "core/data/json.h"

/* Parameters that the request itself decides. */
static bool is_ours(struct str key)
{
	return str_is(key, "model") || str_is(key, "messages") || str_is(key, "prompt") ||
	       str_is(key, "stream") || str_is(key, "stream_options");
}

static void add_parameters(struct value body, struct value parameters)
{
	if (parameters.kind != VALUE_DICT)
		return;
	const struct value_dict *dict = parameters.u.dict;
	for (size_t i = 0; i < dict->len; i++)
		if (!is_ours(dict->entries[i].key.u.str))
			value_set(body, dict->entries[i].key.u.str, dict->entries[i].value);
}

static void add_stream(struct arena *a, struct value body, struct value parameters)
{
	const struct value *given = value_get_cstr(parameters, "stream_options");
	struct value options = value_dict(a);

	value_set(body, STR("stream"), value_bool(true));
	value_set(options, STR("include_usage"), value_bool(true));
	if (given != NULL && given->kind == VALUE_DICT)
		options = *given;
	value_set(body, STR("stream_options"), options);
}

bool openai_body(
	struct arena *a, const struct model_request *request, struct str *out, struct err *e)
{
	struct value body = value_dict(a);

	if (request->model.len == 0)
		return err_set(e, ERR_CONFIG, "The request names no model.");
	value_set(body, STR("model"), value_str(request->model));
	if (request->api == API_CHAT)
		value_set(body, STR("messages"),
			messages_to_value(a, request->messages, request->message_count));
	else
		value_set(body, STR("prompt"), value_str(request->prompt));
	add_parameters(body, request->parameters);
	if (request->stream)
		add_stream(a, body, request->parameters);
	*out = json_text(a, body, JSON_COMPACT);
	if (out->len == 0)
		return err_set(
			e, ERR_LIMIT, "The request is longer than %d MiB.", BUF_DEFAULT_MAX >> 20);
	return true;
}

bool openai_wire_local(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct model_wire *out, struct err *e)
{
	(void)connection;
	*out = (struct model_wire){.method = STR(""), .url = STR(""), .headers = value_none()};
	return openai_body(a, request, &out->body, e);
}

struct str openai_url(struct arena *a, struct str base, enum model_api api)
{
	struct str query;
	struct str path = str_cut(base, '?', &query);
	const char *mark = query.at != NULL ? "?" : "";
	const char *end = api == API_CHAT ? "/chat/completions" : "/completions";

	while (str_ends(path, STR("/")))
		path.len--;
	if (str_ends(path, STR("/chat/completions")))
		path.len -= sizeof "/chat/completions" - 1;
	return str_format(a, "%.*s%s%s%.*s", STR_ARG(path), end, mark, STR_ARG(query));
}
