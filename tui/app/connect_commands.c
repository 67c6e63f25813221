/* SPDX-License-Identifier: MIT */
#include "core/engine/connections.h"
#include "core/text/words.h"
#include "tui/app/app_commands.h"
#include "tui/layer/connect.h"

#include <stdio.h>
#include <string.h>

/* The connections screen's commands: it asks, these do. */

/* The screen, wherever it is among the layers; NULL when it is closed. */
static struct connect *screen_of(const struct app *app)
{
	for (size_t i = app->layer_count; i-- > 0;)
		if (app->layers[i].class == &connect_layer)
			return app->layers[i].state;
	return NULL;
}

static bool is_default(const struct app *app, struct str name)
{
	struct str preset = connections_default(app->engine);
	return str_starts(preset, name) && (preset.len == name.len || preset.at[name.len] == '/');
}

static void add_saved(struct app *app, struct connect *c, struct arena *a)
{
	struct connection_form *list;
	size_t count = connections_list(app->engine, a, &list);
	for (size_t i = 0; i < count; i++)
		connect_add(c, CONNECT_SAVED, &list[i], STR(""), is_default(app, list[i].name));
}

static void add_offers(const struct app *app, struct connect *c, struct arena *a)
{
	const struct connection_offer *const *offers;
	size_t count = connections_offered(app->engine, a, &offers);
	for (size_t i = 0; i < count; i++) {
		struct connection_form form = {.name = str_from(offers[i]->name),
			.provider = str_from(
				offers[i]->provider != NULL ? offers[i]->provider : "openai"),
			.base_url = str_from(connection_offer_url(offers[i])),
			.model = str_from(offers[i]->model),
			.secret = str_format(a, "env:%s", offers[i]->variable),
			.script = STR("")};
		struct str note = str_format(
			a, tr(app->words, "%s is set: %s"), offers[i]->variable, offers[i]->vendor);
		connect_add(c, CONNECT_OFFERED, &form, note, false);
	}
}

static void add_new(struct connect *c)
{
	struct str none = STR("");
	struct connection_form form = {.name = none,
		.provider = STR("openai"),
		.base_url = none,
		.model = none,
		.secret = none,
		.script = none};
	connect_add(c, CONNECT_NEW, &form, none, false);
}

/* "LM Studio" as a name: letters and digits, lower case. */
static struct str name_from(struct arena *a, struct str server)
{
	struct buf name = BUF_INIT(64);
	for (size_t i = 0; i < server.len; i++) {
		char c = server.at[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')
			buf_add_char(&name, c);
	}
	struct str copy = str_copy(a, buf_str(&name));
	buf_free(&name);
	return copy;
}

static void on_found(void *ctx, const struct detected *what)
{
	struct app *app = ctx;
	struct connect *c = screen_of(app);
	struct arena a = ARENA_INIT;
	struct str rest;
	if (c == NULL || what == NULL || c->count == 0)
		return;
	struct connection_form form = {.name = name_from(&a, what->server),
		.provider = STR("openai"),
		.base_url = what->base_url,
		.model = str_cut(what->models, ',', &rest),
		.secret = STR(""),
		.script = STR("")};
	for (size_t i = 0; i < c->count; i++)
		if (str_eq(c->rows[i].form.base_url, what->base_url))
			return; /* known already */
	c->count--; /* the empty one stays last */
	connect_add(c, CONNECT_FOUND, &form,
		str_format(&a, tr(app->words, "%.*s runs on this machine"), STR_ARG(what->server)),
		false);
	add_new(c);
	list_view_fit(&c->list, c->count, (int)c->list.height);
	app->dirty = true;
	arena_release(&a);
}

static void fill(struct app *app, struct connect *c, struct str chosen)
{
	struct arena a = ARENA_INIT;
	connect_forget_rows(c);
	add_saved(app, c, &a);
	add_offers(app, c, &a);
	add_new(c);
	connect_choose(c, chosen);
	engine_detect(app->engine, true, on_found, app);
	arena_release(&a);
}

APP_COMMAND(open_connections)
{
	struct app *app = app_of(context);
	struct connect *c = connect_new(app->words);
	fill(app, c, STR(""));
	app_push(app, &connect_layer, c);
	return true;
}

static struct connection_form form_of(struct value v)
{
	struct str none = STR("");
	return (struct connection_form){.name = value_get_str(v, "name", none),
		.provider = value_get_str(v, "provider", none),
		.base_url = value_get_str(v, "base_url", none),
		.model = value_get_str(v, "model", none),
		.secret = value_get_str(v, "secret", none),
		.script = value_get_str(v, "script", none),
		.allow_http = value_get_bool(v, "allow_http", false),
		.entered = true};
}

/* Says what is wrong below each field; true when nothing is. */
static bool check(struct app *app, const struct connection_form *form, struct str was)
{
	struct connect *c = screen_of(app);
	bool good = true;
	for (int part = CONNECTION_PARTS; part-- > 0;) {
		struct err e = ERR_INIT;
		char text[sizeof e.where + sizeof e.text + sizeof e.hint + 8];
		if (connections_check(app->engine, form, was, (enum connection_part)part, &e))
			continue;
		good = false;
		if (c != NULL)
			connect_fault(c, (enum connection_part)part,
				str_from(err_format(&e, text, sizeof text)));
	}
	return good;
}

/* lathe.yaml has changed: what shows it does so anew. */
static bool changed(struct app *app, struct str chosen, struct err *e)
{
	struct connect *c = screen_of(app);
	if (c != NULL)
		fill(app, c, chosen);
	app_choose_model(app);
	return files_load(&app->files, engine_workspace(app->engine), e);
}

APP_COMMAND(save)
{
	struct app *app = app_of(context);
	struct connection_form form = form_of(arguments);
	struct str was = value_get_str(arguments, "was", STR(""));
	struct connect *c = screen_of(app);
	if (!check(app, &form, was))
		return true;
	if (!connections_save(app->engine, &form, was, e))
		return false;
	app_toast(app, ROLE_GOOD, "lathe.yaml has the connection %.*s.", STR_ARG(form.name));
	if (c != NULL)
		c->in_form = false;
	/* The first connection makes a workspace of a folder that was none. */
	const struct workspace *ws = engine_workspace(app->engine);
	if (ws->is_loose && app_running(app) == 0 && editor_edited(&app->editor) == 0)
		snprintf(app->wants_workspace, sizeof app->wants_workspace, "%s", ws->root);
	return changed(app, form.name, e);
}

APP_COMMAND(ask_remove)
{
	struct app *app = app_of(context);
	static const struct ask_choice yes = {'y', N_("yes"), "connect.remove"};
	struct arena a = ARENA_INIT;
	struct str name = value_get_str(arguments, "name", STR(""));
	struct str question =
		str_format(&a, tr(app->words, "Take %.*s out of lathe.yaml?"), STR_ARG(name));
	app_push(app, &ask_layer, ask_new(question, &yes, 1, arguments, app_now(app)));
	arena_release(&a);
	return true;
}

APP_COMMAND(remove_it)
{
	struct app *app = app_of(context);
	struct str name = value_get_str(arguments, "name", STR(""));
	if (!connections_remove(app->engine, name, e))
		return false;
	app_toast(app, ROLE_GOOD, "lathe.yaml has no connection %.*s any more.", STR_ARG(name));
	return changed(app, STR(""), e);
}

APP_COMMAND(make_default)
{
	struct app *app = app_of(context);
	struct str name = value_get_str(arguments, "name", STR(""));
	if (!connections_set_default(app->engine, name, e))
		return false;
	app_toast(app, ROLE_GOOD, "lathe.yaml: the default model is %.*s.", STR_ARG(name));
	return changed(app, name, e);
}

static void on_tested(void *ctx, const struct connection_report *report)
{
	struct app *app = ctx;
	struct connect *c = screen_of(app);
	app->test = NULL;
	app->dirty = true;
	app_learn_models(app, str_from(app->tested), report->models, report->model_count);
	if (c != NULL)
		connect_tested(c, report);
}

APP_COMMAND(test)
{
	struct app *app = app_of(context);
	struct connect *c = screen_of(app);
	struct connection_form form = form_of(arguments);
	struct str was = value_get_str(arguments, "was", STR(""));
	if (!check(app, &form, was))
		return true;
	connection_test_cancel(app->test);
	snprintf(app->tested, sizeof app->tested, "%.*s", STR_ARG(form.name));
	struct connection_report report = {.note = STR("")};
	app->test = connection_test_start(app->engine, &form, on_tested, app, &report.error);
	if (app->test != NULL && c != NULL)
		connect_testing(c);
	else if (app->test == NULL)
		on_tested(app, &report);
	return true;
}

APP_COMMAND(stop_test)
{
	struct app *app = app_of(context);
	connection_test_cancel(app->test);
	app->test = NULL;
	return true;
}

APP_COMMAND(keep_key)
{
	struct app *app = app_of(context);
	struct connection_form form = form_of(arguments);
	struct connect *c = screen_of(app);
	struct arena a = ARENA_INIT;
	struct str reference;
	struct err fine = ERR_INIT;
	bool typed = form.secret.len > 0 &&
		     !connections_check(app->engine, &form, form.name, CONNECTION_SECRET, &fine);
	if (!typed)
		return err_set(e, ERR_USAGE, "Type the key itself first, then press F4.");
	bool ok = connections_keep_key(&a, form.name, form.secret, &reference, e);
	if (ok && c != NULL)
		connect_set_secret(c, reference);
	arena_release(&a);
	return ok;
}

#define HIDDEN_ROW(id_, title_, help_, run_)                                                       \
	APP_ROW(id_, title_, help_, "", IN_TUI | IN_HIDDEN, NULL, run_)

/* clang-format off */
const struct command connect_commands[] = {
	APP_ROW("connect.open", "Connections", "Shows the connections to model servers: add, change, test.",
		"g c", IN_PANE, NULL, open_connections),
	HIDDEN_ROW("connect.save", "Save the connection", "Writes it into lathe.yaml.", save),
	HIDDEN_ROW("connect.ask-remove", "Remove the connection", "Asks first.", ask_remove),
	HIDDEN_ROW("connect.remove", "Remove the connection", "Takes it out of lathe.yaml.", remove_it),
	HIDDEN_ROW("connect.default", "Make it the default", "Writes the default into lathe.yaml.",
		make_default),
	HIDDEN_ROW("connect.test", "Test the connection", "Asks the server for its models.", test),
	HIDDEN_ROW("connect.stop-test", "Stop the test", "Asks the server no longer.", stop_test),
	HIDDEN_ROW("connect.keep-key", "Keep the key", "Puts a typed key into a private file.", keep_key),
	{.id = NULL},
};
/* clang-format on */
