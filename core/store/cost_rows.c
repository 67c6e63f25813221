/* SPDX-License-Identifier: MIT */
#include "core/store/cost_rows.h"

#include "core/store/database.h"
#include "core/store/read.h"
#include "core/store/store.h"

#include <sqlite3.h>

static const char what[] = "The costs cannot be read";

static void read_row(struct read *r, struct cost_row *out)
{
	out->run = (uint64_t)read_integer(r, 0);
	out->name = read_text(r);
	out->provider = read_text(r);
	out->connection = read_text(r);
	out->model = read_text(r);
	out->response_model = read_text(r);
	out->state = read_text(r);
	out->planned_ns = read_integer(r, 0);
	out->input = read_integer(r, -1);
	out->output = read_integer(r, -1);
	out->cache_read = read_integer(r, -1);
	out->cache_write = read_integer(r, -1);
	out->reasoning = read_integer(r, -1);
	out->estimated = read_integer(r, 0) != 0;
	out->cache_write_long = read_integer(r, 0);
	out->other_units = read_integer(r, 0);
	out->rate = read_text(r);
	out->cost_nano = read_integer(r, -1);
	out->price = read_text(r);
	out->cached = read_integer(r, 0) != 0;
	out->possible_spend = read_integer(r, 0) != 0;
	out->reserved_nano = read_integer(r, -1);
	out->day = read_text(r);
}

bool cost_rows_walk(struct store *store, const struct cost_range *range, cost_row_fn *fn, void *ctx,
	struct err *e)
{
	struct database *d = store_reader(store);
	sqlite3_stmt *s = database_statement(d, SQL_COST_ROWS);
	struct arena a = ARENA_INIT;
	int rc;
	if (s == NULL)
		return database_error(d, e, what);
	sqlite3_bind_int64(s, 1, range->since_ns);
	sqlite3_bind_int64(s, 2, (sqlite3_int64)range->run);
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct read r = {.s = s, .arena = &a};
		struct cost_row row;
		read_row(&r, &row);
		fn(ctx, &row);
		arena_reset(&a);
	}
	bool ok = rc == SQLITE_DONE || database_error(d, e, what);
	sqlite3_reset(s);
	arena_release(&a);
	return ok;
}

/* The first column of the statement's only row. */
static bool number(
	struct database *d, sqlite3_stmt *s, int64_t if_null, int64_t *out, struct err *e)
{
	int rc = sqlite3_step(s);
	struct read r = {.s = s};
	if (rc == SQLITE_ROW)
		*out = read_integer(&r, if_null);
	bool ok = rc == SQLITE_ROW || database_error(d, e, what);
	sqlite3_reset(s);
	return ok;
}

bool cost_rows_day(struct store *store, int64_t since_ns, int64_t up_to, struct str connection,
	int64_t *nano, struct err *e)
{
	struct database *d = store_reader(store);
	sqlite3_stmt *s = database_statement(d, SQL_COST_DAY);
	if (s == NULL)
		return database_error(d, e, what);
	sqlite3_bind_int64(s, 1, since_ns);
	sqlite3_bind_int64(s, 2, up_to);
	sqlite3_bind_int64(s, 3, (sqlite3_int64)store_own_token(store));
	sqlite3_bind_text(
		s, 4, connection.len > 0 ? connection.at : "", (int)connection.len, SQLITE_STATIC);
	return number(d, s, 0, nano, e);
}

bool cost_rows_run(struct store *store, uint64_t run, int64_t *nano, struct err *e)
{
	struct database *d = store_reader(store);
	sqlite3_stmt *s = database_statement(d, SQL_COST_RUN);
	if (s == NULL)
		return database_error(d, e, what);
	sqlite3_bind_int64(s, 1, (sqlite3_int64)run);
	return number(d, s, 0, nano, e);
}

bool cost_rows_last(struct store *store, int64_t *seq, struct err *e)
{
	struct database *d = store_reader(store);
	sqlite3_stmt *s = database_statement(d, SQL_COST_LAST);
	return s != NULL ? number(d, s, 0, seq, e) : database_error(d, e, what);
}

bool cost_rows_habit(struct store *store, struct str name, struct str model, struct cost_habit *out,
	struct err *e)
{
	struct database *d = store_reader(store);
	sqlite3_stmt *s = database_statement(d, SQL_COST_HABIT);
	*out = (struct cost_habit){.count = 0};
	if (s == NULL)
		return database_error(d, e, what);
	sqlite3_bind_text(s, 1, name.len > 0 ? name.at : "", (int)name.len, SQLITE_STATIC);
	sqlite3_bind_text(s, 2, model.len > 0 ? model.at : "", (int)model.len, SQLITE_STATIC);
	int rc = sqlite3_step(s);
	struct read r = {.s = s};
	if (rc == SQLITE_ROW) {
		out->count = read_integer(&r, 0);
		out->output_sum = read_integer(&r, 0);
		out->output_most = read_integer(&r, 0);
		out->input_sum = read_integer(&r, 0);
		out->cached_sum = read_integer(&r, 0);
	}
	bool ok = rc == SQLITE_ROW || database_error(d, e, what);
	sqlite3_reset(s);
	return ok;
}
