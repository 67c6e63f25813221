/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_STORE_WORLD_H
#define TESTS_UNIT_STORE_WORLD_H

#include "core/base/file.h"
#include "core/base/ids.h"
#include "core/loop/loop.h"
#include "core/store/fsck.h"
#include "core/store/run_rows.h"
#include "core/store/store.h"

#include "tests/unit/check.h"

#include <errno.h>
#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What the store's tests share: a workspace in a folder of its own, a loop, and runs to write. */

struct world {
	struct arena arena;
	struct loop *loop;
	struct store *store;
	const char *folder;
	struct ids ids;
};

#define assert_ok(call)                                                                            \
	do {                                                                                       \
		struct err e = ERR_INIT;                                                           \
		if (!(call))                                                                       \
			fail_msg("%s: %s %s %s", #call, e.where, e.text, e.hint);                  \
	} while (0)

/* The call fails with a sentence that has WORDS in it. */
#define assert_refused(call, words)                                                                \
	do {                                                                                       \
		struct err e = ERR_INIT;                                                           \
		assert_false(call);                                                                \
		if (strstr(e.text, words) == NULL)                                                 \
			fail_msg("'%s' is not in: %s", words, e.text);                             \
	} while (0)

static inline void world_open(struct world *w)
{
	assert_ok(store_open(w->loop, w->folder, NULL, &w->store, &e));
}

static inline void world_close(struct world *w)
{
	assert_ok(store_close(w->store, &e));
	w->store = NULL;
}

static inline void world_init(struct world *w)
{
	*w = (struct world){.ids.counting = true};
	const char *top = getenv("TMPDIR");
	struct str path = str_format(&w->arena, "%s/store-XXXXXX", top != NULL ? top : "/tmp");
	char *name = arena_copy(&w->arena, path.at, path.len);
	assert_non_null(mkdtemp(name));
	w->folder = name;
	w->loop = loop_new(clock_real());
}

static inline int world_remove(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
	(void)st;
	(void)kind;
	(void)walk;
	return remove(path);
}

static inline void world_release(struct world *w)
{
	store_close(w->store, NULL);
	loop_free(w->loop);
	nftw(w->folder, world_remove, 16, FTW_DEPTH | FTW_PHYS);
	arena_release(&w->arena);
}

static inline const char *world_path(struct world *w, const char *name)
{
	return path_join(&w->arena, w->folder, name);
}

/* What a wait for durability brought. */
struct world_wait {
	bool done;
	bool failed;
	struct err error;
};

static inline void world_waited(void *ctx, const struct err *error)
{
	struct world_wait *wait = ctx;
	wait->done = true;
	wait->failed = error != NULL;
	if (error != NULL)
		wait->error = *error;
}

/* Turns the loop until all that was queued is on disk. */
static inline void world_settle(struct world *w)
{
	struct world_wait wait = {.done = false};
	store_when_durable(w->store, world_waited, &wait);
	assert_false(wait.done);
	loop_run_until(w->loop, &wait.done);
	if (wait.failed)
		fail_msg("not durable: %s", wait.error.text);
}

static inline void world_timer(void *ctx)
{
	bool *done = ctx;
	*done = true;
}

/* Turns the loop for some milliseconds. */
static inline void world_turn(struct world *w, int ms)
{
	bool done = false;
	struct loop_timer timer = {.background = true};
	loop_timer_start(w->loop, &timer, (int64_t)ms * 1000000, world_timer, &done);
	loop_run_until(w->loop, &done);
}

/* Turns the loop until the store is in that state; how many turns it took. */
static inline int world_turn_until(struct world *w, enum store_state state)
{
	for (int turns = 0;; turns++) {
		struct store_status status;
		store_status(w->store, &status);
		if (status.state == state)
			return turns;
		if (status.state == STORE_FAILED)
			fail_msg("the store failed: %s", status.error.text);
		world_turn(w, 1);
	}
}

static inline uint64_t world_begin_run(struct world *w, const char *name, const char *source)
{
	struct store_run run = {
		.id = ids_next(&w->ids),
		.at_ns = loop_now(w->loop),
		.kind = STR("prompt"),
		.name = str_from(name),
		.hash = STR("00ff"),
		.source = str_from(source),
		.settings = STR("{\"model\":\"m\"}"),
		.inputs = STR("{\"question\":\"why\"}"),
	};
	store_begin_run(w->store, &run);
	return run.id;
}

static inline uint64_t world_begin_span(struct world *w, uint64_t run, uint64_t parent)
{
	struct store_span span = {
		.id = ids_next(&w->ids),
		.run = run,
		.parent = parent,
		.at_ns = loop_now(w->loop),
		.name = STR("answer"),
		.kind = STR("llm"),
		.attributes = STR("{\"gen_ai.operation.name\":\"chat\"}"),
		.input = STR("{\"messages\":[]}"),
	};
	store_begin_span(w->store, &span);
	return span.id;
}

static inline uint64_t world_begin_attempt(struct world *w, uint64_t run, uint64_t span)
{
	struct store_attempt attempt = {
		.id = ids_next(&w->ids),
		.run = run,
		.span = span,
		.number = 1,
		.at_ns = loop_now(w->loop),
		.provider = STR("scripted"),
		.connection = STR("test"),
		.model = STR("tiny"),
		.request = STR("{\"model\":\"tiny\"}"),
	};
	store_begin_attempt(w->store, &attempt);
	return attempt.id;
}

static inline void world_end_attempt(struct world *w, uint64_t attempt)
{
	struct store_attempt_end end = {
		.id = attempt,
		.at_ns = loop_now(w->loop),
		.state = STR("done"),
		.input_tokens = 12,
		.output_tokens = 34,
		.cache_read_tokens = -1,
		.cache_write_tokens = -1,
		.reasoning_tokens = 0,
		.finish_reason = STR("stop"),
		.response_id = STR("r-1"),
		.response_model = STR("tiny-2"),
		.http_status = 200,
		.first_ns = loop_now(w->loop),
	};
	store_end_attempt(w->store, &end);
}

static inline void world_end_span(struct world *w, uint64_t span, const char *output)
{
	struct store_span_end end = {
		.id = span,
		.at_ns = loop_now(w->loop),
		.first_ns = loop_now(w->loop),
		.streamed = (int64_t)strlen(output),
		.status = STR("ok"),
		.output = str_from(output),
		.attributes = STR("{\"gen_ai.usage.output_tokens\":34}"),
	};
	store_end_span(w->store, &end);
}

static inline void world_end_run(struct world *w, uint64_t run, const char *output)
{
	struct store_run_end end = {
		.id = run,
		.at_ns = loop_now(w->loop),
		.status = STR("ok"),
		.output = str_from(output),
	};
	store_end_run(w->store, &end);
}

/* A whole run with one request; returns its id. */
static inline uint64_t world_run(struct world *w, const char *name, const char *source)
{
	uint64_t run = world_begin_run(w, name, source);
	uint64_t root = world_begin_span(w, run, 0);
	uint64_t span = world_begin_span(w, run, root);
	uint64_t attempt = world_begin_attempt(w, run, span);
	store_sent_attempt(w->store, attempt, loop_now(w->loop));
	world_end_attempt(w, attempt);
	world_end_span(w, span, "\"because\"");
	world_end_span(w, root, "\"because\"");
	world_end_run(w, run, "{\"answer\":\"because\"}");
	return run;
}

/* ---- for the tests of faults ---- */

static inline void write_file(struct world *w, const char *name, struct str bytes)
{
	assert_ok(file_write(world_path(w, name), bytes, 0600, &e));
}

static inline struct str read_file(struct world *w, const char *name)
{
	struct str bytes;
	assert_ok(file_read(&w->arena, world_path(w, name), 1 << 28, &bytes, &e));
	return bytes;
}

static inline bool try_open(struct world *w, struct err *e)
{
	struct store *store = NULL;
	bool ok = store_open(w->loop, w->folder, NULL, &store, e);
	if (ok)
		store_close(store, NULL);
	return ok;
}

static inline sqlite3 *open_beside(struct world *w)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(world_path(w, ".lathe/lathe.db"), &db), SQLITE_OK);
	return db;
}

static inline void run_sql(sqlite3 *db, const char *sql)
{
	char *message = NULL;
	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
}

/* The database is whole, says fsck. */
static inline void assert_clean(struct world *w)
{
	struct fsck_report report;
	assert_ok(fsck_check(w->folder, &w->arena, &report, &e));
	for (size_t i = 0; i < report.len; i++)
		if (report.findings[i].level == FSCK_FAULT)
			fail_msg("fsck: %.*s", STR_ARG(report.findings[i].text));
}

static inline size_t count_runs(struct world *w)
{
	struct run_filter filter = {.limit = 1000000};
	struct run_rows rows;
	assert_ok(run_rows_list(w->store, &w->arena, &filter, &rows, &e));
	return rows.len;
}

#endif
