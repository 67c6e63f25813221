/* SPDX-License-Identifier: MIT */
#include "core/engine/config.h"

#include "core/base/file.h"
#include "core/data/yaml.h"
#include "core/engine/config_provider.h"
#include "core/model/provider.h"
#include "core/net/vault.h"

#include <string.h>

static const struct shape_key default_keys[] = {
	{.name = "model",
		.kind = SHAPE_TEXT,
		.help = "The model of prompts that name none and runs without --model: a connection, "
			"CONNECTION/MODEL, or local/extract.",
		.example = "default: {model: qwen/qwen-plus}"},
	{.name = "parameters",
		.kind = SHAPE_MAP,
		.help = "Request parameters sent unless the prompt sets them itself.",
		.example = "default: {parameters: {temperature: 0.2}}"},
	{.name = "fallback",
		.kind = SHAPE_WORDS,
		.help = "Models to ask, in order, when the chosen one cannot answer.",
		.example = "default: {fallback: [qwen/qwen-plus, local/extract]}"},
	{.name = NULL},
};

static const struct shape_key connection_keys[] = {
	{.name = "provider",
		.kind = SHAPE_TEXT,
		.required = true,
		.choices = CONFIG_PROVIDERS,
		.help = "The wire format: openai is any OpenAI-compatible chat completions server; "
			"openai_responses is its Responses API, azure is Azure OpenAI; "
			"anthropic, gemini and ollama are those vendors' own; http is any endpoint "
			"by a template, command any program; scripted plays a file, for tests.",
		.example = "provider: openai"},
	{.name = "base_url",
		.kind = SHAPE_TEXT,
		.help = "Where the server is, up to the part before /chat/completions; anthropic, "
			"gemini and ollama know their own. Plain http is accepted for this machine "
			"only, unless allow_http is true.",
		.example = "base_url: https://api.openai.com/v1"},
	{.name = "model",
		.kind = SHAPE_TEXT,
		.help = "The model used when only the connection is named.",
		.example = "model: gpt-4o-mini"},
	{.name = "secret",
		.kind = SHAPE_TEXT,
		.help = "Where the key is found, never the key: env:NAME (an environment variable), "
			"cmd:PROGRAM ARG... (what it prints), file:PATH (mode 0600, yours) or "
			"secret:NAME (entered with lathe secret set).",
		.example = "secret: env:OPENAI_API_KEY"},
	{.name = "headers",
		.kind = SHAPE_MAP,
		.help = "Further request headers. Not for keys: these are recorded.",
		.example = "headers: {OpenAI-Organization: org-1}"},
	{.name = "allow_http",
		.kind = SHAPE_BOOL,
		.help = "Accepts a plain http base_url on another machine. The key then crosses the "
			"network in the clear.",
		.example = "allow_http: true"},
	{.name = "vendor",
		.kind = SHAPE_TEXT,
		.help = "Whose dialect of the wire format is spoken, when base_url does not tell: "
			"openai, azure, dashscope, deepseek, openrouter, vllm, llama-server, "
			"lmstudio, ollama, groq, mistral, moonshot, zhipu, siliconflow, ark, vertex "
			"or generic, which is sent everything as it is written; tei, cohere and "
			"voyage for lathe embed and lathe rerank.",
		.example = "vendor: vllm"},
	{.name = "fallback",
		.kind = SHAPE_WORDS,
		.help = "Models to ask, in order, when this connection cannot answer.",
		.example = "fallback: [qwen/qwen-plus]"},
	{.name = "max_in_flight",
		.kind = SHAPE_COUNT,
		.help = "At most so many requests at a time; otherwise it is found out.",
		.example = "max_in_flight: 8"},
	{.name = "requests_per_minute",
		.kind = SHAPE_COUNT,
		.help = "At most so many requests a minute.",
		.example = "requests_per_minute: 500"},
	{.name = "tokens_per_minute",
		.kind = SHAPE_COUNT,
		.help = "At most so many tokens a minute, in and out.",
		.example = "tokens_per_minute: 200000"},
	{.name = "connect_seconds",
		.kind = SHAPE_COUNT,
		.help = "How long finding and reaching the server may take; default 10.",
		.example = "connect_seconds: 5"},
	{.name = "first_byte_seconds",
		.kind = SHAPE_COUNT,
		.help = "How long the server may be silent before its answer; default 120, and 600 "
			"for an answer that does not stream.",
		.example = "first_byte_seconds: 300"},
	{.name = "idle_seconds",
		.kind = SHAPE_COUNT,
		.help = "How long it may be silent within an answer; default 60.",
		.example = "idle_seconds: 30"},
	{.name = "comments_seconds",
		.kind = SHAPE_COUNT,
		.help = "How long a stream may bring nothing but comments; default 600.",
		.example = "comments_seconds: 60"},
	{.name = "total_seconds",
		.kind = SHAPE_COUNT,
		.help = "How long a request may take in all; default 900.",
		.example = "total_seconds: 3600"},
	{.name = "idempotency_header",
		.kind = SHAPE_TEXT,
		.help = "The header that takes a request's name, the same for each try of it, for a "
			"server that then answers once; no public provider documents one.",
		.example = "idempotency_header: Idempotency-Key"},
	{.name = "budget_day",
		.kind = SHAPE_DOLLARS,
		.help = "Dollars that a day may cost here; a request that could go beyond is not sent.",
		.example = "budget_day: 5"},
	{.name = "project",
		.kind = SHAPE_TEXT,
		.help = "vendor vertex: the Google Cloud project that is asked and pays.",
		.example = "project: my-project"},
	{.name = "region",
		.kind = SHAPE_TEXT,
		.help = "vendor vertex, provider bedrock: where the models run; us-central1, "
			"us-east-1 by default.",
		.example = "region: europe-west1"},
	{.name = "access_key",
		.kind = SHAPE_TEXT,
		.help = "provider bedrock: the access key's id, or where it is found (env:NAME ...); "
			"secret is its secret then. Without it secret is a Bedrock API key.",
		.example = "access_key: env:AWS_ACCESS_KEY_ID"},
	{.name = "session_token",
		.kind = SHAPE_TEXT,
		.help = "provider bedrock: where a session's token is found.",
		.example = "session_token: env:AWS_SESSION_TOKEN"},
	{.name = "beta",
		.kind = SHAPE_TEXT,
		.help = "provider anthropic: names of beta features, for the header anthropic-beta.",
		.example = "beta: context-1m-2025-08-07"},
	{.name = "api_version",
		.kind = SHAPE_TEXT,
		.help = "provider azure: the version of the API; v1 or preview for its new address.",
		.example = "api_version: \"2024-10-21\""},
	{.name = "auth",
		.kind = SHAPE_TEXT,
		.choices = CONFIG_AUTH,
		.help = "bearer: the secret is a token for the header Authorization, on Azure an "
			"Entra token.",
		.example = "auth: bearer"},
	{.name = "command",
		.kind = SHAPE_WORDS,
		.help = "provider command: the program and its arguments. It gets the request as JSON "
			"and answers with text or JSON lines; it is not run before you approved it.",
		.example = "command: [python3, answer.py]"},
	{.name = "template",
		.kind = SHAPE_TEXT,
		.help = "provider http: the body as a Jinja2 template over prompt, system, messages, "
			"images, model, parameters, stream and sample.",
		.example = "template: '{\"inputs\": {{ prompt | tojson }}}'"},
	{.name = "path",
		.kind = SHAPE_TEXT,
		.help = "provider http: a template of what follows base_url.",
		.example = "path: '/ask?q={{ prompt | urlencode }}'"},
	{.name = "method",
		.kind = SHAPE_TEXT,
		.choices = CONFIG_METHODS,
		.help = "provider http: how it is asked; GET sends no body.",
		.example = "method: GET"},
	{.name = "content_type",
		.kind = SHAPE_TEXT,
		.help = "provider http: the body's type, application/json by default.",
		.example = "content_type: text/plain"},
	{.name = "key_header",
		.kind = SHAPE_TEXT,
		.help = "provider http: the header that carries the secret.",
		.example = "key_header: X-Api-Key"},
	{.name = "key_prefix",
		.kind = SHAPE_TEXT,
		.help = "provider http: what stands in front of the secret there.",
		.example = "key_prefix: 'Token '"},
	{.name = "stream",
		.kind = SHAPE_TEXT,
		.choices = CONFIG_STREAMS,
		.help = "provider http: how the answer comes when it is streamed: as server-sent "
			"events, as a JSON text a line, or as bare text.",
		.example = "stream: sse"},
	{.name = "response",
		.kind = SHAPE_KEYS,
		.inside = config_response_keys,
		.help = "provider http: where in the answer things are, such as a.b[0].c.",
		.example = "response: {text: \"choices[0].text\"}"},
	{.name = "script",
		.kind = SHAPE_TEXT,
		.help = "provider scripted: the file that is played, relative to the workspace.",
		.example = "script: tests/answers.json"},
	{.name = NULL},
};

static const struct shape_key budget_keys[] = {
	{.name = "run",
		.kind = SHAPE_DOLLARS,
		.help = "Dollars that one run may cost; a request that could go beyond is not sent.",
		.example = "budget: {run: 2.50}"},
	{.name = "day",
		.kind = SHAPE_DOLLARS,
		.help = "Dollars that a day may cost in this workspace.",
		.example = "budget: {day: 20}"},
	{.name = NULL},
};

static const struct shape_key cache_keys[] = {
	{.name = "mode",
		.kind = SHAPE_TEXT,
		.choices = "off on only",
		.help = "Whether answers that were given before are used again; only: nothing is asked.",
		.example = "cache: {mode: on}"},
	{.name = "days",
		.kind = SHAPE_COUNT,
		.help = "How long an answer may be used again.",
		.example = "cache: {days: 30}"},
	{.name = "megabytes",
		.kind = SHAPE_COUNT,
		.help = "How much is kept; the longest unused goes first.",
		.example = "cache: {megabytes: 500}"},
	{.name = NULL},
};

const struct shape_key config_keys[] = {
	{.name = "name",
		.kind = SHAPE_TEXT,
		.help = "What the workspace is called on the screen; the folder's name by default.",
		.example = "name: onboarding"},
	{.name = "default",
		.kind = SHAPE_KEYS,
		.inside = default_keys,
		.help = "What runs use unless something nearer says otherwise.",
		.example = "default: {model: local/extract}"},
	{.name = "detect",
		.kind = SHAPE_BOOL,
		.help = "false: do not look on this machine for model servers (Ollama, llama-server, "
			"LM Studio, vLLM). It is done only while no connection is configured.",
		.example = "detect: false"},
	{.name = "budget",
		.kind = SHAPE_KEYS,
		.inside = budget_keys,
		.help = "Ceilings on what requests may cost.",
		.example = "budget: {run: 2.50, day: 20}"},
	{.name = "cache",
		.kind = SHAPE_KEYS,
		.inside = cache_keys,
		.help = "The response cache.",
		.example = "cache: {mode: on, days: 30}"},
	{.name = "connections",
		.kind = SHAPE_NAMED,
		.inside = connection_keys,
		.help = "Servers that models are reached through, by a name of your choice.",
		.example =
			"connections:\n  qwen:\n    provider: openai\n    base_url: "
			"https://dashscope.aliyuncs.com/compatible-mode/v1\n    model: qwen-plus\n"
			"    secret: env:DASHSCOPE_API_KEY"},
	{.name = NULL},
};

static bool fail_at(const struct config *c, const struct value *at, struct err *e)
{
	return err_place(e, c->file, at->line, at->column);
}

bool config_check_secret(struct str s, struct err *e)
{
	struct str name;
	if (str_starts(s, STR("env:")) || str_starts(s, STR("cmd:")) || str_starts(s, STR("file:")))
		return true;
	if (str_is(str_cut(s, ':', &name), "secret") && name.at != NULL)
		return vault_check_name(name, e);
	/* The value may be the key itself: it must not be repeated. */
	err_set(e, ERR_CONFIG,
		"'secret' must say where the key is found; it does not begin with env:, cmd:, file: or secret:.");
	return err_hint(e, "Write secret: env:NAME, and keep the key out of the file.");
}

bool config_check_name(struct str s, struct err *e)
{
	bool good = s.len > 0 && !str_is(s, "local");
	for (size_t i = 0; i < s.len; i++)
		good = good &&
		       (strchr("_.-", s.at[i]) != NULL || (s.at[i] >= '0' && s.at[i] <= '9') ||
			       ((s.at[i] | 32) >= 'a' && (s.at[i] | 32) <= 'z'));
	if (good)
		return true;
	err_set(e, ERR_CONFIG, "'%.*s' cannot name a connection%s.", STR_ARG(s),
		str_is(s, "local") ? ": local is the embedded provider" : "");
	return err_hint(e, "Use letters, digits, '_', '-' and '.'.");
}

static bool missing(const struct config *c, const struct connection *to, const struct value *from,
	const char *key, const char *example, struct err *e)
{
	err_set(e, ERR_CONFIG, "The connection '%.*s' has no %s.", STR_ARG(to->name), key);
	err_hint(e, "For example: %s", example);
	return err_place(e, c->file, from->line, from->column);
}

/* The host of "scheme://host[:port][/path]", without the brackets of an IPv6 address. */
static struct str host_of(struct str url)
{
	struct str rest, path;
	str_cut(url, '/', &rest);
	str_cut(rest, '/', &rest); /* behind "//" */
	struct str host = str_cut(rest, '/', &path);
	if (str_starts(host, STR("[")))
		return str_cut(str_slice(host, 1, host.len), ']', &path);
	return str_cut(host, ':', &path);
}

static bool is_loopback(struct str host)
{
	return str_is(host, "localhost") || str_is(host, "::1") || str_starts(host, STR("127."));
}

static bool has_any(struct str s, const char *bytes)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] != '\0' && strchr(bytes, s.at[i]) != NULL)
			return true;
	return false;
}

bool config_check_url(struct str url, bool allow_http, struct err *e)
{
	bool plain = str_starts(url, STR("http://"));
	struct str host = host_of(url);
	if ((!plain && !str_starts(url, STR("https://"))) || host.len == 0) {
		err_set(e, ERR_CONFIG, "'%.*s' is not a web address.", STR_ARG(url));
		return err_hint(e, "It begins with https:// (or http:// on this machine).");
	}
	if (has_any(url, "@?# \t")) {
		err_set(e, ERR_CONFIG,
			"A base_url has a scheme, a host and a path, but no name, key or question mark.");
		return err_hint(e, "Keys are named by 'secret:'.");
	}
	if (plain && !allow_http && !is_loopback(host)) {
		err_set(e, ERR_CONFIG, "%.*s would be reached without encryption.", STR_ARG(host));
		return err_hint(
			e, "Use https://, or say allow_http: true if that is what you want.");
	}
	return true;
}

static bool check_url(
	const struct config *c, struct connection *to, const struct value *from, struct err *e)
{
	const struct value *url = value_get_cstr(*from, "base_url");
	const struct provider *provider = provider_find(to->provider);
	if (url == NULL && provider != NULL && provider->needs_url)
		return missing(c, to, from, "base_url", "base_url: https://api.openai.com/v1", e);
	if (url == NULL)
		return true;
	if (!config_check_url(url->u.str, to->allow_http, e))
		return fail_at(c, url, e);
	to->base_url = url->u.str;
	while (str_ends(to->base_url, STR("/")))
		to->base_url.len--;
	return true;
}

static bool is_credential(struct str name)
{
	static const char *const names[] = {"authorization", "proxy-authorization", "cookie",
		"api-key", "x-api-key", "x-goog-api-key", "x-auth-token"};
	char lower[32];
	if (name.len >= sizeof lower)
		return false;
	for (size_t i = 0; i < name.len; i++)
		lower[i] = name.at[i] >= 'A' && name.at[i] <= 'Z' ? (char)(name.at[i] | 32)
								  : name.at[i];
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_is((struct str){lower, name.len}, names[i]))
			return true;
	return false;
}

/* RFC 9110's token, and a value of one line. */
static bool is_header(const struct value_entry *entry)
{
	struct str name = entry->key.u.str;
	bool good = name.len > 0 && entry->value.kind == VALUE_STR;
	for (size_t i = 0; i < name.len; i++)
		good = good && name.at[i] > ' ' && name.at[i] < 127 &&
		       strchr("()<>@,;:\\\"/[]?={}", name.at[i]) == NULL;
	for (size_t i = 0; good && i < entry->value.u.str.len; i++) {
		unsigned char byte = (unsigned char)entry->value.u.str.at[i];
		good = byte == '\t' || (byte >= ' ' && byte != 127);
	}
	return good;
}

static bool check_headers(const struct config *c, const struct value *headers, struct err *e)
{
	for (size_t i = 0; headers != NULL && i < headers->u.dict->len; i++) {
		const struct value_entry *entry = &headers->u.dict->entries[i];
		if (is_credential(entry->key.u.str)) {
			/* The value may be a key: it is not repeated. */
			err_set(e, ERR_CONFIG,
				"The header '%.*s' carries a key, and headers are recorded.",
				STR_ARG(entry->key.u.str));
			err_hint(e, "Name the key with 'secret:' instead.");
			return fail_at(c, &entry->key, e);
		}
		if (!is_header(entry)) {
			err_set(e, ERR_CONFIG,
				"This is not a request header: a name and a string of one line.");
			return fail_at(c, &entry->key, e);
		}
	}
	return true;
}

static const struct str *words_of(struct arena *a, const struct value *list, size_t *count)
{
	*count = list != NULL ? list->u.list->len : 0;
	struct str *words = ARENA_ARRAY(a, struct str, *count > 0 ? *count : 1);
	for (size_t i = 0; i < *count; i++)
		words[i] = list->u.list->items[i].u.str;
	return words;
}

/* 0: not said. No limit is longer than a year. */
static int64_t milliseconds(struct value from, const char *key)
{
	const int64_t year = INT64_C(365) * 86400;
	int64_t seconds = value_get_int(from, key, 0);
	return (seconds < year ? seconds : year) * 1000;
}

static void read_limits(struct arena *a, struct value from, struct connection *to)
{
	to->max_in_flight = value_get_int(from, "max_in_flight", 0);
	to->requests_per_minute = value_get_int(from, "requests_per_minute", 0);
	to->tokens_per_minute = value_get_int(from, "tokens_per_minute", 0);
	to->connect_ms = milliseconds(from, "connect_seconds");
	to->first_byte_ms = milliseconds(from, "first_byte_seconds");
	to->idle_ms = milliseconds(from, "idle_seconds");
	to->comments_ms = milliseconds(from, "comments_seconds");
	to->total_ms = milliseconds(from, "total_seconds");
	to->budget_day_nano = shape_dollars(value_get_cstr(from, "budget_day"));
	to->fallback = words_of(a, value_get_cstr(from, "fallback"), &to->fallback_count);
}

static bool read_connection(struct arena *a, const struct workspace *ws, const struct config *c,
	const struct value_entry *entry, struct connection *to, struct err *e)
{
	const struct value *from = &entry->value;
	*to = (struct connection){
		.name = entry->key.u.str,
		.provider = value_get_str(*from, "provider", STR_NONE),
		.model = value_get_str(*from, "model", STR("")),
		.secret = value_get_str(*from, "secret", STR("")),
		.script = value_get_str(*from, "script", STR("")),
		.allow_http = value_get_bool(*from, "allow_http", false),
		.vendor = value_get_str(*from, "vendor", STR("")),
		.options = *from,
		.folder = str_from(ws->root),
	};
	read_limits(a, *from, to);
	const struct value *secret = value_get_cstr(*from, "secret");
	const struct value *headers = value_get_cstr(*from, "headers");
	if (headers != NULL)
		to->headers = *headers;
	if (to->script.len > 0)
		to->script = str_from(path_join(a, ws->root, str_cstr(a, to->script)));
	if (!config_check_name(to->name, e))
		return fail_at(c, &entry->key, e);
	if (secret != NULL && !config_check_secret(to->secret, e))
		return fail_at(c, secret, e);
	/* It has one service and no models; requests are recorded under this name. */
	if (str_is(to->provider, "content_safety") && to->model.len == 0)
		to->model = STR("content-safety");
	if (str_is(to->provider, "scripted") && to->script.len == 0)
		return missing(c, to, from, "script", "script: tests/answers.json", e);
	return check_url(c, to, from, e) && check_headers(c, headers, e) &&
	       config_check_provider(to, c->file, e);
}

static bool read_connections(struct arena *a, const struct workspace *ws, struct value file,
	struct config *c, struct err *e)
{
	const struct value *map = value_get_cstr(file, "connections");
	if (map == NULL)
		return true;
	size_t count = map->u.dict->len;
	c->connections = ARENA_ARRAY(a, struct connection, count > 0 ? count : 1);
	for (size_t i = 0; i < count; i++) {
		if (!read_connection(a, ws, c, &map->u.dict->entries[i], &c->connections[i], e))
			return false;
		c->connection_count++;
	}
	return true;
}

static void read_ceilings(struct value file, struct config *out)
{
	const struct value *budget = value_get_cstr(file, "budget");
	const struct value *cache = value_get_cstr(file, "cache");
	if (budget != NULL) {
		out->budget_run_nano = shape_dollars(value_get_cstr(*budget, "run"));
		out->budget_day_nano = shape_dollars(value_get_cstr(*budget, "day"));
	}
	if (cache != NULL) {
		out->cache = value_get_str(*cache, "mode", STR(""));
		out->cache_days = value_get_int(*cache, "days", 0);
		out->cache_megabytes = value_get_int(*cache, "megabytes", 0);
	}
}

bool config_read_text(struct arena *a, const struct workspace *ws, struct str text,
	struct config *out, struct err *e)
{
	struct value file;
	*out = (struct config){.detect = true,
		.default_model = STR(""),
		.name = STR(""),
		.cache = STR(""),
		.file = "lathe.yaml"};
	if (!yaml_read(a, text, out->file, 0, &file, e) ||
		!shape_check(file, config_keys, out->file, e))
		return false;
	const struct value *defaults = value_get_cstr(file, "default");
	if (defaults != NULL) {
		const struct value *parameters = value_get_cstr(*defaults, "parameters");
		const struct value *model = value_get_cstr(*defaults, "model");
		out->default_model = value_get_str(*defaults, "model", STR(""));
		if (model != NULL) {
			out->default_line = model->line;
			out->default_column = model->column;
		}
		out->parameters = parameters != NULL ? *parameters : value_none();
		out->fallback =
			words_of(a, value_get_cstr(*defaults, "fallback"), &out->fallback_count);
	}
	read_ceilings(file, out);
	out->name = value_get_str(file, "name", STR(""));
	out->detect = value_get_bool(file, "detect", true);
	return read_connections(a, ws, file, out, e);
}

bool config_read(struct arena *a, const struct workspace *ws, struct config *out, struct err *e)
{
	const char *path = path_join(a, ws->root, "lathe.yaml");
	struct str text;
	*out = (struct config){
		.detect = true, .default_model = STR(""), .name = STR(""), .cache = STR("")};
	return !file_exists(path) || (file_read(a, path, CONFIG_LARGEST, &text, e) &&
					     config_read_text(a, ws, text, out, e));
}

const struct connection *config_connection(const struct config *c, struct str name)
{
	for (size_t i = 0; i < c->connection_count; i++)
		if (str_eq(c->connections[i].name, name))
			return &c->connections[i];
	return NULL;
}
