/* SPDX-License-Identifier: MIT */
#ifndef TUI_TERM_PAIRS_H
#define TUI_TERM_PAIRS_H

#include "tui/draw/surface.h"
#include "tui/theme/theme.h"

#include <curses.h>
#include <stdio.h>

/* From a cell's role and ground to what ncurses draws: colour pairs and attributes, worked out once
 * a theme, and characters as this locale can show them. */

struct pairs {
	enum colour_depth depth;
	int colours; /* of a DEPTH_16 terminal: 8 or 16 */
	bool utf8; /* else ASCII stand-ins */
	int pair[ROLE_COUNT][GROUND_COUNT];
	attr_t attributes[ROLE_COUNT][GROUND_COUNT];
};

/* Sets the locale, opens the best description of the terminal (with true colour when the
 * environment promises it) on OUT; NULL when TERM is unknown. */
SCREEN *pairs_newterm(struct pairs *p, FILE *out);

void pairs_set_theme(struct pairs *p, const struct theme *theme);

/* Writes what CELL looks like to *OUT; returns how many it wrote (0 for the right half of a wide
 * character, 2 when a wide one has two ASCII stand-ins: OUT has room for both). */
int pairs_cell(const struct pairs *p, const struct cell *cell, cchar_t *out);

#endif
