/* SPDX-License-Identifier: MIT */
#include "core/flow/prompty_config.h"

#include "core/base/file.h"
#include "core/data/json.h"
#include "core/data/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct reading {
	struct arena *arena;
	const struct prompt_file *file;
	struct prompt *prompt;
	struct err *e;
	struct prompt_approval *approvals;
	size_t approval_len, approval_cap;
	struct prompt_note *notes;
	size_t note_len, note_cap;
	int depth;
};

static const char openai_origin[] = "https://api.openai.com";

static void note(struct reading *r, struct value at, struct str text)
{
	r->notes = arena_reserve(
		r->arena, r->notes, r->note_len, &r->note_cap, r->note_len + 1, sizeof *r->notes);
	r->notes[r->note_len++] = (struct prompt_note){text, at.line, at.column};
}

static bool fail_at(struct reading *r, struct value v)
{
	return err_place(r->e, r->prompt->path, v.line, v.column);
}

/* "${KIND:REST}" as a whole. */
static bool split_reference(struct str s, struct str *kind, struct str *rest)
{
	if (!str_starts(s, STR("${")) || s.at[s.len - 1] != '}')
		return false;
	s = str_slice(s, 2, s.len - 1);
	size_t mark = str_find(s, STR(":"), 0);
	if (mark == SIZE_MAX)
		return false;
	*kind = str_slice(s, 0, mark);
	*rest = str_slice(s, mark + 1, s.len);
	return true;
}

bool prompt_env_name(struct str s, struct str *name)
{
	struct str kind;
	return split_reference(s, &kind, name) && str_is(kind, "env");
}

static void add_approval(struct reading *r, struct str variable, struct str origin, struct value at)
{
	for (size_t i = 0; i < r->approval_len; i++)
		if (str_eq(r->approvals[i].variable, variable) &&
			str_eq(r->approvals[i].origin, origin))
			return;
	r->approvals = arena_reserve(r->arena, r->approvals, r->approval_len, &r->approval_cap,
		r->approval_len + 1, sizeof *r->approvals);
	r->approvals[r->approval_len++] =
		(struct prompt_approval){variable, origin, at.line, at.column};
}

static bool resolve_file(struct reading *r, struct value at, struct str path, struct value *out)
{
	const char *name = str_cstr(r->arena, path);
	if (r->prompt->folder[0] != '\0' && name[0] != '/')
		name = path_join(r->arena, r->prompt->folder, name);
	struct str text;
	if (!file_read_under(r->arena, r->file->root, name, PROMPT_MAX, &text, r->e))
		return fail_at(r, at);
	const char *extension = path_extension(name);
	if (strcasecmp(extension, ".json") == 0)
		return json_read(r->arena, text, name, out, r->e);
	if (strcasecmp(extension, ".yaml") == 0 || strcasecmp(extension, ".yml") == 0)
		return yaml_read(r->arena, text, name, 0, out, r->e);
	*out = value_str(text);
	out->line = at.line;
	out->column = at.column;
	return true;
}

static bool resolve_str(struct reading *r, struct value v, struct value *out)
{
	struct str kind, rest;
	*out = v;
	if (!split_reference(v.u.str, &kind, &rest))
		return true;
	if (str_is(kind, "file"))
		return resolve_file(r, v, rest, out);
	if (!str_is(kind, "env")) {
		note(r, v,
			str_format(r->arena,
				"\"%.*s\" is not a reference (env and file are) and "
				"is taken as text.",
				STR_ARG(v.u.str)));
		return true;
	}
	add_approval(r, rest, STR_NONE, v);
	const char *found = r->file->env != NULL ? r->file->env(r->file->env_ctx, rest) : NULL;
	if (found != NULL)
		out->u.str = str_copy(r->arena, str_from(found));
	return true;
}

/* V with the references in it resolved, at any depth. */
static bool resolve(struct reading *r, struct value v, struct value *out)
{
	*out = v;
	if (v.kind == VALUE_STR)
		return resolve_str(r, v, out);
	if (v.kind != VALUE_LIST && v.kind != VALUE_DICT)
		return true;
	if (++r->depth > 64)
		return err_set(r->e, ERR_LIMIT, "The front matter is nested deeper than 64.");
	bool ok = true;
	*out = v.kind == VALUE_LIST ? value_list(r->arena) : value_dict(r->arena);
	out->line = v.line;
	out->column = v.column;
	size_t len = v.kind == VALUE_LIST ? v.u.list->len : v.u.dict->len;
	for (size_t i = 0; i < len && ok; i++) {
		struct value item;
		ok = resolve(r,
			v.kind == VALUE_LIST ? v.u.list->items[i] : v.u.dict->entries[i].value,
			&item);
		if (!ok)
			break;
		if (v.kind == VALUE_LIST) {
			value_push(*out, item);
			continue;
		}
		/* The key keeps its place. */
		value_set(*out, v.u.dict->entries[i].key.u.str, item);
		out->u.dict->entries[i].key = v.u.dict->entries[i].key;
	}
	r->depth--;
	return ok;
}

/* The string under KEY of a map, "" when absent or null; other kinds are an error. */
static bool get_text(struct reading *r, struct value map, const char *key, struct str *out)
{
	const struct value *v = value_get_cstr(map, key);
	*out = STR_NONE;
	if (v == NULL || v->kind == VALUE_NONE)
		return true;
	if (v->kind == VALUE_INT || v->kind == VALUE_FLOAT) {
		*out = json_text(r->arena, *v, JSON_COMPACT);
		return true;
	}
	if (v->kind != VALUE_STR) {
		err_set(r->e, ERR_CONFIG, "\"%s\" must be a string, but it is %s.", key,
			value_kind_words(v->kind));
		return fail_at(r, *v);
	}
	*out = v->u.str;
	return true;
}

static bool get_map(struct reading *r, struct value map, const char *key, struct value *out)
{
	const struct value *v = value_get_cstr(map, key);
	*out = value_none();
	if (v == NULL || v->kind == VALUE_NONE)
		return true;
	if (v->kind != VALUE_DICT) {
		err_set(r->e, ERR_CONFIG, "\"%s\" must be a map, but it is %s.", key,
			value_kind_words(v->kind));
		return fail_at(r, *v);
	}
	*out = *v;
	return true;
}

/* scheme://host:port of a URL; the whole when it is something else (an env reference). */
static struct str origin_of(struct str url)
{
	size_t mark = str_find(url, STR("://"), 0);
	if (mark == SIZE_MAX)
		return url;
	size_t end = mark + 3;
	while (end < url.len && url.at[end] != '/' && url.at[end] != '?' && url.at[end] != '#')
		end++;
	return str_slice(url, 0, end);
}

static bool read_key(struct reading *r, struct value map, struct prompt_endpoint *to)
{
	struct str name;
	if (!get_text(r, map, "api_key", &to->api_key))
		return false;
	if (to->api_key.len == 0 || prompt_env_name(to->api_key, &name))
		return true;
	err_set(r->e, ERR_CONFIG, "A key must not be written into a prompt file.");
	err_hint(r->e, "Put it into an environment variable and write ${env:NAME} here.");
	return fail_at(r, *value_get_cstr(map, "api_key"));
}

/* The origin a variable of the configuration may be sent to. */
static struct str endpoint_origin(const struct prompt_endpoint *to)
{
	if (to->base_url.len > 0)
		return origin_of(to->base_url);
	return str_is(to->type, "azure_openai") ? STR_NONE : str_from(openai_origin);
}

/* "type: openai" and a model, with no word on where it is or with which key. */
static void imply_openai(struct reading *r, struct value map, struct prompt_endpoint *to)
{
	const struct prompt_file *file = r->file;
	const struct value *model = value_get_cstr(map, "model");
	if (!str_is(to->type, "openai") || to->model.len == 0 || to->connection.len > 0 ||
		to->base_url.len > 0 || to->api_key.len > 0 || file->has_model == NULL ||
		file->has_model(file->env_ctx, to->model))
		return;
	struct value at = model != NULL ? *model : map;
	to->api_key = STR("${env:OPENAI_API_KEY}");
	if (getenv("OPENAI_BASE_URL") != NULL)
		to->base_url = STR("${env:OPENAI_BASE_URL}");
	if (to->organization.len == 0 && getenv("OPENAI_ORG_ID") != NULL)
		to->organization = STR("${env:OPENAI_ORG_ID}");
	add_approval(r, STR("OPENAI_API_KEY"), endpoint_origin(to), at);
}

/* "type: azure_openai" without an endpoint or a key of its own: where Prompt flow looks for them.
 */
static void imply_azure(struct reading *r, struct value map, struct prompt_endpoint *to)
{
	const struct prompt_file *file = r->file;
	bool known = to->model.len > 0 && file->has_model != NULL &&
		     file->has_model(file->env_ctx, to->model);
	if (!str_is(to->type, "azure_openai") || to->connection.len > 0 || to->model.len == 0 ||
		file->has_model == NULL || (known && to->base_url.len == 0))
		return;
	if (to->base_url.len == 0)
		to->base_url = STR("${env:AZURE_OPENAI_ENDPOINT}");
	if (to->api_key.len > 0)
		return;
	to->api_key = STR("${env:AZURE_OPENAI_API_KEY}");
	add_approval(r, STR("AZURE_OPENAI_API_KEY"), origin_of(to->base_url), map);
}

static void collect_approvals(struct reading *r, struct value map)
{
	const struct prompt_endpoint *to = &r->prompt->endpoint;
	struct str origin = endpoint_origin(to);
	bool has_variable = false;
	for (size_t i = 0; i < map.u.dict->len; i++) {
		struct value v = map.u.dict->entries[i].value;
		struct str name;
		if (v.kind != VALUE_STR || !prompt_env_name(v.u.str, &name))
			continue;
		add_approval(r, name, origin, v);
		has_variable = true;
	}
	if (!has_variable && to->base_url.len > 0)
		add_approval(r, STR_NONE, origin, map);
}

/* The types have two spellings each; an address of Azure's says it, too. */
static void settle_type(struct prompt_endpoint *to, struct str azure)
{
	if (str_is(to->type, "azure_open_ai") || (to->type.len == 0 && azure.len > 0))
		to->type = STR("azure_openai");
	else if (str_is(to->type, "open_ai"))
		to->type = STR("openai");
}

static bool read_endpoint(struct reading *r, struct value map)
{
	struct prompt_endpoint *to = &r->prompt->endpoint;
	if (map.kind == VALUE_NONE)
		return true;
	struct str deployment, azure, api_base;
	if (!get_text(r, map, "connection", &to->connection) ||
		!get_text(r, map, "type", &to->type) || !get_text(r, map, "model", &to->model) ||
		!get_text(r, map, "azure_deployment", &deployment) ||
		!get_text(r, map, "base_url", &to->base_url) ||
		!get_text(r, map, "azure_endpoint", &azure) ||
		!get_text(r, map, "api_base", &api_base) ||
		!get_text(r, map, "api_version", &to->api_version) ||
		!get_text(r, map, "organization", &to->organization) || !read_key(r, map, to))
		return false;
	settle_type(to, azure);
	if (to->model.len == 0)
		to->model = deployment;
	if (to->base_url.len == 0)
		to->base_url = azure.len > 0 ? azure : api_base;
	imply_openai(r, map, to);
	imply_azure(r, map, to);
	to->is_named = to->base_url.len > 0 || to->api_key.len > 0;
	if (to->connection.len > 0 && to->is_named) {
		err_set(r->e, ERR_CONFIG,
			"\"connection\" and an address or key of its own cannot "
			"both be given.");
		err_hint(r->e, "Keep one of the two.");
		return fail_at(r, map);
	}
	collect_approvals(r, map);
	return true;
}

static bool read_model(struct reading *r, struct value model)
{
	struct str api, response;
	struct value parameters;
	if (!get_text(r, model, "api", &api) || !get_text(r, model, "response", &response) ||
		!get_map(r, model, "parameters", &parameters))
		return false;
	r->prompt->api = str_is(api, "completion") ? API_COMPLETION : API_CHAT;
	if (api.len > 0 && !str_is(api, "completion") && !str_is(api, "chat")) {
		err_set(r->e, ERR_CONFIG, "model.api is \"%.*s\"; it can be chat or completion.",
			STR_ARG(api));
		return fail_at(r, *value_get_cstr(model, "api"));
	}
	r->prompt->response_all = str_is(response, "all");
	if (response.len > 0 && !str_is(response, "all") && !str_is(response, "first")) {
		err_set(r->e, ERR_CONFIG, "model.response is \"%.*s\"; it can be first or all.",
			STR_ARG(response));
		return fail_at(r, *value_get_cstr(model, "response"));
	}
	if (parameters.kind == VALUE_DICT)
		r->prompt->parameters = parameters;
	return true;
}

static bool read_inputs(struct reading *r, struct value config)
{
	struct prompt *p = r->prompt;
	const struct value *inputs = value_get_cstr(config, "inputs");
	const struct value *sample = value_get_cstr(config, "sample");
	if (!inputs_read(
		    r->arena, inputs != NULL ? *inputs : value_none(), p->path, &p->inputs, r->e))
		return false;
	p->inputs.null_presets = true;
	if (sample != NULL && sample->kind != VALUE_NONE) {
		if (sample->kind != VALUE_DICT) {
			err_set(r->e, ERR_CONFIG, "\"sample\" must be a map, but it is %s.",
				value_kind_words(sample->kind));
			err_hint(r->e, "Write the inputs as a map, or ${file:sample.json}.");
			return fail_at(r, *sample);
		}
		p->inputs.sample = *sample;
	}
	if (p->inputs.len == 0 && p->inputs.sample.kind == VALUE_DICT)
		inputs_from_sample(r->arena, p->inputs.sample, &p->inputs);
	p->inputs.is_open = p->inputs.len == 0;
	return true;
}

static void note_unknown(
	struct reading *r, struct value map, const char *const *known, const char *where)
{
	for (size_t i = 0; map.kind == VALUE_DICT && i < map.u.dict->len; i++) {
		struct value key = map.u.dict->entries[i].key;
		bool found = false;
		for (size_t k = 0; known[k] != NULL && !found; k++)
			found = str_is(key.u.str, known[k]);
		if (!found)
			note(r, key,
				str_format(r->arena, "The key \"%s%.*s\" is not used.", where,
					STR_ARG(key.u.str)));
	}
}

static void note_all_unknown(struct reading *r, struct value config)
{
	static const char *const top[] = {"name", "description", "tags", "environment", "model",
		"inputs", "outputs", "sample", "template", "authors", "version", "$schema",
		"display_name", "id", "metadata", NULL};
	static const char *const model[] = {"api", "configuration", "parameters", "response", NULL};
	static const char *const configuration[] = {"connection", "type", "model", "base_url",
		"azure_deployment", "azure_endpoint", "api_base", "api_version", "organization",
		"api_key", NULL};
	note_unknown(r, config, top, "");
	const struct value *m = value_get_cstr(config, "model");
	if (m == NULL)
		return;
	note_unknown(r, *m, model, "model.");
	const struct value *c = value_get_cstr(*m, "configuration");
	if (c != NULL)
		note_unknown(r, *c, configuration, "model.configuration.");
}

/* Everything but model.configuration resolved: that one holds secrets and keeps its references. */
static bool resolve_config(struct reading *r, struct value config, struct value *out)
{
	struct value configuration = value_none();
	struct value without = value_dict(r->arena);
	for (size_t i = 0; i < config.u.dict->len; i++) {
		const struct value_entry *entry = &config.u.dict->entries[i];
		struct value v = entry->value;
		if (str_is(entry->key.u.str, "model") && v.kind == VALUE_DICT &&
			value_get_cstr(v, "configuration") != NULL) {
			struct value model = value_copy(r->arena, v);
			configuration = *value_get_cstr(v, "configuration");
			value_set(model, STR("configuration"), value_none());
			v = model;
		}
		value_set(without, entry->key.u.str, v);
		without.u.dict->entries[i].key = entry->key;
	}
	if (!resolve(r, without, out))
		return false;
	struct str kind, path;
	if (configuration.kind == VALUE_STR && split_reference(configuration.u.str, &kind, &path) &&
		str_is(kind, "file") && !resolve_file(r, configuration, path, &configuration))
		return false;
	const struct value *model = value_get_cstr(*out, "model");
	if (model != NULL && model->kind == VALUE_DICT && configuration.kind != VALUE_NONE)
		value_set(*model, STR("configuration"), configuration);
	return true;
}

bool prompty_config(struct arena *a, const struct prompt_file *file, struct value config,
	struct prompt *out, struct err *e)
{
	struct reading r = {.arena = a, .file = file, .prompt = out, .e = e};
	struct value model, configuration = value_none();
	struct str name;
	if (config.kind == VALUE_NONE)
		config = value_dict(a);
	if (config.kind != VALUE_DICT) {
		err_set(e, ERR_CONFIG, "The front matter must be a map, but it is %s.",
			value_kind_words(config.kind));
		return fail_at(&r, config);
	}
	note_all_unknown(&r, config);
	if (!resolve_config(&r, config, &out->config) ||
		!get_text(&r, out->config, "name", &name) ||
		!get_text(&r, out->config, "description", &out->description) ||
		!get_map(&r, out->config, "model", &model) ||
		!get_map(&r, out->config, "outputs", &out->outputs) ||
		!read_inputs(&r, out->config))
		return false;
	out->name = name.len > 0 ? name : out->name;
	if (model.kind == VALUE_DICT &&
		(!get_map(&r, model, "configuration", &configuration) || !read_model(&r, model) ||
			!read_endpoint(&r, configuration)))
		return false;
	out->approvals = r.approvals;
	out->approval_count = r.approval_len;
	out->notes = r.notes;
	out->note_count = r.note_len;
	return true;
}
