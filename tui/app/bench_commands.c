/* SPDX-License-Identifier: MIT */
#include "tui/app/app_commands.h"

#include "tui/app/app_edit.h"
#include "tui/app/past.h"

static const char *no_run(const struct command_context *context)
{
	const struct app *app = app_of(context);
	const struct record *record = app_record(app);
	if (app->editor.file == NULL)
		return N_("No file is open: choose a prompt or a flow in Files and press Enter.");
	if (!app_can_run(app))
		return N_("Only prompts and flows run: choose one in Files and press Enter.");
	if (record != NULL && record->status == TRACE_RUNNING)
		return N_("This file is running: Esc stops it.");
	return NULL;
}

APP_COMMAND(run_start)
{
	app_run(app_of(context));
	return true;
}

static const char *no_preview(const struct command_context *context)
{
	return app_can_run(app_of(context)) ? NULL : no_run(context);
}

APP_COMMAND(run_preview)
{
	return app_preview(app_of(context), e);
}

static const char *no_stop(const struct command_context *context)
{
	const struct record *record = app_record(app_of(context));
	bool running = record != NULL && record->status == TRACE_RUNNING;
	return running ? NULL : N_("Nothing is running.");
}

APP_COMMAND(run_stop)
{
	struct app *app = app_of(context);
	engine_cancel_run(app->engine, app_record(app)->run);
	return true;
}

APP_COMMAND(interrupt)
{
	const struct edit *edit = app_edit(app_of(context));
	if (edit != NULL && edit_has_selection(edit))
		return app_command(app_of(context), STR("edit.copy"), arguments);
	if (no_stop(context) == NULL)
		return run_stop(context, arguments, e);
	app_toast(app_of(context), ROLE_DIM, "q or Ctrl+Q quits.");
	return true;
}

/* Esc in the order of what is nearest: the selection, what is said, what runs. */
APP_COMMAND(escape)
{
	struct app *app = app_of(context);
	struct edit *edit = app_edit(app);
	if (edit != NULL && edit_has_selection(edit)) {
		edit_go(edit, edit->caret, false);
		return true;
	}
	if (toasts_dismiss(&app->toasts))
		return true;
	if (app->focus == PANE_OUTPUT && output_find_end(&app->output))
		return true;
	if (app->past != NULL)
		past_close(app);
	else if (no_stop(context) == NULL)
		return run_stop(context, arguments, e);
	return true;
}

/* clang-format off */
const struct command bench_commands[] = {
	APP_ROW("run.start", "Run", "Runs the open prompt or flow with its inputs.", "F5, C-Enter",
		IN_TUI, no_run, run_start),
	APP_ROW("run.preview", "Preview the request",
		"Shows the rendered messages and the exact request, without sending it.", "F4",
		IN_TUI, no_preview, run_preview),
	APP_ROW("run.stop", "Stop the run", "Stops the run and keeps what has come.", "",
		IN_TUI, no_stop, run_stop),
	APP_ROW("app.escape", "Step back", "Drops the selection, the message or the run, in this order.",
		"Esc", IN_TUI, NULL, escape),
	APP_ROW("app.interrupt", "Interrupt", "Copies the selection, else stops the run, else says how to quit.",
		"C-c", IN_TUI, NULL, interrupt),
	{.id = NULL},
};
/* clang-format on */
