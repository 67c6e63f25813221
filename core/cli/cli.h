/* SPDX-License-Identifier: MIT */
#ifndef CORE_CLI_CLI_H
#define CORE_CLI_CLI_H

#include "core/base/err.h"
#include "core/command/command.h"

#include <stdbool.h>

/*
 * The command line: reads argv by the command table, opens what the verb needs, runs it, shows
 * errors as sentences and gives the exit status (0 ok, 1 a threshold was missed, 2 usage, 3 config
 * and files, 4 network or provider, 5 store, 70 bug, 130 interrupted).
 *
 * The workbench is handed in as a function, because core never sees the terminal's side; a headless
 * build hands in NULL.
 */

struct workbench_options {
	const char *file; /* the file to show first, relative to the workspace's root, or NULL */
	const char *script; /* --script FILE: keys and commands from there, no terminal; or NULL */
	const char
		*folder; /* --screens DIR: where :save-screen writes, or NULL: the current folder */
	const char *lang; /* --lang LANG: the screen's language, or NULL: the locale's */
	bool virtual_clock;
};

struct cli_face {
	/* The workbench on ENGINE. Returns the exit status; fills E when that is not 0. */
	int (*workbench)(
		struct engine *engine, const struct workbench_options *options, struct err *e);
	/* The workbench's own tables of commands, ended by NULL, or NULL. */
	const struct command *const *commands;
	/* What `lathe doctor` says about the workbench's own settings; or NULL. */
	command_examine_fn *examine;
};

int cli_main(int argc, char **argv, const struct cli_face *face);

#endif
