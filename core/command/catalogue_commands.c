/* SPDX-License-Identifier: MIT */
#include "core/command/output.h"
#include "core/command/registry.h"
#include "core/command/run_view.h"
#include "core/engine/engine.h"
#include "core/engine/model_refresh.h"
#include "core/loop/loop.h"
#include "core/model/price.h"

#include <inttypes.h>
#include <stdio.h>

static const struct argument models_arguments[] = {
	{.name = "refresh",
		.type = ARGUMENT_FLAG,
		.help = "ask the connections' servers which models they have, and keep what they say"},
	{.name = "connection",
		.type = ARGUMENT_TEXT,
		.value = "NAME",
		.help = "with --refresh: ask only this connection's"},
	{.name = "known",
		.type = ARGUMENT_FLAG,
		.help = "all models that something is known of, with window, prices and their date"},
	{.name = "names", .type = ARGUMENT_FLAG, .help = "only the names, without looking further"},
	{.name = "json", .type = ARGUMENT_FLAG, .help = "one JSON object a line"},
	{.name = NULL},
};

struct looking {
	struct output *output;
	bool done;
	bool any;
};

static void on_found(void *ctx, const struct detected *what)
{
	struct looking *l = ctx;
	struct arena a = ARENA_INIT;
	if (what == NULL) {
		l->done = true;
	} else if (output_form(l->output) == OUTPUT_JSON) {
		struct value v = value_dict(&a);
		value_set(v, STR("found"), value_str(what->server));
		value_set(v, STR("base_url"), value_str(what->base_url));
		value_set(v, STR("models"), value_str(what->models));
		output_json(l->output, v);
	} else {
		if (!l->any)
			output_cstr(l->output,
				"\nFound on this machine (to use one, name it in lathe.yaml):\n");
		l->any = true;
		output_cstr(l->output, "  ");
		output_field(
			l->output, str_format(&a, "%.*s at %.*s: %.*s", STR_ARG(what->server),
					   STR_ARG(what->base_url),
					   STR_ARG(what->models.len > 0 ? what->models
									: STR("no model loaded"))));
		output_cstr(l->output, "\n");
	}
	output_flush(l->output);
	arena_release(&a);
}

static void set_number(struct value v, const char *key, int64_t n)
{
	value_set(v, str_from(key), n >= 0 ? value_int(n) : value_none());
}

/* Prices are dollars a million tokens. */
static void set_price(struct value v, const char *key, int64_t micro)
{
	value_set(v, str_from(key), micro >= 0 ? value_float((double)micro / 1e6) : value_none());
}

static void set_facts(struct value v, const struct model_listing *m)
{
	set_number(v, "window", m->window);
	set_number(v, "max_output", m->max_output);
	set_price(v, "input_price", m->input_price);
	set_price(v, "cache_read_price", m->cache_read_price);
	set_price(v, "output_price", m->output_price);
	value_set(v, STR("as_of"), value_str(m->as_of));
	value_set(v, STR("price"), value_str(m->price));
}

/* "128k", "1.05M". */
static char *window_text(int64_t tokens, char out[DURATION_TEXT])
{
	if (tokens < 0)
		snprintf(out, DURATION_TEXT, "?");
	else if (tokens < 1000000)
		snprintf(out, DURATION_TEXT, "%" PRId64 "k", tokens / 1000);
	else
		snprintf(out, DURATION_TEXT, "%.3gM", (double)tokens / 1e6);
	return out;
}

static char *dollars(int64_t micro, char out[PRICE_TEXT])
{
	return price_text(micro < 0 ? -1 : micro * 1000, out);
}

/* What is known of it, behind where it answers. */
static void show_facts(struct output *o, struct arena *a, const struct model_listing *m)
{
	char window[DURATION_TEXT], in[PRICE_TEXT], out[PRICE_TEXT];
	if (m->window > 0)
		output_dim(o, str_format(a, " · %s window", window_text(m->window, window)));
	if (m->input_price >= 0 && m->output_price >= 0)
		output_dim(o, str_format(a, " · %s in, %s out a million tokens%s%.*s%s",
				      dollars(m->input_price, in), dollars(m->output_price, out),
				      m->as_of.len > 0 ? " (" : "", STR_ARG(m->as_of),
				      m->as_of.len > 0 ? ")" : ""));
}

static void show_known(struct output *o, const struct model_listing *m)
{
	struct arena a = ARENA_INIT;
	char window[DURATION_TEXT], in[PRICE_TEXT], read[PRICE_TEXT], out[PRICE_TEXT];
	if (output_form(o) == OUTPUT_JSON) {
		struct value v = value_dict(&a);
		value_set(v, STR("model"), value_str(m->name));
		value_set(v, STR("origin"), value_str(m->origin));
		set_facts(v, m);
		output_json(o, v);
	} else {
		output_field(o, str_format(&a, "%-28.*s %-12.*s %6s %10s %10s %10s  %-10.*s",
					STR_ARG(m->name), STR_ARG(m->vendor),
					window_text(m->window, window), dollars(m->input_price, in),
					dollars(m->cache_read_price, read),
					dollars(m->output_price, out), STR_ARG(m->as_of)));
		output_dim(o, str_format(&a, "  %.*s", STR_ARG(m->origin)));
		output_cstr(o, "\n");
	}
	arena_release(&a);
}

static bool list_known(struct command_context *context, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct model_listing *list;
	size_t count;
	struct output *o = context->output;
	bool ok = engine_known_models(context->engine, &a, &list, &count, e);
	if (ok && output_form(o) != OUTPUT_JSON)
		output_dim(o, STR("model                        vendor       window         in     "
				  "cached        out  as of       from\n"));
	for (size_t i = 0; ok && i < count; i++)
		show_known(o, &list[i]);
	if (ok)
		output_aside(o, "Dollars a million tokens. Prices change: look at their date.");
	arena_release(&a);
	return ok;
}

struct refreshing {
	struct output *output;
	size_t asked, failed;
	struct err error;
};

static void on_refreshed(void *ctx, const struct model_refresh *r)
{
	struct refreshing *f = ctx;
	f->asked++;
	if (r->error.code != ERR_NONE) {
		f->failed++;
		f->error = r->error;
		err_prefix(&f->error, "%.*s", STR_ARG(r->connection));
		output_error(f->output, &f->error);
		return;
	}
	output_field(f->output, r->connection);
	output_format(f->output, ": %zu model%s, %zu with a window, %zu with prices\n", r->models,
		r->models == 1 ? "" : "s", r->windows, r->prices);
}

static bool refresh(struct command_context *context, struct value arguments, struct err *e)
{
	struct refreshing f = {.output = context->output};
	const char *only = value_get_str(arguments, "connection", STR_NONE).at;
	if (!model_refresh(context->engine, only, on_refreshed, &f, e))
		return false;
	if (f.asked == 0 && only != NULL) {
		err_set(e, ERR_CONFIG, "The connection '%s' has no list of models.", only);
		return err_hint(e, "lathe connection list shows the connections.");
	}
	if (f.asked == 0)
		return err_set(e, ERR_CONFIG,
			"No connection of lathe.yaml has a server that lists its models.");
	if (f.failed == f.asked)
		return err_set(e, ERR_NET, "Nothing was learned.");
	return true;
}

static void show_model(struct output *o, const struct model_listing *m, bool names)
{
	struct arena a = ARENA_INIT;
	if (names) {
		output_field(o, m->name);
		output_cstr(o, "\n");
	} else if (output_form(o) == OUTPUT_JSON) {
		struct value v = value_dict(&a);
		value_set(v, STR("model"), value_str(m->name));
		value_set(v, STR("origin"), value_str(m->origin));
		value_set(v, STR("default"), value_bool(m->is_default));
		set_facts(v, m);
		output_json(o, v);
	} else {
		output_cstr(o, m->is_default ? "* " : "  ");
		output_field(o, str_format(&a, "%-28.*s  ", STR_ARG(m->name)));
		output_dim(o, m->origin);
		show_facts(o, &a, m);
		output_cstr(o, "\n");
	}
	arena_release(&a);
}

static bool run_models(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct model_listing *list;
	size_t count;
	bool names = value_get_bool(arguments, "names", false);
	if (value_get_bool(arguments, "refresh", false))
		return refresh(context, arguments, e);
	if (value_get_bool(arguments, "known", false))
		return list_known(context, e);
	bool ok = engine_models(context->engine, &a, &list, &count, e);
	for (size_t i = 0; ok && i < count; i++)
		show_model(context->output, &list[i], names);
	output_flush(context->output);
	if (ok && !names) {
		struct looking l = {.output = context->output};
		engine_detect(context->engine, false, on_found, &l);
		loop_run_until(engine_loop(context->engine), &l.done);
	}
	arena_release(&a);
	return ok;
}

const struct command catalogue_commands[] = {
	{.id = "model.list",
		.verb = "models",
		.title = "List the models",
		.help = "Lists the models that can be asked for with window and price, and what runs "
			"on this machine.",
		.keys = "",
		.where = IN_CLI,
		.arguments = models_arguments,
		.needs_engine = true,
		.writes = true,
		.run = run_models},
	{.id = NULL},
};
