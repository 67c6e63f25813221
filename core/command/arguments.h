/* SPDX-License-Identifier: MIT */
#ifndef CORE_COMMAND_ARGUMENTS_H
#define CORE_COMMAND_ARGUMENTS_H

#include "core/command/command.h"

/*
 * Words of a command line (or of a script's ":command" line) into the arguments of a command, by
 * its row. "--name value", "--name=value", "-n value"; "--" ends the options; "-" alone is a value.
 */

/* WORDS are those after the verb. OUT becomes a dict by argument name. */
bool arguments_parse(struct arena *a, const struct command *command, char *const *words,
	size_t count, struct value *out, struct err *e) WARN_UNUSED;

/* The values of an ARGUMENT_PAIR argument: "k=v" words and "@FILE" JSON files (later ones win), as
 * one dict. A value that comes from a word is a string. VALUE_NONE when there were none. */
bool arguments_pairs(struct arena *a, struct value arguments, const char *name, struct value *out,
	struct err *e) WARN_UNUSED;

/* The row of an argument by name, or NULL. */
const struct argument *argument_find(const struct command *command, struct str name);

#endif
