/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_APP_COMMANDS_H
#define TUI_APP_APP_COMMANDS_H

#include "core/command/command.h"
#include "tui/app/app.h"

/*
 * What the workbench adds to the command table: the rows of the tables below, one a subject, each
 * ended by a row without an id. A row's `where` says in which modes its keys hold:
 * IN_TUI everywhere, IN_PANE where no text is typed, IN_EDITOR where it is, IN_FILES and its kin
 * in one pane, IN_FIELD in a field of a form. The nearest mode wins.
 */

extern const struct command bench_commands[];
extern const struct command file_commands[];
extern const struct command history_commands[];
extern const struct command view_commands[];
extern const struct command edit_commands[];
extern const struct command find_commands[];
extern const struct command terminal_commands[];
extern const struct command theme_commands[];
extern const struct command palette_commands[];
extern const struct command model_commands[];
extern const struct command connect_commands[];
extern const struct command workspace_tui_commands[];
extern const struct command welcome_commands[];
extern const struct command approve_commands[];
extern const struct command pane_commands[];
extern const struct command copy_commands[];
extern const struct command cost_tui_commands[];
extern const struct command rows_tui_commands[];

/* The tables, ended by NULL. */
extern const struct command *const app_commands[];

/* Walks all rows: begin with {0, 0}; NULL at the end. */
struct app_command_place {
	size_t table, row;
};
const struct command *app_command_next(struct app_command_place *at);
const struct command *app_command_find(struct str id);
/* Why the command cannot be given now, in the interface's language; NULL: it can. */
const char *app_command_reason(const struct app *app, const struct command *row);

static inline struct app *app_of(const struct command_context *context)
{
	return (struct app *)context->app;
}

/* The head of a command's function: neither its arguments nor an error are needed. */
#define APP_COMMAND(name)                                                                          \
	static bool name(struct command_context *context,                                          \
		__attribute__((unused)) struct value arguments,                                    \
		__attribute__((unused)) struct err *e)

#define APP_ROW(id_, title_, help_, keys_, where_, disabled_, run_)                                \
	{                                                                                          \
		.id = (id_), .title = (title_), .help = (help_), .keys = (keys_),                  \
		.where = (where_), .disabled = (disabled_), .run = (run_)                          \
	}

#endif
