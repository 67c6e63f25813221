/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_VAULT_H
#define CORE_NET_VAULT_H

#include "core/net/secret_file.h"

/*
 * The user's own secrets by name, "secret:NAME" in lathe.yaml. They lie in the folder "secrets" of
 * the configuration folder (0700), in one of two files (0600), replaced as a whole under a lock:
 *
 *	vault.json	sealed under a passphrase. {"lathe_vault": 1, "kdf": {"name": "argon2id13",
 *			"ops", "memory", "salt"}, "check": BOX, "secrets": [{"name", "origin",
 *...BOX}]} where BOX is {"nonce", "box"}: XChaCha20-Poly1305 (IETF) under the key that Argon2id
 *makes of the passphrase; bytes are base64. The associated data of an entry is "lathe vault 1",
 *name and origin with a NUL before each: none of them can be exchanged. "check" seals nothing: it
 *tells a wrong passphrase from damage. plain.tsv	readable for whoever reads the file: NAME
 *TAB ORIGIN TAB VALUE, one a line
 *
 * Names and origins can be listed without the passphrase. Each secret belongs to the origin
 * ("https://host[:port]") that it was entered for and is given to no other.
 *
 * Values, keys and passphrases are in guarded memory only.
 */

struct vault;

enum vault_kind { VAULT_SEALED, VAULT_PLAIN };

enum { VAULT_NAME_MAX = 64, VAULT_SECRETS_MAX = 1000, VAULT_PASSPHRASE_MAX = 1024 };

struct vault_entry {
	struct str name;
	struct str origin;
	enum vault_kind kind;
};

struct vault_list {
	struct vault_entry *at;
	size_t len;
};

/* FOLDER: NULL for the user's own. Nothing is read. */
struct vault *vault_new(const char *folder);
void vault_free(struct vault *v);

/* Where secrets of a kind are kept, for people. */
const char *vault_path(const struct vault *v, enum vault_kind kind);
bool vault_check_name(struct str name, struct err *e) WARN_UNUSED;

/* All there are, sealed ones first; needs no passphrase. */
bool vault_read_list(
	struct vault *v, struct arena *a, struct vault_list *out, struct err *e) WARN_UNUSED;
/* One by its name; *FOUND is false when there is none. */
bool vault_find(struct vault *v, struct arena *a, struct str name, struct vault_entry *out,
	bool *found, struct err *e) WARN_UNUSED;

bool vault_is_there(const struct vault *v); /* something is sealed already */
bool vault_is_open(const struct vault *v);
/* Opens what is sealed, or begins a new vault under this passphrase when there is none. Takes some
 * tenths of a second. */
bool vault_unlock(struct vault *v, struct str passphrase, struct err *e) WARN_UNUSED;

/* The value of an entry; a sealed one needs an open vault. */
bool vault_value(struct vault *v, const struct vault_entry *entry, struct guarded *out,
	struct err *e) WARN_UNUSED;
/* Adds or replaces. Another entry of that name and the other kind is refused. */
bool vault_set(struct vault *v, const struct vault_entry *entry, struct str value,
	struct err *e) WARN_UNUSED;
bool vault_remove(struct vault *v, struct str name, struct err *e) WARN_UNUSED;

#endif
