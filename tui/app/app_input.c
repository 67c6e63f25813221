/* SPDX-License-Identifier: MIT */
#include "tui/app/app_input.h"

#include "tui/app/app_commands.h"

bool app_bind_keys(struct app *app, struct err *e)
{
	app->keys.name = "workbench";
	for (const struct command *row = app_commands; row->id != NULL; row++)
		if (row->keys[0] != '\0' && !keymap_bind(&app->keys, row->keys, row->id, e))
			return false;
	return true;
}

static void run_chosen(struct app *app, const char *command)
{
	if (command != NULL)
		app_command(app, str_from(command), value_none());
}

static void press(struct app *app, struct key key)
{
	const char *command = NULL;
	if (app->ask.open) {
		if (ask_key(&app->ask, key, app_now(app)) == ASK_YES)
			run_chosen(app, app->ask.command);
		return;
	}
	if (app->help.open) {
		help_key(&app->help, key, &command);
		run_chosen(app, command);
		return;
	}
	struct chord typed = app->chord;
	switch (keymap_press(&app->keys, &app->chord, key, &command)) {
	case KEYMAP_FOUND: run_chosen(app, command); break;
	case KEYMAP_MORE: break;
	case KEYMAP_NONE: {
		char label[KEY_TEXT];
		if (typed.count == 0)
			app_toast(app, ROLE_DIM, "%s does nothing here. ? shows what does.",
				key_label(key, label));
		break;
	}
	}
}

/* The pane at X, Y; PANE_COUNT when there is none. */
static enum pane_id pane_at(const struct app *app, int x, int y)
{
	for (int i = 0; i < PANE_COUNT; i++)
		if (area_has(app->layout.panes[i], x, y))
			return (enum pane_id)i;
	return PANE_COUNT;
}

static void click_layer(struct app *app, const struct input *input)
{
	const char *command = NULL;
	if (app->ask.open)
		return;
	if (input->action == MOUSE_WHEEL_UP || input->action == MOUSE_WHEEL_DOWN)
		help_wheel(&app->help, input->action == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
	else if (input->action == MOUSE_PRESS && input->button == 0)
		help_click(&app->help, app->w, app->h, input->x, input->y, &command);
	run_chosen(app, command);
}

static void mouse(struct app *app, const struct input *input)
{
	if (app->ask.open || app->help.open) {
		click_layer(app, input);
		return;
	}
	enum pane_id id = pane_at(app, input->x, input->y);
	if (id == PANE_COUNT)
		return;
	const struct pane_class *class = app_pane_class(id);
	void *pane = app_pane(app, id);
	struct area area = app->layout.panes[id];
	if (input->action == MOUSE_WHEEL_UP)
		class->move(pane, MOVE_WHEEL_UP);
	else if (input->action == MOUSE_WHEEL_DOWN)
		class->move(pane, MOVE_WHEEL_DOWN);
	else if (input->action == MOUSE_PRESS && input->button == 0) {
		app_focus(app, id);
		bool inside = area_has(area_inset(area, 1, 1), input->x, input->y);
		if (inside && class->click != NULL &&
			class->click(pane, input->x - area.x - 2, input->y - area.y - 1))
			run_chosen(app, "file.open");
	}
}

void app_input(struct app *app, const struct input *input)
{
	app->dirty = true;
	switch (input->kind) {
	case INPUT_KEY: press(app, input->key); break;
	case INPUT_MOUSE: mouse(app, input); break;
	case INPUT_PASTE:
		/* Pasted text never gives a command. */
		app_toast(app, ROLE_DIM, "There is nothing to paste into here.");
		break;
	case INPUT_FOCUS:
	case INPUT_SCHEME: app->dirty = false; break;
	}
}
