/* SPDX-License-Identifier: MIT */
#include "tui/app/tui.h"

#include "tui/app/script.h"
#include "tui/app/session.h"

int tui_run(struct engine *engine, const struct tui_options *options, struct err *e)
{
	if (options->script != NULL)
		return script_run(engine, options->file, options->script, options->folder, e);
	return session_run(engine, options->file, e);
}
