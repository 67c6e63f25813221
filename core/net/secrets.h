/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_SECRETS_H
#define CORE_NET_SECRETS_H

#include "core/base/err.h"
#include "core/base/str.h"

/*
 * Secrets are named, never written down:
 *
 *	env:NAME      the environment variable NAME
 *	cmd:ARGV...   the output of a program, its words split at spaces, no shell, 10 s at most
 *	file:PATH     a file of the user's own that nobody else can read (0600), not a link
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

/* FOLDER is where a relative file: starts and cmd: runs; NULL: the current folder. All borrowed. */
struct secrets *secrets_new(struct redact *redact, const char *folder);
void secrets_free(struct secrets *s);

/* True when TEXT has the form of a reference; the value is not looked at. */
bool secrets_is_reference(struct str text);

/* The value of a reference, borrowed from S; asked for once, then remembered. A cmd: blocks until
 * its program ends. Not thread-safe. */
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

/* Registers a value that came from elsewhere (an ${env:} in a prompt file) and keeps it the same
 * way. */
bool secrets_keep(struct secrets *s, struct str name, struct str value, struct err *e) WARN_UNUSED;

#endif
