/* SPDX-License-Identifier: MIT */
#include "tui/app/app_commands.h"

#include "core/text/words.h"
#include "tui/app/app_find.h"

static const char *no_text(const struct command_context *context)
{
	struct app *app = app_of(context);
	return editor_edit(&app->editor) != NULL ? NULL : N_("No file is open for editing.");
}

static const char *no_pattern(const struct command_context *context)
{
	if (!app_find_has_pattern(app_of(context)))
		return N_("Nothing was searched yet: Ctrl+F searches.");
	return no_text(context);
}

APP_COMMAND(find)
{
	app_find_open(app_of(context), false);
	return true;
}

APP_COMMAND(replace)
{
	app_find_open(app_of(context), true);
	return true;
}

APP_COMMAND(next)
{
	app_find_step(app_of(context), true);
	return true;
}

APP_COMMAND(previous)
{
	app_find_step(app_of(context), false);
	return true;
}

APP_COMMAND(replace_one)
{
	app_find_replace(app_of(context), false);
	return true;
}

APP_COMMAND(replace_all)
{
	app_find_replace(app_of(context), true);
	return true;
}

/* clang-format off */
const struct command find_commands[] = {
	APP_ROW("find", "Find", "Searches the open file as one types; Alt+x makes it an expression.",
		"C-f", IN_EDITOR, no_text, find),
	APP_ROW("find.replace-bar", "Replace", "Searches, and replaces one match or all of them.",
		"C-r, M-r", IN_EDITOR, no_text, replace),
	APP_ROW("find.next", "Next match", "Goes to the next match of what was searched last.",
		"F3", IN_EDITOR, no_pattern, next),
	APP_ROW("find.previous", "Previous match", "Goes to the match before.", "S-F3, M-F3",
		IN_EDITOR, no_pattern, previous),
	APP_ROW("find.replace", "Replace this match", "Replaces the match and goes to the next.", "",
		IN_EDITOR | IN_HIDDEN, no_pattern, replace_one),
	APP_ROW("find.replace-all", "Replace all", "Replaces all matches, as one step of undo.", "",
		IN_EDITOR | IN_HIDDEN, no_pattern, replace_all),
	{.id = NULL},
};
/* clang-format on */
