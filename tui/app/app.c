/* SPDX-License-Identifier: MIT */
#include "tui/app/app.h"

#include "core/base/alloc.h"
#include "core/engine/connection_test.h"
#include "core/engine/jobs.h"
#include "core/loop/loop.h"
#include "core/text/words.h"
#include "tui/app/app_find.h"
#include "tui/app/app_input.h"
#include "tui/app/app_inputs.h"
#include "tui/app/app_workspace.h"
#include "tui/app/footer.h"
#include "tui/app/keys_box.h"
#include "tui/app/keys_file.h"
#include "tui/app/past.h"
#include "tui/layer/preview.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct pane_class *const classes[PANE_COUNT] = {
	[PANE_FILES] = &files_class,
	[PANE_INPUTS] = &inputs_class,
	[PANE_EDITOR] = &editor_class,
	[PANE_OUTPUT] = &output_class,
	[PANE_TIMELINE] = &timeline_class,
	[PANE_RUNS] = &runs_class,
};

const struct pane_class *app_pane_class(enum pane_id pane)
{
	return classes[pane];
}

void *app_pane(struct app *app, enum pane_id pane)
{
	void *const panes[PANE_COUNT] = {[PANE_FILES] = &app->files,
		[PANE_INPUTS] = &app->inputs,
		[PANE_EDITOR] = &app->editor,
		[PANE_OUTPUT] = &app->output,
		[PANE_TIMELINE] = &app->timeline,
		[PANE_RUNS] = &app->runs};
	return panes[pane];
}

const void *app_pane_const(const struct app *app, enum pane_id pane)
{
	const void *const panes[PANE_COUNT] = {[PANE_FILES] = &app->files,
		[PANE_INPUTS] = &app->inputs,
		[PANE_EDITOR] = &app->editor,
		[PANE_OUTPUT] = &app->output,
		[PANE_TIMELINE] = &app->timeline,
		[PANE_RUNS] = &app->runs};
	return panes[pane];
}

int64_t app_now(const struct app *app)
{
	return loop_now(engine_loop(app->engine));
}

const char *app_tr(const struct app *app, const char *english)
{
	return tr(app->words, english);
}

void app_toast(struct app *app, enum role role, const char *fmt, ...)
{
	char text[TOAST_TEXT], clean[TOAST_TEXT];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, tr(app->words, fmt), args);
	va_end(args);
	record_text(clean, sizeof clean, str_from(text));
	toasts_add(&app->toasts, role, clean, app_now(app));
	app->dirty = true;
}

int64_t app_wakes_ns(const struct app *app)
{
	const int64_t times[] = {
		toasts_next(&app->toasts), keys_box_wakes_ns(app), app_inputs_wake_ns(app)};
	int64_t next = 0;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++)
		if (times[i] != 0 && (next == 0 || times[i] < next))
			next = times[i];
	return next;
}

struct record *app_record(const struct app *app)
{
	for (size_t i = app->record_count; i-- > 0;)
		if (str_is(str_from(app->records[i]->path), editor_path(&app->editor)))
			return app->records[i];
	return NULL;
}

size_t app_running(const struct app *app)
{
	size_t count = 0;
	for (size_t i = 0; i < app->record_count; i++)
		count += app->records[i]->status == TRACE_RUNNING;
	return count;
}

bool app_can_run(const struct app *app)
{
	return editor_kind(&app->editor) == FILE_PROMPT || editor_kind(&app->editor) == FILE_FLOW;
}

/* Tells every pane that is shown what room it has, and which run it is about. */
static void mark_edited(struct app *app)
{
	const struct editor *editor = &app->editor;
	app->files.edited_count = 0;
	for (size_t i = 0; i < editor->count && app->files.edited_count < FILES_EDITED; i++)
		if (editor_file_is_edited(editor->files[i]))
			app->files.edited[app->files.edited_count++] = editor->files[i]->path;
}

static void arrange(struct app *app)
{
	past_arrange(app);
	mark_edited(app);
	app->layout = layout_of(app->w, app->h, app->focus, app->zoomed);
	app_find_turn(app);
	for (int i = 0; i < PANE_COUNT; i++) {
		struct area area = app->layout.panes[i];
		if (area.w > 0)
			classes[i]->fit(app_pane(app, (enum pane_id)i), area.w - 4, area.h - 2);
	}
	app_find_show(app);
	for (size_t i = 0; i < app->layer_count; i++)
		app->layers[i].class->fit(app->layers[i].state, app->w, app->h);
	footer_arrange(app);
}

void app_push(struct app *app, const struct layer_class *class, void *state)
{
	app->dirty = true;
	if (app->layer_count == APP_LAYERS) {
		class->free(state);
		return;
	}
	app->layers[app->layer_count++] = (struct app_layer){class, state};
	class->fit(state, app->w, app->h);
}

void *app_top(const struct app *app, const struct layer_class *class)
{
	if (app->layer_count == 0)
		return NULL;
	const struct app_layer *top = &app->layers[app->layer_count - 1];
	return top->class == class ? top->state : NULL;
}

void app_pop(struct app *app)
{
	struct app_layer top = app->layers[--app->layer_count];
	top.class->free(top.state);
	app->dirty = true;
}

void app_ask(struct app *app, const char *question, const char *command, struct value arguments)
{
	const struct ask_choice yes = {'y', N_("yes"), command};
	app_push(app, &ask_layer,
		ask_new(str_from(app_tr(app, question)), &yes, 1, arguments, app_now(app)));
}

struct edit *app_edit(struct app *app)
{
	if (app->layer_count > 0) {
		struct app_layer top = app->layers[app->layer_count - 1];
		return top.class->edit != NULL ? top.class->edit(top.state) : NULL;
	}
	const struct pane_class *class = classes[app->focus];
	return class->edit != NULL ? class->edit(app_pane(app, app->focus)) : NULL;
}

void app_copy(struct app *app, struct str text)
{
	buf_clear(&app->clipboard);
	app->wants_copy = buf_add_str(&app->clipboard, text);
	app->dirty = true;
}

void app_file_changed(struct app *app, const char *path)
{
	struct err e = ERR_INIT;
	char text[sizeof e.where + sizeof e.text + sizeof e.hint + 8];
	if (strcmp(path, "lathe.yaml") != 0)
		return;
	if (!engine_reload_config(app->engine, &e))
		app_toast(app, ROLE_BAD,
			N_("%s Until that is mended the settings stay as they were."),
			err_format(&e, text, sizeof text));
	app_choose_model(app);
}

void app_focus(struct app *app, enum pane_id pane)
{
	if (pane != PANE_INPUTS)
		inputs_accept(&app->inputs);
	app->focus = pane;
	app->dirty = true;
}

struct run_spec app_spec(struct app *app, struct arena *a)
{
	struct run_spec spec = {.path = editor_path(&app->editor), .inputs = value_none()};
	if (app->asked[0] != '\0')
		spec.model = app->asked;
	if (editor_is_edited(&app->editor)) {
		struct str *text = ARENA_NEW(a, struct str);
		*text = editor_text(&app->editor, a);
		spec.text = text;
	}
	return spec;
}

void app_choose_model(struct app *app)
{
	struct arena a = ARENA_INIT;
	struct model_choice choice;
	struct run_spec spec = app_spec(app, &a);
	struct err e = ERR_INIT;
	app->model[0] = app->reason[0] = '\0';
	if (app_can_run(app) && engine_choose_model(app->engine, &spec, &a, &choice, &e)) {
		record_text(app->model, sizeof app->model, choice.model);
		record_text(app->reason, sizeof app->reason,
			spec.model != NULL ? str_from(tr(app->words, N_("chosen here")))
					   : str_from(tr(app->words, str_cstr(&a, choice.reason))));
	}
	arena_release(&a);
}

void app_text_changed(struct app *app)
{
	app_load_inputs(app);
	app_choose_model(app);
	app->dirty = true;
}

void app_open_file(struct app *app, const struct workspace_file *file)
{
	const struct workspace *ws = engine_workspace(app->engine);
	editor_open(&app->editor, ws->root, file);
	snprintf(app->files.opened, sizeof app->files.opened, "%s", file->path.at);
	desk_opened(app);
	app_text_changed(app);
	past_open_file(app);
}

bool app_refresh(struct app *app, struct err *e)
{
	if (!files_load(&app->files, engine_workspace(app->engine), e))
		return false;
	app_file_changed(app, "lathe.yaml");
	for (size_t i = 0; i < app->files.count; i++)
		if (str_is(app->files.rows[i].file.path, editor_path(&app->editor)))
			app_open_file(app, &app->files.rows[i].file);
	app->wants_redraw = app->dirty = true;
	return true;
}

static void forget_oldest(struct app *app)
{
	if (app->record_count < APP_RECORDS)
		return;
	/* One that runs is kept: its events still come. */
	size_t i = 0;
	while (i + 1 < app->record_count && app->records[i]->status == TRACE_RUNNING)
		i++;
	record_free(app->records[i]);
	for (; i + 1 < app->record_count; i++)
		app->records[i] = app->records[i + 1];
	app->record_count--;
}

void app_run(struct app *app)
{
	struct arena a = ARENA_INIT;
	struct run_spec spec = app_spec(app, &a);
	struct err e = ERR_INIT;
	uint64_t id = 0;
	if (!app_take_inputs(app, &a, &spec) || !app_approved(app, &spec)) {
		arena_release(&a);
		return;
	}
	bool started = engine_start_run(app->engine, &spec, &id, &e);
	struct record *record = record_new(id, editor_path(&app->editor), app_now(app));
	if (!started)
		record_fail(record, &e);
	past_close(app);
	forget_oldest(app);
	app->records[app->record_count++] = record;
	/* Where the answer would not be seen, look at it. */
	if (app->layout.panes[PANE_OUTPUT].w == 0)
		app->focus = PANE_OUTPUT;
	app->dirty = true;
	arena_release(&a);
}

static void on_preview(void *ctx, const struct preview *what)
{
	struct app *app = ctx;
	struct preview_layer *layer = app_top(app, &preview_layer_class);
	if (layer != NULL) {
		preview_layer_count_by(layer, &app->editor.gauge, str_from(app->gauged));
		preview_layer_take(layer, what);
	}
	app->dirty = true;
}

bool app_preview(struct app *app, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct run_spec spec = app_spec(app, &a);
	if (!app_take_inputs(app, &a, &spec) || !app_approved(app, &spec)) {
		arena_release(&a);
		return true;
	}
	engine_forget_preview(app->engine, app); /* one that was closed before it came */
	bool ok = engine_preview(app->engine, &spec, on_preview, app, e);
	if (ok)
		app_push(app, &preview_layer_class, preview_layer_new(app->words));
	arena_release(&a);
	return ok;
}

static void on_event(void *ctx, const struct trace_event *event)
{
	struct app *app = ctx;
	for (size_t i = 0; i < app->record_count; i++) {
		struct record *record = app->records[i];
		if (record->run != event->run)
			continue;
		record_hear(record, event);
		app->settling |= event->kind == TRACE_RUN_END;
		app->dirty = true;
	}
	past_hear(app, event);
	if (event->kind == TRACE_LOG && event->u.log.level == TRACE_WARNING)
		app_toast(app, ROLE_WARN, "%.*s", STR_ARG(event->u.log.text));
}

/* Runs that are over: the engine's word on the answer, then it may forget them. */
static void settle(struct app *app)
{
	app->settling = false;
	desk_ran(app);
	for (size_t i = 0; i < app->record_count; i++) {
		struct record *record = app->records[i];
		const struct run_state *state = engine_run(app->engine, record->run);
		if (record->status == TRACE_RUNNING || state == NULL)
			continue;
		if (state->status == TRACE_OK)
			record_settle(record, state->text);
		engine_release_run(app->engine, record->run);
		app->dirty = true;
	}
}

static void bind_keys(struct app *app)
{
	struct keys_faults faults = {.count = 0};
	char text[sizeof(struct err)];
	keys_file_load(app->modes, &faults);
	if (faults.count == 1)
		app_toast(app, ROLE_WARN, "%s", err_format(&faults.items[0], text, sizeof text));
	else if (faults.count > 1)
		app_toast(app, ROLE_WARN,
			"keys.yaml has %zu faults, and lathe doctor lists them. The first is %s",
			faults.count, err_format(&faults.items[0], text, sizeof text));
}

bool app_new(
	struct engine *engine, const struct app_options *options, struct app **out, struct err *e)
{
	const char *file = options->file;
	struct app *app = xcalloc(1, sizeof *app);
	const struct workspace *ws = engine_workspace(engine);
	app->engine = engine;
	app->words = options->words;
	app->wants_tour = options->tour;
	app->mouse = true;
	app->dragged = PANE_COUNT;
	app->clipboard = (struct buf)BUF_INIT(APP_CLIPBOARD_MAX);
	app->focus = PANE_EDITOR;
	app->dirty = true;
	editor_init(&app->editor);
	edit_search_init(&app->search);
	app->replacement = (struct buf)BUF_INIT(SEARCH_PATTERN);
	desk_init(app);
	inputs_init(&app->inputs);
	app_restore_inputs(app);
	record_text(app->workspace, sizeof app->workspace, str_from(ws->name));
	bind_keys(app);
	if (!files_load(&app->files, ws, e)) {
		app_free(app);
		return false;
	}
	const struct workspace_file *first = files_first(&app->files);
	struct workspace_file given = {.kind = FILE_OTHER};
	const struct err *wrong = engine_config_error(engine);
	if (wrong != NULL) {
		char text[sizeof wrong->where + sizeof wrong->text + sizeof wrong->hint + 8];
		app_toast(app, ROLE_BAD, N_("%s Nothing runs until that is mended."),
			err_format(wrong, text, sizeof text));
		file = "lathe.yaml";
	}
	if (file != NULL) {
		given = (struct workspace_file){
			.path = str_from(file), .kind = workspace_file_kind(file)};
		first = &given;
	}
	if (first != NULL) {
		files_reveal(&app->files, first->path);
		app_open_file(app, first);
	} else
		app->focus = PANE_FILES;
	engine_listen(engine, on_event, app);
	app_welcome(app);
	*out = app;
	return true;
}

void app_free(struct app *app)
{
	if (app == NULL)
		return;
	engine_forget(app->engine, on_event, app);
	engine_stop_detecting(app->engine); /* what it finds would be told to this app */
	connection_test_cancel(app->test);
	arena_release(&app->known_arena);
	engine_forget_preview(app->engine, app);
	jobs_forget(app->engine, app);
	loop_timer_stop(engine_loop(app->engine), &app->follow);
	for (size_t i = 0; i < app->record_count; i++)
		record_free(app->records[i]);
	record_free(app->past);
	runs_free(&app->runs);
	files_free(&app->files);
	desk_free(app);
	editor_free(&app->editor);
	edit_search_free(&app->search);
	buf_free(&app->replacement);
	output_pane_free(&app->output);
	app_keep_inputs(app);
	inputs_free(&app->inputs);
	while (app->layer_count > 0)
		app_pop(app);
	buf_free(&app->clipboard);
	for (int i = 0; i < MODE_COUNT; i++)
		keymap_free(&app->modes[i]);
	free(app);
}

/* The prompt's tokens are counted as the model of its run counts them. */
static void follow_model(struct app *app)
{
	struct token_gauge gauge;
	uint64_t revision = engine_token_revision(app->engine);
	if (strcmp(app->gauged, app->model) == 0 && app->gauge_revision == revision)
		return;
	engine_token_gauge(app->engine, str_from(app->model), &gauge);
	if (gauge.pending)
		return;
	snprintf(app->gauged, sizeof app->gauged, "%s", app->model);
	app->gauge_revision = engine_token_revision(app->engine);
	editor_use_gauge(&app->editor, &gauge);
	app->dirty = true;
}

void app_update(struct app *app, const struct app_message *message)
{
	switch (message->kind) {
	case APP_INPUT: app_input(app, &message->input); break;
	case APP_RESIZE:
		app->w = message->w < SURFACE_MAX_W ? message->w : SURFACE_MAX_W;
		app->h = message->h < SURFACE_MAX_H ? message->h : SURFACE_MAX_H;
		app->dirty = true;
		break;
	case APP_TURN:
		if (app->settling)
			settle(app);
		desk_turn(app);
		past_turn(app);
		app_follow_editor(app);
		follow_model(app);
		app->dirty |= editor_count_long(&app->editor, app->engine);
		app_tour_turn(app);
		app->dirty |= toasts_turn(&app->toasts, app_now(app));
		break;
	}
	if (app->dirty)
		arrange(app);
}
