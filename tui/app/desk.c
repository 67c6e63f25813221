/* SPDX-License-Identifier: MIT */
#include "tui/app/desk.h"

#include "core/base/file.h"
#include "core/engine/drafts.h"
#include "core/text/words.h"
#include "tui/app/app.h"
#include "tui/layer/conflict.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const int64_t second_ns = INT64_C(1000000000);
static const int64_t pause_seconds = 2, longest_seconds = 10;

static void on_autosave(void *ctx);

void desk_init(struct app *app)
{
	app->desk = (struct desk){.autosave = {.background = true}};
}

void desk_free(struct app *app)
{
	struct desk *d = &app->desk;
	file_watch_free(d->watch);
	loop_timer_stop(engine_loop(app->engine), &d->autosave);
	engine_forget_saves(app->engine, app);
	arena_release(&d->arena);
}

enum { DAY_SECONDS = 86400 };

/* The time, with the day when that was not just now. */
static void say_clock(char out[CLOCK_TEXT], int64_t at_ns, int64_t now_ns)
{
	time_t seconds = (time_t)(at_ns / second_ns);
	bool old = now_ns - at_ns > (DAY_SECONDS / 2) * second_ns;
	struct tm local;
	out[0] = '\0';
	if (localtime_r(&seconds, &local) != NULL)
		strftime(out, CLOCK_TEXT, old ? "%Y-%m-%d %H:%M" : "%H:%M", &local);
}

static void say_error(struct app *app, const struct err *e)
{
	char text[sizeof e->where + sizeof e->text + sizeof e->hint + 8];
	app_toast(app, ROLE_BAD, "%s", err_format(e, text, sizeof text));
}

/* ---- drafts ---- */

static struct draft draft_of(const struct editor_file *f, struct arena *a)
{
	struct draft draft = {.path = f->path, .text = edit_text(&f->edit, a)};
	if (f->disk.exists)
		memcpy(draft.base, f->disk.hash, sizeof draft.base);
	return draft;
}

static bool wants_draft(const struct app *app, const struct editor_file *f)
{
	return editor_file_is_edited(f) && (edit_revision(&f->edit) != f->drafted ||
						   engine_drafts_problem(app->engine) != NULL);
}

static void drop_draft(struct app *app, struct editor_file *f)
{
	if (f->has_draft)
		engine_drop_draft(app->engine, f->path);
	f->has_draft = false;
	f->drafted = 0;
}

static void on_autosave(void *ctx)
{
	struct app *app = ctx;
	app->desk.since_ns = 0;
	for (size_t i = 0; i < app->editor.count; i++) {
		struct editor_file *f = app->editor.files[i];
		struct arena a = ARENA_INIT;
		if (wants_draft(app, f)) {
			struct draft draft = draft_of(f, &a);
			engine_keep_draft(app->engine, &draft);
			f->drafted = edit_revision(&f->edit);
			f->has_draft = true;
		}
		arena_release(&a);
	}
}

void desk_keep_now(struct app *app)
{
	for (size_t i = 0; i < app->editor.count; i++) {
		struct arena a = ARENA_INIT;
		struct err lost = ERR_INIT; /* there is nobody left to tell */
		struct editor_file *f = app->editor.files[i];
		struct draft draft = draft_of(f, &a);
		if (wants_draft(app, f) && engine_keep_draft_now(app->engine, &draft, &lost))
			f->drafted = edit_revision(&f->edit);
		arena_release(&a);
	}
}

void desk_discard(struct app *app)
{
	for (size_t i = 0; i < app->editor.count; i++) {
		struct editor_file *f = app->editor.files[i];
		drop_draft(app, f);
		f->saved = edit_mark(&f->edit);
	}
}

/* What was typed before a crash is there again, as unsaved text. */
static void restore_draft(struct app *app, struct editor_file *f)
{
	struct arena a = ARENA_INIT;
	struct draft draft;
	char clock[CLOCK_TEXT], hash[CONTENT_HASH];
	if (f->error[0] == '\0' && engine_find_draft(app->engine, f->path, &a, &draft)) {
		f->has_draft = true;
		if (strcmp(content_hash(draft.text, hash), f->disk.hash) == 0) {
			drop_draft(app, f);
		} else {
			editor_file_restore(f, draft.text);
			f->drafted = edit_revision(&f->edit);
			f->outside = strcmp(draft.base, f->disk.hash) != 0;
			f->disk.exists = draft.base[0] != '\0';
			memcpy(f->disk.hash, draft.base, sizeof f->disk.hash);
			say_clock(clock, draft.at_ns, app_now(app));
			app_toast(app, ROLE_WARN,
				N_("Unsaved text of %s was restored. Ctrl+Z drops it."), clock);
		}
	}
	arena_release(&a);
}

static void plan_draft(struct app *app, const struct editor_file *f)
{
	struct desk *d = &app->desk;
	int64_t now = app_now(app);
	if (!wants_draft(app, f))
		return;
	if (d->since_ns == 0)
		d->since_ns = now;
	int64_t due = now + pause_seconds * second_ns;
	int64_t latest = d->since_ns + longest_seconds * second_ns;
	loop_timer_start(engine_loop(app->engine), &d->autosave,
		(due < latest ? due : latest) - now, on_autosave, app);
}

void desk_turn(struct app *app)
{
	struct desk *d = &app->desk;
	struct editor_file *f = app->editor.file;
	const struct err *problem = engine_drafts_problem(app->engine);
	if (problem != NULL && !d->problem_said)
		app_toast(app, ROLE_WARN, "%s", problem->text);
	d->problem_said = problem != NULL;
	if (f == NULL || edit_revision(&f->edit) == d->seen)
		return;
	d->seen = edit_revision(&f->edit);
	if (!editor_file_is_edited(f))
		drop_draft(app, f);
	plan_draft(app, f);
}

/* ---- what others do ---- */

static void find_version(struct app *app, struct editor_file *f)
{
	f->version = f->disk.exists ? engine_version(app->engine, f->path, f->disk.hash) : 0;
}

static void take_over(struct app *app, struct editor_file *f, struct str bytes)
{
	if (bytes.len > 0 && memchr(bytes.at, '\0', bytes.len) != NULL)
		editor_file_load(f, engine_workspace(app->engine)->root);
	else
		editor_file_reload(f, bytes);
}

static void on_changed(void *ctx, struct str bytes, const struct file_stamp *stamp)
{
	struct app *app = ctx;
	struct editor_file *f = editor_find(&app->editor, app->desk.watched);
	struct arena a = ARENA_INIT;
	app->dirty = true;
	if (f == NULL)
		return;
	bool edited = editor_file_is_edited(f);
	app->status[0] = '\0';
	if (stamp->exists && str_eq(edit_text(&f->edit, &a), bytes)) {
		editor_file_saved(f, edit_mark(&f->edit), stamp, f->version);
		find_version(app, f);
		drop_draft(app, f);
	} else if (edited) {
		f->outside = true;
		app_toast(app, ROLE_WARN,
			stamp->exists ? N_("%s was changed outside. Saving shows the "
					   "difference first.")
				      : N_("%s was removed outside. Your text is still here."),
			f->name);
	} else if (!stamp->exists) {
		f->disk = *stamp;
		app_toast(app, ROLE_WARN, N_("%s was removed outside. Ctrl+S writes it again."),
			f->name);
	} else {
		take_over(app, f, bytes);
		f->disk = *stamp;
		find_version(app, f);
		app_toast(app, ROLE_DIM, N_("%s was changed outside and read again."), f->name);
		app_file_changed(app, f->path);
		app_text_changed(app);
	}
	arena_release(&a);
}

void desk_opened(struct app *app)
{
	struct desk *d = &app->desk;
	struct editor_file *f = app->editor.file;
	if (f == NULL)
		return;
	if (!f->looked) {
		f->looked = true;
		restore_draft(app, f);
	}
	find_version(app, f);
	app->status[0] = '\0';
	file_watch_free(d->watch);
	snprintf(d->watched, sizeof d->watched, "%s", f->path);
	d->watch = file_watch_new(app->engine, f->path, &f->disk, on_changed, app);
}

void desk_ran(struct app *app)
{
	struct editor_file *f = app->editor.file;
	if (f != NULL && !editor_file_is_edited(f))
		find_version(app, f);
}

/* ---- saving ---- */

static void say_saved(struct app *app, const struct file_saved *saved)
{
	char clock[CLOCK_TEXT];
	say_clock(clock, app_now(app), app_now(app));
	if (saved->version > 0)
		snprintf(app->status, sizeof app->status, app_tr(app, N_("✓ saved v%lld %s")),
			(long long)saved->version, clock);
	else
		snprintf(app->status, sizeof app->status, app_tr(app, N_("✓ saved %s")), clock);
}

static void show_conflict(
	struct app *app, struct editor_file *f, struct str disk, const struct file_stamp *stamp)
{
	struct desk *d = &app->desk;
	struct arena a = ARENA_INIT;
	arena_reset(&d->arena);
	snprintf(d->conflict, sizeof d->conflict, "%s", f->path);
	d->theirs = str_copy(&d->arena, disk);
	d->theirs_stamp = *stamp;
	f->outside = true;
	/* What it says is said here, and it would lie over it. */
	while (toasts_dismiss(&app->toasts))
		;
	app_push(app, &conflict_layer,
		conflict_new(stamp->exists ? CONFLICT_OUTSIDE : CONFLICT_GONE, f->name, disk,
			edit_text(&f->edit, &a), app_now(app)));
	arena_release(&a);
}

static void file_is_saved(struct app *app, struct editor_file *f, const struct file_saved *saved)
{
	editor_file_saved(f, f->saving_state, &saved->stamp, saved->version);
	if (strcmp(app->desk.watched, f->path) == 0)
		file_watch_know(app->desk.watch, &saved->stamp);
	if (!editor_file_is_edited(f))
		drop_draft(app, f);
	else /* typed on meanwhile: its draft stands on what was saved */
		f->drafted = 0;
	app->desk.seen = 0;
	say_saved(app, saved);
	app_file_changed(app, f->path);
}

static void on_created(struct app *app, const struct file_saved *saved)
{
	struct err e = ERR_INIT;
	app->desk.creating[0] = '\0';
	if (saved->outcome == SAVE_CONFLICT)
		app_toast(app, ROLE_WARN, N_("There is a file %s already: nothing was changed."),
			saved->path);
	if (saved->outcome == SAVE_FAILED)
		say_error(app, saved->error);
	if (saved->outcome == SAVE_FAILED)
		return;
	if (!files_load(&app->files, engine_workspace(app->engine), &e)) {
		say_error(app, &e);
		return;
	}
	struct workspace_file file = {
		.path = str_from(saved->path), .kind = workspace_file_kind(saved->path)};
	files_reveal(&app->files, file.path);
	app_open_file(app, &file);
	app_focus(app, PANE_EDITOR);
	if (saved->outcome == SAVE_DONE)
		say_saved(app, saved);
}

static void leave_when_saved(struct app *app)
{
	if (app->desk.quitting && app->desk.saving == 0 && editor_edited(&app->editor) == 0)
		app->wants_quit = true;
}

static void on_saved(void *ctx, const struct file_saved *saved)
{
	struct app *app = ctx;
	struct desk *d = &app->desk;
	struct editor_file *f = editor_find(&app->editor, saved->path);
	app->dirty = true;
	d->saving--;
	if (strcmp(d->creating, saved->path) == 0) {
		on_created(app, saved);
		return;
	}
	if (f == NULL)
		return;
	bool again = f->again;
	f->saving = f->again = false;
	d->quitting = d->quitting && saved->outcome == SAVE_DONE;
	app->status[0] = '\0';
	if (saved->outcome == SAVE_DONE)
		file_is_saved(app, f, saved);
	else if (saved->outcome == SAVE_CONFLICT)
		show_conflict(app, f, saved->disk, &saved->stamp);
	else
		say_error(app, saved->error);
	if (saved->outcome == SAVE_DONE && again && editor_file_is_edited(f))
		desk_save(app, f);
	leave_when_saved(app);
}

void desk_save(struct app *app, struct editor_file *file)
{
	struct arena a = ARENA_INIT;
	if (file->saving) {
		file->again = true;
		return;
	}
	file->saving = true;
	file->saving_state = edit_mark(&file->edit);
	app->desk.saving++;
	snprintf(app->status, sizeof app->status, "%s", app_tr(app, N_("saving…")));
	engine_save_file(
		app->engine, file->path, edit_text(&file->edit, &a), &file->disk, on_saved, app);
	arena_release(&a);
}

void desk_save_all_and_quit(struct app *app)
{
	app->desk.quitting = true;
	for (size_t i = 0; i < app->editor.count; i++)
		if (editor_file_is_edited(app->editor.files[i]))
			desk_save(app, app->editor.files[i]);
	leave_when_saved(app);
}

void desk_create(struct app *app, const char *path, struct str text)
{
	struct file_stamp none = {.exists = false};
	snprintf(app->desk.creating, sizeof app->desk.creating, "%s", path);
	app->desk.saving++;
	engine_save_file(app->engine, path, text, &none, on_saved, app);
}

/* ---- looking and deciding ---- */

bool desk_compare(struct app *app, struct editor_file *file, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct str disk;
	struct file_stamp stamp;
	bool ok = engine_read_file(app->engine, file->path, &a, &disk, &stamp, e);
	bool same = stamp.exists == file->disk.exists &&
		    (!stamp.exists || strcmp(stamp.hash, file->disk.hash) == 0);
	if (ok && !same)
		show_conflict(app, file, disk, &stamp);
	else if (ok)
		app_push(app, &conflict_layer,
			conflict_new(CONFLICT_LOOK, file->name, disk, edit_text(&file->edit, &a),
				app_now(app)));
	arena_release(&a);
	return ok;
}

void desk_keep_mine(struct app *app)
{
	struct editor_file *f = editor_find(&app->editor, app->desk.conflict);
	if (f == NULL)
		return;
	f->disk = app->desk.theirs_stamp;
	desk_save(app, f);
}

void desk_take_theirs(struct app *app)
{
	struct desk *d = &app->desk;
	struct editor_file *f = editor_find(&app->editor, d->conflict);
	if (f == NULL)
		return;
	take_over(app, f, d->theirs);
	f->disk = d->theirs_stamp;
	find_version(app, f);
	drop_draft(app, f);
	app->status[0] = '\0';
	if (strcmp(d->watched, f->path) == 0)
		file_watch_know(d->watch, &f->disk);
	app_toast(app, ROLE_TEXT, N_("Theirs is in the editor. Ctrl+Z brings mine back."));
	app_text_changed(app);
}

bool desk_revert(struct app *app, struct editor_file *file, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct str disk;
	struct file_stamp stamp;
	bool ok = engine_read_file(app->engine, file->path, &a, &disk, &stamp, e);
	if (ok && !stamp.exists)
		ok = err_set(e, ERR_IO, "There is no file '%s' any more.", file->path);
	if (ok) {
		take_over(app, file, disk);
		file->disk = stamp;
		find_version(app, file);
		drop_draft(app, file);
		if (strcmp(app->desk.watched, file->path) == 0)
			file_watch_know(app->desk.watch, &stamp);
		app_toast(
			app, ROLE_TEXT, N_("As it is on the disk. Ctrl+Z brings your text back."));
		app_text_changed(app);
	}
	arena_release(&a);
	return ok;
}
