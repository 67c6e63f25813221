/* SPDX-License-Identifier: MIT */
#include "tui/part/edit_private.h"

#include "core/base/alloc.h"
#include "tui/part/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GUTTER_GAP = 2, GUTTER_LEAST = 3, TEXT_LEAST = 8 };

struct stretch_rule edit_rule(const struct edit *e)
{
	/* A column is left for the caret at the end of a full row. */
	int width = e->w - e->gutter - 1;
	return (struct stretch_rule){
		.width = e->single_line ? 0 : (size_t)(width > 1 ? width : 1), .crlf = e->crlf};
}

const struct stretch *edit_here(struct edit *e, size_t at)
{
	struct stretch_rule rule = edit_rule(e);
	if (e->shown_revision == e->revision && e->shown_width == rule.width)
		for (size_t i = 0; i < e->shown_count; i++)
			if (stretch_holds(&e->shown[i], at))
				return &e->shown[i];
	if (e->here_revision != e->revision || e->here_width != rule.width ||
		!stretch_holds(&e->here, at))
		stretch_load(&e->here, &e->text, at, rule);
	e->here_revision = e->revision;
	e->here_width = rule.width;
	return &e->here;
}

size_t edit_border(struct edit *e, size_t at, bool behind)
{
	size_t size = edit_size(e);
	const struct stretch *s = edit_here(e, at < size ? at : size);
	size_t glyph = stretch_glyph(s, at);
	if (behind && glyph < s->count && stretch_at(s, glyph) < at)
		glyph++;
	return stretch_at(s, glyph);
}

static size_t row_start(const struct stretch *s, size_t at)
{
	return stretch_at(s, s->rows[stretch_row(s, stretch_glyph(s, at))].from);
}

size_t edit_row_start(struct edit *e, size_t at)
{
	return row_start(edit_here(e, at), at);
}

/* From the row at AT, which S holds, to the next; false at the text's last. */
static bool next_row(const struct stretch *s, const struct piece_table *text, size_t *at)
{
	size_t row = stretch_row(s, stretch_glyph(s, *at));
	if (row + 1 < s->row_count)
		*at = stretch_at(s, s->rows[row + 1].from);
	else if (s->to < s->line_to)
		*at = s->to;
	else if (s->line + 1 < piece_table_lines(text))
		*at = piece_table_line_start(text, s->line + 1);
	else
		return false;
	return true;
}

bool edit_row_next(struct edit *e, size_t *at)
{
	return next_row(edit_here(e, *at), &e->text, at);
}

bool edit_row_before(struct edit *e, size_t *at)
{
	const struct stretch *s = edit_here(e, *at);
	size_t row = stretch_row(s, stretch_glyph(s, *at));
	if (row > 0) {
		*at = stretch_at(s, s->rows[row - 1].from);
		return true;
	}
	if (s->from == 0)
		return false;
	s = edit_here(e, s->from - 1);
	*at = stretch_at(s, s->rows[s->row_count - 1].from);
	return true;
}

static int gutter_for(const struct edit *e, int w)
{
	int digits = 1;
	for (size_t n = piece_table_lines(&e->text); n >= 10; n /= 10)
		digits++;
	int gutter = (digits < GUTTER_LEAST ? GUTTER_LEAST : digits) + GUTTER_GAP;
	return e->numbered && w > gutter + TEXT_LEAST ? gutter : 0;
}

/* Brings a caret of a single line into its window. */
static void follow_column(struct edit *e)
{
	const struct stretch *s = edit_here(e, e->caret);
	size_t column = stretch_column(s, 0, stretch_glyph(s, e->caret));
	size_t room = e->w > 1 ? (size_t)e->w - 1 : 1, all = stretch_column(s, 0, s->count);
	if (e->left + room > all) /* nothing is left of the window while there is room in it */
		e->left = all > room ? all - room : 0;
	if (column < e->left)
		e->left = column;
	else if (column > e->left + room)
		e->left = column - room;
}

static struct stretch *next_shown(struct edit *e, size_t cap)
{
	e->shown = array_reserve(e->shown, &e->shown_cap, e->shown_count + 1, sizeof *e->shown);
	for (; cap < e->shown_cap; cap++)
		stretch_init(&e->shown[cap]);
	return &e->shown[e->shown_count++];
}

/* Lays out what the window shows, which begins with the row that holds top. Returns how many rows
 * are left empty. */
static int lay_window(struct edit *e)
{
	struct stretch_rule rule = edit_rule(e);
	struct stretch *s = NULL;
	size_t at = e->top;
	e->shown_count = 0;
	e->shown_revision = e->revision;
	e->shown_width = rule.width;
	e->more = true;
	int i = 0;
	for (; i < e->h && e->more; i++) {
		if (s == NULL || !stretch_holds(s, at)) {
			s = next_shown(e, e->shown_cap);
			stretch_load(s, &e->text, at, rule);
		}
		if (i == 0)
			at = e->top = row_start(s, at);
		e->more = next_row(s, &e->text, &at);
	}
	e->bottom = e->more ? at : edit_size(e);
	return e->h - i;
}

static bool is_in_window(const struct edit *e, size_t at)
{
	return at >= e->top && (at < e->bottom || !e->more);
}

/* Puts the window where the caret's row is in it: moved as little as possible, but when that is
 * more than a window's height the caret comes into its middle. */
static void follow_row(struct edit *e)
{
	size_t row = edit_row_start(e, e->caret), at = e->top;
	int rows = 0, middle = e->h / 2;
	if (row < e->top) {
		for (; at > row && rows < e->h; rows++)
			if (!edit_row_before(e, &at))
				break;
		e->top = row;
		rows = at == row ? 0 : middle;
	} else {
		for (at = e->bottom; at != row && rows < e->h; rows++)
			if (!edit_row_next(e, &at))
				break;
		e->top = row;
		rows = at == row ? e->h - 1 : middle;
	}
	for (; rows > 0; rows--)
		if (!edit_row_before(e, &e->top))
			break;
}

void edit_fit(struct edit *e, int w, int h)
{
	w = w > 0 ? w : 1;
	h = h > 0 ? h : 1;
	/* A caret that is seen stays seen in another room, and a larger one is filled. */
	bool resized = w != e->w || h != e->h;
	if (resized && is_in_window(e, e->caret))
		e->follow = true;
	e->w = w;
	e->h = h;
	e->gutter = gutter_for(e, w);
	if (e->top > edit_size(e))
		e->top = edit_size(e);
	int empty = lay_window(e);
	for (; resized && empty > 0; empty--)
		if (!edit_row_before(e, &e->top))
			break;
	if (resized)
		lay_window(e);
	if (e->follow && e->single_line) {
		follow_column(e);
	} else if (e->follow && !is_in_window(e, e->caret)) {
		follow_row(e);
		lay_window(e);
	}
	e->follow = false;
}

static bool has_more(struct edit *e)
{
	size_t at = e->top;
	for (int i = 0; i < e->h; i++)
		if (!edit_row_next(e, &at))
			return false;
	return true;
}

void edit_scroll(struct edit *e, long rows)
{
	for (; rows < 0; rows++)
		if (!edit_row_before(e, &e->top))
			return;
	for (; rows > 0 && has_more(e); rows--)
		edit_row_next(e, &e->top);
}

size_t edit_below(const struct edit *e)
{
	if (!e->more)
		return 0;
	return piece_table_lines(&e->text) - piece_table_line_of(&e->text, e->bottom);
}

void edit_visible(const struct edit *e, size_t *from, size_t *to)
{
	*from = e->top;
	*to = e->bottom;
}

/* A row on its way to the surface. */
struct drawing {
	const struct edit *e;
	struct pen pen;
	struct area area; /* for text */
	struct text_style style;
	const struct stretch *stretch; /* the row's: of the window, or own */
	struct stretch own;
	size_t shown; /* the window's stretch that was drawn last */
	uint8_t *roles; /* of the stretch's raw bytes */
	size_t roles_cap;
	size_t styled; /* where the stretch the roles are of begins */
	size_t match; /* the first that does not end before the row */
	bool focused;
};

static void find_roles(struct drawing *d)
{
	const struct stretch *s = d->stretch;
	struct str raw = buf_str(&s->raw);
	if (d->roles != NULL && d->styled == s->from)
		return;
	d->styled = s->from;
	d->roles = array_reserve(d->roles, &d->roles_cap, raw.len + 1, 1);
	memset(d->roles, ROLE_TEXT, raw.len + 1);
	bool whole = s->from == s->line_from && s->to == s->line_to;
	if (d->style.fn != NULL && whole && raw.len <= TEXT_STYLE_MAX)
		d->style.fn(d->style.ctx, s->line, raw, d->roles);
}

static enum ground ground_at(struct drawing *d, size_t at)
{
	const struct edit *e = d->e;
	size_t from, to;
	edit_selected(e, &from, &to);
	if (at >= from && at < to)
		return d->focused ? GROUND_SELECT : GROUND_SELECT_QUIET;
	while (d->match < e->match_count && e->matches[d->match].to <= at)
		d->match++;
	if (d->match < e->match_count && e->matches[d->match].from <= at)
		return GROUND_MATCH;
	return GROUND_NONE;
}

static void lay_ground(struct drawing *d, int x, int y, int cells, enum ground ground)
{
	if (ground != GROUND_NONE)
		paint_ground(d->pen, (struct area){x, y, cells, 1}, ground);
}

static struct str shown_of(const struct stretch *s, size_t from, size_t to)
{
	return str_slice(buf_str(&s->shown), s->glyphs[from].shown, s->glyphs[to].shown);
}

static enum role role_of(const struct drawing *d, size_t i)
{
	const struct stretch_glyph *g = &d->stretch->glyphs[i];
	return g->kind == GLYPH_MARKED ? ROLE_WARN : (enum role)d->roles[g->raw];
}

/* The line one is in, where lines have numbers and nothing is selected. */
static void lay_line(const struct drawing *d, int x, int y)
{
	const struct stretch *s = d->stretch;
	size_t caret = d->e->caret;
	if (d->focused && d->e->numbered && !edit_has_selection(d->e) && caret >= s->line_from &&
		caret <= s->line_to)
		paint_ground(
			d->pen, (struct area){x, y, d->area.x + d->area.w - x, 1}, GROUND_LINE);
}

static size_t cells_of(const struct stretch *s, size_t i, size_t column)
{
	return s->glyphs[i].kind == GLYPH_TAB ? WRAP_TAB - column % WRAP_TAB : s->glyphs[i].cells;
}

/* The end of the glyphs from I on, before TO, that look alike: one role, one ground, and no tab
 * but alone. COLUMN, where they begin, becomes where they end. */
static size_t alike(struct drawing *d, size_t i, size_t to, size_t *column, enum ground *ground)
{
	const struct stretch *s = d->stretch;
	enum role role = role_of(d, i);
	bool tab = s->glyphs[i].kind == GLYPH_TAB;
	*ground = ground_at(d, stretch_at(s, i));
	do
		*column += cells_of(s, i++, *column);
	while (!tab && i < to && s->glyphs[i].kind != GLYPH_TAB && role_of(d, i) == role &&
		ground_at(d, stretch_at(s, i)) == *ground);
	return i;
}

static void draw_glyphs(struct drawing *d, size_t row, int y)
{
	const struct stretch *s = d->stretch;
	const struct stretch_row *r = &s->rows[row];
	size_t column = 0, left = d->e->left;
	for (size_t i = r->from; i < r->to && column < left + SURFACE_MAX_W;) {
		size_t from = i, start = column;
		enum ground ground;
		int x = d->area.x + (int)column - (int)left;
		i = alike(d, i, r->to, &column, &ground);
		if (s->glyphs[from].kind != GLYPH_TAB)
			paint_text(d->pen, x, y, shown_of(s, from, i), role_of(d, from));
		lay_ground(d, x, y, (int)(column - start), ground);
	}
	/* A selected line end, or spaces that hang out, show as one cell. */
	if (stretch_row_next(s, row) > r->to ||
		(r->to == s->count && s->to == s->line_to && s->to < edit_size(d->e)))
		lay_ground(d, d->area.x + (int)column - (int)left, y, 1,
			ground_at(d, stretch_at(s, r->to)));
}

static void draw_number(const struct drawing *d, int x, int y)
{
	char text[24];
	const struct stretch *s = d->stretch;
	int width = snprintf(text, sizeof text, "%zu", s->line + 1);
	bool here = d->e->caret >= s->line_from && d->e->caret <= s->line_to;
	paint_cstr(d->pen, x + d->e->gutter - GUTTER_GAP - width, y, text,
		here ? ROLE_DIM : ROLE_FAINT);
}

static void place_caret(const struct drawing *d, size_t row, int y)
{
	const struct stretch *s = d->stretch;
	if (!d->focused || !stretch_holds(s, d->e->caret))
		return;
	size_t glyph = stretch_glyph(s, d->e->caret);
	if (stretch_row(s, glyph) != row)
		return;
	int x = d->area.x + (int)stretch_column(s, row, glyph) - (int)d->e->left;
	if (x >= d->area.x + d->area.w) /* behind a token wider than the row */
		x = d->area.x + d->area.w - 1;
	if (!area_has(d->pen.clip, x, y))
		return;
	d->pen.surface->caret_x = x;
	d->pen.surface->caret_y = y;
	d->pen.surface->caret_shown = true;
}

/* What edit_fit laid out serves as long as the text is the same. */
static void find_stretch(struct drawing *d, size_t at)
{
	const struct edit *e = d->e;
	if (e->shown_revision == e->revision)
		for (; d->shown < e->shown_count; d->shown++)
			if (stretch_holds(&e->shown[d->shown], at)) {
				d->stretch = &e->shown[d->shown];
				return;
			}
	if (!stretch_holds(&d->own, at))
		stretch_load(&d->own, &e->text, at, edit_rule(e));
	d->stretch = &d->own;
}

void edit_draw(struct pen pen, struct area area, const struct edit *e, bool focused,
	struct text_style style)
{
	struct drawing d = {.e = e, .style = style, .focused = focused};
	d.pen = pen_within(pen, area);
	d.area = (struct area){area.x + e->gutter, area.y, area.w - e->gutter, area.h};
	stretch_init(&d.own);
	size_t at = e->top;
	bool more = true;
	for (int y = area.y; y < area.y + area.h && more; y++) {
		find_stretch(&d, at);
		size_t row = stretch_row(d.stretch, stretch_glyph(d.stretch, at));
		find_roles(&d);
		lay_line(&d, area.x, y);
		if (e->gutter > 0 && at == d.stretch->line_from)
			draw_number(&d, area.x, y);
		draw_glyphs(&d, row, y);
		place_caret(&d, row, y);
		more = next_row(d.stretch, &e->text, &at);
	}
	stretch_free(&d.own);
	free(d.roles);
}

void edit_click(struct edit *e, int x, int y, bool select)
{
	size_t at = e->top;
	int column = x - e->gutter + (int)e->left;
	for (int i = 0; i < y; i++)
		if (!edit_row_next(e, &at))
			break;
	if (y < 0)
		edit_row_before(e, &at);
	const struct stretch *s = edit_here(e, at);
	size_t row = stretch_row(s, stretch_glyph(s, at));
	e->goal = -1;
	edit_place(e, stretch_at(s, stretch_pick(s, row, column > 0 ? (size_t)column : 0)), select);
}
