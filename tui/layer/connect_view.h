/* SPDX-License-Identifier: MIT */
#ifndef TUI_LAYER_CONNECT_VIEW_H
#define TUI_LAYER_CONNECT_VIEW_H

#include "tui/layer/connect.h"

/* Draws the connections; a layer's draw function. */
void connect_draw(const void *layer, const struct layer_view *view);

#endif
