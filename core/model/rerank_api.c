/* SPDX-License-Identifier: MIT */
#include "core/model/rerank_api.h"

#include "core/model/endpoint.h"
#include "core/model/neutral.h"
#include "core/model/wire_call.h"

#include <math.h>
#include <stdlib.h>

static const char *const nothing[] = {NULL};

static struct value query_of(const struct model_request *request)
{
	return value_str(request->message_count > 0 ? request->messages[0].content : STR(""));
}

static struct str url_of(struct arena *a, const struct connection *connection)
{
	const struct str base = connection->base_url;

	if (endpoint_is(connection, "dashscope"))
		return wire_url(a, endpoint_origin(base),
			STR("/api/v1/services/rerank/text-rerank/text-rerank"));
	if (str_is(connection->vendor, "cohere"))
		return str_ends(base, STR("/v2")) ? wire_url(a, base, STR("/rerank"))
						  : wire_url(a, base, STR("/v2/rerank"));
	return str_ends(base, STR("/rerank")) ? base : wire_url(a, base, STR("/rerank"));
}

static struct value body_of(
	struct arena *a, const struct connection *connection, const struct model_request *request)
{
	const struct value texts = endpoint_texts(a, request, 1);
	struct value body = value_dict(a), to = body;

	if (str_is(connection->vendor, "tei")) {
		value_set(body, STR("query"), query_of(request));
		value_set(body, STR("texts"), texts);
		neutral_pass(body, request->parameters, nothing);
		return body;
	}
	value_set(body, STR("model"), value_str(request->model));
	if (endpoint_is(connection, "dashscope")) {
		to = value_dict(a);
		value_set(body, STR("input"), to);
	}
	value_set(to, STR("query"), query_of(request));
	value_set(to, STR("documents"), texts);
	if (endpoint_is(connection, "dashscope")) {
		to = value_dict(a);
		value_set(to, STR("return_documents"), value_bool(false));
		value_set(body, STR("parameters"), to);
	}
	neutral_pass(to, request->parameters, nothing);
	return body;
}

static bool build(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e)
{
	if (str_is(connection->provider, "anthropic") || str_is(connection->provider, "gemini") ||
		str_is(connection->provider, "ollama") ||
		str_is(connection->provider, "content_safety"))
		return err_set(e, ERR_CONFIG, "The provider %.*s has no API for ranking texts.",
			STR_ARG(connection->provider));
	return endpoint_post(
		a, connection, url_of(a, connection), body_of(a, connection, request), out, e);
}

static struct value find_list(struct value body)
{
	if (body.kind == VALUE_LIST)
		return body;
	if (wire_member(body, "results").kind == VALUE_LIST)
		return wire_member(body, "results");
	if (wire_member(body, "data").kind == VALUE_LIST)
		return wire_member(body, "data");
	return wire_member(wire_member(body, "output"), "results");
}

static double score_of(struct value item)
{
	struct value v = wire_member(item, "relevance_score");

	if (v.kind == VALUE_NONE)
		v = wire_member(item, "score");
	if (v.kind == VALUE_INT)
		return (double)v.u.integer;
	return v.kind == VALUE_FLOAT ? v.u.real : (double)NAN;
}

static int compare(const void *left, const void *right)
{
	const struct value *a = left, *b = right;
	const double x = score_of(*a), y = score_of(*b);

	if (x > y || x < y)
		return x > y ? -1 : 1;
	const int64_t i = value_get_int(*a, "index", 0), k = value_get_int(*b, "index", 0);
	return (i > k) - (i < k);
}

void rerank_sort(struct value results)
{
	struct value_list *l = results.u.list;

	if (l->len > 1)
		qsort(l->items, l->len, sizeof *l->items, compare);
}

static void take_usage(struct endpoint_answer *a, struct value body)
{
	const struct value usage = wire_member(body, "usage");
	int64_t tokens = wire_count(usage, "total_tokens");

	if (tokens < 0)
		tokens = wire_count(usage, "prompt_tokens");
	if (tokens < 0)
		tokens = wire_count(wire_member(body, "tokens"), "input_tokens");
	const struct value billed = wire_member(wire_member(body, "meta"), "billed_units");
	if (tokens < 0)
		tokens = wire_count(billed, "input_tokens");
	/* Cohere counts searches: their price is not one of tokens. */
	if (wire_count(billed, "search_units") > 0)
		a->usage.other_units = wire_count(billed, "search_units");
	a->usage.input = tokens;
	a->usage.output = 0;
}

static bool whole(struct wire_answer *answer, struct str body, struct err *e)
{
	struct endpoint_answer *a = (struct endpoint_answer *)answer;
	struct arena *arena = &answer->arena;
	struct value v, results = value_list(arena);

	if (!endpoint_read(a, body, &v, e))
		return false;
	const struct value list = find_list(v);
	if (list.kind != VALUE_LIST)
		return endpoint_refuse(a, v, "results", e);
	for (size_t i = 0; i < list.u.list->len; i++) {
		const struct value item = list.u.list->items[i];
		const double score = score_of(item);
		struct value one = value_dict(arena);
		if (isnan(score) || value_get_int(item, "index", -1) < 0)
			return endpoint_refuse(a, v, "scores that can be read", e);
		value_set(one, STR("index"), value_int(value_get_int(item, "index", 0)));
		value_set(one, STR("score"), value_float(score));
		value_push(results, one);
	}
	rerank_sort(results);
	take_usage(a, v);
	struct value response = value_dict(arena);
	value_set(response, STR("results"), results);
	a->response = response;
	return true;
}

size_t rerank_api_limit(const struct connection *connection)
{
	static const struct endpoint_limit limits[] = {
		{"cohere", 1000}, {"voyage", 1000}, {"dashscope", 500}, {"tei", 32}, {NULL, 256}};

	return endpoint_limit(connection, limits);
}

const struct wire rerank_wire = {
	.provider = &rerank_api,
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
	return wire_show(&rerank_wire, a, connection, request, out, e);
}

static struct model_call *start(const struct provider_context *context,
	const struct connection *connection, const struct model_request *request,
	const struct model_listener *listener, struct err *e)
{
	return wire_call_start(&rerank_wire, context, connection, request, listener, e);
}

const struct provider rerank_api = {
	.name = "rerank",
	.wire = show,
	.start = start,
	.cancel = wire_call_cancel,
};
