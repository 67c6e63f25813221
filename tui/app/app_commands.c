/* SPDX-License-Identifier: MIT */
#include "tui/app/app_commands.h"

#include "tui/app/app.h"

static struct app *app_of(const struct command_context *context)
{
	return context->app;
}

static const char *no_run(const struct command_context *context)
{
	const struct app *app = app_of(context);
	const struct record *record = app_record(app);
	if (app->source.path[0] == '\0')
		return "No file is open: choose a prompt or a flow in Files and press Enter.";
	if (!app_can_run(app))
		return "Only prompts and flows run: choose one in Files and press Enter.";
	if (record != NULL && record->status == TRACE_RUNNING)
		return "This file is running: Esc stops it.";
	return NULL;
}

static bool run_start(struct command_context *context, struct value arguments, struct err *e)
{
	(void)arguments;
	(void)e;
	app_run(app_of(context));
	return true;
}

static const char *no_stop(const struct command_context *context)
{
	const struct record *record = app_record(app_of(context));
	bool running = record != NULL && record->status == TRACE_RUNNING;
	return running ? NULL : "Nothing is running.";
}

static bool run_stop(struct command_context *context, struct value arguments, struct err *e)
{
	struct app *app = app_of(context);
	(void)arguments;
	(void)e;
	engine_cancel_run(app->engine, app_record(app)->run);
	return true;
}

static bool interrupt(struct command_context *context, struct value arguments, struct err *e)
{
	if (no_stop(context) == NULL)
		return run_stop(context, arguments, e);
	app_toast(app_of(context), ROLE_DIM, "q or Ctrl+Q quits.");
	return true;
}

static const char *no_open(const struct command_context *context)
{
	const struct app *app = app_of(context);
	if (app->focus != PANE_FILES)
		return "Enter opens the file that is chosen in Files.";
	return files_selected(&app->files) != NULL ? NULL : "There is no file here.";
}

static bool file_open(struct command_context *context, struct value arguments, struct err *e)
{
	struct app *app = app_of(context);
	(void)arguments;
	(void)e;
	const struct files_row *row = files_selected(&app->files);
	if (row->file.kind == FILE_FOLDER)
		files_toggle(&app->files);
	else
		app_open_file(app, &row->file);
	return true;
}

static bool refresh(struct command_context *context, struct value arguments, struct err *e)
{
	(void)arguments;
	return app_refresh(app_of(context), e);
}

/* The next pane in the order of reading; one that the layout leaves out can be reached all the
 * same, and then stands alone. */
static bool step_focus(struct command_context *context, int by)
{
	struct app *app = app_of(context);
	app_focus(app, (enum pane_id)(((int)app->focus + by + PANE_COUNT) % PANE_COUNT));
	return true;
}

static bool focus_next(struct command_context *context, struct value arguments, struct err *e)
{
	(void)arguments;
	(void)e;
	return step_focus(context, 1);
}

static bool focus_previous(struct command_context *context, struct value arguments, struct err *e)
{
	(void)arguments;
	(void)e;
	return step_focus(context, -1);
}

#define FOCUS_COMMAND(name, pane)                                                                  \
	static bool name(struct command_context *context, struct value arguments, struct err *e)   \
	{                                                                                          \
		(void)arguments;                                                                   \
		(void)e;                                                                           \
		app_focus(app_of(context), pane);                                                  \
		return true;                                                                       \
	}

FOCUS_COMMAND(focus_files, PANE_FILES)
FOCUS_COMMAND(focus_inputs, PANE_INPUTS)
FOCUS_COMMAND(focus_source, PANE_SOURCE)
FOCUS_COMMAND(focus_output, PANE_OUTPUT)
FOCUS_COMMAND(focus_timeline, PANE_TIMELINE)

#define MOVE_COMMAND(name, where)                                                                  \
	static bool name(struct command_context *context, struct value arguments, struct err *e)   \
	{                                                                                          \
		struct app *app = app_of(context);                                                 \
		(void)arguments;                                                                   \
		(void)e;                                                                           \
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

static bool zoom(struct command_context *context, struct value arguments, struct err *e)
{
	struct app *app = app_of(context);
	(void)arguments;
	(void)e;
	app->zoomed = !app->zoomed;
	return true;
}

static bool toggle_mouse(struct command_context *context, struct value arguments, struct err *e)
{
	struct app *app = app_of(context);
	(void)arguments;
	(void)e;
	app->mouse = !app->mouse;
	app_toast(app, ROLE_DIM,
		app->mouse ? "The mouse works the panes again."
			   : "The mouse selects text as the terminal does. F12 "
			     "takes it back.");
	return true;
}

static bool suspend(struct command_context *context, struct value arguments, struct err *e)
{
	(void)arguments;
	(void)e;
	app_of(context)->wants_suspend = true;
	return true;
}

static bool quit_now(struct command_context *context, struct value arguments, struct err *e)
{
	(void)arguments;
	(void)e;
	app_of(context)->wants_quit = true;
	return true;
}

static bool quit(struct command_context *context, struct value arguments, struct err *e)
{
	struct app *app = app_of(context);
	if (app_running(app) == 0)
		return quit_now(context, arguments, e);
	ask_open(&app->ask, "A run is under way. Stop it and quit?", "app.quit-now", app_now(app));
	return true;
}

static struct help_row row_of(struct app *app, const struct command *row)
{
	struct command_context context = {.engine = app->engine, .app = app};
	const char *reason = row->disabled != NULL ? row->disabled(&context) : NULL;
	return (struct help_row){.keys = keymap_labels(&app->keys, row->id, &app->help.arena),
		.title = str_from(row->title),
		.help = str_from(row->help),
		.reason = str_from(reason),
		.command = row->id};
}

static bool help(struct command_context *context, struct value arguments, struct err *e)
{
	struct app *app = app_of(context);
	size_t count = 0, all = 0;
	(void)arguments;
	(void)e;
	while (app_commands[all].id != NULL)
		all++;
	arena_reset(&app->help.arena);
	struct help_row *rows = ARENA_ARRAY(&app->help.arena, struct help_row, all);
	for (size_t i = 0; i < all; i++)
		if (!(app_commands[i].where & IN_HIDDEN))
			rows[count++] = row_of(app, &app_commands[i]);
	help_open(&app->help, rows, count);
	return true;
}

#define ROW(id_, title_, help_, keys_, disabled_, run_)                                            \
	{                                                                                          \
		.id = (id_), .title = (title_), .help = (help_), .keys = (keys_), .where = IN_TUI, \
		.disabled = (disabled_), .run = (run_)                                             \
	}

/* clang-format off */
const struct command app_commands[] = {
	ROW("run.start", "Run", "Runs the open prompt or flow with its inputs.", "F5, C-Enter",
		no_run, run_start),
	ROW("run.stop", "Stop the run", "Stops the run and keeps what has come.", "Esc",
		no_stop, run_stop),
	ROW("file.open", "Open", "Opens the chosen file, or opens and closes a folder.", "Enter",
		no_open, file_open),
	ROW("focus.next", "Next pane", "Moves the focus to the next pane.", "Tab, F6",
		NULL, focus_next),
	ROW("focus.previous", "Previous pane", "Moves the focus to the pane before.",
		"S-Tab, S-F6", NULL, focus_previous),
	ROW("focus.files", "Go to Files", "Moves the focus to the files.", "M-1",
		NULL, focus_files),
	ROW("focus.inputs", "Go to Inputs", "Moves the focus to the inputs.", "M-2",
		NULL, focus_inputs),
	ROW("focus.prompt", "Go to the prompt", "Moves the focus to the open file.", "M-3",
		NULL, focus_source),
	ROW("focus.output", "Go to Output", "Moves the focus to the answer.", "M-4",
		NULL, focus_output),
	ROW("focus.timeline", "Go to Timeline", "Moves the focus to the steps of the run.", "M-5",
		NULL, focus_timeline),
	ROW("view.zoom", "Zoom the pane", "Gives the pane the whole screen, or takes it back.",
		"z, F8", NULL, zoom),
	ROW("move.up", "Up", "Moves or scrolls up by a row.", "Up, k", NULL, move_up),
	ROW("move.down", "Down", "Moves or scrolls down by a row.", "Down, j", NULL, move_down),
	ROW("move.left", "Close the folder", "Closes the folder, or goes to the one around it.",
		"Left, h", NULL, move_left),
	ROW("move.right", "Open the folder", "Opens the folder, or goes into it.", "Right, l",
		NULL, move_right),
	ROW("move.page-up", "Page up", "Scrolls up by a page.", "PgUp", NULL, move_page_up),
	ROW("move.page-down", "Page down", "Scrolls down by a page.", "PgDn, Space",
		NULL, move_page_down),
	ROW("move.home", "To the start", "Goes to the first row.", "Home, g g", NULL, move_home),
	ROW("move.end", "To the end", "Goes to the last row, and follows what comes.", "End, G",
		NULL, move_end),
	ROW("view.refresh", "Read again", "Reads the folder and the open file again.", "C-l",
		NULL, refresh),
	ROW("view.mouse", "Mouse on or off", "Gives the mouse to the terminal, or takes it back.",
		"F12", NULL, toggle_mouse),
	ROW("help", "Help", "Shows the commands and their keys.", "?, F1", NULL, help),
	ROW("app.interrupt", "Interrupt", "Stops the run, else says how to quit.", "C-c",
		NULL, interrupt),
	ROW("app.suspend", "Suspend", "Gives the terminal back to the shell; fg comes back.",
		"C-z", NULL, suspend),
	ROW("app.quit", "Quit", "Leaves; asks when something runs.", "q, C-q", NULL, quit),
	{.id = "app.quit-now", .title = "Quit at once", .help = "Leaves without asking.",
		.keys = "", .where = IN_TUI | IN_HIDDEN, .risk = RISK_DESTRUCTIVE,
		.run = quit_now},
	{.id = NULL},
};
/* clang-format on */

const struct command *app_command_find(struct str id)
{
	for (const struct command *row = app_commands; row->id != NULL; row++)
		if (str_is(id, row->id))
			return row;
	return NULL;
}

bool app_command(struct app *app, struct str id, struct value arguments)
{
	const struct command *row = app_command_find(id);
	struct command_context context = {.engine = app->engine, .app = app};
	struct err e = ERR_INIT;
	if (row == NULL)
		return false;
	app->dirty = true;
	const char *reason = row->disabled != NULL ? row->disabled(&context) : NULL;
	if (reason != NULL) {
		app_toast(app, ROLE_WARN, "%s", reason);
	} else if (!row->run(&context, arguments, &e)) {
		char text[sizeof e.where + sizeof e.text + sizeof e.hint + 8];
		app_toast(app, ROLE_BAD, "%s", err_format(&e, text, sizeof text));
	}
	return true;
}
