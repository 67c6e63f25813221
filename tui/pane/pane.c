/* SPDX-License-Identifier: MIT */
#include "tui/pane/pane.h"

#include "core/text/words.h"
#include "tui/part/wrap.h"

#include <stdio.h>

struct area pane_frame(const struct pane_view *view, struct frame frame)
{
	frame.focused = view->focused;
	return area_inset(frame_draw(view->pen, view->area, &frame), 1, 0);
}

void pane_more(const struct pane_view *view, size_t below)
{
	char text[48];
	if (below == 0 || view->area.w < 20 || view->area.h < 3)
		return;
	snprintf(text, sizeof text, " ↓ %zu%s %s ", below, below < PANE_BELOW_MOST ? "" : "+",
		tr(view->pen.words, "more"));
	paint_right(view->pen, view->area.x + view->area.w - 2, view->area.y + view->area.h - 1,
		str_from(text), ROLE_ACCENT);
}

int pane_paragraph(struct pen pen, struct area area, int y, struct str text, enum role role)
{
	pen = pen_within(pen, area);
	for (size_t at = 0; at < text.len && area.w > 0 && y < area.y + area.h; y++) {
		struct row row = wrap_row(text, at, (size_t)area.w);
		paint_text(pen, area.x, y, str_slice(text, row.from, row.to), role);
		at = row.next;
	}
	return y;
}

int pane_paragraph_rows(struct str text, int width)
{
	int rows = 0;
	for (size_t at = 0; at < text.len && width > 0 && rows < SURFACE_MAX_H; rows++)
		at = wrap_row(text, at, (size_t)width).next;
	return rows;
}

void pane_hint(const struct pane_view *view, struct area inner, struct str text)
{
	struct area middle = inner;
	if (middle.w > 44) {
		middle.x += (middle.w - 44) / 2;
		middle.w = 44;
	}
	int rows = pane_paragraph_rows(text, middle.w);
	int y = inner.y + (inner.h > rows ? (inner.h - rows) / 3 : 0);
	pane_paragraph(view->pen, middle, y, text, ROLE_DIM);
}

void pane_hint_key(
	const struct pane_view *view, struct area inner, const char *hint, const char *command)
{
	struct arena a = ARENA_INIT;
	struct str text = str_from(tr(view->pen.words, hint));
	struct str key = keymap_label(view->keys, command, &a);
	size_t at = str_find(text, STR("%s"), 0);
	/* A command without a key is in the palette. */
	if (key.len == 0)
		key = keymap_label(view->keys, "palette", &a);
	if (at != SIZE_MAX)
		text = str_format(&a, "%.*s%.*s%.*s", STR_ARG(str_slice(text, 0, at)), STR_ARG(key),
			STR_ARG(str_slice(text, at + 2, text.len)));
	pane_hint(view, inner, text);
	arena_release(&a);
}
