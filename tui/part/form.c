/* SPDX-License-Identifier: MIT */
#include "tui/part/form.h"

#include "core/base/alloc.h"
#include "core/text/sanitize.h"
#include "core/text/utf8.h"
#include "core/text/width.h"
#include "tui/part/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_LEAST = 8, LABEL_MOST = 28, VALUE_LEAST = 24, MARK = 2 };

void form_free(struct form *f)
{
	for (size_t i = 0; i < f->count; i++) {
		edit_free(&f->fields[i]->edit);
		free(f->fields[i]);
	}
	free(f->fields);
	*f = (struct form){.count = 0};
}

static void clean_copy(char *out, size_t size, struct str text)
{
	struct arena a = ARENA_INIT;
	struct str clean = utf8_cut(sanitize(&a, text, SANITIZE_ONE_LINE), size - 1);
	memcpy(out, clean.at != NULL ? clean.at : "", clean.len);
	out[clean.len] = '\0';
	arena_release(&a);
}

struct form_field *form_add(
	struct form *f, enum form_kind kind, struct str name, const char *label, int rows)
{
	struct form_field *field = xcalloc(1, sizeof *field);
	field->kind = kind;
	field->label = label;
	field->rows = rows;
	clean_copy(field->name, sizeof field->name, name);
	edit_init(&field->edit, rows <= 1);
	f->fields = array_reserve(f->fields, &f->cap, f->count + 1, sizeof *f->fields);
	f->fields[f->count++] = field;
	return field;
}

struct form_field *form_find(const struct form *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->fields[i]->name, name) == 0)
			return f->fields[i];
	return NULL;
}

struct str form_text(const struct form *f, const char *name, struct arena *a)
{
	const struct form_field *field = form_find(f, name);
	return field != NULL ? edit_text(&field->edit, a) : STR_NONE;
}

struct form_field *form_focused(const struct form *f)
{
	return f->focus < f->count ? f->fields[f->focus] : NULL;
}

void form_say(struct form_field *field, enum role role, struct str text)
{
	clean_copy(field->said, sizeof field->said, text);
	field->said_role = role;
}

struct edit *form_edit(struct form *f)
{
	struct form_field *field = form_focused(f);
	return field != NULL && field->kind == FORM_TEXT ? &field->edit : NULL;
}

static bool step(struct form *f, int by)
{
	size_t to = f->focus + (size_t)by; /* before the first is past the last */
	while (to < f->count && f->fields[to]->hidden)
		to += (size_t)by;
	if (to >= f->count)
		return false;
	f->focus = to;
	return true;
}

static void choose(struct form_field *field, int by)
{
	size_t count = 0;
	if (field->kind == FORM_SWITCH) {
		field->on = !field->on;
		return;
	}
	while (field->choices != NULL && field->choices[count] != NULL)
		count++;
	if (count > 0)
		field->chosen = (field->chosen + count + (size_t)by) % count;
}

static bool choice_key(struct form_field *field, struct key key)
{
	bool back = key.code == WORD_LEFT;
	if (!back && key.code != WORD_RIGHT && key.code != ' ')
		return false;
	choose(field, back ? -1 : 1);
	return true;
}

bool form_key(struct form *f, struct key key)
{
	struct form_field *field = form_focused(f);
	if (field == NULL || (key.mods & (MOD_CTRL | MOD_ALT)) != 0)
		return false;
	if (key.code == WORD_TAB)
		return step(f, key.mods & MOD_SHIFT ? -1 : 1);
	if (key.mods != 0)
		return false;
	/* Within several lines the arrows are the text's. */
	bool lines = field->kind == FORM_TEXT && field->rows > 1;
	if (key.code == WORD_UP && !lines)
		return step(f, -1);
	if (key.code == WORD_DOWN && !lines)
		return step(f, 1);
	return field->kind != FORM_TEXT && choice_key(field, key);
}

static const char *label_of(const struct words *words, const struct form_field *field)
{
	return field->label != NULL ? tr(words, field->label) : field->name;
}

static int label_width(const struct words *words, const struct form_field *field)
{
	const char *aside = field->aside != NULL ? tr(words, field->aside) : "";
	int width = (int)width_text(str_from(label_of(words, field)));
	return width + (aside[0] != '\0' ? (int)width_text(str_from(aside)) + 1 : 0);
}

static int said_rows(const struct form_field *field, int width)
{
	struct str said = str_from(field->said);
	int rows = 0;
	for (size_t at = 0; at < said.len && rows < FORM_SAID_ROWS && width > 0; rows++)
		at = wrap_row(said, at, (size_t)width).next;
	return rows;
}

static int value_width(const struct form *f)
{
	int width = f->w - MARK - f->label_w - (f->label_w > 0 ? 1 : 0);
	return width > 1 ? width : 1;
}

/* Where each field stands, with GAP rows between; returns the rows of all. */
static int place(struct form *f, int gap)
{
	int y = 0, width = value_width(f);
	for (size_t i = 0; i < f->count; i++) {
		struct form_field *field = f->fields[i];
		int rows = field->kind == FORM_TEXT && field->rows > 1 ? field->rows : 1;
		field->y = y;
		field->height = 0;
		if (field->hidden)
			continue;
		field->height = rows + (f->label_w == 0) + said_rows(field, width);
		if (field->kind == FORM_TEXT && field->edit.w != width) {
			field->edit.left = 0; /* what was scrolled out may have room now */
			field->edit.follow = true;
		}
		if (field->kind == FORM_TEXT)
			edit_fit(&field->edit, width, rows);
		y += field->height + gap;
	}
	return y - (f->count > 0 ? gap : 0);
}

void form_fit(struct form *f, int w, int h)
{
	int widest = LABEL_LEAST;
	f->w = w;
	f->h = h;
	for (size_t i = 0; i < f->count; i++) {
		int width = label_width(f->words, f->fields[i]);
		widest = width > widest ? width : widest;
	}
	widest = widest > LABEL_MOST ? LABEL_MOST : widest;
	f->label_w = w >= MARK + widest + 1 + VALUE_LEAST ? widest : 0;
	if (place(f, 1) > h)
		(void)place(f, 0);
	const struct form_field *field = form_focused(f);
	if (field == NULL)
		return;
	if (field->y + field->height > f->top + h)
		f->top = field->y + field->height - h;
	if (field->y < f->top)
		f->top = field->y;
	form_scroll(f, 0);
}

void form_scroll(struct form *f, int rows)
{
	const struct form_field *last = f->count > 0 ? f->fields[f->count - 1] : NULL;
	int most = last != NULL ? last->y + last->height - f->h : 0;
	f->top += rows;
	f->top = f->top > most ? most : f->top;
	f->top = f->top < 0 ? 0 : f->top;
}

static int value_x(const struct form *f)
{
	return MARK + f->label_w + (f->label_w > 0 ? 1 : 0);
}

bool form_click(struct form *f, int x, int y)
{
	y += f->top;
	for (size_t i = 0; i < f->count; i++) {
		struct form_field *field = f->fields[i];
		if (y < field->y || y >= field->y + field->height)
			continue;
		int row = y - field->y - (f->label_w == 0);
		f->focus = i;
		if (row < 0 || x < value_x(f))
			return true;
		if (field->kind == FORM_TEXT)
			edit_click(&field->edit, x - value_x(f), row, false);
		else
			choose(field, 1);
		return true;
	}
	return false;
}

/* How many choices there are; *CELLS: what they take side by side. */
static size_t measure_choices(struct pen pen, const struct form_field *field, int *cells)
{
	size_t count = 0;
	*cells = -2;
	for (; field->choices[count] != NULL; count++)
		*cells += 4 + (int)width_text(str_from(tr(pen.words, field->choices[count])));
	return count;
}

/* The chosen one and its place: all do not fit side by side. */
static void draw_one_choice(
	struct pen pen, struct area area, const struct form_field *field, size_t count)
{
	struct str word = str_from(tr(pen.words, field->choices[field->chosen]));
	char place[32];
	int x = paint_cstr(pen, area.x, area.y, "● ", ROLE_ACCENT);
	int end = area.x + area.w;
	x = paint_fitted(pen, x, area.y, end - x, word, ROLE_TEXT) + 2;
	snprintf(place, sizeof place, "%zu/%zu", field->chosen + 1, count);
	if (x < end)
		paint_fitted(pen, x, area.y, end - x, str_from(place), ROLE_FAINT);
}

static void draw_choice(struct pen pen, struct area area, const struct form_field *field)
{
	int x = area.x, end = area.x + area.w, cells;
	size_t count = measure_choices(pen, field, &cells);
	if (cells > area.w && field->chosen < count) {
		draw_one_choice(pen, area, field, count);
		return;
	}
	for (size_t i = 0; field->choices[i] != NULL && x + 2 < end; i++) {
		bool on = i == field->chosen;
		struct str word = str_from(tr(pen.words, field->choices[i]));
		x = paint_cstr(pen, x, area.y, on ? "● " : "○ ", on ? ROLE_ACCENT : ROLE_FAINT);
		x = paint_fitted(pen, x, area.y, end - x, word, on ? ROLE_TEXT : ROLE_DIM) + 2;
	}
}

static void draw_value(
	struct pen pen, struct area area, const struct form_field *field, bool focused)
{
	struct text_style plain = {.fn = NULL};
	if (field->kind == FORM_CHOICE) {
		draw_choice(pen, area, field);
	} else if (field->kind == FORM_SWITCH) {
		int x = paint_cstr(pen, area.x, area.y, field->on ? "● " : "○ ",
			field->on ? ROLE_ACCENT : ROLE_FAINT);
		paint_cstr(pen, x, area.y, tr(pen.words, field->on ? "yes" : "no"), ROLE_TEXT);
	} else {
		edit_draw(pen, area, &field->edit, focused, plain);
		if (field->hint != NULL && edit_size(&field->edit) == 0)
			paint_fitted(pen, area.x, area.y, area.w,
				str_from(tr(pen.words, field->hint)), ROLE_FAINT);
		paint_ground(pen, area, GROUND_SELECT_QUIET);
	}
}

static void draw_said(struct pen pen, struct area area, const struct form_field *field)
{
	struct str said = str_from(field->said);
	size_t at = 0;
	for (int row = 0; at < said.len && row < FORM_SAID_ROWS && area.w > 0; row++) {
		struct row r = wrap_row(said, at, (size_t)area.w);
		bool last = row == FORM_SAID_ROWS - 1;
		paint_fitted(pen, area.x, area.y + row, area.w,
			str_slice(said, r.from, last ? said.len : r.to), field->said_role);
		at = r.next;
	}
}

static void draw_field(
	struct pen pen, struct area area, const struct form *f, size_t i, bool focused)
{
	const struct form_field *field = f->fields[i];
	bool on = focused && i == f->focus;
	int x = area.x, y = area.y + field->y - f->top;
	int rows = field->kind == FORM_TEXT && field->rows > 1 ? field->rows : 1;
	const char *label = label_of(pen.words, field);
	int room = f->label_w > 0 ? f->label_w : f->w - MARK;
	paint_cstr(pen, x, y, on ? "▸" : " ", ROLE_ACCENT);
	int end =
		paint_fitted(pen, x + MARK, y, room, str_from(label), on ? ROLE_STRONG : ROLE_DIM);
	if (field->aside != NULL && end + 1 < x + MARK + room)
		paint_fitted(pen, end + 1, y, x + MARK + room - end - 1,
			str_from(tr(pen.words, field->aside)), ROLE_FAINT);
	struct area value = {x + value_x(f), y + (f->label_w == 0), value_width(f), rows};
	draw_value(pen, value, field, on);
	draw_said(pen, (struct area){value.x, value.y + rows, value.w, FORM_SAID_ROWS}, field);
}

void form_draw(struct pen pen, struct area area, const struct form *f, bool focused)
{
	struct pen in = pen_within(pen, area);
	for (size_t i = 0; i < f->count; i++)
		if (!f->fields[i]->hidden && f->fields[i]->y + f->fields[i]->height > f->top &&
			f->fields[i]->y < f->top + area.h)
			draw_field(in, area, f, i, focused);
}
