/* SPDX-License-Identifier: MIT */
#include "core/model/dialect.h"

#include "core/model/wire.h"

#include <strings.h>

enum {
	OPENAI = 1 << 0,
	AZURE = 1 << 1,
	DASHSCOPE = 1 << 2,
	DEEPSEEK = 1 << 3,
	OPENROUTER = 1 << 4,
	VLLM = 1 << 5,
	LLAMA = 1 << 6,
	LMSTUDIO = 1 << 7,
	OLLAMA = 1 << 8,
	GROQ = 1 << 9,
	MISTRAL = 1 << 10,
	MOONSHOT = 1 << 11,
	ZHIPU = 1 << 12,
	SILICONFLOW = 1 << 13,
	ARK = 1 << 14,
	GENERIC = 1 << 15,
	LOCAL = VLLM | LLAMA | LMSTUDIO,
	ALL = (1 << 16) - 1
};

#define BEARER .key_header = "Authorization", .key_prefix = "Bearer "

const char dialect_words[] = "openai azure dashscope deepseek openrouter vllm llama-server "
			     "lmstudio ollama groq mistral moonshot zhipu siliconflow ark generic";

static const struct dialect rows[] = {
	{.vendor = "openai",
		.people = "OpenAI",
		.hosts = {"api.openai.com"},
		.max_tokens = "max_completion_tokens",
		BEARER,
		.has_developer = true,
		.bit = OPENAI},
	{.vendor = "azure",
		.people = "Azure OpenAI",
		.hosts = {".openai.azure.com", ".services.ai.azure.com",
			".cognitiveservices.azure.com"},
		.key_header = "api-key",
		.key_prefix = "",
		.has_developer = true,
		.bit = AZURE},
	{.vendor = "dashscope",
		.people = "Alibaba Model Studio",
		.hosts = {".aliyuncs.com"},
		.max_tokens = "max_tokens",
		BEARER,
		.thinking = THINKING_SWITCH,
		.bit = DASHSCOPE},
	{.vendor = "deepseek",
		.people = "DeepSeek",
		.hosts = {"api.deepseek.com"},
		.max_tokens = "max_tokens",
		BEARER,
		.thinking = THINKING_TYPE_EFFORT,
		.reasoning_back = "reasoning_content",
		.bit = DEEPSEEK},
	{.vendor = "openrouter",
		.people = "OpenRouter",
		.hosts = {"openrouter.ai"},
		BEARER,
		.thinking = THINKING_OBJECT,
		.reasoning_back = "reasoning",
		.has_developer = true,
		.tells_cost = true,
		.bit = OPENROUTER},
	{.vendor = "vllm",
		.people = "vLLM",
		BEARER,
		.thinking = THINKING_TEMPLATE,
		.reasoning_back = "reasoning",
		.think_tags = true,
		.bit = VLLM},
	{.vendor = "llama-server",
		.people = "llama-server",
		.hosts = {":8080"},
		BEARER,
		.thinking = THINKING_TEMPLATE,
		.reasoning_back = "reasoning_content",
		.think_tags = true,
		.bit = LLAMA},
	{.vendor = "lmstudio",
		.people = "LM Studio",
		.hosts = {":1234"},
		.max_tokens = "max_tokens",
		BEARER,
		.think_tags = true,
		.bit = LMSTUDIO},
	{.vendor = "ollama",
		.people = "Ollama",
		.hosts = {":11434"},
		.max_tokens = "max_tokens",
		BEARER,
		.no_image_urls = true,
		.think_tags = true,
		.bit = OLLAMA},
	{.vendor = "groq",
		.people = "Groq",
		.hosts = {"api.groq.com"},
		.max_tokens = "max_completion_tokens",
		BEARER,
		.think_tags = true,
		.bit = GROQ},
	{.vendor = "mistral",
		.people = "Mistral",
		.hosts = {"api.mistral.ai"},
		.max_tokens = "max_tokens",
		BEARER,
		.no_stream_options = true,
		.bit = MISTRAL},
	{.vendor = "moonshot",
		.people = "Moonshot",
		.hosts = {"api.moonshot.cn", "api.moonshot.ai"},
		.max_tokens = "max_tokens",
		BEARER,
		.thinking = THINKING_TYPE,
		.reasoning_back = "reasoning_content",
		.bit = MOONSHOT},
	{.vendor = "zhipu",
		.people = "Zhipu",
		.hosts = {"open.bigmodel.cn", "api.z.ai"},
		.max_tokens = "max_tokens",
		BEARER,
		.thinking = THINKING_TYPE,
		.reasoning_back = "reasoning_content",
		.bit = ZHIPU},
	{.vendor = "siliconflow",
		.people = "SiliconFlow",
		.hosts = {"api.siliconflow.cn", "api.siliconflow.com"},
		.max_tokens = "max_tokens",
		BEARER,
		.thinking = THINKING_SWITCH,
		.think_tags = true,
		.bit = SILICONFLOW},
	{.vendor = "ark",
		.people = "Volcengine Ark",
		.hosts = {".volces.com", ".bytepluses.com"},
		BEARER,
		.thinking = THINKING_TYPE,
		.bit = ARK},
	{.vendor = "generic", .people = "this server", BEARER, .think_tags = true, .bit = GENERIC},
};

enum { ROWS = sizeof rows / sizeof *rows };

/* Parameters that not everybody has. HINT: what to write instead, or NULL. A value that says what
 * would be done anyway (n: 1, tool_choice: auto) is left out instead of refused. */
static const struct {
	const char *name;
	unsigned has;
	const char *hint;
} parameters_known[] = {
	{"n", ALL & ~(OLLAMA | LMSTUDIO | DEEPSEEK | ZHIPU | GROQ | ARK),
		"Ask several times instead."},
	{"seed", ALL & ~(DEEPSEEK | MOONSHOT | ZHIPU), NULL},
	{"random_seed", MISTRAL | GENERIC, "Write seed."},
	{"logprobs", ALL & ~(OLLAMA | MISTRAL | GROQ | MOONSHOT | ZHIPU | LMSTUDIO), NULL},
	{"top_logprobs", ALL & ~(OLLAMA | MISTRAL | GROQ | MOONSHOT | ZHIPU | LMSTUDIO), NULL},
	{"logit_bias", ALL & ~(OLLAMA | GROQ | DEEPSEEK | MISTRAL | MOONSHOT | ZHIPU | DASHSCOPE),
		NULL},
	{"tool_choice", ALL & ~OLLAMA, NULL},
	{"parallel_tool_calls", ALL & ~(DEEPSEEK | ZHIPU | MOONSHOT | OLLAMA), NULL},
	{"frequency_penalty", ALL & ~ZHIPU, NULL},
	{"presence_penalty", ALL & ~ZHIPU, NULL},
	{"user", ALL & ~(MISTRAL | OLLAMA), NULL},
	{"top_k", DASHSCOPE | OPENROUTER | LOCAL | SILICONFLOW | GENERIC,
		"The connection's own provider may have it (provider: ollama, gemini, anthropic)."},
	{"min_p", OPENROUTER | LOCAL | SILICONFLOW | GENERIC, NULL},
	{"top_a", OPENROUTER | GENERIC, NULL},
	{"repetition_penalty", DASHSCOPE | OPENROUTER | VLLM | LMSTUDIO | ARK | GENERIC,
		"Write frequency_penalty."},
	{"repeat_penalty", LLAMA | LMSTUDIO | GENERIC, "Write frequency_penalty."},
	{"enable_search", DASHSCOPE | GENERIC, NULL},
	{"search_options", DASHSCOPE | GENERIC, NULL},
	{"web_search_options", OPENAI | OPENROUTER | GENERIC, NULL},
	{"vl_high_resolution_images", DASHSCOPE | GENERIC, NULL},
	{"preserve_thinking", DASHSCOPE | GENERIC, NULL},
	{"verbosity", OPENAI | AZURE | OPENROUTER | GENERIC, NULL},
	{"store", OPENAI | AZURE | GENERIC, NULL},
	{"prediction", OPENAI | AZURE | OPENROUTER | GENERIC | MISTRAL, NULL},
	{"service_tier", OPENAI | AZURE | GROQ | OPENROUTER | ARK | GENERIC, NULL},
	{"safe_prompt", MISTRAL | GENERIC, NULL},
	{"prompt_mode", MISTRAL | GENERIC, NULL},
	{"provider", OPENROUTER | GENERIC, NULL},
	{"models", OPENROUTER | GENERIC, "Write fallback in lathe.yaml."},
	{"plugins", OPENROUTER | GENERIC, NULL},
	{"transforms", OPENROUTER | GENERIC, NULL},
	{"guided_json", VLLM | GENERIC, "Write response_format."},
	{"guided_regex", VLLM | GENERIC, NULL},
	{"guided_choice", VLLM | GENERIC, NULL},
	{"guided_grammar", VLLM | GENERIC, NULL},
	{"structured_outputs", VLLM | GENERIC, "Write response_format."},
	{"chat_template_kwargs", VLLM | LLAMA | SILICONFLOW | GENERIC, NULL},
	{"grammar", LLAMA | GENERIC, "Write response_format."},
	{"reasoning_format", LLAMA | GROQ | GENERIC, NULL},
	{"num_ctx", GENERIC, "provider: ollama has it."},
};

enum { KNOWN = sizeof parameters_known / sizeof *parameters_known };

const struct dialect *dialect_find(struct str vendor)
{
	for (size_t i = 0; i < ROWS; i++)
		if (str_is(vendor, rows[i].vendor))
			return &rows[i];
	return NULL;
}

void dialect_key(
	const struct dialect *d, const struct connection *connection, struct wire_request *out)
{
	const bool bearer = str_is(value_get_str(connection->options, "auth", STR("")), "bearer");

	out->key_header = bearer ? "Authorization" : d->key_header;
	out->key_prefix = bearer ? "Bearer " : d->key_prefix;
}

bool dialect_is_generic(const struct dialect *d)
{
	return d->bit == GENERIC;
}

/* "host:port" of a URL. */
static struct str authority(struct str url)
{
	const size_t mark = str_find(url, STR("://"), 0);
	struct str rest = mark == SIZE_MAX ? url : str_slice(url, mark + 3, url.len), ignored;

	return str_cut(rest, '/', &ignored);
}

static bool ends_in(struct str text, const char *end)
{
	const struct str suffix = str_from(end);

	return text.len >= suffix.len &&
	       strncasecmp(text.at + text.len - suffix.len, end, suffix.len) == 0;
}

/* A port counts on this machine alone, where servers have their usual ones. */
static bool is_at(struct str where, const char *end)
{
	struct str port;
	const struct str host = str_cut(where, ':', &port);

	if (end[0] != ':')
		return ends_in(host, end);
	return (str_is(host, "localhost") || str_starts(host, STR("127."))) && ends_in(where, end);
}

const struct dialect *dialect_of(const struct connection *connection)
{
	const struct dialect *named = dialect_find(connection->vendor);
	const struct str where = authority(connection->base_url);

	for (size_t i = 0; named == NULL && i < ROWS; i++)
		for (size_t h = 0; h < 3 && rows[i].hosts[h] != NULL && named == NULL; h++)
			if (is_at(where, rows[i].hosts[h]))
				named = &rows[i];
	return named != NULL ? named : &rows[ROWS - 1];
}

struct mapping {
	struct arena *arena;
	const struct dialect *to;
	struct value from, out;
	struct err *e;
};

static void set(struct mapping *m, const char *key, struct value v)
{
	value_set(m->out, str_from(key), v);
}

static struct value one(struct mapping *m, const char *key, struct value v)
{
	struct value dict = value_dict(m->arena);

	value_set(dict, str_from(key), v);
	return dict;
}

static bool has(const struct mapping *m, const char *key)
{
	return value_get_cstr(m->from, key) != NULL;
}

static bool refuse(struct mapping *m, struct str name, const char *hint)
{
	err_set(m->e, ERR_CONFIG, "%s has no parameter \"%.*s\".", m->to->people, STR_ARG(name));
	return err_hint(m->e, "%s",
		hint != NULL ? hint : "Leave it out, or say vendor: generic to send it anyway.");
}

/* What is done anyway when nothing is said. */
static bool is_usual(struct str name, struct value v)
{
	if (str_is(name, "n"))
		return v.kind == VALUE_INT && v.u.integer == 1;
	if (str_is(name, "tool_choice"))
		return v.kind == VALUE_STR && str_is(v.u.str, "auto");
	if (str_is(name, "logprobs") || str_is(name, "store") || str_is(name, "enable_search"))
		return v.kind == VALUE_BOOL && !v.u.boolean;
	if (str_is(name, "parallel_tool_calls"))
		return v.kind == VALUE_BOOL && v.u.boolean;
	return (str_is(name, "frequency_penalty") || str_is(name, "presence_penalty")) &&
	       ((v.kind == VALUE_INT && v.u.integer == 0) ||
		       (v.kind == VALUE_FLOAT && !(v.u.real > 0 || v.u.real < 0)));
}

/* "none" and false turn thinking off; "minimal" does where there is nothing between. */
static bool thinks(struct value v)
{
	if (v.kind == VALUE_BOOL)
		return v.u.boolean;
	const struct str word =
		v.kind == VALUE_STR ? v.u.str
				    : value_get_str(v, "type", value_get_str(v, "effort", STR("")));
	return !str_is(word, "none") && !str_is(word, "minimal") && !str_is(word, "disabled");
}

/* DeepSeek knows low, high and max. */
static struct value deepseek_effort(struct value v)
{
	if (v.kind != VALUE_STR)
		return v;
	if (str_is(v.u.str, "minimal"))
		return value_cstr("low");
	if (str_is(v.u.str, "medium"))
		return value_cstr("high");
	return str_is(v.u.str, "xhigh") ? value_cstr("max") : v;
}

static void add_to(struct mapping *m, const char *key, const char *inner, struct value v)
{
	const struct value *given = value_get_cstr(m->out, key);
	struct value dict = value_dict(m->arena);

	for (size_t i = 0; given != NULL && given->kind == VALUE_DICT && i < given->u.dict->len;
		i++)
		value_set(
			dict, given->u.dict->entries[i].key.u.str, given->u.dict->entries[i].value);
	value_set(dict, str_from(inner), v);
	set(m, key, dict);
}

static void map_effort(struct mapping *m, struct value v)
{
	const bool on = thinks(v);

	switch (m->to->thinking) {
	case THINKING_AS_GIVEN: set(m, "reasoning_effort", v); break;
	case THINKING_SWITCH: set(m, "enable_thinking", value_bool(on)); break;
	case THINKING_TYPE_EFFORT:
		if (on || str_is(v.u.str, "minimal"))
			set(m, "reasoning_effort", deepseek_effort(v));
		set(m, "thinking",
			one(m, "type",
				value_cstr(on || str_is(v.u.str, "minimal") ? "enabled"
									    : "disabled")));
		break;
	case THINKING_TYPE:
		set(m, "thinking", one(m, "type", value_cstr(on ? "enabled" : "disabled")));
		break;
	case THINKING_OBJECT: add_to(m, "reasoning", "effort", v); break;
	case THINKING_TEMPLATE:
		/* The servers pass levels to the model's template; not all templates look at it. */
		add_to(m, "chat_template_kwargs", "enable_thinking", value_bool(on));
		add_to(m, "chat_template_kwargs", "reasoning_effort", v);
		break;
	}
}

/* enable_thinking and thinking: {"type"}, which say the same. */
static bool map_switch(struct mapping *m, struct str name, struct value v)
{
	const bool on = thinks(v);
	const struct value budget = v.kind == VALUE_DICT && value_get_cstr(v, "budget_tokens")
					    ? *value_get_cstr(v, "budget_tokens")
					    : value_none();

	switch (m->to->thinking) {
	case THINKING_AS_GIVEN: return refuse(m, name, "Write reasoning_effort.");
	case THINKING_SWITCH:
		set(m, "enable_thinking", value_bool(on));
		if (budget.kind == VALUE_INT)
			set(m, "thinking_budget", budget);
		break;
	case THINKING_TYPE:
	case THINKING_TYPE_EFFORT:
		set(m, "thinking",
			v.kind == VALUE_DICT
				? v
				: one(m, "type", value_cstr(on ? "enabled" : "disabled")));
		break;
	case THINKING_OBJECT:
		add_to(m, "reasoning", "enabled", value_bool(on));
		if (budget.kind == VALUE_INT)
			add_to(m, "reasoning", "max_tokens", budget);
		break;
	case THINKING_TEMPLATE:
		add_to(m, "chat_template_kwargs", "enable_thinking", value_bool(on));
		break;
	}
	return true;
}

static bool map_budget(struct mapping *m, struct str name, struct value v)
{
	if (m->to->thinking == THINKING_SWITCH)
		set(m, "thinking_budget", v);
	else if (m->to->thinking == THINKING_OBJECT)
		add_to(m, "reasoning", "max_tokens", v);
	else
		return refuse(m, name, "Write reasoning_effort.");
	return true;
}

/* OpenRouter's and the Responses API's object. */
static bool map_object(struct mapping *m, struct str name, struct value v)
{
	const struct value *effort = value_get_cstr(v, "effort");

	if (m->to->thinking == THINKING_OBJECT || v.kind != VALUE_DICT)
		set(m, "reasoning", v);
	else if (v.u.dict->len == 1 && effort != NULL)
		map_effort(m, *effort);
	else
		return refuse(m, name, "Write reasoning_effort.");
	return true;
}

static bool is_thinking(struct str name)
{
	return str_is(name, "reasoning_effort") || str_is(name, "enable_thinking") ||
	       str_is(name, "thinking") || str_is(name, "thinking_budget") ||
	       str_is(name, "reasoning");
}

static bool map_thinking(struct mapping *m, struct str name, struct value v)
{
	if (str_is(name, "reasoning_effort"))
		map_effort(m, v);
	else if (str_is(name, "thinking_budget"))
		return map_budget(m, name, v);
	else if (str_is(name, "reasoning"))
		return map_object(m, name, v);
	else
		return map_switch(m, name, v);
	return true;
}

/* DeepSeek and Zhipu have JSON without a schema. */
static bool map_format(struct mapping *m, struct value v)
{
	const struct str type = value_get_str(v, "type", STR_NONE);

	if (str_is(type, "json_schema") && (m->to->bit & (DEEPSEEK | ZHIPU)) != 0) {
		err_set(m->e, ERR_CONFIG, "%s has no response_format of type \"json_schema\".",
			m->to->people);
		return err_hint(m->e,
			"Write type: json_object, and say in the prompt what the JSON looks like.");
	}
	set(m, "response_format", v);
	return true;
}

static bool map_one(struct mapping *m, struct str name, struct value v)
{
	const bool tokens = str_is(name, "max_tokens") || str_is(name, "max_completion_tokens");

	if (tokens && m->to->max_tokens != NULL) {
		if (!(str_is(name, "max_tokens") && has(m, "max_completion_tokens")))
			set(m, m->to->max_tokens, v);
		return true;
	}
	if (is_thinking(name) && !dialect_is_generic(m->to))
		return map_thinking(m, name, v);
	if (str_is(name, "response_format"))
		return map_format(m, v);
	if (m->to->bit == MISTRAL && str_is(name, "seed")) {
		set(m, "random_seed", v);
		return true;
	}
	if (m->to->bit == MISTRAL && str_is(name, "tool_choice") && v.kind == VALUE_STR &&
		str_is(v.u.str, "required"))
		v = value_cstr("any");
	for (size_t i = 0; i < KNOWN; i++) {
		if (!str_is(name, parameters_known[i].name) ||
			(parameters_known[i].has & m->to->bit) != 0)
			continue;
		return is_usual(name, v) || refuse(m, name, parameters_known[i].hint);
	}
	value_set(m->out, name, v);
	return true;
}

bool dialect_parameters(struct arena *a, const struct dialect *d, struct value parameters,
	struct value *out, struct err *e)
{
	struct mapping m = {a, d, parameters, value_dict(a), e};

	for (size_t i = 0; parameters.kind == VALUE_DICT && i < parameters.u.dict->len; i++) {
		const struct value_entry *entry = &parameters.u.dict->entries[i];
		if (!map_one(&m, entry->key.u.str, entry->value))
			return false;
	}
	*out = m.out;
	return true;
}

/* Alibaba's open models that think, and those that speak. */
bool dialect_streams_only(const struct dialect *d, struct str model, struct value parameters)
{
	if (d->bit != DASHSCOPE)
		return false;
	if (str_starts(model, STR("qwq")) || str_starts(model, STR("qvq")) ||
		str_find(model, STR("-omni"), 0) != SIZE_MAX)
		return true;
	const bool open = str_starts(model, STR("qwen3-")) && model.len > 6 && model.at[6] >= '0' &&
			  model.at[6] <= '9' && str_find(model, STR("-instruct"), 0) == SIZE_MAX;
	return open && value_get_bool(parameters, "enable_thinking", true);
}
