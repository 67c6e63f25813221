/* SPDX-License-Identifier: MIT */
#include "core/command/help_text.h"

#include "core/command/help_keys.h"
#include "core/text/roff.h"

#include <string.h>

enum { COLUMN = 26 };

static void pad_to(struct buf *out, size_t start, size_t column)
{
	size_t used = out->len - start;
	if (used + 2 > column) {
		buf_add_char(out, '\n');
		used = 0;
	}
	for (; used < column; used++)
		buf_add_char(out, ' ');
}

static void usage_argument(struct buf *out, const struct argument *g)
{
	const char *value = g->value != NULL ? g->value : g->name;
	buf_add_char(out, ' ');
	if (!g->required)
		buf_add_char(out, '[');
	if (g->positional)
		buf_add_cstr(out, value);
	else if (g->type == ARGUMENT_FLAG)
		buf_add_format(out, "--%s", g->name);
	else if (g->type == ARGUMENT_SWITCH)
		buf_add_format(out, "--[no-]%s", g->name);
	else
		buf_add_format(out, "--%s %s", g->name, value);
	if (!g->required)
		buf_add_char(out, ']');
	if (g->repeats || g->type == ARGUMENT_PAIR)
		buf_add_cstr(out, " ...");
}

static void usage(struct buf *out, const struct command *row)
{
	buf_add_format(out, "lathe%s%s", row->verb[0] != '\0' ? " " : "", row->verb);
	for (const struct argument *g = row->arguments; g != NULL && g->name != NULL; g++)
		if (g->positional)
			usage_argument(out, g);
	for (const struct argument *g = row->arguments; g != NULL && g->name != NULL; g++)
		if (!g->positional)
			usage_argument(out, g);
}

static void option_name(struct buf *out, const struct argument *g)
{
	if (g->positional) {
		buf_add_cstr(out, g->value != NULL ? g->value : g->name);
		return;
	}
	if (g->letter != '\0')
		buf_add_format(out, "-%c, ", g->letter);
	buf_add_format(out, g->type == ARGUMENT_SWITCH ? "--[no-]%s" : "--%s", g->name);
	if (g->type != ARGUMENT_FLAG && g->type != ARGUMENT_SWITCH)
		buf_add_format(out, " %s", g->value != NULL ? g->value : "VALUE");
}

static void options(struct buf *out, const struct argument *g)
{
	for (; g != NULL && g->name != NULL; g++) {
		size_t start = out->len;
		buf_add_cstr(out, "  ");
		option_name(out, g);
		pad_to(out, start, COLUMN + 4);
		buf_add_format(out, "%s\n", g->help);
	}
}

void help_verb(struct buf *out, const struct command *row)
{
	buf_add_cstr(out, "Usage: ");
	usage(out, row);
	buf_add_format(out, "\n\n%s\n", row->help);
	if (row->arguments != NULL && row->arguments[0].name != NULL) {
		buf_add_char(out, '\n');
		options(out, row->arguments);
	}
	buf_add_cstr(out, "\nOptions of every verb: lathe --help. The manual: man lathe.\n");
}

static void verb_line(struct buf *out, const struct command *row)
{
	size_t start = out->len;
	buf_add_format(out, "  %s", row->verb);
	pad_to(out, start, COLUMN - 8);
	buf_add_format(out, "%s\n", row->help);
}

bool help_group(struct buf *out, const struct registry *r, const char *group)
{
	struct registry_place at = {0, 0};
	const struct command *row;
	size_t before = out->len;
	while ((row = registry_next(r, &at)) != NULL) {
		struct str second, first = str_cut(str_from(row->verb), ' ', &second);
		if (second.len == 0 || row->where & IN_HIDDEN || !str_is(first, group))
			continue;
		if (out->len == before)
			buf_add_format(out, "Usage: lathe %s VERB ...\n\nVerbs:\n", group);
		verb_line(out, row);
	}
	if (out->len > before)
		buf_add_format(
			out, "\nlathe %s VERB --help tells more; the manual is lathe(1).\n", group);
	return out->len > before;
}

void help_all(struct buf *out, const struct registry *r)
{
	struct registry_place at = {0, 0};
	const struct command *row;
	buf_add_cstr(out, "lathe: a terminal workbench for prompt engineering\n\nUsage: ");
	usage(out, &workbench_row);
	buf_add_format(out, "\n       lathe VERB ...\n\n%s\n\nVerbs:\n", workbench_row.help);
	while ((row = registry_next(r, &at)) != NULL) {
		if (row->verb == NULL || row->where & IN_HIDDEN)
			continue;
		verb_line(out, row);
	}
	buf_add_cstr(out, "\nOptions:\n");
	options(out, workbench_row.arguments);
	options(out, global_arguments);
	buf_add_cstr(out, "\nlathe VERB --help tells more; the manual is lathe(1).\n");
}

static void roff_of(struct buf *out, void (*write)(struct buf *, const struct argument *),
	const struct argument *g)
{
	struct buf plain = BUF_INIT(0);
	write(&plain, g);
	roff_add(out, buf_str(&plain).at);
	buf_free(&plain);
}

static void man_options(struct buf *out, const struct argument *g)
{
	for (; g != NULL && g->name != NULL; g++) {
		buf_add_cstr(out, ".TP\n.B ");
		roff_of(out, option_name, g);
		buf_add_char(out, '\n');
		roff_add(out, g->help);
		buf_add_cstr(out, ".\n");
	}
}

static void man_row(struct buf *out, const struct command *row)
{
	struct buf line = BUF_INIT(0);
	usage(&line, row);
	buf_add_cstr(out, ".SS ");
	roff_add(out, buf_str(&line).at);
	buf_add_char(out, '\n');
	roff_add(out, row->help);
	buf_add_char(out, '\n');
	man_options(out, row->arguments);
	buf_free(&line);
}

void help_man(struct buf *out, const struct registry *r)
{
	struct registry_place at = {0, 0};
	const struct command *row;
	buf_add_cstr(out, ".SH COMMANDS\n");
	man_row(out, &workbench_row);
	while ((row = registry_next(r, &at)) != NULL)
		if (row->verb != NULL && !(row->where & IN_HIDDEN))
			man_row(out, row);
	buf_add_cstr(out, ".SH OPTIONS\nThese stand before or after any verb.\n");
	man_options(out, global_arguments);
	help_keys(out, r);
}

static void completion_words(struct buf *out, const struct argument *g)
{
	for (; g != NULL && g->name != NULL; g++) {
		if (g->positional)
			continue;
		buf_add_format(out, " --%s", g->name);
		if (g->type == ARGUMENT_SWITCH)
			buf_add_format(out, " --no-%s", g->name);
	}
}

static void completion_choices(struct buf *out, const struct argument *g)
{
	for (; g != NULL && g->name != NULL; g++) {
		if (g->positional || g->type == ARGUMENT_FLAG || g->type == ARGUMENT_SWITCH)
			continue;
		buf_add_format(out, "\t--%s", g->name);
		if (g->letter != '\0')
			buf_add_format(out, "|-%c", g->letter);
		if (g->type == ARGUMENT_NUMBER)
			buf_add_cstr(out, ")\n\t\tCOMPREPLY=()\n");
		else if (g->choices == NULL)
			buf_add_cstr(out, ")\n\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n");
		else if (strcmp(g->choices, "models") == 0)
			buf_add_cstr(out, ")\n\t\tCOMPREPLY=($(compgen -W \"$(lathe models --names "
					  "2>/dev/null)\" -- \"$cur\"))\n");
		else
			buf_add_format(out, ")\n\t\tCOMPREPLY=($(compgen -W \"%s\" -- \"$cur\"))\n",
				g->choices);
		buf_add_cstr(out, "\t\treturn ;;\n");
	}
}

static void completion_options(struct buf *out, const struct registry *r)
{
	struct registry_place at = {0, 0};
	const struct command *row;
	buf_add_cstr(out, "\tlocal options=\"");
	completion_words(out, workbench_row.arguments);
	buf_add_cstr(out, "\"\n\tcase \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n");
	/* Verbs of two words first: "trace show" before anything that begins with "trace". */
	for (int words = 2; words >= 1; words--) {
		at = (struct registry_place){0, 0};
		while ((row = registry_next(r, &at)) != NULL) {
			if (row->verb == NULL || row->where & IN_HIDDEN ||
				(strchr(row->verb, ' ') != NULL) != (words == 2))
				continue;
			buf_add_format(
				out, "\t\"%s\"%s) options=\"", row->verb, words == 2 ? "" : "\\ *");
			completion_words(out, row->arguments);
			buf_add_cstr(out, "\" ;;\n");
		}
	}
	buf_add_cstr(out, "\tesac\n");
}

static void completion_values(struct buf *out, const struct registry *r)
{
	struct registry_place at = {0, 0};
	const struct command *row;
	buf_add_cstr(out, "\tcase \"$prev\" in\n");
	completion_choices(out, global_arguments);
	completion_choices(out, workbench_row.arguments);
	while ((row = registry_next(r, &at)) != NULL)
		if (row->verb != NULL && !(row->where & IN_HIDDEN))
			completion_choices(out, row->arguments);
	buf_add_cstr(out, "\tesac\n");
}

/* "trace) ... list show": the second words of verbs that share their first, which stand together.
 */
static void completion_second_words(struct buf *out, const struct registry *r)
{
	struct registry_place at = {0, 0};
	const struct command *row;
	struct str open = STR_NONE;
	while ((row = registry_next(r, &at)) != NULL) {
		struct str second, first = str_cut(str_from(row->verb), ' ', &second);
		if (second.len == 0 || row->where & IN_HIDDEN)
			continue;
		if (!str_eq(first, open))
			buf_add_format(out, "%s\t\t%.*s) COMPREPLY=($(compgen -W \"",
				open.len > 0 ? "\" -- \"$cur\")) ;;\n" : "", STR_ARG(first));
		open = first;
		buf_add_format(out, " %.*s", STR_ARG(second));
	}
	if (open.len > 0)
		buf_add_cstr(out, "\" -- \"$cur\")) ;;\n");
}

/* Verbs whose word is a run: the newest ones by the first digits of their ids. */
static void completion_runs(struct buf *out, const struct registry *r)
{
	struct registry_place at = {0, 0};
	const struct command *row;
	while ((row = registry_next(r, &at)) != NULL) {
		const struct argument *g = row->arguments;
		bool takes_run = row->verb != NULL && g != NULL && g->name != NULL &&
				 g->positional && g->choices != NULL &&
				 strcmp(g->choices, "runs") == 0;
		if (takes_run)
			buf_add_format(out,
				"\telif [[ \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" == \"%s\" ]]; then\n"
				"\t\tCOMPREPLY=($(compgen -W \"last $(lathe trace list -n 20 --json "
				"2>/dev/null | sed 's/.*\"run\":\"\\(.\\{8\\}\\).*/\\1/')\" -- "
				"\"$cur\"))\n",
				row->verb);
	}
}

void help_completion(struct buf *out, const struct registry *r)
{
	struct registry_place at = {0, 0};
	const struct command *row;
	buf_add_cstr(out, "# bash completion for lathe, generated from its command table\n"
			  "_lathe()\n{\n"
			  "\tlocal cur=\"${COMP_WORDS[COMP_CWORD]}\"\n"
			  "\tlocal prev=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
			  "\tlocal verbs=\"");
	struct str before = STR_NONE;
	while ((row = registry_next(r, &at)) != NULL) {
		struct str rest, first = str_cut(str_from(row->verb), ' ', &rest);
		if (row->verb == NULL || row->where & IN_HIDDEN || str_eq(first, before))
			continue;
		buf_add_format(out, " %.*s", STR_ARG(first));
		before = first;
	}
	buf_add_cstr(out, "\"\n");
	completion_values(out, r);
	completion_options(out, r);
	buf_add_cstr(out,
		"\tif [[ $COMP_CWORD -eq 1 && $cur != -* ]]; then\n"
		"\t\tCOMPREPLY=($(compgen -W \"$verbs\" -- \"$cur\") $(compgen -f -- \"$cur\"))\n"
		"\t\treturn\n\tfi\n");
	buf_add_cstr(out, "\tif [[ $COMP_CWORD -eq 2 ]]; then\n\t\tcase \"$prev\" in\n");
	completion_second_words(out, r);
	buf_add_cstr(out,
		"\t\tesac\n\tfi\n\tif [[ $cur == -* ]]; then\n\t\tCOMPREPLY=($(compgen -W \"$options");
	completion_words(out, global_arguments);
	buf_add_cstr(out, "\" -- \"$cur\"))\n");
	completion_runs(out, r);
	buf_add_cstr(out, "\telif [[ ${#COMPREPLY[@]} -eq 0 ]]; then\n"
			  "\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n\tfi\n}\n"
			  "complete -o filenames -F _lathe lathe\n");
}
