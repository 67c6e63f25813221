/* SPDX-License-Identifier: MIT */
#include "tui/app/app_inputs.h"

static const int64_t pause_ns = 300000000;

void app_load_inputs(struct app *app)
{
	struct arena a = ARENA_INIT;
	struct run_spec spec = app_spec(app, &a);
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

bool app_take_inputs(struct app *app, struct arena *a, struct run_spec *spec)
{
	struct err e = ERR_INIT;
	if (editor_revision(&app->editor) != app->inputs_revision)
		app_load_inputs(app);
	if (inputs_values(&app->inputs, a, &spec->inputs, &e))
		return true;
	app_toast(app, ROLE_WARN, "%s", e.text);
	app_focus(app, PANE_INPUTS);
	inputs_begin(&app->inputs);
	return false;
}
