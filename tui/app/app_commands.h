/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_APP_COMMANDS_H
#define TUI_APP_APP_COMMANDS_H

#include "core/command/command.h"

/* What the workbench adds to the command table. Ends with a row without an id. */
extern const struct command app_commands[];

const struct command *app_command_find(struct str id);

#endif
