/* SPDX-License-Identifier: MIT */
#include "core/store/calibration_rows.h"

#include "core/store/database.h"
#include "core/store/read.h"

#include <sqlite3.h>

static const char what[] = "What was learned of models' tokens cannot be read";

static void bind_text(sqlite3_stmt *s, int at, struct str text)
{
	sqlite3_bind_text64(
		s, at, text.len > 0 ? text.at : "", text.len, SQLITE_STATIC, SQLITE_UTF8);
}

bool calibration_rows_list(struct store *store, struct arena *a, struct str model,
	struct calibration_rows *out, struct err *e)
{
	struct database *d = store_reader(store);
	sqlite3_stmt *s = database_statement(d, SQL_CALIBRATION_LIST);
	size_t cap = 0;
	int rc;
	*out = (struct calibration_rows){.len = 0};
	if (s == NULL)
		return database_error(d, e, what);
	bind_text(s, 1, model);
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct read r = {.s = s, .arena = a};
		out->rows = arena_reserve(
			a, out->rows, out->len, &cap, out->len + 1, sizeof *out->rows);
		struct store_calibration *row = &out->rows[out->len++];
		row->model = read_text(&r);
		row->script = read_text(&r);
		row->samples = read_integer(&r, 0);
		row->factor_ppm = read_integer(&r, 0);
		row->error_ppm = read_integer(&r, 0);
		row->learned_seq = read_integer(&r, 0);
	}
	bool ok = rc == SQLITE_DONE || database_error(d, e, what);
	sqlite3_reset(s);
	return ok;
}

bool calibration_rows_told(struct store *store, struct arena *a, struct str model, int64_t seq,
	int64_t limit, struct told_requests *out, struct err *e)
{
	struct database *d = store_reader(store);
	sqlite3_stmt *s = database_statement(d, SQL_CALIBRATION_TOLD);
	size_t cap = 0;
	int rc;
	*out = (struct told_requests){.len = 0};
	if (s == NULL)
		return database_error(d, e, what);
	bind_text(s, 1, model);
	sqlite3_bind_int64(s, 2, seq);
	sqlite3_bind_int64(s, 3, limit);
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct read r = {.s = s, .arena = a};
		out->rows = arena_reserve(
			a, out->rows, out->len, &cap, out->len + 1, sizeof *out->rows);
		struct told_request *row = &out->rows[out->len++];
		row->seq = read_integer(&r, 0);
		row->input_tokens = read_integer(&r, 0);
		row->request_blob = read_integer(&r, 0);
	}
	bool ok = rc == SQLITE_DONE || database_error(d, e, what);
	sqlite3_reset(s);
	return ok;
}
