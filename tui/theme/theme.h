/* SPDX-License-Identifier: MIT */
#ifndef TUI_THEME_THEME_H
#define TUI_THEME_THEME_H

#include "core/base/err.h"
#include "tui/draw/role.h"

/*
 * What roles and grounds look like. A theme is a YAML file: `palette` names colours, `roles` and
 * `grounds` give each meaning a foreground, a background and attributes, `inherits` names a theme
 * to start from.
 *
 *   palette:
 *     accent: {rgb: "#7aa7ff", ansi: bright-blue}   the second for terminals of 16 colours;
 *                                                   `default` is the terminal's own
 *   roles:
 *     accent: {fg: accent, bold: true}
 *   grounds:
 *     select: {bg: selection}
 *
 * A ground's fg stands before its roles'. `terminal: light` (or dark) says for which terminals the
 * theme was made; themes without it are for both.
 */

enum colour_depth { DEPTH_MONO, DEPTH_16, DEPTH_256, DEPTH_RGB };

enum { ANSI_NEAREST = -1, ANSI_DEFAULT = -2 };

struct colour {
	bool set; /* false: the terminal's own */
	uint32_t rgb;
	int ansi; /* 0..15; ANSI_NEAREST to rgb; ANSI_DEFAULT: the terminal's own */
};

enum look_attributes { LOOK_BOLD = 1, LOOK_UNDERLINE = 2, LOOK_REVERSE = 4, LOOK_DIM = 8 };

struct look {
	struct colour fg, bg;
	unsigned attributes;
};

enum theme_terminal { TERMINAL_ANY, TERMINAL_DARK, TERMINAL_LIGHT };

struct theme {
	enum theme_terminal terminal;
	struct look roles[ROLE_COUNT];
	struct look grounds[GROUND_COUNT];
};

/* Gives the text of the theme called NAME; false when there is none. */
typedef bool theme_find_fn(void *ctx, struct str name, struct arena *a, struct str *text);

/* Reads the theme called NAME. FIND gives it and what it inherits from. Errors carry
 * file:line:column. */
bool theme_load(struct theme *out, struct str name, theme_find_fn *find, void *ctx,
	struct err *e) WARN_UNUSED;

/* The number a terminal of DEPTH knows the colour by; -1: its own. With DEPTH_RGB 0xRRGGBB, never
 * 0 to 7, which such terminals take for palette entries. */
int theme_colour(struct colour colour, enum colour_depth depth);

/* What a cell of a role on a ground is drawn with. */
struct shade {
	int fg, bg; /* theme_colour's numbers */
	unsigned attributes; /* enum look_attributes */
};

/* A foreground that cannot be read on the background (a contrast under 3: most often because 16
 * colours are few) becomes black or white, whichever can. */
struct shade theme_shade(
	const struct theme *theme, enum role role, enum ground ground, enum colour_depth depth);

/* The contrast of two colours 0xRRGGBB, 1 to 21, as WCAG 2.1 defines it ("contrast ratio"). */
double theme_contrast(uint32_t a, uint32_t b);
/* The colour a number of theme_colour stands for, by xterm's palette; NUMBER >= 0. */
uint32_t theme_rgb(int number, enum colour_depth depth);

#endif
