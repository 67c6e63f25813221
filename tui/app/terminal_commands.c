/* SPDX-License-Identifier: MIT */
#include "core/base/file.h"
#include "core/text/words.h"
#include "tui/app/app_commands.h"

static const char *no_editor(const struct command_context *context)
{
	const char *path = editor_path(&app_of(context)->editor);
	return path[0] != '\0' ? NULL : N_("No file is open.");
}

APP_COMMAND(external_editor)
{
	app_of(context)->wants_editor = true;
	return true;
}

static const char *no_copy(const struct command_context *context)
{
	return app_of(context)->clipboard.len > 0 ? NULL : N_("Nothing was copied yet.");
}

APP_COMMAND(copy_to_file)
{
	struct app *app = app_of(context);
	struct arena a = ARENA_INIT;
	const char *folder = path_state(&a), *path = path_join(&a, folder, "copied.txt");
	bool good = file_make_folder(folder, 0700, e) &&
		    file_write(path, buf_str(&app->clipboard), 0600, e);
	if (good)
		app_toast(app, ROLE_GOOD, N_("Written to %s."), path);
	arena_release(&a);
	return good;
}

/* clang-format off */
const struct command terminal_commands[] = {
	APP_ROW("file.external-editor", "Open in $EDITOR",
		"Gives the terminal to your own editor with the open file.", "C-e", IN_TUI,
		no_editor, external_editor),
	APP_ROW("copy.to-file", "Write what was copied to a file",
		"Writes what was copied last to copied.txt in lathe's state folder.", "", IN_TUI,
		no_copy, copy_to_file),
	{.id = NULL},
};
/* clang-format on */
