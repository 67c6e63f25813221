/* SPDX-License-Identifier: MIT */
#ifndef CORE_COMMAND_ESTIMATE_VIEW_H
#define CORE_COMMAND_ESTIMATE_VIEW_H

#include "core/command/command.h"
#include "core/engine/rows.h"

/* `lathe run --estimate`: what a run will cost, on standard output. */
bool estimate_view(
	struct command_context *context, const struct run_spec *spec, struct err *e) WARN_UNUSED;
bool estimate_view_rows(
	struct command_context *context, const struct rows_spec *spec, struct err *e) WARN_UNUSED;

#endif
