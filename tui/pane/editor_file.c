/* SPDX-License-Identifier: MIT */
#include "tui/pane/editor_file.h"

#include "core/base/alloc.h"
#include "core/base/file.h"
#include "tui/pane/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void before_change(void *ctx, const struct edit_changed *c)
{
	struct editor_file *f = ctx;
	token_meter_before(&f->tokens, &f->edit, c);
}

static void after_change(void *ctx, const struct edit_changed *c)
{
	struct editor_file *f = ctx;
	token_meter_after(&f->tokens, &f->edit, c);
	highlight_states_change(&f->states, c->line, c->lines_removed, c->lines_added);
}

static enum highlight_kind kind_of(const struct editor_file *f)
{
	enum highlight_kind kind = highlight_kind_of(f->path);
	/* A plain text is a template only where it is a prompt. */
	return kind == HIGHLIGHT_TEMPLATE && f->kind != FILE_PROMPT ? HIGHLIGHT_PLAIN : kind;
}

struct editor_file *editor_file_new(const struct workspace_file *file)
{
	struct editor_file *f = xcalloc(1, sizeof *f);
	snprintf(f->path, sizeof f->path, "%s", file->path.at);
	record_text(f->name, sizeof f->name, str_from(path_name(file->path.at)));
	f->kind = file->kind;
	edit_init(&f->edit, false);
	token_meter_init(&f->tokens);
	f->edit.max = EDITOR_FILE_MAX;
	f->edit.numbered = true;
	highlight_states_reset(&f->states, kind_of(f), 1);
	f->edit.watch = (struct edit_watch){before_change, after_change, f};
	return f;
}

void editor_file_free(struct editor_file *f)
{
	if (f == NULL)
		return;
	edit_free(&f->edit);
	highlight_states_free(&f->states);
	free(f);
}

static void set_error(struct editor_file *f, const struct err *e)
{
	char sentence[sizeof e->where + sizeof e->text + sizeof e->hint + 8];
	err_format(e, sentence, sizeof sentence);
	record_text(f->error, sizeof f->error, str_from(sentence));
}

static bool check_text(const struct editor_file *f, struct str bytes, struct err *e)
{
	const char *nul = bytes.len > 0 ? memchr(bytes.at, '\0', bytes.len) : NULL;
	if (nul == NULL)
		return true;
	err_set(e, ERR_CONFIG, "'%s' is not a text: byte %zu is zero. It cannot be edited here.",
		f->path, (size_t)(nul - bytes.at) + 1);
	return false;
}

void editor_file_load(struct editor_file *f, const char *root)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct str bytes = STR_NONE;
	f->error[0] = '\0';
	stamp_look(path_join(&a, root, f->path), &f->disk);
	if (!file_read_under(&a, root, f->path, EDITOR_FILE_MAX, &bytes, &e) ||
		!check_text(f, bytes, &e)) {
		set_error(f, &e);
		bytes = STR_NONE;
	}
	/* The reader's bound is the editor's. */
	(void)edit_set(&f->edit, bytes);
	token_meter_reset(&f->tokens, bytes);
	highlight_states_reset(&f->states, kind_of(f), piece_table_lines(&f->edit.text));
	f->saved = edit_mark(&f->edit);
	content_hash(bytes, f->disk.hash);
	f->outside = false;
	arena_release(&a);
}

bool editor_file_is_edited(const struct editor_file *f)
{
	return edit_state(&f->edit) != f->saved;
}

void editor_file_saved(
	struct editor_file *f, uint64_t state, const struct file_stamp *disk, int64_t version)
{
	f->saved = state;
	f->disk = *disk;
	f->version = version;
	f->outside = false;
}

static size_t moved(size_t at, size_t gone, size_t before, size_t now)
{
	at = at >= gone ? at - before + now : at;
	return at < now ? at : now;
}

void editor_file_restore(struct editor_file *f, struct str text)
{
	struct arena a = ARENA_INIT;
	struct str old = edit_text(&f->edit, &a);
	size_t least = old.len < text.len ? old.len : text.len, start = 0, end = 0;
	while (start < least && old.at[start] == text.at[start])
		start++;
	while (end < least - start && old.at[old.len - 1 - end] == text.at[text.len - 1 - end])
		end++;
	if (old.len != text.len || start < old.len) {
		size_t caret = f->edit.caret, top = f->edit.top, gone = old.len - end;
		edit_replace(&f->edit, start, gone, str_slice(text, start, text.len - end));
		edit_go(&f->edit, moved(caret, gone, old.len, text.len), false);
		f->edit.top = moved(top, gone, old.len, text.len);
		f->edit.follow = false;
	}
	f->error[0] = '\0';
	arena_release(&a);
}

void editor_file_reload(struct editor_file *f, struct str text)
{
	editor_file_restore(f, text);
	f->saved = edit_mark(&f->edit);
	f->disk = (struct file_stamp){.exists = true};
	content_hash(text, f->disk.hash);
	f->outside = false;
}

void editor_file_fit(struct editor_file *f, int w, int h)
{
	size_t from, to;
	edit_fit(&f->edit, w, h);
	edit_visible(&f->edit, &from, &to);
	highlight_states_reach(&f->states, &f->edit.text, piece_table_line_of(&f->edit.text, to));
	edit_position(&f->edit, &f->line, &f->column);
}

static void style(const void *ctx, size_t line, struct str text, uint8_t *roles)
{
	const struct editor_file *f = ctx;
	highlight_line(f->states.kind, highlight_states_at(&f->states, line), text, roles);
}

void editor_file_draw(const struct editor_file *f, struct pen pen, struct area area, bool focused)
{
	edit_draw(pen, area, &f->edit, focused, (struct text_style){style, f});
}
