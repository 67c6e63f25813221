/* SPDX-License-Identifier: MIT */
#include "core/store/blob_rows.h"

#include "core/base/alloc.h"
#include "core/store/database.h"
#include "core/store/row_hash.h"
#include "core/store/store.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

/* Contents that were met last, by the first bits of their hash: a prompt, a request, an answer are
 * given several times in short order. */
enum { KNOWN = 1024 };

struct database_content {
	unsigned char hash[CONTENT_HASH_BYTES];
	int64_t id; /* 0: none */
};

static struct database_content *known_place(struct database *d, const unsigned char *hash)
{
	if (d->known == NULL)
		d->known = xcalloc(KNOWN, sizeof *d->known);
	return &d->known[(hash[0] | (size_t)hash[1] << 8) % KNOWN];
}

void blob_rows_forget(struct database *d)
{
	free(d->known);
	d->known = NULL;
}

static int add(struct database *d, const unsigned char *hash, struct str bytes, int64_t *id)
{
	char *packed;
	size_t len;
	sqlite3_stmt *s = database_statement(d, SQL_BLOB_ADD);
	int rc = s == NULL ? sqlite3_errcode(d->db) : SQLITE_OK;
	if (!database_pack(d, bytes, &packed, &len))
		rc = SQLITE_NOMEM;
	if (rc == SQLITE_OK) {
		sqlite3_bind_blob(s, 1, hash, CONTENT_HASH_BYTES, SQLITE_STATIC);
		sqlite3_bind_int64(s, 2, (sqlite3_int64)bytes.len);
		sqlite3_bind_blob64(s, 3, packed, len, SQLITE_STATIC);
		rc = sqlite3_step(s);
		sqlite3_reset(s);
		sqlite3_clear_bindings(s);
		*id = sqlite3_last_insert_rowid(d->db);
	}
	free(packed);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int blob_rows_put(struct database *d, struct str bytes, int64_t *id)
{
	unsigned char hash[CONTENT_HASH_BYTES];
	row_hash_content(bytes, hash);
	struct database_content *known = known_place(d, hash);
	if (known->id != 0 && memcmp(known->hash, hash, sizeof hash) == 0) {
		*id = known->id;
		return SQLITE_OK;
	}
	sqlite3_stmt *s = database_statement(d, SQL_BLOB_FIND);
	if (s == NULL)
		return sqlite3_errcode(d->db);
	sqlite3_bind_blob(s, 1, hash, sizeof hash, SQLITE_STATIC);
	int rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		*id = sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	rc = rc == SQLITE_ROW ? SQLITE_OK : rc == SQLITE_DONE ? add(d, hash, bytes, id) : rc;
	if (rc == SQLITE_OK) {
		memcpy(known->hash, hash, sizeof hash);
		known->id = *id;
	}
	return rc;
}

const char *blob_rows_unpack(
	struct database *d, struct arena *a, struct str packed, int64_t size, struct str hash)
{
	if (size < 0 || size > BLOB_ROWS_MAX || hash.len != CONTENT_HASH_BYTES || packed.at == NULL)
		return NULL;
	/* Room for it only when it says itself that it is so large. */
	if (ZSTD_getFrameContentSize(packed.at, packed.len) != (unsigned long long)size)
		return NULL;
	char *out = arena_alloc(a, (size_t)size + 1, 1);
	if (!database_unpack(d, packed, out, (size_t)size))
		return NULL;
	unsigned char found[CONTENT_HASH_BYTES];
	row_hash_content((struct str){out, (size_t)size}, found);
	return memcmp(found, hash.at, sizeof found) == 0 ? out : NULL;
}

bool blob_rows_read(
	struct store *store, struct arena *a, int64_t id, struct str *out, struct err *e)
{
	struct database *d = store_reader(store);
	sqlite3_stmt *s = database_statement(d, SQL_BLOB_READ);
	if (s == NULL)
		return database_error(d, e, "A content cannot be read");
	sqlite3_bind_int64(s, 1, id);
	int rc = sqlite3_step(s);
	bool ok = rc == SQLITE_ROW;
	if (ok) {
		struct str hash = {sqlite3_column_blob(s, 0), (size_t)sqlite3_column_bytes(s, 0)};
		struct str packed = {sqlite3_column_blob(s, 2), (size_t)sqlite3_column_bytes(s, 2)};
		int64_t size = sqlite3_column_int64(s, 1);
		out->at = blob_rows_unpack(d, a, packed, size, hash);
		out->len = (size_t)size;
		if (out->at == NULL) {
			ok = err_set(e, ERR_STORE, "The content %lld in %s is damaged.",
				(long long)id, d->path);
			err_hint(e, "`lathe fsck` says what else is.");
		}
	} else if (rc == SQLITE_DONE) {
		err_set(e, ERR_STORE, "The content %lld is not in %s.", (long long)id, d->path);
		err_hint(e, "`lathe fsck` says what else is missing.");
	} else {
		database_error(d, e, "A content cannot be read");
	}
	sqlite3_reset(s);
	return ok;
}
