/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_APP_INPUT_H
#define TUI_APP_APP_INPUT_H

#include "tui/app/app.h"

/* From input to commands: the top layer first, then the keymap. */

bool app_bind_keys(struct app *app, struct err *e) WARN_UNUSED;
void app_input(struct app *app, const struct input *input);

#endif
