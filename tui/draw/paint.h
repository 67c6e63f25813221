/* SPDX-License-Identifier: MIT */
#ifndef TUI_DRAW_PAINT_H
#define TUI_DRAW_PAINT_H

#include "core/text/words.h"
#include "tui/draw/surface.h"

/*
 * Text into cells. Text must have passed sanitize(); a control character that comes here all the
 * same is drawn as "?", so cells never hold one. Nothing is drawn outside the pen's clip; a wide
 * character that would stick out becomes a space, and so does the other half of one that is drawn
 * over.
 */

struct pen {
	struct surface *surface;
	struct area clip;
	const struct words *words; /* the interface's language: what tr() takes; NULL English */
};

/* A piece of a line with one role. */
struct span {
	struct str text;
	enum role role;
};

struct pen pen_new(struct surface *s);
/* The pen limited to AREA as well. */
struct pen pen_within(struct pen pen, struct area area);

/* Draws at cell X, Y; returns the column after the text, also when it was clipped. The ground under
 * it stays. */
int paint_text(struct pen pen, int x, int y, struct str text, enum role role);
int paint_cstr(struct pen pen, int x, int y, const char *text, enum role role);
int paint_spans(struct pen pen, int x, int y, const struct span *spans, size_t count);
/* Within WIDTH cells from X; cut text ends in an ellipsis. Returns the column after it. */
int paint_fitted(struct pen pen, int x, int y, int width, struct str text, enum role role);
/* The text's last cell is RIGHT - 1; returns the column it begins at. */
int paint_right(struct pen pen, int right, int y, struct str text, enum role role);
/* COUNT times the (one cell wide) character. */
int paint_repeat(struct pen pen, int x, int y, int count, const char *glyph, enum role role);
/* Lays the ground under all cells of AREA. */
void paint_ground(struct pen pen, struct area area, enum ground ground);
/* Makes the cells of AREA empty. */
void paint_clear(struct pen pen, struct area area);

int spans_width(const struct span *spans, size_t count);

#endif
