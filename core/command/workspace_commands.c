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
