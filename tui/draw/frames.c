/* SPDX-License-Identifier: MIT */
#include "tui/draw/frames.h"

static void draw_box(struct pen pen, struct area a, enum role role)
{
	int right = a.x + a.w - 1, bottom = a.y + a.h - 1;
	paint_repeat(pen, a.x + 1, a.y, a.w - 2, "─", role);
	paint_repeat(pen, a.x + 1, bottom, a.w - 2, "─", role);
	for (int y = a.y + 1; y < bottom; y++) {
		paint_cstr(pen, a.x, y, "│", role);
		paint_cstr(pen, right, y, "│", role);
	}
	paint_cstr(pen, a.x, a.y, "╭", role);
	paint_cstr(pen, right, a.y, "╮", role);
	paint_cstr(pen, a.x, bottom, "╰", role);
	paint_cstr(pen, right, bottom, "╯", role);
}

static void draw_note(struct pen pen, int x, int right, const struct frame *frame)
{
	size_t count = frame->note_count;
	int width = spans_width(frame->note, count);
	if (right - width - 2 <= x) {
		count = frame->note_short;
		width = spans_width(frame->note, count);
	}
	if (count == 0 || right - width - 2 <= x)
		return;
	enum role role = frame->focused ? ROLE_BORDER_FOCUS : ROLE_BORDER;
	x = paint_cstr(pen, right - width - 2, pen.clip.y, " ", role);
	x = paint_spans(pen, x, pen.clip.y, frame->note, count);
	paint_cstr(pen, x, pen.clip.y, " ", role);
}

struct area frame_draw(struct pen pen, struct area area, const struct frame *frame)
{
	if (area.w < 2 || area.h < 2)
		return (struct area){area.x, area.y, 0, 0};
	enum role role = frame->focused ? ROLE_BORDER_FOCUS : ROLE_BORDER;
	draw_box(pen, area, role);
	int right = area.x + area.w - 2;
	struct pen top = pen_within(pen, (struct area){area.x + 1, area.y, area.w - 3, 1});
	int x = area.x + 1;
	if (frame->title_count > 0) {
		x = paint_cstr(top, x, area.y, frame->focused ? "▸ " : "─ ", role);
		x = paint_spans(top, x, area.y, frame->title, frame->title_count);
		x = paint_cstr(top, x, area.y, " ", role);
	}
	draw_note(top, x, right, frame);
	return area_inset(area, 1, 1);
}
