/* SPDX-License-Identifier: MIT */
#ifndef CORE_COMMAND_RUN_COMMANDS_H
#define CORE_COMMAND_RUN_COMMANDS_H

#include "core/command/command.h"
#include "core/engine/engine.h"

/* A run from its approvals to its figures, shown as it goes on; Ctrl+C stops it. False with E when
 * it did not end well. */
bool run_commands_run(
	struct command_context *context, const struct run_spec *spec, struct err *e) WARN_UNUSED;

#endif
