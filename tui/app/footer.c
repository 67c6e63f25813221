/* SPDX-License-Identifier: MIT */
#include "tui/app/footer.h"

#include "core/text/width.h"
#include "core/text/words.h"
#include "tui/app/app_commands.h"
#include "tui/app/app_input.h"

#include <stdio.h>

struct hint {
	const char *command; /* whose key is shown */
	const char *word; /* marked N_ */
	const char *when; /* shown only while this command is enabled; NULL: the same one */
};

static const struct hint hints[] = {{"run.start", N_("run"), NULL},
	{"app.escape", N_("latest run"), "run.latest"}, {"app.escape", N_("stop"), "run.stop"},
	{"field.accept", N_("take"), NULL}, {"field.cancel", N_("drop"), NULL},
	{"field.next", N_("next"), NULL}, {"inputs.edit", N_("edit"), NULL},
	{"inputs.toggle", N_("switch"), NULL}, {"inputs.clear", N_("give back"), NULL},
	{"run.inspect", N_("look into"), NULL}, {"file.open", N_("open"), NULL},
	{"run.open", N_("show"), NULL}, {"pane.find", N_("find"), NULL},
	{"run.copy-as", N_("copy as"), NULL}, {"palette", N_("commands"), NULL},
	{"file.save", N_("save"), NULL}, {"focus.next", N_("pane"), NULL},
	{"view.zoom", N_("zoom"), NULL}, {"help", N_("help"), NULL},
	{"app.quit", N_("quit"), NULL}};

enum { HINTS = sizeof hints / sizeof hints[0] };

void footer_arrange(struct app *app)
{
	app->hints = 0;
	for (unsigned i = 0; i < HINTS; i++) {
		const char *when = hints[i].when != NULL ? hints[i].when : hints[i].command;
		const struct command *row = app_command_find(str_from(when));
		if (row != NULL && app_hears(app, str_from(hints[i].command)) &&
			app_command_reason(app, row) == NULL)
			app->hints |= 1U << i;
	}
}

/* What goes on, from RIGHT to the left; returns what room is left. */
static int draw_status(const struct app *app, struct pen pen, int right, int y)
{
	char text[64];
	size_t running = app_running(app);
	if (running > 0) {
		snprintf(text, sizeof text, tr(pen.words, "%zu running"), running);
		right = paint_right(pen, right, y, str_from(text), ROLE_ACCENT) - 2;
		right = paint_right(pen, right + 1, y, STR("⟳"), ROLE_ACCENT) - 2;
	}
	if (app->status[0] != '\0')
		right = paint_right(pen, right, y, str_from(app->status), ROLE_DIM) - 2;
	return right;
}

void footer_draw(const struct app *app, struct pen pen)
{
	struct arena a = ARENA_INIT;
	/* In a layer letters are its own. */
	const struct mode *mode = app->layer_count > 0 ? &app->modes[MODE_TEXT] : app_mode(app);
	int y = app->h - 1, x = 1, right = app->w - 1;
	paint_ground(pen, (struct area){0, y, app->w, 1}, GROUND_BAR);
	right = draw_status(app, pen, right, y);
	for (unsigned i = 0; i < HINTS; i++) {
		struct str keys = keymap_label(mode, hints[i].command, &a);
		struct str word = str_from(app_tr(app, hints[i].word));
		int width = (int)width_text(keys) + 1 + (int)width_text(word);
		if (!(app->hints & 1U << i) || keys.len == 0)
			continue;
		if (x + width > right)
			break;
		x = paint_text(pen, x, y, keys, ROLE_BRAND);
		x = paint_text(pen, x + 1, y, word, ROLE_DIM) + 3;
	}
	arena_release(&a);
}
