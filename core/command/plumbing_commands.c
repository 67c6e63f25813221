/* SPDX-License-Identifier: MIT */
#include "core/base/file.h"
#include "core/command/help_text.h"
#include "core/command/output.h"
#include "core/command/registry.h"
#include "core/engine/config.h"

#include <string.h>

/*
 * `lathe generate WHAT` writes the documents that are read off the program's tables; the build
 * calls it. A manual page is its prose (data/man) with one line "@COMMANDS@" or "@KEYS@" replaced.
 */

static const struct argument generate_arguments[] = {
	{.name = "what",
		.type = ARGUMENT_TEXT,
		.value = "completion|PROSE",
		.help = "bash completion, or the prose file of a manual page",
		.positional = true,
		.required = true},
	{.name = NULL},
};

static void write_generated(struct command_context *context, struct str line)
{
	struct buf text = BUF_INIT(0);
	if (str_is(line, "@COMMANDS@"))
		help_man(&text, context->registry);
	else if (str_is(line, "@KEYS@"))
		shape_man(&text, config_keys);
	else
		buf_add_format(&text, "%.*s\n", STR_ARG(line));
	output_str(context->output, buf_str(&text));
	buf_free(&text);
}

static bool run_generate(struct command_context *context, struct value arguments, struct err *e)
{
	const char *what = value_get_str(arguments, "what", STR_NONE).at;
	if (strcmp(what, "completion") == 0) {
		struct buf text = BUF_INIT(0);
		help_completion(&text, context->registry);
		output_str(context->output, buf_str(&text));
		buf_free(&text);
		return true;
	}
	struct arena a = ARENA_INIT;
	struct str rest, line;
	bool ok = file_read(&a, what, 1 << 20, &rest, e);
	while (ok && str_next_line(&rest, &line))
		write_generated(context, line);
	arena_release(&a);
	return ok;
}

const struct command plumbing_commands[] = {
	{.id = "plumbing.generate",
		.verb = "generate",
		.title = "Write a generated document",
		.help = "Writes bash completion or a manual page from the program's tables.",
		.keys = "",
		.where = IN_CLI | IN_HIDDEN,
		.arguments = generate_arguments,
		.run = run_generate},
	{.id = NULL},
};
