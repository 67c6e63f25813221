/* SPDX-License-Identifier: MIT */
#include "tui/app/app_workspace.h"

#include "core/base/file.h"
#include "tui/layer/no_workspace.h"

#include <stdio.h>

void app_welcome(struct app *app)
{
	const struct workspace *ws = engine_workspace(app->engine);
	if (ws->is_loose && !app_can_run(app))
		app_push(app, &no_workspace_layer, no_workspace_new(ws->root, NO_WORKSPACE_MENU));
}

bool app_move(struct app **app, struct err *e)
{
	struct app *old = *app;
	struct engine *engine = old->engine;
	struct app_options options = {.words = old->words, .tour = old->wants_tour};
	struct app_message size = {.kind = APP_RESIZE, .w = old->w, .h = old->h};
	struct err why = ERR_INIT;
	char path[sizeof old->wants_workspace], theme[sizeof old->theme];
	bool mouse = old->mouse;
	snprintf(path, sizeof path, "%s", old->wants_workspace);
	snprintf(theme, sizeof theme, "%s", old->theme);
	*app = NULL;
	app_free(old);
	bool moved = engine_open_workspace(engine, path, &why);
	if (!app_new(engine, &options, app, e))
		return false;
	(*app)->mouse = mouse;
	snprintf((*app)->theme, sizeof(*app)->theme, "%s", theme);
	app_update(*app, &size);
	if (moved) {
		struct arena a = ARENA_INIT;
		app_toast(*app, ROLE_GOOD, "This is the workspace in %s.", path_short(&a, path));
		arena_release(&a);
	} else {
		char text[sizeof why.where + sizeof why.text + sizeof why.hint + 8];
		app_toast(*app, ROLE_BAD, "%s", err_format(&why, text, sizeof text));
	}
	(*app)->wants_redraw = true;
	return true;
}
