/* SPDX-License-Identifier: MIT */
#ifndef CORE_COMMAND_REGISTRY_H
#define CORE_COMMAND_REGISTRY_H

#include "core/command/command.h"

/* All tables as one list: the core's own, and the workbench's when it is built in. */

enum { REGISTRY_TABLES = 32 };

struct registry {
	const struct command *tables[REGISTRY_TABLES]; /* each ended by a row without an id */
	size_t count;
	command_examine_fn *examine; /* the face's part of `lathe doctor`, or NULL */
};

/* The core's tables; those of EXTRA (ended by NULL, or NULL) are added behind them. */
struct registry registry_new(const struct command *const *extra);

/* Walks all rows: start with *at = {0, 0}; NULL at the end. */
struct registry_place {
	size_t table;
	size_t row;
};
const struct command *registry_next(const struct registry *r, struct registry_place *at);

/* The row whose verb is made of the first words; *TAKEN says of how many. The longest verb wins. */
const struct command *registry_by_verb(
	const struct registry *r, char *const *words, size_t count, size_t *taken);
/* The verb nearest to WORD, for "did you mean"; NULL when none is near. */
const char *registry_near_verb(const struct registry *r, const char *word);

/* The core's tables. */
extern const struct command workspace_commands[];
extern const struct command catalogue_commands[];
extern const struct command connection_commands[];
extern const struct command run_commands[];
extern const struct command job_commands[];
extern const struct command trace_commands[];
extern const struct command cache_commands[];
extern const struct command secret_commands[];
extern const struct command cost_commands[];
extern const struct command render_commands[];
extern const struct command tour_commands[];
extern const struct command endpoint_commands[];
extern const struct command token_commands[];
extern const struct command plumbing_commands[];

/* Options that stand before or after any verb. */
extern const struct argument global_arguments[];
/* `lathe [DIR|FILE]` itself; its verb is "". */
extern const struct command workbench_row;

#endif
