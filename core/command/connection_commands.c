/* SPDX-License-Identifier: MIT */
#include "core/command/output.h"
#include "core/command/registry.h"
#include "core/engine/config.h"
#include "core/engine/connection_test.h"
#include "core/engine/engine.h"
#include "core/engine/key_trust.h"
#include "core/loop/loop.h"

#include <stdlib.h>

enum { MODELS_SHOWN = 20, NS_PER_MS = 1000000 };

#define NAME_ARGUMENT(help_)                                                                       \
	{                                                                                          \
		.name = "name", .type = ARGUMENT_TEXT, .value = "NAME", .help = (help_),           \
		.positional = true, .required = true                                               \
	}

static const struct argument list_arguments[] = {
	{.name = "json", .type = ARGUMENT_FLAG, .help = "one JSON object a line"},
	{.name = NULL},
};

static struct str arg(struct value arguments, const char *name, struct str otherwise)
{
	return value_get_str(arguments, name, otherwise);
}

static void show(struct output *o, const struct connection_form *form)
{
	struct arena a = ARENA_INIT;
	struct str where = form->base_url.len > 0 ? form->base_url : form->script;
	if (output_form(o) == OUTPUT_JSON) {
		struct value v = value_dict(&a);
		value_set(v, STR("name"), value_str(form->name));
		value_set(v, STR("provider"), value_str(form->provider));
		value_set(v, STR("base_url"), value_str(form->base_url));
		value_set(v, STR("model"), value_str(form->model));
		value_set(v, STR("secret"), value_str(form->secret));
		value_set(v, STR("script"), value_str(form->script));
		value_set(v, STR("allow_http"), value_bool(form->allow_http));
		output_json(o, v);
	} else {
		output_field(
			o, str_format(&a, "%-14.*s  %.*s", STR_ARG(form->name), STR_ARG(where)));
		output_dim(o, str_format(&a, "%s%.*s%s%.*s", form->model.len > 0 ? "  model " : "",
				      STR_ARG(form->model), form->secret.len > 0 ? "  key " : "",
				      STR_ARG(form->secret)));
		output_cstr(o, "\n");
	}
	arena_release(&a);
}

static bool run_list(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct connection_form *list;
	const struct connection_offer *const *offers;
	size_t count = connections_list(context->engine, &a, &list);
	(void)arguments;
	(void)e;
	for (size_t i = 0; i < count; i++)
		show(context->output, &list[i]);
	count = connections_offered(context->engine, &a, &offers);
	for (size_t i = 0; i < count; i++)
		output_aside(context->output, "%s is set: lathe connection add %s",
			offers[i]->variable, offers[i]->name);
	arena_release(&a);
	return true;
}

#define FORM_ARGUMENTS                                                                             \
	{.name = "url",                                                                            \
		.type = ARGUMENT_TEXT,                                                             \
		.value = "URL",                                                                    \
		.help = "where the server is, up to the part before /chat/completions"},           \
		{.name = "key",                                                                    \
			.type = ARGUMENT_TEXT,                                                     \
			.value = "REFERENCE",                                                      \
			.help = "where the key is found: env:NAME, cmd:PROGRAM ARG..., "           \
				"file:PATH or secret:NAME; never the key itself"},                 \
		{.name = "model",                                                                  \
			.letter = 'm',                                                             \
			.type = ARGUMENT_TEXT,                                                     \
			.value = "M",                                                              \
			.help = "the model used when only the connection is named"},               \
		{.name = "provider",                                                               \
			.type = ARGUMENT_TEXT,                                                     \
			.value = "P",                                                              \
			.help = "the wire format: openai is any compatible server, the default",   \
			.choices = CONFIG_PROVIDERS},                                              \
		{.name = "script",                                                                 \
			.type = ARGUMENT_TEXT,                                                     \
			.value = "FILE",                                                           \
			.help = "provider scripted: the file that is played"},                     \
		{.name = "allow-http",                                                             \
			.type = ARGUMENT_SWITCH,                                                   \
			.help = "accept a plain http address on another machine"},                 \
		{.name = "default",                                                                \
			.type = ARGUMENT_FLAG,                                                     \
			.help = "make it the workspace's default, too"},                           \
	{                                                                                          \
		.name = NULL                                                                       \
	}

static const struct argument add_arguments[] = {
	NAME_ARGUMENT("its name; a vendor's (qwen, deepseek, openrouter ...) brings address and "
		      "variable along"),
	FORM_ARGUMENTS,
};

static const struct argument change_arguments[] = {
	NAME_ARGUMENT("the connection"),
	{.name = "rename",
		.type = ARGUMENT_TEXT,
		.value = "NAME",
		.help = "a new name; a default model that it was follows"},
	FORM_ARGUMENTS,
};

/* What the options say over what FORM says. */
static void take_options(struct connection_form *form, struct value arguments)
{
	form->base_url = arg(arguments, "url", form->base_url);
	form->secret = arg(arguments, "key", form->secret);
	form->model = arg(arguments, "model", form->model);
	form->provider = arg(arguments, "provider", form->provider);
	form->script = arg(arguments, "script", form->script);
	form->name = arg(arguments, "rename", form->name);
	form->allow_http = value_get_bool(arguments, "allow-http", form->allow_http);
}

static bool save(struct command_context *context, const struct connection_form *form,
	struct str was, struct value arguments, struct err *e)
{
	bool preset = value_get_bool(arguments, "default", false);
	if (preset && form->model.len == 0)
		return err_set(e, ERR_USAGE, "The default needs a model: add --model M.");
	if (!connections_save(context->engine, form, was, e))
		return false;
	output_aside(context->output,
		"The connection %.*s is in lathe.yaml. Try it: lathe "
		"connection test %.*s",
		STR_ARG(form->name), STR_ARG(form->name));
	return !preset || connections_set_default(context->engine, form->name, e);
}

/* The vendor of that name; of several the one whose key is there. */
static const struct connection_offer *offer_of(struct str name)
{
	const struct connection_offer *found = NULL;
	for (const struct connection_offer *o = connection_offers; o->variable != NULL; o++)
		if (str_is(name, o->name) &&
			(found == NULL ||
				(getenv(found->variable) == NULL && getenv(o->variable) != NULL)))
			found = o;
	return found;
}

static bool run_add(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct connection_form form = {.name = arg(arguments, "name", STR(""))};
	form.provider = STR("openai");
	form.base_url = form.model = form.secret = form.script = STR("");
	bool vendor = value_get_cstr(arguments, "url") == NULL &&
		      value_get_cstr(arguments, "provider") == NULL;
	const struct connection_offer *o = vendor ? offer_of(form.name) : NULL;
	if (o != NULL) {
		form.provider = str_from(o->provider != NULL ? o->provider : "openai");
		form.base_url = str_from(connection_offer_url(o));
		form.model = str_from(o->model);
		form.secret = str_format(&a, "env:%s", o->variable);
	}
	take_options(&form, arguments);
	bool ok;
	if (form.base_url.len == 0 &&
		(str_is(form.provider, "openai") || str_is(form.provider, "azure"))) {
		err_set(e, ERR_USAGE, "The connection needs an address: --url URL.");
		ok = err_hint(e,
			"For example: lathe connection add %.*s --url "
			"http://127.0.0.1:11434/v1",
			STR_ARG(form.name));
	} else {
		ok = save(context, &form, STR(""), arguments, e);
	}
	arena_release(&a);
	return ok;
}

/* The connection called NAME. */
static bool find(struct engine *engine, struct arena *a, struct str name,
	struct connection_form *out, struct err *e)
{
	struct connection_form *list;
	size_t count = connections_list(engine, a, &list);
	for (size_t i = 0; i < count; i++) {
		if (!str_eq(list[i].name, name))
			continue;
		*out = list[i];
		return true;
	}
	err_set(e, ERR_CONFIG, "There is no connection '%.*s' in lathe.yaml.", STR_ARG(name));
	return err_hint(e, "lathe connection list shows them.");
}

static bool run_change(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct connection_form form;
	struct str was = arg(arguments, "name", STR(""));
	bool ok = find(context->engine, &a, was, &form, e);
	if (ok) {
		take_options(&form, arguments);
		ok = save(context, &form, was, arguments, e);
	}
	arena_release(&a);
	return ok;
}

static const struct argument remove_arguments[] = {NAME_ARGUMENT("the connection"), {.name = NULL}};

static bool run_remove(struct command_context *context, struct value arguments, struct err *e)
{
	struct str name = arg(arguments, "name", STR(""));
	if (!connections_remove(context->engine, name, e))
		return false;
	output_aside(context->output, "The connection %.*s is out of lathe.yaml.", STR_ARG(name));
	return true;
}

static const struct argument default_arguments[] = {
	{.name = "model",
		.type = ARGUMENT_TEXT,
		.value = "M",
		.help = "CONNECTION, CONNECTION/MODEL or local/extract",
		.positional = true,
		.required = true,
		.choices = "models"},
	{.name = NULL},
};

static bool run_default(struct command_context *context, struct value arguments, struct err *e)
{
	struct str model = arg(arguments, "model", STR(""));
	if (!connections_set_default(context->engine, model, e))
		return false;
	output_aside(context->output, "Runs that name no model use %.*s now.", STR_ARG(model));
	return true;
}

static const struct argument test_arguments[] = {
	NAME_ARGUMENT("the connection"),
	{.name = "json", .type = ARGUMENT_FLAG, .help = "the result as a JSON object"},
	{.name = NULL},
};

struct trial {
	struct output *output;
	struct str name;
	struct err *err;
	bool done, good;
};

static void show_report(const struct trial *t, const struct connection_report *report)
{
	struct output *o = t->output;
	long long ms = report->took_ns / NS_PER_MS;
	output_field(o, t->name);
	if (report->status > 0)
		output_format(o, " answers in %lld ms", ms);
	else
		output_cstr(o, " is ready");
	if (report->model_count > 0)
		output_format(o, " and lists %zu model%s:", report->model_count,
			report->model_count == 1 ? "" : "s");
	output_cstr(o, report->model_count > 0 ? "\n" : ".\n");
	for (size_t i = 0; i < report->model_count && i < MODELS_SHOWN; i++) {
		output_cstr(o, "  ");
		output_field(o, report->models[i]);
		output_cstr(o, "\n");
	}
	if (report->model_count > MODELS_SHOWN)
		output_format(o, "  and %zu more (--json lists them)\n",
			report->model_count - MODELS_SHOWN);
	if (report->note.len > 0) {
		output_field(o, report->note);
		output_cstr(o, "\n");
	}
}

static void show_json(const struct trial *t, const struct connection_report *report)
{
	struct arena a = ARENA_INIT;
	struct value v = value_dict(&a), models = value_list(&a);
	for (size_t i = 0; i < report->model_count; i++)
		value_push(models, value_str(report->models[i]));
	value_set(v, STR("name"), value_str(t->name));
	value_set(v, STR("works"), value_bool(t->good));
	value_set(v, STR("status"), value_int(report->status));
	value_set(v, STR("took_ms"), value_int(report->took_ns / NS_PER_MS));
	value_set(v, STR("models"), models);
	value_set(v, STR("note"), value_str(report->note));
	value_set(v, STR("error"), value_cstr(report->error.text));
	output_json(t->output, v);
	arena_release(&a);
}

static void on_tried(void *ctx, const struct connection_report *report)
{
	struct trial *t = ctx;
	t->done = true;
	t->good = report->error.code == ERR_NONE;
	if (output_form(t->output) == OUTPUT_JSON)
		show_json(t, report);
	else if (t->good)
		show_report(t, report);
	if (!t->good)
		*t->err = report->error;
}

static bool run_test(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct connection_form form;
	struct trial t = {.output = context->output, .err = e};
	t.name = arg(arguments, "name", STR(""));
	bool ok = find(context->engine, &a, t.name, &form, e) &&
		  connection_test_start(context->engine, &form, on_tried, &t, e) != NULL;
	if (ok)
		loop_run_until(engine_loop(context->engine), &t.done);
	arena_release(&a);
	return ok && t.good;
}

static bool run_trust(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct connection_form form;
	bool ok = find(context->engine, &a, arg(arguments, "name", STR("")), &form, e) &&
		  key_trust_named(context->engine, form.name, e);
	if (ok)
		output_aside(context->output, "%.*s may send %.*s to %.*s.", STR_ARG(form.name),
			STR_ARG(form.secret.len > 0 ? form.secret : STR("no key")),
			STR_ARG(form.base_url));
	arena_release(&a);
	return ok;
}

#define ROW(id_, verb_, title_, help_, arguments_, run_)                                           \
	{                                                                                          \
		.id = (id_), .verb = (verb_), .title = (title_), .help = (help_), .keys = "",      \
		.where = IN_CLI, .arguments = (arguments_), .needs_engine = true, .run = (run_)    \
	}

/* clang-format off */
const struct command connection_commands[] = {
	ROW("connection.list", "connection list", "List the connections",
		"Lists the connections of lathe.yaml, and the variables that would make one.",
		list_arguments, run_list),
	ROW("connection.add", "connection add", "Add a connection",
		"Adds a connection to lathe.yaml; the rest of the file stays as it is.",
		add_arguments, run_add),
	ROW("connection.change", "connection change", "Change a connection",
		"Changes what the options name of a connection in lathe.yaml.",
		change_arguments, run_change),
	ROW("connection.remove", "connection remove", "Remove a connection",
		"Takes a connection out of lathe.yaml.", remove_arguments, run_remove),
	ROW("connection.default", "connection default", "Set the default model",
		"Sets the model of runs that name none, in lathe.yaml.",
		default_arguments, run_default),
	ROW("connection.trust", "connection trust", "Trust a connection",
		"Approves that a connection's key goes where lathe.yaml says, and that the program "
		"of a cmd: reference runs.",
		remove_arguments, run_trust),
	ROW("connection.test", "connection test", "Test a connection",
		"Asks a connection's server for its models, and says how long it took.",
		test_arguments, run_test),
	{.id = NULL},
};
/* clang-format on */
