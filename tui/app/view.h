/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_VIEW_H
#define TUI_APP_VIEW_H

#include "tui/app/app.h"

/* Draws the whole screen into SURFACE, which has the app's size. Pure. */
void app_view(const struct app *app, struct surface *surface);

#endif
