/* SPDX-License-Identifier: MIT */
#include "tui/part/find.h"

#include "core/base/alloc.h"
#include "core/text/width.h"
#include "core/text/words.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORDS_MAX = 1024 };

void find_init(struct find *f)
{
	*f = (struct find){.at = SIZE_MAX};
	edit_init(&f->words, true);
	f->words.max = WORDS_MAX;
	f->revision = edit_revision(&f->words);
}

void find_free(struct find *f)
{
	edit_free(&f->words);
	free(f->places);
}

void find_open(struct find *f)
{
	f->typing = true;
	edit_select_all(&f->words);
}

void find_clear(struct find *f)
{
	(void)edit_set(&f->words, STR(""));
	f->typing = false;
	f->count = f->len = 0;
	f->at = SIZE_MAX;
	f->revision = edit_revision(&f->words);
}

void find_again(struct find *f)
{
	f->searched = SIZE_MAX;
	f->at = SIZE_MAX;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_at(struct str text, size_t at, struct str words)
{
	for (size_t i = 0; i < words.len; i++)
		if (lower(text.at[at + i]) != words.at[i])
			return false;
	return true;
}

static void look(struct find *f, struct str text)
{
	struct arena a = ARENA_INIT;
	struct str typed = edit_text(&f->words, &a);
	char *words = arena_copy(&a, typed.len > 0 ? typed.at : "", typed.len);
	for (size_t i = 0; i < typed.len; i++)
		words[i] = lower(words[i]);
	struct str wanted = {words, typed.len};
	f->count = 0;
	f->len = wanted.len;
	for (size_t at = 0; wanted.len > 0 && at + wanted.len <= text.len;) {
		if (!is_at(text, at, wanted)) {
			at++;
			continue;
		}
		f->places = array_reserve(f->places, &f->cap, f->count + 1, sizeof *f->places);
		f->places[f->count++] = at;
		at += wanted.len;
		if (f->count == FIND_MOST)
			break;
	}
	arena_release(&a);
}

/* The hard line that holds OFFSET. */
static size_t line_of(const struct document *d, size_t offset)
{
	size_t low = 0, high = d->line_count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (d->line[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The first place at or after OFFSET; the count when there is none. */
static size_t place_from(const struct find *f, size_t offset)
{
	size_t low = 0, high = f->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (f->places[middle] < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Brings the place into the window, with some rows above it. */
static void go(struct find *f, struct text_view *v, const struct document *d, size_t place)
{
	size_t line = line_of(d, f->places[place]);
	f->at = place;
	text_view_show(v, d, line, f->places[place] - d->line[line]);
}

static size_t top_of(const struct text_view *v, const struct document *d)
{
	return v->line < d->line_count ? d->line[v->line] + v->offset : 0;
}

void find_update(struct find *f, struct text_view *v, const struct document *d)
{
	uint64_t revision = edit_revision(&f->words);
	bool others = revision != f->revision;
	if (!others && (f->len == 0 || f->searched == d->bytes.len))
		return;
	look(f, buf_str(&d->bytes));
	f->revision = revision;
	f->searched = d->bytes.len;
	if (f->at != SIZE_MAX && f->at >= f->count)
		f->at = SIZE_MAX;
	if (!others || f->count == 0)
		return;
	size_t place = place_from(f, top_of(v, d));
	go(f, v, d, place < f->count ? place : 0);
}

bool find_step(struct find *f, struct text_view *v, const struct document *d, int by)
{
	find_update(f, v, d);
	if (f->count == 0)
		return false;
	size_t next;
	if (f->at == SIZE_MAX)
		next = place_from(f, top_of(v, d)) + (by > 0 ? 0 : f->count - 1);
	else
		next = f->at + (by > 0 ? 1 : f->count - 1);
	go(f, v, d, next % f->count);
	return true;
}

void find_style(const struct find *f, const struct document *d, size_t line, struct str text,
	uint8_t *roles)
{
	if (f->len == 0 || line >= d->line_count)
		return;
	size_t from = d->line[line];
	for (size_t i = place_from(f, from); i < f->count && f->places[i] < from + text.len; i++)
		for (size_t n = 0; n < f->len; n++)
			if (f->places[i] - from + n < text.len)
				roles[f->places[i] - from + n] |= TEXT_FOUND;
}

void find_draw(struct pen pen, struct area area, const struct find *f)
{
	char count[48];
	int right = area.x + area.w, x = area.x;
	pen = pen_within(pen, area);
	if (f->len > 0 && f->count == 0)
		snprintf(count, sizeof count, "%s", tr(pen.words, N_("not found")));
	else if (f->at != SIZE_MAX)
		snprintf(count, sizeof count, tr(pen.words, N_("%zu of %zu")), f->at + 1, f->count);
	else
		snprintf(count, sizeof count, "%zu", f->count);
	if (f->len > 0)
		right = paint_right(pen, right, area.y, str_from(count),
				f->count > 0 ? ROLE_TEXT : ROLE_WARN) -
			2;
	x = paint_cstr(pen, x, area.y, "/", ROLE_ACCENT);
	edit_draw(pen, (struct area){x, area.y, right > x ? right - x : 0, 1}, &f->words, f->typing,
		(struct text_style){NULL, NULL});
}
