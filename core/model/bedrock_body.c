/* SPDX-License-Identifier: MIT */
#include "core/model/bedrock_body.h"

#include "core/data/json.h"
#include "core/model/neutral.h"
#include "core/model/wire.h"

static const struct neutral_lack lacks[] = {
	{"n", "it gives one answer a request"},
	{"seed", ""},
	{"logprobs", ""},
	{"top_logprobs", ""},
	{"logit_bias", ""},
	{"presence_penalty", ""},
	{"frequency_penalty", ""},
	{"prediction", ""},
	{"audio", ""},
	{"user", "requestMetadata is what it has"},
	{NULL, NULL},
};

/* Said in other words, or by the request itself. */
static const char *const taken[] = {"model", "messages", "prompt", "stream", "stream_options",
	"max_tokens", "max_completion_tokens", "stop", "tools", "functions", "tool_choice",
	"function_call", "parallel_tool_calls", "response_format", "n", "seed", "logprobs",
	"top_logprobs", "logit_bias", "presence_penalty", "frequency_penalty", "prediction",
	"audio", "user", "temperature", "top_p", "guardrailConfig", "performanceConfig",
	"requestMetadata", "promptVariables", "additionalModelResponseFieldPaths",
	"additionalModelRequestFields", NULL};

/* Members of the request itself, passed as they are. */
static const char *const own[] = {"guardrailConfig", "performanceConfig", "requestMetadata",
	"promptVariables", "additionalModelResponseFieldPaths", NULL};

static struct value with(struct arena *a, const char *key, struct value v)
{
	struct value d = value_dict(a);

	value_set(d, str_from(key), v);
	return d;
}

static void set_config(struct arena *a, struct value parameters, struct value body)
{
	static const char *const nothing[] = {NULL};
	const int64_t limit = neutral_max_tokens(parameters);
	const struct value stop = neutral_stop(a, parameters);
	const struct value temperature = wire_member(parameters, "temperature");
	const struct value top_p = wire_member(parameters, "top_p");
	struct value config = value_dict(a), more = value_dict(a);

	if (limit >= 0)
		value_set(config, STR("maxTokens"), value_int(limit));
	if (temperature.kind != VALUE_NONE)
		value_set(config, STR("temperature"), temperature);
	if (top_p.kind != VALUE_NONE)
		value_set(config, STR("topP"), top_p);
	if (stop.kind == VALUE_LIST)
		value_set(config, STR("stopSequences"), stop);
	if (config.u.dict->len > 0)
		value_set(body, STR("inferenceConfig"), config);
	neutral_pass(more, parameters, taken);
	neutral_pass(more, wire_member(parameters, "additionalModelRequestFields"), nothing);
	if (more.u.dict->len > 0)
		value_set(body, STR("additionalModelRequestFields"), more);
	for (size_t i = 0; own[i] != NULL; i++) {
		const struct value v = wire_member(parameters, own[i]);
		if (v.kind != VALUE_NONE)
			value_set(body, str_from(own[i]), v);
	}
}

static struct value tool_value(struct arena *a, const struct neutral_tool *tool)
{
	struct value schema = tool->schema;

	if (!tool->is_function)
		return tool->given;
	if (schema.kind != VALUE_DICT)
		schema = with(a, "type", value_cstr("object"));
	struct value spec = with(a, "name", value_str(tool->name));
	if (tool->description.len > 0)
		value_set(spec, STR("description"), value_str(tool->description));
	value_set(spec, STR("inputSchema"), with(a, "json", schema));
	return with(a, "toolSpec", spec);
}

static void set_tools(struct arena *a, struct value parameters, struct value body)
{
	struct value list = value_list(a), none = value_dict(a);
	struct str name;
	const enum neutral_choice choice = neutral_tool_choice(parameters, &name);

	for (size_t i = 0; i < neutral_tool_count(parameters); i++) {
		const struct neutral_tool tool = neutral_tool_at(parameters, i);
		value_push(list, tool_value(a, &tool));
	}
	if (list.u.list->len == 0 || choice == NEUTRAL_CHOICE_NEVER)
		return;
	struct value config = with(a, "tools", list);
	if (choice == NEUTRAL_CHOICE_AUTO)
		value_set(config, STR("toolChoice"), with(a, "auto", none));
	else if (choice == NEUTRAL_CHOICE_REQUIRED)
		value_set(config, STR("toolChoice"), with(a, "any", none));
	else if (choice == NEUTRAL_CHOICE_NAMED)
		value_set(config, STR("toolChoice"),
			with(a, "tool", with(a, "name", value_str(name))));
	value_set(body, STR("toolConfig"), config);
}

static bool refuse(const struct model_request *request, struct err *e)
{
	struct value schema;

	if (request->api != API_CHAT) {
		err_set(e, ERR_CONFIG, "Bedrock's Converse has no completions.");
		return err_hint(e, "Make the prompt a chat: api: chat and a line \"user:\".");
	}
	if (neutral_response_format(request->parameters, &schema) != NEUTRAL_TEXT) {
		err_set(e, ERR_CONFIG,
			"Bedrock's Converse has no response_format; nothing was sent.");
		return err_hint(e, "Offer a tool with that schema and choose it by tool_choice.");
	}
	if (!value_get_bool(request->parameters, "parallel_tool_calls", true)) {
		err_set(e, ERR_CONFIG,
			"Bedrock cannot be kept from calling several tools at once, as "
			"parallel_tool_calls: false asks; nothing was sent.");
		return err_hint(e, "Leave it out, or choose a model of another connection.");
	}
	return neutral_refuse(request->parameters, "Bedrock", lacks, e);
}

bool bedrock_body(
	struct arena *a, const struct model_request *request, struct str *out, struct err *e)
{
	struct value body = value_dict(a);

	if (!refuse(request, e) || !bedrock_messages(a, request, body, e))
		return false;
	set_config(a, request->parameters, body);
	set_tools(a, request->parameters, body);
	*out = json_text(a, body, JSON_COMPACT);
	if (out->len == 0)
		return err_set(
			e, ERR_LIMIT, "The request is longer than %d MiB.", BUF_DEFAULT_MAX >> 20);
	return true;
}
