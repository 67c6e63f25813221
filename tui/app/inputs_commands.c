/* SPDX-License-Identifier: MIT */
#include "core/text/words.h"
#include "tui/app/app_commands.h"

/* The form of inputs. */

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
	return app_of(context)->inputs.editing ? NULL : N_("No input is being edited.");
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

APP_COMMAND(take)
{
	inputs_accept(&app_of(context)->inputs);
	return true;
}

APP_COMMAND(cancel)
{
	inputs_cancel(&app_of(context)->inputs);
	return true;
}

static bool step(struct command_context *context, int by)
{
	struct inputs *in = &app_of(context)->inputs;
	size_t before = in->chosen;
	inputs_step(in, by);
	if (in->chosen != before && inputs_chosen(in)->type != FIELD_BOOLEAN)
		inputs_begin(in);
	return true;
}

APP_COMMAND(next)
{
	return step(context, 1);
}

APP_COMMAND(previous)
{
	return step(context, -1);
}

/* clang-format off */
const struct command inputs_commands[] = {
	APP_ROW("inputs.edit", "Edit the input", "Edits the chosen input's value in its place.",
		"Enter", IN_INPUTS, no_field, begin),
	APP_ROW("inputs.toggle", "Switch the input", "Makes the chosen boolean true or false.",
		"Space", IN_INPUTS, no_toggle, toggle),
	APP_ROW("inputs.clear", "Give back the input", "Drops the value that was given; the file's own counts.",
		"x, Del", IN_INPUTS, no_clear, clear),
	APP_ROW("inputs.accept", "Take the value", "Ends typing; the value counts.", "Enter",
		IN_FIELD, no_typing, take),
	APP_ROW("inputs.cancel", "Leave the value", "Ends typing; the value is as before.", "Esc",
		IN_FIELD, no_typing, cancel),
	APP_ROW("inputs.next", "Next input", "Takes the value and edits the next input.", "Tab",
		IN_FIELD, no_typing, next),
	APP_ROW("inputs.previous", "Input before", "Takes the value and edits the input before.",
		"S-Tab", IN_FIELD, no_typing, previous),
	{.id = NULL},
};
/* clang-format on */
