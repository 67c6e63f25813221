/* SPDX-License-Identifier: MIT */
/* A model's answer as JSON, to be kept and read back. */
#include "core/data/json.h"
#include "core/model/cache.h"

enum { FORMAT = 1 };

static void put_text(struct value to, const char *key, struct str text)
{
	if (text.len > 0)
		value_set(to, str_from(key), value_str(text));
}

static void put_count(struct value to, const char *key, int64_t count)
{
	if (count >= 0)
		value_set(to, str_from(key), value_int(count));
}

static struct value write_usage(struct arena *a, const struct trace_usage *u)
{
	struct value to = value_dict(a);
	put_count(to, "input", u->input);
	put_count(to, "output", u->output);
	put_count(to, "cache_read", u->cache_read);
	put_count(to, "cache_write", u->cache_write);
	put_count(to, "reasoning", u->reasoning);
	if (u->estimated)
		value_set(to, STR("estimated"), value_bool(true));
	return to;
}

static struct trace_usage read_usage(struct value from)
{
	return (struct trace_usage){.input = value_get_int(from, "input", -1),
		.output = value_get_int(from, "output", -1),
		.cache_read = value_get_int(from, "cache_read", -1),
		.cache_write = value_get_int(from, "cache_write", -1),
		.reasoning = value_get_int(from, "reasoning", -1),
		.estimated = value_get_bool(from, "estimated", false)};
}

struct str cache_write_result(struct arena *a, const struct model_result *r)
{
	struct arena scratch = ARENA_INIT;
	struct value to = value_dict(&scratch);
	value_set(to, STR("format"), value_int(FORMAT));
	put_text(to, "text", r->text);
	put_text(to, "reasoning", r->reasoning);
	put_text(to, "refusal", r->refusal);
	if (r->tool_calls.kind != VALUE_NONE)
		value_set(to, STR("tool_calls"), r->tool_calls);
	if (r->response.kind != VALUE_NONE)
		value_set(to, STR("response"), r->response);
	value_set(to, STR("usage"), write_usage(&scratch, &r->usage));
	put_text(to, "finish_reason", r->finish_reason);
	put_text(to, "response_id", r->response_id);
	put_text(to, "response_model", r->response_model);
	struct str out = json_text(a, to, JSON_COMPACT);
	arena_release(&scratch);
	return out;
}

static struct value part(struct value from, const char *key)
{
	const struct value *v = value_get_cstr(from, key);
	return v != NULL ? *v : value_none();
}

bool cache_read_result(struct arena *a, struct str text, struct model_result *out)
{
	struct value from;
	struct err none = ERR_INIT; /* what cannot be read is no entry */
	if (!json_read(a, text, NULL, &from, &none) || value_get_int(from, "format", 0) != FORMAT)
		return false;
	*out = (struct model_result){.status = TRACE_OK,
		.text = value_get_str(from, "text", STR("")),
		.reasoning = value_get_str(from, "reasoning", STR("")),
		.refusal = value_get_str(from, "refusal", STR("")),
		.tool_calls = part(from, "tool_calls"),
		.response = part(from, "response"),
		.usage = read_usage(part(from, "usage")),
		.finish_reason = value_get_str(from, "finish_reason", STR("")),
		.response_id = value_get_str(from, "response_id", STR("")),
		.response_model = value_get_str(from, "response_model", STR("")),
		.rate = rate_hints_none(),
		.raw = STR(""),
		.note = STR(""),
		.error = ERR_INIT};
	return true;
}
