/* SPDX-License-Identifier: MIT */
#include "core/store/store.h"

#include "core/base/alloc.h"
#include "core/loop/loop.h"
#include "core/store/checkpoint.h"
#include "core/store/migrate.h"
#include "core/store/owner.h"
#include "core/store/store_private.h"
#include "core/store/writer.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

enum { QUEUE_DEFAULT = 64 << 20, BEHIND = 32 };

struct wait {
	uint64_t number; /* the batch that must be on disk */
	store_durable_fn *fn;
	void *ctx;
};

struct store {
	struct loop *loop;
	struct place place;
	struct owner owner;
	struct database reader;
	struct writer *writer; /* NULL: opened for viewing */
	struct loop_wake *wake;
	struct batch *open; /* this turn's rows, or NULL */
	uint64_t handed; /* number of the last batch that went to the writer */
	bool holding; /* the loop, while a batch is under way */
	struct writer_progress progress;
	size_t queue_max;
	struct wait *waits;
	size_t wait_count;
	size_t wait_cap;
	store_redact_fn *redact;
	void *redact_ctx;
	struct buf scratch;
	int64_t data_version;
};

static void on_wake(void *ctx)
{
	(void)ctx; /* the step reads the progress before the loop sleeps */
}

static bool is_final(const struct store *store)
{
	return store->progress.state == STORE_FAILED || store->progress.state == STORE_VIEW;
}

/* Calls the waiters whose rows are on disk, or never will be. True when one was called. */
static bool call_waits(struct store *store)
{
	bool called = false;
	for (size_t i = 0; i < store->wait_count;) {
		struct wait wait = store->waits[i];
		bool durable = wait.number <= store->progress.durable;
		if (!durable && !is_final(store)) {
			i++;
			continue;
		}
		for (size_t j = i + 1; j < store->wait_count; j++)
			store->waits[j - 1] = store->waits[j];
		store->wait_count--;
		called = true;
		wait.fn(wait.ctx, durable ? NULL : &store->progress.error);
		i = 0; /* the list may have changed under the call */
	}
	return called;
}

static void hand_over(struct store *store)
{
	if (store->open == NULL)
		return;
	if (is_final(store)) {
		batch_free(store->open);
	} else {
		if (!store->holding)
			loop_hold(store->loop);
		store->holding = true;
		store->handed = store->open->number;
		writer_push(store->writer, store->open);
	}
	store->open = NULL;
}

static bool store_step(void *ctx)
{
	struct store *store = ctx;
	hand_over(store);
	if (store->writer != NULL)
		writer_progress(store->writer, &store->progress);
	if (store->holding && (store->progress.durable >= store->handed || is_final(store))) {
		loop_drop(store->loop);
		store->holding = false;
	}
	return call_waits(store);
}

/* This turn's batch, made when it is the first row. */
static struct batch *open_batch(struct store *store)
{
	if (store->open == NULL) {
		store->open = batch_new(store->handed + 1);
		loop_again(store->loop);
	}
	return store->open;
}

static size_t waiting_bytes(const struct store *store)
{
	return store->progress.waiting + (store->open != NULL ? store->open->bytes : 0);
}

/* A new row, or NULL when nothing is written any more. */
static struct batch_row *add(struct store *store, enum batch_kind kind)
{
	if (is_final(store))
		return NULL;
	if (waiting_bytes(store) / 2 > store->queue_max) {
		struct err e = ERR_INIT;
		err_set(&e, ERR_STORE,
			"More than %zu MiB wait to be written to %s; nothing more is saved.",
			store->queue_max * 2 >> 20, store->place.database);
		if (store->progress.error.text[0] != '\0')
			err_hint(&e, "%.150s", store->progress.error.text);
		writer_fail(store->writer, &e);
		writer_progress(store->writer, &store->progress);
		loop_again(store->loop);
		return NULL;
	}
	return batch_add(open_batch(store), kind);
}

/* Copies a text into the open batch, without secrets. */
static struct str keep(struct store *store, struct str text)
{
	if (store->redact == NULL || text.len == 0)
		return batch_keep(store->open, text);
	buf_clear(&store->scratch);
	if (!buf_add_str(&store->scratch, text))
		return batch_keep(store->open, STR("[too long to be checked for secrets]"));
	store->redact(store->redact_ctx, &store->scratch);
	return batch_keep(store->open, buf_str(&store->scratch));
}

struct batch_row *store_queue(struct store *store, enum batch_kind kind)
{
	return add(store, kind);
}

struct str store_queue_text(struct store *store, struct str text)
{
	return keep(store, text);
}

void store_begin_run(struct store *store, const struct store_run *run)
{
	struct batch_row *row = add(store, BATCH_RUN);
	if (row == NULL)
		return;
	row->u.run = *run;
	row->u.run.kind = keep(store, run->kind);
	row->u.run.name = keep(store, run->name);
	row->u.run.hash = batch_keep(store->open, run->hash);
	row->u.run.source = keep(store, run->source);
	row->u.run.git = keep(store, run->git);
	row->u.run.settings = keep(store, run->settings);
	row->u.run.inputs = keep(store, run->inputs);
}

void store_begin_span(struct store *store, const struct store_span *span)
{
	struct batch_row *row = add(store, BATCH_SPAN);
	if (row == NULL)
		return;
	struct store_span *begin = &row->u.span.begin;
	*begin = *span;
	begin->name = keep(store, span->name);
	begin->kind = keep(store, span->kind);
	begin->attributes = keep(store, span->attributes);
	begin->input = keep(store, span->input);
}

void store_begin_attempt(struct store *store, const struct store_attempt *attempt)
{
	struct batch_row *row = add(store, BATCH_ATTEMPT);
	if (row == NULL)
		return;
	row->u.attempt = *attempt;
	row->u.attempt.provider = keep(store, attempt->provider);
	row->u.attempt.connection = keep(store, attempt->connection);
	row->u.attempt.model = keep(store, attempt->model);
	row->u.attempt.request = keep(store, attempt->request);
}

void store_sent_attempt(struct store *store, uint64_t attempt, int64_t at_ns)
{
	struct batch_row *row = add(store, BATCH_ATTEMPT_SENT);
	if (row != NULL)
		row->u.sent = (struct batch_sent){attempt, at_ns};
}

void store_end_attempt(struct store *store, const struct store_attempt_end *end)
{
	struct batch_row *row = add(store, BATCH_ATTEMPT_END);
	if (row == NULL)
		return;
	row->u.attempt_end = *end;
	row->u.attempt_end.state = batch_keep(store->open, end->state);
	row->u.attempt_end.finish_reason = keep(store, end->finish_reason);
	row->u.attempt_end.response_id = keep(store, end->response_id);
	row->u.attempt_end.response_model = keep(store, end->response_model);
	row->u.attempt_end.raw = keep(store, end->raw);
	row->u.attempt_end.rate = batch_keep(store->open, end->rate);
	row->u.attempt_end.price = keep(store, end->price);
	row->u.attempt_end.error = keep(store, end->error);
}

/* Where the span's end goes: beside its begin, when that is still here, or in a row of its own.
 * NULL when nothing is written any more. */
static struct store_span_end *span_end(struct store *store, const struct store_span_end *end)
{
	struct batch_span *begun = store->open != NULL && end->no_partials && !is_final(store)
					   ? batch_begun(store->open, end->id)
					   : NULL;
	if (begun != NULL) {
		struct store_span_end *beside =
			ARENA_NEW(&store->open->arena, struct store_span_end);
		store->open->bytes += sizeof *beside;
		begun->end = beside;
		return beside;
	}
	struct batch_row *row = add(store, BATCH_SPAN_END);
	return row != NULL ? &row->u.span_end : NULL;
}

void store_end_span(struct store *store, const struct store_span_end *end)
{
	struct store_span_end *kept = span_end(store, end);
	if (kept == NULL)
		return;
	*kept = *end;
	kept->status = batch_keep(store->open, end->status);
	kept->output = keep(store, end->output);
	kept->attributes = keep(store, end->attributes);
	kept->error = keep(store, end->error);
}

void store_end_run(struct store *store, const struct store_run_end *end)
{
	struct batch_row *row = add(store, BATCH_RUN_END);
	if (row == NULL)
		return;
	row->u.run_end = *end;
	row->u.run_end.status = batch_keep(store->open, end->status);
	row->u.run_end.output = keep(store, end->output);
	row->u.run_end.error = keep(store, end->error);
}

bool store_add_partial(struct store *store, const struct store_partial *partial)
{
	if (!store_has_room(store))
		return false;
	struct batch_row *row = add(store, BATCH_PARTIAL);
	if (row == NULL)
		return false;
	row->u.partial = *partial;
	row->u.partial.kind = batch_keep(store->open, partial->kind);
	row->u.partial.bytes = keep(store, partial->bytes);
	return true;
}

void store_add_log(struct store *store, const struct store_log *log)
{
	struct batch_row *row = add(store, BATCH_LOG);
	if (row == NULL)
		return;
	row->u.log = *log;
	row->u.log.level = batch_keep(store->open, log->level);
	row->u.log.text = keep(store, log->text);
}

void store_add_version(struct store *store, const struct store_version *version)
{
	struct batch_row *row = add(store, BATCH_VERSION);
	if (row == NULL)
		return;
	row->u.version = *version;
	row->u.version.path = keep(store, version->path);
	row->u.version.hash = batch_keep(store->open, version->hash);
	row->u.version.source = keep(store, version->source);
}

void store_add_cached(struct store *store, const struct store_cached *cached)
{
	struct batch_row *row = add(store, BATCH_CACHED);
	if (row == NULL)
		return;
	row->u.cached = *cached;
	row->u.cached.key = batch_keep(store->open, cached->key);
	row->u.cached.parts = keep(store, cached->parts);
	row->u.cached.result = keep(store, cached->result);
}

void store_use_cached(struct store *store, const struct store_cache_use *use)
{
	struct batch_row *row = add(store, BATCH_CACHE_USE);
	if (row == NULL)
		return;
	row->u.cache_use = *use;
	row->u.cache_use.key = batch_keep(store->open, use->key);
}

void store_trim_cache(struct store *store, const struct store_cache_trim *trim)
{
	struct batch_row *row = add(store, BATCH_CACHE_TRIM);
	if (row == NULL)
		return;
	row->u.cache_trim = *trim;
	row->u.cache_trim.key = batch_keep(store->open, trim->key);
}

void store_put_calibration(struct store *store, const struct store_calibration *calibration)
{
	struct batch_row *row = add(store, BATCH_CALIBRATION);
	if (row == NULL)
		return;
	row->u.calibration = *calibration;
	row->u.calibration.model = keep(store, calibration->model);
	row->u.calibration.script = batch_keep(store->open, calibration->script);
}

void store_set_redactor(struct store *store, store_redact_fn *fn, void *ctx)
{
	store->redact = fn;
	store->redact_ctx = ctx;
}

void store_when_durable(struct store *store, store_durable_fn *fn, void *ctx)
{
	uint64_t number = store->open != NULL ? store->open->number : store->handed;
	if (store->progress.state == STORE_VIEW)
		number = UINT64_MAX;
	store->waits = array_reserve(
		store->waits, &store->wait_cap, store->wait_count + 1, sizeof *store->waits);
	store->waits[store->wait_count++] = (struct wait){number, fn, ctx};
	loop_again(store->loop);
}

void store_forget_wait(struct store *store, store_durable_fn *fn, void *ctx)
{
	size_t kept = 0;
	for (size_t i = 0; i < store->wait_count; i++)
		if (store->waits[i].fn != fn || store->waits[i].ctx != ctx)
			store->waits[kept++] = store->waits[i];
	store->wait_count = kept;
}

void store_status(const struct store *store, struct store_status *out)
{
	*out = (struct store_status){.state = store->progress.state,
		.waiting = waiting_bytes(store),
		.error = store->progress.error};
	if (out->state == STORE_OK)
		err_clear(&out->error);
}

bool store_has_room(const struct store *store)
{
	return waiting_bytes(store) <= store->queue_max;
}

bool store_keeps_up(const struct store *store)
{
	return waiting_bytes(store) <= store->queue_max / BEHIND;
}

uint64_t store_rows_ever(struct store *store)
{
	sqlite3_stmt *s = database_statement(&store->reader, SQL_ROWS_EVER);
	uint64_t rows = 0;
	if (s != NULL && sqlite3_step(s) == SQLITE_ROW)
		rows = (uint64_t)sqlite3_column_int64(s, 0);
	if (s != NULL)
		sqlite3_reset(s);
	return rows;
}

bool store_changed(struct store *store)
{
	int64_t version = 0;
	if (!database_integer(&store->reader, "PRAGMA data_version", &version, NULL))
		return false;
	bool changed = version != store->data_version;
	store->data_version = version;
	return changed;
}

struct database *store_reader(struct store *store)
{
	return &store->reader;
}

uint64_t store_own_token(const struct store *store)
{
	return store->owner.token;
}

bool store_owner_lives(const struct store *store, uint64_t owner)
{
	return owner_lives(&store->owner, owner);
}

/* Queues the end of every run whose process is gone. */
static bool mark_lost(struct store *store, struct err *e)
{
	sqlite3_stmt *s = database_statement(&store->reader, SQL_RUNS_RUNNING);
	if (s == NULL)
		return database_error(&store->reader, e, "The runs cannot be read");
	int rc;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		if (owner_lives(&store->owner, (uint64_t)sqlite3_column_int64(s, 1)))
			continue;
		struct batch_row *row = add(store, BATCH_LOST);
		row->u.lost = (uint64_t)sqlite3_column_int64(s, 0);
	}
	bool ok = rc == SQLITE_DONE || database_error(&store->reader, e, "The runs cannot be read");
	sqlite3_reset(s);
	return ok;
}

static bool start_writer(struct store *store, struct err *e)
{
	struct database database;
	int lock = checkpoint_open(&store->place, e);
	if (lock < 0)
		return false;
	bool ok = database_open(&store->place, DATABASE_WRITE, &database, e);
	if (ok && !migrate_to(&database, lock, migrate_newest(), e)) {
		database_close(&database);
		ok = false;
	}
	if (!ok) {
		close(lock);
		return false;
	}
	struct apply_owner owner = {store->owner.token, getpid()};
	store->wake = loop_wake_new(store->loop, on_wake, store);
	store->writer = writer_start(&database, lock, owner, store->wake);
	return true;
}

static bool start(struct store *store, bool view, struct err *e)
{
	int64_t version = 0;
	if (!owner_take(&store->place, view, &store->owner, e))
		return false;
	if (view || store->place.read_only) {
		store->progress.state = STORE_VIEW;
		err_set(&store->progress.error, ERR_STORE,
			view ? "%s was opened for viewing."
			     : "%s cannot be written: it is "
			       "opened for viewing.",
			store->place.database);
	} else if (!start_writer(store, e)) {
		return false;
	}
	return database_open(&store->place, DATABASE_READ, &store->reader, e) &&
	       migrate_check(&store->reader, &version, e) &&
	       (store->progress.state == STORE_VIEW || mark_lost(store, e));
}

bool store_open(struct loop *loop, const char *workspace, const struct store_options *options,
	struct store **out, struct err *e)
{
	struct store_options o = options != NULL ? *options : (struct store_options){.view = false};
	struct store *store = xcalloc(1, sizeof *store);
	unsigned flags = (o.view ? PLACE_VIEW : 0) | (o.force_fs ? PLACE_FORCE_FS : 0);
	store->loop = loop;
	store->owner.fd = -1;
	store->queue_max = o.queue_max > 0 ? o.queue_max : QUEUE_DEFAULT;
	/* The largest text there is must fit, or it could not be checked for secrets. */
	store->scratch.max = store->queue_max * 2;
	if (!place_open(workspace, flags, &store->place, e)) {
		free(store);
		return false;
	}
	loop_before_sleep(loop, LOOP_STORE, store_step, store);
	if (!start(store, o.view, e)) {
		store_close(store, NULL);
		return false;
	}
	*out = store;
	return true;
}

bool store_exists(const char *workspace)
{
	return place_has_database(workspace);
}

/* Ends the writing; false when rows were lost. */
static bool stop_writer(struct store *store, struct err *e)
{
	struct err before = store->progress.error;
	bool had_failed = store->progress.state == STORE_FAILED;
	hand_over(store);
	writer_stop(store->writer, &store->progress);
	store->writer = NULL;
	loop_wake_free(store->wake);
	bool ok = store->progress.state != STORE_FAILED;
	if (!ok && e != NULL)
		*e = had_failed ? before : store->progress.error;
	return ok;
}

bool store_close(struct store *store, struct err *e)
{
	bool ok = true;
	if (store == NULL)
		return true;
	if (store->reader.db != NULL)
		database_close(&store->reader);
	if (store->writer != NULL)
		ok = stop_writer(store, e);
	loop_forget_step(store->loop, LOOP_STORE, store_step, store);
	if (store->holding)
		loop_drop(store->loop);
	if (store->progress.state != STORE_FAILED && store->wait_count > 0) {
		struct err closed = ERR_INIT;
		err_set(&closed, ERR_STORE, "The store was closed.");
		store->progress.error = closed;
		store->progress.state = STORE_FAILED;
	}
	call_waits(store);
	batch_free(store->open);
	owner_leave(&store->owner);
	place_free(&store->place);
	buf_free(&store->scratch);
	free(store->waits);
	free(store);
	return ok;
}
