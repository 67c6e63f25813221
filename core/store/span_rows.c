/* SPDX-License-Identifier: MIT */
#include "core/store/span_rows.h"

#include "core/base/buf.h"
#include "core/store/blob_rows.h"
#include "core/store/database.h"
#include "core/store/read.h"
#include "core/store/store.h"

#include <sqlite3.h>

static const char what[] = "The run cannot be read";

/* Reads one row at R into AT, an item of the array that walk grows. */
typedef void row_fn(struct read *r, void *at);

struct walk {
	enum statement name;
	row_fn *fn;
	size_t size; /* of an item */
	size_t most; /* 0: all */
};

/* Collects all rows of a statement with one id. *ROWS and *LEN are those of the result struct. */
static void *walk(struct store *store, struct arena *a, const struct walk *w, uint64_t id,
	size_t *len, struct err *e)
{
	struct database *d = store_reader(store);
	sqlite3_stmt *s = database_statement(d, w->name);
	if (s == NULL) {
		database_error(d, e, what);
		return NULL;
	}
	/* Never NULL on success, also for no rows. */
	size_t cap = 0;
	char *rows = arena_reserve(a, NULL, 0, &cap, 1, w->size);
	int rc;
	*len = 0;
	sqlite3_bind_int64(s, 1, (sqlite3_int64)id);
	sqlite3_bind_int64(s, 2, w->most > 0 ? (sqlite3_int64)w->most : -1);
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct read r = {.s = s, .arena = a};
		rows = arena_reserve(a, rows, *len, &cap, *len + 1, w->size);
		w->fn(&r, rows + *len * w->size);
		++*len;
	}
	if (rc != SQLITE_DONE) {
		database_error(d, e, what);
		rows = NULL;
	}
	sqlite3_reset(s);
	return rows;
}

static void read_span(struct read *r, void *at)
{
	struct span_row *out = at;
	out->id = (uint64_t)read_integer(r, 0);
	r->at++; /* run */
	out->parent = (uint64_t)read_integer(r, 0);
	out->name = read_text(r);
	out->kind = read_text(r);
	out->start_ns = read_integer(r, 0);
	out->first_ns = read_integer(r, 0);
	out->end_ns = read_integer(r, 0);
	out->status = read_text(r);
	out->attributes = read_text(r);
	out->end_attributes = read_text(r);
	out->input_blob = read_integer(r, 0);
	out->output_blob = read_integer(r, 0);
	out->streamed = read_integer(r, 0);
	out->error = read_text(r);
	out->damaged = read_integer(r, 0) == 0;
}

static void read_attempt(struct read *r, void *at)
{
	struct attempt_row *out = at;
	out->id = (uint64_t)read_integer(r, 0);
	r->at++; /* run */
	out->span = (uint64_t)read_integer(r, 0);
	out->number = read_integer(r, 0);
	out->state = read_text(r);
	out->provider = read_text(r);
	out->connection = read_text(r);
	out->model = read_text(r);
	out->request_blob = read_integer(r, 0);
	out->raw_blob = read_integer(r, 0);
	out->input_tokens = read_integer(r, -1);
	out->output_tokens = read_integer(r, -1);
	out->cache_read_tokens = read_integer(r, -1);
	out->cache_write_tokens = read_integer(r, -1);
	out->reasoning_tokens = read_integer(r, -1);
	out->estimated = read_integer(r, 0) != 0;
	out->finish_reason = read_text(r);
	out->response_id = read_text(r);
	out->response_model = read_text(r);
	out->http_status = (int)read_integer(r, 0);
	out->planned_ns = read_integer(r, 0);
	out->sent_ns = read_integer(r, 0);
	out->first_ns = read_integer(r, 0);
	out->end_ns = read_integer(r, 0);
	out->error = read_text(r);
	out->sample = read_integer(r, 0);
	out->cache_write_long_tokens = read_integer(r, 0);
	out->other_units = read_integer(r, 0);
	out->rate = read_text(r);
	out->reserved_nano = read_integer(r, -1);
	out->cost_nano = read_integer(r, -1);
	out->price = read_text(r);
	out->cached = read_integer(r, 0) != 0;
	out->possible_spend = read_integer(r, 0) != 0;
	out->damaged = read_integer(r, 0) == 0;
}

static void read_log(struct read *r, void *at)
{
	struct log_row *out = at;
	r->at++; /* run */
	out->span = (uint64_t)read_integer(r, 0);
	out->at_ns = read_integer(r, 0);
	out->level = read_text(r);
	out->text = read_text(r);
	out->damaged = read_integer(r, 0) == 0;
}

bool span_rows_list(
	struct store *store, struct arena *a, uint64_t run, struct span_rows *out, struct err *e)
{
	static const struct walk w = {SQL_SPAN_LIST, read_span, sizeof *out->rows, 0};
	out->rows = walk(store, a, &w, run, &out->len, e);
	return out->rows != NULL;
}

bool span_rows_attempts(
	struct store *store, struct arena *a, uint64_t run, struct attempt_rows *out, struct err *e)
{
	static const struct walk w = {SQL_ATTEMPT_LIST, read_attempt, sizeof *out->rows, 0};
	out->rows = walk(store, a, &w, run, &out->len, e);
	return out->rows != NULL;
}

bool span_rows_first(struct store *store, struct arena *a, uint64_t run, size_t most,
	struct span_rows *spans, struct attempt_rows *attempts, struct err *e)
{
	const struct walk of_spans = {SQL_SPAN_LIST, read_span, sizeof *spans->rows, most};
	const struct walk of_attempts = {
		SQL_ATTEMPT_LIST, read_attempt, sizeof *attempts->rows, most};
	spans->rows = walk(store, a, &of_spans, run, &spans->len, e);
	if (spans->rows == NULL)
		return false;
	attempts->rows = walk(store, a, &of_attempts, run, &attempts->len, e);
	return attempts->rows != NULL;
}

bool span_rows_tree(struct store *store, struct arena *a, uint64_t root, struct span_rows *spans,
	struct attempt_rows *attempts, struct err *e)
{
	static const struct walk of_spans = {SQL_SPAN_TREE, read_span, sizeof *spans->rows, 0};
	static const struct walk of_attempts = {
		SQL_ATTEMPT_TREE, read_attempt, sizeof *attempts->rows, 0};
	spans->rows = walk(store, a, &of_spans, root, &spans->len, e);
	if (spans->rows == NULL)
		return false;
	attempts->rows = walk(store, a, &of_attempts, root, &attempts->len, e);
	return attempts->rows != NULL;
}

bool span_rows_log(
	struct store *store, struct arena *a, uint64_t run, struct log_rows *out, struct err *e)
{
	static const struct walk w = {SQL_LOG_LIST, read_log, sizeof *out->rows, 1000};
	out->rows = walk(store, a, &w, run, &out->len, e);
	return out->rows != NULL;
}

bool span_rows_partial(
	struct store *store, struct arena *a, uint64_t span, struct str *out, struct err *e)
{
	struct database *d = store_reader(store);
	sqlite3_stmt *s = database_statement(d, SQL_PARTIAL_LIST);
	if (s == NULL)
		return database_error(d, e, what);
	struct buf text = BUF_INIT(BLOB_ROWS_MAX);
	int rc;
	sqlite3_bind_int64(s, 1, (sqlite3_int64)span);
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct read kind = {.s = s, .arena = a};
		if (str_is(read_text(&kind), "text"))
			buf_add(&text, sqlite3_column_blob(s, 1),
				(size_t)sqlite3_column_bytes(s, 1));
	}
	bool ok = rc == SQLITE_DONE || database_error(d, e, what);
	sqlite3_reset(s);
	*out = str_copy(a, buf_str(&text));
	buf_free(&text);
	return ok;
}
