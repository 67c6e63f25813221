/* SPDX-License-Identifier: MIT */
#include "core/base/file.h"
#include "core/command/output.h"
#include "core/command/registry.h"
#include "core/command/run_view.h"
#include "core/engine/engine.h"
#include "core/eval/facts.h"
#include "core/eval/golden.h"
#include "core/eval/statistics.h"

#include <inttypes.h>

enum { SHOWN = 10 };

static const struct argument tour_arguments[] = {
	{.name = "dir",
		.type = ARGUMENT_FILE,
		.value = "DIR",
		.help = "a copy of the welcome workspace (lathe init --welcome DIR)",
		.positional = true,
		.required = true},
	{.name = "model",
		.letter = 'm',
		.type = ARGUMENT_TEXT,
		.value = "M",
		.help = "the model to answer with",
		.choices = "models"},
	{.name = NULL},
};

struct tour {
	struct command_context *context;
	const char *model;
	size_t answerable, complete; /* questions; those with all their facts */
	size_t facts, facts_found;
	size_t cited; /* answerable questions whose source was cited */
	size_t unanswerable, declined;
	size_t failed;
	int64_t whole_ns;
};

static const struct run_state *answer(
	struct tour *t, struct arena *a, const struct golden_case *c, struct err *e)
{
	struct engine *engine = t->context->engine;
	struct run_spec spec = {.path = "flows/onboarding/flow.dag.yaml",
		.inputs = value_dict(a),
		.model = t->model};
	uint64_t id;
	value_set(spec.inputs, STR("question"), value_str(c->question));
	if (!engine_start_run(engine, &spec, &id, e))
		return NULL;
	engine_wait_run(engine, id);
	return engine_run(engine, id);
}

static bool cites_source(const struct golden_case *c, const struct run_state *state)
{
	const struct value *passages = value_get_cstr(state->outputs, "passages");
	for (size_t i = 0;
		passages != NULL && passages->kind == VALUE_LIST && i < passages->u.list->len;
		i++) {
		struct str source = value_get_str(passages->u.list->items[i], "source", STR(""));
		if (golden_has_source(c, source) && facts_cites(state->text, i + 1))
			return true;
	}
	return false;
}

static void show_case(struct tour *t, const struct golden_case *c, const struct run_state *state,
	size_t found, bool cited)
{
	struct output *o = t->context->output;
	char time[DURATION_TEXT];
	output_strong(o, c->question);
	output_cstr(o, "\n");
	output_str(o, str_trim(state->text));
	output_format(o, "\n  %s · ", duration_text(state->ended_ns - state->started_ns, time));
	if (c->answerable)
		output_format(o, "facts found %zu of %zu, source cited %s\n\n", found,
			c->facts.u.list->len, cited ? "yes" : "no");
	else
		output_format(o,
			"facts found 0 of 0, source cited %s (the documents do not answer this; "
			"declined %s)\n\n",
			facts_cites_any(state->text) ? "yes" : "none",
			facts_cites_any(state->text) ? "no" : "yes");
	output_flush(o);
}

static void count_case(
	struct tour *t, const struct golden_case *c, const struct run_state *state, bool shown)
{
	size_t wanted = c->facts.u.list->len;
	size_t found = facts_found(c->facts, state->text);
	bool cited = c->answerable && cites_source(c, state);
	t->whole_ns += state->ended_ns - state->started_ns;
	if (c->answerable) {
		t->answerable++;
		t->complete += found == wanted;
		t->facts += wanted;
		t->facts_found += found;
		t->cited += cited;
	} else {
		t->unanswerable++;
		t->declined += !facts_cites_any(state->text);
	}
	if (shown)
		show_case(t, c, state, found, cited);
}

static void show_rate(struct tour *t, const char *what, size_t hits, size_t total)
{
	struct interval i = wilson_interval(hits, total);
	output_format(t->context->output, "  %-34s %3zu of %3zu  %3.0f%% [%.0f, %.0f]\n", what,
		hits, total, total > 0 ? 100.0 * (double)hits / (double)total : 0.0, 100 * i.low,
		100 * i.high);
}

static void show_totals(struct tour *t, size_t count, const char *model)
{
	struct output *o = t->context->output;
	char time[DURATION_TEXT];
	output_format(o, "All %zu questions on %s, %s in all (95%% intervals):\n", count, model,
		duration_text(t->whole_ns, time));
	show_rate(t, "facts found", t->facts_found, t->facts);
	show_rate(t, "answers with all their facts", t->complete, t->answerable);
	show_rate(t, "right source cited", t->cited, t->answerable);
	show_rate(t, "not answerable, and declined", t->declined, t->unanswerable);
	if (t->failed > 0)
		output_format(o, "  runs that failed, counted nowhere above: %zu\n", t->failed);
	output_flush(o);
}

static bool run_case(struct tour *t, const struct golden_case *c, bool shown, struct err *e)
{
	struct arena a = ARENA_INIT;
	const struct run_state *state = answer(t, &a, c, e);
	bool ok = state != NULL;
	if (ok && state->status == TRACE_OK)
		count_case(t, c, state, shown);
	else if (ok)
		t->failed++;
	if (ok)
		engine_release_run(t->context->engine, state->id);
	arena_release(&a);
	return ok;
}

static bool run_tour(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct golden_case *cases;
	size_t count;
	struct model_choice choice;
	struct tour t = {
		.context = context, .model = value_get_str(arguments, "model", STR_NONE).at};
	const char *root = engine_workspace(context->engine)->root;
	struct run_spec spec = {
		.path = "flows/onboarding/flow.dag.yaml", .inputs = value_none(), .model = t.model};
	bool ok = golden_read(&a, path_join(&a, root, "data/golden.jsonl"), &cases, &count, e) &&
		  engine_choose_model(context->engine, &spec, &a, &choice, e);
	for (size_t i = 0; ok && i < count; i++)
		ok = run_case(&t, &cases[i], i < SHOWN, e);
	if (ok)
		show_totals(&t, count, str_cstr(&a, choice.model));
	arena_release(&a);
	return ok;
}

const struct command tour_commands[] = {
	{.id = "tour",
		.verb = "tour",
		.title = "Answer the welcome workspace's questions",
		.help = "Runs the welcome flow over its golden questions and shows how it did.",
		.keys = "",
		.where = IN_CLI,
		.risk = RISK_SPENDS,
		.arguments = tour_arguments,
		.needs_engine = true,
		.writes = true,
		.run = run_tour},
	{.id = NULL},
};
