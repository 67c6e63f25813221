/* SPDX-License-Identifier: MIT */
#include "core/store/sample_rows.h"

#include "core/store/database.h"
#include "core/store/read.h"
#include "core/store/store.h"

#include <sqlite3.h>

static const char what[] = "The run's rows cannot be read";

/* The statement with the run bound; NULL with E set. */
static sqlite3_stmt *begin(struct store *store, enum statement name, uint64_t run, struct err *e)
{
	struct database *d = store_reader(store);
	sqlite3_stmt *s = database_statement(d, name);
	if (s == NULL)
		database_error(d, e, what);
	else
		sqlite3_bind_int64(s, 1, (sqlite3_int64)run);
	return s;
}

static bool end(struct store *store, sqlite3_stmt *s, int rc, struct err *e)
{
	bool ok = rc == SQLITE_DONE || rc == SQLITE_ROW ||
		  database_error(store_reader(store), e, what);
	sqlite3_reset(s);
	return ok;
}

bool job_rows_read(struct store *store, struct arena *a, uint64_t run, struct job_row *out,
	bool *found, struct err *e)
{
	sqlite3_stmt *s = begin(store, SQL_JOB_READ, run, e);
	if (s == NULL)
		return false;
	int rc = sqlite3_step(s);
	*found = rc == SQLITE_ROW;
	*out = (struct job_row){.max_cost = -1};
	if (*found) {
		struct read r = {.s = s, .arena = a, .at = 1};
		out->total = read_integer(&r, 0);
		out->max_in_flight = read_integer(&r, 0);
		out->max_cost = read_integer(&r, -1);
		out->asked = read_integer(&r, 0);
		out->wanted = read_text(&r);
		out->waiting = read_text(&r);
		out->damaged = read_integer(&r, 0) == 0;
	}
	return end(store, s, rc, e);
}

bool job_rows_list(struct store *store, struct arena *a, size_t limit, uint64_t **runs,
	size_t *count, struct err *e)
{
	/* The one parameter is the limit. */
	sqlite3_stmt *s = begin(store, SQL_JOB_LIST, limit, e);
	size_t cap = 0;
	int rc;
	*runs = NULL;
	*count = 0;
	if (s == NULL)
		return false;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		*runs = arena_reserve(a, *runs, *count, &cap, *count + 1, sizeof **runs);
		(*runs)[(*count)++] = (uint64_t)sqlite3_column_int64(s, 0);
	}
	return end(store, s, rc, e);
}

int64_t sample_counts_done(const struct sample_counts *c)
{
	return c->ok + c->error + c->truncated + c->filtered;
}

static void count(struct sample_counts *c, struct str state, int64_t n)
{
	if (str_is(state, "ok"))
		c->ok += n;
	else if (str_is(state, "truncated"))
		c->truncated += n;
	else if (str_is(state, "filtered"))
		c->filtered += n;
	else if (str_is(state, "running"))
		c->running += n;
	else if (str_is(state, "open"))
		c->open += n;
	else
		c->error += n;
}

bool sample_rows_count(struct store *store, uint64_t run, struct sample_counts *out, struct err *e)
{
	sqlite3_stmt *s = begin(store, SQL_SAMPLE_COUNTS, run, e);
	int rc;
	*out = (struct sample_counts){.ok = 0};
	if (s == NULL)
		return false;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW)
		count(out, str_from((const char *)sqlite3_column_text(s, 0)),
			sqlite3_column_int64(s, 1));
	return end(store, s, rc, e);
}

static bool read_latency(
	struct store *store, uint64_t run, int percent, int64_t *out, struct err *e)
{
	sqlite3_stmt *s = begin(store, SQL_SAMPLE_LATENCY, run, e);
	if (s == NULL)
		return false;
	sqlite3_bind_int(s, 2, percent);
	int rc = sqlite3_step(s);
	*out = rc == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
	return end(store, s, rc, e);
}

bool sample_rows_sum(struct store *store, uint64_t run, struct sample_sums *out, struct err *e)
{
	sqlite3_stmt *s = begin(store, SQL_SAMPLE_COSTS, run, e);
	*out = (struct sample_sums){.requests = 0};
	if (s == NULL)
		return false;
	int rc = sqlite3_step(s);
	struct read r = {.s = s};
	if (rc == SQLITE_ROW) {
		out->requests = read_integer(&r, 0);
		out->input_tokens = read_integer(&r, -1);
		out->output_tokens = read_integer(&r, -1);
		out->estimated = read_integer(&r, 0) != 0;
		out->unknown = read_integer(&r, 0);
		out->cost_nano = read_integer(&r, 0);
		out->unpriced = read_integer(&r, 0);
	}
	return end(store, s, rc, e) && read_latency(store, run, 50, &out->latency_p50_ns, e) &&
	       read_latency(store, run, 95, &out->latency_p95_ns, e);
}

bool sample_rows_ended(
	struct store *store, uint64_t run, sample_ended_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *s = begin(store, SQL_SAMPLE_ENDED, run, e);
	int rc;
	if (s == NULL)
		return false;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct sample_at at = {sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
			sqlite3_column_int64(s, 2)};
		fn(ctx, &at, str_from((const char *)sqlite3_column_text(s, 3)));
	}
	return end(store, s, rc, e);
}

static void read_sample(struct read *r, struct sample_row *out)
{
	out->at.case_number = read_integer(r, 0);
	out->at.column_number = read_integer(r, 0);
	out->at.repeat = read_integer(r, 0);
	out->state = read_text(r);
	out->trials = read_integer(r, 0);
	out->trial = (uint64_t)read_integer(r, 0);
	out->output_blob = read_integer(r, 0);
	out->error = read_text(r);
	out->line = read_integer(r, 0);
	out->input_blob = read_integer(r, 0);
	out->started_ns = read_integer(r, 0);
	out->ended_ns = read_integer(r, 0);
	out->asked_ns = read_integer(r, 0);
	out->attempts = read_integer(r, 0);
	out->cached = read_integer(r, 0);
	out->input_tokens = read_integer(r, -1);
	out->output_tokens = read_integer(r, -1);
	out->estimated = read_integer(r, 0) != 0;
	out->cost_nano = read_integer(r, -1);
}

bool sample_rows_page(struct store *store, struct arena *a, uint64_t run,
	const struct sample_at *from, size_t limit, struct sample_rows *out, struct err *e)
{
	sqlite3_stmt *s = begin(store, SQL_SAMPLE_PAGE, run, e);
	size_t cap = 0;
	int rc;
	*out = (struct sample_rows){.len = 0};
	if (s == NULL)
		return false;
	sqlite3_bind_int64(s, 2, from->case_number);
	sqlite3_bind_int64(s, 3, from->column_number);
	sqlite3_bind_int64(s, 4, from->repeat);
	sqlite3_bind_int64(s, 5, (sqlite3_int64)limit);
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct read r = {.s = s, .arena = a};
		out->rows = arena_reserve(
			a, out->rows, out->len, &cap, out->len + 1, sizeof *out->rows);
		out->rows[out->len] = (struct sample_row){.trials = 0};
		read_sample(&r, &out->rows[out->len++]);
	}
	return end(store, s, rc, e);
}
