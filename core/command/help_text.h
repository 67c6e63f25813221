/* SPDX-License-Identifier: MIT */
#ifndef CORE_COMMAND_HELP_TEXT_H
#define CORE_COMMAND_HELP_TEXT_H

#include "core/command/registry.h"

/* Help, manual and completion, all read off the command table, so that they cannot disagree. */

/* `lathe --help`: a line a verb. */
void help_all(struct buf *out, const struct registry *r);
/* `lathe GROUP --help`, of the verbs that begin with that word; false: there are none. */
bool help_group(struct buf *out, const struct registry *r, const char *group);
/* `lathe VERB --help`. */
void help_verb(struct buf *out, const struct command *row);
/* The sections COMMANDS, OPTIONS and (where the workbench is built in) KEYS of lathe(1), in man(7)
 * macros. */
void help_man(struct buf *out, const struct registry *r);
/* A bash completion script. */
void help_completion(struct buf *out, const struct registry *r);

#endif
