/* SPDX-License-Identifier: MIT */
#include "core/store/migrate.h"

#include "core/base/embedded.h"
#include "core/base/failpoint.h"
#include "core/store/checkpoint.h"
#include "core/store/database.h"
#include "core/store/row_hash.h"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char folder[] = "data/schema/";

enum { WAIT_ROUNDS = 500, WAIT_NS = 10000000 };

static int step_number(const struct embedded_file *file)
{
	int number = 0;
	for (const char *c = file->path + sizeof folder - 1; *c >= '0' && *c <= '9'; c++)
		number = number * 10 + (*c - '0');
	return number;
}

int migrate_newest(void)
{
	int newest = 0;
	const struct embedded_file *file = NULL;
	while ((file = embedded_next(folder, file)) != NULL) {
		if (step_number(file) != newest + 1)
			BUG("the schema step %s is out of order", file->path);
		newest++;
	}
	return newest;
}

static const struct embedded_file *find_step(int number)
{
	const struct embedded_file *file = NULL;
	while ((file = embedded_next(folder, file)) != NULL)
		if (step_number(file) == number)
			return file;
	BUG("there is no schema step %d", number);
}

bool migrate_check(const struct database *d, int64_t *version, struct err *e)
{
	*version = 0;
	if (!database_integer(d, "PRAGMA user_version", version, e))
		return false;
	int newest = migrate_newest();
	if (*version > newest) {
		err_set(e, ERR_STORE,
			"%s was written by a newer lathe: its schema is %lld, this program knows "
			"up to %d.",
			d->path, (long long)*version, newest);
		return err_hint(e, "Nothing was changed. Use the newer lathe.");
	}
	if (*version == 0)
		return err_set(e, ERR_STORE, "There are no runs here: %s is empty.", d->path);
	if (*version < newest)
		return err_set(e, ERR_STORE,
			"%s has the schema %lld of an older lathe; this program needs %d.", d->path,
			(long long)*version, newest);
	return true;
}

/* A transaction that writes, waiting for others; false when it cannot be had. */
static bool begin(const struct database *d, int lock, struct err *e)
{
	for (int round = 0; round < WAIT_ROUNDS; round++) {
		int rc = SQLITE_BUSY;
		if (checkpoint_share(lock)) {
			rc = sqlite3_exec(d->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
			if (rc == SQLITE_OK)
				return true;
			checkpoint_release(lock);
		}
		if ((rc & 0xFF) != SQLITE_BUSY)
			return database_error(d, e, "The database cannot be brought up to date");
		nanosleep(&(struct timespec){.tv_nsec = WAIT_NS}, NULL);
	}
	err_set(e, ERR_STORE,
		"The database cannot be brought up to date: another program keeps %s locked.",
		d->path);
	return err_hint(e, "End that program and try again.");
}

static void roll_back(const struct database *d, int lock)
{
	sqlite3_exec(d->db, "ROLLBACK", NULL, NULL, NULL);
	checkpoint_release(lock);
}

static int run_step(sqlite3 *db, int number)
{
	int rc = sqlite3_exec(db, (const char *)find_step(number)->bytes, NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return rc;
	/* Beside the number: which program did the step. */
	char *sql = sqlite3_mprintf("INSERT INTO meta(" META_COLUMNS ", row_hash) "
				    "VALUES('schema.%d', %Q, row_hash('meta', 'schema.%d', %Q));"
				    "PRAGMA application_id = %d; PRAGMA user_version = %d;",
		number, PACKAGE_STRING, number, PACKAGE_STRING, DATABASE_APPLICATION_ID, number);
	rc = sql == NULL ? SQLITE_NOMEM : sqlite3_exec(db, sql, NULL, NULL, NULL);
	sqlite3_free(sql);
	return rc;
}

/* Does step NUMBER unless another process has done it since. */
static bool step(const struct database *d, int lock, int number, struct err *e)
{
	int64_t version = 0;
	if (!begin(d, lock, e))
		return false;
	if (!database_integer(d, "PRAGMA user_version", &version, e)) {
		roll_back(d, lock);
		return false;
	}
	if (version >= number) {
		roll_back(d, lock);
		return true;
	}
	int rc = run_step(d->db, number);
	FAILPOINT("migrate");
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(d->db, "COMMIT", NULL, NULL, NULL);
	if (rc != SQLITE_OK) {
		database_error(d, e, "The database cannot be brought up to date");
		roll_back(d, lock);
		return false;
	}
	checkpoint_release(lock);
	return true;
}

/* A whole copy under a temporary name, then renamed: present or absent, never half. */
static bool copy_whole(const struct database *d, const char *to, struct err *e)
{
	int fd = open(to, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(e, ERR_STORE, "No copy of the database can be made as %s: %s.", to,
			strerror(errno));
	char *sql = sqlite3_mprintf("VACUUM INTO %Q", to);
	bool ok = sql != NULL && sqlite3_exec(d->db, sql, NULL, NULL, NULL) == SQLITE_OK;
	if (!ok)
		database_error(d, e, "No copy of the database can be made");
	else if (fsync(fd) != 0)
		ok = err_set(
			e, ERR_STORE, "The copy %s cannot be written: %s.", to, strerror(errno));
	sqlite3_free(sql);
	close(fd);
	return ok;
}

static bool back_up(const struct database *d, int64_t version, struct err *e)
{
	struct arena a = ARENA_INIT;
	const char *to = str_format(&a, "%s.v%lld", d->path, (long long)version).at;
	const char *temporary = str_format(&a, "%s.new", to).at;
	unlink(temporary);
	bool ok = copy_whole(d, temporary, e);
	if (ok && rename(temporary, to) != 0)
		ok = err_set(e, ERR_STORE, "No copy of the database can be made as %s: %s.", to,
			strerror(errno));
	if (!ok)
		unlink(temporary);
	arena_release(&a);
	return ok;
}

bool migrate_to(struct database *d, int lock, int target, struct err *e)
{
	int64_t version = 0;
	if (!database_integer(d, "PRAGMA user_version", &version, e))
		return false;
	if (version > migrate_newest())
		return migrate_check(d, &version, e);
	if (version > 0 && version < target && !back_up(d, version, e))
		return false;
	for (int number = (int)version + 1; number <= target; number++)
		if (!step(d, lock, number, e))
			return false;
	return true;
}

sqlite3 *migrate_in_memory(int target)
{
	sqlite3 *db = NULL;
	if (target < 1 || target > migrate_newest())
		return NULL;
	if (sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
			SQLITE_OK ||
		!row_hash_register(db))
		BUG("no database in memory could be made");
	for (int number = 1; number <= target; number++)
		if (run_step(db, number) != SQLITE_OK)
			BUG("schema step %d fails: %s", number, sqlite3_errmsg(db));
	return db;
}
