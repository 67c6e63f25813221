/* SPDX-License-Identifier: MIT */
#include "core/engine/cost.h"
#include "core/engine/estimate.h"
#include "core/engine/jobs.h"
#include "core/loop/loop.h"
#include "core/text/sanitize.h"
#include "tui/app/app_commands.h"
#include "tui/layer/ask.h"
#include "tui/layer/job_list.h"
#include "tui/layer/pick.h"

#include <stdlib.h>

/* Runs over rows from the workbench: each is a process of its own (core/engine/jobs.h), which goes
 * on when the workbench is left. */

enum { FOLLOW_NS = 250000000, FILES_MOST = 5000 };

static void follow(void *ctx)
{
	struct app *app = ctx;
	struct job_list *list = app_top(app, &job_list_layer);
	if (list == NULL)
		return;
	if (job_list_refresh(list, app_now(app)))
		app->dirty = true;
	loop_timer_start(engine_loop(app->engine), &app->follow, FOLLOW_NS, follow, app);
}

static void follow_jobs(struct app *app)
{
	app->follow.background = true;
	loop_timer_start(engine_loop(app->engine), &app->follow, FOLLOW_NS, follow, app);
}

static struct job_list *open_list(struct app *app)
{
	struct job_list *list = app_top(app, &job_list_layer);
	if (list == NULL) {
		list = job_list_new(app->engine, app->words, app_now(app));
		app_push(app, &job_list_layer, list);
	}
	follow_jobs(app);
	return list;
}

APP_COMMAND(show_rows)
{
	(void)open_list(app_of(context));
	return true;
}

static const char *no_rows(const struct command_context *context)
{
	return app_can_run(app_of(context))
		       ? NULL
		       : N_("Only prompts and flows run: choose one in Files and press Enter.");
}

APP_COMMAND(pick_rows)
{
	struct app *app = app_of(context);
	struct pick *p = pick_new(N_("Run over rows of"), N_("go on"), N_("a file of rows"));
	struct arena *a = &p->choose.arena;
	struct workspace_file *files;
	size_t count, all = 0;
	bool more;
	if (!workspace_list(
		    engine_workspace(app->engine), a, FILES_MOST, &files, &count, &more, e)) {
		pick_layer.free(p);
		return false;
	}
	struct choose_row *rows = ARENA_ARRAY(a, struct choose_row, count + 1);
	for (size_t i = 0; i < count; i++) {
		bool fits = str_ends(files[i].path, STR(".jsonl")) ||
			    str_ends(files[i].path, STR(".csv")) ||
			    str_ends(files[i].path, STR(".tsv"));
		if (files[i].kind != FILE_DATA || !fits)
			continue;
		struct value with = value_dict(a);
		value_set(with, STR("file"), value_str(files[i].path));
		rows[all++] =
			(struct choose_row){.title = sanitize(a, files[i].path, SANITIZE_ONE_LINE),
				.command = "rows.ask",
				.arguments = with};
	}
	choose_set(&p->choose, rows, all);
	app_push(app, &pick_layer, p);
	if (all == 0)
		app_toast(
			app, ROLE_WARN, "There is no .jsonl, .csv or .tsv file in this workspace.");
	return true;
}

/* What a run of the open file over FILE is asked for with. */
static struct rows_spec spec_of(struct app *app, struct arena *a, struct str file)
{
	struct run_spec run = app_spec(app, a);
	const char *root = engine_workspace(app->engine)->root;
	return (struct rows_spec){.path = run.path,
		.text = run.text,
		.model = run.model,
		.data = str_format(a, "%s/%.*s", root, STR_ARG(file)).at,
		.map = value_none(),
		.inputs = value_none(),
		.repeats = 1,
		.max_cost_nano = -1};
}

/* What is free has a word here, too. */
static struct str dollars(struct arena *a, int64_t nano)
{
	char text[COST_TEXT];
	cost_text(nano, 0, true, text);
	return str_copy(a, str_from(text[0] != '\0' ? text : "$0"));
}

static struct str costs_of(struct app *app, struct arena *a, const struct estimate *what)
{
	if (what->likely < 0)
		return str_from(app_tr(app, "What they will cost is not known."));
	const char *likely = dollars(a, what->likely).at, *least = dollars(a, what->least).at;
	if (what->most < 0)
		return str_format(a,
			app_tr(app, "Likely %s, at least %s; how much at most is not known."),
			likely, least);
	return str_format(a, app_tr(app, "Likely %s, at least %s, at most %s."), likely, least,
		dollars(a, what->most).at);
}

static struct str question_of(
	struct app *app, struct arena *a, const struct estimate *what, struct str file)
{
	struct str asked = str_format(a,
		what->requests == 1 ? app_tr(app, "%lld request to %.*s for the row of %.*s?")
				    : app_tr(app, "%lld requests to %.*s for the rows of %.*s?"),
		(long long)what->requests, STR_ARG(what->model), STR_ARG(file));
	struct str costs = costs_of(app, a, what);
	return sanitize(
		a, str_format(a, "%.*s\n%.*s", STR_ARG(asked), STR_ARG(costs)), SANITIZE_TEXT);
}

APP_COMMAND(ask_rows)
{
	struct app *app = app_of(context);
	static const struct ask_choice yes = {'y', N_("run"), "rows.start"};
	struct arena a = ARENA_INIT;
	struct str file = value_get_str(arguments, "file", STR(""));
	struct rows_spec spec = spec_of(app, &a, file);
	struct run_spec run = app_spec(app, &a);
	struct estimate what;
	int64_t counted;
	bool ok = true;
	if (app_approved(app, &run)) {
		ok = estimate_rows(app->engine, &spec, &a, &what, &counted, e);
		if (ok)
			app_push(app, &ask_layer,
				ask_new(question_of(app, &a, &what, file), &yes, 1, arguments,
					app_now(app)));
	}
	arena_release(&a);
	return ok;
}

static void on_started(void *ctx, uint64_t run, const struct err *error)
{
	struct app *app = ctx;
	struct arena a = ARENA_INIT;
	char text[sizeof error->where + sizeof error->text + sizeof error->hint + 8];
	if (error != NULL)
		app_toast(app, ROLE_BAD, "%s",
			sanitize(&a, str_from(err_format(error, text, sizeof text)),
				SANITIZE_ONE_LINE)
				.at);
	else
		job_list_select(open_list(app), run);
	app->dirty = true;
	arena_release(&a);
}

APP_COMMAND(start_rows)
{
	struct app *app = app_of(context);
	struct arena a = ARENA_INIT;
	struct rows_spec spec = spec_of(app, &a, value_get_str(arguments, "file", STR("")));
	bool ok = jobs_start(app->engine, &spec, on_started, app, e);
	arena_release(&a);
	return ok;
}

static bool ask_of(struct command_context *context, struct value arguments,
	const struct job_ask *what, const char *said, struct err *e)
{
	struct app *app = app_of(context);
	struct arena a = ARENA_INIT;
	struct job_state job;
	bool ok =
		jobs_read(app->engine, &a, value_get_str(arguments, "run", STR("last")), &job, e) &&
		jobs_ask(app->engine, &job, what, e);
	if (ok)
		app_toast(app, ROLE_GOOD, "%s", app_tr(app, said));
	arena_release(&a);
	return ok;
}

APP_COMMAND(pause_rows)
{
	const struct job_ask what = {.wish = JOB_PAUSE, .max_cost_nano = -1};
	return ask_of(context, arguments, &what,
		N_("Nothing more is started; what is under way ends first."), e);
}

APP_COMMAND(stop_rows)
{
	const struct job_ask what = {.wish = JOB_CANCEL, .max_cost_nano = -1};
	return ask_of(context, arguments, &what, N_("The run is stopped; r takes it up again."), e);
}

APP_COMMAND(tune_rows)
{
	struct job_ask what = {.wish = JOB_RETUNE,
		.max_in_flight = value_get_int(arguments, "max_in_flight", 0),
		.max_cost_nano = -1};
	if (what.max_in_flight < 1 || what.max_in_flight > ROWS_IN_FLIGHT_MAX)
		return err_set(e, ERR_USAGE, "Between 1 and %d rows can be under way at a time.",
			ROWS_IN_FLIGHT_MAX);
	return ask_of(context, arguments, &what, N_("How many rows are under way is changed."), e);
}

APP_COMMAND(resume_rows)
{
	struct app *app = app_of(context);
	const struct rows_resume how = {.id = value_get_str(arguments, "run", STR("last")),
		.model = app->asked[0] != '\0' ? app->asked : NULL,
		.max_cost_nano = -1};
	return jobs_resume(app->engine, &how, on_started, app, e);
}

/* clang-format off */
const struct command rows_tui_commands[] = {
	APP_ROW("rows.pick", "Run over rows", "Runs the open prompt or flow over a file of rows, in the background.",
		"R, M-t", IN_TUI, no_rows, pick_rows),
	APP_ROW("rows.show", "Show the runs over rows", "Shows how far runs over rows are; pauses, resumes and stops them.",
		"J, M-j", IN_TUI, NULL, show_rows),
	APP_ROW("rows.ask", "Ask what rows cost", "Says what a run over a file of rows would cost, and asks.", "",
		IN_TUI | IN_HIDDEN, NULL, ask_rows),
	APP_ROW("rows.start", "Start a run over rows", "Runs the open file over a file of rows.", "",
		IN_TUI | IN_HIDDEN, NULL, start_rows),
	APP_ROW("rows.pause", "Pause a run over rows", "Starts nothing more of a run over rows.", "",
		IN_TUI | IN_HIDDEN, NULL, pause_rows),
	APP_ROW("rows.stop", "Stop a run over rows", "Stops a run over rows and what is under way.", "",
		IN_TUI | IN_HIDDEN, NULL, stop_rows),
	APP_ROW("rows.tune", "Change how many rows run", "Changes how many rows are under way at a time.", "",
		IN_TUI | IN_HIDDEN, NULL, tune_rows),
	APP_ROW("rows.resume", "Resume a run over rows", "Takes up a run over rows that does not go on.", "",
		IN_TUI | IN_HIDDEN, NULL, resume_rows),
	{.id = NULL},
};
/* clang-format on */
