/* SPDX-License-Identifier: MIT */
#include "core/engine/connections.h"
#include "core/text/sanitize.h"
#include "core/text/words.h"
#include "tui/app/app_commands.h"
#include "tui/layer/pick.h"

#include <stdio.h>

/* The model that runs use: chosen for this session, or as lathe.yaml and the files say. */

static struct value with_model(struct arena *a, struct str model)
{
	struct value v = value_dict(a);
	value_set(v, STR("model"), value_str(str_copy(a, model)));
	return v;
}

/* What a run would use if nothing were chosen here, and why. */
static struct str unasked(struct app *app, struct arena *a)
{
	struct run_spec spec = app_spec(app, a);
	struct model_choice choice;
	struct err e = ERR_INIT;
	if (!app_can_run(app))
		return STR_NONE;
	spec.model = NULL;
	if (!engine_choose_model(app->engine, &spec, a, &choice, &e))
		return sanitize(a, str_from(e.text), SANITIZE_ONE_LINE);
	return sanitize(a,
		str_format(a, "%.*s (%.*s)", STR_ARG(choice.model), STR_ARG(choice.reason)),
		SANITIZE_ONE_LINE);
}

static struct choose_row row_of(
	const struct app *app, struct arena *a, const struct model_listing *model)
{
	struct str name = sanitize(a, model->name, SANITIZE_ONE_LINE);
	bool placeholder = str_ends(model->name, STR("/MODEL"));
	return (struct choose_row){.title = name,
		.note = sanitize(
			a, str_from(app_tr(app, str_cstr(a, model->origin))), SANITIZE_ONE_LINE),
		.side = model->is_default ? str_from(app_tr(app, N_("default"))) : STR_NONE,
		.reason = placeholder ? str_from(app_tr(app, N_("This connection names no model.")))
				      : STR_NONE,
		.marked = str_is(model->name, app->asked),
		.command = "model.use",
		.arguments = with_model(a, model->name)};
}

APP_COMMAND(pick_model)
{
	struct app *app = app_of(context);
	struct pick *p = pick_new(N_("Models"), N_("use"), N_("a model by its name"));
	struct arena *a = &p->choose.arena;
	struct model_listing *models;
	size_t count, all = 0;
	if (!engine_models(app->engine, a, &models, &count, e)) {
		pick_layer.free(p);
		return false;
	}
	struct choose_row *rows = ARENA_ARRAY(a, struct choose_row, count + 1);
	p->also = N_("make default");
	p->also_command = "model.default";
	rows[all++] = (struct choose_row){.title = str_from(app_tr(app, N_("As the file says"))),
		.note = unasked(app, a),
		.marked = app->asked[0] == '\0',
		.command = "model.use",
		.arguments = with_model(a, STR(""))};
	for (size_t i = 0; i < count; i++)
		rows[all++] = row_of(app, a, &models[i]);
	choose_set(&p->choose, rows, all);
	app_push(app, &pick_layer, p);
	return true;
}

APP_COMMAND(use_model)
{
	struct app *app = app_of(context);
	struct str model = value_get_str(arguments, "model", STR(""));
	if (model.len >= sizeof app->asked)
		return err_set(e, ERR_LIMIT, "This model's name is too long.");
	snprintf(app->asked, sizeof app->asked, "%.*s", STR_ARG(model));
	app_choose_model(app);
	if (model.len > 0)
		app_toast(app, ROLE_GOOD, "Runs of this session use %.*s.", STR_ARG(model));
	else
		app_toast(app, ROLE_GOOD, "Runs use what their file or lathe.yaml says.");
	return true;
}

APP_COMMAND(preset_model)
{
	struct app *app = app_of(context);
	struct str model = value_get_str(arguments, "model", STR(""));
	if (model.len == 0)
		return err_set(e, ERR_USAGE, "Choose a model to make it the default.");
	if (!connections_set_default(app->engine, model, e))
		return false;
	app_choose_model(app);
	app_toast(app, ROLE_GOOD, "lathe.yaml: the default model is %.*s.", STR_ARG(model));
	return true;
}

/* clang-format off */
const struct command model_commands[] = {
	APP_ROW("model.pick", "Choose a model", "Chooses the model of this session's runs, or the default.",
		"m, M-m", IN_TUI, NULL, pick_model),
	APP_ROW("model.use", "Use a model", "Sets the model of this session's runs.", "",
		IN_TUI | IN_HIDDEN, NULL, use_model),
	APP_ROW("model.default", "Set the default model", "Sets the default model in lathe.yaml.", "",
		IN_TUI | IN_HIDDEN, NULL, preset_model),
	{.id = NULL},
};
/* clang-format on */
