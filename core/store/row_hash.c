/* SPDX-License-Identifier: MIT */
#include "core/store/row_hash.h"

#include <sodium.h>
#include <sqlite3.h>
#include <string.h>

/* Most of what is hashed are numbers and short words: they are gathered. */
struct row_hash {
	crypto_generichash_state state;
	unsigned char bytes[512];
	size_t len;
};

static void add_bytes(struct row_hash *h, const void *bytes, size_t len)
{
	if (len > sizeof h->bytes - h->len) {
		crypto_generichash_update(&h->state, h->bytes, h->len);
		h->len = 0;
	}
	if (len > sizeof h->bytes) {
		crypto_generichash_update(&h->state, bytes, len);
		return;
	}
	memcpy(h->bytes + h->len, bytes, len);
	h->len += len;
}

static void add_number(struct row_hash *h, char type, uint64_t n)
{
	unsigned char bytes[9] = {(unsigned char)type};
	for (int i = 0; i < 8; i++)
		bytes[1 + i] = (unsigned char)(n >> (8 * i));
	add_bytes(h, bytes, sizeof bytes);
}

static void add_value(struct row_hash *h, sqlite3_value *value)
{
	int type = sqlite3_value_type(value);
	if (type == SQLITE_INTEGER) {
		add_number(h, 'i', (uint64_t)sqlite3_value_int64(value));
	} else if (type == SQLITE_NULL) {
		add_bytes(h, "n", 1);
	} else {
		/* No column holds a floating number; one that appears there is damage, and its
		 * text gives another hash. */
		const unsigned char *bytes =
			type == SQLITE_BLOB ? sqlite3_value_blob(value) : sqlite3_value_text(value);
		size_t len = (size_t)sqlite3_value_bytes(value);
		add_number(h, type == SQLITE_BLOB ? 'b' : 't', len);
		if (len > 0 && bytes != NULL)
			add_bytes(h, bytes, len);
	}
}

static void row_hash(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct row_hash h;
	unsigned char hash[ROW_HASH_BYTES];
	crypto_generichash_init(&h.state, NULL, 0, sizeof hash);
	h.len = 0;
	for (int i = 0; i < count; i++)
		add_value(&h, values[i]);
	crypto_generichash_update(&h.state, h.bytes, h.len);
	crypto_generichash_final(&h.state, hash, sizeof hash);
	sqlite3_result_blob(context, hash, sizeof hash, SQLITE_TRANSIENT);
}

bool row_hash_register(sqlite3 *db)
{
	/* sodium_init picks the fast code for this processor; the hash is right without it. */
	if (sodium_init() < 0)
		return false;
	return sqlite3_create_function_v2(db, "row_hash", -1,
		       SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL, row_hash, NULL,
		       NULL, NULL) == SQLITE_OK;
}

void row_hash_content(struct str bytes, unsigned char out[CONTENT_HASH_BYTES])
{
	crypto_generichash(
		out, CONTENT_HASH_BYTES, (const unsigned char *)bytes.at, bytes.len, NULL, 0);
}
