/* SPDX-License-Identifier: MIT */
/*
 * A program to be killed: it writes runs through the trace bus into a workspace's store and says on
 * standard output what is on disk. tests/faults/store_kill.py kills it and looks what is left.
 *
 *   store_driver write FOLDER   writes runs for ever; "ready", then "attempt ID" or "run ID" for
 *                               each that is durable
 *   store_driver check FOLDER   "fault SENTENCE" for each of fsck's, then opens the store and lists
 *                               "run ID STATUS" and "attempt ID STATE"
 *   store_driver old FOLDER     makes a database as the first schema step left it, with one run
 *   store_driver schema FOLDER  the schema's number and that of the newest
 *   store_driver features       "failpoints" when LATHE_FAIL works
 */
#include "core/base/ids.h"
#include "core/loop/loop.h"
#include "core/store/checkpoint.h"
#include "core/store/database.h"
#include "core/store/fsck.h"
#include "core/store/migrate.h"
#include "core/store/row_hash.h"
#include "core/store/run_rows.h"
#include "core/store/span_rows.h"
#include "core/store/store.h"
#include "core/trace/bus.h"
#include "core/trace/to_store.h"

#include "config.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LANES = 3, PIECES = 5 };

struct driver;

/* One run after the other. */
struct lane {
	struct driver *driver;
	uint64_t run, span, attempt;
};

struct driver {
	struct loop *loop;
	struct store *store;
	struct trace_bus *bus;
	struct to_store *to_store;
	struct ids ids;
	struct lane lanes[LANES];
	long long count;
};

static void say(const char *word, uint64_t id, const char *more)
{
	char text[ID_TEXT];
	printf("%s %s%s%s\n", word, id_text(id, text), *more != '\0' ? " " : "", more);
	fflush(stdout);
}

static int fail(const struct err *e)
{
	char text[700];
	fprintf(stderr, "%s\n", err_format(e, text, sizeof text));
	return 1;
}

static void tell(struct lane *lane, struct trace_event event)
{
	event.run = lane->run;
	event.at_ns = loop_now(lane->driver->loop);
	trace_bus_tell(lane->driver->bus, &event);
}

static void begin(struct lane *lane);

static void on_run_durable(void *ctx, const struct err *error)
{
	struct lane *lane = ctx;
	if (error != NULL)
		exit(fail(error));
	say("run", lane->run, "");
	begin(lane);
}

static void on_attempt_durable(void *ctx, const struct err *error)
{
	struct lane *lane = ctx;
	if (error != NULL)
		exit(fail(error));
	say("attempt", lane->attempt, "");
	struct trace_attempt_begin sent = {.attempt = lane->attempt};
	tell(lane, (struct trace_event){.kind = TRACE_ATTEMPT_SENT, .u.attempt_begin = sent});
	for (int i = 0; i < PIECES; i++) {
		struct trace_delta delta = {.kind = TRACE_DELTA_TEXT, .text = STR("because ")};
		tell(lane, (struct trace_event){
				   .kind = TRACE_DELTA, .span = lane->span, .u.delta = delta});
	}
	to_store_flush(lane->driver->to_store);
	struct trace_attempt_end attempt_end = {.attempt = lane->attempt,
		.status = TRACE_OK,
		.usage = {.input = 10, .output = 5, .cache_read = -1, .cache_write = -1},
		.http_status = 200};
	struct trace_end end = {.status = TRACE_OK,
		.output = value_cstr("because because because because because ")};
	tell(lane, (struct trace_event){.kind = TRACE_ATTEMPT_END,
			   .span = lane->span,
			   .u.attempt_end = attempt_end});
	tell(lane, (struct trace_event){.kind = TRACE_SPAN_END, .span = lane->span, .u.end = end});
	tell(lane, (struct trace_event){.kind = TRACE_RUN_END, .u.end = end});
	store_when_durable(lane->driver->store, on_run_durable, lane);
}

static void begin(struct lane *lane)
{
	struct driver *d = lane->driver;
	char source[64];
	snprintf(source, sizeof source, "prompt %lld", d->count++ / 4);
	lane->run = ids_next(&d->ids);
	lane->span = ids_next(&d->ids);
	lane->attempt = ids_next(&d->ids);
	struct trace_run_begin run = {.kind = STR("prompt"),
		.name = STR("prompts/answer.prompty"),
		.hash = STR("00"),
		.source = str_from(source)};
	struct trace_span_begin span = {
		.name = STR("answer"), .kind = STR("llm"), .input = value_cstr(source)};
	struct trace_attempt_begin attempt = {.attempt = lane->attempt,
		.number = 1,
		.provider = STR("scripted"),
		.model = STR("tiny"),
		.connection = STR("test"),
		.request = str_from(source)};
	tell(lane, (struct trace_event){.kind = TRACE_RUN_BEGIN, .u.run_begin = run});
	tell(lane, (struct trace_event){
			   .kind = TRACE_SPAN_BEGIN, .span = lane->span, .u.span_begin = span});
	tell(lane, (struct trace_event){.kind = TRACE_ATTEMPT_BEGIN,
			   .span = lane->span,
			   .u.attempt_begin = attempt});
	store_when_durable(d->store, on_attempt_durable, lane);
}

static int write_for_ever(const char *folder)
{
	struct driver d = {.loop = loop_new(clock_real()), .bus = trace_bus_new()};
	struct err e = ERR_INIT;
	if (!store_open(d.loop, folder, NULL, &d.store, &e))
		return fail(&e);
	d.to_store = to_store_new(d.loop, d.store);
	trace_bus_listen(d.bus, to_store_listen, d.to_store);
	printf("ready\n");
	fflush(stdout);
	for (int i = 0; i < LANES; i++) {
		d.lanes[i].driver = &d;
		begin(&d.lanes[i]);
	}
	loop_run(d.loop);
	return 0;
}

static void turned(void *ctx, const struct err *error)
{
	bool *done = ctx;
	*done = true;
	if (error != NULL)
		exit(fail(error));
}

static bool list(struct store *store, struct arena *a, struct err *e)
{
	struct run_filter filter = {.limit = 1000000};
	struct run_rows runs;
	if (!run_rows_list(store, a, &filter, &runs, e))
		return false;
	for (size_t i = 0; i < runs.len; i++) {
		struct attempt_rows attempts;
		say("run", runs.rows[i].id, str_cstr(a, runs.rows[i].status));
		if (!span_rows_attempts(store, a, runs.rows[i].id, &attempts, e))
			return false;
		for (size_t j = 0; j < attempts.len; j++)
			say("attempt", attempts.rows[j].id, str_cstr(a, attempts.rows[j].state));
	}
	return true;
}

static bool check_file(const char *folder, struct arena *a, struct err *e)
{
	struct fsck_report report;
	if (!fsck_check(folder, a, &report, e))
		return false;
	for (size_t i = 0; i < report.len; i++)
		if (report.findings[i].level == FSCK_FAULT)
			printf("fault %.*s\n", STR_ARG(report.findings[i].text));
	return true;
}

static int check(const char *folder)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct store *store = NULL;
	struct loop *loop = loop_new(clock_real());
	/* First as the kill left it, then as opening leaves it. */
	bool done = false, ok = check_file(folder, &a, &e);
	ok = ok && store_open(loop, folder, NULL, &store, &e);
	if (ok) {
		store_when_durable(store, turned, &done);
		loop_run_until(loop, &done);
		ok = list(store, &a, &e);
	}
	ok = store_close(store, ok ? &e : NULL) && ok;
	ok = ok && check_file(folder, &a, &e);
	loop_free(loop);
	arena_release(&a);
	return ok ? 0 : fail(&e);
}

static bool make_old(struct database *d, int lock, struct err *e)
{
	/* Every column of that step that has no default, and the seal. */
	static const char sql[] =
		"INSERT INTO run(id, owner, pid, started_ns, ended_ns, status, kind, name, hash, "
		"git, app_version, settings, error, spans, attempts, row_hash) "
		"VALUES(4919, 1, 1, 5, 6, 'ok', 'prompt', 'p', 'h', '', '', '', '', 0, 0, x'');"
		"UPDATE run SET row_hash = row_hash('run', id, owner, pid, started_ns, ended_ns, "
		"status, kind, name, hash, source_blob, git, app_version, settings, input_blob, "
		"output_blob, error, spans, attempts, input_tokens, output_tokens)";
	if (!migrate_to(d, lock, 1, e))
		return false;
	return sqlite3_exec(d->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
	       database_error(d, e, "The old database cannot be made");
}

static int with_database(const char *folder, bool old)
{
	struct place place;
	struct database d;
	struct err e = ERR_INIT;
	int64_t version = 0;
	if (!place_open(folder, 0, &place, &e))
		return fail(&e);
	int lock = checkpoint_open(&place, &e);
	bool ok = lock >= 0 && database_open(&place, DATABASE_WRITE, &d, &e);
	if (ok && old)
		ok = make_old(&d, lock, &e);
	if (ok)
		ok = database_integer(&d, "PRAGMA user_version", &version, &e);
	if (ok)
		printf("%d %d\n", (int)version, migrate_newest());
	if (lock >= 0)
		close(lock);
	if (ok)
		database_close(&d);
	place_free(&place);
	return ok ? 0 : fail(&e);
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	if (argc == 3 && strcmp(verb, "write") == 0)
		return write_for_ever(argv[2]);
	if (argc == 3 && strcmp(verb, "check") == 0)
		return check(argv[2]);
	if (argc == 3 && strcmp(verb, "old") == 0)
		return with_database(argv[2], true);
	if (argc == 3 && strcmp(verb, "schema") == 0)
		return with_database(argv[2], false);
	if (argc == 2 && strcmp(verb, "features") == 0) {
#ifdef ENABLE_FAILPOINTS
		printf("failpoints\n");
#endif
		return 0;
	}
	fprintf(stderr, "usage: store_driver write|check|old|schema FOLDER | features\n");
	return 2;
}
