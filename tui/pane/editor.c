/* SPDX-License-Identifier: MIT */
#include "tui/pane/editor.h"

#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/text/words.h"
#include "tui/part/units.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t double_click_ns = 400000000;

void editor_init(struct editor *e)
{
	*e = (struct editor){.file = NULL};
}

void editor_free(struct editor *e)
{
	for (size_t i = 0; i < e->count; i++)
		editor_file_free(e->files[i]);
	free(e->files);
	editor_init(e);
}

/* The count when PATH is not kept. */
static size_t index_of(const struct editor *e, const char *path)
{
	size_t i = 0;
	while (i < e->count && !str_is(str_from(path), e->files[i]->path))
		i++;
	return i;
}

struct editor_file *editor_find(const struct editor *e, const char *path)
{
	size_t i = index_of(e, path);
	return i < e->count ? e->files[i] : NULL;
}

static void drop(struct editor *e, size_t i)
{
	if (e->files[i] == e->file)
		e->file = NULL;
	editor_file_free(e->files[i]);
	e->files[i] = e->files[--e->count];
}

/* Room for one more: the file without changes that was looked at longest ago goes. */
static void make_room(struct editor *e)
{
	size_t oldest = 0, unchanged = 0;
	uint64_t least = UINT64_MAX;
	for (size_t i = 0; i < e->count; i++) {
		if (e->files[i] == e->file || editor_file_is_edited(e->files[i]))
			continue;
		unchanged++;
		if (e->files[i]->used < least) {
			least = e->files[i]->used;
			oldest = i;
		}
	}
	if (unchanged >= EDITOR_KEPT)
		drop(e, oldest);
}

/* What changed on the disk while nothing was changed here is taken over. A file that is gone leaves
 * its text here. */
static void read_again(struct editor_file *f, const char *root)
{
	struct arena a = ARENA_INIT;
	struct str bytes;
	struct file_stamp seen;
	if (editor_file_is_edited(f))
		return;
	stamp_look(path_join(&a, root, f->path), &seen);
	if (f->error[0] == '\0' && !seen.exists) {
		f->disk = seen;
	} else if (f->error[0] == '\0' &&
		   file_read_under(&a, root, f->path, EDITOR_FILE_MAX, &bytes, NULL) &&
		   (bytes.len == 0 || memchr(bytes.at, '\0', bytes.len) == NULL)) {
		editor_file_reload(f, bytes);
		memcpy(seen.hash, f->disk.hash, sizeof seen.hash);
		f->disk = seen;
	} else {
		editor_file_load(f, root);
	}
	arena_release(&a);
}

/* The file that is shown counts as the editor was told last. */
static void take_gauge(struct editor *e)
{
	struct arena a = ARENA_INIT;
	if (e->file == NULL || e->file->gauge_number == e->gauge_number)
		return;
	e->file->gauge_number = e->gauge_number;
	token_meter_use(&e->file->tokens, &e->gauge, edit_text(&e->file->edit, &a));
	arena_release(&a);
}

void editor_open(struct editor *e, const char *root, const struct workspace_file *file)
{
	size_t i = index_of(e, file->path.at);
	struct editor_file *f;
	if (i < e->count) {
		f = e->files[i];
		f->kind = file->kind;
		read_again(f, root);
	} else {
		make_room(e);
		f = editor_file_new(file);
		editor_file_load(f, root);
		e->files = array_reserve(
			e->files, &e->cap, e->count + 1, sizeof(struct editor_file *));
		e->files[e->count++] = f;
	}
	f->used = ++e->clock;
	e->file = f;
	take_gauge(e);
}

void editor_use_gauge(struct editor *e, const struct token_gauge *gauge)
{
	e->gauge = *gauge;
	e->gauge_number++;
	take_gauge(e);
}

static struct str read_file(const void *owner, struct arena *a)
{
	const struct editor_file *f = owner;
	return edit_text(&f->edit, a);
}

bool editor_count_long(struct editor *e, struct engine *engine)
{
	int64_t tokens;
	if (e->file == NULL || !token_meter_wants(&e->file->tokens))
		return false;
	const struct long_text text = {e->file, edit_revision(&e->file->edit), read_file};
	if (!engine_long_tokens(engine, e->file->tokens.gauge.tokenizer, &text, &tokens))
		return false;
	token_meter_told(&e->file->tokens, tokens);
	return true;
}

void editor_close(struct editor *e, const char *path)
{
	size_t i = index_of(e, path);
	if (i < e->count)
		drop(e, i);
}

const char *editor_path(const struct editor *e)
{
	return e->file != NULL ? e->file->path : "";
}

enum file_kind editor_kind(const struct editor *e)
{
	return e->file != NULL ? e->file->kind : FILE_OTHER;
}

struct edit *editor_edit(struct editor *e)
{
	return e->file != NULL && e->file->error[0] == '\0' ? &e->file->edit : NULL;
}

size_t editor_edited(const struct editor *e)
{
	size_t count = 0;
	for (size_t i = 0; i < e->count; i++)
		count += editor_file_is_edited(e->files[i]);
	return count;
}

struct str editor_text(const struct editor *e, struct arena *a)
{
	return e->file != NULL ? edit_text(&e->file->edit, a) : STR_NONE;
}

bool editor_is_edited(const struct editor *e)
{
	return e->file != NULL && editor_file_is_edited(e->file);
}

uint64_t editor_revision(const struct editor *e)
{
	return e->file != NULL ? edit_revision(&e->file->edit) : 0;
}

static void fit(void *pane, int w, int h)
{
	struct editor *e = pane;
	int rows = h > e->bar_rows + 1 ? h - e->bar_rows : h;
	if (e->file != NULL)
		editor_file_fit(e->file, w, rows);
}

static void move(void *pane, enum pane_move move)
{
	struct edit *edit = editor_edit(pane);
	if (edit != NULL && (move == MOVE_WHEEL_UP || move == MOVE_WHEEL_DOWN))
		edit_scroll(edit, move == MOVE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
}

/* One click places the caret, a second selects its word, a third its line. */
static bool click(void *pane, int x, int y)
{
	struct editor *e = pane;
	struct edit *edit = editor_edit(e);
	if (edit == NULL)
		return false;
	bool again = x == e->click_x && y == e->click_y && e->clicks > 0 &&
		     edit->now_ns - e->click_ns < double_click_ns;
	e->clicks = again ? e->clicks % 3 + 1 : 1;
	e->click_ns = edit->now_ns;
	e->click_x = x;
	e->click_y = y;
	edit_click(edit, x, y, false);
	if (e->clicks == 2)
		edit_select_word(edit);
	else if (e->clicks == 3)
		edit_select_line(edit);
	return false;
}

static void drag(void *pane, int x, int y)
{
	struct edit *edit = editor_edit(pane);
	if (edit != NULL)
		edit_click(edit, x, y, true);
}

static struct edit *typed_into(void *pane)
{
	return editor_edit(pane);
}

static bool copy(const void *pane, struct arena *a, struct str *out)
{
	const struct editor *e = pane;
	if (e->file == NULL || e->file->error[0] != '\0')
		return false;
	const struct edit *edit = &e->file->edit;
	*out = edit_has_selection(edit) ? edit_selection(edit, a) : edit_text(edit, a);
	return true;
}

struct title {
	char version[32], tokens[96], position[48];
	struct span spans[4], notes[2];
	size_t count;
};

/* "8192", "128k", "1.05M". */
static char *window_text(int64_t tokens, char out[UNIT_TEXT])
{
	if (tokens < 10000)
		snprintf(out, UNIT_TEXT, "%" PRId64, tokens);
	else if (tokens < 1000000)
		snprintf(out, UNIT_TEXT, "%" PRId64 "k", (tokens + 500) / 1000);
	else
		snprintf(out, UNIT_TEXT, "%.3gM", (double)tokens / 1e6);
	return out;
}

/* "812 tok", of an estimate how far off it usually is, "≈812 tok ±6%", and of a window that is
 * known how much of it they fill: "812 tok, 10% of 8192". */
static enum role write_tokens(
	struct title *t, const struct token_meter *m, const struct words *words)
{
	char text[UNIT_TEXT + 16], most[UNIT_TEXT];
	struct token_count count = token_meter_count(m);
	int64_t window = m->gauge.window;
	unit_tokens(count.tokens, count.estimated, text);
	if (count.error > 0)
		snprintf(text + strlen(text), 16, " ±%.0f%%", 100 * count.error);
	if (window <= 0) {
		snprintf(t->tokens, sizeof t->tokens, "%s", text);
		return ROLE_DIM;
	}
	snprintf(t->tokens, sizeof t->tokens, tr(words, N_("%s, %.0f%% of %s")), text,
		100 * (double)count.tokens / (double)window, window_text(window, most));
	if (count.tokens > window)
		return ROLE_BAD;
	return count.tokens > window / 10 * 8 ? ROLE_WARN : ROLE_DIM;
}

static void make_title(struct title *t, const struct editor_file *f, const struct words *words)
{
	t->spans[t->count++] = (struct span){str_from(f->name), ROLE_STRONG};
	if (f->version > 0) {
		snprintf(t->version, sizeof t->version, " · v%" PRId64, f->version);
		t->spans[t->count++] = (struct span){str_from(t->version), ROLE_DIM};
	}
	if (editor_file_is_edited(f))
		t->spans[t->count++] = (struct span){str_from(tr(words, " · edited")), ROLE_WARN};
	if (f->outside)
		t->spans[t->count++] =
			(struct span){str_from(tr(words, N_(" · changed outside"))), ROLE_WARN};
	enum role tokens = write_tokens(t, &f->tokens, words);
	snprintf(t->position, sizeof t->position, "  %zu:%zu", f->line, f->column);
	t->notes[0] = (struct span){str_from(t->tokens), tokens};
	t->notes[1] = (struct span){str_from(t->position), ROLE_DIM};
}

static void draw(const void *pane, const struct pane_view *view)
{
	const struct editor *e = pane;
	const struct editor_file *f = e->file;
	const struct words *words = view->pen.words;
	struct title t = {.count = 0};
	if (f != NULL)
		make_title(&t, f, words);
	else
		t.spans[t.count++] = (struct span){str_from(tr(words, N_("Prompt"))), ROLE_STRONG};
	struct area inner =
		pane_frame(view, (struct frame){.title = t.spans,
					 .title_count = t.count,
					 .note = t.notes,
					 .note_count = f != NULL && f->error[0] == '\0' ? 2 : 0,
					 .note_short = 1});
	if (f == NULL) {
		pane_hint_key(view, inner,
			N_("The file you open in Files is edited here. %s finds one."),
			"file.go-to");
		return;
	}
	if (f->error[0] != '\0') {
		pane_paragraph(view->pen, inner, inner.y, str_from(f->error), ROLE_BAD);
		return;
	}
	inner.h = f->edit.h;
	editor_file_draw(f, view->pen, inner, view->focused);
	if (edit_size(&f->edit) == 0)
		paint_cstr(view->pen, inner.x + f->edit.gutter, inner.y,
			tr(words, "This file is empty."), ROLE_FAINT);
	pane_more(view, edit_below(&f->edit));
}

const struct pane_class editor_class = {.title = N_("Prompt"),
	.fit = fit,
	.draw = draw,
	.move = move,
	.click = click,
	.drag = drag,
	.edit = typed_into,
	.copy = copy};
