/* SPDX-License-Identifier: MIT */
#include "tui/app/app_find.h"

#include "tui/app/app_edit.h"
#include "tui/layer/search_bar.h"

#include <string.h>

enum { PREFILL_MOST = 200 };

/* What is selected on one line is what one wants to find; else what one searched last. */
static void prefill(struct app *app, struct search_bar *f, struct edit *edit)
{
	struct arena a = ARENA_INIT;
	size_t from, to;
	edit_selected(edit, &from, &to);
	struct str text = buf_str(&app->search.pattern);
	if (to > from && to - from <= PREFILL_MOST) {
		struct str selected = edit_selection(edit, &a);
		if (str_find(selected, STR("\n"), 0) == SIZE_MAX) {
			text = selected;
			f->origin = from;
		}
	}
	f->regex = app->search.regex;
	/* Both bounds are above a pattern's. */
	(void)edit_set(&f->pattern, text);
	(void)edit_set(&f->replacement, buf_str(&app->replacement));
	edit_select_all(&f->pattern);
	arena_release(&a);
}

void app_find_open(struct app *app, bool replacing)
{
	struct edit *edit = editor_edit(&app->editor);
	struct search_bar *f = app_top(app, &search_bar_layer);
	if (f == NULL && edit != NULL && app->layer_count == 0) {
		f = search_bar_new();
		f->origin = edit->caret;
		prefill(app, f, edit);
		app_focus(app, PANE_EDITOR);
		app_push(app, &search_bar_layer, f);
	}
	if (f != NULL) {
		f->replacing = f->replacing || replacing;
		f->in_replacement = false;
	}
}

bool app_find_has_pattern(const struct app *app)
{
	return app->search.pattern.len > 0;
}

static void say_error(struct app *app)
{
	if (app->search.error[0] != '\0' && app_top(app, &search_bar_layer) == NULL)
		app_toast(app, ROLE_WARN, "%s", app->search.error);
}

void app_find_step(struct app *app, bool forward)
{
	struct edit *edit = editor_edit(&app->editor);
	struct search_bar *f = app_top(app, &search_bar_layer);
	if (edit == NULL)
		return;
	app_find_turn(app);
	if (!edit_search_step(&app->search, edit, forward) && f == NULL &&
		app->search.error[0] == '\0')
		app_toast(app, ROLE_DIM, "Nothing in this file matches what was searched last.");
	say_error(app);
	if (f != NULL)
		f->origin = edit->caret < edit->anchor ? edit->caret : edit->anchor;
}

void app_find_replace(struct app *app, bool all)
{
	struct arena a = ARENA_INIT;
	struct edit *edit = editor_edit(&app->editor);
	struct search_bar *f = app_top(app, &search_bar_layer);
	if (edit != NULL && f != NULL) {
		app_find_turn(app);
		struct str with = edit_text(&f->replacement, &a);
		buf_clear(&app->replacement);
		(void)buf_add_str(&app->replacement, with);
		edit->now_ns = app_now(app);
		if (all) {
			size_t count = edit_search_replace_all(&app->search, edit, with);
			if (count > 0)
				app_toast(app, ROLE_GOOD, "%zu replaced. Ctrl+Z takes it back.",
					count);
		} else {
			edit_search_replace(&app->search, edit, with);
		}
		app_edit_said(app, edit);
		f->origin = edit->caret < edit->anchor ? edit->caret : edit->anchor;
	}
	arena_release(&a);
}

/* The pattern or its kind changed: the first match from where the search began on is selected. */
static void search_anew(struct app *app, struct search_bar *f, struct edit *edit)
{
	struct arena a = ARENA_INIT;
	bool good = edit_search_set(&app->search, edit_text(&f->pattern, &a), f->regex);
	if (!good || !edit_search_from(&app->search, edit, f->origin))
		edit_go(edit, f->origin, false);
	f->searched = true;
	f->searched_revision = edit_revision(&f->pattern);
	f->searched_regex = f->regex;
	arena_release(&a);
}

void app_find_turn(struct app *app)
{
	struct edit *edit = editor_edit(&app->editor);
	struct search_bar *f = app_top(app, &search_bar_layer);
	if (f == NULL || edit == NULL) {
		if (app->editor.bar_rows > 0 && app->layer_count == 0) {
			app->editor.bar_rows = 0;
			edit_search_rest(&app->search);
			if (edit != NULL)
				edit->match_count = 0;
		}
		return;
	}
	if (!f->searched || f->searched_revision != edit_revision(&f->pattern) ||
		f->searched_regex != f->regex)
		search_anew(app, f, edit);
	/* What is wrong with a pattern has a row of its own. */
	app->editor.bar_rows = 1 + f->replacing + (app->search.error[0] != '\0');
}

void app_find_show(struct app *app)
{
	struct edit *edit = editor_edit(&app->editor);
	struct search_bar *f = app_top(app, &search_bar_layer);
	struct area area = app->layout.panes[PANE_EDITOR];
	if (f == NULL || edit == NULL)
		return;
	edit_search_show(&app->search, edit);
	f->count = app->search.count;
	f->more = app->search.more;
	f->current = app->search.current;
	memcpy(f->error, app->search.error, sizeof f->error);
	int rows = app->editor.bar_rows;
	f->area = (struct area){area.x + 2, area.y + area.h - 1 - rows, area.w - 4, rows};
	if (area.w < 8 || area.h < rows + 3)
		f->area = (struct area){0, app->h - 1 - rows, app->w, rows};
}
