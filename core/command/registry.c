/* SPDX-License-Identifier: MIT */
#include "core/command/registry.h"

#include "core/text/suggest.h"

#include <string.h>

const struct argument global_arguments[] = {
	{.name = "workspace",
		.letter = 'C',
		.type = ARGUMENT_FILE,
		.value = "DIR",
		.help = "the workspace to work in instead of the one around the current folder"},
	{.name = "offline", .type = ARGUMENT_FLAG, .help = "open no network connection at all"},
	{.name = "clock",
		.type = ARGUMENT_TEXT,
		.value = "real|virtual",
		.help = "virtual: time jumps over waiting and ids count up, for repeatable tests",
		.choices = "real virtual"},
	{.name = "help", .letter = 'h', .type = ARGUMENT_FLAG, .help = "show help and leave"},
	{.name = "version",
		.letter = 'V',
		.type = ARGUMENT_FLAG,
		.help = "show the version and leave"},
	{.name = NULL},
};

static const struct argument workbench_arguments[] = {
	{.name = "path",
		.type = ARGUMENT_FILE,
		.value = "DIR|FILE",
		.help = "the workspace to open, or a file in it",
		.positional = true},
	{.name = "model",
		.letter = 'm',
		.type = ARGUMENT_TEXT,
		.value = "M",
		.help = "the model to run on",
		.choices = "models"},
	{.name = "trust",
		.type = ARGUMENT_FLAG,
		.help = "approve the endpoints and environment variables that the files name"},
	{.name = "lang",
		.type = ARGUMENT_TEXT,
		.value = "LANG",
		.help = "the screen's language, en or zh_CN, instead of the locale's",
		.choices = "en zh_CN"},
	{.name = "plain",
		.type = ARGUMENT_FLAG,
		.help = "commands and answers as lines, without a screen, for screen readers"},
	{.name = "script",
		.type = ARGUMENT_FILE,
		.value = "FILE",
		.help = "take keys and commands from FILE, without a terminal"},
	{.name = "screens",
		.type = ARGUMENT_FILE,
		.value = "DIR",
		.help = "where a script's :save-screen writes"},
	{.name = NULL},
};

const struct command workbench_row = {
	.id = "workbench",
	.verb = "",
	.title = "Open the workbench",
	.help = "Opens the full-screen workbench on a workspace or a file.",
	.keys = "",
	.where = IN_CLI,
	.arguments = workbench_arguments,
	.needs_engine = true,
	.writes = true,
};

static const struct command *const own[] = {
	workspace_commands,
	catalogue_commands,
	connection_commands,
	secret_commands,
	run_commands,
	job_commands,
	trace_commands,
	cache_commands,
	cost_commands,
	render_commands,
	endpoint_commands,
	token_commands,
	tour_commands,
	plumbing_commands,
	NULL,
};

struct registry registry_new(const struct command *const *extra)
{
	struct registry r = {.count = 0};
	for (size_t i = 0; own[i] != NULL; i++)
		r.tables[r.count++] = own[i];
	while (extra != NULL && *extra != NULL && r.count < REGISTRY_TABLES)
		r.tables[r.count++] = *extra++;
	return r;
}

const struct command *registry_next(const struct registry *r, struct registry_place *at)
{
	while (at->table < r->count) {
		const struct command *row = &r->tables[at->table][at->row];
		if (row->id != NULL) {
			at->row++;
			return row;
		}
		at->table++;
		at->row = 0;
	}
	return NULL;
}

/* How many of the words VERB takes when they begin with it, else 0. */
static size_t verb_matches(const char *verb, char *const *words, size_t count)
{
	struct str rest = str_from(verb);
	size_t n = 0;
	while (rest.len > 0) {
		struct str word = str_cut(rest, ' ', &rest);
		if (n >= count || !str_is(word, words[n]))
			return 0;
		n++;
	}
	return n;
}

const struct command *registry_by_verb(
	const struct registry *r, char *const *words, size_t count, size_t *taken)
{
	struct registry_place at = {0, 0};
	const struct command *row, *best = NULL;
	*taken = 0;
	while ((row = registry_next(r, &at)) != NULL) {
		size_t n = row->verb != NULL ? verb_matches(row->verb, words, count) : 0;
		if (n > *taken) {
			best = row;
			*taken = n;
		}
	}
	return best;
}

const char *registry_near_verb(const struct registry *r, const char *word)
{
	struct suggest near = suggest_for(str_from(word));
	struct registry_place at = {0, 0};
	const struct command *row;
	while ((row = registry_next(r, &at)) != NULL)
		if (row->verb != NULL && !(row->where & IN_HIDDEN))
			suggest_offer(&near, str_from(row->verb));
	return near.best.len > 0 ? near.best.at : NULL; /* a verb's own text: ends in NUL */
}
