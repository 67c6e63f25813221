/* SPDX-License-Identifier: MIT */
#include "tui/draw/surface.h"

#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

static int clamp(int n, int most)
{
	return n < 0 ? 0 : n > most ? most : n;
}

void surface_resize(struct surface *s, int w, int h)
{
	w = clamp(w, SURFACE_MAX_W);
	h = clamp(h, SURFACE_MAX_H);
	if (w != s->w || h != s->h) {
		free(s->cells);
		s->cells = w > 0 && h > 0 ? xcalloc((size_t)w * (size_t)h, sizeof *s->cells) : NULL;
		s->w = w;
		s->h = h;
	}
	surface_clear(s);
}

void surface_clear(struct surface *s)
{
	static const struct cell empty = {.width = 1};
	size_t count = (size_t)s->w * (size_t)s->h;
	for (size_t i = 0; i < count; i++)
		s->cells[i] = empty;
	s->caret_x = s->caret_y = 0;
	s->caret_shown = false;
}

void surface_free(struct surface *s)
{
	free(s->cells);
	*s = (struct surface){.cells = NULL};
}

struct cell *surface_cell(const struct surface *s, int x, int y)
{
	if (x < 0 || y < 0 || x >= s->w || y >= s->h)
		return NULL;
	return &s->cells[(size_t)y * (size_t)s->w + (size_t)x];
}

bool cell_equal(const struct cell *a, const struct cell *b)
{
	return a->len == b->len && a->width == b->width && a->role == b->role &&
	       a->ground == b->ground && memcmp(a->text, b->text, a->len) == 0;
}

struct area area_meet(struct area a, struct area b)
{
	int x = a.x > b.x ? a.x : b.x;
	int y = a.y > b.y ? a.y : b.y;
	int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
	int bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;
	return (struct area){x, y, right > x ? right - x : 0, bottom > y ? bottom - y : 0};
}

struct area area_inset(struct area a, int dx, int dy)
{
	struct area inner = {a.x + dx, a.y + dy, a.w - 2 * dx, a.h - 2 * dy};
	return area_meet(inner, a);
}

bool area_has(struct area a, int x, int y)
{
	return x >= a.x && y >= a.y && x < a.x + a.w && y < a.y + a.h;
}
