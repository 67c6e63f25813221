/* SPDX-License-Identifier: MIT */
#include "tui/pane/pane_text.h"

void pane_move_text(struct text_view *v, const struct document *d, enum pane_move move)
{
	long page = v->height > 1 ? (long)v->height - 1 : 1;
	switch (move) {
	case MOVE_UP: text_view_scroll(v, d, -1); break;
	case MOVE_DOWN: text_view_scroll(v, d, 1); break;
	case MOVE_PAGE_UP: text_view_scroll(v, d, -page); break;
	case MOVE_PAGE_DOWN: text_view_scroll(v, d, page); break;
	case MOVE_WHEEL_UP: text_view_scroll(v, d, -WHEEL_ROWS); break;
	case MOVE_WHEEL_DOWN: text_view_scroll(v, d, WHEEL_ROWS); break;
	case MOVE_HOME: text_view_home(v); break;
	case MOVE_END: text_view_end(v, d); break;
	case MOVE_LEFT:
	case MOVE_RIGHT: break;
	}
}
