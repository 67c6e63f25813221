/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_APP_FIND_H
#define TUI_APP_APP_FIND_H

#include "tui/app/app.h"

/* Searching in the open file: what the search bar holds, carried out. */

/* Opens the bar, or adds to it the row for the replacement. */
void app_find_open(struct app *app, bool replacing);
/* To the next match, or the one before; with the bar closed, of what was searched last. */
void app_find_step(struct app *app, bool forward);
void app_find_replace(struct app *app, bool all);
/* Was anything searched yet? */
bool app_find_has_pattern(const struct app *app);

/* Before the panes are fitted: searches when the bar changed, and makes room for it. */
void app_find_turn(struct app *app);
/* After it: marks the matches that are in view. */
void app_find_show(struct app *app);

#endif
