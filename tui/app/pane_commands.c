/* SPDX-License-Identifier: MIT */
#include "core/text/words.h"
#include "tui/app/app_commands.h"

/* What works inside one pane: the form of inputs, words to find. */

static const char *no_field(const struct command_context *context)
{
	const struct app *app = app_of(context);
	if (app->focus != PANE_INPUTS)
		return N_("This works in Inputs.");
	return inputs_chosen(&app->inputs) != NULL ? NULL : N_("There is no input here.");
}

static const char *no_toggle(const struct command_context *context)
{
	const struct inputs_field *f = inputs_chosen(&app_of(context)->inputs);
	if (no_field(context) != NULL)
		return no_field(context);
	return f->type == FIELD_BOOLEAN ? NULL
					: N_("Only a boolean is switched: Enter edits this.");
}

static const char *no_clear(const struct command_context *context)
{
	const struct inputs *in = &app_of(context)->inputs;
	if (no_field(context) != NULL)
		return no_field(context);
	bool given = inputs_given_of(in, inputs_chosen(in)) != NULL;
	return given ? NULL : N_("This value is the file's own: nothing was given.");
}

static const char *no_typing(const struct command_context *context)
{
	const struct app *app = app_of(context);
	bool types = app->focus != PANE_EDITOR && app_edit(app_of(context)) != NULL;
	return types && app->layer_count == 0 ? NULL : N_("No field is being typed into.");
}

APP_COMMAND(begin)
{
	struct inputs *in = &app_of(context)->inputs;
	if (inputs_chosen(in)->type == FIELD_BOOLEAN)
		inputs_toggle(in);
	else
		inputs_begin(in);
	return true;
}

APP_COMMAND(toggle)
{
	inputs_toggle(&app_of(context)->inputs);
	return true;
}

APP_COMMAND(clear)
{
	inputs_clear(&app_of(context)->inputs);
	return true;
}

/* A field is one of the form's, or the line of words to find. */
APP_COMMAND(take)
{
	struct app *app = app_of(context);
	if (app->focus == PANE_OUTPUT)
		output_find_keep(&app->output);
	else
		inputs_accept(&app->inputs);
	return true;
}

APP_COMMAND(cancel)
{
	struct app *app = app_of(context);
	if (app->focus == PANE_OUTPUT)
		output_find_end(&app->output);
	else
		inputs_cancel(&app->inputs);
	return true;
}

static bool step(struct app *app, int by)
{
	struct inputs *in = &app->inputs;
	size_t before = in->chosen;
	if (app->focus == PANE_OUTPUT) {
		output_find_step(&app->output, by);
		return true;
	}
	inputs_step(in, by);
	if (in->chosen != before && inputs_chosen(in)->type != FIELD_BOOLEAN)
		inputs_begin(in);
	return true;
}

APP_COMMAND(next)
{
	return step(app_of(context), 1);
}

APP_COMMAND(previous)
{
	return step(app_of(context), -1);
}

static const char *no_find(const struct command_context *context)
{
	const struct app *app = app_of(context);
	if (app->focus != PANE_OUTPUT)
		return N_("This works in Output.");
	return app->output.record != NULL ? NULL : N_("There is no answer to look through yet.");
}

APP_COMMAND(find_words)
{
	output_find(&app_of(context)->output);
	return true;
}

static bool find_next(struct command_context *context, int by)
{
	struct app *app = app_of(context);
	if (!output_find_step(&app->output, by))
		app_toast(app, ROLE_DIM, "Nothing is found. / looks for other words.");
	return true;
}

APP_COMMAND(find_forward)
{
	return find_next(context, 1);
}

APP_COMMAND(find_back)
{
	return find_next(context, -1);
}

/* clang-format off */
const struct command pane_commands[] = {
	APP_ROW("inputs.edit", "Edit the input", "Edits the chosen input's value in its place.",
		"Enter", IN_INPUTS, no_field, begin),
	APP_ROW("inputs.toggle", "Switch the input", "Makes the chosen boolean true or false.",
		"Space", IN_INPUTS, no_toggle, toggle),
	APP_ROW("inputs.clear", "Give back the input", "Drops the value that was given; the file's own counts.",
		"x, Del", IN_INPUTS, no_clear, clear),
	APP_ROW("field.accept", "Take what is typed", "Ends typing in a field; what was typed counts.",
		"Enter", IN_FIELD, no_typing, take),
	APP_ROW("field.cancel", "Drop what is typed", "Ends typing in a field; all is as before.",
		"Esc", IN_FIELD, no_typing, cancel),
	APP_ROW("field.next", "Next field", "Takes what is typed and goes to the next field or place.",
		"Tab", IN_FIELD, no_typing, next),
	APP_ROW("field.previous", "Field before", "Takes what is typed and goes to the field or place before.",
		"S-Tab", IN_FIELD, no_typing, previous),
	APP_ROW("pane.find", "Find words", "Finds words in the answer as they are typed.", "/",
		IN_OUTPUT, no_find, find_words),
	APP_ROW("pane.find-next", "Next place", "Goes to the next place of the words that were found.",
		"n", IN_OUTPUT, no_find, find_forward),
	APP_ROW("pane.find-previous", "Place before", "Goes to the place before.", "N",
		IN_OUTPUT, no_find, find_back),
	{.id = NULL},
};
/* clang-format on */
