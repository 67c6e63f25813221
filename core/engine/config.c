/* SPDX-License-Identifier: MIT */
#include "core/engine/config.h"

#include "core/base/file.h"
#include "core/data/yaml.h"

#include <string.h>

enum { LARGEST_CONFIG = 1 << 20 };

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
	{.name = NULL},
};

static const struct shape_key connection_keys[] = {
	{.name = "provider",
		.kind = SHAPE_TEXT,
		.required = true,
		.choices = "openai scripted",
		.help = "The wire format: openai is any OpenAI-compatible chat completions server; "
			"scripted plays a file, for tests.",
		.example = "provider: openai"},
	{.name = "base_url",
		.kind = SHAPE_TEXT,
		.help = "Where the server is, up to the part before /chat/completions. Plain http is "
			"accepted for this machine only, unless allow_http is true.",
		.example = "base_url: https://api.openai.com/v1"},
	{.name = "model",
		.kind = SHAPE_TEXT,
		.help = "The model used when only the connection is named.",
		.example = "model: gpt-4o-mini"},
	{.name = "secret",
		.kind = SHAPE_TEXT,
		.help = "Where the key is found, never the key: env:NAME (an environment variable), "
			"cmd:PROGRAM ARG... (its first line of output) or file:PATH (mode 0600, yours).",
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
	{.name = "script",
		.kind = SHAPE_TEXT,
		.help = "provider scripted: the file that is played, relative to the workspace.",
		.example = "script: tests/answers.json"},
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

static bool check_secret(const struct config *c, const struct value *secret, struct err *e)
{
	struct str s = secret->u.str;
	if (str_starts(s, STR("env:")) || str_starts(s, STR("cmd:")) || str_starts(s, STR("file:")))
		return true;
	/* The value may be the key itself: it must not be repeated. */
	err_set(e, ERR_CONFIG,
		"'secret' must say where the key is found; it does not begin with env:, cmd: or file:.");
	err_hint(e, "Write secret: env:NAME, and keep the key out of the file.");
	return fail_at(c, secret, e);
}

static bool check_name(const struct config *c, const struct value *key, struct err *e)
{
	struct str s = key->u.str;
	bool good = s.len > 0 && !str_is(s, "local");
	for (size_t i = 0; i < s.len; i++)
		good = good &&
		       (strchr("_.-", s.at[i]) != NULL || (s.at[i] >= '0' && s.at[i] <= '9') ||
			       ((s.at[i] | 32) >= 'a' && (s.at[i] | 32) <= 'z'));
	if (good)
		return true;
	err_set(e, ERR_CONFIG, "'%.*s' cannot name a connection%s.", STR_ARG(s),
		str_is(s, "local") ? ": local is the embedded provider" : "");
	err_hint(e, "Use letters, digits, '_', '-' and '.'.");
	return fail_at(c, key, e);
}

static bool check_url(
	const struct config *c, struct connection *to, const struct value *from, struct err *e)
{
	const struct value *url = value_get_cstr(*from, "base_url");
	bool needs = str_is(to->provider, "openai");
	if (needs && url == NULL) {
		err_set(e, ERR_CONFIG, "The connection '%.*s' has no base_url.", STR_ARG(to->name));
		err_hint(e, "For example: base_url: https://api.openai.com/v1");
		return err_place(e, c->file, from->line, from->column);
	}
	if (url == NULL)
		return true;
	to->base_url = url->u.str;
	while (str_ends(to->base_url, STR("/")))
		to->base_url.len--;
	if (str_starts(to->base_url, STR("https://")) || str_starts(to->base_url, STR("http://")))
		return true;
	err_set(e, ERR_CONFIG, "'%.*s' is not a web address.", STR_ARG(url->u.str));
	err_hint(e, "It begins with https:// (or http:// on this machine).");
	return fail_at(c, url, e);
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
	};
	const struct value *secret = value_get_cstr(*from, "secret");
	const struct value *headers = value_get_cstr(*from, "headers");
	if (headers != NULL)
		to->headers = *headers;
	if (to->script.len > 0)
		to->script = str_from(path_join(a, ws->root, str_cstr(a, to->script)));
	return check_name(c, &entry->key, e) && (secret == NULL || check_secret(c, secret, e)) &&
	       check_url(c, to, from, e);
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

bool config_read(struct arena *a, const struct workspace *ws, struct config *out, struct err *e)
{
	*out = (struct config){.detect = true, .default_model = STR(""), .name = STR("")};
	const char *path = path_join(a, ws->root, "lathe.yaml");
	if (!file_exists(path))
		return true;
	struct str text;
	struct value file;
	out->file = "lathe.yaml";
	if (!file_read(a, path, LARGEST_CONFIG, &text, e) ||
		!yaml_read(a, text, out->file, 0, &file, e) ||
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
	}
	out->name = value_get_str(file, "name", STR(""));
	out->detect = value_get_bool(file, "detect", true);
	return read_connections(a, ws, file, out, e);
}

const struct connection *config_connection(const struct config *c, struct str name)
{
	for (size_t i = 0; i < c->connection_count; i++)
		if (str_eq(c->connections[i].name, name))
			return &c->connections[i];
	return NULL;
}
