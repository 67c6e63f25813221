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

struct area frame_draw(struct pen pen, struct area area, const struct frame *frame)
{
	if (area.w < 2 || area.h < 2)
		return (struct area){area.x, area.y, 0, 0};
	enum role role = frame->focused ? ROLE_BORDER_FOCUS : ROLE_BORDER;
	draw_box(pen, area, role);
	int right = area.x + area.w - 2;
	struct pen top = pen_within(pen, (struct area){area.x + 2, area.y, area.w - 4, 1});
	int x = area.x + 2;
	if (frame->title_count > 0) {
		x = paint_cstr(top, x, area.y, frame->focused ? "▸" : " ", role);
		x = paint_spans(top, x, area.y, frame->title, frame->title_count);
		x = paint_cstr(top, x, area.y, " ", role);
	}
	int width = spans_width(frame->note, frame->note_count);
	if (width > 0 && right - width - 2 >= x + 1) {
		int at = paint_cstr(top, right - width - 2, area.y, " ", role);
		at = paint_spans(top, at, area.y, frame->note, frame->note_count);
		paint_cstr(top, at, area.y, " ", role);
	}
	return area_inset(area, 1, 1);
}
