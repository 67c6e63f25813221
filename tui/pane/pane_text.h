/* SPDX-License-Identifier: MIT */
#ifndef TUI_PANE_PANE_TEXT_H
#define TUI_PANE_PANE_TEXT_H

#include "tui/pane/pane.h"
#include "tui/part/text_view.h"

/* Moving in a pane that shows a text. */
void pane_move_text(struct text_view *v, const struct document *d, enum pane_move move);

#endif
