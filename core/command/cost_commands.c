/* SPDX-License-Identifier: MIT */
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/command/output.h"
#include "core/command/registry.h"
#include "core/command/run_view.h"
#include "core/engine/cost.h"
#include "core/loop/loop.h"

#include <inttypes.h>

#define BY_WORDS "run model connection day prompt price"

static const struct argument cost_arguments[] = {
	{.name = "by",
		.type = ARGUMENT_TEXT,
		.value = "WHAT",
		.help = "a line for each run, model (the default), connection, day, prompt or price",
		.choices = BY_WORDS},
	{.name = "since",
		.type = ARGUMENT_TEXT,
		.value = "TIME",
		.help = "only requests since then: 2026-11-01, today, 7d, 24h",
		.choices = "today 24h 7d 30d"},
	{.name = "run",
		.type = ARGUMENT_TEXT,
		.value = "ID|last",
		.help = "only this run",
		.choices = "runs"},
	{.name = "as",
		.type = ARGUMENT_TEXT,
		.value = "MODEL",
		.help = "what it would have cost at this model's prices",
		.choices = "models"},
	{.name = "prices",
		.type = ARGUMENT_FILE,
		.value = "FILE",
		.help = "what it would have cost by the prices of FILE, written as models.yaml is"},
	{.name = "json", .type = ARGUMENT_FLAG, .help = "one JSON object a line, the total last"},
	{.name = NULL},
};

static void set_sum(struct value v, const struct cost_sum *s)
{
	value_set(v, STR("requests"), value_int(s->requests));
	value_set(v, STR("cached"), value_int(s->cached));
	value_set(v, STR("unpriced"), value_int(s->unpriced));
	value_set(v, STR("estimated"), value_int(s->estimated));
	value_set(v, STR("possible_spend"), value_int(s->possible));
	value_set(v, STR("input_tokens"), value_int(s->input));
	value_set(v, STR("output_tokens"), value_int(s->output));
	value_set(v, STR("cache_read_tokens"), value_int(s->cache_read));
	value_set(v, STR("cache_write_tokens"), value_int(s->cache_write));
	value_set(v, STR("reasoning_tokens"), value_int(s->reasoning));
	value_set(v, STR("cost_nano"), value_int(s->nano));
}

static void show_json(struct output *o, struct arena *a, struct str by, const struct cost_report *r)
{
	for (size_t i = 0; i < r->len; i++) {
		struct value v = value_dict(a);
		value_set(v, by, value_str(r->groups[i].key));
		if (r->groups[i].name.len > 0)
			value_set(v, STR("name"), value_str(r->groups[i].name));
		set_sum(v, &r->groups[i].sum);
		output_json(o, v);
	}
	struct value v = value_dict(a);
	value_set(v, STR("total"), value_bool(true));
	set_sum(v, &r->total);
	if (r->note.len > 0)
		value_set(v, STR("note"), value_str(r->note));
	output_json(o, v);
}

/* The sign before an amount has three bytes and one cell. */
static void show_line(struct output *o, const struct cost_sum *s)
{
	char cost[COST_TEXT], in[DURATION_TEXT], out[DURATION_TEXT];
	bool ours = s->estimated > 0;
	cost_text(s->nano, s->unpriced, ours, cost);
	if (cost[0] == '\0')
		output_format(o, "%14s", "$0");
	else
		output_format(o, "%*s", cost[0] == '$' ? 14 : 16, cost);
	output_format(o, " %8" PRId64 " %7" PRId64 " %*s %*s  ", s->requests, s->cached,
		ours ? 12 : 10, tokens_text(s->input, ours, in), ours ? 12 : 10,
		tokens_text(s->output, ours, out));
}

static void show_text(struct output *o, struct str by, const struct cost_report *r)
{
	struct arena a = ARENA_INIT;
	if (r->len > 0)
		output_dim(o, str_format(&a, "%14s requests  cached     tok in    tok out  %.*s\n",
				      "cost", STR_ARG(by)));
	for (size_t i = 0; i < r->len; i++) {
		const struct cost_group *g = &r->groups[i];
		show_line(o, &g->sum);
		output_field(o, g->name.len > 0 ? str_slice(g->key, 0, 8) : g->key);
		if (g->name.len > 0) {
			output_cstr(o, "  ");
			output_field(o, g->name);
		}
		output_cstr(o, "\n");
	}
	if (r->len > 1) {
		show_line(o, &r->total);
		output_strong(o, STR("all"));
		output_cstr(o, "\n");
	}
	arena_release(&a);
}

/* What the figures are not. */
static void show_doubts(struct output *o, const struct cost_report *r)
{
	const struct cost_sum *t = &r->total;
	if (t->unpriced > 0)
		output_aside(o, "Of %" PRId64 " requests %" PRId64 " %s no known cost.",
			t->requests, t->unpriced, t->unpriced == 1 ? "has" : "have");
	if (t->possible > 0)
		output_aside(o, "%" PRId64 " may have been paid for, though no answer is known.",
			t->possible);
	if (t->estimated > 0)
		output_aside(o,
			"Of %" PRId64 " the tokens are counted here, because the server did not "
			"tell.",
			t->estimated);
	if (r->note.len > 0)
		output_aside(o, "%.*s", STR_ARG(r->note));
}

static bool run_cost(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct output *o = context->output;
	struct cost_report report;
	struct str by = value_get_str(arguments, "by", STR("model"));
	struct str since = value_get_str(arguments, "since", STR(""));
	struct cost_query query = {.run = value_get_str(arguments, "run", STR("")),
		.as_model = value_get_str(arguments, "as", STR_NONE).at,
		.prices_file = value_get_str(arguments, "prices", STR_NONE).at};
	bool ok = true;
	if (!cost_by_word(by, &query.by)) {
		err_set(e, ERR_USAGE, "There is no report by '%.*s'.", STR_ARG(by));
		ok = err_hint(e, "It is one of: %s.", BY_WORDS);
	} else if (since.len > 0) {
		ok = cost_since(since, loop_now(engine_loop(context->engine)), &query.since_ns, e);
	}
	ok = ok && cost_report(context->engine, &query, &a, &report, e);
	if (ok && output_form(o) == OUTPUT_JSON) {
		show_json(o, &a, by, &report);
	} else if (ok) {
		show_text(o, by, &report);
		show_doubts(o, &report);
		if (report.len == 0)
			output_aside(o, "No request is recorded here%s.",
				since.len > 0 ? " since then" : " yet");
	}
	arena_release(&a);
	return ok;
}

const struct command cost_commands[] = {
	{.id = "cost.report",
		.verb = "cost",
		.title = "Show what requests cost",
		.help = "Adds up what the recorded requests cost, or would have cost elsewhere.",
		.keys = "",
		.where = IN_CLI,
		.arguments = cost_arguments,
		.needs_engine = true,
		.run = run_cost},
	{.id = NULL},
};
