/* SPDX-License-Identifier: MIT */
#include "core/command/run_commands.h"

#include "core/command/arguments.h"
#include "core/command/data_run.h"
#include "core/command/estimate_view.h"
#include "core/command/output.h"
#include "core/command/registry.h"
#include "core/command/run_view.h"
#include "core/data/json.h"
#include "core/engine/preview.h"
#include "core/loop/loop.h"

#include <signal.h>
#include <string.h>

static const struct argument run_arguments[] = {
	{.name = "file",
		.type = ARGUMENT_FILE,
		.value = "PROMPT|FLOW",
		.help = "a .prompty, .jinja2, .txt or .md prompt, a flow.dag.yaml or its folder",
		.positional = true,
		.required = true},
	{.name = "input",
		.letter = 'i',
		.type = ARGUMENT_PAIR,
		.value = "NAME=VALUE|@FILE",
		.help = "an input, or a JSON file of inputs; without any, a prompt's sample is used"},
	{.name = "model",
		.letter = 'm',
		.type = ARGUMENT_TEXT,
		.value = "M",
		.help = "the model: CONNECTION, CONNECTION/MODEL or local/extract",
		.choices = "models"},
	DATA_RUN_ARGUMENTS,
	{.name = "json", .type = ARGUMENT_FLAG, .help = "one JSON event a line (see EVENTS)"},
	{.name = "plain",
		.type = ARGUMENT_FLAG,
		.help = "labelled lines without colour, for screen readers and logs"},
	{.name = "dry-run",
		.type = ARGUMENT_FLAG,
		.help = "print the exact requests as JSON instead of sending and recording them"},
	{.name = "wire",
		.type = ARGUMENT_FLAG,
		.help = "the same with each request's method, address and headers around its body"},
	{.name = "curl",
		.type = ARGUMENT_FLAG,
		.help = "the same as command lines for curl; the key's value is not in them"},
	{.name = "estimate",
		.type = ARGUMENT_FLAG,
		.help = "say what the run will cost, at least, likely and at most, instead of running"},
	{.name = "no-fallback",
		.type = ARGUMENT_FLAG,
		.help = "ask only the chosen model, also when it cannot answer"},
	{.name = "cache",
		.type = ARGUMENT_TEXT,
		.value = "off|on|only",
		.help = "use answers that were given before; only: ask nobody, and fail where there "
			"is none; lathe.yaml says otherwise, else off, and on with --data",
		.choices = "off on only"},
	{.name = "trust",
		.type = ARGUMENT_FLAG,
		.help = "approve the endpoints and environment variables that the file names"},
	{.name = NULL},
};

/* Shows what the file asks for and takes the owner's word; true when nothing is open any more. */
static bool ask_approvals(
	struct command_context *context, const struct run_spec *spec, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct approval *list;
	size_t count;
	bool ok = engine_approvals(context->engine, spec, &a, &list, &count, e);
	for (size_t i = 0; ok && i < count; i++) {
		struct str what = trust_words(&a, &list[i]);
		bool is_key = str_is(list[i].file, "lathe.yaml");
		const char *who = is_key ? "lathe.yaml" : spec->path;
		ok = output_ask(context->output,
			     str_format(&a, "%s wants to %.*s. Allow it?", who, STR_ARG(what))) &&
		     trust_approve(&list[i], e);
		if (!ok && e->code == ERR_NONE) {
			err_set(e, ERR_CONFIG, "%s wants to %.*s, which is not approved.", who,
				STR_ARG(what));
			err_hint(e,
				"Read the file, then run it with --trust, or with another --model.");
		}
	}
	arena_release(&a);
	return ok;
}

struct interrupt {
	struct command_context *context;
	uint64_t run;
	struct loop_signal *watches[3];
};

static void on_signal(void *ctx, int number)
{
	struct interrupt *i = ctx;
	const struct run_state *state = engine_run(i->context->engine, i->run);
	(void)number;
	if (state != NULL && state->status == TRACE_RUNNING)
		engine_cancel_run(i->context->engine, i->run);
}

static void watch_signals(struct interrupt *i)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct loop *loop = engine_loop(i->context->engine);
	for (size_t n = 0; n < 3; n++)
		i->watches[n] = loop_signal_watch(loop, numbers[n], on_signal, i);
}

static void unwatch_signals(struct interrupt *i)
{
	for (size_t n = 0; n < 3; n++)
		loop_signal_close(i->watches[n]);
}

static bool run_status(const struct run_state *state, struct err *e)
{
	if (state->status == TRACE_OK)
		return true;
	if (state->error.code != ERR_NONE) {
		*e = state->error;
		return false;
	}
	if (state->status == TRACE_CANCELLED)
		return err_set(e, ERR_CANCELLED, "The run was stopped; what had come is kept.");
	return err_set(e, ERR_PROVIDER, "The run ended as %s.", trace_status_word(state->status));
}

enum dry_form { DRY_BODY, DRY_WIRE, DRY_CURL };

struct dry_run {
	struct output *output;
	enum dry_form form;
	struct err error;
	bool done;
};

static enum dry_form dry_form_of(struct value arguments)
{
	if (value_get_bool(arguments, "curl", false))
		return DRY_CURL;
	return value_get_bool(arguments, "wire", false) ? DRY_WIRE : DRY_BODY;
}

static bool is_dry(struct value arguments)
{
	return value_get_bool(arguments, "dry-run", false) || dry_form_of(arguments) != DRY_BODY;
}

/* The body as JSON where it is, so that the whole can be read by programs. */
static struct str wire_line(struct arena *a, const struct preview_request *request)
{
	struct value v = value_dict(a), body;
	struct err ignored = ERR_INIT; /* no JSON: a string */
	if (!json_read(a, request->body, NULL, &body, &ignored))
		body = value_str(request->body);
	value_set(v, STR("model"), value_str(request->model));
	value_set(v, STR("method"), value_str(request->method));
	value_set(v, STR("url"), value_str(request->url));
	value_set(v, STR("headers"), request->headers);
	value_set(v, STR("body"), body);
	return json_text(a, v, JSON_COMPACT);
}

static void show_request(struct dry_run *d, const struct preview_request *request)
{
	struct arena a = ARENA_INIT;
	if (d->form == DRY_CURL && request->curl.len > 0)
		output_str(d->output, request->curl);
	else if (d->form == DRY_CURL)
		err_set(&d->error, ERR_USAGE,
			"%.*s is not asked over HTTP: there is no curl for it.",
			STR_ARG(request->model));
	else
		output_str(d->output, d->form == DRY_WIRE ? wire_line(&a, request) : request->body);
	if (d->form != DRY_CURL)
		output_cstr(d->output, "\n");
	arena_release(&a);
}

static void show_requests(void *ctx, const struct preview *what)
{
	struct dry_run *d = ctx;
	for (size_t i = 0; i < what->count; i++)
		show_request(d, &what->requests[i]);
	if (d->error.code == ERR_NONE)
		d->error = what->error;
	d->done = true;
}

static bool dry_run(struct command_context *context, const struct run_spec *spec,
	enum dry_form form, struct err *e)
{
	struct dry_run d = {.output = context->output, .form = form};
	if (!engine_preview(context->engine, spec, show_requests, &d, e))
		return false;
	loop_run_until(engine_loop(context->engine), &d.done);
	*e = d.error;
	return d.error.code == ERR_NONE;
}

bool run_commands_run(struct command_context *context, const struct run_spec *spec, struct err *e)
{
	if (!ask_approvals(context, spec, e))
		return false;
	struct run_view view;
	uint64_t id = 0;
	run_view_start(&view, context);
	bool ok = engine_start_run(context->engine, spec, &id, e);
	if (ok) {
		struct interrupt interrupt = {.context = context, .run = id};
		watch_signals(&interrupt);
		run_view_wait(&view, id);
		unwatch_signals(&interrupt);
		const struct run_state *state = engine_run(context->engine, id);
		run_view_end(&view, state);
		ok = run_status(state, e);
		engine_release_run(context->engine, id);
	}
	run_view_stop(&view);
	return ok;
}

/* Over the rows of --data; false without E set when that was not given. */
static bool run_rows(struct command_context *context, const struct run_spec *spec,
	struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct rows_spec rows;
	bool ok = data_run_spec(&a, arguments, &rows, e);
	if (ok && is_dry(arguments))
		ok = err_set(e, ERR_USAGE, "--dry-run shows one request: it does not take --data.");
	rows.path = spec->path;
	ok = ok && ask_approvals(context, spec, e) &&
	     (value_get_bool(arguments, "estimate", false) ? estimate_view_rows(context, &rows, e)
							   : data_run(context, &rows, e));
	arena_release(&a);
	return ok;
}

static bool run_one(struct command_context *context, const struct run_spec *spec,
	struct value arguments, struct err *e)
{
	if (is_dry(arguments))
		return ask_approvals(context, spec, e) &&
		       dry_run(context, spec, dry_form_of(arguments), e);
	if (value_get_bool(arguments, "estimate", false))
		return ask_approvals(context, spec, e) && estimate_view(context, spec, e);
	return run_commands_run(context, spec, e);
}

static bool run_run(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct run_spec spec = {
		.path = value_get_str(arguments, "file", STR_NONE).at,
		.model = value_get_str(arguments, "model", STR_NONE).at,
		.no_fallback = value_get_bool(arguments, "no-fallback", false),
		.cache = value_get_str(arguments, "cache", STR_NONE).at,
	};
	if (value_get_cstr(arguments, "data") != NULL)
		return run_rows(context, &spec, arguments, e);
	struct rows_spec none;
	bool ok = (data_run_spec(&a, arguments, &none, e) || e->code == ERR_NONE) &&
		  arguments_pairs(&a, arguments, "input", &spec.inputs, e) &&
		  data_run_cost(arguments, &spec.max_cost_nano, e) &&
		  run_one(context, &spec, arguments, e);
	arena_release(&a);
	return ok;
}

const struct command run_commands[] = {
	{.id = "run.headless",
		.verb = "run",
		.title = "Run a prompt or a flow",
		.help = "Runs a prompt or a flow and streams its answer to standard output.",
		.keys = "",
		.where = IN_CLI,
		.risk = RISK_SPENDS,
		.arguments = run_arguments,
		.needs_engine = true,
		.writes = true,
		.run = run_run},
	{.id = NULL},
};
