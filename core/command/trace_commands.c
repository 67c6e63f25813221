/* SPDX-License-Identifier: MIT */
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/command/output.h"
#include "core/command/registry.h"
#include "core/command/run_view.h"
#include "core/command/trace_show.h"
#include "core/engine/cost.h"
#include "core/engine/history.h"
#include "core/store/fsck.h"

#include <inttypes.h>

#define STATUS_WORDS "ok error truncated filtered cancelled interrupted running"

static const struct argument list_arguments[] = {
	{.name = "file",
		.type = ARGUMENT_TEXT,
		.value = "FILE",
		.help = "only runs of this file, named from the workspace's root",
		.positional = true},
	{.name = "limit",
		.letter = 'n',
		.type = ARGUMENT_NUMBER,
		.value = "N",
		.help = "at most N runs, the newest first; 20 otherwise"},
	{.name = "status",
		.type = ARGUMENT_TEXT,
		.value = "WORD",
		.help = "only runs that ended so",
		.choices = STATUS_WORDS},
	{.name = "json", .type = ARGUMENT_FLAG, .help = "one JSON object a line"},
	{.name = NULL},
};

static const struct argument show_arguments[] = {
	{.name = "id",
		.type = ARGUMENT_TEXT,
		.value = "ID|last",
		.help = "the run: its id, the id's first digits, or last (the default)",
		.positional = true,
		.choices = "runs"},
	{.name = "row",
		.type = ARGUMENT_NUMBER,
		.value = "N",
		.help = "of a run over rows: the steps of row N, counted from 0"},
	{.name = "from",
		.type = ARGUMENT_NUMBER,
		.value = "N",
		.help = "of a run over rows: the list from row N on"},
	{.name = "full", .type = ARGUMENT_FLAG, .help = "the inputs and outputs of every step too"},
	{.name = "json", .type = ARGUMENT_FLAG, .help = "everything, one JSON object a row"},
	{.name = "plain", .type = ARGUMENT_FLAG, .help = "without bars, for screen readers"},
	{.name = NULL},
};

static const struct argument fsck_arguments[] = {
	{.name = "json", .type = ARGUMENT_FLAG, .help = "one JSON object a finding"},
	{.name = NULL},
};

static void list_json(struct output *o, const struct run_row *r)
{
	struct arena a = ARENA_INIT;
	struct value v = value_dict(&a);
	char id[ID_TEXT];
	value_set(v, STR("run"), value_cstr(id_text(r->id, id)));
	value_set(v, STR("status"), value_str(r->status));
	value_set(v, STR("kind"), value_str(r->kind));
	value_set(v, STR("name"), value_str(r->name));
	value_set(v, STR("version"), value_int(r->prompt_version));
	value_set(v, STR("model"), value_str(history_model(r, &a)));
	if (r->samples > 0) {
		value_set(v, STR("samples"), value_int(r->samples));
		value_set(v, STR("samples_ended"), value_int(r->samples_ended));
	}
	value_set(v, STR("started_ns"), value_int(r->started_ns));
	value_set(v, STR("ended_ns"), value_int(r->ended_ns));
	value_set(v, STR("input_tokens"), value_int(r->input_tokens));
	value_set(v, STR("output_tokens"), value_int(r->output_tokens));
	value_set(v, STR("estimated"), value_bool(r->estimated));
	value_set(v, STR("cost_nano"), r->cost_nano >= 0 ? value_int(r->cost_nano) : value_none());
	value_set(v, STR("unpriced"), value_int(r->unpriced));
	value_set(v, STR("cached"), value_int(r->cached));
	output_json(o, v);
	arena_release(&a);
}

static void list_line(struct output *o, const struct run_row *r)
{
	char id[ID_TEXT], when[CLOCK_TEXT], time[DURATION_TEXT] = "", in[DURATION_TEXT],
					    out[DURATION_TEXT], cost[COST_TEXT];
	if (r->ended_ns > 0)
		duration_text(r->ended_ns - r->started_ns, time);
	output_format(o, "%.8s  %s  %-11.*s %9s", id_text(r->id, id),
		clock_text(r->started_ns, when), STR_ARG(r->status), time);
	tokens_text(r->input_tokens, r->estimated, in);
	tokens_text(r->output_tokens, r->estimated, out);
	/* The sign before an estimate has three bytes and one cell. */
	output_format(o, " %*s %*s  ", r->estimated ? 9 : 7, r->attempts > 0 ? in : "-",
		r->estimated ? 8 : 6, r->attempts > 0 ? out : "-");
	cost_text(r->cost_nano, r->unpriced, r->estimated, cost);
	output_format(o, "%*s  ", cost[0] == '\0' || cost[0] == '$' ? 11 : 13,
		cost[0] != '\0' ? cost : "-");
	struct arena a = ARENA_INIT;
	output_field(o, history_model(r, &a));
	output_cstr(o, "  ");
	output_field(o, r->name);
	if (r->samples > 0)
		output_format(o, "  %" PRId64 "/%" PRId64, r->samples_ended, r->samples);
	output_cstr(o, "\n");
	arena_release(&a);
}

static bool run_list(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct run_rows rows;
	struct output *o = context->output;
	struct run_filter filter = {
		.name = value_get_str(arguments, "file", STR("")),
		.status = value_get_str(arguments, "status", STR("")),
		.limit = (size_t)value_get_int(arguments, "limit", 20),
	};
	enum trace_status known;
	if (filter.status.len > 0 && !trace_status_from_word(filter.status, &known)) {
		err_set(e, ERR_USAGE, "A run does not end as '%.*s'.", STR_ARG(filter.status));
		return err_hint(e, "It is one of: %s.", STATUS_WORDS);
	}
	bool ok = history_list(context->engine, &filter, &a, &rows, e);
	bool json = output_form(o) == OUTPUT_JSON;
	if (ok && !json && rows.len > 0)
		output_dim(o,
			STR("run       started              status           time  tok in tok out"
			    "         cost  model  file\n"));
	for (size_t i = 0; ok && i < rows.len; i++)
		(json ? list_json : list_line)(o, &rows.rows[i]);
	if (ok && rows.len == 0)
		output_aside(
			o, filter.name.len + filter.status.len > 0
				   ? "No run is like that. lathe trace list shows what there is."
				   : "No runs here yet. lathe run FILE makes one.");
	arena_release(&a);
	return ok;
}

static void show_finding(struct output *o, const struct fsck_finding *f)
{
	struct arena a = ARENA_INIT;
	const char *level = f->level == FSCK_FAULT ? "fault" : "note";
	if (output_form(o) == OUTPUT_JSON) {
		struct value v = value_dict(&a);
		value_set(v, STR("level"), value_cstr(level));
		value_set(v, STR("check"), value_cstr(f->check));
		value_set(v, STR("text"), value_str(f->text));
		output_json(o, v);
	} else {
		output_format(o, "%-5s  %-10s  ", level, f->check);
		output_field(o, f->text);
		output_cstr(o, "\n");
	}
	arena_release(&a);
}

static bool run_fsck(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct fsck_report r;
	struct output *o = context->output;
	(void)arguments;
	if (!engine_has_store(context->engine)) {
		output_aside(o, "No runs here yet: there is nothing to check.");
		return true;
	}
	bool ok = fsck_check(engine_workspace(context->engine)->store, &a, &r, e);
	for (size_t i = 0; ok && i < r.len; i++)
		show_finding(o, &r.findings[i]);
	if (ok && output_form(o) != OUTPUT_JSON)
		output_format(o,
			"%s: %" PRId64 " runs, %" PRId64 " spans, %" PRId64 " requests, %" PRId64
			" contents checked\n",
			r.faults == 0 ? "sound" : "damaged", r.runs, r.spans, r.attempts,
			r.contents);
	bool sound = ok && r.faults == 0;
	arena_release(&a);
	return sound;
}

const struct command trace_commands[] = {
	{.id = "trace.list",
		.verb = "trace list",
		.title = "List the runs",
		.help = "Lists the runs of the workspace, the newest first.",
		.keys = "",
		.where = IN_CLI,
		.arguments = list_arguments,
		.needs_engine = true,
		.run = run_list},
	{.id = "trace.show",
		.verb = "trace show",
		.title = "Show a run",
		.help = "Shows a run: its steps to scale, its requests and its answer.",
		.keys = "",
		.where = IN_CLI,
		.arguments = show_arguments,
		.needs_engine = true,
		.run = trace_show_run},
	{.id = "store.fsck",
		.verb = "fsck",
		.title = "Check the database",
		.help = "Checks the database: structure, every row's and content's hash, totals.",
		.keys = "",
		.where = IN_CLI,
		.arguments = fsck_arguments,
		.needs_engine = true,
		.run = run_fsck},
	{.id = NULL},
};
