/* SPDX-License-Identifier: MIT */
#include "core/net/secrets.h"

#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/net/http.h"
#include "core/net/redact.h"
#include "core/net/secrets_command.h"
#include "core/net/vault.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct kept {
	struct str name; /* the reference, in the arena */
	char *value; /* guarded */
	size_t len;
	bool plain; /* too short to be redacted: only for servers on this machine */
};

/* What may go where: asked once. */
struct allowed {
	struct allowed *next;
	struct str reference, origin;
};

struct secrets {
	struct redact *redact;
	const char *folder;
	struct arena arena;
	struct kept *kept;
	size_t len, cap;
	struct vault *vault;
	struct secrets_hooks hooks;
	struct allowed *allowed;
	bool local; /* what is resolved just now goes to a server on this machine */
};

/* Room for a value on its way in; one more than the longest, so that too long shows. */
enum { SCRATCH = REDACT_LONGEST + 3 };

struct secrets *secrets_new(struct redact *redact, const char *folder)
{
	struct secrets *s = xcalloc(1, sizeof *s);

	s->redact = redact;
	s->folder = folder;
	s->vault = vault_new(NULL);
	return s;
}

void secrets_free(struct secrets *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->len; i++)
		sodium_free(s->kept[i].value);
	free(s->kept);
	vault_free(s->vault);
	arena_release(&s->arena);
	free(s);
}

bool secrets_is_reference(struct str text)
{
	return str_starts(text, STR("env:")) || str_starts(text, STR("cmd:")) ||
	       str_starts(text, STR("file:")) || str_starts(text, STR("secret:"));
}

static struct kept *find(const struct secrets *s, struct str name)
{
	for (size_t i = 0; i < s->len; i++)
		if (str_eq(s->kept[i].name, name))
			return &s->kept[i];
	return NULL;
}

static bool keep(struct secrets *s, struct str name, struct str value, struct err *e)
{
	if (!secret_check(name, value, e))
		return false;
	const bool plain = s->local && value.len < REDACT_SHORTEST;
	if (!plain && !redact_add(s->redact, value, e))
		return err_prefix(e, "%.*s", STR_ARG(name));
	if (sodium_init() < 0)
		return err_set(e, ERR_BUG, "The library libsodium does not start.");
	char *copy = sodium_malloc(value.len);
	if (!copy)
		return err_set(e, ERR_IO, "There is no guarded memory left for a secret.");
	memcpy(copy, value.at, value.len);
	sodium_mprotect_readonly(copy);
	s->kept = array_reserve(s->kept, &s->cap, s->len + 1, sizeof *s->kept);
	s->kept[s->len++] = (struct kept){
		.name = str_copy(&s->arena, name), .value = copy, .len = value.len, .plain = plain};
	return true;
}

bool secrets_keep(struct secrets *s, struct str name, struct str value, struct err *e)
{
	const struct kept *old = find(s, name);

	if (old && str_eq((struct str){old->value, old->len}, value))
		return true;
	return keep(s, name, value, e);
}

void secrets_forget(struct secrets *s, struct str reference)
{
	struct kept *old = s ? find(s, reference) : NULL;

	if (!old || !(str_starts(reference, STR("cmd:")) || str_starts(reference, STR("file:"))))
		return;
	sodium_free(old->value);
	*old = s->kept[--s->len];
}

static bool variable_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		const char c = name.at[i];
		const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
		if (!letter && !(i > 0 && c >= '0' && c <= '9'))
			return false;
	}
	return name.len > 0;
}

static bool from_env(struct secrets *s, struct str reference, struct err *e)
{
	const struct str name = str_slice(reference, 4, reference.len);

	if (!variable_name(name)) {
		err_set(e, ERR_CONFIG, "What follows env: is not the name of a variable.");
		return err_hint(e, "Write env:NAME with letters, digits and underscores.");
	}
	const char *value = getenv(str_cstr(&s->arena, name));
	if (!value || !*value) {
		err_set(e, ERR_CONFIG, "The environment variable %.*s is not set.", STR_ARG(name));
		return err_hint(e, "Set it before starting: export %.*s=...", STR_ARG(name));
	}
	return keep(s, reference, str_from(value), e);
}

static const char *file_path(struct secrets *s, struct str path)
{
	const char *home = getenv("HOME");

	if (str_starts(path, STR("~/")) && home)
		return path_join(
			&s->arena, home, str_cstr(&s->arena, str_slice(path, 2, path.len)));
	return path_join(&s->arena, s->folder ? s->folder : "", str_cstr(&s->arena, path));
}

/* Into guarded memory, so that it never lies elsewhere. */
static bool from_outside(struct secrets *s, struct str reference, struct err *e)
{
	struct guarded text;
	bool ok;

	if (str_starts(reference, STR("file:"))) {
		const char *path = file_path(s, str_slice(reference, 5, reference.len));
		ok = secret_file_read("secret file", path, REDACT_LONGEST, &text, e);
	} else {
		ok = guarded_make(&text, SCRATCH, e) &&
		     secrets_command(str_slice(reference, 4, reference.len), s->folder, text.at,
			     SCRATCH, &text.len, e);
	}
	ok = ok && keep(s, reference, secret_line(guarded_str(&text)), e);
	guarded_free(&text);
	return ok;
}

bool secrets_resolve(struct secrets *s, struct str reference, struct str *value, struct err *e)
{
	const struct kept *kept = find(s, reference);

	if (!kept) {
		bool ok;
		if (str_starts(reference, STR("env:")))
			ok = from_env(s, reference, e);
		else if (str_starts(reference, STR("cmd:")) || str_starts(reference, STR("file:")))
			ok = from_outside(s, reference, e);
		else if (str_starts(reference, STR("secret:"))) {
			err_set(e, ERR_CONFIG, "%.*s goes only where it was entered for.",
				STR_ARG(reference));
			return err_hint(e, "Let a connection name it.");
		} else {
			err_set(e, ERR_CONFIG,
				"A secret is not written as a reference (it is not shown here, in "
				"case it is the secret itself).");
			return err_hint(e,
				"Write env:NAME, cmd:PROGRAM ARGUMENTS, file:PATH or secret:NAME.");
		}
		if (!ok)
			return false;
		kept = find(s, reference);
	}
	*value = (struct str){kept->value, kept->len};
	if (!kept->plain || s->local)
		return true;
	if (!redact_add(s->redact, *value, e)) /* says what is wrong with it */
		return err_prefix(e, "%.*s", STR_ARG(reference));
	return true;
}

bool secrets_resolve_local(
	struct secrets *s, struct str reference, struct str *value, bool *news, struct err *e)
{
	const bool known = find(s, reference) != NULL;

	s->local = true;
	const bool ok = secrets_resolve(s, reference, value, e);
	s->local = false;
	const struct kept *kept = find(s, reference);
	*news = ok && !known && kept && kept->plain;
	return ok;
}

void secrets_set_hooks(struct secrets *s, const struct secrets_hooks *hooks)
{
	s->hooks = *hooks;
}

struct vault *secrets_vault(struct secrets *s)
{
	return s->vault;
}

static bool is_allowed(const struct secrets *s, struct str reference, struct str origin)
{
	for (const struct allowed *a = s->allowed; a; a = a->next)
		if (str_eq(a->reference, reference) && str_eq(a->origin, origin))
			return true;
	return false;
}

void secrets_allow(struct secrets *s, struct str reference, struct str origin)
{
	if (is_allowed(s, reference, origin))
		return;
	struct allowed *a = ARENA_NEW(&s->arena, struct allowed);
	a->reference = str_copy(&s->arena, reference);
	a->origin = str_copy(&s->arena, origin);
	a->next = s->allowed;
	s->allowed = a;
}

static const char *variable(const char *name)
{
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

bool secrets_passphrase_is_given(void)
{
	return variable("LATHE_VAULT_PASSPHRASE_FILE") || variable("LATHE_VAULT_PASSPHRASE_FD");
}

static bool read_passphrase(struct secrets *s, struct guarded *out, struct err *e)
{
	const char *path = variable("LATHE_VAULT_PASSPHRASE_FILE");
	const char *number = variable("LATHE_VAULT_PASSPHRASE_FD");
	int64_t fd;

	if (path)
		return secret_file_read("passphrase file", path, VAULT_PASSPHRASE_MAX, out, e);
	if (number && (!str_to_int(str_from(number), &fd) || fd < 0 || fd > INT32_MAX))
		return err_set(e, ERR_CONFIG,
			"LATHE_VAULT_PASSPHRASE_FD is not the number of a descriptor.");
	if (number)
		return secret_fd_read("passphrase", (int)fd, VAULT_PASSPHRASE_MAX, out, e);
	if (s->hooks.passphrase)
		return s->hooks.passphrase(s->hooks.ctx, out, e);
	err_set(e, ERR_CONFIG, "The vault %s is locked.", vault_path(s->vault, VAULT_SEALED));
	return err_hint(e, "Start on a terminal, or name a file that holds its passphrase: "
			   "LATHE_VAULT_PASSPHRASE_FILE=PATH");
}

bool secrets_unlock(struct secrets *s, struct err *e)
{
	struct guarded passphrase = {.at = NULL};

	if (vault_is_open(s->vault))
		return true;
	const bool ok = read_passphrase(s, &passphrase, e) &&
			vault_unlock(s->vault, secret_line(guarded_str(&passphrase)), e);
	guarded_free(&passphrase);
	return ok;
}

/* Of the vault; refused when it was entered for another origin. */
static bool from_vault(struct secrets *s, struct str reference, struct str origin, struct err *e)
{
	const struct str name = str_slice(reference, 7, reference.len);
	struct vault_entry entry;
	struct guarded value = {.at = NULL};
	bool found = false;

	if (!vault_check_name(name, e) || !vault_find(s->vault, &s->arena, name, &entry, &found, e))
		return false;
	if (!found) {
		err_set(e, ERR_CONFIG, "There is no secret %.*s.", STR_ARG(name));
		return err_hint(e, "Enter it: lathe secret set %.*s --origin %.*s", STR_ARG(name),
			STR_ARG(origin));
	}
	if (!str_eq(entry.origin, origin)) {
		err_set(e, ERR_CONFIG,
			"The secret %.*s was entered for %.*s; it is not sent to %.*s.",
			STR_ARG(name), STR_ARG(entry.origin), STR_ARG(origin));
		return err_hint(e,
			"If that is right, enter it again: lathe secret set %.*s --origin "
			"%.*s",
			STR_ARG(name), STR_ARG(origin));
	}
	const bool ok = (entry.kind == VAULT_PLAIN || secrets_unlock(s, e)) &&
			vault_value(s->vault, &entry, &value, e) &&
			(find(s, reference) || keep(s, reference, guarded_str(&value), e));
	guarded_free(&value);
	if (ok)
		secrets_allow(s, reference, origin);
	return ok;
}

static bool may_send(struct secrets *s, struct str reference, struct str origin, struct err *e)
{
	if (is_allowed(s, reference, origin))
		return true;
	if (str_starts(reference, STR("secret:")))
		return from_vault(s, reference, origin, e);
	if (s->hooks.may_send && secrets_is_reference(reference) &&
		!s->hooks.may_send(s->hooks.ctx, reference, origin, e))
		return false;
	secrets_allow(s, reference, origin);
	return true;
}

bool secrets_resolve_for(struct secrets *s, struct str reference, struct str url, struct str *value,
	bool *news, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct str origin;

	*news = false;
	const bool may = http_url_origin(&a, url, &origin, e) && may_send(s, reference, origin, e);
	arena_release(&a);
	if (!may)
		return false;
	if (http_is_local(url))
		return secrets_resolve_local(s, reference, value, news, e);
	return secrets_resolve(s, reference, value, e);
}

static void foresee_plain(struct secrets *s, struct str reference, struct err *e)
{
	struct vault_entry entry;
	struct guarded value = {.at = NULL};
	bool found = false;

	if (vault_find(s->vault, &s->arena, str_slice(reference, 7, reference.len), &entry, &found,
		    e) &&
		found && entry.kind == VAULT_PLAIN && vault_value(s->vault, &entry, &value, e) &&
		!redact_add(s->redact, guarded_str(&value), e))
		err_clear(e);
	guarded_free(&value);
}

void secrets_foresee(struct secrets *s, struct str reference)
{
	struct err later = ERR_INIT; /* what is wrong is said when it is used */
	struct guarded text = {.at = NULL};

	if (str_starts(reference, STR("env:"))) {
		const char *value =
			getenv(str_cstr(&s->arena, str_slice(reference, 4, reference.len)));
		if (value && *value && !redact_add(s->redact, str_from(value), &later))
			err_clear(&later);
	} else if (str_starts(reference, STR("file:"))) {
		const char *path = file_path(s, str_slice(reference, 5, reference.len));
		if (secret_file_read("secret file", path, REDACT_LONGEST, &text, &later) &&
			!redact_add(s->redact, secret_line(guarded_str(&text)), &later))
			err_clear(&later);
		guarded_free(&text);
	} else if (str_starts(reference, STR("secret:"))) {
		foresee_plain(s, reference, &later);
	}
}
