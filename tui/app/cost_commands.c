/* SPDX-License-Identifier: MIT */
#include "tui/app/app_commands.h"

#include "tui/layer/costs.h"

APP_COMMAND(show_costs)
{
	struct app *app = app_of(context);
	const struct record *record = app_record(app);
	app_push(app, &costs_layer,
		costs_new(app->engine, app->words, app_now(app), record != NULL ? record->run : 0));
	return true;
}

/* clang-format off */
const struct command cost_tui_commands[] = {
	APP_ROW("cost.show", "Show what was spent",
		"Shows what requests cost, by model, day, file, connection or run, and today's ceilings.",
		"$, M-$", IN_TUI, NULL, show_costs),
	{.id = NULL},
};
/* clang-format on */
