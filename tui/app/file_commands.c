/* SPDX-License-Identifier: MIT */
#include "core/text/words.h"
#include "tui/app/app_commands.h"

#include "tui/app/app.h"

static const char *no_open(const struct command_context *context)
{
	const struct app *app = app_of(context);
	if (app->focus != PANE_FILES)
		return N_("It opens the file that is chosen in Files.");
	return files_selected(&app->files) != NULL ? NULL : N_("There is no file here.");
}

APP_COMMAND(file_open)
{
	struct app *app = app_of(context);
	const struct files_row *row = files_selected(&app->files);
	if (row->file.kind == FILE_FOLDER)
		files_toggle(&app->files);
	else
		app_open_file(app, &row->file);
	return true;
}

APP_COMMAND(refresh)
{
	return app_refresh(app_of(context), e);
}

/* clang-format off */
const struct command file_commands[] = {
	APP_ROW("file.open", "Open", "Opens the chosen file, or opens and closes a folder.", "Enter",
		IN_FILES, no_open, file_open),
	APP_ROW("view.refresh", "Read again", "Reads the folder and the open file again.", "C-l",
		IN_TUI, NULL, refresh),
	{.id = NULL},
};
/* clang-format on */
