/* SPDX-License-Identifier: MIT */
#ifndef CORE_COMMAND_COMMAND_H
#define CORE_COMMAND_COMMAND_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/data/value.h"

/*
 * The one command table. A row is everything the program can be asked to do, on whatever face:
 * keys, the palette, help, the command line, the man page and the completions are all read off it.
 */

struct engine;
struct registry;

enum command_where {
	IN_CLI = 1, /* a verb of the command line */
	IN_TUI = 2, /* anywhere in the workbench */
	IN_EDITOR = 4, /* where text is typed */
	IN_HIDDEN = 8, /* not in help, man page, completion: plumbing */
	IN_PANE = 16, /* in panes where no text is typed */
	IN_FILES = 32, /* in that pane alone, where its keys come before all others */
	IN_INPUTS = 64,
	IN_OUTPUT = 128,
	IN_TIMELINE = 256,
	IN_RUNS = 512,
	IN_FIELD = 1024 /* while a field of a form is typed into */
};

enum command_risk { RISK_SAFE, RISK_UNDOABLE, RISK_DESTRUCTIVE, RISK_SPENDS };

enum argument_type {
	ARGUMENT_FLAG, /* --json: true when given */
	ARGUMENT_TEXT, /* --model M */
	ARGUMENT_NUMBER, /* --limit N, a whole number >= 0 */
	ARGUMENT_PAIR, /* --input k=v, may be repeated; "@FILE" is a JSON file */
	ARGUMENT_FILE, /* a path; completed as one */
	ARGUMENT_SWITCH /* --[no-]name: true or false, absent when not given */
};

struct argument {
	const char *name; /* "model": --model on the command line; positional when place is set */
	char letter; /* 'm' for -m, or 0 */
	enum argument_type type;
	const char *value; /* what stands for the value in help: "M", "FILE" */
	const char *help; /* one clause, no full stop */
	bool positional;
	bool required;
	bool repeats; /* takes all that is left; value is a list */
	const char
		*choices; /* words for completion, space separated, or "models", "runs"; or NULL */
};

struct command_context {
	const struct registry *registry; /* all commands of this program */
	struct engine *engine; /* NULL for verbs that need none (needs_engine false) */
	struct output *output; /* where verbs write; NULL in the workbench */
	void *app; /* the workbench, or NULL */
};

/* ARGUMENTS: a dict by argument name; flags are booleans, numbers integers, repeated ones lists,
 * pairs a dict. An argument that was not given is absent. */
typedef bool command_run_fn(struct command_context *context, struct value arguments, struct err *e);

/* Adds to FINDINGS, a list, dicts of three strings: check (what was looked at), state (ok, note,
 * bad) and text. */
typedef void command_examine_fn(struct arena *a, struct value findings);

struct command {
	const char *id; /* "run.start": in key files and scripts */
	const char *verb; /* "run", "trace show"; NULL when not IN_CLI */
	const char *title; /* "Run the prompt" */
	const char *help; /* one sentence */
	const char *keys; /* default keys, "F5" or "g r"; "" none */
	unsigned where; /* enum command_where */
	enum command_risk risk;
	const struct argument *arguments; /* ends with a row without a name; NULL: none */
	bool needs_engine; /* opens the workspace before it runs */
	bool writes; /* opens the store for writing */
	/* NULL: never disabled; else returns the reason, or NULL when enabled. */
	const char *(*disabled)(const struct command_context *context);
	command_run_fn *run;
};

#endif
