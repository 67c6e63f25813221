/* SPDX-License-Identifier: MIT */
/* The program with the workbench; core/cli/main.c is the one without. */
#include "core/cli/cli.h"
#include "tui/app/app_commands.h"
#include "tui/app/tui.h"

static int workbench(struct engine *engine, const struct workbench_options *options, struct err *e)
{
	struct tui_options mine = {.file = options->file,
		.script = options->script,
		.folder = options->folder,
		.lang = options->lang};
	return tui_run(engine, &mine, e);
}

int main(int argc, char **argv)
{
	static const struct cli_face face = {
		.workbench = workbench, .commands = app_commands, .examine = tui_examine};
	return cli_main(argc, argv, &face);
}
