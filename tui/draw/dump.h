/* SPDX-License-Identifier: MIT */
#ifndef TUI_DRAW_DUMP_H
#define TUI_DRAW_DUMP_H

#include "core/base/buf.h"
#include "tui/draw/surface.h"

/* A surface as text for golden files: a first line with its size, the rows, the same rows as role
 * letters (a space under an empty cell), then the runs of ground and the caret. */
void dump_surface(const struct surface *s, struct buf *out);

#endif
