/* SPDX-License-Identifier: MIT */
#include "tui/part/span_bar.h"

static int column(const struct span_scale *s, int64_t ns)
{
	if (ns <= s->from)
		return 0;
	if (ns - s->from >= s->length)
		return s->cells - 1;
	return (int)((double)(ns - s->from) / (double)s->length * s->cells);
}

void span_bar_draw(struct pen pen, int x, int y, const struct span_scale *s, struct span_time time,
	enum role role)
{
	int64_t end = time.end > 0 ? time.end : s->now;
	int from = column(s, time.begin);
	/* The cell in which it ends is filled when half of it is used. */
	int to = column(s, end - s->length / (2 * s->cells + 1));
	paint_repeat(pen, x, y, s->cells, "·", ROLE_FAINT);
	if (to < from)
		to = from;
	paint_repeat(pen, x + from, y, to - from + 1, "█", role);
	int first = column(s, time.first);
	if (first > to)
		first = to;
	if (time.first > 0 && first > from)
		paint_cstr(pen, x + first, y, "┃", ROLE_STRONG);
}

enum role span_bar_role(struct str kind, enum trace_status status)
{
	if (status != TRACE_OK && status != TRACE_RUNNING)
		return ROLE_BAD;
	if (str_is(kind, "llm"))
		return ROLE_ACCENT;
	if (str_is(kind, "retrieve"))
		return ROLE_VARIABLE;
	if (str_is(kind, "prompt") || str_is(kind, "render"))
		return ROLE_SPEAKER;
	return ROLE_GOOD;
}
