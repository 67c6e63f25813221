/* SPDX-License-Identifier: MIT */
#include "core/store/cache_rows.h"

#include "core/base/alloc.h"
#include "core/store/blob_rows.h"
#include "core/store/database.h"
#include "core/store/read.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <zstd.h>

static const char what[] = "The response cache cannot be read";

static void bind_bytes(sqlite3_stmt *s, int at, struct str bytes)
{
	sqlite3_bind_blob64(s, at, bytes.len > 0 ? bytes.at : "", bytes.len, SQLITE_STATIC);
}

static void bind_text(sqlite3_stmt *s, int at, struct str text)
{
	sqlite3_bind_text64(
		s, at, text.len > 0 ? text.at : "", text.len, SQLITE_STATIC, SQLITE_UTF8);
}

static int run(sqlite3_stmt *s)
{
	int rc = sqlite3_step(s);
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int put(struct database *d, const struct store_cached *row, struct str packed)
{
	sqlite3_stmt *s = database_statement(d, SQL_CACHE_PUT);
	if (s == NULL)
		return sqlite3_errcode(d->db);
	bind_bytes(s, 1, row->key);
	bind_text(s, 2, row->parts);
	bind_bytes(s, 3, packed);
	const size_t size = row->key.len + row->parts.len + packed.len;
	sqlite3_bind_int64(s, 4, (sqlite3_int64)size);
	sqlite3_bind_int64(s, 5, (sqlite3_int64)row->run);
	sqlite3_bind_int64(s, 6, (sqlite3_int64)row->attempt);
	sqlite3_bind_int64(s, 7, row->at_ns);
	return run(s);
}

int cache_rows_put(struct database *d, const struct store_cached *row)
{
	char *packed;
	size_t len;
	bool ok = database_pack(d, row->result, &packed, &len);
	int rc = ok ? put(d, row, (struct str){packed, len}) : SQLITE_NOMEM;
	free(packed);
	return rc;
}

int cache_rows_used(struct database *d, const struct store_cache_use *use)
{
	sqlite3_stmt *s = database_statement(d, SQL_CACHE_USED);
	if (s == NULL)
		return sqlite3_errcode(d->db);
	bind_bytes(s, 1, use->key);
	sqlite3_bind_int64(s, 2, use->at_ns);
	int rc = run(s);
	s = rc == SQLITE_OK ? database_statement(d, SQL_CACHE_USE_ADD) : NULL;
	if (s == NULL)
		return rc != SQLITE_OK ? rc : sqlite3_errcode(d->db);
	sqlite3_bind_int64(s, 1, (sqlite3_int64)use->attempt);
	sqlite3_bind_int64(s, 2, (sqlite3_int64)use->run);
	bind_bytes(s, 3, use->key);
	sqlite3_bind_int64(s, 4, use->at_ns);
	sqlite3_bind_int64(s, 5, (sqlite3_int64)use->stored_run);
	sqlite3_bind_int64(s, 6, use->stored_ns);
	return run(s);
}

static int run_with(struct database *d, enum statement name, int64_t n)
{
	sqlite3_stmt *s = database_statement(d, name);
	if (s == NULL)
		return sqlite3_errcode(d->db);
	sqlite3_bind_int64(s, 1, n);
	return run(s);
}

int cache_rows_trim(struct database *d, const struct store_cache_trim *trim)
{
	if (trim->key.len > 0) {
		sqlite3_stmt *s = database_statement(d, SQL_CACHE_DROP);
		if (s == NULL)
			return sqlite3_errcode(d->db);
		bind_bytes(s, 1, trim->key);
		return run(s);
	}
	int rc = run_with(d, SQL_CACHE_EXPIRE, trim->before_ns);
	return rc == SQLITE_OK ? run_with(d, SQL_CACHE_TRIM, trim->bytes) : rc;
}

struct str cache_rows_unpack(struct database *d, struct arena *a, struct str packed)
{
	unsigned long long size = ZSTD_getFrameContentSize(packed.at, packed.len);
	if (packed.len == 0 || size > BLOB_ROWS_MAX) /* the error codes are above it, too */
		return STR_NONE;
	char *out = arena_alloc(a, (size_t)size + 1, 1);
	if (!database_unpack(d, packed, out, (size_t)size))
		return STR_NONE;
	out[size] = '\0';
	return (struct str){out, (size_t)size};
}

bool cache_rows_find(struct store *store, struct arena *a, struct str key, struct cache_row *out,
	bool *found, struct err *e)
{
	struct database *d = store_reader(store);
	sqlite3_stmt *s = database_statement(d, SQL_CACHE_FIND);
	*found = false;
	if (s == NULL)
		return database_error(d, e, what);
	bind_bytes(s, 1, key);
	int rc = sqlite3_step(s);
	if (rc == SQLITE_ROW) {
		struct read r = {.s = s, .arena = a};
		out->key = read_text(&r);
		out->parts = read_text(&r);
		struct str packed = {
			sqlite3_column_blob(s, r.at), (size_t)sqlite3_column_bytes(s, r.at)};
		r.at++;
		out->size = read_integer(&r, 0);
		out->run = (uint64_t)read_integer(&r, 0);
		out->attempt = (uint64_t)read_integer(&r, 0);
		out->stored_ns = read_integer(&r, 0);
		out->used_ns = read_integer(&r, 0);
		out->hits = read_integer(&r, 0);
		*found = read_integer(&r, 0) != 0;
		out->result = *found ? cache_rows_unpack(d, a, packed) : STR_NONE;
		*found = out->result.at != NULL;
	}
	bool ok = rc == SQLITE_ROW || rc == SQLITE_DONE || database_error(d, e, what);
	sqlite3_reset(s);
	return ok;
}

bool cache_rows_list(struct store *store, struct arena *a, const struct cache_filter *filter,
	struct cache_rows *out, struct err *e)
{
	struct database *d = store_reader(store);
	sqlite3_stmt *s = database_statement(d, SQL_CACHE_LIST);
	size_t cap = 0;
	int rc;
	*out = (struct cache_rows){.len = 0};
	if (s == NULL)
		return database_error(d, e, what);
	bind_text(s, 1, filter->prefix);
	sqlite3_bind_int64(s, 2, (sqlite3_int64)filter->run);
	sqlite3_bind_int64(s, 3, filter->limit > 0 ? filter->limit : -1);
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct read r = {.s = s, .arena = a};
		out->rows = arena_reserve(
			a, out->rows, out->len, &cap, out->len + 1, sizeof *out->rows);
		struct cache_row *row = &out->rows[out->len++];
		*row = (struct cache_row){.key = read_text(&r), .result = STR("")};
		row->parts = read_text(&r);
		row->size = read_integer(&r, 0);
		row->run = (uint64_t)read_integer(&r, 0);
		row->attempt = (uint64_t)read_integer(&r, 0);
		row->stored_ns = read_integer(&r, 0);
		row->used_ns = read_integer(&r, 0);
		row->hits = read_integer(&r, 0);
	}
	bool ok = rc == SQLITE_DONE || database_error(d, e, what);
	sqlite3_reset(s);
	return ok;
}

bool cache_rows_uses(struct store *store, struct arena *a, uint64_t run_id, struct cache_uses *out,
	struct err *e)
{
	struct database *d = store_reader(store);
	sqlite3_stmt *s = database_statement(d, SQL_CACHE_USES);
	size_t cap = 0;
	int rc;
	*out = (struct cache_uses){.len = 0};
	if (s == NULL)
		return database_error(d, e, what);
	sqlite3_bind_int64(s, 1, (sqlite3_int64)run_id);
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct read r = {.s = s, .arena = a};
		out->rows = arena_reserve(
			a, out->rows, out->len, &cap, out->len + 1, sizeof *out->rows);
		struct cache_use_row *row = &out->rows[out->len++];
		row->attempt = (uint64_t)read_integer(&r, 0);
		row->key = read_text(&r);
		row->at_ns = read_integer(&r, 0);
		row->stored_run = (uint64_t)read_integer(&r, 0);
		row->stored_ns = read_integer(&r, 0);
	}
	bool ok = rc == SQLITE_DONE || database_error(d, e, what);
	sqlite3_reset(s);
	return ok;
}

bool cache_rows_sum(struct store *store, int64_t *count, int64_t *bytes, struct err *e)
{
	struct database *d = store_reader(store);
	sqlite3_stmt *s = database_statement(d, SQL_CACHE_SUM);
	*count = *bytes = 0;
	if (s == NULL)
		return database_error(d, e, what);
	int rc = sqlite3_step(s);
	if (rc == SQLITE_ROW) {
		*count = sqlite3_column_int64(s, 0);
		*bytes = sqlite3_column_int64(s, 1);
	}
	bool ok = rc == SQLITE_ROW || database_error(d, e, what);
	sqlite3_reset(s);
	return ok;
}
