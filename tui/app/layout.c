/* SPDX-License-Identifier: MIT */
#include "tui/app/layout.h"

static int clamp(int n, int least, int most)
{
	return n < least ? least : n > most ? most : n;
}

static enum layout_kind kind_of(int w, int h)
{
	if (w < LAYOUT_LEAST_W || h < LAYOUT_LEAST_H)
		return LAYOUT_NOTICE;
	if (w < 60 || h < 24)
		return LAYOUT_TABS;
	return w < 100 ? LAYOUT_TWO : LAYOUT_THREE;
}

/* Files above, inputs below. */
static void left_column(struct layout *l, struct area column)
{
	int inputs = clamp(column.h * 3 / 10, 6, 12);
	l->panes[PANE_FILES] = (struct area){column.x, column.y, column.w, column.h - inputs};
	l->panes[PANE_INPUTS] =
		(struct area){column.x, column.y + column.h - inputs, column.w, inputs};
}

static void three_columns(struct layout *l, struct area body)
{
	int left = clamp(body.w * 19 / 100, 24, 34);
	int right = (body.w - left) * 47 / 100;
	int middle = body.w - left - right;
	int timeline = clamp(body.h / 4, 6, 12), runs = clamp(body.h / 4, 6, 14);
	int output = body.h - timeline - runs, x = body.x + left + middle;
	left_column(l, (struct area){body.x, body.y, left, body.h});
	l->panes[PANE_EDITOR] = (struct area){body.x + left, body.y, middle, body.h};
	l->panes[PANE_OUTPUT] = (struct area){x, body.y, right, output};
	l->panes[PANE_TIMELINE] = (struct area){x, body.y + output, right, timeline};
	l->panes[PANE_RUNS] = (struct area){x, body.y + output + timeline, right, runs};
}

/* The timeline comes along where there are rows for it. What else is below the editor shares one
 * place: the answer, unless another of them is in focus. */
static void two_columns(struct layout *l, struct area body, enum pane_id focus)
{
	int left = clamp(body.w * 3 / 10, 20, 28);
	int right = body.w - left;
	int below = body.h >= 32 ? 6 : 0;
	int editor = (body.h - below) / 2;
	bool other = focus == PANE_RUNS || (focus == PANE_TIMELINE && below == 0);
	left_column(l, (struct area){body.x, body.y, left, body.h});
	l->panes[PANE_EDITOR] = (struct area){body.x + left, body.y, right, editor};
	l->panes[other ? focus : PANE_OUTPUT] =
		(struct area){body.x + left, body.y + editor, right, body.h - editor - below};
	if (below > 0)
		l->panes[PANE_TIMELINE] =
			(struct area){body.x + left, body.y + body.h - below, right, below};
}

struct layout layout_of(int w, int h, enum pane_id focus, bool zoomed)
{
	struct layout l = {.kind = kind_of(w, h)};
	struct area body = {0, 1, w, h - 2};
	if (l.kind == LAYOUT_NOTICE)
		return l;
	if (l.kind == LAYOUT_TWO && !zoomed)
		two_columns(&l, body, focus);
	else if (l.kind == LAYOUT_THREE && !zoomed)
		three_columns(&l, body);
	if (l.kind != LAYOUT_TABS && !zoomed)
		return l;
	/* One pane: the focused one, and tabs that name the others. */
	for (int i = 0; i < PANE_COUNT; i++)
		l.panes[i].w = 0;
	l.tabs = (struct area){0, 1, w, 1};
	l.panes[focus] = (struct area){0, 2, w, h - 3};
	return l;
}
