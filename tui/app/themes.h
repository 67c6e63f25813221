/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_THEMES_H
#define TUI_APP_THEMES_H

#include "tui/theme/theme.h"

/* Loads the theme for a terminal of DEPTH: the one LATHE_THEME names, else mono without colours,
 * light when COLORFGBG says that the terminal is light, else dark. A file themes/NAME.yaml in the
 * config folder wins over the one that travels inside the program. */
bool themes_choose(struct theme *out, enum colour_depth depth, struct err *e) WARN_UNUSED;

#endif
