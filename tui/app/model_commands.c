/* SPDX-License-Identifier: MIT */
#include "core/engine/connections.h"
#include "core/text/sanitize.h"
#include "core/text/words.h"
#include "tui/app/app_commands.h"
#include "tui/layer/pick.h"

#include <stdio.h>

enum { KNOWN_MOST = 2000 };

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
		str_format(a, "%.*s (%s)", STR_ARG(choice.model),
			app_tr(app, str_cstr(a, choice.reason))),
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

static bool is_known(const struct app *app, struct str name)
{
	for (size_t i = 0; i < app->known_count; i++)
		if (str_eq(app->known[i], name))
			return true;
	return false;
}

void app_learn_models(
	struct app *app, struct str connection, const struct str *models, size_t count)
{
	struct arena *a = &app->known_arena;
	for (size_t i = 0; i < count && app->known_count < KNOWN_MOST; i++) {
		struct str name =
			str_format(a, "%.*s/%.*s", STR_ARG(connection), STR_ARG(models[i]));
		if (is_known(app, name))
			continue;
		app->known = arena_reserve(a, app->known, app->known_count, &app->known_cap,
			app->known_count + 1, sizeof *app->known);
		app->known[app->known_count++] = name;
	}
}

/* What tests have listed beyond the default models, of connections that are in lathe.yaml. */
static size_t add_known(const struct app *app, struct arena *a, struct choose_row *rows,
	const struct model_listing *models, size_t count)
{
	struct connection_form *saved;
	size_t all = connections_list(app->engine, a, &saved), added = 0;
	for (size_t i = 0; i < app->known_count; i++) {
		struct str rest, connection = str_cut(app->known[i], '/', &rest);
		struct model_listing one = {.name = app->known[i], .origin = STR("")};
		bool listed = false;
		for (size_t j = 0; j < count; j++)
			listed = listed || str_eq(models[j].name, one.name);
		for (size_t j = 0; j < all && one.origin.len == 0; j++)
			if (str_eq(saved[j].name, connection))
				one.origin = saved[j].base_url;
		if (!listed && one.origin.len > 0)
			rows[added++] = row_of(app, a, &one);
	}
	return added;
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
	struct choose_row *rows = ARENA_ARRAY(a, struct choose_row, count + app->known_count + 1);
	p->also = N_("make default");
	p->also_command = "model.default";
	rows[all++] = (struct choose_row){.title = str_from(app_tr(app, N_("As the file says"))),
		.note = unasked(app, a),
		.marked = app->asked[0] == '\0',
		.command = "model.use",
		.arguments = with_model(a, STR(""))};
	for (size_t i = 0; i < count; i++)
		rows[all++] = row_of(app, a, &models[i]);
	all += add_known(app, a, rows + all, models, count);
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
