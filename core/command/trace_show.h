/* SPDX-License-Identifier: MIT */
#ifndef CORE_COMMAND_TRACE_SHOW_H
#define CORE_COMMAND_TRACE_SHOW_H

#include "core/command/command.h"

/* `lathe trace show`: a run as a tree of spans to scale, its requests and its answer. */
bool trace_show_run(struct command_context *context, struct value arguments, struct err *e);

#endif
