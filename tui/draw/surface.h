/* SPDX-License-Identifier: MIT */
#ifndef TUI_DRAW_SURFACE_H
#define TUI_DRAW_SURFACE_H

#include "tui/draw/role.h"

/*
 * A screenful of cells in memory. Everything that is shown is drawn here first; the terminal, the
 * golden files and the tests only read it.
 *
 * Invariants: a cell's text is one cluster of sanitized UTF-8 of at most CELL_TEXT bytes; a cluster
 * of two cells has width 2 and is followed by a cell of width 0 without text; an empty cell (no
 * text, width 1) is a space.
 */

enum {
	CELL_TEXT = 32,
	SURFACE_MAX_W = 1000, /* what lies beyond stays blank */
	SURFACE_MAX_H = 300
};

struct cell {
	char text[CELL_TEXT];
	uint8_t len;
	uint8_t width;
	uint8_t role; /* enum role */
	uint8_t ground; /* enum ground */
};

/* A rectangle of cells. */
struct area {
	int x, y, w, h;
};

struct surface {
	int w, h;
	struct cell *cells; /* row by row */
	int caret_x, caret_y; /* where the hardware cursor rests */
	bool caret_shown;
};

/* Makes it W x H (clamped to 0..SURFACE_MAX) and empty. */
void surface_resize(struct surface *s, int w, int h);
void surface_clear(struct surface *s);
void surface_free(struct surface *s);
/* NULL outside. */
struct cell *surface_cell(const struct surface *s, int x, int y);
bool cell_equal(const struct cell *a, const struct cell *b);

/* The part of A that lies in B; w and h are never negative. */
struct area area_meet(struct area a, struct area b);
/* A without a margin of DX columns and DY rows on each side. */
struct area area_inset(struct area a, int dx, int dy);
bool area_has(struct area a, int x, int y);

#endif
