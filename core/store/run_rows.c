/* SPDX-License-Identifier: MIT */
#include "core/store/run_rows.h"

#include "core/base/buf.h"
#include "core/base/ids.h"
#include "core/store/database.h"
#include "core/store/read.h"
#include "core/store/store.h"

#include <sqlite3.h>

enum { LIMIT_DEFAULT = 100, CANDIDATES = 4 };

static const char what[] = "The runs cannot be read";

static void read_run(struct store *store, struct read *r, struct run_row *out)
{
	out->seq = read_integer(r, 0);
	out->id = (uint64_t)read_integer(r, 0);
	uint64_t owner = (uint64_t)read_integer(r, 0);
	out->pid = read_integer(r, 0);
	out->started_ns = read_integer(r, 0);
	out->ended_ns = read_integer(r, 0);
	out->status = read_text(r);
	out->kind = read_text(r);
	out->name = read_text(r);
	out->hash = read_text(r);
	out->source_blob = read_integer(r, 0);
	out->git = read_text(r);
	out->app_version = read_text(r);
	out->settings = read_text(r);
	out->input_blob = read_integer(r, 0);
	out->output_blob = read_integer(r, 0);
	out->error = read_text(r);
	r->at += 6; /* what the run's end wrote of its sums: fsck compares them */
	out->damaged = read_integer(r, 0) == 0;
	out->spans = read_integer(r, 0);
	out->attempts = read_integer(r, 0);
	out->input_tokens = read_integer(r, -1);
	out->output_tokens = read_integer(r, -1);
	out->estimated = read_integer(r, 0) != 0;
	out->cost_nano = read_integer(r, -1);
	out->unpriced = read_integer(r, 0);
	out->cached = read_integer(r, 0);
	out->first_ns = read_integer(r, 0);
	out->model = read_text(r);
	out->samples = read_integer(r, 0);
	out->samples_ended = read_integer(r, 0);
	out->prompt_version = read_integer(r, 0);
	if (str_is(out->status, "running") && !store_owner_lives(store, owner))
		out->status = STR("interrupted");
}

static bool read_all(
	struct store *store, struct arena *a, sqlite3_stmt *s, struct run_rows *out, struct err *e)
{
	size_t cap = 0;
	int rc;
	*out = (struct run_rows){.len = 0};
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct read r = {.s = s, .arena = a};
		out->rows = arena_reserve(
			a, out->rows, out->len, &cap, out->len + 1, sizeof *out->rows);
		out->rows[out->len] = (struct run_row){.seq = 0};
		read_run(store, &r, &out->rows[out->len++]);
	}
	bool ok = rc == SQLITE_DONE || database_error(store_reader(store), e, what);
	sqlite3_reset(s);
	return ok;
}

static void bind_text(sqlite3_stmt *s, int at, struct str text)
{
	sqlite3_bind_text(s, at, text.len > 0 ? text.at : "", (int)text.len, SQLITE_STATIC);
}

bool run_rows_list(struct store *store, struct arena *a, const struct run_filter *filter,
	struct run_rows *out, struct err *e)
{
	static const struct run_filter all = {.limit = 0};
	struct database *d = store_reader(store);
	if (filter == NULL)
		filter = &all;
	bool of_one_file = filter->name.len > 0;
	sqlite3_stmt *s = database_statement(d, of_one_file ? SQL_RUN_LIST_OF : SQL_RUN_LIST);
	if (s == NULL)
		return database_error(d, e, what);
	sqlite3_bind_int64(s, 1, filter->before > 0 ? filter->before : INT64_MAX);
	bind_text(s, 2, filter->status);
	bind_text(s, 3, filter->kind);
	sqlite3_bind_int64(s, 4, filter->limit > 0 ? (sqlite3_int64)filter->limit : LIMIT_DEFAULT);
	if (of_one_file)
		bind_text(s, 5, filter->name);
	return read_all(store, a, s, out, e);
}

static bool ambiguous(const struct run_rows *rows, struct str text, struct err *e)
{
	struct buf list = BUF_INIT(256);
	char id[ID_TEXT];
	for (size_t i = 0; i < rows->len; i++)
		buf_add_format(&list, "%s%s", i > 0 ? ", " : "", id_text(rows->rows[i].id, id));
	err_set(e, ERR_USAGE, "More than one run begins with %.*s: %s%s.", STR_ARG(text), list.at,
		rows->len == CANDIDATES ? ", ..." : "");
	buf_free(&list);
	return err_hint(e, "Write more digits.");
}

bool run_rows_find(
	struct store *store, struct arena *a, struct str text, struct run_row *out, struct err *e)
{
	struct run_rows rows = {0};
	uint64_t low, high;
	if (str_is(text, "last")) {
		struct run_filter newest = {.limit = 1};
		if (!run_rows_list(store, a, &newest, &rows, e))
			return false;
		if (rows.len == 0)
			return err_set(e, ERR_USAGE, "There are no runs yet.");
		*out = rows.rows[0];
		return true;
	}
	if (!id_range(text, &low, &high)) {
		err_set(e, ERR_USAGE, "'%.*s' is not the id of a run.", STR_ARG(text));
		return err_hint(e, "An id is up to 16 hex digits, or the word last.");
	}
	struct database *d = store_reader(store);
	sqlite3_stmt *s = database_statement(d, SQL_RUN_RANGE);
	if (s == NULL)
		return database_error(d, e, what);
	sqlite3_bind_int64(s, 1, (sqlite3_int64)(low & INT64_MAX));
	sqlite3_bind_int64(s, 2, (sqlite3_int64)(high & INT64_MAX));
	sqlite3_bind_int64(s, 3, CANDIDATES);
	if (low > INT64_MAX)
		sqlite3_bind_int64(s, 3, 0);
	if (!read_all(store, a, s, &rows, e))
		return false;
	if (rows.len > 1)
		return ambiguous(&rows, text, e);
	if (rows.len == 0) {
		err_set(e, ERR_USAGE, "No run's id begins with %.*s.", STR_ARG(text));
		return err_hint(e, "`lathe trace list` shows what there is.");
	}
	*out = rows.rows[0];
	return true;
}
