/* SPDX-License-Identifier: MIT */
#include "core/base/file.h"
#include "core/command/output.h"
#include "core/command/registry.h"
#include "core/data/json.h"
#include "core/data/template/template.h"
#include "core/flow/chat.h"
#include "core/flow/escape.h"
#include "core/flow/prompty.h"
#include "core/flow/render.h"

#include <string.h>
#include <unistd.h>

enum { LARGEST_SOURCE = 16 << 20 };

static const struct argument render_arguments[] = {
	{.name = "file",
		.type = ARGUMENT_FILE,
		.value = "FILE|-",
		.help = "the template, or - for standard input",
		.positional = true,
		.required = true},
	{.name = "vars",
		.type = ARGUMENT_TEXT,
		.value = "JSON|@FILE",
		.help = "the variables, as a JSON object"},
	{.name = "root",
		.type = ARGUMENT_FILE,
		.value = "DIR",
		.help = "where include, import and extends look; the template's folder otherwise"},
	{.name = "raw",
		.type = ARGUMENT_FLAG,
		.help = "Jinja's own defaults instead of the way runs render"},
	{.name = "messages", .type = ARGUMENT_FLAG, .help = "the chat messages as JSON"},
	{.name = "strict", .type = ARGUMENT_FLAG, .help = "an undefined variable is an error"},
	{.name = "lenient",
		.type = ARGUMENT_FLAG,
		.help = "an undefined variable is empty (the default)"},
	{.name = "trim-blocks",
		.type = ARGUMENT_SWITCH,
		.help = "drop the line break after a block"},
	{.name = "lstrip-blocks", .type = ARGUMENT_SWITCH, .help = "drop blanks before a block"},
	{.name = "keep-trailing-newline",
		.type = ARGUMENT_SWITCH,
		.help = "keep the last line break"},
	{.name = NULL},
};

static bool read_stdin(struct arena *a, struct str *out, struct err *e)
{
	struct buf b = BUF_INIT(LARGEST_SOURCE);
	for (;;) {
		char *to = buf_space(&b, 65536);
		ssize_t n = to != NULL ? read(STDIN_FILENO, to, 65536) : -1;
		if (n <= 0)
			break;
		b.len += (size_t)n;
		b.at[b.len] = '\0';
	}
	bool ok = !b.full;
	if (ok)
		*out = str_copy(a, buf_str(&b));
	else
		err_set(e, ERR_LIMIT, "Standard input is larger than %d MiB.",
			LARGEST_SOURCE >> 20);
	buf_free(&b);
	return ok;
}

static bool read_vars(struct arena *a, struct value arguments, struct value *out, struct err *e)
{
	struct str text = value_get_str(arguments, "vars", STR("{}"));
	const char *name = "--vars";
	if (text.len > 0 && text.at[0] == '@') {
		name = text.at + 1;
		if (!file_read(a, name, LARGEST_SOURCE, &text, e))
			return false;
	}
	if (!json_read(a, text, name, out, e))
		return false;
	if (out->kind == VALUE_DICT)
		return true;
	return err_set(e, ERR_USAGE, "The variables must be a JSON object, but this is %s.",
		value_kind_words(out->kind));
}

static void apply_switches(struct value arguments, struct template_options *t)
{
	t->trim_blocks = value_get_bool(arguments, "trim-blocks", t->trim_blocks);
	t->lstrip_blocks = value_get_bool(arguments, "lstrip-blocks", t->lstrip_blocks);
	t->keep_trailing_newline =
		value_get_bool(arguments, "keep-trailing-newline", t->keep_trailing_newline);
	t->strict = value_get_bool(arguments, "strict", false) &&
		    !value_get_bool(arguments, "lenient", false);
}

/* What is rendered, from where, with what. */
struct rendering {
	struct render_source from;
	struct value vars;
	struct template_options options;
};

/* A prompt file is its template; without --vars its sample and defaults are the variables. */
static bool read_prompt(struct arena *a, const char *path, struct value arguments,
	struct rendering *r, struct err *e)
{
	struct prompt prompt;
	const char *real = path_real(a, path);
	if (real == NULL)
		return err_set(e, ERR_IO, "There is no file '%s'.", path);
	struct prompt_file file = {.root = path_folder(a, real), .path = path_name(real)};
	if (!prompt_read(a, &file, &prompt, e))
		return false;
	r->from.template = prompt.template;
	r->from.lines_before = prompt.template_line;
	bool given = value_get_cstr(arguments, "vars") != NULL;
	return inputs_resolve(&prompt.inputs, given ? r->vars : value_none(), a, &r->vars, e);
}

static bool read_source(struct arena *a, struct value arguments, struct rendering *r, struct err *e)
{
	bool raw = value_get_bool(arguments, "raw", false);
	const char *path = value_get_str(arguments, "file", STR_NONE).at;
	r->from.path = path;
	r->from.root = strcmp(path, "-") == 0 ? "." : path_folder(a, path);
	r->options = raw ? template_options_raw() : template_options_flow();
	if (!read_vars(a, arguments, &r->vars, e))
		return false;
	if (strcmp(path, "-") == 0)
		return read_stdin(a, &r->from.template, e);
	if (!raw && strcmp(path_extension(path), ".prompty") == 0)
		return read_prompt(a, path, arguments, r, e);
	return file_read(a, path, LARGEST_SOURCE, &r->from.template, e);
}

static bool to_text(const struct rendering *r, struct buf *text, struct err *e)
{
	struct template *t = template_compile(r->from.template, r->from.path, &r->options, e);
	bool ok = t != NULL && template_render(t, r->vars, text, e);
	if (!ok)
		render_move_place(&r->from, e);
	template_free(t);
	return ok;
}

/* As a run does it: a role line inside a variable stays text. */
static bool write_messages(
	struct command_context *context, struct arena *a, const struct rendering *r, struct err *e)
{
	struct ids ids = {.counting = false};
	struct escape escape = escape_new(&ids);
	struct rendering marked = *r;
	struct buf text = BUF_INIT(TEMPLATE_OUTPUT_MAX);
	struct message *messages;
	size_t count;
	bool plain = strcmp(path_extension(r->from.path), ".prompty") != 0 &&
		     strcmp(r->from.path, "-") != 0;
	marked.vars = escape_value(&escape, a, r->vars);
	bool ok = to_text(&marked, &text, e) && chat_messages(a, str_copy(a, buf_str(&text)), plain,
							&escape, NULL, &messages, &count, e);
	if (ok) {
		struct value list = messages_to_value(a, messages, count);
		output_str(context->output, json_text(a, list, JSON_INDENTED));
		output_cstr(context->output, "\n");
	}
	buf_free(&text);
	return ok;
}

static bool write_text(struct command_context *context, const struct rendering *r, struct err *e)
{
	struct buf text = BUF_INIT(TEMPLATE_OUTPUT_MAX);
	bool ok = to_text(r, &text, e);
	if (ok)
		output_str(context->output, buf_str(&text));
	buf_free(&text);
	return ok;
}

static bool render_file(
	struct command_context *context, struct value arguments, struct arena *a, struct err *e)
{
	struct rendering r = {.vars = value_none()};
	if (!read_source(a, arguments, &r, e))
		return false;
	r.options.root = value_get_str(arguments, "root", str_from(r.from.root)).at;
	apply_switches(arguments, &r.options);
	return value_get_bool(arguments, "messages", false) ? write_messages(context, a, &r, e)
							    : write_text(context, &r, e);
}

static bool run_render(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	bool ok = render_file(context, arguments, &a, e);
	arena_release(&a);
	return ok;
}

const struct command render_commands[] = {
	{.id = "render",
		.verb = "render",
		.title = "Render a template",
		.help = "Renders a Jinja template and prints the text, or its chat messages as JSON.",
		.keys = "",
		.where = IN_CLI,
		.arguments = render_arguments,
		.run = run_render},
	{.id = NULL},
};
