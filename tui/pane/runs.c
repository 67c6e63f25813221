/* SPDX-License-Identifier: MIT */
#include "tui/pane/runs.h"

static void fit(void *pane, int w, int h)
{
	struct runs *r = pane;
	(void)w;
	r->height = (size_t)h;
}

static void move(void *pane, enum pane_move move)
{
	(void)pane;
	(void)move;
}

static void draw(const void *pane, const struct pane_view *view)
{
	struct span title = {str_from(tr(view->pen.words, runs_class.title)), ROLE_STRONG};
	struct area inner = pane_frame(view, (struct frame){.title = &title, .title_count = 1});
	(void)pane;
	pane_hint(view, inner,
		str_from(tr(view->pen.words, "No runs of this file yet. F5 runs it.")));
}

const struct pane_class runs_class = {.title = N_("Runs"), .fit = fit, .draw = draw, .move = move};
