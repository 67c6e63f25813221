/* SPDX-License-Identifier: MIT */
#include "tui/app/footer.h"

#include "core/text/width.h"
#include "tui/app/app_commands.h"

#include <string.h>

struct hint {
	const char *command, *word;
};

static const struct hint hints[] = {{"run.start", "run"}, {"run.stop", "stop"},
	{"file.open", "open"}, {"focus.next", "pane"}, {"view.zoom", "zoom"}, {"help", "help"},
	{"app.quit", "quit"}};

enum { HINTS = sizeof hints / sizeof hints[0] };

void footer_arrange(struct app *app)
{
	struct command_context context = {.engine = app->engine, .app = app};
	app->hints = 0;
	for (unsigned i = 0; i < HINTS; i++) {
		const struct command *row = app_command_find(str_from(hints[i].command));
		if (row->disabled == NULL || row->disabled(&context) == NULL)
			app->hints |= 1U << i;
	}
}

void footer_draw(const struct app *app, struct pen pen)
{
	struct arena a = ARENA_INIT;
	int y = app->h - 1, x = 1, right = app->w - 1;
	paint_ground(pen, (struct area){0, y, app->w, 1}, GROUND_BAR);
	if (app->toast[0] != '\0') {
		int width = (int)width_text(str_from(app->toast));
		int room = app->w - 2 < width ? app->w - 2 : width;
		paint_fitted(pen, right - room, y, room, str_from(app->toast), app->toast_role);
		right -= room + 2;
	}
	for (unsigned i = 0; i < HINTS; i++) {
		struct str keys = keymap_label(&app->keys, hints[i].command, &a);
		int width = (int)width_text(keys) + 1 + (int)strlen(hints[i].word);
		if (!(app->hints & 1U << i))
			continue;
		if (x + width > right)
			break;
		x = paint_text(pen, x, y, keys, ROLE_BRAND);
		x = paint_cstr(pen, x + 1, y, hints[i].word, ROLE_DIM) + 3;
	}
	arena_release(&a);
}
