/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_APP_WORKSPACE_H
#define TUI_APP_APP_WORKSPACE_H

#include "tui/app/app.h"

/* Shows what there is to do where no workspace is. */
void app_welcome(struct app *app);

/* The tour was seen before, or is not wanted (LATHE_TOUR=off). */
bool app_knows_lathe(void);
/* Once a turn: shows the tour when it is wanted and nothing lies over the screen. */
void app_tour_turn(struct app *app);

/* Moves to the workspace that the app wants: the engine goes there, and another app takes the place
 * of *APP, of the same size and looks. Not from within the loop. Where that workspace cannot be
 * read the old one is opened again, and says why. False when neither can: then *APP is NULL. */
bool app_move(struct app **app, struct err *e) WARN_UNUSED;

#endif
