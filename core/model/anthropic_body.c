/* SPDX-License-Identifier: MIT */
#include "core/model/anthropic_body.h"

#include "core/data/json.h"
#include "core/model/anthropic_messages.h"
#include "core/model/neutral.h"
#include "core/model/wire.h"

static const struct neutral_lack lacks[] = {
	{"n", "it gives one answer a request"},
	{"seed", "its answers cannot be fixed by one"},
	{"logprobs", ""},
	{"top_logprobs", ""},
	{"logit_bias", ""},
	{"presence_penalty", ""},
	{"frequency_penalty", ""},
	{"prediction", ""},
	{"audio", ""},
	{NULL, NULL},
};

/* Said in other words, or by the request itself. */
static const char *const taken[] = {"model", "messages", "prompt", "stream", "stream_options",
	"max_tokens", "max_completion_tokens", "stop", "tools", "functions", "tool_choice",
	"function_call", "parallel_tool_calls", "response_format", "reasoning_effort", "user", "n",
	"seed", "logprobs", "top_logprobs", "logit_bias", "presence_penalty", "frequency_penalty",
	"thinking", "anthropic_beta", "anthropic_version", "cache_control", "output_config", NULL};

static struct value dict_of(struct arena *a, const char *key, struct value v)
{
	struct value d = value_dict(a);

	value_set(d, str_from(key), v);
	return d;
}

static struct value typed(struct arena *a, const char *type)
{
	return dict_of(a, "type", value_cstr(type));
}

/* "claude-sonnet-4-5-20250929": models up to 4.5 think by a budget of tokens; later ones choose
 * themselves how much, by effort. */
static bool thinks_by_budget(struct str model)
{
	struct str rest = model;
	int64_t version[2] = {0, 0};
	size_t found = 0;
	const size_t at = str_find(model, STR("claude-"), 0);

	if (at == SIZE_MAX)
		return false;
	rest = str_slice(model, at + sizeof "claude-" - 1, model.len);
	while (rest.len > 0 && found < 2) {
		struct str word = str_cut(rest, '-', &rest);
		int64_t n;
		if (str_to_int(word, &n) && n >= 0 && n < 100)
			version[found++] = n;
		else if (found > 0)
			break;
	}
	return version[0] > 0 && (version[0] < 4 || (version[0] == 4 && version[1] <= 5));
}

static int64_t budget_of(struct str effort)
{
	if (str_is(effort, "minimal") || str_is(effort, "low"))
		return 1024;
	if (str_is(effort, "medium"))
		return 2048;
	return str_is(effort, "high") ? 4096 : 16384;
}

/* The neutral reasoning_effort in Anthropic's words. */
static void set_effort(struct arena *a, struct value body, struct str model, struct str effort,
	struct value *output)
{
	struct value thinking = value_get_cstr(body, "thinking") != NULL
					? *value_get_cstr(body, "thinking")
					: value_none();
	const bool given = thinking.kind != VALUE_NONE;

	if (str_is(effort, "none")) {
		if (!given)
			value_set(body, STR("thinking"), typed(a, "disabled"));
		return;
	}
	if (thinks_by_budget(model)) {
		if (given)
			return;
		thinking = typed(a, "enabled");
		value_set(thinking, STR("budget_tokens"), value_int(budget_of(effort)));
		value_set(body, STR("thinking"), thinking);
		return;
	}
	if (!given)
		value_set(body, STR("thinking"), typed(a, "adaptive"));
	if (output->kind != VALUE_DICT)
		*output = value_dict(a);
	value_set(
		*output, STR("effort"), value_str(str_is(effort, "minimal") ? STR("low") : effort));
}

static bool set_format(
	struct arena *a, struct value parameters, struct value *output, struct err *e)
{
	struct value schema;

	switch (neutral_response_format(parameters, &schema)) {
	case NEUTRAL_TEXT: return true;
	case NEUTRAL_SCHEMA: break;
	case NEUTRAL_JSON:
	case NEUTRAL_FORMAT_OTHER:
		err_set(e, ERR_CONFIG,
			"Anthropic answers in JSON by a schema only; this response_format is not "
			"one, and nothing was sent.");
		return err_hint(e, "Give response_format the type json_schema with a schema.");
	}
	if (schema.kind != VALUE_DICT)
		return err_set(e, ERR_CONFIG, "The response_format of the prompt has no schema.");
	struct value format = typed(a, "json_schema");
	value_set(format, STR("schema"), schema);
	if (output->kind != VALUE_DICT)
		*output = value_dict(a);
	value_set(*output, STR("format"), format);
	return true;
}

/* output_config is the prompt's own map with what the neutral words add. */
static bool set_output(
	struct arena *a, const struct model_request *request, struct value body, struct err *e)
{
	const struct value own = wire_member(request->parameters, "output_config");
	const struct str effort = value_get_str(request->parameters, "reasoning_effort", STR_NONE);
	struct value output = own.kind == VALUE_DICT ? value_copy(a, own) : value_none();

	if (effort.len > 0)
		set_effort(a, body, request->model, effort, &output);
	if (!set_format(a, request->parameters, &output, e))
		return false;
	if (output.kind == VALUE_DICT)
		value_set(body, STR("output_config"), output);
	return true;
}

static struct value tool_value(struct arena *a, const struct neutral_tool *tool)
{
	struct value v = value_dict(a);
	struct value schema = tool->schema;

	if (!tool->is_function)
		return tool->given;
	if (schema.kind != VALUE_DICT) {
		schema = typed(a, "object");
		value_set(schema, STR("properties"), value_dict(a));
	}
	value_set(v, STR("name"), value_str(tool->name));
	if (tool->description.len > 0)
		value_set(v, STR("description"), value_str(tool->description));
	value_set(v, STR("input_schema"), schema);
	if (tool->strict.kind == VALUE_BOOL)
		value_set(v, STR("strict"), tool->strict);
	const struct value mark = wire_member(tool->given, "cache_control");
	if (mark.kind == VALUE_DICT)
		value_set(v, STR("cache_control"), mark);
	return v;
}

static void set_tools(struct arena *a, struct value parameters, struct value body)
{
	const size_t count = neutral_tool_count(parameters);
	struct value list = value_list(a);

	for (size_t i = 0; i < count; i++) {
		const struct neutral_tool tool = neutral_tool_at(parameters, i);
		value_push(list, tool_value(a, &tool));
	}
	if (count > 0)
		value_set(body, STR("tools"), list);
}

static void set_tool_choice(struct arena *a, struct value parameters, struct value body)
{
	struct str name;
	struct value choice = value_none();
	const bool one = !value_get_bool(parameters, "parallel_tool_calls", true);

	switch (neutral_tool_choice(parameters, &name)) {
	case NEUTRAL_CHOICE_NONE_GIVEN: break;
	case NEUTRAL_CHOICE_AUTO: choice = typed(a, "auto"); break;
	case NEUTRAL_CHOICE_NEVER: choice = typed(a, "none"); break;
	case NEUTRAL_CHOICE_REQUIRED: choice = typed(a, "any"); break;
	case NEUTRAL_CHOICE_NAMED:
		choice = typed(a, "tool");
		value_set(choice, STR("name"), value_str(name));
		break;
	case NEUTRAL_CHOICE_OTHER:
		choice = value_copy(a, wire_member(parameters, "tool_choice"));
		break;
	}
	if (one && choice.kind == VALUE_NONE && neutral_tool_count(parameters) > 0)
		choice = typed(a, "auto");
	if (choice.kind == VALUE_NONE)
		return;
	if (one && !str_is(value_get_str(choice, "type", STR_NONE), "none"))
		value_set(choice, STR("disable_parallel_tool_use"), value_bool(true));
	value_set(body, STR("tool_choice"), choice);
}

/* cache_control: a map as the API has it, or the word "ephemeral", "5m" or "1h". */
static void set_cache(struct arena *a, struct value parameters, struct value body)
{
	const struct value given = wire_member(parameters, "cache_control");
	struct value v = given;

	if (given.kind == VALUE_NONE || (given.kind == VALUE_BOOL && !given.u.boolean))
		return;
	if (given.kind != VALUE_DICT) {
		v = typed(a, "ephemeral");
		if (given.kind == VALUE_STR && !str_is(given.u.str, "ephemeral"))
			value_set(v, STR("ttl"), given);
	}
	value_set(body, STR("cache_control"), v);
}

static int64_t budget(struct value body)
{
	return value_get_int(wire_member(body, "thinking"), "budget_tokens", 0);
}

/* Of a request that names no limit. */
static int64_t default_limit(const struct model_request *request)
{
	if (request->max_output <= 0)
		return ANTHROPIC_MAX_TOKENS;
	return request->stream || request->max_output < ANTHROPIC_MAX_WHOLE ? request->max_output
									    : ANTHROPIC_MAX_WHOLE;
}

static bool set_limit(struct value body, const struct model_request *request, struct err *e)
{
	const int64_t asked = neutral_max_tokens(request->parameters);
	const int64_t thought = budget(body);
	int64_t limit = asked;

	if (asked < 0)
		limit = default_limit(request);
	if (asked < 0 && (request->max_output <= 0 || limit <= thought))
		limit = ANTHROPIC_MAX_TOKENS + thought;
	if (asked >= 0 && thought >= asked) {
		err_set(e, ERR_CONFIG,
			"The thinking budget of %lld tokens leaves nothing of max_tokens %lld for "
			"the answer.",
			(long long)thought, (long long)asked);
		return err_hint(e, "Raise max_tokens above the budget, or lower the budget.");
	}
	value_set(body, STR("max_tokens"), value_int(limit));
	return true;
}

static void set_host(struct arena *a, enum anthropic_host host, const struct model_request *request,
	struct value body)
{
	const struct value beta = wire_member(request->parameters, "anthropic_beta");
	struct value list = beta;

	if (host == ANTHROPIC_DIRECT) {
		value_set(body, STR("model"), value_str(request->model));
		return;
	}
	value_set(body, STR("anthropic_version"),
		value_cstr(host == ANTHROPIC_VERTEX ? "vertex-2023-10-16" : "bedrock-2023-05-31"));
	if (beta.kind == VALUE_STR) {
		list = value_list(a);
		value_push(list, beta);
	}
	if (list.kind == VALUE_LIST && host == ANTHROPIC_BEDROCK)
		value_set(body, STR("anthropic_beta"), list);
}

bool anthropic_body(struct arena *a, enum anthropic_host host, const struct model_request *request,
	struct str *out, struct err *e)
{
	const struct value parameters = request->parameters;
	const struct value thinking = wire_member(parameters, "thinking");
	const struct str user = value_get_str(parameters, "user", STR_NONE);
	struct value body = value_dict(a);

	if (request->api != API_CHAT) {
		err_set(e, ERR_CONFIG, "Anthropic has no completions API.");
		return err_hint(e, "Make the prompt a chat: api: chat and a line \"user:\".");
	}
	if (!neutral_refuse(parameters, "Anthropic", lacks, e))
		return false;
	set_host(a, host, request, body);
	if (thinking.kind == VALUE_DICT)
		value_set(body, STR("thinking"), thinking);
	if (!set_output(a, request, body, e) || !set_limit(body, request, e))
		return false;
	neutral_pass(body, parameters, taken);
	const struct value stop = neutral_stop(a, parameters);
	if (stop.kind == VALUE_LIST)
		value_set(body, STR("stop_sequences"), stop);
	if (user.len > 0)
		value_set(body, STR("metadata"), dict_of(a, "user_id", value_str(user)));
	set_cache(a, parameters, body);
	set_tools(a, parameters, body);
	set_tool_choice(a, parameters, body);
	if (!anthropic_messages(a, request, body, e))
		return false;
	if (request->stream && host != ANTHROPIC_BEDROCK)
		value_set(body, STR("stream"), value_bool(true));
	*out = json_text(a, body, JSON_COMPACT);
	if (out->len == 0)
		return err_set(
			e, ERR_LIMIT, "The request is longer than %d MiB.", BUF_DEFAULT_MAX >> 20);
	return true;
}

struct str anthropic_body_note(struct arena *a, const struct model_request *request)
{
	if (neutral_max_tokens(request->parameters) >= 0)
		return STR_NONE;
	return str_format(a,
		"Anthropic wants max_tokens and the prompt gives none: the answer may have %lld "
		"tokens.",
		(long long)default_limit(request));
}
