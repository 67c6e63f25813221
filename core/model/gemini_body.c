/* SPDX-License-Identifier: MIT */
#include "core/model/gemini_body.h"

#include "core/data/json.h"
#include "core/model/gemini_contents.h"
#include "core/model/neutral.h"
#include "core/model/wire.h"

static const struct neutral_lack lacks[] = {
	{"logit_bias", ""},
	{"user", ""},
	{"prediction", ""},
	{"audio", ""},
	{NULL, NULL},
};

/* Said in other words, or by the request itself. */
static const char *const taken[] = {"model", "messages", "prompt", "stream", "stream_options",
	"max_tokens", "max_completion_tokens", "stop", "tools", "functions", "tool_choice",
	"function_call", "parallel_tool_calls", "response_format", "reasoning_effort", "user", "n",
	"seed", "logprobs", "top_logprobs", "logit_bias", "presence_penalty", "frequency_penalty",
	"temperature", "top_p", "top_k", "thinkingConfig", "thinking_config", "generationConfig",
	"generation_config", NULL};

/* Parameters that only change their names. */
static const char *const renamed[][2] = {{"temperature", "temperature"}, {"top_p", "topP"},
	{"top_k", "topK"}, {"n", "candidateCount"}, {"seed", "seed"},
	{"presence_penalty", "presencePenalty"}, {"frequency_penalty", "frequencyPenalty"},
	{"thinking_config", "thinkingConfig"}, {"thinkingConfig", "thinkingConfig"}};

static struct value with(struct arena *a, const char *key, struct value v)
{
	struct value d = value_dict(a);

	value_set(d, str_from(key), v);
	return d;
}

/* Models up to 2.5 think by a number of tokens, later ones by a level. */
static void set_effort(struct arena *a, struct value config, const struct model_request *request)
{
	static const struct {
		const char *word;
		int64_t budget;
		const char *level;
	} efforts[] = {{"none", 0, "MINIMAL"}, {"minimal", 512, "MINIMAL"}, {"low", 1024, "LOW"},
		{"medium", 8192, "MEDIUM"}, {"high", 24576, "HIGH"}, {"xhigh", 24576, "HIGH"},
		{"max", 24576, "HIGH"}};
	const struct str effort = value_get_str(request->parameters, "reasoning_effort", STR_NONE);
	const bool by_budget = str_find(request->model, STR("gemini-2"), 0) != SIZE_MAX ||
			       str_find(request->model, STR("gemini-1"), 0) != SIZE_MAX;

	if (value_get_cstr(config, "thinkingConfig") != NULL)
		return;
	for (size_t i = 0; i < sizeof efforts / sizeof *efforts; i++) {
		if (!str_is(effort, efforts[i].word))
			continue;
		struct value v = value_dict(a);
		if (by_budget)
			value_set(v, STR("thinkingBudget"), value_int(efforts[i].budget));
		else
			value_set(v, STR("thinkingLevel"), value_cstr(efforts[i].level));
		if (i > 0)
			value_set(v, STR("includeThoughts"), value_bool(true));
		value_set(config, STR("thinkingConfig"), v);
	}
}

static bool set_format(struct value config, struct value parameters, struct err *e)
{
	struct value schema;

	switch (neutral_response_format(parameters, &schema)) {
	case NEUTRAL_TEXT: return true;
	case NEUTRAL_JSON: break;
	case NEUTRAL_SCHEMA:
		if (schema.kind != VALUE_DICT)
			return err_set(
				e, ERR_CONFIG, "The response_format of the prompt has no schema.");
		value_set(config, STR("responseJsonSchema"), schema);
		break;
	case NEUTRAL_FORMAT_OTHER:
		return err_set(e, ERR_CONFIG,
			"Gemini has no such response_format; it knows text, json_object and "
			"json_schema.");
	}
	value_set(config, STR("responseMimeType"), value_cstr("application/json"));
	return true;
}

static void set_logprobs(struct value config, struct value parameters)
{
	const struct value top = wire_member(parameters, "top_logprobs");
	const struct value wanted = wire_member(parameters, "logprobs");

	if (wanted.kind != VALUE_BOOL || !wanted.u.boolean)
		return;
	value_set(config, STR("responseLogprobs"), value_bool(true));
	if (top.kind == VALUE_INT && top.u.integer > 0)
		value_set(config, STR("logprobs"), top);
}

static bool set_config(
	struct arena *a, const struct model_request *request, struct value body, struct err *e)
{
	static const char *const nothing[] = {NULL};
	const struct value p = request->parameters;
	const int64_t limit = neutral_max_tokens(p);
	const struct value stop = neutral_stop(a, p);
	struct value config = value_dict(a);

	for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++) {
		const struct value v = wire_member(p, renamed[i][0]);
		if (v.kind != VALUE_NONE)
			value_set(config, str_from(renamed[i][1]), v);
	}
	if (limit >= 0)
		value_set(config, STR("maxOutputTokens"), value_int(limit));
	if (stop.kind == VALUE_LIST)
		value_set(config, STR("stopSequences"), stop);
	set_logprobs(config, p);
	if (!set_format(config, p, e))
		return false;
	set_effort(a, config, request);
	neutral_pass(config, wire_member(p, "generation_config"), nothing);
	neutral_pass(config, wire_member(p, "generationConfig"), nothing);
	if (config.u.dict->len > 0)
		value_set(body, STR("generationConfig"), config);
	return true;
}

static void set_tools(struct arena *a, struct value parameters, struct value body)
{
	const size_t count = neutral_tool_count(parameters);
	struct value list = value_list(a);
	struct value functions = value_list(a);

	for (size_t i = 0; i < count; i++) {
		const struct neutral_tool tool = neutral_tool_at(parameters, i);
		if (!tool.is_function) {
			value_push(list, tool.given);
			continue;
		}
		struct value v = with(a, "name", value_str(tool.name));
		if (tool.description.len > 0)
			value_set(v, STR("description"), value_str(tool.description));
		if (tool.schema.kind == VALUE_DICT)
			value_set(v, STR("parametersJsonSchema"), tool.schema);
		value_push(functions, v);
	}
	if (functions.u.list->len > 0)
		value_push(list, with(a, "functionDeclarations", functions));
	if (list.u.list->len > 0)
		value_set(body, STR("tools"), list);
}

static void set_tool_choice(struct arena *a, struct value parameters, struct value body)
{
	static const char *const modes[] = {[NEUTRAL_CHOICE_AUTO] = "AUTO",
		[NEUTRAL_CHOICE_NEVER] = "NONE",
		[NEUTRAL_CHOICE_REQUIRED] = "ANY",
		[NEUTRAL_CHOICE_NAMED] = "ANY"};
	struct str name;
	const enum neutral_choice choice = neutral_tool_choice(parameters, &name);

	if (choice == NEUTRAL_CHOICE_NONE_GIVEN || choice == NEUTRAL_CHOICE_OTHER)
		return;
	struct value config = with(a, "mode", value_cstr(modes[choice]));
	if (choice == NEUTRAL_CHOICE_NAMED) {
		struct value names = value_list(a);
		value_push(names, value_str(name));
		value_set(config, STR("allowedFunctionNames"), names);
	}
	value_set(body, STR("toolConfig"), with(a, "functionCallingConfig", config));
}

bool gemini_body(struct arena *a, bool on_vertex, const struct model_request *request,
	struct str *out, struct err *e)
{
	struct value body = value_dict(a);

	if (request->api != API_CHAT) {
		err_set(e, ERR_CONFIG, "Gemini has no completions API.");
		return err_hint(e, "Make the prompt a chat: api: chat and a line \"user:\".");
	}
	if (!neutral_refuse(request->parameters, "Gemini", lacks, e))
		return false;
	if (!value_get_bool(request->parameters, "parallel_tool_calls", true)) {
		err_set(e, ERR_CONFIG,
			"Gemini cannot be kept from calling several tools at once, "
			"as parallel_tool_calls: false asks; nothing was sent.");
		return err_hint(e, "Leave it out, or choose a model of another connection.");
	}
	if (!gemini_contents(a, on_vertex, request, body, e) || !set_config(a, request, body, e))
		return false;
	set_tools(a, request->parameters, body);
	set_tool_choice(a, request->parameters, body);
	neutral_pass(body, request->parameters, taken);
	*out = json_text(a, body, JSON_COMPACT);
	if (out->len == 0)
		return err_set(
			e, ERR_LIMIT, "The request is longer than %d MiB.", BUF_DEFAULT_MAX >> 20);
	return true;
}
