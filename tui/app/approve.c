/* SPDX-License-Identifier: MIT */
#include "core/text/sanitize.h"
#include "core/text/words.h"
#include "tui/app/app_commands.h"

#include <string.h>

/* What a file wants to use beyond its text is asked about before it runs: exactly that, for exactly
 * this content. */

static struct value to_value(struct arena *a, const struct approval *what)
{
	struct value v = value_dict(a);
	value_set(v, STR("file"), value_str(what->file));
	value_set(v, STR("hash"), value_str(what->hash));
	value_set(v, STR("variable"), value_str(what->variable));
	value_set(v, STR("origin"), value_str(what->origin));
	return v;
}

static struct str one_line(struct arena *a, struct str text)
{
	return sanitize(a, text, SANITIZE_ONE_LINE);
}

static void add_line(
	const struct app *app, struct buf *question, struct arena *a, const struct approval *what)
{
	struct str variable = one_line(a, what->variable), origin = one_line(a, what->origin);
	buf_add_cstr(question, "\n  ");
	if (variable.len > 0 && origin.len > 0)
		buf_add_format(question, tr(app->words, "the variable %.*s, sent to %.*s"),
			STR_ARG(variable), STR_ARG(origin));
	else if (variable.len > 0)
		buf_add_format(question, tr(app->words, "the variable %.*s"), STR_ARG(variable));
	else
		buf_add_format(question, tr(app->words, "the server %.*s"), STR_ARG(origin));
}

bool app_approved(struct app *app, const struct run_spec *spec)
{
	static const struct ask_choice choices[] = {
		{'y', N_("approve and run"), "run.approve"}, {'n', N_("no"), NULL}};
	struct arena a = ARENA_INIT;
	struct approval *open;
	size_t count;
	struct err e = ERR_INIT; /* what is wrong with the file its run will say */
	if (!engine_approvals(app->engine, spec, &a, &open, &count, &e) || count == 0) {
		arena_release(&a);
		return true;
	}
	struct buf question = BUF_INIT(16 << 10);
	struct value list = value_list(&a), arguments = value_dict(&a);
	struct str file = one_line(&a, open[0].file);
	buf_add_format(&question, tr(app->words, "%.*s wants to use"), STR_ARG(file));
	for (size_t i = 0; i < count; i++) {
		add_line(app, &question, &a, &open[i]);
		value_push(list, to_value(&a, &open[i]));
	}
	buf_add_format(&question, "\n\n%s",
		tr(app->words, "An approval holds for the file as it is now; once changed, it "
			       "asks again."));
	value_set(arguments, STR("approvals"), list);
	app_push(app, &ask_layer, ask_new(buf_str(&question), choices, 2, arguments, app_now(app)));
	buf_free(&question);
	arena_release(&a);
	return false;
}

/* What was shown is approved, not what the file may have become since. */
APP_COMMAND(approve)
{
	const struct value *list = value_get_cstr(arguments, "approvals");
	for (size_t i = 0; list != NULL && i < list->u.list->len; i++) {
		struct value v = list->u.list->items[i];
		struct approval what = {.file = value_get_str(v, "file", STR_NONE),
			.hash = value_get_str(v, "hash", STR_NONE),
			.variable = value_get_str(v, "variable", STR_NONE),
			.origin = value_get_str(v, "origin", STR_NONE)};
		if (!trust_approve(&what, e))
			return false;
	}
	if (list != NULL)
		return app_command(app_of(context), STR("run.start"), value_none());
	return true;
}

/* clang-format off */
const struct command approve_commands[] = {
	APP_ROW("run.approve", "Approve and run", "Approves what was asked about, then runs the file.",
		"", IN_TUI | IN_HIDDEN, NULL, approve),
	{.id = NULL},
};
/* clang-format on */
