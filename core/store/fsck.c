/* SPDX-License-Identifier: MIT */
#include "core/store/fsck.h"

#include "core/base/buf.h"
#include "core/base/ids.h"
#include "core/store/blob_rows.h"
#include "core/store/database.h"
#include "core/store/fsck_rules.h"
#include "core/store/migrate.h"
#include "core/store/owner.h"
#include "core/store/row_hash.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { LOG_LARGE = 64 << 20 };

struct fsck {
	struct database d;
	struct place place;
	struct owner owner;
	struct arena *arena;
	size_t cap;
	struct fsck_report *report;
};

static void find(struct fsck *f, enum fsck_level level, const char *check, struct str text)
{
	struct fsck_report *r = f->report;
	r->faults += level == FSCK_FAULT;
	if (r->len == FSCK_LISTED)
		return;
	r->findings = arena_reserve(
		f->arena, r->findings, r->len, &f->cap, r->len + 1, sizeof *r->findings);
	r->findings[r->len++] = (struct fsck_finding){level, check, text};
}

static struct str column(const struct fsck *f, sqlite3_stmt *s, int at)
{
	const char *text = (const char *)sqlite3_column_text(s, at);
	return str_copy(f->arena, str_from(text != NULL ? text : ""));
}

static sqlite3_stmt *prepare(struct fsck *f, const char *check, const char *sql)
{
	sqlite3_stmt *s = NULL;
	if (sqlite3_prepare_v2(f->d.db, sql, -1, &s, NULL) != SQLITE_OK)
		find(f, FSCK_FAULT, check,
			str_format(f->arena, "The check cannot be made: %s.",
				sqlite3_errmsg(f->d.db)));
	return s;
}

/* Ends a statement; RC is what its last step gave. */
static void finish(struct fsck *f, const char *check, sqlite3_stmt *s, int rc)
{
	if (rc != SQLITE_DONE)
		find(f, FSCK_FAULT, check,
			str_format(f->arena, "Not everything can be read: %s.",
				sqlite3_errmsg(f->d.db)));
	sqlite3_finalize(s);
}

/* Every row of the statement is a finding, its first column the sentence. */
static void run_rule(struct fsck *f, const char *check, const char *sql)
{
	sqlite3_stmt *s = prepare(f, check, sql);
	int rc;
	if (s == NULL)
		return;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW)
		find(f, FSCK_FAULT, check, column(f, s, 0));
	finish(f, check, s, rc);
}

static void check_structure(struct fsck *f)
{
	sqlite3_stmt *s = prepare(f, "structure", "PRAGMA integrity_check(200)");
	int rc;
	if (s == NULL)
		return;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct str text = column(f, s, 0);
		if (!str_is(text, "ok"))
			find(f, FSCK_FAULT, "structure",
				str_format(f->arena, "The file's structure is damaged: %.*s.",
					STR_ARG(text)));
	}
	finish(f, "structure", s, rc);
}

static void check_references(struct fsck *f)
{
	sqlite3_stmt *s = prepare(f, "references", "PRAGMA foreign_key_check");
	int rc;
	if (s == NULL)
		return;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW)
		find(f, FSCK_FAULT, "references",
			str_format(f->arena, "Row %lld of %s refers to a %s that is not there.",
				(long long)sqlite3_column_int64(s, 1), sqlite3_column_text(s, 0),
				sqlite3_column_text(s, 2)));
	finish(f, "references", s, rc);
}

/* The text that makes up a schema: every object and its SQL, as what they are stored. */
static struct str schema_text(struct arena *a, sqlite3 *db)
{
	struct buf text = BUF_INIT(1 << 20);
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(db,
		"SELECT type, name, tbl_name, sql, typeof(type) || typeof(name) || "
		"typeof(tbl_name) || typeof(sql) || typeof(rootpage) FROM sqlite_schema "
		"WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name",
		-1, &s, NULL);
	while (rc == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(s); i++) {
			const unsigned char *part = sqlite3_column_text(s, i);
			buf_add_cstr(&text, part != NULL ? (const char *)part : "");
			buf_add_char(&text, '\n');
		}
	}
	sqlite3_finalize(s);
	struct str out = str_copy(a, buf_str(&text));
	buf_free(&text);
	return out;
}

static void check_schema(struct fsck *f, int64_t version)
{
	sqlite3 *fresh = migrate_in_memory((int)version);
	if (fresh == NULL || !str_eq(schema_text(f->arena, fresh), schema_text(f->arena, f->d.db)))
		find(f, FSCK_FAULT, "schema",
			str_format(f->arena,
				"The tables are not those of schema %lld: somebody changed them.",
				(long long)version));
	sqlite3_close(fresh);
}

static void check_contents(struct fsck *f)
{
	sqlite3_stmt *s = prepare(
		f, "contents", "SELECT id, hash, size, bytes FROM blob NOT INDEXED ORDER BY id");
	struct arena scratch = ARENA_INIT;
	int rc;
	if (s == NULL)
		return;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct str hash = {sqlite3_column_blob(s, 1), (size_t)sqlite3_column_bytes(s, 1)};
		struct str packed = {sqlite3_column_blob(s, 3), (size_t)sqlite3_column_bytes(s, 3)};
		if (blob_rows_unpack(&f->d, &scratch, packed, sqlite3_column_int64(s, 2), hash) ==
			NULL)
			find(f, FSCK_FAULT, "contents",
				str_format(f->arena, "Content %lld is not what its hash says.",
					(long long)sqlite3_column_int64(s, 0)));
		arena_reset(&scratch);
	}
	finish(f, "contents", s, rc);
	arena_release(&scratch);
}

static void note_lost_runs(struct fsck *f)
{
	sqlite3_stmt *s = prepare(f, "runs", statement_sql(SQL_RUNS_RUNNING));
	char id[ID_TEXT];
	int rc;
	if (s == NULL)
		return;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		if (owner_lives(&f->owner, (uint64_t)sqlite3_column_int64(s, 1)))
			continue;
		find(f, FSCK_NOTE, "runs",
			str_format(f->arena,
				"Run %s was interrupted: it is marked so when the workspace is "
				"opened next.",
				id_text((uint64_t)sqlite3_column_int64(s, 0), id)));
	}
	finish(f, "runs", s, rc);
}

static void note_log(struct fsck *f)
{
	struct stat st;
	const char *path = str_format(f->arena, "%s-wal", f->place.database).at;
	if (stat(path, &st) != 0)
		return;
	f->report->log_bytes = st.st_size;
	if (st.st_size > LOG_LARGE)
		find(f, FSCK_NOTE, "structure",
			str_format(f->arena,
				"The write-ahead log has %lld MiB: some program reads for very "
				"long.",
				(long long)(st.st_size >> 20)));
}

static void count(const struct fsck *f, const char *sql, int64_t *out)
{
	struct err ignored = ERR_INIT; /* a table that cannot be read was reported by then */
	if (!database_integer(&f->d, sql, out, &ignored))
		*out = -1;
}

static void check_all(struct fsck *f, int64_t version)
{
	static const char begin[] = "BEGIN";
	sqlite3_exec(f->d.db, begin, NULL, NULL, NULL);
	check_structure(f);
	check_schema(f, version);
	check_references(f);
	for (const struct fsck_rule *rule = fsck_rules; rule->check != NULL; rule++)
		if (version >= rule->version)
			run_rule(f, rule->check, rule->sql);
	for (const struct fsck_rule *rule = fsck_old_rules; rule->check != NULL; rule++)
		if (version <= rule->version)
			run_rule(f, rule->check, rule->sql);
	check_contents(f);
	note_lost_runs(f);
	note_log(f);
	count(f, "SELECT count(*) FROM run", &f->report->runs);
	count(f, "SELECT count(*) FROM span", &f->report->spans);
	count(f, "SELECT count(*) FROM attempt", &f->report->attempts);
	count(f, "SELECT count(*) FROM blob", &f->report->contents);
}

/* The file is empty, as it is before the first schema step. */
static bool is_unwritten(const struct fsck *f)
{
	int64_t objects = -1;
	struct err ignored = ERR_INIT;
	return database_integer(&f->d, "SELECT count(*) FROM sqlite_schema", &objects, &ignored) &&
	       objects == 0;
}

/* To ask fsck is no advice here: says what there is of the file, and what can be done. */
static void advise(const struct fsck *f, struct err *e)
{
	struct stat st;
	if (strstr(e->hint, "fsck") == NULL || stat(f->place.database, &st) != 0)
		return;
	err_hint(e,
		"Nothing of its %lld bytes can be read. Move .lathe away, and lathe starts anew; "
		"or put a backup of it in its place.",
		(long long)st.st_size);
}

bool fsck_check(const char *workspace, struct arena *a, struct fsck_report *out, struct err *e)
{
	struct fsck f = {.arena = a, .report = out, .owner = {.fd = -1}};
	int64_t version = 0;
	*out = (struct fsck_report){.len = 0};
	if (!place_open(workspace, PLACE_VIEW | PLACE_FORCE_FS, &f.place, e))
		return false;
	bool ok = owner_take(&f.place, true, &f.owner, e) &&
		  database_open(&f.place, DATABASE_READ, &f.d, e);
	if (ok && !migrate_check(&f.d, &version, e)) {
		/* An older schema is checked as what it is; a file nobody has written to is sound.
		 */
		ok = version >= 1 ? version < migrate_newest() : is_unwritten(&f);
		if (ok)
			err_clear(e);
	}
	if (ok && version >= 1)
		check_all(&f, version);
	if (!ok)
		advise(&f, e);
	if (f.d.db != NULL)
		database_close(&f.d);
	owner_leave(&f.owner);
	place_free(&f.place);
	return ok;
}
