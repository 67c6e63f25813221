/* SPDX-License-Identifier: MIT */
#include "core/store/contents.h"

#include "core/store/blob_rows.h"
#include "core/store/cache_rows.h"
#include "core/store/database.h"

#include <sqlite3.h>
#include <stdio.h>

static struct str bytes_of(sqlite3_stmt *s, int column)
{
	const void *at = sqlite3_column_blob(s, column);
	return (struct str){at, (size_t)sqlite3_column_bytes(s, column)};
}

static struct str unpack(struct database *d, sqlite3_stmt *s, bool is_blob, struct arena *a)
{
	if (!is_blob)
		return cache_rows_unpack(d, a, bytes_of(s, 1));
	int64_t size = sqlite3_column_int64(s, 2);
	const char *at = blob_rows_unpack(d, a, bytes_of(s, 3), size, bytes_of(s, 1));
	return (struct str){at, at != NULL ? (size_t)size : 0};
}

static bool each(struct database *d, bool is_blob, contents_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *s = database_statement(d, is_blob ? SQL_BLOB_ALL : SQL_CACHE_ALL);
	char what[64];
	int rc;
	if (s == NULL)
		return database_error(d, e, "The contents cannot be read");
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct arena a = ARENA_INIT;
		struct str bytes = unpack(d, s, is_blob, &a);
		snprintf(what, sizeof what, "%s %lld", is_blob ? "content" : "cached answer",
			(long long)sqlite3_column_int64(s, 0));
		if (bytes.at != NULL)
			fn(ctx, what, bytes);
		arena_release(&a);
	}
	bool ok = rc == SQLITE_DONE || database_error(d, e, "Not all contents can be read");
	sqlite3_reset(s);
	return ok;
}

bool contents_each(const char *workspace, contents_fn *fn, void *ctx, struct err *e)
{
	struct place place;
	struct database d;
	if (!place_has_database(workspace))
		return true;
	if (!place_open(workspace, PLACE_VIEW, &place, e))
		return false;
	bool ok = database_open(&place, DATABASE_READ, &d, e);
	if (ok) {
		ok = each(&d, true, fn, ctx, e) && each(&d, false, fn, ctx, e);
		database_close(&d);
	}
	place_free(&place);
	return ok;
}
