/* SPDX-License-Identifier: MIT */
#ifndef CORE_COMMAND_DOCTOR_H
#define CORE_COMMAND_DOCTOR_H

#include "core/command/command.h"

/* `lathe doctor`: versions, terminal, locale, workspace, connections. Reads only, sends nothing,
 * and goes on past what is broken, because that is what it is asked for. */

bool doctor_run(struct command_context *context, struct value arguments, struct err *e);

#endif
