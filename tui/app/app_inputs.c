/* SPDX-License-Identifier: MIT */
#include "tui/app/app_inputs.h"

#include "core/engine/given.h"

static const int64_t pause_ns = 300000000;

void app_load_inputs(struct app *app)
{
	struct arena a = ARENA_INIT;
	struct run_spec spec = app_spec(app, &a);
	app->inputs.words = app->words;
	inputs_load(&app->inputs, app->engine, app_can_run(app) ? &spec : NULL);
	app->inputs_revision = app->typed_revision = editor_revision(&app->editor);
	arena_release(&a);
}

void app_follow_editor(struct app *app)
{
	uint64_t now = editor_revision(&app->editor);
	if (now != app->typed_revision) {
		app->typed_revision = now;
		app->typed_ns = app_now(app);
	}
	if (now == app->inputs_revision || app_now(app) - app->typed_ns < pause_ns)
		return;
	app_load_inputs(app);
	app->dirty = true;
}

int64_t app_inputs_wake_ns(const struct app *app)
{
	bool due = app->typed_revision != app->inputs_revision;
	return due ? app->typed_ns + pause_ns : 0;
}

void app_restore_inputs(struct app *app)
{
	struct arena a = ARENA_INIT;
	inputs_restore(&app->inputs, given_read(app->engine, &a));
	arena_release(&a);
}

void app_keep_inputs(struct app *app)
{
	struct arena a = ARENA_INIT;
	if (app->inputs.changed)
		given_keep(app->engine, inputs_all(&app->inputs, &a));
	app->inputs.changed = false;
	arena_release(&a);
}

/* Variables that the template names and nobody declared may be left out; then nothing stands for
 * them, which is said. */
static void say_empty(struct app *app, struct arena *a)
{
	const struct inputs *in = &app->inputs;
	struct str names = STR("");
	for (size_t i = 0; i < in->count; i++) {
		const struct inputs_field *f = &in->fields[i];
		if (f->has_preset || f->required || inputs_given_of(in, f) != NULL)
			continue;
		names = str_format(a, "%.*s%s%.*s", STR_ARG(names), names.len > 0 ? ", " : "",
			STR_ARG(f->label));
	}
	if (names.len > 0)
		app_toast(app, ROLE_WARN, "No value for %.*s: it renders as nothing.",
			STR_ARG(names));
}

bool app_take_inputs(struct app *app, struct arena *a, struct run_spec *spec)
{
	if (editor_revision(&app->editor) != app->inputs_revision)
		app_load_inputs(app);
	if (inputs_values(&app->inputs, a, &spec->inputs)) {
		say_empty(app, a);
		return true;
	}
	const struct inputs_field *f = inputs_chosen(&app->inputs);
	if (f->error[0] != '\0')
		app_toast(app, ROLE_WARN, "The input %.*s: %s", STR_ARG(f->label), f->error);
	else
		app_toast(app, ROLE_WARN, "The input %.*s needs a value.", STR_ARG(f->label));
	app_focus(app, PANE_INPUTS);
	inputs_begin(&app->inputs);
	return false;
}
