/* SPDX-License-Identifier: MIT */
#include "core/cli/plain.h"

#include "core/base/file.h"
#include "core/command/arguments.h"
#include "core/command/output.h"
#include "core/command/registry.h"
#include "core/command/run_commands.h"
#include "core/data/json.h"
#include "core/engine/engine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORDS_MAX = 64, LIST_MAX = 10000, SHOW_MAX = 16 << 20 };

struct plain {
	struct arena arena; /* of the session */
	struct arena line; /* of one command */
	struct workspace_file *files; /* as `files` numbered them; in the arena */
	size_t count;
	const char *file; /* the open one, or NULL */
	struct value inputs; /* dict, in the arena: what `set` gave */
	bool done;
};

static struct plain *plain_of(const struct command_context *context)
{
	return (struct plain *)context->app;
}

static struct str keep(struct plain *p, struct str s)
{
	return (struct str){str_cstr(&p->arena, s), s.len};
}

static struct str text_of(struct value arguments, const char *name)
{
	return value_get_str(arguments, name, STR(""));
}

static bool list_files(struct command_context *context, struct value arguments, struct err *e)
{
	struct plain *p = plain_of(context);
	struct output *o = context->output;
	struct str part = text_of(arguments, "part");
	bool more = false;
	if (!workspace_list(engine_workspace(context->engine), &p->arena, LIST_MAX, &p->files,
		    &p->count, &more, e))
		return false;
	size_t shown = 0, files = 0;
	for (size_t i = 0; i < p->count; i++)
		if (p->files[i].kind != FILE_FOLDER)
			p->files[files++] = p->files[i];
	p->count = files;
	for (size_t i = 0; i < p->count; i++) {
		const struct workspace_file *f = &p->files[i];
		if (str_find(f->path, part, 0) == SIZE_MAX)
			continue;
		const char *what = f->kind == FILE_PROMPT ? ", prompt"
				   : f->kind == FILE_FLOW ? ", flow"
							  : "";
		output_format(o, "%zu: ", i + 1);
		output_field(o, f->path);
		output_format(o, "%s\n", what);
		shown++;
	}
	output_format(o, "%zu files%s.\n", shown, more ? ", and more" : "");
	return true;
}

/* A file by its number in the list or by its path. */
static const char *find_file(const struct plain *p, struct arena *a, struct str word)
{
	int64_t number;
	if (str_to_int(word, &number) && number >= 1 && (size_t)number <= p->count)
		return str_cstr(a, p->files[number - 1].path);
	return str_cstr(a, word);
}

static bool open_file(struct command_context *context, struct value arguments, struct err *e)
{
	struct plain *p = plain_of(context);
	const char *path = find_file(p, &p->arena, text_of(arguments, "file"));
	const char *root = engine_workspace(context->engine)->root;
	const char *real = path_join(&p->line, root, path);
	if (!file_exists(real) || file_is_folder(real)) {
		err_set(e, ERR_CONFIG, "There is no file '%s' here.", path);
		return err_hint(e, "files lists what there is.");
	}
	p->file = path;
	p->inputs = value_dict(&p->arena);
	output_cstr(context->output, "Open: ");
	output_field(context->output, str_from(path));
	output_cstr(context->output, "\n");
	return true;
}

static const char *no_file(const struct command_context *context)
{
	return plain_of(context)->file != NULL ? NULL : "No file is open: open FILE opens one.";
}

static bool show_file(struct command_context *context, struct value arguments, struct err *e)
{
	struct plain *p = plain_of(context);
	struct str text, line;
	(void)arguments;
	if (!file_read_under(
		    &p->line, engine_workspace(context->engine)->root, p->file, SHOW_MAX, &text, e))
		return false;
	for (size_t n = 1; str_next_line(&text, &line); n++) {
		output_format(context->output, "%zu: ", n);
		output_field(context->output, line);
		output_cstr(context->output, "\n");
	}
	return true;
}

static bool read_inputs(
	struct command_context *context, struct input_field **fields, size_t *count, struct err *e)
{
	struct plain *p = plain_of(context);
	struct run_spec spec = {.path = p->file, .inputs = value_none()};
	return engine_inputs(context->engine, &spec, &p->line, fields, count, e);
}

static bool show_inputs(struct command_context *context, struct value arguments, struct err *e)
{
	struct plain *p = plain_of(context);
	struct output *o = context->output;
	struct input_field *fields;
	size_t count;
	(void)arguments;
	if (!read_inputs(context, &fields, &count, e))
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct value *given = value_get(p->inputs, fields[i].name);
		struct value v = given != NULL ? *given : fields[i].preset;
		output_field(o, fields[i].name);
		output_format(o, " (%.*s", STR_ARG(fields[i].type));
		output_cstr(o, given != NULL	      ? ", set): "
			       : fields[i].has_preset ? ", sample): "
						      : "): ");
		if (v.kind == VALUE_STR)
			output_field(o, v.u.str);
		else if (v.kind != VALUE_NONE)
			output_field(o, json_text(&p->line, v, JSON_COMPACT));
		output_cstr(o, "\n");
	}
	output_format(o, "%zu inputs.\n", count);
	return true;
}

/* Text stays text; an input of another type is JSON; one of any type is what it looks like. */
static bool read_value(
	struct str type, struct str text, struct arena *a, struct value *out, struct err *e)
{
	struct err ignored = ERR_INIT;
	bool any = str_is(type, "any"),
	     open = str_starts(text, STR("[")) || str_starts(text, STR("{"));
	if (str_is(type, "string") || (any && !open))
		return true;
	return json_read(a, text, NULL, out, any ? &ignored : e) || any;
}

static bool set_input(struct command_context *context, struct value arguments, struct err *e)
{
	struct plain *p = plain_of(context);
	struct str name = keep(p, text_of(arguments, "name"));
	struct str text = keep(p, text_of(arguments, "value"));
	struct value value = value_str(text);
	struct input_field *fields;
	size_t count;
	if (!read_inputs(context, &fields, &count, e))
		return false;
	for (size_t i = 0; i < count; i++)
		if (str_eq(fields[i].name, name) &&
			!read_value(fields[i].type, text, &p->arena, &value, e))
			return false;
	value_set(p->inputs, name, value);
	output_field(context->output, name);
	output_cstr(context->output, " is set.\n");
	return true;
}

/* The open file with what was set, and samples for the rest. */
static bool run_open(struct command_context *context, struct value arguments, struct err *e)
{
	struct plain *p = plain_of(context);
	struct run_spec spec = {.path = p->file, .inputs = value_none()};
	struct input_field *fields;
	size_t count;
	(void)arguments;
	if (!read_inputs(context, &fields, &count, e))
		return false;
	if (p->inputs.u.dict->len > 0)
		spec.inputs = value_copy(&p->line, p->inputs);
	for (size_t i = 0; i < count && spec.inputs.kind == VALUE_DICT; i++)
		if (fields[i].has_preset && value_get(spec.inputs, fields[i].name) == NULL)
			value_set(spec.inputs, fields[i].name, fields[i].preset);
	return run_commands_run(context, &spec, e);
}

static bool list_runs(struct command_context *context, struct value arguments, struct err *e)
{
	struct plain *p = plain_of(context);
	size_t taken;
	char trace[] = "trace", list[] = "list", *words[] = {trace, list};
	const struct command *row = registry_by_verb(context->registry, words, 2, &taken);
	struct value given = value_dict(&p->line);
	(void)arguments;
	if (p->file != NULL)
		value_set(given, STR("file"), value_cstr(p->file));
	return row->run(context, given, e);
}

static bool quit(struct command_context *context, struct value arguments, struct err *e)
{
	(void)arguments;
	(void)e;
	plain_of(context)->done = true;
	return true;
}

static bool help(struct command_context *context, struct value arguments, struct err *e);

static const struct argument part_argument[] = {
	{.name = "part", .type = ARGUMENT_TEXT, .value = "PART", .positional = true},
	{.name = NULL},
};
static const struct argument file_argument[] = {
	{.name = "file",
		.type = ARGUMENT_TEXT,
		.value = "NUMBER|FILE",
		.positional = true,
		.required = true},
	{.name = NULL},
};
static const struct argument set_arguments[] = {
	{.name = "name",
		.type = ARGUMENT_TEXT,
		.value = "NAME",
		.positional = true,
		.required = true},
	{.name = "value",
		.type = ARGUMENT_TEXT,
		.value = "TEXT",
		.positional = true,
		.required = true},
	{.name = NULL},
};

#define PLAIN_ROW(id_, verb_, help_, arguments_, disabled_, run_)                                  \
	{                                                                                          \
		.id = (id_), .verb = (verb_), .help = (help_), .arguments = (arguments_),          \
		.disabled = (disabled_), .run = (run_)                                             \
	}

static const struct command plain_commands[] = {
	PLAIN_ROW("file.list", "files", "Lists the files, each with a number.", part_argument, NULL,
		list_files),
	PLAIN_ROW("file.open", "open", "Opens a file by number or path.", file_argument, NULL,
		open_file),
	PLAIN_ROW("file.show", "show", "Reads the open file out, line by line.", NULL, no_file,
		show_file),
	PLAIN_ROW("input.list", "inputs", "Lists what the open file takes.", NULL, no_file,
		show_inputs),
	PLAIN_ROW("input.set", "set", "Gives an input a value.", set_arguments, no_file, set_input),
	PLAIN_ROW("run.start", "run", "Runs the open file; Ctrl+C stops it.", NULL, no_file,
		run_open),
	PLAIN_ROW("run.list", "runs", "Lists the runs of the open file.", NULL, NULL, list_runs),
	PLAIN_ROW("help", "help", "Lists the commands.", NULL, NULL, help),
	PLAIN_ROW("app.quit", "quit", "Leaves.", NULL, NULL, quit),
	{.id = NULL},
};

static bool help(struct command_context *context, struct value arguments, struct err *e)
{
	struct output *o = context->output;
	(void)arguments;
	(void)e;
	for (const struct command *row = plain_commands; row->id != NULL; row++) {
		output_cstr(o, row->verb);
		for (const struct argument *g = row->arguments; g != NULL && g->name != NULL; g++)
			output_format(o, g->required ? " %s" : " [%s]", g->value);
		output_format(o, ": %s\n", row->help);
	}
	output_cstr(o, "The verbs of the command line work too: trace show last, render FILE.\n");
	return true;
}

/* "run" with words behind it is the command line's. */
static const struct command *find(struct str word, bool alone)
{
	for (const struct command *row = plain_commands; row->id != NULL; row++)
		if (str_is(word, row->id) ||
			(str_is(word, row->verb) && (alone || row->run != run_open)))
			return row;
	return NULL;
}

/* The words of a line; those of a command of ours: the last takes all that is left. */
static size_t split(struct plain *p, struct str line, const struct command *row, char **words)
{
	size_t count = 0, most = 0;
	for (const struct argument *g = row != NULL ? row->arguments : NULL;
		g != NULL && g->name != NULL; g++)
		most++;
	line = str_trim(line);
	while (line.len > 0 && count < WORDS_MAX) {
		struct str rest, word = str_cut(line, ' ', &rest);
		if (row != NULL && count + 1 == most) {
			word = line;
			rest = STR("");
		}
		if (word.len > 0)
			words[count++] = arena_copy(&p->line, word.at, word.len);
		line = str_trim(rest);
	}
	return count;
}

static bool give(struct command_context *context, struct str line, struct err *e)
{
	struct plain *p = plain_of(context);
	char *words[WORDS_MAX];
	size_t taken = 0;
	struct str rest, first = str_cut(line, ' ', &rest);
	const struct command *row = find(first, str_trim(rest).len == 0);
	size_t count = split(p, row != NULL ? rest : line, row, words);
	if (row == NULL)
		row = registry_by_verb(context->registry, words, count, &taken);
	if (row == NULL || (row->where & IN_HIDDEN)) {
		err_set(e, ERR_USAGE, "There is no command '%.*s'.", STR_ARG(first));
		return err_hint(e, "help lists them.");
	}
	const char *reason = row->disabled != NULL ? row->disabled(context) : NULL;
	if (reason != NULL)
		return err_set(e, ERR_USAGE, "%s", reason);
	struct value arguments;
	return arguments_parse(&p->line, row, words + taken, count - taken, &arguments, e) &&
	       row->run(context, arguments, e);
}

static void greet(struct command_context *context, bool asks)
{
	if (!asks)
		return;
	output_cstr(context->output, "lathe, plain workbench. Workspace: ");
	output_field(context->output, str_from(engine_workspace(context->engine)->name));
	output_cstr(context->output, ".\nType help and Enter for the commands.\n");
}

static void take_line(struct command_context *context, struct str line)
{
	struct err e = ERR_INIT;
	if (line.len > 0 && !give(context, line, &e) && e.code != ERR_NONE)
		output_error(context->output, &e);
	arena_reset(&plain_of(context)->line);
}

bool plain_run(struct command_context *context, const char *file, struct err *e)
{
	struct plain p = {.arena = ARENA_INIT, .line = ARENA_INIT};
	bool asks = isatty(STDIN_FILENO) == 1, good = true;
	char *line = NULL;
	size_t room = 0;
	context->app = &p;
	p.inputs = value_dict(&p.arena);
	greet(context, asks);
	if (file != NULL)
		take_line(context, str_format(&p.line, "file.open %s", file));
	while (!p.done && !output_is_broken(context->output)) {
		if (asks)
			output_cstr(context->output, "> ");
		output_flush(context->output);
		errno = 0;
		ssize_t n = getline(&line, &room, stdin);
		if (n < 0) {
			good = errno == 0 ||
			       err_set(e, ERR_IO, "Standard input cannot be read: %s.",
				       strerror(errno));
			break;
		}
		take_line(context, str_trim((struct str){line, (size_t)n}));
	}
	free(line);
	arena_release(&p.line);
	arena_release(&p.arena);
	return good;
}
