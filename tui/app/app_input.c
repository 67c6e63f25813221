/* SPDX-License-Identifier: MIT */
#include "tui/app/app_input.h"

#include "core/text/words.h"
#include "tui/app/app_commands.h"
#include "tui/app/app_edit.h"
#include "tui/app/app_modes.h"
#include "tui/app/past.h"
#include "tui/layer/search_bar.h"

const struct mode *app_mode(const struct app *app)
{
	/* Asking changes nothing: an edit is only looked for. */
	bool text = app_edit((struct app *)(uintptr_t)app) != NULL;
	bool layer = app->layer_count > 0;
	if (text)
		return &app->modes[!layer && app->focus != PANE_EDITOR ? MODE_FIELD : MODE_TEXT];
	return &app->modes[layer ? MODE_PANE : app_mode_of_pane(app->focus)];
}

bool app_holds_here(const struct app *app, const struct command *row)
{
	for (const struct mode *mode = app_mode(app); mode->parent != NULL; mode = mode->parent)
		if (app_mode_has((enum app_mode)(mode - app->modes), row))
			return true;
	return false;
}

bool app_hears(const struct app *app, struct str id)
{
	const struct layer_class *top =
		app->layer_count > 0 ? app->layers[app->layer_count - 1].class : NULL;
	if (top == NULL)
		return true;
	if (top == &ask_layer || str_is(id, "app.escape"))
		return false; /* it is answered first; Esc is the layer's */
	return top == &search_bar_layer || str_starts(id, STR("app.")) ||
	       str_starts(id, STR("edit."));
}

/* It stands first in the palette from now on. */
static void remember(struct app *app, const char *id)
{
	const struct command *row = app_command_find(str_from(id));
	const char *next = row != NULL && !(row->where & IN_HIDDEN) ? row->id : NULL;
	for (size_t i = 0; next != NULL && i < APP_RECENT; i++) {
		const char *old = app->recent[i];
		app->recent[i] = next;
		next = old == row->id ? NULL : old;
	}
}

static void run_result(struct app *app, struct layer_result result)
{
	if (result.command == NULL)
		return;
	remember(app, result.command);
	app_command(app, str_from(result.command), result.arguments);
}

static void look_up(struct app *app, struct key key)
{
	const char *command = NULL;
	struct chord typed = app->chord;
	switch (keymap_press(app_mode(app), &app->chord, key, &command)) {
	case KEYMAP_FOUND:
		if (app_hears(app, str_from(command)))
			app_command(app, str_from(command), value_none());
		break;
	case KEYMAP_MORE: app->chord_ns = app_now(app); break;
	case KEYMAP_NONE: {
		char label[KEY_TEXT];
		if (typed.count == 0 && app->layer_count == 0)
			app_toast(app, ROLE_DIM, "%s does nothing here. ? or F1 shows what does.",
				key_label(key, label));
		break;
	}
	}
}

static void press_in_text(struct app *app, struct edit *edit, struct key key)
{
	if (app->chord.count == 0 && key_is_text(key))
		app_type(app, edit, key);
	else
		look_up(app, key);
}

/* A layer that closes is gone before its command is given, which is then about what lies below; its
 * state, where the arguments are, goes after that. */
static void answer(
	struct app *app, struct app_layer top, enum layer_answer answer, struct layer_result result)
{
	if (answer == LAYER_CLOSES)
		app->layer_count--;
	run_result(app, result);
	if (answer == LAYER_CLOSES)
		top.class->free(top.state);
}

/* A layer in which nothing is typed knows its own keys alone; the program can be left from it. */
static bool leave_from_layer(struct app *app, struct key key)
{
	const char *command = NULL;
	struct chord chord = {.count = 0};
	if (!(key.mods & MOD_CTRL) ||
		keymap_press(app_mode(app), &chord, key, &command) != KEYMAP_FOUND)
		return false;
	struct str id = str_from(command);
	return (str_is(id, "app.quit") || str_is(id, "app.suspend")) && app_hears(app, id) &&
	       app_command(app, id, value_none());
}

static void press_in_layer(struct app *app, struct key key)
{
	struct app_layer top = app->layers[app->layer_count - 1];
	struct layer_result result = {.command = NULL, .arguments = value_none()};
	if (app_edit(app) == NULL && leave_from_layer(app, key))
		return;
	enum layer_answer said = top.class->key(top.state, key, app_now(app), &result);
	struct edit *edit = app_edit(app);
	if (said == LAYER_PASS && edit != NULL)
		press_in_text(app, edit, key);
	else
		answer(app, top, said, result);
}

static void press(struct app *app, struct key key)
{
	struct edit *edit = app_edit(app);
	if (key.code != WORD_ESC)
		toasts_key(&app->toasts, app_now(app));
	if (app->layer_count > 0)
		press_in_layer(app, key);
	else if (edit != NULL)
		press_in_text(app, edit, key);
	else
		look_up(app, key);
}

static void paste(struct app *app, struct str text)
{
	struct edit *edit = app_edit(app);
	/* Pasted text never gives a command. */
	if (edit != NULL)
		app_paste(app, edit, text);
	else
		app_toast(app, ROLE_DIM, "There is nothing to paste into here.");
}

/* The pane at X, Y; PANE_COUNT when there is none. */
static enum pane_id pane_at(const struct app *app, int x, int y)
{
	for (int i = 0; i < PANE_COUNT; i++)
		if (area_has(app->layout.panes[i], x, y))
			return (enum pane_id)i;
	return PANE_COUNT;
}

static void mouse_in_layer(struct app *app, const struct input *input)
{
	struct app_layer top = app->layers[app->layer_count - 1];
	struct layer_result result = {.command = NULL, .arguments = value_none()};
	if (top.class->mouse != NULL)
		answer(app, top, top.class->mouse(top.state, input, &result), result);
}

static void click(struct app *app, enum pane_id id, const struct input *input)
{
	const struct pane_class *class = app_pane_class(id);
	struct area area = app->layout.panes[id];
	app_focus(app, id);
	app->dragged = id;
	if (app_edit(app) != NULL)
		app_edit(app)->now_ns = app_now(app);
	bool inside = area_has(area_inset(area, 1, 1), input->x, input->y);
	if (inside && class->click != NULL &&
		class->click(app_pane(app, id), input->x - area.x - 2, input->y - area.y - 1))
		app_command(
			app, id == PANE_RUNS ? STR("run.open") : STR("file.open"), value_none());
}

static void drag(struct app *app, const struct input *input)
{
	struct area area = app->layout.panes[app->dragged];
	const struct pane_class *class = app_pane_class(app->dragged);
	if (class->drag != NULL)
		class->drag(
			app_pane(app, app->dragged), input->x - area.x - 2, input->y - area.y - 1);
}

static void mouse(struct app *app, const struct input *input)
{
	if (app->layer_count > 0) {
		mouse_in_layer(app, input);
		return;
	}
	enum pane_id id = pane_at(app, input->x, input->y);
	if (input->action == MOUSE_DRAG && app->dragged != PANE_COUNT)
		drag(app, input);
	else if (input->action == MOUSE_RELEASE)
		app->dragged = PANE_COUNT;
	if (id == PANE_COUNT)
		return;
	if (input->action == MOUSE_WHEEL_UP)
		app_pane_class(id)->move(app_pane(app, id), MOVE_WHEEL_UP);
	else if (input->action == MOUSE_WHEEL_DOWN)
		app_pane_class(id)->move(app_pane(app, id), MOVE_WHEEL_DOWN);
	else if (input->action == MOUSE_PRESS && input->button == 0)
		click(app, id, input);
}

void app_input(struct app *app, const struct input *input)
{
	app->dirty = true;
	switch (input->kind) {
	case INPUT_KEY: press(app, input->key); break;
	case INPUT_MOUSE: mouse(app, input); break;
	case INPUT_PASTE: paste(app, input->text); break;
	case INPUT_FOCUS:
		app->dirty = false;
		if (input->focused)
			past_return(app);
		break;
	case INPUT_SCHEME: app->dirty = false; break;
	}
}
