/* SPDX-License-Identifier: MIT */
#ifndef CORE_CLI_PLAIN_H
#define CORE_CLI_PLAIN_H

#include "core/command/command.h"

/*
 * The workbench without a screen (lathe --plain): a command a line on standard input, labelled
 * lines on standard output, nothing ever drawn over. For screen readers, for terminals that can
 * only write on, for scripts. Its commands are rows of the one table; every verb of the command
 * line may be given too.
 */

/* Until "quit" or the end of the input. FILE is opened first, NULL: none. False with E only when
 * standard input cannot be read; the errors of commands are shown as they come. */
bool plain_run(struct command_context *context, const char *file, struct err *e) WARN_UNUSED;

#endif
