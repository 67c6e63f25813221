/* SPDX-License-Identifier: MIT */
#include "core/model/ollama_body.h"

#include "core/data/json.h"
#include "core/model/neutral.h"
#include "core/model/wire.h"

static const struct neutral_lack lacks[] = {
	{"n", "it gives one answer a request"},
	{"best_of", ""},
	{"echo", ""},
	{"logit_bias", ""},
	{"prediction", ""},
	{"audio", ""},
	{"user", ""},
	{NULL, NULL},
};

/* Said in other words, or by the request itself. */
static const char *const taken[] = {"model", "messages", "prompt", "stream", "stream_options",
	"max_tokens", "max_completion_tokens", "stop", "tools", "functions", "tool_choice",
	"function_call", "parallel_tool_calls", "response_format", "reasoning_effort", "think",
	"user", "n", "best_of", "echo", "logprobs", "top_logprobs", "logit_bias", "options", NULL};

/* What belongs into "options". */
static const char *const sampler[] = {"num_ctx", "num_predict", "num_keep", "seed", "temperature",
	"top_k", "top_p", "min_p", "typical_p", "repeat_last_n", "repeat_penalty",
	"presence_penalty", "frequency_penalty", "num_batch", "num_gpu", "main_gpu", "use_mmap",
	"num_thread", NULL};

static bool is_in(struct str key, const char *const *names)
{
	for (; *names != NULL; names++)
		if (str_is(key, *names))
			return true;
	return false;
}

static void set_options(struct arena *a, struct value parameters, struct value body)
{
	static const char *const nothing[] = {NULL};
	const int64_t limit = neutral_max_tokens(parameters);
	const struct value stop = neutral_stop(a, parameters);
	struct value options = value_dict(a);

	for (size_t i = 0; parameters.kind == VALUE_DICT && i < parameters.u.dict->len; i++) {
		const struct value_entry *entry = &parameters.u.dict->entries[i];
		if (is_in(entry->key.u.str, sampler))
			value_set(options, entry->key.u.str, entry->value);
		else if (!is_in(entry->key.u.str, taken))
			value_set(body, entry->key.u.str, entry->value);
	}
	if (limit >= 0)
		value_set(options, STR("num_predict"), value_int(limit));
	if (stop.kind == VALUE_LIST)
		value_set(options, STR("stop"), stop);
	neutral_pass(options, wire_member(parameters, "options"), nothing);
	if (options.u.dict->len > 0)
		value_set(body, STR("options"), options);
}

static bool set_format(struct value parameters, struct value body, struct err *e)
{
	struct value schema;

	switch (neutral_response_format(parameters, &schema)) {
	case NEUTRAL_TEXT: return true;
	case NEUTRAL_JSON: value_set(body, STR("format"), value_cstr("json")); return true;
	case NEUTRAL_SCHEMA: value_set(body, STR("format"), schema); return true;
	case NEUTRAL_FORMAT_OTHER: break;
	}
	return err_set(e, ERR_CONFIG,
		"Ollama has no such response_format; it knows text, "
		"json_object and json_schema.");
}

static void set_think(struct value parameters, struct value body)
{
	const struct value given = wire_member(parameters, "think");
	const struct str effort = value_get_str(parameters, "reasoning_effort", STR_NONE);

	if (given.kind != VALUE_NONE)
		value_set(body, STR("think"), given);
	else if (str_is(effort, "none"))
		value_set(body, STR("think"), value_bool(false));
	else if (str_is(effort, "minimal"))
		value_set(body, STR("think"), value_cstr("low"));
	else if (str_is(effort, "xhigh"))
		value_set(body, STR("think"), value_cstr("max"));
	else if (effort.len > 0)
		value_set(body, STR("think"), value_str(effort));
}

/* A completion's logprobs are a number, a chat's a bool and a number. */
static void set_logprobs(struct value parameters, struct value body)
{
	const struct value wanted = wire_member(parameters, "logprobs");
	struct value top = wire_member(parameters, "top_logprobs");

	if (wanted.kind == VALUE_INT)
		top = wanted;
	else if (wanted.kind != VALUE_BOOL || !wanted.u.boolean)
		return;
	value_set(body, STR("logprobs"), value_bool(true));
	if (top.kind == VALUE_INT && top.u.integer > 0)
		value_set(body, STR("top_logprobs"), top);
}

static bool set_tools(struct arena *a, struct value parameters, struct value body, struct err *e)
{
	struct str name;
	const enum neutral_choice choice = neutral_tool_choice(parameters, &name);
	struct value list = value_list(a);

	if (choice != NEUTRAL_CHOICE_NONE_GIVEN && choice != NEUTRAL_CHOICE_AUTO &&
		choice != NEUTRAL_CHOICE_NEVER) {
		err_set(e, ERR_CONFIG,
			"Ollama cannot be made to call a tool, as this tool_choice asks; nothing "
			"was sent.");
		return err_hint(e, "Leave tool_choice out, or choose another connection.");
	}
	for (size_t i = 0; i < neutral_tool_count(parameters); i++) {
		const struct neutral_tool tool = neutral_tool_at(parameters, i);
		struct value v = tool.given;
		if (wire_member(v, "function").kind != VALUE_DICT) { /* of "functions" */
			v = value_dict(a);
			value_set(v, STR("type"), value_cstr("function"));
			value_set(v, STR("function"), tool.given);
		}
		value_push(list, v);
	}
	if (list.u.list->len > 0 && choice != NEUTRAL_CHOICE_NEVER)
		value_set(body, STR("tools"), list);
	return true;
}

static bool set_images(struct arena *a, const struct message *m, struct value v, struct err *e)
{
	struct value list = value_list(a);

	for (size_t i = 0; i < m->part_count; i++) {
		struct str type, data;
		if (m->parts[i].kind != PART_IMAGE)
			continue;
		if (!neutral_image_data(m->parts[i].url, &type, &data)) {
			err_set(e, ERR_CONFIG,
				"Ollama fetches no images, and the prompt has one as a URL: "
				"%.*s; nothing was sent.",
				STR_ARG(str_slice(m->parts[i].url, 0, 100)));
			return err_hint(e, "Give the image as a file or as base64.");
		}
		value_push(list, value_str(data));
	}
	if (list.u.list->len > 0)
		value_set(v, STR("images"), list);
	return true;
}

static bool set_calls(struct arena *a, const struct message *m, struct value v, struct err *e)
{
	struct value list = value_list(a);

	for (size_t i = 0; m->tool_calls.kind == VALUE_LIST && i < m->tool_calls.u.list->len; i++) {
		const struct value call = m->tool_calls.u.list->items[i];
		struct value function = value_dict(a);
		struct value item = value_dict(a);
		struct value arguments;
		struct str name;
		if (!neutral_call(a, call, &name, &arguments, e))
			return false;
		value_set(function, STR("name"), value_str(name));
		value_set(function, STR("arguments"), arguments);
		if (value_get_cstr(call, "id") != NULL)
			value_set(item, STR("id"), wire_member(call, "id"));
		value_set(item, STR("function"), function);
		value_push(list, item);
	}
	if (list.u.list->len > 0)
		value_set(v, STR("tool_calls"), list);
	return true;
}

static const char *role_word(enum message_role role)
{
	if (role == ROLE_DEVELOPER)
		return "system";
	return message_role_word(role == ROLE_FUNCTION ? ROLE_TOOL : role);
}

static bool set_messages(
	struct arena *a, const struct model_request *request, struct value body, struct err *e)
{
	struct value list = value_list(a);

	for (size_t i = 0; i < request->message_count; i++) {
		const struct message *m = &request->messages[i];
		struct value v = value_dict(a);
		struct str name = m->name;
		value_set(v, STR("role"), value_cstr(role_word(m->role)));
		value_set(v, STR("content"), value_str(neutral_text(a, m)));
		if (!set_images(a, m, v, e) || !set_calls(a, m, v, e))
			return false;
		if (m->role == ROLE_TOOL && name.len == 0)
			name = neutral_called(
				request->messages, request->message_count, m->tool_call_id);
		if ((m->role == ROLE_TOOL || m->role == ROLE_FUNCTION) && name.len > 0)
			value_set(v, STR("tool_name"), value_str(name));
		if (m->tool_call_id.len > 0)
			value_set(v, STR("tool_call_id"), value_str(m->tool_call_id));
		value_push(list, v);
	}
	value_set(body, STR("messages"), list);
	return true;
}

bool ollama_body(
	struct arena *a, const struct model_request *request, struct str *out, struct err *e)
{
	const struct value parameters = request->parameters;
	struct value body = value_dict(a);

	if (!neutral_refuse(parameters, "Ollama", lacks, e))
		return false;
	value_set(body, STR("model"), value_str(request->model));
	if (request->api == API_COMPLETION)
		value_set(body, STR("prompt"), value_str(request->prompt));
	else if (!set_messages(a, request, body, e))
		return false;
	if (!set_tools(a, parameters, body, e) || !set_format(parameters, body, e))
		return false;
	set_think(parameters, body);
	set_logprobs(parameters, body);
	set_options(a, parameters, body);
	value_set(body, STR("stream"), value_bool(request->stream));
	*out = json_text(a, body, JSON_COMPACT);
	if (out->len == 0)
		return err_set(
			e, ERR_LIMIT, "The request is longer than %d MiB.", BUF_DEFAULT_MAX >> 20);
	return true;
}
