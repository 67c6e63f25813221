/* SPDX-License-Identifier: MIT */
#include "core/store/prompt_rows.h"

#include "core/store/database.h"
#include "core/store/read.h"
#include "core/store/store.h"

#include <sqlite3.h>

bool prompt_rows_list(struct store *store, struct arena *a, struct str path,
	struct prompt_rows *out, struct err *e)
{
	struct database *d = store_reader(store);
	sqlite3_stmt *s = database_statement(d, SQL_PROMPT_LIST);
	if (s == NULL)
		return database_error(d, e, "The prompt's versions cannot be read");
	size_t cap = 0;
	int rc;
	*out = (struct prompt_rows){.len = 0};
	sqlite3_bind_text(s, 1, path.len > 0 ? path.at : "", (int)path.len, SQLITE_STATIC);
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct read r = {.s = s, .arena = a};
		out->rows = arena_reserve(
			a, out->rows, out->len, &cap, out->len + 1, sizeof *out->rows);
		struct prompt_row *row = &out->rows[out->len++];
		row->path = read_text(&r);
		row->version = read_integer(&r, 0);
		row->hash = read_text(&r);
		row->source_blob = read_integer(&r, 0);
		row->created_ns = read_integer(&r, 0);
		row->damaged = read_integer(&r, 0) == 0;
	}
	bool ok = rc == SQLITE_DONE || database_error(d, e, "The prompt's versions cannot be read");
	sqlite3_reset(s);
	return ok;
}

bool prompt_rows_find(
	struct store *store, struct str path, struct str hash, int64_t *version, struct err *e)
{
	struct database *d = store_reader(store);
	sqlite3_stmt *s = database_statement(d, SQL_PROMPT_FIND);
	*version = 0;
	if (s == NULL)
		return database_error(d, e, "The prompt's versions cannot be read");
	sqlite3_bind_text(s, 1, path.len > 0 ? path.at : "", (int)path.len, SQLITE_STATIC);
	sqlite3_bind_text(s, 2, hash.len > 0 ? hash.at : "", (int)hash.len, SQLITE_STATIC);
	int rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		*version = sqlite3_column_int64(s, 0);
	bool ok = rc == SQLITE_ROW || rc == SQLITE_DONE ||
		  database_error(d, e, "The prompt's versions cannot be read");
	sqlite3_reset(s);
	return ok;
}
