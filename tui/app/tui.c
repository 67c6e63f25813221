/* SPDX-License-Identifier: MIT */
#include "tui/app/tui.h"

#include "core/text/words.h"
#include "tui/app/script.h"
#include "tui/app/session.h"

int tui_run(struct engine *engine, const struct tui_options *options, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct app_options app = {.file = options->file};
	int status;
	if (!words_open(&a, options->lang, &app.words, e))
		status = err_exit_status(e->code);
	else if (options->script != NULL)
		status = script_run(engine, &app, options->script, options->folder, e);
	else
		status = session_run(engine, &app, e);
	arena_release(&a);
	return status;
}
