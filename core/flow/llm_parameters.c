/* SPDX-License-Identifier: MIT */
#include "core/flow/llm_parameters.h"

#include "core/data/json.h"
#include "core/flow/space.h"
#include "core/text/suggest.h"

enum parameter_kind { AS_IS, NUMBER, WHOLE, JSON, NOT_SENT };

static const struct {
	const char *name;
	bool chat, completion;
	enum parameter_kind kind;
} parameters_known[] = {
	{"deployment_name", true, true, NOT_SENT},
	{"model", true, true, NOT_SENT},
	{"stream", true, true, NOT_SENT},
	{"temperature", true, true, NUMBER},
	{"top_p", true, true, NUMBER},
	{"n", true, true, WHOLE},
	{"stop", true, true, AS_IS},
	{"max_tokens", true, true, WHOLE},
	{"max_completion_tokens", true, false, WHOLE},
	{"reasoning_effort", true, false, AS_IS},
	{"parallel_tool_calls", true, false, AS_IS},
	{"top_logprobs", true, false, WHOLE},
	{"presence_penalty", true, true, NUMBER},
	{"frequency_penalty", true, true, NUMBER},
	{"logit_bias", true, true, JSON},
	{"user", true, true, AS_IS},
	{"functions", true, false, JSON},
	{"function_call", true, false, JSON},
	{"tools", true, false, JSON},
	{"tool_choice", true, false, JSON},
	{"response_format", true, false, JSON},
	{"seed", true, false, WHOLE},
	{"prompt", false, true, NOT_SENT},
	{"suffix", false, true, AS_IS},
	{"logprobs", false, true, WHOLE},
	{"echo", false, true, AS_IS},
	{"best_of", false, true, WHOLE},
};

enum { KNOWN = sizeof parameters_known / sizeof *parameters_known };

static size_t find(struct str name)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (str_is(name, parameters_known[i].name))
			return i;
	return KNOWN;
}

bool llm_is_chat_parameter(struct str name)
{
	size_t i = find(name);
	return i < KNOWN && parameters_known[i].chat;
}

bool llm_is_completion_parameter(struct str name)
{
	size_t i = find(name);
	return i < KNOWN && parameters_known[i].completion;
}

struct str llm_near_parameter(struct str name, enum model_api api)
{
	struct suggest near = suggest_for(name);
	for (size_t i = 0; i < KNOWN; i++)
		if (api == API_CHAT ? parameters_known[i].chat : parameters_known[i].completion)
			suggest_offer(&near, str_from(parameters_known[i].name));
	return near.best;
}

static bool is_empty(struct value v)
{
	return v.kind == VALUE_NONE || (v.kind == VALUE_STR && v.u.str.len == 0) ||
	       (v.kind == VALUE_LIST && v.u.list->len == 0) ||
	       (v.kind == VALUE_DICT && v.u.dict->len == 0);
}

static struct value from_string(struct arena *a, enum parameter_kind kind, struct value v)
{
	struct err ignored = ERR_INIT;
	struct value read;
	int64_t n;
	double d;
	struct str s = space_trim(v.u.str);
	if ((kind == NUMBER || kind == WHOLE) && str_to_int(s, &n))
		return value_int(n);
	if ((kind == NUMBER || kind == WHOLE) && str_to_double(s, &d))
		return value_float(d);
	if (kind == JSON && json_read(a, s, NULL, &read, &ignored))
		return read;
	return v;
}

bool llm_parameter(struct arena *a, struct str name, struct value v, struct value *out)
{
	size_t i = find(name);
	enum parameter_kind kind = i < KNOWN ? parameters_known[i].kind : AS_IS;
	if (kind == NOT_SENT || is_empty(v))
		return false;
	if (str_is(name, "max_tokens") && v.kind == VALUE_STR && str_is(v.u.str, "inf"))
		return false;
	*out = v.kind == VALUE_STR ? from_string(a, kind, v) : v;
	return true;
}

struct value llm_parameters_settle(struct arena *a, struct value parameters)
{
	struct value out = value_dict(a);
	bool has_tools = value_get_cstr(parameters, "tools") != NULL;
	for (size_t i = 0; parameters.kind == VALUE_DICT && i < parameters.u.dict->len; i++) {
		const struct value_entry *entry = &parameters.u.dict->entries[i];
		bool old = str_is(entry->key.u.str, "functions") ||
			   str_is(entry->key.u.str, "function_call");
		if (!(old && has_tools))
			value_set(out, entry->key.u.str, entry->value);
	}
	return out;
}

bool llm_wants_json(struct value parameters)
{
	const struct value *format = value_get_cstr(parameters, "response_format");
	struct str type = format != NULL ? value_get_str(*format, "type", STR_NONE) : STR_NONE;
	return str_is(type, "json_object") || str_is(type, "json_schema");
}

void llm_parameter_attributes(struct arena *a, struct value parameters, struct value attributes)
{
	static const struct {
		const char *name;
		const char *attribute;
	} renamed[] = {{"max_tokens", "gen_ai.request.max_tokens"},
		{"max_completion_tokens", "gen_ai.request.max_tokens"},
		{"temperature", "gen_ai.request.temperature"}, {"top_p", "gen_ai.request.top_p"},
		{"top_k", "gen_ai.request.top_k"},
		{"frequency_penalty", "gen_ai.request.frequency_penalty"},
		{"presence_penalty", "gen_ai.request.presence_penalty"},
		{"seed", "gen_ai.request.seed"}};
	for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++) {
		const struct value *v = value_get_cstr(parameters, renamed[i].name);
		if (v != NULL)
			value_set(attributes, str_from(renamed[i].attribute), *v);
	}
	const struct value *stop = value_get_cstr(parameters, "stop");
	if (stop != NULL) {
		struct value list = *stop;
		if (stop->kind != VALUE_LIST) {
			list = value_list(a);
			value_push(list, *stop);
		}
		value_set(attributes, STR("gen_ai.request.stop_sequences"), list);
	}
	int64_t n = value_get_int(parameters, "n", 1);
	if (n != 1)
		value_set(attributes, STR("gen_ai.request.choice.count"), value_int(n));
	value_set(attributes, STR("gen_ai.output.type"),
		value_cstr(llm_wants_json(parameters) ? "json" : "text"));
}
