/* SPDX-License-Identifier: MIT */
#include "tui/draw/paint.h"

#include "core/text/utf8.h"
#include "core/text/width.h"

#include <limits.h>
#include <string.h>

struct pen pen_new(struct surface *s)
{
	return (struct pen){s, {0, 0, s->w, s->h}, NULL};
}

struct pen pen_within(struct pen pen, struct area area)
{
	pen.clip = area_meet(pen.clip, area);
	return pen;
}

static void blank(struct cell *cell)
{
	cell->len = 0;
	cell->width = 1;
}

/* Before a cell is drawn over: a wide character cut in two loses both halves. */
static void split_wide(const struct surface *s, int x, int y)
{
	struct cell *cell = surface_cell(s, x, y);
	if (cell->width == 2 && x + 1 < s->w)
		blank(surface_cell(s, x + 1, y));
	if (cell->width == 0 && x > 0)
		blank(surface_cell(s, x - 1, y));
	blank(cell);
}

static void put(struct pen pen, int x, int y, struct str cluster, unsigned cells, enum role role)
{
	if (!area_has(pen.clip, x, y) && !(cells == 2 && area_has(pen.clip, x + 1, y)))
		return;
	if (cells == 2 && (!area_has(pen.clip, x, y) || !area_has(pen.clip, x + 1, y))) {
		put(pen, area_has(pen.clip, x, y) ? x : x + 1, y, STR(" "), 1, role);
		return;
	}
	struct cell *cell = surface_cell(pen.surface, x, y);
	split_wide(pen.surface, x, y);
	cluster = utf8_cut(cluster, CELL_TEXT);
	memcpy(cell->text, cluster.at, cluster.len);
	cell->len = (uint8_t)cluster.len;
	cell->role = (uint8_t)role;
	if (cells == 2) {
		struct cell *right = surface_cell(pen.surface, x + 1, y);
		split_wide(pen.surface, x + 1, y);
		right->width = 0;
		right->role = (uint8_t)role;
		cell->width = 2;
	}
}

/* What a cluster is drawn as: itself, or a stand-in when it has no picture. */
static struct str drawable(struct str cluster, unsigned *cells)
{
	uint32_t code;
	utf8_next(cluster, 0, &code);
	if (code < 0x20 || code == 0x7F) {
		*cells = 1;
		return STR("?");
	}
	if (width_code_point(code) <= 0) {
		*cells = 1;
		return STR("\xEF\xBF\xBD");
	}
	return cluster;
}

int paint_text(struct pen pen, int x, int y, struct str text, enum role role)
{
	for (size_t at = 0; at < text.len;) {
		unsigned cells;
		size_t end = width_cluster(text, at, &cells);
		struct str cluster = drawable(str_slice(text, at, end), &cells);
		put(pen, x, y, cluster, cells, role);
		x += (int)cells;
		at = end;
		if (x > SURFACE_MAX_W)
			break;
	}
	return x;
}

int paint_cstr(struct pen pen, int x, int y, const char *text, enum role role)
{
	return paint_text(pen, x, y, str_from(text), role);
}

int paint_spans(struct pen pen, int x, int y, const struct span *spans, size_t count)
{
	for (size_t i = 0; i < count; i++)
		x = paint_text(pen, x, y, spans[i].text, spans[i].role);
	return x;
}

int paint_fitted(struct pen pen, int x, int y, int width, struct str text, enum role role)
{
	if (width <= 0)
		return x;
	size_t cells;
	struct str fits = width_cut(text, (size_t)width, &cells);
	if (fits.len < text.len) {
		fits = width_cut(text, (size_t)width - 1, &cells);
		x = paint_text(pen, x, y, fits, role);
		return paint_text(pen, x, y, STR("…"), role);
	}
	return paint_text(pen, x, y, fits, role);
}

int paint_right(struct pen pen, int right, int y, struct str text, enum role role)
{
	int x = right - (int)width_text(text);
	paint_text(pen, x, y, text, role);
	return x;
}

int paint_repeat(struct pen pen, int x, int y, int count, const char *glyph, enum role role)
{
	for (int i = 0; i < count && i < SURFACE_MAX_W; i++)
		x = paint_cstr(pen, x, y, glyph, role);
	return x;
}

void paint_ground(struct pen pen, struct area area, enum ground ground)
{
	area = area_meet(area, pen.clip);
	for (int y = area.y; y < area.y + area.h; y++)
		for (int x = area.x; x < area.x + area.w; x++)
			surface_cell(pen.surface, x, y)->ground = (uint8_t)ground;
}

void paint_clear(struct pen pen, struct area area)
{
	area = area_meet(area, pen.clip);
	for (int y = area.y; y < area.y + area.h; y++)
		for (int x = area.x; x < area.x + area.w; x++) {
			struct cell *cell = surface_cell(pen.surface, x, y);
			split_wide(pen.surface, x, y);
			cell->role = ROLE_TEXT;
			cell->ground = GROUND_NONE;
		}
}

int spans_width(const struct span *spans, size_t count)
{
	size_t width = 0;
	for (size_t i = 0; i < count; i++)
		width += width_text(spans[i].text);
	return width > INT_MAX / 2 ? INT_MAX / 2 : (int)width;
}
