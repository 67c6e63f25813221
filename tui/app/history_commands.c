/* SPDX-License-Identifier: MIT */
#include "tui/app/app_commands.h"
#include "tui/app/past.h"

/* The run that a key is about: the selected one in Runs, else the one that is shown. */
static uint64_t run_in_focus(const struct app *app)
{
	const struct record *shown = past_shown(app);
	if (app->focus == PANE_RUNS)
		return runs_selected(&app->runs);
	return shown != NULL ? shown->run : 0;
}

static const char *no_inspect(const struct command_context *context)
{
	return run_in_focus(app_of(context)) != 0
		       ? NULL
		       : N_("There is no run to look into yet: F5 makes one.");
}

APP_COMMAND(run_inspect)
{
	return past_inspect(app_of(context), run_in_focus(app_of(context)), e);
}

static const char *no_inspect_shown(const struct command_context *context)
{
	const struct record *shown = past_shown(app_of(context));
	return shown != NULL && shown->run != 0
		       ? NULL
		       : N_("There is no run to look into yet: F5 makes one.");
}

APP_COMMAND(run_inspect_shown)
{
	return past_inspect(app_of(context), past_shown(app_of(context))->run, e);
}

static const char *no_open(const struct command_context *context)
{
	const struct app *app = app_of(context);
	if (app->focus != PANE_RUNS)
		return N_("It opens the run that is chosen in Runs.");
	return runs_selected(&app->runs) != 0 ? NULL : N_("There is no run here.");
}

APP_COMMAND(run_open)
{
	return past_enter(app_of(context), e);
}

static const char *no_latest(const struct command_context *context)
{
	return app_of(context)->past != NULL ? NULL : N_("The latest run is shown.");
}

APP_COMMAND(run_latest)
{
	past_close(app_of(context));
	return true;
}

APP_COMMAND(copy_text)
{
	app_copy(app_of(context), value_get_str(arguments, "text", STR("")));
	return true;
}

/* clang-format off */
const struct command history_commands[] = {
	APP_ROW("run.inspect", "Look into the run", "Shows the run's steps, messages, parameters and raw data.",
		"i", IN_OUTPUT | IN_TIMELINE | IN_RUNS, no_inspect, run_inspect),
	APP_ROW("run.open", "Show the run", "Shows the chosen run in Output and Timeline; once more looks into it.",
		"Enter", IN_RUNS, no_open, run_open),
	APP_ROW("run.inspect-shown", "Look into the shown run", "Shows the steps and the data of the run in Output and Timeline.",
		"Enter", IN_OUTPUT | IN_TIMELINE, no_inspect_shown, run_inspect_shown),
	APP_ROW("run.latest", "Back to the latest run", "Shows the latest run again in place of an earlier one.",
		"", IN_TUI, no_latest, run_latest),
	APP_ROW("text.copy", "Copy a text", "Copies a text that is given to it.",
		"", IN_TUI | IN_HIDDEN, NULL, copy_text),
	{.id = NULL},
};
/* clang-format on */
