/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_SCRIPT_H
#define TUI_APP_SCRIPT_H

#include "tui/app/app.h"

/*
 * The app without a terminal, driven by a file, a step a line:
 *
 *   <F5><Tab>text            keys by name, and characters
 *   :command-id              a command of the table
 *   :wait-idle               until no timer is due and nothing is pending
 *   :wait MS                 so long by the loop's clock; what comes first has come then
 *   :save-screen NAME        the picture as text (tui/draw/dump.h) into FOLDER/NAME
 *   :save-screens NAME       three of them: NAME-80x24, NAME-120x34, NAME-200x50
 *   :resize W H
 *   :open PATH               shows the file, as Enter in Files does
 *   :write PATH TEXT         what another program does to a file; \n is a line feed
 *   :click X Y, :drag X Y, :wheel-up X Y, :wheel-down X Y, :paste TEXT
 *   # a comment
 *
 * The screen has 120x34 cells at first. After each step the loop turns once, as it would between
 * two keys.
 */

int script_run(struct engine *engine, const struct app_options *options, const char *script,
	const char *folder, struct err *e);

#endif
