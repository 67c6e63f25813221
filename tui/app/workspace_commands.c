/* SPDX-License-Identifier: MIT */
#include "core/base/file.h"
#include "core/text/words.h"
#include "tui/app/app_commands.h"
#include "tui/app/app_workspace.h"
#include "tui/layer/no_workspace.h"

#include <stdio.h>

/* Making workspaces, and moving to another one. */

static const char *no_move(const struct command_context *context)
{
	const struct app *app = app_of(context);
	if (app_running(app) > 0)
		return N_("Something runs here still: Esc stops it.");
	if (editor_edited(&app->editor) > 0)
		return N_("Save first what is not saved: Ctrl+S.");
	return NULL;
}

/* What was typed is seen from the folder we are in. */
static const char *full_path(struct app *app, struct arena *a, struct value arguments)
{
	struct str path = value_get_str(arguments, "path", STR(""));
	return path_join(a, engine_workspace(app->engine)->root, no_workspace_path(a, path));
}

static bool move_to(struct app *app, const char *path, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct workspace ws;
	bool ok = workspace_find(&a, path, &ws, e);
	if (ok && ws.is_loose) {
		err_set(e, ERR_CONFIG, "%s is no workspace: it has no lathe.yaml.", path);
		ok = err_hint(e, "lathe init %s makes one.", path);
	}
	if (ok)
		snprintf(app->wants_workspace, sizeof app->wants_workspace, "%s", ws.root);
	arena_release(&a);
	return ok;
}

APP_COMMAND(open_workspace)
{
	struct app *app = app_of(context);
	struct arena a = ARENA_INIT;
	bool ok = true;
	if (value_get_cstr(arguments, "path") == NULL)
		app_push(app, &no_workspace_layer,
			no_workspace_new(engine_workspace(app->engine)->root, NO_WORKSPACE_OTHER));
	else
		ok = move_to(app, full_path(app, &a, arguments), e);
	arena_release(&a);
	return ok;
}

APP_COMMAND(make_workspace)
{
	struct app *app = app_of(context);
	struct arena a = ARENA_INIT;
	const char *path = full_path(app, &a, arguments);
	bool welcome = value_get_bool(arguments, "welcome", false);
	/* A copy that was made before is opened again. */
	bool there = welcome && file_exists(path_join(&a, path, "lathe.yaml"));
	bool ok = (there || workspace_make(path, welcome, e)) && move_to(app, path, e);
	arena_release(&a);
	return ok;
}

APP_COMMAND(ask_workspace)
{
	struct app *app = app_of(context);
	app_push(app, &no_workspace_layer,
		no_workspace_new(engine_workspace(app->engine)->root, NO_WORKSPACE_MENU));
	return true;
}

static const char *no_asking(const struct command_context *context)
{
	return engine_workspace(app_of(context)->engine)->is_loose
		       ? no_move(context)
		       : N_("This is a workspace already.");
}

/* clang-format off */
const struct command workspace_tui_commands[] = {
	APP_ROW("workspace.open", "Open a workspace", "Moves to another workspace, by its path.", "",
		IN_TUI, no_move, open_workspace),
	APP_ROW("workspace.start", "Make a workspace", "Makes a workspace here, or opens the welcome copy.",
		"", IN_TUI, no_asking, ask_workspace),
	APP_ROW("workspace.make", "Make a workspace at a path", "Makes it and moves there.", "",
		IN_TUI | IN_HIDDEN, no_move, make_workspace),
	{.id = NULL},
};
/* clang-format on */
