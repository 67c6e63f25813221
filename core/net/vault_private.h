/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_VAULT_PRIVATE_H
#define CORE_NET_VAULT_PRIVATE_H

#include "core/net/vault.h"

#include <sodium.h>

/* Between vault.c, which changes files, vault_seal.c, which seals, and vault_plain.c. */

enum {
	VAULT_KEY = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
	VAULT_NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	VAULT_TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	VAULT_SALT = crypto_pwhash_argon2id_SALTBYTES,
	VAULT_FILE_MAX = 32 << 20,
	VAULT_OPS = 3, /* RFC 9106's second choice: three passes over 64 MiB */
	VAULT_MEMORY = 64 << 20,
	VAULT_OPS_MAX = 32, /* what a file may ask for */
	VAULT_MEMORY_MAX = 1 << 30
};

struct vault_box {
	struct str name, origin; /* "": the check */
	unsigned char nonce[VAULT_NONCE];
	struct str bytes; /* the sealed value and its tag */
};

/* vault.json as it was read. */
struct vault_file {
	bool exists;
	unsigned char salt[VAULT_SALT];
	int64_t ops, memory;
	struct vault_box check;
	struct vault_box *boxes;
	size_t len;
};

bool vault_file_read(
	struct arena *a, const char *path, struct vault_file *out, struct err *e) WARN_UNUSED;
bool vault_file_write(const char *path, const struct vault_file *file, struct err *e) WARN_UNUSED;

bool vault_derive(const struct vault_file *file, struct str passphrase,
	unsigned char key[VAULT_KEY], struct err *e) WARN_UNUSED;
/* The box of VALUE for box->name and box->origin, in the arena. */
void vault_seal(struct arena *a, const unsigned char key[VAULT_KEY], struct str value,
	struct vault_box *box);
/* False when it was not sealed so. */
bool vault_unseal(const unsigned char key[VAULT_KEY], const struct vault_box *box, char *out);

/* The file plain.tsv. */
struct vault_plain {
	struct guarded text; /* {NULL, 0}: there is none */
	struct vault_entry *entries; /* views into it, like the values */
	struct str *values;
	size_t len;
};

bool vault_plain_read(
	struct arena *a, const char *path, struct vault_plain *out, struct err *e) WARN_UNUSED;
/* Writes all but the entry NAME, and then ADDED, if it is not NULL. */
bool vault_plain_write(const char *path, const struct vault_plain *was, struct str name,
	const struct vault_entry *added, struct str value, struct err *e) WARN_UNUSED;

#endif
