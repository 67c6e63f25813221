/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_THEMES_H
#define TUI_APP_THEMES_H

#include "tui/theme/theme.h"

/* Loads the theme for a terminal of DEPTH: the one LATHE_THEME names, else mono without colours,
 * else light or dark: as TERMINAL says, which is TERMINAL_ANY until the terminal itself has told;
 * then COLORFGBG counts, else dark. A file themes/NAME.yaml in the config folder wins over the one
 * that travels inside the program. */
bool themes_choose(struct theme *out, enum colour_depth depth, enum theme_terminal terminal,
	struct err *e) WARN_UNUSED;
/* The user named one: what the terminal says changes nothing. */
bool themes_are_named(void);

#endif
