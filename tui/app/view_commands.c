/* SPDX-License-Identifier: MIT */
#include "tui/app/app_commands.h"

#include "core/text/words.h"
#include "tui/app/app.h"

/* The next pane in the order of reading; one that the layout leaves out can be reached all the
 * same, and then stands alone. */
static bool step_focus(struct command_context *context, int by)
{
	struct app *app = app_of(context);
	app_focus(app, (enum pane_id)(((int)app->focus + by + PANE_COUNT) % PANE_COUNT));
	return true;
}

APP_COMMAND(focus_next)
{
	return step_focus(context, 1);
}

APP_COMMAND(focus_previous)
{
	return step_focus(context, -1);
}

#define FOCUS_COMMAND(name, pane)                                                                  \
	APP_COMMAND(name)                                                                          \
	{                                                                                          \
		app_focus(app_of(context), pane);                                                  \
		return true;                                                                       \
	}

FOCUS_COMMAND(focus_files, PANE_FILES)
FOCUS_COMMAND(focus_inputs, PANE_INPUTS)
FOCUS_COMMAND(focus_editor, PANE_EDITOR)
FOCUS_COMMAND(focus_output, PANE_OUTPUT)
FOCUS_COMMAND(focus_timeline, PANE_TIMELINE)
FOCUS_COMMAND(focus_runs, PANE_RUNS)

#define MOVE_COMMAND(name, where)                                                                  \
	APP_COMMAND(name)                                                                          \
	{                                                                                          \
		struct app *app = app_of(context);                                                 \
		app_pane_class(app->focus)->move(app_pane(app, app->focus), where);                \
		return true;                                                                       \
	}

MOVE_COMMAND(move_up, MOVE_UP)
MOVE_COMMAND(move_down, MOVE_DOWN)
MOVE_COMMAND(move_left, MOVE_LEFT)
MOVE_COMMAND(move_right, MOVE_RIGHT)
MOVE_COMMAND(move_page_up, MOVE_PAGE_UP)
MOVE_COMMAND(move_page_down, MOVE_PAGE_DOWN)
MOVE_COMMAND(move_home, MOVE_HOME)
MOVE_COMMAND(move_end, MOVE_END)

APP_COMMAND(zoom)
{
	struct app *app = app_of(context);
	app->zoomed = !app->zoomed;
	return true;
}

APP_COMMAND(toggle_mouse)
{
	struct app *app = app_of(context);
	app->mouse = !app->mouse;
	app_toast(app, ROLE_DIM,
		app->mouse ? "The mouse works the panes again."
			   : "The mouse selects text as the terminal does. F12 "
			     "takes it back.");
	return true;
}

APP_COMMAND(suspend)
{
	app_of(context)->wants_suspend = true;
	return true;
}

APP_COMMAND(quit_now)
{
	struct app *app = app_of(context);
	desk_keep_now(app);
	app->wants_quit = true;
	return true;
}

enum { FILES_NAMED = 5 };

/* Which ones they are, a line each; of many the first ones. */
static struct str name_edited(const struct editor *editor, struct str text, struct arena *a)
{
	size_t named = 0;
	for (size_t i = 0; i < editor->count && named <= FILES_NAMED; i++) {
		if (!editor_file_is_edited(editor->files[i]))
			continue;
		const char *name = ++named <= FILES_NAMED ? editor->files[i]->name : "…";
		text = str_format(a, "%.*s\n  %s", STR_ARG(text), name);
	}
	return text;
}

/* "A run is under way. answer.prompty has unsaved changes." */
static void ask_unsaved(struct app *app, size_t edited)
{
	static const struct ask_choice unsaved[] = {
		{'s', N_("save and quit"), "app.save-and-quit"},
		{'d', N_("discard and quit"), "app.discard-and-quit"},
	};
	struct arena a = ARENA_INIT;
	struct str text;
	const struct editor_file *one = NULL;
	for (size_t i = 0; i < app->editor.count; i++)
		if (editor_file_is_edited(app->editor.files[i]))
			one = app->editor.files[i];
	if (edited == 1)
		text = str_format(&a, app_tr(app, N_("%s has unsaved changes.")), one->name);
	else
		text = name_edited(&app->editor,
			str_format(&a, app_tr(app, N_("%zu files have unsaved changes.")), edited),
			&a);
	if (app_running(app) > 0)
		text = str_format(
			&a, "%s\n%.*s", app_tr(app, N_("A run is under way.")), STR_ARG(text));
	app_push(app, &ask_layer, ask_new(text, unsaved, 2, value_none(), app_now(app)));
	arena_release(&a);
}

APP_COMMAND(quit)
{
	struct app *app = app_of(context);
	size_t edited = editor_edited(&app->editor);
	if (app_running(app) == 0 && edited == 0)
		return quit_now(context, arguments, e);
	if (edited > 0)
		ask_unsaved(app, edited);
	else
		app_ask(app, N_("A run is under way. Stop it and quit?"), "app.quit-now",
			value_none());
	return true;
}

/* clang-format off */
const struct command view_commands[] = {
	APP_ROW("focus.next", "Next pane", "Moves the focus to the next pane.", "Tab, F6",
		IN_TUI, NULL, focus_next),
	APP_ROW("focus.previous", "Previous pane", "Moves the focus to the pane before.",
		"S-Tab, S-F6", IN_TUI, NULL, focus_previous),
	APP_ROW("focus.files", "Go to Files", "Moves the focus to the files.", "M-1",
		IN_TUI, NULL, focus_files),
	APP_ROW("focus.inputs", "Go to Inputs", "Moves the focus to the inputs.", "M-2",
		IN_TUI, NULL, focus_inputs),
	APP_ROW("focus.prompt", "Go to the prompt", "Moves the focus to the open file.", "M-3",
		IN_TUI, NULL, focus_editor),
	APP_ROW("focus.output", "Go to Output", "Moves the focus to the answer.", "M-4",
		IN_TUI, NULL, focus_output),
	APP_ROW("focus.timeline", "Go to Timeline", "Moves the focus to the steps of the run.", "M-5",
		IN_TUI, NULL, focus_timeline),
	APP_ROW("focus.runs", "Go to Runs", "Moves the focus to the runs of the open file.", "M-6",
		IN_TUI, NULL, focus_runs),
	APP_ROW("view.zoom", "Zoom the pane", "Gives the pane the whole screen, or takes it back.",
		"z, F8", IN_TUI, NULL, zoom),
	APP_ROW("move.up", "Up", "Moves or scrolls up by a row.", "Up, k", IN_PANE, NULL, move_up),
	APP_ROW("move.down", "Down", "Moves or scrolls down by a row.", "Down, j", IN_PANE, NULL,
		move_down),
	APP_ROW("move.left", "Close the folder", "Closes the folder, or goes to the one around it.",
		"Left, h", IN_PANE, NULL, move_left),
	APP_ROW("move.right", "Open the folder", "Opens the folder, or goes into it.", "Right, l",
		IN_PANE, NULL, move_right),
	APP_ROW("move.page-up", "Page up", "Scrolls up by a page.", "PgUp", IN_PANE, NULL,
		move_page_up),
	APP_ROW("move.page-down", "Page down", "Scrolls down by a page.", "PgDn, Space",
		IN_PANE, NULL, move_page_down),
	APP_ROW("move.home", "To the start", "Goes to the first row.", "Home, g g", IN_PANE, NULL,
		move_home),
	APP_ROW("move.end", "To the end", "Goes to the last row, and follows what comes.", "End, G",
		IN_PANE, NULL, move_end),
	APP_ROW("view.mouse", "Mouse on or off", "Gives the mouse to the terminal, or takes it back.",
		"F12", IN_TUI, NULL, toggle_mouse),
	APP_ROW("app.suspend", "Suspend", "Gives the terminal back to the shell; fg comes back.",
		"C-z", IN_TUI, NULL, suspend),
	APP_ROW("app.quit", "Quit", "Leaves; asks when something runs or is unsaved.", "q, C-q",
		IN_TUI, NULL, quit),
	{.id = "app.quit-now", .title = "Quit at once", .help = "Leaves without asking.",
		.keys = "", .where = IN_TUI | IN_HIDDEN, .risk = RISK_DESTRUCTIVE,
		.run = quit_now},
	{.id = NULL},
};
/* clang-format on */
