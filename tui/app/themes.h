/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_THEMES_H
#define TUI_APP_THEMES_H

#include "tui/theme/theme.h"

/*
 * Which theme. The first of these that names one: what was picked in this session, LATHE_THEME,
 * what was picked in an earlier one. Else ("auto") it is light or dark: as the terminal says, or
 * COLORFGBG until it has said so, else dark. Without colours it is always mono.
 *
 * A file themes/NAME.yaml in the config folder wins over the one that travels inside the program.
 */

enum { THEME_NAME = 64 };
#define THEME_AUTO "auto"

/* The name that counts; PICKED is this session's, "" none. Written to OUT, which is returned. */
const char *themes_name(const char *picked, char out[THEME_NAME]);
/* Loads that theme for a terminal of DEPTH and kind; TERMINAL_ANY until it has told. */
bool themes_choose(struct theme *out, const char *picked, enum colour_depth depth,
	enum theme_terminal terminal, struct err *e) WARN_UNUSED;
/* Keeps the picked name for later sessions, in the state folder. */
bool themes_remember(const char *picked, struct err *e) WARN_UNUSED;

struct theme_row {
	const char *name;
	enum theme_terminal terminal;
};
/* All themes there are, by name: the program's and the user's. Those that cannot be read are left
 * out. */
size_t themes_list(struct arena *a, struct theme_row **rows);

#endif
