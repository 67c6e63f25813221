/* SPDX-License-Identifier: MIT */
#include "core/net/vault.h"

#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/net/redact.h"
#include "core/net/vault_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

struct vault {
	struct arena arena;
	const char *folder, *sealed, *plain, *lock;
	const char *shown[2]; /* by enum vault_kind, for people */
	struct guarded key; /* {NULL, 0}: locked */
	struct vault_file made; /* salt and check that the key belongs to */
};

struct vault *vault_new(const char *folder)
{
	struct vault *v = xcalloc(1, sizeof *v);
	struct arena *a = &v->arena;
	v->folder = folder ? arena_copy(a, folder, strlen(folder))
			   : path_join(a, path_config(a), "secrets");
	v->sealed = path_join(a, v->folder, "vault.json");
	v->plain = path_join(a, v->folder, "plain.tsv");
	v->lock = path_join(a, v->folder, "lock");
	v->shown[VAULT_SEALED] = path_short(a, v->sealed);
	v->shown[VAULT_PLAIN] = path_short(a, v->plain);
	return v;
}

void vault_free(struct vault *v)
{
	if (!v)
		return;
	guarded_free(&v->key);
	arena_release(&v->arena);
	free(v);
}

const char *vault_path(const struct vault *v, enum vault_kind kind)
{
	return v->shown[kind];
}

bool vault_check_name(struct str name, struct err *e)
{
	bool good = name.len > 0 && name.len <= VAULT_NAME_MAX;
	for (size_t i = 0; i < name.len; i++) {
		const char c = name.at[i], letter = (char)(c | 32);
		good = good && ((letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') ||
				       (c != '\0' && strchr("_.-", c)));
	}
	if (good)
		return true;
	err_set(e, ERR_CONFIG, "This cannot name a secret.");
	return err_hint(
		e, "A name has up to %d letters, digits, '_', '-' and '.'.", VAULT_NAME_MAX);
}

bool vault_is_there(const struct vault *v)
{
	return file_exists(v->sealed);
}

bool vault_is_open(const struct vault *v)
{
	return v->key.at != NULL;
}

bool vault_read_list(struct vault *v, struct arena *a, struct vault_list *out, struct err *e)
{
	struct vault_file sealed;
	struct vault_plain plain = {.len = 0};
	if (!vault_file_read(a, v->sealed, &sealed, e) || !vault_plain_read(a, v->plain, &plain, e))
		return false;
	*out = (struct vault_list){
		.at = ARENA_ARRAY(a, struct vault_entry, sealed.len + plain.len + 1)};
	for (size_t i = 0; i < sealed.len; i++)
		out->at[out->len++] = (struct vault_entry){
			sealed.boxes[i].name, sealed.boxes[i].origin, VAULT_SEALED};
	for (size_t i = 0; i < plain.len; i++)
		out->at[out->len++] = (struct vault_entry){str_copy(a, plain.entries[i].name),
			str_copy(a, plain.entries[i].origin), VAULT_PLAIN};
	guarded_free(&plain.text);
	return true;
}

bool vault_find(struct vault *v, struct arena *a, struct str name, struct vault_entry *out,
	bool *found, struct err *e)
{
	struct vault_list list;
	*found = false;
	if (!vault_read_list(v, a, &list, e))
		return false;
	for (size_t i = 0; i < list.len && !*found; i++) {
		*found = str_eq(list.at[i].name, name);
		*out = list.at[i];
	}
	return true;
}

static bool same_key(const struct vault *v, const struct vault_file *file)
{
	return memcmp(v->made.salt, file->salt, sizeof file->salt) == 0;
}

/* A new vault's salt and check; written with its first secret. */
static bool begin_vault(struct vault *v, struct str passphrase, unsigned char *key, struct err *e)
{
	v->made = (struct vault_file){.ops = VAULT_OPS, .memory = VAULT_MEMORY};
	randombytes_buf(v->made.salt, sizeof v->made.salt);
	if (!vault_derive(&v->made, passphrase, key, e))
		return false;
	v->made.check.name = v->made.check.origin = STR("");
	vault_seal(&v->arena, key, STR(""), &v->made.check);
	return true;
}

bool vault_unlock(struct vault *v, struct str passphrase, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct vault_file file;
	struct guarded key;
	char nothing[1];
	if (passphrase.len == 0)
		return err_set(e, ERR_CONFIG, "The passphrase of the vault is empty.");
	if (!guarded_make(&key, VAULT_KEY, e))
		return false;
	bool ok = vault_file_read(&a, v->sealed, &file, e);
	if (ok && !file.exists) {
		ok = begin_vault(v, passphrase, (unsigned char *)key.at, e);
	} else if (ok) {
		ok = vault_derive(&file, passphrase, (unsigned char *)key.at, e);
		if (ok && !vault_unseal((unsigned char *)key.at, &file.check, nothing))
			ok = err_set(e, ERR_CONFIG, "The passphrase does not open the vault %s.",
				v->shown[VAULT_SEALED]);
		memcpy(v->made.salt, file.salt, sizeof file.salt);
	}
	arena_release(&a);
	guarded_free(ok ? &v->key : &key);
	if (ok) {
		key.len = VAULT_KEY;
		v->key = key;
	}
	return ok;
}

static bool unseal(struct vault *v, const struct vault_box *box, struct guarded *out, struct err *e)
{
	if (!guarded_make(out, box->bytes.len, e))
		return false;
	out->len = box->bytes.len - VAULT_TAG;
	if (vault_unseal((unsigned char *)v->key.at, box, out->at))
		return true;
	guarded_free(out);
	err_set(e, ERR_CONFIG, "The secret %.*s in the vault %s is damaged or was exchanged.",
		STR_ARG(box->name), v->shown[VAULT_SEALED]);
	return err_hint(e, "Set it again: lathe secret set %.*s", STR_ARG(box->name));
}

static bool gone(struct str name, struct err *e)
{
	err_set(e, ERR_CONFIG, "There is no secret %.*s.", STR_ARG(name));
	return err_hint(e, "Enter it: lathe secret set %.*s", STR_ARG(name));
}

static bool sealed_value(
	struct vault *v, const struct vault_entry *entry, struct guarded *out, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct vault_file file;
	bool ok = v->key.at ||
		  err_set(e, ERR_CONFIG, "The vault %s is locked.", v->shown[VAULT_SEALED]);
	ok = ok && vault_file_read(&a, v->sealed, &file, e);
	if (ok && !same_key(v, &file))
		ok = err_set(e, ERR_CONFIG, "The vault %s has another passphrase by now.",
			v->shown[VAULT_SEALED]);
	const struct vault_box *box = NULL;
	for (size_t i = 0; ok && i < file.len; i++)
		if (str_eq(file.boxes[i].name, entry->name))
			box = &file.boxes[i];
	if (ok)
		ok = box ? unseal(v, box, out, e) : gone(entry->name, e);
	arena_release(&a);
	return ok;
}

bool vault_value(
	struct vault *v, const struct vault_entry *entry, struct guarded *out, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct vault_plain plain;
	if (entry->kind == VAULT_SEALED)
		return sealed_value(v, entry, out, e);
	if (!vault_plain_read(&a, v->plain, &plain, e))
		return false;
	const struct str *value = NULL;
	for (size_t i = 0; i < plain.len; i++)
		if (str_eq(plain.entries[i].name, entry->name))
			value = &plain.values[i];
	bool ok = value ? guarded_make(out, value->len, e) : gone(entry->name, e);
	if (ok) {
		memcpy(out->at, value->at, value->len);
		out->len = value->len;
	}
	guarded_free(&plain.text);
	arena_release(&a);
	return ok;
}

/* Only one changes the files at a time; the lock goes with the descriptor. */
static int take_lock(const struct vault *v, struct err *e)
{
	if (!secret_folder_make(v->folder, e))
		return -1;
	const int fd = open(v->lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX) == 0)
		return fd;
	err_set(e, ERR_IO, "The secrets cannot be locked: %s: %s.", v->lock, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/* The sealed file without the entry NAME and with ADDED, when it is not NULL. */
static bool change_sealed(struct vault *v, struct str name, const struct vault_entry *added,
	struct str value, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct vault_file file;
	bool ok = vault_file_read(&a, v->sealed, &file, e);
	if (ok && !file.exists && v->made.ops == 0)
		ok = err_set(e, ERR_CONFIG, "The vault %s is gone.", v->shown[VAULT_SEALED]);
	else if (ok && !file.exists)
		file = v->made;
	if (ok && added && !same_key(v, &file))
		ok = err_set(e, ERR_CONFIG, "The vault %s has another passphrase by now.",
			v->shown[VAULT_SEALED]);
	if (ok && file.len >= VAULT_SECRETS_MAX)
		ok = err_set(
			e, ERR_LIMIT, "The vault is full: it holds %d secrets.", VAULT_SECRETS_MAX);
	struct vault_box *boxes = ARENA_ARRAY(&a, struct vault_box, ok ? file.len + 1 : 1);
	size_t len = 0;
	for (size_t i = 0; ok && i < file.len; i++)
		if (!str_eq(file.boxes[i].name, name))
			boxes[len++] = file.boxes[i];
	if (ok && added) {
		boxes[len] = (struct vault_box){.name = added->name, .origin = added->origin};
		vault_seal(&a, (unsigned char *)v->key.at, value, &boxes[len++]);
	}
	file.boxes = boxes;
	file.len = len;
	ok = ok && vault_file_write(v->sealed, &file, e);
	arena_release(&a);
	return ok;
}

static bool change_plain(struct vault *v, struct str name, const struct vault_entry *added,
	struct str value, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct vault_plain plain = {.len = 0};
	const bool ok = vault_plain_read(&a, v->plain, &plain, e) &&
			vault_plain_write(v->plain, &plain, name, added, value, e);
	guarded_free(&plain.text);
	arena_release(&a);
	return ok;
}

static bool change(struct vault *v, enum vault_kind kind, struct str name,
	const struct vault_entry *added, struct str value, struct err *e)
{
	return kind == VAULT_SEALED ? change_sealed(v, name, added, value, e)
				    : change_plain(v, name, added, value, e);
}

static bool check_value(const struct vault_entry *entry, struct str value, struct err *e)
{
	if (!vault_check_name(entry->name, e) || !secret_check(entry->name, value, e))
		return false;
	if (value.len < REDACT_SHORTEST)
		return err_set(e, ERR_CONFIG,
			"The secret is shorter than %d characters, which is too short to be kept "
			"out of logs.",
			REDACT_SHORTEST);
	return value.len <= REDACT_LONGEST ||
	       err_set(e, ERR_CONFIG, "The secret is longer than %d bytes.", REDACT_LONGEST);
}

bool vault_set(struct vault *v, const struct vault_entry *entry, struct str value, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct vault_entry old;
	bool found = false;
	if (!check_value(entry, value, e))
		return false;
	if (entry->kind == VAULT_SEALED && !v->key.at)
		return err_set(e, ERR_CONFIG, "The vault %s is locked.", v->shown[VAULT_SEALED]);
	const int lock = take_lock(v, e);
	bool ok = lock >= 0 && vault_find(v, &a, entry->name, &old, &found, e);
	if (ok && found && old.kind != entry->kind) {
		err_set(e, ERR_CONFIG, "There is a secret %.*s in %s already.",
			STR_ARG(entry->name), vault_path(v, old.kind));
		ok = err_hint(e, "Remove it first: lathe secret rm %.*s", STR_ARG(entry->name));
	}
	ok = ok && change(v, entry->kind, entry->name, entry, value, e);
	if (lock >= 0)
		close(lock);
	arena_release(&a);
	return ok;
}

bool vault_remove(struct vault *v, struct str name, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct vault_entry old;
	bool found = false;
	const int lock = take_lock(v, e);
	bool ok = lock >= 0 && vault_find(v, &a, name, &old, &found, e) &&
		  (found || err_set(e, ERR_USAGE, "There is no secret %.*s.", STR_ARG(name)));
	ok = ok && change(v, old.kind, name, NULL, STR_NONE, e);
	if (lock >= 0)
		close(lock);
	arena_release(&a);
	return ok;
}
