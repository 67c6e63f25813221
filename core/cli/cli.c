/* SPDX-License-Identifier: MIT */
#include "core/cli/cli.h"

#include <config.h>

#include "core/base/file.h"
#include "core/cli/plain.h"
#include "core/command/arguments.h"
#include "core/command/help_text.h"
#include "core/command/output.h"
#include "core/command/registry.h"
#include "core/engine/engine.h"
#include "core/net/offline.h"
#include "core/net/secrets.h"
#include "core/net/vault.h"

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

struct cli {
	struct arena arena;
	struct output *output;
	struct registry registry;
	const struct cli_face *face;
	struct value globals; /* dict of the global options */
	char **words; /* what is left of argv */
	size_t count;
	bool offline_held;
	struct err err;
};

/* Descriptors 0 to 2 must be open, or the database could become standard output. */
static void guard_descriptors(void)
{
	int fd;
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

static void prepare_process(void)
{
	guard_descriptors();
	signal(SIGPIPE, SIG_IGN);
	/* Keys are in memory: no core file, and no other process of the user's may look. */
	struct rlimit no_core = {0, 0};
	setrlimit(RLIMIT_CORE, &no_core);
#ifndef SANITIZED /* the leak checker looks at its own process from outside */
	prctl(PR_SET_DUMPABLE, 0);
#endif
}

/* Inside, text is UTF-8 whatever the locale; false when the user's terminal is not. */
static bool prepare_locale(void)
{
	bool utf8 = setlocale(LC_CTYPE, "") != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	if (!utf8)
		setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_NUMERIC, "C");
	return utf8;
}

/* Takes the global options out of the words; they may stand anywhere before "--". A word that
 * belongs to the verb's own option of the same name stays: verbs have none. */
static bool take_globals(struct cli *cli, int argc, char **argv)
{
	static const struct command row = {.verb = "", .arguments = global_arguments};
	char **mine = ARENA_ARRAY(&cli->arena, char *, (size_t)argc + 1);
	size_t mine_count = 0;
	cli->words = ARENA_ARRAY(&cli->arena, char *, (size_t)argc + 1);
	bool open = true;
	for (int i = 1; i < argc; i++) {
		struct str word = str_from(argv[i]), rest;
		const struct argument *g = NULL;
		if (open && str_is(word, "--"))
			open = false;
		else if (open && str_starts(word, STR("--")))
			g = argument_find(&row, str_cut(str_slice(word, 2, word.len), '=', &rest));
		else if (open && word.len == 2 && word.at[0] == '-')
			for (const struct argument *r = global_arguments; r->name != NULL; r++)
				g = r->letter != '\0' && r->letter == word.at[1] ? r : g;
		if (g == NULL) {
			cli->words[cli->count++] = argv[i];
			continue;
		}
		mine[mine_count++] = argv[i];
		bool inside = strchr(argv[i], '=') != NULL;
		if (g->type != ARGUMENT_FLAG && !inside && i + 1 < argc)
			mine[mine_count++] = argv[++i];
	}
	return arguments_parse(&cli->arena, &row, mine, mine_count, &cli->globals, &cli->err);
}

static bool global_flag(const struct cli *cli, const char *name)
{
	return value_get_bool(cli->globals, name, false);
}

static const char *global_text(const struct cli *cli, const char *name)
{
	return value_get_str(cli->globals, name, STR_NONE).at;
}

static int finish(struct cli *cli, int status)
{
	output_flush(cli->output);
	if (cli->err.code == ERR_NONE && !output_check(cli->output, &cli->err) && status == 0)
		status = err_exit_status(cli->err.code);
	if (cli->err.code != ERR_NONE)
		output_error(cli->output, &cli->err);
	output_free(cli->output);
	arena_release(&cli->arena);
	return status;
}

static void redact_for_output(void *ctx, struct buf *bytes)
{
	engine_redact(ctx, bytes);
}

/* Whoever waits at the terminal is asked. */
static bool ask_approval(void *ctx, const struct approval *what)
{
	struct cli *cli = ctx;
	struct str wants = trust_words(&cli->arena, what);
	return output_ask(cli->output, str_format(&cli->arena, "%.*s wants to %.*s. Allow it?",
					       STR_ARG(what->file), STR_ARG(wants)));
}

static bool ask_passphrase(
	void *ctx, const char *vault, bool is_new, struct guarded *out, struct err *e)
{
	struct cli *cli = ctx;
	struct guarded again = {.at = NULL};
	const char *what = is_new ? "A passphrase for the new vault" : "Passphrase of the vault";
	struct str question = str_format(&cli->arena, "%s %s:", what, vault);
	if (!guarded_make(out, VAULT_PASSPHRASE_MAX, e))
		return false;
	bool ok = output_ask_hidden(
		cli->output, question, out->at, VAULT_PASSPHRASE_MAX, &out->len, e);
	if (!ok && e->code == ERR_USAGE)
		err_hint(e, "Name a file that holds the vault's passphrase: "
			    "LATHE_VAULT_PASSPHRASE_FILE=PATH");
	if (ok && is_new)
		ok = guarded_make(&again, VAULT_PASSPHRASE_MAX, e) &&
		     output_ask_hidden(cli->output, STR("The same again:"), again.at,
			     VAULT_PASSPHRASE_MAX, &again.len, e) &&
		     (str_eq(guarded_str(out), guarded_str(&again)) ||
			     err_set(e, ERR_USAGE, "The two passphrases differ."));
	guarded_free(&again);
	if (!ok)
		guarded_free(out);
	return ok;
}

static void set_asker(struct cli *cli, struct engine *engine, bool asks)
{
	struct engine_asker asker = {.ctx = NULL};
	if (asks)
		asker = (struct engine_asker){cli, ask_approval, ask_passphrase};
	engine_set_asker(engine, &asker);
}

static bool open_engine(struct cli *cli, struct value arguments, bool writes, bool mend,
	const char *path, struct engine **engine)
{
	const char *clock = global_text(cli, "clock");
	if (clock != NULL && strcmp(clock, "virtual") != 0 && strcmp(clock, "real") != 0)
		return err_set(
			&cli->err, ERR_USAGE, "--clock takes real or virtual, not '%s'.", clock);
	struct engine_options options = {
		.path = path,
		.model = value_get_str(arguments, "model", STR_NONE).at,
		.virtual_clock = clock != NULL && strcmp(clock, "virtual") == 0,
		.offline = global_flag(cli, "offline"),
		.offline_held = cli->offline_held,
		.trust = value_get_bool(arguments, "trust", false),
		.read_only = !writes,
		.mend = mend,
	};
	if (!engine_new(&options, engine, &cli->err))
		return false;
	output_set_redactor(cli->output, redact_for_output, *engine);
	set_asker(cli, *engine, true);
	return true;
}

static int close_engine(struct cli *cli, struct engine *engine, int status)
{
	output_flush(cli->output);
	output_set_redactor(cli->output, NULL, NULL);
	if (!engine_free(engine, &cli->err) && status == 0)
		status = err_exit_status(cli->err.code);
	return status;
}

/* Where a verb's work takes place: -C, else around the file it is given, else here. */
static const char *place_of(struct cli *cli, const struct command *row, struct value arguments)
{
	const char *place = global_text(cli, "workspace");
	if (place != NULL)
		return place;
	for (const struct argument *g = row->arguments; g != NULL && g->name != NULL; g++) {
		const char *path = g->positional && g->type == ARGUMENT_FILE
					   ? value_get_str(arguments, g->name, STR_NONE).at
					   : NULL;
		if (path != NULL && strcmp(path, "-") != 0)
			return path;
	}
	return NULL;
}

static int run_verb(struct cli *cli, const struct command *row, size_t taken)
{
	struct value arguments;
	if (!arguments_parse(&cli->arena, row, cli->words + taken, cli->count - taken, &arguments,
		    &cli->err))
		return finish(cli, 2);
	if (value_get_bool(arguments, "json", false))
		output_set_form(cli->output, OUTPUT_JSON);
	else if (value_get_bool(arguments, "plain", false))
		output_set_form(cli->output, OUTPUT_PLAIN);
	if (global_text(cli, "workspace") != NULL)
		value_set(arguments, STR("workspace"), value_cstr(global_text(cli, "workspace")));
	struct command_context context = {.registry = &cli->registry, .output = cli->output};
	if (row->needs_engine && !open_engine(cli, arguments, row->writes, false,
					 place_of(cli, row, arguments), &context.engine))
		return finish(cli, err_exit_status(cli->err.code));
	bool ok = row->run(&context, arguments, &cli->err);
	int status = ok ? 0 : err_exit_status(cli->err.code);
	if (!ok && cli->err.code == ERR_NONE)
		status = 1; /* it ran, and what it found is not good */
	if (cli->err.code != ERR_NONE)
		output_error(cli->output, &cli->err);
	err_clear(&cli->err);
	if (context.engine != NULL)
		status = close_engine(cli, context.engine, status);
	return finish(cli, status);
}

/* Lines instead of a screen: asked for, or all that the terminal can do. */
static bool wants_plain(const struct cli *cli, struct value arguments)
{
	struct str asked = str_from(getenv("PLAIN")), term = str_from(getenv("TERM"));
	bool on_terminal = output_is_terminal(cli->output) && isatty(STDIN_FILENO) == 1;
	return value_get_bool(arguments, "plain", false) || str_is(asked, "1") ||
	       (str_is(term, "dumb") && on_terminal);
}

static bool has_workbench(struct cli *cli, bool scripted)
{
	if (cli->face == NULL || cli->face->workbench == NULL) {
		err_set(&cli->err, ERR_USAGE, "This lathe was built without the workbench.");
		return err_hint(
			&cli->err, "Use lathe --plain, or a verb: lathe --help lists them.");
	}
	const char *term = getenv("TERM");
	bool unset = term == NULL || term[0] == '\0';
	bool on_terminal = output_is_terminal(cli->output) && isatty(STDIN_FILENO) == 1;
	if (scripted || (on_terminal && !unset))
		return true;
	if (on_terminal)
		err_set(&cli->err, ERR_USAGE,
			"The workbench needs to know its terminal, and TERM is not set.");
	else
		err_set(&cli->err, ERR_USAGE,
			"The workbench needs a terminal on standard input and output.");
	return err_hint(&cli->err, "Use lathe --plain, which needs no screen, or a verb: "
				   "lathe --help lists them.");
}

/* The file the workbench opens with, relative to the workspace: the one it is given, or the flow of
 * the folder it is given below the workspace's root; NULL: it chooses. */
static const char *opened_file(struct arena *a, const char *root, const char *path)
{
	const char *real = path != NULL ? path_real(a, path) : NULL;
	if (real == NULL)
		return NULL;
	if (file_is_folder(real)) {
		if (strcmp(real, root) == 0)
			return NULL;
		real = path_join(a, real, "flow.dag.yaml");
		if (!file_exists(real) || file_is_folder(real))
			return NULL;
	}
	return path_relative(root, real);
}

static int run_plain(struct cli *cli, struct engine *engine, const char *file)
{
	struct command_context context = {
		.registry = &cli->registry, .engine = engine, .output = cli->output};
	output_set_form(cli->output, OUTPUT_PLAIN);
	return plain_run(&context, file, &cli->err) ? 0 : err_exit_status(cli->err.code);
}

/* While the screen stands nobody can be asked for a passphrase: now, or it stays locked. */
static void unlock_before(struct cli *cli, struct engine *engine, bool scripted)
{
	struct err e = ERR_INIT;
	bool given = secrets_passphrase_is_given();
	if ((given || !scripted) && engine_wants_passphrase(engine) && !engine_unlock(engine, &e) &&
		e.code != ERR_CANCELLED)
		output_error(cli->output, &e);
	set_asker(cli, engine, false);
}

static int run_workbench(struct cli *cli)
{
	struct value arguments;
	if (!arguments_parse(
		    &cli->arena, &workbench_row, cli->words, cli->count, &arguments, &cli->err))
		return finish(cli, 2);
	struct workbench_options options = {
		.script = value_get_str(arguments, "script", STR_NONE).at,
		.folder = value_get_str(arguments, "screens", STR_NONE).at,
		.lang = value_get_str(arguments, "lang", STR_NONE).at,
	};
	bool plain = options.script == NULL && wants_plain(cli, arguments);
	if (!plain && !has_workbench(cli, options.script != NULL))
		return finish(cli, 2);
	const char *path = value_get_str(arguments, "path", STR_NONE).at;
	const char *place = global_text(cli, "workspace");
	struct engine *engine = NULL;
	if (!open_engine(cli, arguments, true, !plain, place != NULL ? place : path, &engine))
		return finish(cli, err_exit_status(cli->err.code));
	options.file = opened_file(&cli->arena, engine_workspace(engine)->root, path);
	options.virtual_clock = global_text(cli, "clock") != NULL &&
				strcmp(global_text(cli, "clock"), "virtual") == 0;
	if (!plain)
		unlock_before(cli, engine, options.script != NULL);
	int status = plain ? run_plain(cli, engine, options.file)
			   : cli->face->workbench(engine, &options, &cli->err);
	if (cli->err.code != ERR_NONE)
		output_error(cli->output, &cli->err);
	err_clear(&cli->err);
	return finish(cli, close_engine(cli, engine, status));
}

static int show_help(struct cli *cli, const struct command *row)
{
	struct buf text = BUF_INIT(0);
	if (row != NULL)
		help_verb(&text, row);
	else if (cli->count == 0 || !help_group(&text, &cli->registry, cli->words[0]))
		help_all(&text, &cli->registry);
	output_str(cli->output, buf_str(&text));
	buf_free(&text);
	return finish(cli, 0);
}

/* "trace" alone, or with a word that is none of its verbs. */
static bool is_group(const struct cli *cli, struct buf *verbs)
{
	struct registry_place at = {0, 0};
	const struct command *row;
	while ((row = registry_next(&cli->registry, &at)) != NULL) {
		struct str second, first = str_cut(str_from(row->verb), ' ', &second);
		if (second.len > 0 && !(row->where & IN_HIDDEN) && str_is(first, cli->words[0]))
			buf_add_format(verbs, "%s%s", verbs->len > 0 ? ", " : "", row->verb);
	}
	return verbs->len > 0;
}

static int unknown_verb(struct cli *cli)
{
	struct buf verbs = BUF_INIT(128);
	const char *near = registry_near_verb(&cli->registry, cli->words[0]);
	if (is_group(cli, &verbs)) {
		err_set(&cli->err, ERR_USAGE, "'%s' needs a verb of its own.", cli->words[0]);
		err_hint(&cli->err, "There are: %s.", buf_str(&verbs).at);
	} else {
		err_set(&cli->err, ERR_USAGE,
			"There is no verb '%s', nor a file or folder of that name.", cli->words[0]);
		if (near != NULL)
			err_hint(&cli->err, "Did you mean 'lathe %s'?", near);
		else
			err_hint(&cli->err, "lathe --help lists the verbs.");
	}
	buf_free(&verbs);
	return finish(cli, 2);
}

int cli_main(int argc, char **argv, const struct cli_face *face)
{
	struct cli cli = {.arena = ARENA_INIT, .face = face};
	prepare_process();
	cli.output = output_new();
	output_set_ascii(cli.output, !prepare_locale());
	cli.registry = registry_new(face != NULL ? face->commands : NULL);
	cli.registry.examine = face != NULL ? face->examine : NULL;
	if (!take_globals(&cli, argc, argv))
		return finish(&cli, 2);
	cli.offline_held = global_flag(&cli, "offline") && offline_hold();
	if (global_flag(&cli, "version")) {
		output_cstr(cli.output, PACKAGE_STRING "\n");
		return finish(&cli, 0);
	}
	size_t taken = 0;
	const struct command *row = registry_by_verb(&cli.registry, cli.words, cli.count, &taken);
	if (global_flag(&cli, "help"))
		return show_help(&cli, row);
	if (row != NULL)
		return run_verb(&cli, row, taken);
	if (cli.count > 0 && cli.words[0][0] != '-' && !file_exists(cli.words[0]))
		return unknown_verb(&cli);
	return run_workbench(&cli);
}
