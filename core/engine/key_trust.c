/* SPDX-License-Identifier: MIT */
#include "core/engine/key_trust.h"

#include "core/base/file.h"
#include "core/data/json.h"
#include "core/engine/connections.h"
#include "core/engine/engine_private.h"
#include "core/net/http.h"
#include "core/net/secrets.h"
#include "core/net/vault.h"

#include <stdlib.h>
#include <string.h>

enum { LARGEST_PROGRAM = 16 << 20 };

/* Beside those of connection_offers: vendors with a wire format of their own. */
static const struct {
	const char *variable, *origin;
} vendors[] = {
	{"ANTHROPIC_API_KEY", "https://api.anthropic.com"},
	{"GEMINI_API_KEY", "https://generativelanguage.googleapis.com"},
	{"GOOGLE_API_KEY", "https://generativelanguage.googleapis.com"},
};

static bool is_vendors(struct arena *a, struct str variable, struct str origin)
{
	for (size_t i = 0; i < sizeof vendors / sizeof *vendors; i++)
		if (str_is(variable, vendors[i].variable) && str_is(origin, vendors[i].origin))
			return true;
	for (const struct connection_offer *o = connection_offers; o->variable != NULL; o++) {
		struct str own;
		struct err none = ERR_INIT;
		if (str_is(variable, o->variable) &&
			http_url_origin(a, str_from(o->base_url), &own, &none) &&
			str_eq(own, origin))
			return true;
	}
	return false;
}

static bool is_free(struct arena *a, struct str reference, struct str origin)
{
	if (reference.len == 0 || str_starts(reference, STR("secret:")))
		return true;
	if (str_starts(reference, STR("cmd:")))
		return false;
	return http_is_local(origin) ||
	       (str_starts(reference, STR("env:")) &&
		       is_vendors(a, str_slice(reference, 4, reference.len), origin));
}

/* The hashes of the workspace's files among the words of a program: the program when it is named by
 * a path, the scripts it is given. */
static struct str files_of(struct engine *engine, struct arena *a, struct str words)
{
	struct buf out = BUF_INIT(1 << 20);
	for (bool first = true; words.len > 0;) {
		const char *word = str_cstr(a, str_cut(words, ' ', &words));
		const char *path = path_join(a, engine->workspace.root, word);
		struct err gone = ERR_INIT; /* no file of ours: the word alone */
		struct str content;
		bool named = word[0] != '\0' && (!first || strchr(word, '/') != NULL);
		if (named && file_exists(path) &&
			file_read(a, path, LARGEST_PROGRAM, &content, &gone))
			buf_add_format(&out, "%.*s\n", STR_ARG(engine_content_hash(a, content)));
		first = first && word[0] == '\0';
	}
	struct str text = str_copy(a, buf_str(&out));
	buf_free(&out);
	return text;
}

/* What else an approval holds for: nothing for a variable and an absolute path, the workspace for a
 * relative one and for a program, with its files as they are. */
static struct str context_of(struct engine *engine, struct arena *a, struct str reference)
{
	const char *root = engine->workspace.root;
	struct str content = STR("");
	if (str_starts(reference, STR("file:")) && reference.len > 5 &&
		(reference.at[5] == '/' || reference.at[5] == '~'))
		return STR("key");
	if (str_starts(reference, STR("env:")))
		return STR("key");
	if (str_starts(reference, STR("cmd:")))
		content = files_of(engine, a, str_slice(reference, 4, reference.len));
	return engine_content_hash(a, str_format(a, "%s\n%.*s", root, STR_ARG(content)));
}

bool key_trust_allows(struct engine *engine, struct arena *a, struct str reference,
	struct str origin, struct approval *out)
{
	if (is_free(a, reference, origin))
		return true;
	struct approval what = {.file = STR("lathe.yaml"),
		.hash = context_of(engine, a, reference),
		.variable = reference,
		.origin = origin};
	struct err not_kept = ERR_INIT; /* it holds for this once */
	if (out != NULL)
		*out = what;
	if (trust_is_approved(&what))
		return true;
	return engine->options.trust && (trust_approve(&what, &not_kept) || engine->options.trust);
}

/* The words of a command connection as a cmd: reference has them; false when it is none. */
static bool command_of(struct arena *a, const struct connection *connection, struct str *out)
{
	const struct value *argv = value_get_cstr(connection->options, "command");
	struct buf words = BUF_INIT(1 << 20);
	if (!str_is(connection->provider, "command") || argv == NULL || argv->kind != VALUE_LIST)
		return false;
	buf_add_cstr(&words, "cmd:");
	for (size_t i = 0; i < argv->u.list->len; i++) {
		struct value word = argv->u.list->items[i];
		struct str text = word.kind == VALUE_STR ? word.u.str : STR("?");
		/* Other words are never the same line. */
		bool plain = text.len > 0 && str_find(text, STR(" "), 0) == SIZE_MAX &&
			     text.at[0] != '"';
		buf_add_cstr(&words, i > 0 ? " " : "");
		buf_add_str(&words, plain ? text : json_text(a, value_str(text), JSON_COMPACT));
	}
	*out = str_copy(a, buf_str(&words));
	buf_free(&words);
	return true;
}

bool key_trust_allows_connection(struct engine *engine, struct arena *a,
	const struct connection *connection, struct approval *out)
{
	struct str command;
	if (command_of(a, connection, &command))
		return key_trust_allows(engine, a, command, STR("itself"), out);
	struct str origin;
	struct err none = ERR_INIT; /* an address that is wrong is said when it is used */
	return connection->secret.len == 0 || connection->base_url.len == 0 ||
	       !http_url_origin(a, connection->base_url, &origin, &none) ||
	       key_trust_allows(engine, a, connection->secret, origin, out);
}

bool key_trust_entered(struct engine *engine, const struct connection *connection, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct approval what;
	bool ok = key_trust_allows_connection(engine, &a, connection, &what) ||
		  trust_approve(&what, e);
	arena_release(&a);
	return ok;
}

bool key_trust_named(struct engine *engine, struct str name, struct err *e)
{
	const struct connection *c = config_connection(&engine->config, name);
	if (c != NULL)
		return key_trust_entered(engine, c, e);
	return err_set(
		e, ERR_CONFIG, "There is no connection '%.*s' in lathe.yaml.", STR_ARG(name));
}

static bool cannot_hold(const struct engine *engine, struct err *e)
{
	if (!engine->options.offline || engine->options.offline_held)
		return false;
	err_set(e, ERR_CONFIG,
		"lathe.yaml wants to run a program, and this kernel cannot keep it off the network.");
	err_hint(e, "Leave out --offline.");
	return true;
}

static bool asked(
	struct engine *engine, const struct approval *what, struct arena *a, struct err *e)
{
	const struct engine_asker *asker = &engine->asker;
	if (asker->approve != NULL && asker->approve(asker->ctx, what))
		return trust_approve(what, e);
	err_set(e, ERR_CONFIG, "lathe.yaml wants to %.*s, which is not approved.",
		STR_ARG(trust_words(a, what)));
	return err_hint(e, "Look at lathe.yaml, then: lathe connection trust NAME");
}

/* For provider command (core/model/command_provider.h). */
static bool may_run(void *ctx, const struct connection *connection, struct err *e)
{
	struct engine *engine = ctx;
	struct arena a = ARENA_INIT;
	struct approval what = {.file = STR("")};
	bool ok = !cannot_hold(engine, e) &&
		  (key_trust_allows_connection(engine, &a, connection, &what) ||
			  asked(engine, &what, &a, e));
	arena_release(&a);
	return ok;
}

static bool may_send(void *ctx, struct str reference, struct str origin, struct err *e)
{
	struct engine *engine = ctx;
	struct arena a = ARENA_INIT;
	struct approval what = {.file = STR("")};
	bool ok = !(str_starts(reference, STR("cmd:")) && cannot_hold(engine, e)) &&
		  (key_trust_allows(engine, &a, reference, origin, &what) ||
			  asked(engine, &what, &a, e));
	arena_release(&a);
	return ok;
}

static bool passphrase(void *ctx, struct guarded *out, struct err *e)
{
	const struct engine *engine = ctx;
	const struct vault *vault = secrets_vault(engine->secrets);
	const char *path = vault_path(vault, VAULT_SEALED);
	if (engine->asker.passphrase != NULL)
		return engine->asker.passphrase(
			engine->asker.ctx, path, !vault_is_there(vault), out, e);
	err_set(e, ERR_CONFIG, "The vault %s is locked.", path);
	return err_hint(e,
		"Open lathe again and give its passphrase, or name a file that holds it: "
		"LATHE_VAULT_PASSPHRASE_FILE=PATH");
}

void key_trust_watch(struct engine *engine)
{
	struct secrets_hooks hooks = {
		.ctx = engine, .may_send = may_send, .passphrase = passphrase};
	secrets_set_hooks(engine->secrets, &hooks);
	for (size_t i = 0; i < engine->config.connection_count; i++)
		secrets_foresee(engine->secrets, engine->config.connections[i].secret);
	engine->providers.allows = may_run;
	engine->providers.allows_ctx = engine;
}

void engine_set_asker(struct engine *engine, const struct engine_asker *asker)
{
	engine->asker = *asker;
}

struct secrets *engine_secrets(struct engine *engine)
{
	return engine->secrets;
}

struct redact *engine_redactor(struct engine *engine)
{
	return engine->redact;
}

bool engine_wants_passphrase(struct engine *engine)
{
	struct arena a = ARENA_INIT;
	struct vault *vault = secrets_vault(engine->secrets);
	bool wants = false;
	for (size_t i = 0; !wants && i < engine->config.connection_count; i++) {
		struct str reference = engine->config.connections[i].secret;
		struct vault_entry entry;
		struct err none = ERR_INIT; /* what is wrong is said when it is used */
		bool found = false;
		wants = str_starts(reference, STR("secret:")) &&
			vault_find(vault, &a, str_slice(reference, 7, reference.len), &entry,
				&found, &none) &&
			found && entry.kind == VAULT_SEALED;
	}
	arena_release(&a);
	return wants && !vault_is_open(vault);
}

bool engine_unlock(struct engine *engine, struct err *e)
{
	return secrets_unlock(engine->secrets, e);
}
