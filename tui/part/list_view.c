/* SPDX-License-Identifier: MIT */
#include "tui/part/list_view.h"

static size_t shifted(size_t n, long by, size_t last)
{
	size_t size = (size_t)(by < 0 ? -by : by);
	if (by < 0)
		return n > size ? n - size : 0;
	return size > last || n > last - size ? last : n + size;
}

static void show_selected(struct list_view *v)
{
	if (v->height == 0)
		return;
	if (v->selected < v->top)
		v->top = v->selected;
	if (v->selected >= v->top + v->height)
		v->top = v->selected - v->height + 1;
	size_t last_top = v->count > v->height ? v->count - v->height : 0;
	if (v->top > last_top)
		v->top = last_top;
}

void list_view_fit(struct list_view *v, size_t count, int height)
{
	v->count = count;
	v->height = height > 0 ? (size_t)height : 0;
	if (v->selected >= count)
		v->selected = count > 0 ? count - 1 : 0;
	show_selected(v);
}

void list_view_move(struct list_view *v, long rows)
{
	if (v->count > 0)
		list_view_select(v, shifted(v->selected, rows, v->count - 1));
}

void list_view_select(struct list_view *v, size_t row)
{
	if (row >= v->count)
		return;
	v->selected = row;
	show_selected(v);
}

void list_view_scroll(struct list_view *v, long rows)
{
	size_t last = v->count > v->height ? v->count - v->height : 0;
	v->top = shifted(v->top, rows, last);
	if (v->selected < v->top)
		v->selected = v->top;
	if (v->height > 0 && v->selected >= v->top + v->height)
		v->selected = v->top + v->height - 1;
}
