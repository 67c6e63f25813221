/* SPDX-License-Identifier: MIT */
#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/ids.h"
#include "core/command/data_run.h"
#include "core/command/output.h"
#include "core/command/registry.h"
#include "core/command/rows_view.h"
#include "core/command/run_view.h"
#include "core/data/json.h"
#include "core/engine/history.h"
#include "core/engine/jobs.h"
#include "core/store/store.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct argument list_arguments[] = {
	{.name = "limit",
		.letter = 'n',
		.type = ARGUMENT_NUMBER,
		.value = "N",
		.help = "at most N, the newest first; 20 otherwise"},
	{.name = "json", .type = ARGUMENT_FLAG, .help = "one JSON object a line"},
	{.name = NULL},
};

#define RUN_ARGUMENT                                                                               \
	{                                                                                          \
		.name = "run", .type = ARGUMENT_TEXT, .value = "RUN|last",                         \
		.help = "the run: its id, the id's first digits, or last", .positional = true,     \
		.required = true, .choices = "runs"                                                \
	}

static const struct argument show_arguments[] = {
	RUN_ARGUMENT,
	{.name = "rows", .type = ARGUMENT_FLAG, .help = "its results, one JSON object a line"},
	{.name = "follow", .letter = 'f', .type = ARGUMENT_FLAG, .help = "until it ends"},
	{.name = "json", .type = ARGUMENT_FLAG, .help = "as one JSON object"},
	{.name = NULL},
};

static const struct argument ask_arguments[] = {RUN_ARGUMENT, {.name = NULL}};

static const struct argument retune_arguments[] = {
	RUN_ARGUMENT,
	{.name = "max-in-flight",
		.type = ARGUMENT_NUMBER,
		.value = "N",
		.help = "at most N rows at a time from now on"},
	{.name = "max-cost",
		.type = ARGUMENT_TEXT,
		.value = "DOLLARS",
		.help = "pause before the run costs more"},
	{.name = NULL},
};

static const struct argument resume_arguments[] = {
	RUN_ARGUMENT,
	{.name = "retry-failed",
		.type = ARGUMENT_FLAG,
		.help = "rows that ended in an error are tried again, too"},
	{.name = "model",
		.letter = 'm',
		.type = ARGUMENT_TEXT,
		.value = "M",
		.help = "the model it began with, when lathe.yaml gives another now",
		.choices = "models"},
	{.name = "max-in-flight",
		.type = ARGUMENT_NUMBER,
		.value = "N",
		.help = "at most N rows at a time; as before otherwise"},
	{.name = "max-cost",
		.type = ARGUMENT_TEXT,
		.value = "DOLLARS",
		.help = "pause before the run costs more, what it has cost so far included"},
	{.name = "output",
		.type = ARGUMENT_FILE,
		.value = "FILE",
		.help = "where the results of all rows go; as before otherwise"},
	{.name = "detach", .type = ARGUMENT_FLAG, .help = "in the background"},
	{.name = "trust",
		.type = ARGUMENT_FLAG,
		.help = "approve the endpoints and environment variables that the file names"},
	{.name = NULL},
};

static struct value json_state(
	const struct job_state *job, const struct sample_sums *sums, struct arena *a)
{
	struct value v = value_dict(a), counts = value_dict(a);
	char id[ID_TEXT];
	const struct sample_counts *c = &job->counts;
	value_set(v, STR("run"), value_str(str_copy(a, str_from(id_text(job->run.id, id)))));
	value_set(v, STR("status"), value_str(job->run.status));
	value_set(v, STR("name"), value_str(job->run.name));
	value_set(v, STR("model"), value_str(history_model(&job->run, a)));
	value_set(v, STR("total"), value_int(job->job.total));
	value_set(v, STR("done"), value_int(sample_counts_done(c)));
	value_set(counts, STR("ok"), value_int(c->ok));
	value_set(counts, STR("error"), value_int(c->error));
	value_set(counts, STR("truncated"), value_int(c->truncated));
	value_set(counts, STR("filtered"), value_int(c->filtered));
	value_set(counts, STR("running"), value_int(c->running));
	value_set(counts, STR("open"), value_int(c->open));
	value_set(v, STR("counts"), counts);
	value_set(v, STR("max_in_flight"), value_int(job->job.max_in_flight));
	value_set(v, STR("waiting"), value_str(job->job.waiting));
	value_set(v, STR("error"), value_str(job->run.error));
	value_set(v, STR("started_ns"), value_int(job->run.started_ns));
	value_set(v, STR("ended_ns"), value_int(job->run.ended_ns));
	value_set(v, STR("pid"), value_int(job->run.pid));
	if (sums == NULL)
		return v;
	value_set(v, STR("requests"), value_int(sums->requests));
	value_set(v, STR("unknown"), value_int(sums->unknown));
	value_set(v, STR("input_tokens"), value_int(sums->input_tokens));
	value_set(v, STR("output_tokens"), value_int(sums->output_tokens));
	value_set(v, STR("cost"), value_float((double)sums->cost_nano / 1e9));
	value_set(v, STR("unpriced"), value_int(sums->unpriced));
	value_set(v, STR("latency_p50_ms"), value_float((double)sums->latency_p50_ns / 1e6));
	value_set(v, STR("latency_p95_ms"), value_float((double)sums->latency_p95_ns / 1e6));
	return v;
}

static void show_line(struct output *o, const struct job_state *job)
{
	char id[ID_TEXT], when[CLOCK_TEXT];
	const struct sample_counts *c = &job->counts;
	int64_t failed = c->error + c->truncated + c->filtered;
	struct arena a = ARENA_INIT;
	output_format(o, "%.8s  %s  %-11.*s %7" PRId64 "/%-7" PRId64 " ", id_text(job->run.id, id),
		clock_text(job->run.started_ns, when), STR_ARG(job->run.status),
		sample_counts_done(c), job->job.total);
	output_format(o, "%5" PRId64 " failed  ", failed);
	output_field(o, history_model(&job->run, &a));
	output_cstr(o, "  ");
	output_field(o, job->run.name);
	output_cstr(o, "\n");
	arena_release(&a);
}

static bool run_list(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct job_state *jobs;
	size_t count;
	struct output *o = context->output;
	size_t limit = (size_t)value_get_int(arguments, "limit", 20);
	bool ok = jobs_list(context->engine, &a, limit, &jobs, &count, e);
	for (size_t i = 0; ok && i < count; i++) {
		if (output_form(o) == OUTPUT_JSON)
			output_json(o, json_state(&jobs[i], NULL, &a));
		else
			show_line(o, &jobs[i]);
	}
	if (ok && count == 0)
		output_aside(o, "No runs over rows yet. lathe run FILE --data ROWS makes one.");
	arena_release(&a);
	return ok;
}

static void show_state(
	struct output *o, const struct job_state *job, const struct sample_sums *sums)
{
	char in[DURATION_TEXT], out[DURATION_TEXT], money[ROWS_COST_TEXT], id[ID_TEXT];
	const struct sample_counts *c = &job->counts;
	show_line(o, job);
	output_format(o,
		"ok %" PRId64 " · truncated %" PRId64 " · filtered %" PRId64 " · failed %" PRId64
		" · under way %" PRId64 " · open %" PRId64 "\n",
		c->ok, c->truncated, c->filtered, c->error, c->running, c->open);
	output_format(o, "%" PRId64 " requests · %s tok in · %s tok out · %s", sums->requests,
		tokens_text(sums->input_tokens, sums->estimated, in),
		tokens_text(sums->output_tokens, sums->estimated, out),
		rows_cost_text(sums->cost_nano, sums->unpriced, money));
	if (sums->latency_p50_ns > 0) {
		output_format(o, " · p50 %s", duration_text(sums->latency_p50_ns, in));
		output_format(o, " · p95 %s", duration_text(sums->latency_p95_ns, in));
	}
	output_cstr(o, "\n");
	if (sums->unknown > 0)
		output_format(o,
			"%" PRId64 " requests have no known answer: they may have been paid for.\n",
			sums->unknown);
	if (job->job.waiting.len > 0) {
		output_field(o, job->job.waiting);
		output_cstr(o, "\n");
	}
	if (job->run.error.len > 0) {
		output_field(o, job->run.error);
		output_cstr(o, "\n");
	}
	if (!str_is(job->run.status, "running") && sample_counts_done(c) < job->job.total)
		output_format(o, "Go on with: lathe job resume %.8s\n", id_text(job->run.id, id));
}

static bool show_results(struct command_context *context, uint64_t run, struct err *e)
{
	enum { PAGE = 256 };
	struct store *store;
	struct sample_at next = {0, 0, 0};
	bool ok = engine_store(context->engine, &store, e), more = ok;
	while (more) {
		struct arena a = ARENA_INIT;
		struct sample_rows page = {.len = 0};
		ok = sample_rows_page(store, &a, run, &next, PAGE, &page, e);
		for (size_t i = 0; ok && i < page.len; i++) {
			output_json(context->output,
				rows_view_result(context->engine, run, &page.rows[i], &a));
			next = page.rows[i].at;
			next.repeat++;
		}
		more = ok && page.len == PAGE && !output_is_broken(context->output);
		arena_release(&a);
	}
	return ok;
}

static void on_timer(void *ctx)
{
	bool *due = ctx;
	*due = true;
}

/* Looks four times a second until it does not go on any more. */
static bool wait_for_end(struct command_context *context, struct str id, struct err *e)
{
	struct loop *loop = engine_loop(context->engine);
	struct loop_timer timer = {.background = false};
	for (;;) {
		struct arena a = ARENA_INIT;
		struct job_state job;
		bool due = false;
		bool ok = jobs_read(context->engine, &a, id, &job, e);
		bool goes_on = ok && str_is(job.run.status, "running");
		if (goes_on)
			output_progress(context->output,
				str_format(&a, "%" PRId64 "/%" PRId64 " · %" PRId64 " ok",
					sample_counts_done(&job.counts), job.job.total,
					job.counts.ok));
		arena_release(&a);
		if (!goes_on) {
			output_progress(context->output, STR(""));
			return ok;
		}
		loop_timer_start(loop, &timer, 250000000, on_timer, &due);
		loop_run_until(loop, &due);
	}
}

static bool run_show(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct job_state job;
	struct sample_sums sums;
	struct store *store;
	struct str id = value_get_str(arguments, "run", STR("last"));
	bool ok = (!value_get_bool(arguments, "follow", false) || wait_for_end(context, id, e)) &&
		  jobs_read(context->engine, &a, id, &job, e) &&
		  engine_store(context->engine, &store, e) &&
		  sample_rows_sum(store, job.run.id, &sums, e);
	if (ok && value_get_bool(arguments, "rows", false))
		ok = show_results(context, job.run.id, e);
	else if (ok && output_form(context->output) == OUTPUT_JSON)
		output_json(context->output, json_state(&job, &sums, &a));
	else if (ok)
		show_state(context->output, &job, &sums);
	arena_release(&a);
	return ok;
}

static bool ask(struct command_context *context, struct value arguments, const struct job_ask *what,
	const char *sentence, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct job_state job;
	char id[ID_TEXT];
	struct str text = value_get_str(arguments, "run", STR("last"));
	bool ok = jobs_read(context->engine, &a, text, &job, e) &&
		  jobs_ask(context->engine, &job, what, e);
	if (ok)
		output_aside(context->output, "Run %.8s %s", id_text(job.run.id, id), sentence);
	arena_release(&a);
	return ok;
}

static bool run_pause(struct command_context *context, struct value arguments, struct err *e)
{
	struct job_ask what = {.wish = JOB_PAUSE, .max_cost_nano = -1};
	return ask(context, arguments, &what,
		"starts nothing more and pauses when what is under way has ended.", e);
}

static bool run_cancel(struct command_context *context, struct value arguments, struct err *e)
{
	struct job_ask what = {.wish = JOB_CANCEL, .max_cost_nano = -1};
	return ask(context, arguments, &what, "is stopped.", e);
}

static bool run_retune(struct command_context *context, struct value arguments, struct err *e)
{
	struct job_ask what = {
		.wish = JOB_RETUNE, .max_in_flight = value_get_int(arguments, "max-in-flight", 0)};
	if (!data_run_cost(arguments, &what.max_cost_nano, e))
		return false;
	bool tuned = value_get_cstr(arguments, "max-in-flight") != NULL;
	if (!tuned && what.max_cost_nano < 0)
		return err_set(e, ERR_USAGE, "Say what to change: --max-in-flight or --max-cost.");
	if ((tuned && what.max_in_flight < 1) || what.max_in_flight > ROWS_IN_FLIGHT_MAX)
		return err_set(e, ERR_USAGE, "--max-in-flight takes 1 to %d.", ROWS_IN_FLIGHT_MAX);
	return ask(context, arguments, &what, "is changed.", e);
}

struct started {
	uint64_t run;
	struct err error;
	bool done;
};

static void on_started(void *ctx, uint64_t run, const struct err *error)
{
	struct started *s = ctx;
	s->run = run;
	if (error != NULL)
		s->error = *error;
	s->done = true;
}

static bool await_start(struct command_context *context, struct started *s, struct err *e)
{
	char id[ID_TEXT];
	loop_run_until(engine_loop(context->engine), &s->done);
	if (s->run == 0) {
		*e = s->error;
		return false;
	}
	output_format(context->output, "%s\n", id_text(s->run, id));
	output_aside(context->output, "Follow it with: lathe job show %.8s --follow", id);
	return true;
}

static bool run_resume(struct command_context *context, struct value arguments, struct err *e)
{
	struct started s = {.run = 0};
	struct rows_resume how = {.id = value_get_str(arguments, "run", STR("last")),
		.retry_failed = value_get_bool(arguments, "retry-failed", false),
		.model = value_get_str(arguments, "model", STR_NONE).at,
		.output = value_get_str(arguments, "output", STR_NONE).at,
		.max_in_flight = value_get_int(arguments, "max-in-flight", 0)};
	if (!data_run_cost(arguments, &how.max_cost_nano, e))
		return false;
	if (!value_get_bool(arguments, "detach", false))
		return data_run_resume(context, &how, e);
	return jobs_resume(context->engine, &how, on_started, &s, e) && await_start(context, &s, e);
}

static const struct argument start_arguments[] = {
	{.name = "file",
		.type = ARGUMENT_FILE,
		.value = "PROMPT|FLOW",
		.help = "what to run for each row",
		.positional = true,
		.required = true},
	DATA_RUN_ARGUMENTS,
	{.name = "input",
		.letter = 'i',
		.type = ARGUMENT_PAIR,
		.value = "NAME=VALUE|@FILE",
		.help = "an input that is the same for every row"},
	{.name = "model",
		.letter = 'm',
		.type = ARGUMENT_TEXT,
		.value = "M",
		.help = "the model: CONNECTION, CONNECTION/MODEL or local/extract",
		.choices = "models"},
	{.name = "cache",
		.type = ARGUMENT_TEXT,
		.value = "off|on|only",
		.help = "as lathe run has it",
		.choices = "off on only"},
	{.name = NULL},
};

static bool run_start(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct rows_spec spec;
	struct started s = {.run = 0};
	bool ok = data_run_spec(&a, arguments, &spec, e);
	if (!ok && e->code == ERR_NONE)
		err_set(e, ERR_USAGE, "Name the rows: --data FILE.");
	spec.path = value_get_str(arguments, "file", STR_NONE).at;
	ok = ok && jobs_start(context->engine, &spec, on_started, &s, e) &&
	     await_start(context, &s, e);
	arena_release(&a);
	return ok;
}

static bool read_all(int fd, struct buf *out)
{
	char piece[4096];
	ssize_t n;
	while ((n = read(fd, piece, sizeof piece)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0 && !buf_add(out, piece, (size_t)n))
			return false;
	return n == 0;
}

/* The process of a job: an order on standard input, one line of answer on standard output, and then
 * only the run and what it writes to a file. */
static bool run_run(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct buf order = BUF_INIT(16 << 20);
	struct rows_spec spec;
	struct rows_resume how;
	uint64_t id = 0;
	bool resumes = false;
	(void)arguments;
	/* Its terminal is gone, or goes; the run does not. */
	signal(SIGHUP, SIG_IGN);
	bool ok = (read_all(STDIN_FILENO, &order) ||
			  err_set(e, ERR_IO, "The order cannot be read.")) &&
		  jobs_read_order(&a, buf_str(&order), &spec, &how, &resumes, e) &&
		  (resumes ? rows_resume(context->engine, &how, &id, e)
			   : rows_start(context->engine, &spec, &id, e));
	output_str(context->output, jobs_answer(&a, id, ok ? NULL : e));
	output_cstr(context->output, "\n");
	output_flush(context->output);
	if (ok)
		ok = data_run_job(context, id, e);
	buf_free(&order);
	arena_release(&a);
	return ok;
}

const struct command job_commands[] = {
	{.id = "job.list",
		.verb = "job list",
		.title = "List the runs over rows",
		.help = "Lists the runs over rows of data, the newest first, and how far they are.",
		.keys = "",
		.where = IN_CLI,
		.arguments = list_arguments,
		.needs_engine = true,
		.run = run_list},
	{.id = "job.show",
		.verb = "job show",
		.title = "Show a run over rows",
		.help = "Shows how far a run over rows is and what it cost; with --rows its results.",
		.keys = "",
		.where = IN_CLI,
		.arguments = show_arguments,
		.needs_engine = true,
		.run = run_show},
	{.id = "job.start",
		.verb = "job start",
		.title = "Start a run over rows in the background",
		.help = "Starts a run over rows as a process of its own, and prints its id.",
		.keys = "",
		.where = IN_CLI,
		.risk = RISK_SPENDS,
		.arguments = start_arguments,
		.needs_engine = true,
		.writes = true,
		.run = run_start},
	{.id = "job.pause",
		.verb = "job pause",
		.title = "Pause a run over rows",
		.help = "Starts nothing more of a run; what is under way ends first.",
		.keys = "",
		.where = IN_CLI,
		.arguments = ask_arguments,
		.needs_engine = true,
		.writes = true,
		.run = run_pause},
	{.id = "job.cancel",
		.verb = "job cancel",
		.title = "Stop a run over rows",
		.help = "Stops a run and what is under way; it can be resumed.",
		.keys = "",
		.where = IN_CLI,
		.arguments = ask_arguments,
		.needs_engine = true,
		.writes = true,
		.run = run_cancel},
	{.id = "job.retune",
		.verb = "job retune",
		.title = "Change the limits of a run over rows",
		.help = "Changes how many rows of a run are under way at a time, or what it may cost.",
		.keys = "",
		.where = IN_CLI,
		.arguments = retune_arguments,
		.needs_engine = true,
		.writes = true,
		.run = run_retune},
	{.id = "job.resume",
		.verb = "job resume",
		.title = "Resume a run over rows",
		.help = "Takes up a run that was paused, stopped or killed: only what has not ended.",
		.keys = "",
		.where = IN_CLI,
		.risk = RISK_SPENDS,
		.arguments = resume_arguments,
		.needs_engine = true,
		.writes = true,
		.run = run_resume},
	{.id = "job.run",
		.verb = "job run",
		.title = "Be the process of a job",
		.help = "Runs the order on standard input; `lathe job start` calls it.",
		.keys = "",
		.where = IN_CLI | IN_HIDDEN,
		.needs_engine = true,
		.writes = true,
		.run = run_run},
	{.id = NULL},
};
