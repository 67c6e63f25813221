/* SPDX-License-Identifier: MIT */
#include "core/command/output.h"
#include "core/command/registry.h"
#include "core/engine/connections.h"
#include "core/engine/engine.h"
#include "core/net/http.h"
#include "core/net/redact.h"
#include "core/net/secrets.h"
#include "core/net/vault.h"

#include <string.h>
#include <unistd.h>

/* Last characters are shown of a secret that is long enough for them to say nothing. */
enum { TAIL = 4, TAIL_FROM = 20 };

#define NAME_ARGUMENT                                                                              \
	{                                                                                          \
		.name = "name", .type = ARGUMENT_TEXT, .value = "NAME",                            \
		.help = "the secret: letters, digits, '_', '-' and '.'", .positional = true,       \
		.required = true                                                                   \
	}

static const struct argument set_arguments[] = {
	NAME_ARGUMENT,
	{.name = "origin",
		.type = ARGUMENT_TEXT,
		.value = "URL",
		.help = "the server it is for, and the only one it is sent to; told by the "
			"connection that names the secret when there is one"},
	{.name = "plain",
		.type = ARGUMENT_FLAG,
		.help = "into a file that is not sealed: whoever can read your files can read it"},
	{.name = "fd",
		.type = ARGUMENT_NUMBER,
		.value = "N",
		.help = "read the value from this descriptor instead of standard input"},
	{.name = NULL},
};

static const struct argument list_arguments[] = {
	{.name = "json", .type = ARGUMENT_FLAG, .help = "one JSON object a line"},
	{.name = NULL},
};

static const struct argument name_arguments[] = {NAME_ARGUMENT, {.name = NULL}};

static struct str name_of(struct value arguments)
{
	return value_get_str(arguments, "name", STR(""));
}

static const char *kind_words(enum vault_kind kind)
{
	return kind == VAULT_SEALED ? "vault" : "file, plain text";
}

/* The addresses of the connections that name the secret agree on an origin. */
static bool origin_of_connection(
	struct engine *engine, struct arena *a, struct str name, struct str *out, struct err *e)
{
	struct connection_form *list;
	size_t count = connections_list(engine, a, &list);
	struct str reference = str_format(a, "secret:%.*s", STR_ARG(name));
	*out = STR("");
	for (size_t i = 0; i < count; i++) {
		struct str origin;
		if (!str_eq(list[i].secret, reference) || list[i].base_url.len == 0)
			continue;
		if (!http_url_origin(a, list[i].base_url, &origin, e))
			return false;
		if (out->len > 0 && !str_eq(*out, origin)) {
			err_set(e, ERR_USAGE,
				"The connections that use secret:%.*s have different "
				"servers.",
				STR_ARG(name));
			return err_hint(e, "Say which one it is for: --origin URL");
		}
		*out = origin;
	}
	if (out->len > 0)
		return true;
	err_set(e, ERR_USAGE, "Which server is the secret %.*s for?", STR_ARG(name));
	return err_hint(e, "For example: lathe secret set %.*s --origin https://api.openai.com",
		STR_ARG(name));
}

static bool find_origin(struct command_context *context, struct value arguments, struct arena *a,
	struct str *out, struct err *e)
{
	struct str given = value_get_str(arguments, "origin", STR(""));
	if (given.len == 0)
		return origin_of_connection(context->engine, a, name_of(arguments), out, e);
	if (str_find(given, STR("://"), 0) == SIZE_MAX)
		given = str_format(a, "https://%.*s", STR_ARG(given));
	return http_url_origin(a, given, out, e);
}

/* From --fd, standard input, or typed unseen. */
static bool read_value(
	struct command_context *context, struct value arguments, struct guarded *out, struct err *e)
{
	struct arena a = ARENA_INIT;
	int64_t fd = value_get_int(arguments, "fd", -1);
	bool ok;
	if (fd < 0 && isatty(STDIN_FILENO) == 1)
		ok = guarded_make(out, REDACT_LONGEST, e) &&
		     output_ask_hidden(context->output,
			     str_format(
				     &a, "Value of %.*s (not shown):", STR_ARG(name_of(arguments))),
			     out->at, REDACT_LONGEST, &out->len, e);
	else
		ok = secret_fd_read(
			"value", fd < 0 ? STDIN_FILENO : (int)fd, REDACT_LONGEST + 2, out, e);
	arena_release(&a);
	return ok;
}

static bool set_value(struct command_context *context, struct secrets *secrets,
	const struct vault_entry *entry, struct str value, struct err *e)
{
	struct vault *v = secrets_vault(secrets);
	struct redact *redact = engine_redactor(context->engine);
	if (!redact_add(redact, value, e))
		return err_prefix(e, "%.*s", STR_ARG(entry->name));
	output_note(context->output, "%s %s%s", kind_words(entry->kind),
		entry->kind == VAULT_PLAIN ? "that only you can read: "
					   : "sealed by a passphrase: ",
		vault_path(v, entry->kind));
	if ((entry->kind == VAULT_SEALED && !secrets_unlock(secrets, e)) ||
		!vault_set(v, entry, value, e))
		return false;
	output_aside(context->output, "secret:%.*s is set, for %.*s.", STR_ARG(entry->name),
		STR_ARG(entry->origin));
	return true;
}

static bool run_set(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct guarded value = {.at = NULL};
	struct vault_entry entry = {.name = name_of(arguments),
		.kind = value_get_bool(arguments, "plain", false) ? VAULT_PLAIN : VAULT_SEALED};
	bool ok = vault_check_name(entry.name, e) &&
		  find_origin(context, arguments, &a, &entry.origin, e) &&
		  read_value(context, arguments, &value, e) &&
		  set_value(context, engine_secrets(context->engine), &entry,
			  secret_line(guarded_str(&value)), e);
	guarded_free(&value);
	arena_release(&a);
	return ok;
}

/* "...wxyz" of a value that may be looked at; why not otherwise. */
static struct str tail_of(struct arena *a, struct secrets *secrets, const struct vault_entry *entry)
{
	struct vault *v = secrets_vault(secrets);
	struct guarded value = {.at = NULL};
	struct err none = ERR_INIT; /* a list does not fail for one of its rows */
	if (entry->kind == VAULT_SEALED && !vault_is_open(v) &&
		!(secrets_passphrase_is_given() && secrets_unlock(secrets, &none)))
		return STR("locked");
	if (!vault_value(v, entry, &value, &none))
		return STR("damaged");
	struct str tail = STR("****");
	if (value.len >= TAIL_FROM)
		tail = str_format(a, "...%.*s", TAIL, value.at + value.len - TAIL);
	guarded_free(&value);
	return tail;
}

static bool run_list(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct vault_list list = {.len = 0};
	struct output *o = context->output;
	struct secrets *secrets = engine_secrets(context->engine);
	(void)arguments;
	bool ok = vault_read_list(secrets_vault(secrets), &a, &list, e);
	for (size_t i = 0; ok && i < list.len; i++) {
		const struct vault_entry *entry = &list.at[i];
		struct str tail = tail_of(&a, secrets, entry);
		if (output_form(o) == OUTPUT_JSON) {
			struct value v = value_dict(&a);
			value_set(v, STR("name"), value_str(entry->name));
			value_set(v, STR("source"), value_cstr(kind_words(entry->kind)));
			value_set(v, STR("origin"), value_str(entry->origin));
			value_set(v, STR("tail"), value_str(tail));
			output_json(o, v);
			continue;
		}
		output_field(
			o, str_format(&a, "%-20.*s  %-16s  %-8.*s  %.*s", STR_ARG(entry->name),
				   kind_words(entry->kind), STR_ARG(tail), STR_ARG(entry->origin)));
		output_cstr(o, "\n");
	}
	if (ok && list.len == 0)
		output_aside(o, "No secrets yet. lathe secret set NAME enters one.");
	arena_release(&a);
	return ok;
}

static bool run_test(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct secrets *secrets = engine_secrets(context->engine);
	struct vault_entry entry;
	struct str name = name_of(arguments), value;
	bool found = false, news;
	bool ok = vault_check_name(name, e) &&
		  vault_find(secrets_vault(secrets), &a, name, &entry, &found, e);
	if (ok && !found) {
		err_set(e, ERR_CONFIG, "There is no secret %.*s.", STR_ARG(name));
		ok = err_hint(e, "lathe secret list shows what there is.");
	}
	ok = ok && secrets_resolve_for(secrets, str_format(&a, "secret:%.*s", STR_ARG(name)),
			   entry.origin, &value, &news, e);
	if (ok)
		output_format(context->output, "ok: %s, for %.*s\n", kind_words(entry.kind),
			STR_ARG(entry.origin));
	arena_release(&a);
	return ok;
}

static bool run_remove(struct command_context *context, struct value arguments, struct err *e)
{
	struct str name = name_of(arguments);
	if (!vault_remove(secrets_vault(engine_secrets(context->engine)), name, e))
		return false;
	output_aside(context->output, "The secret %.*s is gone.", STR_ARG(name));
	return true;
}

#define ROW(id_, verb_, title_, help_, arguments_, run_)                                           \
	{                                                                                          \
		.id = (id_), .verb = (verb_), .title = (title_), .help = (help_), .keys = "",      \
		.where = IN_CLI, .arguments = (arguments_), .needs_engine = true, .run = (run_)    \
	}

/* clang-format off */
const struct command secret_commands[] = {
	ROW("secret.set", "secret set", "Enter a secret",
		"Keeps a key for secret:NAME, sealed under a passphrase; it is typed unseen, or read "
		"from standard input or a descriptor, and goes to one server only.",
		set_arguments, run_set),
	ROW("secret.list", "secret list", "List the secrets",
		"Lists the kept secrets by name, with where they lie and the server each is for.",
		list_arguments, run_list),
	ROW("secret.test", "secret test", "Test a secret",
		"Says whether a kept secret can be had, without showing it.",
		name_arguments, run_test),
	ROW("secret.remove", "secret rm", "Remove a secret",
		"Forgets a kept secret.", name_arguments, run_remove),
	{.id = NULL},
};
/* clang-format on */
