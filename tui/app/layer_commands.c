/* SPDX-License-Identifier: MIT */
#include "tui/app/app_commands.h"

#include "tui/layer/help.h"

static struct help_row row_of(const struct app *app, struct arena *a, const struct command *row)
{
	return (struct help_row){.keys = keymap_labels(app_mode(app), row->id, a),
		.title = str_from(app_tr(app, row->title)),
		.help = str_from(app_tr(app, row->help)),
		.reason = str_from(app_command_reason(app, row)),
		.command = row->id};
}

APP_COMMAND(help)
{
	struct app *app = app_of(context);
	size_t count = 0, all = 0;
	struct help *h = help_new();
	struct app_command_place at = {0, 0};
	while (app_command_next(&at) != NULL)
		all++;
	struct help_row *rows = ARENA_ARRAY(&h->arena, struct help_row, all);
	at = (struct app_command_place){0, 0};
	for (const struct command *row; (row = app_command_next(&at)) != NULL;)
		if (!(row->where & IN_HIDDEN))
			rows[count++] = row_of(app, &h->arena, row);
	help_show(h, rows, count);
	app_push(app, &help_layer, h);
	return true;
}

/* clang-format off */
const struct command layer_commands[] = {
	APP_ROW("help", "Help", "Shows the commands and their keys.", "?, F1", IN_TUI, NULL, help),
	{.id = NULL},
};
/* clang-format on */
