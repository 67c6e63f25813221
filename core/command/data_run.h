/* SPDX-License-Identifier: MIT */
#ifndef CORE_COMMAND_DATA_RUN_H
#define CORE_COMMAND_DATA_RUN_H

#include "core/command/command.h"
#include "core/engine/rows.h"

/* `lathe run --data`: what the options say, and the run in this process until it ends. */

/* The options of a run over rows, for tables of arguments. */
#define DATA_RUN_ARGUMENTS                                                                           \
	{.name = "data",                                                                             \
		.type = ARGUMENT_FILE,                                                               \
		.value = "FILE",                                                                     \
		.help = "run once for each row of a .jsonl, .csv or .tsv file"},                     \
		{.name = "map",                                                                      \
			.type = ARGUMENT_PAIR,                                                       \
			.value = "INPUT=COLUMN",                                                     \
			.help = "with --data: the column an input takes; else the one of its name"}, \
		{.name = "repeat",                                                                   \
			.type = ARGUMENT_NUMBER,                                                     \
			.value = "K",                                                                \
			.help = "with --data: ask K times for each row"},                            \
		{.name = "max-in-flight",                                                            \
			.type = ARGUMENT_NUMBER,                                                     \
			.value = "N",                                                                \
			.help = "with --data: at most N rows at a time; 8 otherwise"},               \
		{.name = "max-cost",                                                                 \
			.type = ARGUMENT_TEXT,                                                       \
			.value = "DOLLARS",                                                          \
			.help = "send nothing that could cost more; with --data the run pauses"},    \
	{                                                                                            \
		.name = "output", .type = ARGUMENT_FILE, .value = "FILE",                            \
		.help = "with --data: where the results go, one JSON object a line, instead of "     \
			"standard output"                                                            \
	}

/* Fills OUT but for path and id; false without E set when --data was not given. */
bool data_run_spec(
	struct arena *a, struct value arguments, struct rows_spec *out, struct err *e) WARN_UNUSED;
/* "0.5", "$0.5" in nano-dollars; -1 for an absent one. */
bool data_run_cost(struct value arguments, int64_t *nano, struct err *e) WARN_UNUSED;

/* Begins the run in this process and follows it; signals pause it. */
bool data_run(struct command_context *context, const struct rows_spec *spec, struct err *e);
/* Follows a run that was begun as a job: without a word, results only into its file. */
bool data_run_job(struct command_context *context, uint64_t run, struct err *e);
bool data_run_resume(struct command_context *context, const struct rows_resume *how, struct err *e);

#endif
