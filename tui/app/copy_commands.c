/* SPDX-License-Identifier: MIT */
#include "core/base/ids.h"
#include "core/engine/connections.h"
#include "core/engine/history.h"
#include "core/engine/sent.h"
#include "core/text/words.h"
#include "tui/app/app_commands.h"
#include "tui/app/past.h"
#include "tui/layer/pick.h"

/* Copying out of panes: what is shown, and what a run was made of. */

static const char *no_copy(const struct command_context *context)
{
	const struct app *app = app_of(context);
	struct arena a = ARENA_INIT;
	struct str text;
	const struct pane_class *class = app_pane_class(app->focus);
	bool good = class->copy != NULL &&
		    class->copy(app_pane_const(app, app->focus), &a, &text) && text.len > 0;
	arena_release(&a);
	return good ? NULL : N_("There is nothing to copy here yet.");
}

APP_COMMAND(copy_pane)
{
	struct app *app = app_of(context);
	struct arena a = ARENA_INIT;
	struct str text;
	if (app_pane_class(app->focus)->copy(app_pane_const(app, app->focus), &a, &text))
		app_copy(app, text);
	arena_release(&a);
	return true;
}

/* The run that Output shows, as it was recorded. */
static bool read_run(struct app *app, struct arena *a, struct history *out, struct err *e)
{
	const struct record *shown = past_shown(app);
	char id[ID_TEXT];
	if (shown == NULL || shown->run == 0)
		return err_set(e, ERR_USAGE, "Nothing was recorded of this run.");
	return history_read(app->engine, str_from(id_text(shown->run, id)), a, out, e);
}

static bool read_answer(struct app *app, struct arena *a, struct str *out, struct err *e)
{
	struct history h;
	struct str outputs;
	if (!read_run(app, a, &h, e) ||
		!history_content(app->engine, h.run.output_blob, a, &outputs, e))
		return false;
	*out = history_answer(outputs, a);
	/* A run that did not end well has no outputs, but may have got an answer in part. */
	if (out->len == 0)
		*out = str_copy(a, buf_str(&past_shown(app)->answer.bytes));
	return out->len > 0 || err_set(e, ERR_USAGE, "There is no answer.");
}

/* The last request of the run, which is the one that was answered. */
static bool read_request(struct app *app, struct arena *a, struct attempt_row *attempt,
	struct str *body, struct err *e)
{
	struct history h;
	if (!read_run(app, a, &h, e))
		return false;
	for (size_t i = h.attempts.len; i-- > 0;)
		if (h.attempts.rows[i].request_blob != 0) {
			*attempt = h.attempts.rows[i];
			return history_content(app->engine, attempt->request_blob, a, body, e);
		}
	return err_set(e, ERR_USAGE, "This run sent no request.");
}

static bool read_rendered(struct app *app, struct arena *a, struct str *out, struct err *e)
{
	struct attempt_row attempt;
	struct str body;
	struct sent_message *messages;
	size_t count;
	if (!read_request(app, a, &attempt, &body, e))
		return false;
	if (!sent_messages(body, a, &messages, &count))
		return err_set(e, ERR_USAGE, "The request holds no messages.");
	*out = STR("");
	for (size_t i = 0; i < count; i++)
		*out = str_format(a, "%.*s%s%.*s:\n%.*s\n", STR_ARG(*out), i > 0 ? "\n" : "",
			STR_ARG(messages[i].role), STR_ARG(messages[i].text));
	return true;
}

/* TEXT within single quotes of the shell. */
static struct str quoted(struct arena *a, struct str text)
{
	struct buf out = BUF_INIT(0);
	buf_add_char(&out, '\'');
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] == '\'')
			buf_add_cstr(&out, "'\\''");
		else
			buf_add_char(&out, text.at[i]);
	buf_add_char(&out, '\'');
	struct str copy = str_copy(a, buf_str(&out));
	buf_free(&out);
	return copy;
}

/* The variable that holds the connection's key; the key itself is never copied. */
static struct str key_variable(struct arena *a, struct str secret)
{
	bool named = str_starts(secret, STR("env:"));
	return str_copy(a, named ? str_slice(secret, 4, secret.len) : STR("API_KEY"));
}

static bool read_curl(struct app *app, struct arena *a, struct str *out, struct err *e)
{
	struct attempt_row attempt;
	struct str body;
	struct connection_form *forms;
	if (!read_request(app, a, &attempt, &body, e))
		return false;
	size_t count = connections_list(app->engine, a, &forms);
	for (size_t i = 0; i < count; i++) {
		if (!str_eq(forms[i].name, attempt.connection) || forms[i].base_url.len == 0)
			continue;
		struct str url = str_format(a, "%.*s/chat/completions", STR_ARG(forms[i].base_url));
		*out = str_format(a,
			"curl %.*s \\\n  -H 'Content-Type: application/json' \\\n"
			"  -H \"Authorization: Bearer $%.*s\" \\\n  -d %.*s\n",
			STR_ARG(quoted(a, url)), STR_ARG(key_variable(a, forms[i].secret)),
			STR_ARG(quoted(a, body)));
		return true;
	}
	return err_set(e, ERR_USAGE, "The model that answered has no address.");
}

static bool read_body(struct app *app, struct arena *a, struct str *out, struct err *e)
{
	struct attempt_row attempt;
	return read_request(app, a, &attempt, out, e);
}

struct form {
	const char *what; /* the argument that asks for it */
	const char *title, *note; /* marked N_ */
	bool (*read)(struct app *app, struct arena *a, struct str *out, struct err *e);
};

static const struct form forms[] = {
	{"answer", N_("The answer"), N_("Its text, as it was recorded."), read_answer},
	{"rendered", N_("The prompt as rendered"), N_("The messages that were sent."),
		read_rendered},
	{"request", N_("The request"), N_("Its exact JSON."), read_body},
	{"curl", N_("The request as curl"),
		N_("A command for a shell; the key is a variable in it."), read_curl},
};

enum { FORMS = sizeof forms / sizeof forms[0] };

static const char *no_run(const struct command_context *context)
{
	return past_shown(app_of(context)) != NULL ? NULL : N_("There is no run to copy from yet.");
}

APP_COMMAND(copy_menu)
{
	struct app *app = app_of(context);
	struct pick *p = pick_new(N_("Copy"), N_("copy"), N_("a form"));
	struct arena *a = &p->choose.arena;
	struct choose_row *rows = ARENA_ARRAY(a, struct choose_row, FORMS);
	for (size_t i = 0; i < FORMS; i++) {
		struct arena scratch = ARENA_INIT;
		struct err why = ERR_INIT;
		struct str text;
		bool good = forms[i].read(app, &scratch, &text, &why);
		rows[i] = (struct choose_row){.title = str_from(app_tr(app, forms[i].title)),
			.note = str_from(app_tr(app, forms[i].note)),
			.reason =
				good ? STR("") : sanitize(a, str_from(why.text), SANITIZE_ONE_LINE),
			.command = "run.copy",
			.arguments = value_dict(a)};
		value_set(rows[i].arguments, STR("what"), value_cstr(forms[i].what));
		arena_release(&scratch);
	}
	choose_set(&p->choose, rows, FORMS);
	app_push(app, &pick_layer, p);
	return true;
}

APP_COMMAND(copy_run)
{
	struct app *app = app_of(context);
	struct str what = value_get_str(arguments, "what", STR("answer"));
	struct arena a = ARENA_INIT;
	struct str text;
	bool good = true;
	for (size_t i = 0; i < FORMS; i++) {
		if (!str_is(what, forms[i].what))
			continue;
		good = forms[i].read(app, &a, &text, e);
		if (good)
			app_copy(app, text);
	}
	arena_release(&a);
	return good;
}

/* clang-format off */
const struct command copy_commands[] = {
	APP_ROW("pane.copy", "Copy", "Copies what the pane shows: the answer, the value, the file.",
		"y", IN_PANE, no_copy, copy_pane),
	APP_ROW("run.copy-as", "Copy as", "Copies the run's answer, its rendered prompt, or its request as JSON or curl.",
		"Y", IN_PANE, no_run, copy_menu),
	APP_ROW("run.copy", "Copy of the run", "Copies what is named of the run that is shown.", "",
		IN_TUI | IN_HIDDEN, no_run, copy_run),
	{.id = NULL},
};
/* clang-format on */
