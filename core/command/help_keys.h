/* SPDX-License-Identifier: MIT */
#ifndef CORE_COMMAND_HELP_KEYS_H
#define CORE_COMMAND_HELP_KEYS_H

#include "core/command/registry.h"

/* The section KEYS of lathe(1): how keys are written and changed, then the workbench's commands by
 * mode, with their ids. Nothing when the workbench is not built in. */
void help_keys(struct buf *out, const struct registry *r);

#endif
