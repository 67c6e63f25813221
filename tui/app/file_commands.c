/* SPDX-License-Identifier: MIT */
#include "core/base/file.h"
#include "core/text/words.h"
#include "tui/app/app_commands.h"
#include "tui/layer/name.h"

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

static const char *no_file(const struct command_context *context)
{
	const struct editor_file *f = app_of(context)->editor.file;
	if (f == NULL)
		return N_("No file is open.");
	return f->error[0] == '\0' ? NULL : N_("This file cannot be edited.");
}

static const char *no_save(const struct command_context *context)
{
	const struct editor_file *f = app_of(context)->editor.file;
	const char *reason = no_file(context);
	if (reason != NULL)
		return reason;
	return editor_file_is_edited(f) || !f->disk.exists ? NULL : N_("Nothing has changed.");
}

static const char *no_difference(const struct command_context *context)
{
	const struct editor_file *f = app_of(context)->editor.file;
	const char *reason = no_file(context);
	if (reason != NULL)
		return reason;
	return editor_file_is_edited(f) ? NULL : N_("Nothing has changed since the last save.");
}

APP_COMMAND(save)
{
	struct app *app = app_of(context);
	desk_save(app, app->editor.file);
	return true;
}

APP_COMMAND(compare)
{
	struct app *app = app_of(context);
	return desk_compare(app, app->editor.file, e);
}

APP_COMMAND(revert)
{
	struct app *app = app_of(context);
	return desk_revert(app, app->editor.file, e);
}

static const char *no_conflict(const struct command_context *context)
{
	return app_of(context)->desk.conflict[0] != '\0'
		       ? NULL
		       : N_("No other program has changed this file.");
}

APP_COMMAND(keep_mine)
{
	desk_keep_mine(app_of(context));
	return true;
}

APP_COMMAND(take_theirs)
{
	desk_take_theirs(app_of(context));
	return true;
}

/* The folder of the open file, if it is one for prompts, with its slash. */
static struct str usual_folder(const struct app *app)
{
	const char *path = editor_path(&app->editor);
	struct str folder = {path, (size_t)(path_name(path) - path)};
	return editor_kind(&app->editor) == FILE_PROMPT ? folder : STR("");
}

APP_COMMAND(new_file)
{
	struct app *app = app_of(context);
	app_push(app, &name_layer,
		name_new(N_("New prompt"),
			N_("A file of this workspace; \".prompty\" when you name no kind."),
			usual_folder(app), "file.create"));
	return true;
}

static bool is_own_path(struct str path)
{
	struct str rest = path;
	while (rest.len > 0) {
		struct str part = str_cut(rest, '/', &rest);
		if (part.len == 0 || part.at[0] == '.')
			return false;
	}
	return path.len > 0 && path.at[path.len - 1] != '/';
}

static const char first_text[] = "---\n"
				 "inputs:\n"
				 "  question:\n"
				 "    type: string\n"
				 "    sample: What can you do?\n"
				 "---\n"
				 "system:\n"
				 "Answer briefly.\n"
				 "\n"
				 "user:\n"
				 "{{question}}\n";

APP_COMMAND(create)
{
	struct app *app = app_of(context);
	struct arena a = ARENA_INIT;
	const char *name = str_cstr(&a, value_get_str(arguments, "name", STR_NONE));
	const char *root = engine_workspace(app->engine)->root;
	bool named = path_extension(name)[0] != '\0';
	const char *path = named ? name : str_format(&a, "%s.prompty", name).at;
	bool good = is_own_path(str_from(path));
	if (!good) {
		err_set(e, ERR_USAGE, "'%s' is no name for a file of this workspace.", name);
		err_hint(e, "Give it letters, with folders before it if you like: prompts/x.");
	}
	good = good && file_make_folder(path_folder(&a, path_join(&a, root, path)), 0777, e);
	if (good)
		desk_create(app, path,
			str_ends(str_from(path), STR(".prompty")) ? str_from(first_text)
								  : STR_NONE);
	arena_release(&a);
	return good;
}

APP_COMMAND(save_all_and_quit)
{
	desk_save_all_and_quit(app_of(context));
	return true;
}

APP_COMMAND(discard_and_quit)
{
	desk_discard(app_of(context));
	app_of(context)->wants_quit = true;
	return true;
}

#define HIDDEN_ROW(id_, title_, help_, risk_, disabled_, run_)                                     \
	{                                                                                          \
		.id = (id_), .title = (title_), .help = (help_), .keys = "",                       \
		.where = IN_TUI | IN_HIDDEN, .risk = (risk_), .disabled = (disabled_),             \
		.run = (run_)                                                                      \
	}

/* clang-format off */
const struct command file_commands[] = {
	APP_ROW("file.open", "Open", "Opens the chosen file, or opens and closes a folder.", "Enter",
		IN_FILES, no_open, file_open),
	APP_ROW("file.save", "Save", "Saves the open file; a run or a save is a version of it.",
		"C-s, F2", IN_TUI, no_save, save),
	APP_ROW("file.diff", "What have I changed", "Shows what saving would change in the file.",
		"d", IN_PANE, no_difference, compare),
	APP_ROW("file.revert", "Back to the saved text",
		"Takes the text from the disk again; undo brings yours back.", "", IN_TUI,
		no_file, revert),
	APP_ROW("file.new", "New prompt", "Makes a new prompt file and opens it.", "", IN_TUI, NULL,
		new_file),
	APP_ROW("view.refresh", "Read again", "Reads the folder and the open file again.", "C-l",
		IN_TUI, NULL, refresh),
	HIDDEN_ROW("file.create", "Make a file", "Makes the file that was named.", RISK_UNDOABLE,
		NULL, create),
	HIDDEN_ROW("file.keep-mine", "Keep mine", "Saves over what another program wrote.",
		RISK_UNDOABLE, no_conflict, keep_mine),
	HIDDEN_ROW("file.take-theirs", "Take theirs", "Takes what another program wrote.",
		RISK_UNDOABLE, no_conflict, take_theirs),
	HIDDEN_ROW("app.save-and-quit", "Save all and quit", "Saves all files and leaves.",
		RISK_UNDOABLE, NULL, save_all_and_quit),
	HIDDEN_ROW("app.discard-and-quit", "Discard and quit", "Leaves without saving.",
		RISK_DESTRUCTIVE, NULL, discard_and_quit),
	{.id = NULL},
};
/* clang-format on */
