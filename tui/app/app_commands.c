/* SPDX-License-Identifier: MIT */
#include "tui/app/app_commands.h"

#include "core/text/words.h"

const struct command *const app_commands[] = {
	bench_commands,
	file_commands,
	history_commands,
	view_commands,
	edit_commands,
	find_commands,
	terminal_commands,
	theme_commands,
	palette_commands,
	model_commands,
	connect_commands,
	workspace_tui_commands,
	welcome_commands,
	approve_commands,
	pane_commands,
	copy_commands,
	cost_tui_commands,
	rows_tui_commands,
	NULL,
};

const struct command *app_command_next(struct app_command_place *at)
{
	for (; app_commands[at->table] != NULL; at->table++, at->row = 0) {
		const struct command *row = &app_commands[at->table][at->row];
		if (row->id != NULL) {
			at->row++;
			return row;
		}
	}
	return NULL;
}

const struct command *app_command_find(struct str id)
{
	struct app_command_place at = {0, 0};
	const struct command *row;
	while ((row = app_command_next(&at)) != NULL)
		if (str_is(id, row->id))
			return row;
	return NULL;
}

const char *app_command_reason(const struct app *app, const struct command *row)
{
	/* The reasons only look at the app. */
	struct command_context context = {
		.engine = app->engine, .app = (struct app *)(uintptr_t)app};
	const char *reason = row->disabled != NULL ? row->disabled(&context) : NULL;
	return reason != NULL ? app_tr(app, reason) : NULL;
}

bool app_command(struct app *app, struct str id, struct value arguments)
{
	const struct command *row = app_command_find(id);
	struct command_context context = {.engine = app->engine, .app = app};
	struct err e = ERR_INIT;
	if (row == NULL)
		return false;
	app->dirty = true;
	const char *reason = app_command_reason(app, row);
	if (reason != NULL) {
		app_toast(app, ROLE_WARN, "%s", reason);
	} else if (!row->run(&context, arguments, &e)) {
		char text[sizeof e.where + sizeof e.text + sizeof e.hint + 8];
		app_toast(app, ROLE_BAD, "%s", err_format(&e, text, sizeof text));
	}
	return true;
}
