/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_SECRETS_H
#define CORE_NET_SECRETS_H

#include "core/base/err.h"
#include "core/base/str.h"
#include "core/net/secret_file.h"

/*
 * Secrets are named, never written down:
 *
 *	env:NAME      the environment variable NAME
 *	cmd:ARGV...   the output of a program, its words split at spaces, no shell, 10 s at most
 *	file:PATH     a file of the user's own that nobody else can read (0600), not a link
 *	secret:NAME   one that the user entered: sealed under a passphrase, or in a readable file of
 *	              his own (core/net/vault.h)
 *
 * A value goes to the origin (scheme, host and port) that it was entered for and to no other: of
 * secret: that is remembered with the value, of the others whoever owns this struct is asked
 * (secrets_hooks.may_send) before anything is looked at or run.
 *
 * One line end at the end is not part of the value. A value has 8 bytes to 16 KiB without control
 * characters. Values are kept in libsodium's guarded memory for the life of the struct secrets,
 * each is registered with the redactor before anybody sees it, and no error holds one: a reference
 * that is not understood is not repeated either, since it may be the secret itself.
 *
 * A value of less than 8 bytes cannot be redacted: it would take ordinary words out of every text.
 * It is refused, except for a server on this machine, which often wants some word as its key
 * ("EMPTY", "ollama"): there it is a plain setting, given but not redacted, and that is said once.
 */

struct redact;
struct secrets;
struct vault;

/* Who is asked. All may be NULL. */
struct secrets_hooks {
	void *ctx;
	/* May the value of REFERENCE go to ORIGIN? False with E set when not. Without this hook
	 * everything may. */
	bool (*may_send)(void *ctx, struct str reference, struct str origin, struct err *e);
	/* The vault's passphrase, into guarded memory; after LATHE_VAULT_PASSPHRASE_FILE and
	 * LATHE_VAULT_PASSPHRASE_FD. False with E set when nobody gives it. */
	bool (*passphrase)(void *ctx, struct guarded *out, struct err *e);
};

/* FOLDER is where a relative file: starts and cmd: runs; NULL: the current folder. All borrowed. */
struct secrets *secrets_new(struct redact *redact, const char *folder);
void secrets_free(struct secrets *s);
void secrets_set_hooks(struct secrets *s, const struct secrets_hooks *hooks);
/* The user has said that this may go there, which holds for the life of S. */
void secrets_allow(struct secrets *s, struct str reference, struct str origin);

/* The user's own secrets; borrowed. */
struct vault *secrets_vault(struct secrets *s);
/* Opens the vault if it is not, with the passphrase from the environment or the hook. */
bool secrets_unlock(struct secrets *s, struct err *e) WARN_UNUSED;
/* LATHE_VAULT_PASSPHRASE_FILE or LATHE_VAULT_PASSPHRASE_FD is set. */
bool secrets_passphrase_is_given(void);

/* True when TEXT has the form of a reference; the value is not looked at. */
bool secrets_is_reference(struct str text);

/* Lets the redactor know the value beforehand, if it can be had without running a program or asking
 * for a passphrase: somebody may paste a key into a prompt before it is first used. */
void secrets_foresee(struct secrets *s, struct str reference);

/* The value of a reference that may go anywhere, borrowed from S; asked for once, then remembered.
 * A cmd: blocks until its program ends. Not thread-safe. */
bool secrets_resolve(
	struct secrets *s, struct str reference, struct str *value, struct err *e) WARN_UNUSED;

/* The same for a request to a server on this machine: a value too short to be redacted is given,
 * too. *NEWS is true the first time that happens with this reference. */
bool secrets_resolve_local(struct secrets *s, struct str reference, struct str *value, bool *news,
	struct err *e) WARN_UNUSED;

/* What a request to URL carries as its key: the way for everybody who sends one. A value goes only
 * where it was entered for. *NEWS as above, false for a server that is not on this machine. */
bool secrets_resolve_for(struct secrets *s, struct str reference, struct str url, struct str *value,
	bool *news, struct err *e) WARN_UNUSED;

/* A server did not accept what a program printed or a file held: it is looked for anew when it is
 * next asked for, since a token that ran out may have been renewed. Other values stay; so does what
 * the redactor knows. S may be NULL. */
void secrets_forget(struct secrets *s, struct str reference);

/* Registers a value that came from elsewhere (an ${env:} in a prompt file) and keeps it the same
 * way. */
bool secrets_keep(struct secrets *s, struct str name, struct str value, struct err *e) WARN_UNUSED;

#endif
