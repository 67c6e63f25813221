/* SPDX-License-Identifier: MIT */
#include "core/model/openai_body.h"

#include "core/data/json.h"
#include "core/model/dialect.h"

/* Parameters that the request itself decides. */
static bool is_ours(struct str key)
{
	return str_is(key, "model") || str_is(key, "messages") || str_is(key, "prompt") ||
	       str_is(key, "stream") || str_is(key, "stream_options");
}

static void add_parameters(struct value body, struct value parameters)
{
	const struct value_dict *dict = parameters.u.dict;

	for (size_t i = 0; i < dict->len; i++)
		if (!is_ours(dict->entries[i].key.u.str))
			value_set(body, dict->entries[i].key.u.str, dict->entries[i].value);
}

/* What a request cost comes with its usage where it is asked for. */
static struct value include_usage(struct arena *a)
{
	struct value usage = value_dict(a);

	value_set(usage, STR("include"), value_bool(true));
	return usage;
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

static bool check_images(const struct dialect *d, const struct message *m, struct err *e)
{
	for (size_t i = 0; d->no_image_urls && i < m->part_count; i++) {
		if (m->parts[i].kind != PART_IMAGE || str_starts(m->parts[i].url, STR("data:")))
			continue;
		err_set(e, ERR_CONFIG, "%s does not fetch pictures from an address.", d->people);
		return err_hint(e, "Give the picture as a file or as base64.");
	}
	return true;
}

/* What the provider thought, for who wants it back within a tool loop. */
static void add_reasoning(const struct dialect *d, const struct message *m, struct value to)
{
	if (d->reasoning_back == NULL || m->tool_calls.kind != VALUE_LIST)
		return;
	if (m->reasoning.kind == VALUE_LIST)
		value_set(to, STR("reasoning_details"), m->reasoning);
	else if (m->reasoning.kind == VALUE_STR)
		value_set(to, str_from(d->reasoning_back), m->reasoning);
}

static bool add_messages(struct arena *a, const struct dialect *d,
	const struct model_request *request, struct value body, struct err *e)
{
	const struct value list = messages_to_value(a, request->messages, request->message_count);
	const bool renames = !d->has_developer && !dialect_is_generic(d);

	for (size_t i = 0; i < request->message_count; i++) {
		const struct message *m = &request->messages[i];
		if (!check_images(d, m, e))
			return false;
		if (m->role == ROLE_DEVELOPER && renames)
			value_set(list.u.list->items[i], STR("role"), value_cstr("system"));
		add_reasoning(d, m, list.u.list->items[i]);
	}
	value_set(body, STR("messages"), list);
	return true;
}

bool openai_body_for(struct arena *a, const struct dialect *d, const struct model_request *request,
	struct str *out, struct err *e)
{
	struct value body = value_dict(a);
	struct value parameters;

	if (request->model.len == 0)
		return err_set(e, ERR_CONFIG, "The request names no model.");
	value_set(body, STR("model"), value_str(request->model));
	if (request->api == API_COMPLETION)
		value_set(body, STR("prompt"), value_str(request->prompt));
	else if (!add_messages(a, d, request, body, e))
		return false;
	if (!dialect_parameters(a, d, request->parameters, &parameters, e))
		return false;
	add_parameters(body, parameters);
	if (d->tells_cost && value_get_cstr(body, "usage") == NULL)
		value_set(body, STR("usage"), include_usage(a));
	if (request->stream && d->no_stream_options)
		value_set(body, STR("stream"), value_bool(true));
	else if (request->stream)
		add_stream(a, body, request->parameters);
	*out = json_text(a, body, JSON_COMPACT);
	if (out->len == 0)
		return err_set(
			e, ERR_LIMIT, "The request is longer than %d MiB.", BUF_DEFAULT_MAX >> 20);
	return true;
}

bool openai_body(
	struct arena *a, const struct model_request *request, struct str *out, struct err *e)
{
	return openai_body_for(a, dialect_find(STR("generic")), request, out, e);
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
