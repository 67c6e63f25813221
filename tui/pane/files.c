/* SPDX-License-Identifier: MIT */
#include "tui/pane/files.h"

#include "core/base/file.h"
#include "core/text/sanitize.h"

#include <stdio.h>
#include <string.h>

enum { FILES_MOST = 10000, INDENT = 2 };

static bool is_runnable(enum file_kind kind)
{
	return kind == FILE_PROMPT || kind == FILE_FLOW;
}

/* Counts what is inside each folder and opens those that hold something to run. */
static void survey_folder(struct files *f, size_t i)
{
	struct files_row *folder = &f->rows[i];
	for (size_t j = i + 1; j < f->count && f->rows[j].file.depth > folder->file.depth; j++) {
		if (f->rows[j].file.kind == FILE_FOLDER)
			continue;
		folder->inside++;
		folder->open |= is_runnable(f->rows[j].file.kind);
	}
}

static void show_rows(struct files *f)
{
	int closed = -1; /* depth of the closed folder we are in */
	size_t count = 0;
	for (size_t i = 0; i < f->count; i++) {
		struct files_row *row = &f->rows[i];
		if (closed >= 0 && row->file.depth <= closed)
			closed = -1;
		row->hidden = closed >= 0;
		if (!row->hidden)
			f->shown[count++] = i;
		if (closed < 0 && row->file.kind == FILE_FOLDER && !row->open)
			closed = row->file.depth;
	}
	list_view_fit(&f->list, count, (int)f->list.height);
}

/* What was open or selected before is so again. */
static void carry_over(struct files *f, const struct files *old)
{
	const struct files_row *selected = files_selected(old);
	size_t j = 0;
	for (size_t i = 0; i < f->count; i++) {
		while (j < old->count &&
			str_compare(old->rows[j].file.path, f->rows[i].file.path) != 0)
			j++;
		if (j == old->count) {
			j = 0;
			continue;
		}
		f->rows[i].open = old->rows[j].open;
	}
	show_rows(f);
	if (selected != NULL)
		files_reveal(f, selected->file.path);
}

bool files_load(struct files *f, const struct workspace *ws, struct err *e)
{
	struct files fresh = {.list = f->list};
	struct workspace_file *list;
	memcpy(fresh.opened, f->opened, sizeof fresh.opened);
	if (!workspace_list(ws, &fresh.arena, FILES_MOST, &list, &fresh.count, &fresh.more, e)) {
		arena_release(&fresh.arena);
		return false;
	}
	fresh.rows = ARENA_ARRAY(&fresh.arena, struct files_row, fresh.count + 1);
	fresh.shown = ARENA_ARRAY(&fresh.arena, size_t, fresh.count + 1);
	for (size_t i = 0; i < fresh.count; i++) {
		struct str name = str_from(path_name(list[i].path.at));
		fresh.rows[i].file = list[i];
		fresh.rows[i].name = sanitize(&fresh.arena, name, SANITIZE_ONE_LINE);
	}
	for (size_t i = 0; i < fresh.count; i++)
		if (fresh.rows[i].file.kind == FILE_FOLDER)
			survey_folder(&fresh, i);
	show_rows(&fresh);
	if (f->count > 0)
		carry_over(&fresh, f);
	arena_release(&f->arena);
	*f = fresh;
	return true;
}

void files_free(struct files *f)
{
	arena_release(&f->arena);
	*f = (struct files){.count = 0};
}

const struct files_row *files_selected(const struct files *f)
{
	return f->list.selected < f->list.count ? &f->rows[f->shown[f->list.selected]] : NULL;
}

void files_toggle(struct files *f)
{
	if (f->list.selected >= f->list.count)
		return;
	struct files_row *row = &f->rows[f->shown[f->list.selected]];
	if (row->file.kind != FILE_FOLDER)
		return;
	row->open = !row->open;
	show_rows(f);
}

bool files_reveal(struct files *f, struct str path)
{
	size_t found = 0;
	while (found < f->count && !str_eq(f->rows[found].file.path, path))
		found++;
	if (found == f->count)
		return false;
	int depth = f->rows[found].file.depth;
	for (size_t i = found; i-- > 0 && depth > 0;)
		if (f->rows[i].file.kind == FILE_FOLDER && f->rows[i].file.depth < depth) {
			f->rows[i].open = true;
			depth = f->rows[i].file.depth;
		}
	show_rows(f);
	for (size_t i = 0; i < f->list.count; i++)
		if (f->shown[i] == found)
			list_view_select(&f->list, i);
	return true;
}

static const struct workspace_file *first_of(
	const struct files *f, enum file_kind kind, const char *extension)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct workspace_file *file = &f->rows[i].file;
		if (file->kind == kind && str_ends(file->path, str_from(extension)))
			return file;
	}
	return NULL;
}

const struct workspace_file *files_first(const struct files *f)
{
	const struct workspace_file *file = first_of(f, FILE_PROMPT, ".prompty");
	if (file == NULL)
		file = first_of(f, FILE_FLOW, "");
	return file != NULL ? file : first_of(f, FILE_PROMPT, "");
}

static void fit(void *pane, int w, int h)
{
	struct files *f = pane;
	(void)w;
	list_view_fit(&f->list, f->list.count, h);
}

static void to_parent(struct files *f)
{
	size_t i = f->list.selected;
	int depth = f->rows[f->shown[i]].file.depth;
	while (i > 0 && f->rows[f->shown[i]].file.depth >= depth)
		i--;
	list_view_select(&f->list, i);
}

static void sideways(struct files *f, bool left)
{
	const struct files_row *row = files_selected(f);
	if (row == NULL)
		return;
	bool folder = row->file.kind == FILE_FOLDER;
	if (left && (!folder || !row->open))
		to_parent(f);
	else if (folder && row->open == left)
		files_toggle(f);
	else if (!left)
		list_view_move(&f->list, folder ? 1 : 0);
}

static void move(void *pane, enum pane_move move)
{
	struct files *f = pane;
	long page = f->list.height > 1 ? (long)f->list.height - 1 : 1;
	switch (move) {
	case MOVE_UP: list_view_move(&f->list, -1); break;
	case MOVE_DOWN: list_view_move(&f->list, 1); break;
	case MOVE_PAGE_UP: list_view_move(&f->list, -page); break;
	case MOVE_PAGE_DOWN: list_view_move(&f->list, page); break;
	case MOVE_HOME: list_view_move(&f->list, -FILES_MOST); break;
	case MOVE_END: list_view_move(&f->list, FILES_MOST); break;
	case MOVE_WHEEL_UP: list_view_scroll(&f->list, -WHEEL_ROWS); break;
	case MOVE_WHEEL_DOWN: list_view_scroll(&f->list, WHEEL_ROWS); break;
	case MOVE_LEFT:
	case MOVE_RIGHT: sideways(f, move == MOVE_LEFT); break;
	}
}

static bool click(void *pane, int x, int y)
{
	struct files *f = pane;
	size_t row = f->list.top + (size_t)(y < 0 ? 0 : y);
	(void)x;
	if (row >= f->list.count)
		return false;
	list_view_select(&f->list, row);
	return true;
}

static bool is_edited(const struct files *f, struct str path)
{
	for (size_t i = 0; i < f->edited_count; i++)
		if (str_is(path, f->edited[i]))
			return true;
	return false;
}

static void draw_row(const struct files *f, struct pen pen, struct area line, size_t i)
{
	const struct files_row *row = &f->rows[f->shown[i]];
	bool folder = row->file.kind == FILE_FOLDER;
	bool opened = !folder && str_is(row->file.path, f->opened);
	int right = line.x + line.w, x = line.x + row->file.depth * INDENT;
	char count[24];
	snprintf(count, sizeof count, "%zu", row->inside);
	if (folder && !row->open)
		right = paint_right(pen, right, line.y, str_from(count), ROLE_FAINT) - 1;
	if (opened)
		right = paint_right(pen, right, line.y, STR("●"), ROLE_ACCENT) - 1;
	if (!folder && is_edited(f, row->file.path))
		right = paint_right(pen, right, line.y, STR("+"), ROLE_WARN) - 1;
	if (folder)
		paint_cstr(pen, x, line.y, row->open ? "▾" : "▸", ROLE_DIM);
	enum role role = opened ? ROLE_STRONG : folder ? ROLE_DIM : ROLE_TEXT;
	paint_fitted(pen, x + INDENT, line.y, right - x - INDENT, row->name, role);
}

static void draw(const void *pane, const struct pane_view *view)
{
	const struct files *f = pane;
	struct span title = {str_from(tr(view->pen.words, files_class.title)),
		view->focused ? ROLE_STRONG : ROLE_DIM};
	struct area inner = pane_frame(view, (struct frame){.title = &title, .title_count = 1});
	struct pen pen = pen_within(view->pen, inner);
	if (f->count == 0)
		pane_hint_key(view, inner,
			N_("No files here yet. Prompts (.prompty) and flows that you add to this "
			   "folder appear here; %s looks again."),
			"view.refresh");
	for (int y = 0; y < inner.h; y++) {
		size_t i = f->list.top + (size_t)y;
		if (i >= f->list.count)
			break;
		struct area line = {inner.x, inner.y + y, inner.w, 1};
		draw_row(f, pen, line, i);
		struct area wide = {inner.x - 1, line.y, inner.w + 2, 1};
		if (i == f->list.selected)
			paint_ground(view->pen, wide,
				view->focused ? GROUND_SELECT : GROUND_SELECT_QUIET);
	}
	size_t end = f->list.top + (size_t)(inner.h > 0 ? inner.h : 0);
	pane_more(view, end < f->list.count ? f->list.count - end : 0);
}

const struct pane_class files_class = {
	.title = N_("Files"), .fit = fit, .draw = draw, .move = move, .click = click};
