/* SPDX-License-Identifier: MIT */
#include "tui/app/past.h"

#include "core/engine/history.h"
#include "core/loop/loop.h"
#include "tui/layer/inspector.h"
#include "tui/pane/record_load.h"

#include <string.h>

static void read_page(struct app *app, bool older)
{
	struct arena a = ARENA_INIT;
	struct runs *runs = &app->runs;
	struct run_rows page;
	struct err e = ERR_INIT;
	struct run_filter filter = {.name = str_from(runs->path),
		.before = older && runs->count > 0 ? runs->rows[runs->count - 1].seq : 0,
		.limit = RUNS_PAGE};
	runs->error[0] = '\0';
	if (history_list(app->engine, &filter, &a, &page, &e))
		runs_take(runs, &page, older);
	else
		record_text(
			runs->error, sizeof runs->error, str_format(&a, "%s %s", e.text, e.hint));
	app->looked_back = app->dirty = true;
	arena_release(&a);
}

void past_open_file(struct app *app)
{
	if (strcmp(app->runs.path, editor_path(&app->editor)) != 0)
		past_close(app);
	runs_open(&app->runs, editor_path(&app->editor), app_can_run(app));
	/* Opening the store takes its time: the first picture does not wait for that. */
	bool at_once = app->looked_back || !engine_has_store(app->engine);
	app->runs_due = at_once ? 1 : 2;
}

static void refresh_inspector(struct app *app)
{
	struct inspector *inspector = app_top(app, &inspector_layer);
	if (inspector != NULL && app->inspect_due != 0) {
		inspector_refresh(inspector, app->inspect_due > 1);
		app->dirty = true;
	}
	app->inspect_due = 0;
}

void past_turn(struct app *app)
{
	refresh_inspector(app);
	if (app->runs_due > 1) {
		app->runs_due--;
		loop_again(engine_loop(app->engine));
	} else if (app->runs_due == 1) {
		app->runs_due = 0;
		if (app->runs.applies)
			read_page(app, false);
	} else if (runs_want_more(&app->runs))
		read_page(app, true);
}

void past_hear(struct app *app, const struct trace_event *event)
{
	/* When a request goes out its run is on disk, and so it is at its end. */
	if (event->kind == TRACE_ATTEMPT_SENT || event->kind == TRACE_RUN_END)
		app->runs_due = 1;
	const struct inspector *inspector = app_top(app, &inspector_layer);
	if (inspector != NULL && inspector_run(inspector) == event->run)
		app->inspect_due |= event->kind == TRACE_RUN_END ? 2
				    : event->kind != TRACE_DELTA ? 1
								 : 0;
}

void past_return(struct app *app)
{
	if (app->looked_back)
		app->runs_due = 1;
}

void past_arrange(struct app *app)
{
	const struct record *live[APP_RECORDS] = {NULL};
	const struct record *shown = past_shown(app);
	size_t count = 0;
	for (size_t i = app->record_count; i-- > 0;) {
		const struct record *record = app->records[i];
		if (record->run != 0 && str_is(str_from(record->path), editor_path(&app->editor)))
			live[count++] = record;
	}
	runs_listen(&app->runs, live, count);
	app->runs.shown = shown != NULL ? shown->run : 0;
	app->output.has_past = app->runs.count > 0;
	output_show(&app->output, shown);
	app->timeline.record = shown;
}

const struct record *past_shown(const struct app *app)
{
	return app->past != NULL ? app->past : app_record(app);
}

void past_close(struct app *app)
{
	/* The next record may lie at the same place: the panes forget this one. */
	output_show(&app->output, NULL);
	app->timeline.record = NULL;
	record_free(app->past);
	app->past = NULL;
	app->dirty = true;
}

bool past_show(struct app *app, uint64_t id, struct err *e)
{
	const struct record *latest = app_record(app);
	struct record *record = NULL;
	if (latest == NULL || latest->run != id) {
		record = record_load(app->engine, id, e);
		if (record == NULL)
			return false;
	}
	past_close(app);
	app->past = record;
	/* Where the answer would not be seen, look at it. */
	if (app->layout.panes[PANE_OUTPUT].w == 0)
		app_focus(app, PANE_OUTPUT);
	return true;
}

bool past_inspect(struct app *app, uint64_t id, struct err *e)
{
	struct inspector *inspector = inspector_new(app->engine, app->words, id, e);
	if (inspector == NULL)
		return false;
	app_push(app, &inspector_layer, inspector);
	return true;
}

bool past_enter(struct app *app, struct err *e)
{
	const struct record *shown = past_shown(app);
	uint64_t id = runs_selected(&app->runs);
	if (shown != NULL && shown->run == id)
		return past_inspect(app, id, e);
	return past_show(app, id, e);
}
