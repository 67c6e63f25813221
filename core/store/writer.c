/* SPDX-License-Identifier: MIT */
#include "core/store/writer.h"

#include "core/base/alloc.h"
#include "core/base/failpoint.h"
#include "core/loop/loop.h"
#include "core/store/blob_rows.h"
#include "core/store/checkpoint.h"
#include "core/store/lock_holder.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	FIRST_WAIT_MS = 1,
	LONGEST_WAIT_MS = 1000,
	STOP_WAIT_MS = 5000, /* how long a writer that is stopped goes on trying */
	SHOW_LOCKED_MS = 500, /* a lock shorter than this is nobody's business */
	CHECKPOINT_STEP = 4 << 20 /* growth of the log between two tries of a checkpoint */
};

struct writer {
	struct database database;
	int lock;
	struct apply_owner owner;
	struct loop_wake *wake;
	pthread_t thread;
	size_t log_bytes; /* of the write-ahead log after the last commit */
	size_t log_tried; /* when the last checkpoint was tried */

	pthread_mutex_t mutex; /* for all below */
	pthread_cond_t changed;
	struct batch *first;
	struct batch *last;
	bool was_full; /* the last try found no room */
	bool stopping;
	int64_t stop_ns; /* monotonic: when a stopping writer gives up */
	struct writer_progress progress;
};

static int64_t monotonic_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int on_log(void *ctx, sqlite3 *db, const char *name, int pages)
{
	/* A frame of the log is a page and 24 bytes; pages are 4 KiB. */
	struct writer *w = ctx;
	(void)db;
	(void)name;
	w->log_bytes = (size_t)pages * (4096 + 24);
	return SQLITE_OK;
}

/* The sentence for a disk that takes nothing; always STORE_FULL. */
static enum store_state no_room(const struct writer *w, int error, struct err *e)
{
	err_set(e, ERR_STORE, "Runs cannot be saved: %s: %s.", w->database.path,
		error == 0 || error == ENOSPC ? "the disk is full" : strerror(error));
	err_hint(e, "Make room: what waits is then written by itself.");
	return STORE_FULL;
}

static bool is_no_room(int error)
{
	return error == ENOSPC || error == EDQUOT || error == EFBIG || error == EROFS;
}

/* What a failed step means: try again, or stop for good. Sets E. */
static enum store_state judge(struct writer *w, int rc, struct err *e)
{
	int kind = rc & 0xFF;
	bool was_full = w->was_full;
	int error = sqlite3_system_errno(w->database.db);
	database_error(&w->database, e, "Runs cannot be saved");
	if (kind == SQLITE_BUSY || kind == SQLITE_LOCKED)
		return STORE_LOCKED; /* settle_group names the holder, once it lasts */
	w->was_full = kind == SQLITE_FULL || kind == SQLITE_READONLY;
	if (kind == SQLITE_FULL)
		return no_room(w, 0, e);
	if (kind == SQLITE_READONLY)
		return no_room(w, EROFS, e);
	/* After a failed sync nobody knows what is on the disk: never tried again. */
	if (kind != SQLITE_IOERR || rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC)
		return STORE_FAILED;
	if (!is_no_room(error)) {
		struct arena a = ARENA_INIT;
		error = place_probe(str_format(&a, "%s-wal", w->database.path).at);
		arena_release(&a);
	}
	w->was_full = is_no_room(error);
	if (w->was_full)
		return no_room(w, error, e);
	/* Room that came between the failure and the question leaves no trace: once more, then. */
	return was_full ? no_room(w, 0, e) : STORE_FAILED;
}

static int run_plain(struct writer *w, enum statement name)
{
	sqlite3_stmt *s = database_statement(&w->database, name);
	if (s == NULL)
		return sqlite3_errcode(w->database.db);
	int rc = sqlite3_step(s);
	sqlite3_reset(s);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* The points of what a group of batches holds, before and after it is on disk. */
static void pass_points(unsigned kinds, bool after)
{
	(void)after;
	if (kinds & 1u << BATCH_ATTEMPT)
		FAILPOINT(after ? "attempt-after-commit" : "attempt-before-commit");
	if (kinds & 1u << BATCH_TRIAL_END)
		FAILPOINT(after ? "trial-after-commit" : "trial-before-commit");
	if (kinds & 1u << BATCH_RUN_END)
		FAILPOINT(after ? "end-after-commit" : "end-before-commit");
}

static int write_rows(struct writer *w, const struct batch *first, const struct batch *last)
{
	unsigned kinds = 0;
	int rc = run_plain(w, SQL_BEGIN);
	if (rc != SQLITE_OK)
		return rc;
	for (const struct batch *batch = first; rc == SQLITE_OK; batch = batch->next) {
		kinds |= batch->kinds;
		rc = apply_batch(&w->database, &w->owner, batch);
		if (batch == last)
			break;
	}
	if (rc == SQLITE_OK) {
		pass_points(kinds, false);
		rc = failpoint_error("commit") ? SQLITE_IOERR_FSYNC : run_plain(w, SQL_COMMIT);
	}
	if (rc == SQLITE_OK)
		pass_points(kinds, true);
	return rc;
}

/* One transaction with the batches from FIRST to LAST. */
static enum store_state write_group(
	struct writer *w, const struct batch *first, const struct batch *last, struct err *e)
{
	err_clear(e);
	if (!database_is_in_place(&w->database)) {
		err_set(e, ERR_STORE,
			"%s was moved, deleted or replaced while it was open; nothing more is "
			"written.",
			w->database.path);
		err_hint(e, "Start lathe again.");
		return STORE_FAILED;
	}
	if (!checkpoint_share(w->lock)) {
		err_set(e, ERR_STORE, "Another lathe tidies up %s.", w->database.path);
		return STORE_LOCKED;
	}
	int rc = write_rows(w, first, last);
	enum store_state state = STORE_OK;
	if (rc == SQLITE_OK) {
		w->was_full = false;
	} else {
		state = judge(w, rc, e);
		blob_rows_forget(&w->database);
		if (!sqlite3_get_autocommit(w->database.db))
			run_plain(w, SQL_ROLLBACK);
	}
	checkpoint_release(w->lock);
	return state;
}

static void tidy(struct writer *w)
{
	if (w->log_bytes < CHECKPOINT_WAL_BYTES || w->log_bytes < w->log_tried + CHECKPOINT_STEP)
		return;
	w->log_tried = w->log_bytes;
	if (checkpoint_run(w->database.db, w->lock)) {
		w->log_bytes = 0;
		w->log_tried = 0;
	}
}

/* Takes the batches up to LAST out of the queue and frees them. */
static void drop_group(struct writer *w, const struct batch *last)
{
	bool more = true;
	while (more) {
		struct batch *batch = w->first;
		more = batch != last;
		w->first = batch->next;
		w->progress.waiting -= batch->bytes;
		batch_free(batch);
	}
	if (w->first == NULL)
		w->last = NULL;
}

/* Says who keeps the database locked, when the system tells. */
static void name_holder(const struct writer *w, struct err *e)
{
	long pid = lock_holder(w->database.path);
	if (pid > 0)
		err_hint(e, "It is process %ld%s.", pid, pid == getpid() ? ", this one" : "");
}

/* Sets the state and says whether that is news. */
static bool set_state(struct writer *w, enum store_state state, const struct err *e)
{
	bool news = w->progress.state != state;
	w->progress.state = state;
	if (state != STORE_OK)
		w->progress.error = *e;
	return news;
}

/* Waits for MS or until the writer is stopped; the mutex is held. */
static void wait_ms(struct writer *w, int ms)
{
	int64_t until = monotonic_ns() + (int64_t)ms * 1000000;
	struct timespec t = {.tv_sec = until / 1000000000, .tv_nsec = until % 1000000000};
	bool stopping = w->stopping;
	while (w->stopping == stopping && w->progress.state != STORE_FAILED &&
		pthread_cond_timedwait(&w->changed, &w->mutex, &t) == 0)
		;
}

/* Tries until the batches up to LAST are written, or never will be. The mutex is held. */
static void settle_group(struct writer *w, const struct batch *last)
{
	int wait = FIRST_WAIT_MS;
	int64_t began = monotonic_ns();
	for (;;) {
		struct err e = ERR_INIT;
		const struct batch *first = w->first;
		pthread_mutex_unlock(&w->mutex);
		enum store_state state = write_group(w, first, last, &e);
		bool shown = state != STORE_LOCKED ||
			     monotonic_ns() - began > (int64_t)SHOW_LOCKED_MS * 1000000;
		if (state == STORE_LOCKED && shown)
			name_holder(w, &e);
		pthread_mutex_lock(&w->mutex);
		bool news = false;
		if (state == STORE_OK)
			w->progress.durable = last->number;
		if (w->progress.state != STORE_FAILED && shown)
			news = set_state(w, state, &e);
		if (state == STORE_OK || w->progress.state == STORE_FAILED) {
			if (state == STORE_OK)
				drop_group(w, last);
			loop_wake_send(w->wake);
			return;
		}
		if (news)
			loop_wake_send(w->wake);
		if (w->stopping && monotonic_ns() >= w->stop_ns) {
			set_state(w, STORE_FAILED, &e);
			return;
		}
		wait_ms(w, wait);
		wait = wait * 2 < LONGEST_WAIT_MS ? wait * 2 : LONGEST_WAIT_MS;
		if (w->stopping && wait > 50)
			wait = 50;
	}
}

static void *writer_main(void *ctx)
{
	struct writer *w = ctx;
	pthread_mutex_lock(&w->mutex);
	for (;;) {
		if (w->progress.state == STORE_FAILED) {
			if (w->first != NULL)
				drop_group(w, w->last);
			loop_wake_send(w->wake);
		}
		while (w->first == NULL && !w->stopping)
			pthread_cond_wait(&w->changed, &w->mutex);
		if (w->first == NULL)
			break;
		if (w->progress.state == STORE_FAILED)
			continue;
		settle_group(w, w->last);
		pthread_mutex_unlock(&w->mutex);
		tidy(w);
		pthread_mutex_lock(&w->mutex);
	}
	pthread_mutex_unlock(&w->mutex);
	return NULL;
}

static void start_thread(struct writer *w)
{
	/* Signals are the loop's: none is delivered to this thread. */
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int rc = pthread_create(&w->thread, NULL, writer_main, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0)
		BUG("the writer's thread cannot be made");
}

struct writer *writer_start(
	struct database *database, int lock, struct apply_owner owner, struct loop_wake *wake)
{
	struct writer *w = xcalloc(1, sizeof *w);
	pthread_condattr_t attributes;
	w->database = *database;
	*database = (struct database){.db = NULL};
	w->lock = lock;
	w->owner = owner;
	w->wake = wake;
	sqlite3_wal_hook(w->database.db, on_log, w);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&w->mutex, NULL);
	pthread_cond_init(&w->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	start_thread(w);
	return w;
}

void writer_push(struct writer *w, struct batch *batch)
{
	pthread_mutex_lock(&w->mutex);
	if (w->last == NULL)
		w->first = batch;
	else
		w->last->next = batch;
	w->last = batch;
	w->progress.waiting += batch->bytes;
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->mutex);
}

void writer_progress(struct writer *w, struct writer_progress *out)
{
	pthread_mutex_lock(&w->mutex);
	*out = w->progress;
	pthread_mutex_unlock(&w->mutex);
}

void writer_fail(struct writer *w, const struct err *error)
{
	pthread_mutex_lock(&w->mutex);
	set_state(w, STORE_FAILED, error);
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->mutex);
}

void writer_stop(struct writer *w, struct writer_progress *out)
{
	pthread_mutex_lock(&w->mutex);
	w->stopping = true;
	w->stop_ns = monotonic_ns() + (int64_t)STOP_WAIT_MS * 1000000;
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->mutex);
	pthread_join(w->thread, NULL);
	*out = w->progress;
	while (w->first != NULL)
		drop_group(w, w->last);
	/* After a failure nothing more is done to the file: what is in the log stays there. */
	if (out->state == STORE_FAILED)
		database_close(&w->database);
	else
		checkpoint_close(database_release(&w->database), w->lock);
	close(w->lock);
	pthread_mutex_destroy(&w->mutex);
	pthread_cond_destroy(&w->changed);
	free(w);
}
