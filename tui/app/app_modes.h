/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_APP_MODES_H
#define TUI_APP_APP_MODES_H

#include "core/command/command.h"
#include "tui/app/app.h"

/*
 * The modes of the keymap: where which commands' keys hold. A mode's commands are those whose
 * `where` names it; commands that name no mode are of the global one, around all others. A mode
 * that belongs to one pane stands inside "pane" or "text".
 */

/* Makes MODES (MODE_COUNT of them) empty ones. */
void app_modes_set_up(struct mode *modes);
/* "global", "pane", ...: as keys.yaml names them. */
const char *app_mode_name(enum app_mode mode);
/* False when there is none of that NAME. */
bool app_mode_find(struct str name, enum app_mode *out);
/* The command's keys stand in MODE itself, not in one around it. */
bool app_mode_has(enum app_mode mode, const struct command *row);
/* The mode of a pane that takes no text. */
enum app_mode app_mode_of_pane(enum pane_id pane);

#endif
