/* SPDX-License-Identifier: MIT */
/* vault.json: its form, and what is sealed in it. */
#include "core/base/file.h"
#include "core/data/json.h"
#include "core/net/vault_private.h"

#include <string.h>

enum { FORMAT = 1 };

static struct str to_base64(struct arena *a, const void *bytes, size_t len)
{
	const size_t size = sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_ORIGINAL);
	char *out = arena_alloc(a, size, 1);
	sodium_bin2base64(out, size, bytes, len, sodium_base64_VARIANT_ORIGINAL);
	return str_from(out);
}

static bool from_base64(struct value from, const char *key, void *out, size_t max, size_t *len)
{
	struct str text = value_get_str(from, key, STR_NONE);
	return text.at && sodium_base642bin(out, max, text.at, text.len, NULL, len, NULL,
				  sodium_base64_VARIANT_ORIGINAL) == 0;
}

static bool read_box(struct arena *a, struct value from, struct vault_box *out)
{
	const struct str box = value_get_str(from, "box", STR_NONE);
	unsigned char *bytes = arena_alloc(a, box.len + 1, 1);
	size_t nonce = 0, len = 0;
	out->name = value_get_str(from, "name", STR(""));
	out->origin = value_get_str(from, "origin", STR(""));
	if (!from_base64(from, "nonce", out->nonce, sizeof out->nonce, &nonce) ||
		nonce != sizeof out->nonce || !from_base64(from, "box", bytes, box.len, &len) ||
		len < VAULT_TAG)
		return false;
	out->bytes = (struct str){(const char *)bytes, len};
	return true;
}

static bool read_boxes(struct arena *a, struct value file, struct vault_file *out)
{
	const struct value *list = value_get_cstr(file, "secrets");
	if (!list || list->kind != VALUE_LIST || list->u.list->len > VAULT_SECRETS_MAX)
		return false;
	out->boxes = ARENA_ARRAY(a, struct vault_box, list->u.list->len + 1);
	for (size_t i = 0; i < list->u.list->len; i++) {
		struct vault_box *box = &out->boxes[out->len++];
		if (!read_box(a, list->u.list->items[i], box) || box->name.len == 0)
			return false;
	}
	return true;
}

static bool read_file(struct arena *a, struct value file, struct vault_file *out)
{
	const struct value *kdf = value_get_cstr(file, "kdf"),
			   *check = value_get_cstr(file, "check");
	size_t salt = 0;
	if (!kdf || !check || !str_is(value_get_str(*kdf, "name", STR("")), "argon2id13"))
		return false;
	out->ops = value_get_int(*kdf, "ops", 0);
	out->memory = value_get_int(*kdf, "memory", 0);
	/* Bounded: the file may have been exchanged for one that never opens. */
	return out->ops >= 1 && out->ops <= VAULT_OPS_MAX &&
	       out->memory >= (int64_t)crypto_pwhash_argon2id_MEMLIMIT_MIN &&
	       out->memory <= VAULT_MEMORY_MAX &&
	       from_base64(*kdf, "salt", out->salt, sizeof out->salt, &salt) &&
	       salt == sizeof out->salt && read_box(a, *check, &out->check) &&
	       read_boxes(a, file, out);
}

bool vault_file_read(struct arena *a, const char *path, struct vault_file *out, struct err *e)
{
	struct guarded text;
	struct value file;
	struct err broken = ERR_INIT;
	*out = (struct vault_file){.exists = file_exists(path)};
	if (!out->exists)
		return true;
	if (!secret_file_read("vault", path, VAULT_FILE_MAX, &text, e))
		return false;
	bool ok = json_read(a, guarded_str(&text), NULL, &file, &broken);
	guarded_free(&text);
	if (ok && value_get_int(file, "lathe_vault", 0) > FORMAT)
		return err_set(e, ERR_CONFIG, "The vault %s was written by a newer lathe.",
			path_short(a, path));
	if (ok && value_get_int(file, "lathe_vault", 0) == FORMAT && read_file(a, file, out))
		return true;
	err_set(e, ERR_CONFIG, "The vault %s is damaged.", path_short(a, path));
	return err_hint(e, "Bring it back from a copy, or remove it and set its secrets again.");
}

static struct value write_box(struct arena *a, const struct vault_box *box)
{
	struct value v = value_dict(a);
	if (box->name.len > 0) {
		value_set(v, STR("name"), value_str(box->name));
		value_set(v, STR("origin"), value_str(box->origin));
	}
	value_set(v, STR("nonce"), value_str(to_base64(a, box->nonce, sizeof box->nonce)));
	value_set(v, STR("box"), value_str(to_base64(a, box->bytes.at, box->bytes.len)));
	return v;
}

bool vault_file_write(const char *path, const struct vault_file *file, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct value v = value_dict(&a), kdf = value_dict(&a), list = value_list(&a);
	value_set(kdf, STR("name"), value_cstr("argon2id13"));
	value_set(kdf, STR("ops"), value_int(file->ops));
	value_set(kdf, STR("memory"), value_int(file->memory));
	value_set(kdf, STR("salt"), value_str(to_base64(&a, file->salt, sizeof file->salt)));
	for (size_t i = 0; i < file->len; i++)
		value_push(list, write_box(&a, &file->boxes[i]));
	value_set(v, STR("lathe_vault"), value_int(FORMAT));
	value_set(v, STR("kdf"), kdf);
	value_set(v, STR("check"), write_box(&a, &file->check));
	value_set(v, STR("secrets"), list);
	const struct str text = json_text(&a, v, JSON_INDENTED);
	const bool ok = file_write(path, str_format(&a, "%.*s\n", STR_ARG(text)), 0600, e);
	arena_release(&a);
	return ok;
}

bool vault_derive(const struct vault_file *file, struct str passphrase,
	unsigned char key[VAULT_KEY], struct err *e)
{
	if (crypto_pwhash(key, VAULT_KEY, passphrase.at, passphrase.len, file->salt,
		    (unsigned long long)file->ops, (size_t)file->memory,
		    crypto_pwhash_ALG_ARGON2ID13) == 0)
		return true;
	return err_set(e, ERR_IO, "There is not enough memory to open the vault: it takes %d MiB.",
		(int)(file->memory >> 20));
}

/* What binds a box to its place. */
static struct str bound_to(struct arena *a, const struct vault_box *box)
{
	static const char head[] = "lathe vault 1";
	struct buf b = BUF_INIT(0);
	buf_add(&b, head, sizeof head);
	buf_add_str(&b, box->name);
	buf_add_char(&b, '\0');
	buf_add_str(&b, box->origin);
	const struct str out = str_copy(a, buf_str(&b));
	buf_free(&b);
	return out;
}

void vault_seal(struct arena *a, const unsigned char key[VAULT_KEY], struct str value,
	struct vault_box *box)
{
	const struct str with = bound_to(a, box);
	unsigned char *out = arena_alloc(a, value.len + VAULT_TAG, 1);
	unsigned long long len = 0;
	randombytes_buf(box->nonce, sizeof box->nonce);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out, &len, (const unsigned char *)value.at,
		value.len, (const unsigned char *)with.at, with.len, NULL, box->nonce, key);
	box->bytes = (struct str){(const char *)out, (size_t)len};
}

bool vault_unseal(const unsigned char key[VAULT_KEY], const struct vault_box *box, char *out)
{
	struct arena a = ARENA_INIT;
	const struct str with = bound_to(&a, box);
	unsigned long long len = 0;
	const bool ok = crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *)out, &len, NULL,
				(const unsigned char *)box->bytes.at, box->bytes.len,
				(const unsigned char *)with.at, with.len, box->nonce, key) == 0;
	arena_release(&a);
	return ok;
}
