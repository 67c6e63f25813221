/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_APP_INPUT_H
#define TUI_APP_APP_INPUT_H

#include "core/command/command.h"
#include "tui/app/app.h"

/* From input to commands: the top layer first, then the keymap. */

/* The command belongs to what is in focus: its keys hold here and not everywhere. */
bool app_holds_here(const struct app *app, const struct command *row);
/* The command's keys are heard now. Behind a layer the panes are out of reach: what it types is
 * edited, and the program can be left. The search bar is a part of the editor. */
bool app_hears(const struct app *app, struct str id);
void app_input(struct app *app, const struct input *input);

#endif
