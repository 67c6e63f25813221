/* SPDX-License-Identifier: MIT */
#include "core/command/doctor.h"
#include "core/command/output.h"
#include "core/command/registry.h"
#include "core/engine/engine.h"
#include "core/loop/loop.h"

#include <string.h>

static const struct argument init_arguments[] = {
	{.name = "dir",
		.type = ARGUMENT_FILE,
		.value = "DIR",
		.help = "the folder, made when it is missing",
		.positional = true,
		.required = true},
	{.name = "welcome",
		.type = ARGUMENT_FLAG,
		.help = "a copy of the welcome workspace: documents, a golden set, prompts, a flow"},
	{.name = NULL},
};

static bool run_init(struct command_context *context, struct value arguments, struct err *e)
{
	const char *dir = value_get_str(arguments, "dir", STR_NONE).at;
	if (!workspace_make(dir, value_get_bool(arguments, "welcome", false), e))
		return false;
	output_aside(context->output, "%s is a workspace now. Open it: lathe %s", dir, dir);
	return true;
}

static const struct argument models_arguments[] = {
	{.name = "names", .type = ARGUMENT_FLAG, .help = "only the names, without looking further"},
	{.name = "json", .type = ARGUMENT_FLAG, .help = "one JSON object a line"},
	{.name = NULL},
};

struct looking {
	struct output *output;
	bool done;
	bool any;
};

static void on_found(void *ctx, const struct detected *what)
{
	struct looking *l = ctx;
	struct arena a = ARENA_INIT;
	if (what == NULL) {
		l->done = true;
	} else if (output_form(l->output) == OUTPUT_JSON) {
		struct value v = value_dict(&a);
		value_set(v, STR("found"), value_str(what->server));
		value_set(v, STR("base_url"), value_str(what->base_url));
		value_set(v, STR("models"), value_str(what->models));
		output_json(l->output, v);
	} else {
		if (!l->any)
			output_cstr(l->output,
				"\nFound on this machine (to use one, name it in lathe.yaml):\n");
		l->any = true;
		output_cstr(l->output, "  ");
		output_field(
			l->output, str_format(&a, "%.*s at %.*s: %.*s", STR_ARG(what->server),
					   STR_ARG(what->base_url),
					   STR_ARG(what->models.len > 0 ? what->models
									: STR("no model loaded"))));
		output_cstr(l->output, "\n");
	}
	output_flush(l->output);
	arena_release(&a);
}

static void show_model(struct output *o, const struct model_listing *m, bool names)
{
	struct arena a = ARENA_INIT;
	if (names) {
		output_field(o, m->name);
		output_cstr(o, "\n");
	} else if (output_form(o) == OUTPUT_JSON) {
		struct value v = value_dict(&a);
		value_set(v, STR("model"), value_str(m->name));
		value_set(v, STR("origin"), value_str(m->origin));
		value_set(v, STR("default"), value_bool(m->is_default));
		output_json(o, v);
	} else {
		output_cstr(o, m->is_default ? "* " : "  ");
		output_field(o, str_format(&a, "%-28.*s  ", STR_ARG(m->name)));
		output_dim(o, m->origin);
		output_cstr(o, "\n");
	}
	arena_release(&a);
}

static bool run_models(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct model_listing *list;
	size_t count;
	bool names = value_get_bool(arguments, "names", false);
	bool ok = engine_models(context->engine, &a, &list, &count, e);
	for (size_t i = 0; ok && i < count; i++)
		show_model(context->output, &list[i], names);
	output_flush(context->output);
	if (ok && !names) {
		struct looking l = {.output = context->output};
		engine_detect(context->engine, false, on_found, &l);
		loop_run_until(engine_loop(context->engine), &l.done);
	}
	arena_release(&a);
	return ok;
}

static const struct argument doctor_arguments[] = {
	{.name = "secrets",
		.type = ARGUMENT_FLAG,
		.help = "look for pieces of your keys in all that lathe keeps, instead"},
	{.name = "folder",
		.type = ARGUMENT_FILE,
		.value = "DIR",
		.help = "with --secrets: look through the files of DIR"},
	{.name = "json", .type = ARGUMENT_FLAG, .help = "one JSON object a line"},
	{.name = NULL},
};

const struct command workspace_commands[] = {
	{.id = "workspace.init",
		.verb = "init",
		.title = "Make a workspace",
		.help = "Makes a workspace in a folder: settings and a first prompt.",
		.keys = "",
		.where = IN_CLI,
		.arguments = init_arguments,
		.run = run_init},
	{.id = "model.list",
		.verb = "models",
		.title = "List the models",
		.help = "Lists the models that can be asked for, and what runs on this machine.",
		.keys = "",
		.where = IN_CLI,
		.arguments = models_arguments,
		.needs_engine = true,
		.run = run_models},
	{.id = "doctor",
		.verb = "doctor",
		.title = "Check the surroundings",
		.help = "Shows versions, terminal, locale, workspace and connections; sends nothing.",
		.keys = "",
		.where = IN_CLI,
		.arguments = doctor_arguments,
		.needs_engine = false,
		.run = doctor_run},
	{.id = NULL},
};
