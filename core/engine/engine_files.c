/* SPDX-License-Identifier: MIT */
#include "core/engine/engine_private.h"

#include "core/base/content_hash.h"
#include "core/base/file.h"
#include "core/data/template/template.h"
#include "core/engine/key_trust.h"
#include "core/engine/run.h"
#include "core/flow/flow_file.h"
#include "core/flow/render.h"
#include "core/net/secrets.h"

#include <stdlib.h>
#include <string.h>

static const char *flow_of_folder(struct arena *a, const char *folder)
{
	static const char *const names[] = {"flow.dag.yaml", "flow.dag.yml"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *path = path_join(a, folder, names[i]);
		if (file_exists(path))
			return path;
	}
	return NULL;
}

bool engine_find_file(
	struct engine *engine, const char *path, struct arena *a, const char **out, struct err *e)
{
	const char *real = path_real(a, path);
	if (real == NULL)
		real = path_real(a, path_join(a, engine->workspace.root, path));
	if (real == NULL) {
		err_set(e, ERR_IO, "There is no file '%s'.", path);
		return err_hint(
			e, "Looked in the current folder and in %s.", engine->workspace.root);
	}
	if (file_is_folder(real)) {
		const char *flow = flow_of_folder(a, real);
		if (flow == NULL) {
			err_set(e, ERR_CONFIG, "The folder %s has no flow.dag.yaml.", path);
			return err_hint(e, "Name a prompt file, or a flow's folder.");
		}
		real = flow;
	}
	*out = real;
	return true;
}

struct env_reader {
	struct engine *engine;
	struct err *e;
};

/* An approved variable's value; it is secret from here on, wherever it turns up. */
static const char *read_env(void *ctx, struct str name)
{
	struct env_reader *r = ctx;
	struct arena a = ARENA_INIT;
	const char *value = getenv(str_cstr(&a, name));
	arena_release(&a);
	if (value == NULL)
		return NULL;
	struct err ignored = ERR_INIT; /* too short to be a secret: an ordinary setting */
	if (!secrets_keep(r->engine->secrets, name, str_from(value), &ignored))
		return value;
	return value;
}

static bool has_model(void *ctx, struct str name)
{
	struct env_reader *r = ctx;
	struct arena a = ARENA_INIT;
	struct model_target target;
	struct err unknown = ERR_INIT;
	bool found = models_find(&r->engine->config, name, &a, &target, &unknown);
	arena_release(&a);
	return found;
}

void engine_place_file(
	struct engine *engine, const char *absolute, struct arena *a, struct engine_file *out)
{
	out->root = engine->workspace.root;
	out->path = path_relative(out->root, absolute);
	out->text = NULL;
	if (out->path == absolute) { /* not below the root: its own folder is what it may read */
		out->root = path_folder(a, absolute);
		out->path = path_name(absolute);
	}
}

bool engine_locate(struct engine *engine, const struct run_spec *spec, struct arena *a,
	struct engine_file *out, struct err *e)
{
	const char *absolute;
	if (!engine_find_file(engine, spec->path, a, &absolute, e))
		return false;
	engine_place_file(engine, absolute, a, out);
	out->text = spec->text;
	return true;
}

bool engine_read_prompt(struct engine *engine, const struct engine_file *from, bool with_env,
	struct arena *a, struct prompt *out, struct err *e)
{
	struct env_reader reader = {engine, e};
	struct prompt_file file = {.root = from->root,
		.path = from->path,
		.env = with_env ? read_env : NULL,
		.has_model = has_model,
		.env_ctx = &reader};
	if (from->text != NULL)
		return prompt_parse(a, &file, str_copy(a, *from->text), out, e);
	return prompt_read(a, &file, out, e);
}

bool engine_read_flow(
	const struct engine_file *from, struct arena *a, struct flow *out, struct err *e)
{
	if (from->text != NULL)
		return flow_parse(a, from->root, from->path, str_copy(a, *from->text), out, e);
	return flow_read(a, from->root, from->path, out, e);
}

struct str engine_content_hash(struct arena *a, struct str bytes)
{
	char hash[CONTENT_HASH];
	return str_copy(a, str_from(content_hash(bytes, hash)));
}

/* --trust was said: an approval that cannot be kept in the list still holds for this once. */
static bool approve_now(const struct approval *what)
{
	struct err not_kept = ERR_INIT;
	(void)!trust_approve(what, &not_kept);
	return true;
}

bool engine_open_approvals(struct engine *engine, const struct prompt *prompt, bool model_asked,
	struct arena *a, struct approval **out, size_t *count)
{
	struct str hash = engine_content_hash(a, prompt->source);
	*out = ARENA_ARRAY(a, struct approval, prompt->approval_count + 1);
	*count = 0;
	for (size_t i = 0; i < prompt->approval_count; i++) {
		struct approval what = {.file = str_from(prompt->path),
			.hash = hash,
			.variable = prompt->approvals[i].variable,
			.origin = prompt->approvals[i].origin};
		if (model_asked && what.origin.len > 0)
			continue;
		if (trust_is_approved(&what) || (engine->options.trust && approve_now(&what)))
			continue;
		(*out)[(*count)++] = what;
	}
	return *count == 0;
}

struct asked {
	struct engine *engine;
	struct arena *arena;
	struct approval *list;
	size_t len, cap;
};

static void add_key(void *ctx, const struct connection *connection)
{
	struct asked *to = ctx;
	struct approval what;
	if (key_trust_allows_connection(to->engine, to->arena, connection, &what))
		return;
	for (size_t i = 0; i < to->len; i++)
		if (str_eq(to->list[i].variable, what.variable) &&
			str_eq(to->list[i].origin, what.origin))
			return;
	to->list = arena_reserve(
		to->arena, to->list, to->len, &to->cap, to->len + 1, sizeof *to->list);
	to->list[to->len++] = what;
}

bool engine_approvals(struct engine *engine, const struct run_spec *spec, struct arena *a,
	struct approval **out, size_t *count, struct err *e)
{
	struct engine_file file;
	struct prompt prompt;
	struct asked asked = {.engine = engine, .arena = a};
	*count = 0;
	*out = NULL;
	if (!engine_locate(engine, spec, a, &file, e))
		return false;
	bool is_flow = workspace_run_kind(file.path) == FILE_FLOW;
	bool by_name = spec->model != NULL || engine->options.model != NULL;
	if (!is_flow) {
		if (!engine_read_prompt(engine, &file, false, a, &prompt, e))
			return false;
		if (!engine_open_approvals(engine, &prompt, by_name, a, &asked.list, &asked.len))
			asked.cap = asked.len + 1;
	}
	run_each_connection(engine, spec, add_key, &asked);
	*out = asked.list;
	*count = asked.len;
	return true;
}

static struct value preset_of(const struct inputs *in, const struct input *input, bool *has)
{
	const struct value *sample = value_get(in->sample, input->name);
	*has = true;
	if (sample != NULL)
		return *sample;
	if (input->sample.kind != VALUE_NONE)
		return input->sample;
	*has = input->has_preset;
	return input->preset;
}

static struct input_field *fields_of(struct arena *a, const struct inputs *in, size_t *count)
{
	struct input_field *fields = ARENA_ARRAY(a, struct input_field, in->len + 1);
	for (*count = 0; *count < in->len; (*count)++) {
		const struct input *input = &in->items[*count];
		struct input_field *f = &fields[*count];
		f->name = input->name;
		f->type = input->type_word.len > 0 ? input->type_word : STR("string");
		f->description = input->description;
		f->preset = preset_of(in, input, &f->has_preset);
		f->required = !f->has_preset || (f->preset.kind == VALUE_NONE && !in->null_presets);
	}
	return fields;
}

/* A prompt that declares nothing takes what its template names. */
static bool detected_fields(const struct prompt *prompt, struct arena *a, struct input_field **out,
	size_t *count, struct err *e)
{
	struct template_options options = template_options_flow();
	struct template *t = template_compile(prompt->template, prompt->path, &options, e);
	if (t == NULL) {
		struct render_source from = {
			.path = prompt->path, .lines_before = prompt->template_line};
		render_move_place(&from, e);
		return false;
	}
	size_t found;
	const struct str *names = template_variables(t, &found);
	*out = ARENA_ARRAY(a, struct input_field, found + 1);
	for (*count = 0; *count < found; (*count)++)
		(*out)[*count] = (struct input_field){
			.name = str_copy(a, names[*count]), .type = STR("any")};
	template_free(t);
	return true;
}

bool engine_inputs(struct engine *engine, const struct run_spec *spec, struct arena *a,
	struct input_field **out, size_t *count, struct err *e)
{
	struct engine_file file;
	struct prompt prompt;
	struct flow flow;
	*count = 0;
	*out = NULL;
	if (!engine_locate(engine, spec, a, &file, e))
		return false;
	if (workspace_run_kind(file.path) == FILE_FLOW) {
		if (!engine_read_flow(&file, a, &flow, e))
			return false;
		*out = fields_of(a, &flow.inputs, count);
		return true;
	}
	if (!engine_read_prompt(engine, &file, false, a, &prompt, e))
		return false;
	if (prompt.inputs.len == 0)
		return detected_fields(&prompt, a, out, count, e);
	*out = fields_of(a, &prompt.inputs, count);
	return true;
}
