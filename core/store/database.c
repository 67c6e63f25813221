/* SPDX-License-Identifier: MIT */
#include "core/store/database.h"

#include "core/base/alloc.h"
#include "core/base/buf.h"
#include "core/store/row_hash.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zstd.h>

enum { OPEN_FLAGS = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE };
enum { OPEN_WAIT_MS = 5000 };

bool database_error(const struct database *d, struct err *e, const char *what)
{
	int rc = sqlite3_errcode(d->db) & 0xFF;
	int system = sqlite3_system_errno(d->db);
	const char *reason = sqlite3_errmsg(d->db);
	const char *hint = "";
	if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED) {
		reason = "another program keeps it locked";
	} else if (rc == SQLITE_FULL || system == ENOSPC || system == EDQUOT || system == EFBIG) {
		reason = "the disk is full";
		hint = "Make room: what waits is then written by itself.";
	} else if (rc == SQLITE_NOTADB) {
		reason = "it is not a database";
		hint = "Move it away; lathe then starts a new one.";
	} else if (rc == SQLITE_CORRUPT) {
		reason = "it is damaged";
		hint = "`lathe fsck` says what is lost.";
	} else if (rc == SQLITE_IOERR && system != 0) {
		reason = strerror(system);
		hint = "Check the disk, then `lathe fsck`.";
	}
	err_set(e, ERR_STORE, "%s: %s: %s.", what, d->path, reason);
	return *hint == '\0' ? false : err_hint(e, "%s", hint);
}

bool database_integer(const struct database *d, const char *sql, int64_t *out, struct err *e)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(d->db, sql, -1, &s, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		*out = sqlite3_column_int64(s, 0);
	bool ok = rc == SQLITE_ROW || database_error(d, e, "The database cannot be read");
	sqlite3_finalize(s);
	return ok;
}

/* Where a folder cannot be written, a database in WAL mode opens only with its log files there or
 * as immutable. Immutable ignores the log, so only when that is missing or empty. */
static int open_read_only(const struct place *place, sqlite3 **db)
{
	struct stat st;
	struct buf path = BUF_INIT(8192);
	buf_add_format(&path, "%s-wal", place->database);
	bool has_log = stat(path.at, &st) == 0 && st.st_size > 0;
	buf_clear(&path);
	int rc;
	if (has_log || !place->read_only) {
		rc = sqlite3_open_v2(place->database, db, SQLITE_OPEN_READONLY | OPEN_FLAGS, NULL);
	} else {
		buf_add_cstr(&path, "file:");
		for (const char *c = place->database; *c != '\0'; c++)
			if (strchr("?#% ", *c) != NULL)
				buf_add_format(&path, "%%%02X", (unsigned char)*c);
			else
				buf_add_char(&path, *c);
		buf_add_cstr(&path, "?immutable=1");
		rc = sqlite3_open_v2(
			path.at, db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | OPEN_FLAGS, NULL);
	}
	buf_free(&path);
	return rc;
}

/* Whoever meets another process that does the same is told so at once, without a wait, since both
 * hold the lock that the other one needs: then it is done again. */
static bool start_log(struct database *d, struct err *e)
{
	static const char pragmas[] = "PRAGMA journal_mode = WAL;"
				      "PRAGMA synchronous = FULL;";
	enum { STEP_MS = 25 };
	int rc = SQLITE_BUSY;

	sqlite3_busy_timeout(d->db, STEP_MS);
	for (int ms = 0; rc == SQLITE_BUSY && ms < OPEN_WAIT_MS; ms += 2 * STEP_MS) {
		if (ms > 0)
			sqlite3_sleep(STEP_MS);
		rc = sqlite3_exec(d->db, pragmas, NULL, NULL, NULL);
	}
	return rc == SQLITE_OK || database_error(d, e, "The database cannot be opened for writing");
}

static bool set_up(struct database *d, enum database_mode mode, struct err *e)
{
	static const char pragmas[] = "PRAGMA foreign_keys = ON;"
				      "PRAGMA mmap_size = 0;"
				      "PRAGMA cell_size_check = ON;"
				      "PRAGMA trusted_schema = OFF;"
				      "PRAGMA temp_store = MEMORY;"
				      "PRAGMA wal_autocheckpoint = 0;";
	/* Two processes may meet while one makes the file or recovers its log. */
	sqlite3_busy_timeout(d->db, OPEN_WAIT_MS);
	sqlite3_db_config(d->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_db_config(d->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(d->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(d->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	if (!row_hash_register(d->db) ||
		sqlite3_exec(d->db, pragmas, NULL, NULL, NULL) != SQLITE_OK)
		return database_error(d, e, "The database cannot be opened");
	int64_t application = 0, version = 0, objects = 0;
	if (!database_integer(d, "PRAGMA application_id", &application, e) ||
		!database_integer(d, "PRAGMA user_version", &version, e) ||
		!database_integer(d, "SELECT count(*) FROM sqlite_schema", &objects, e))
		return false;
	if (application != DATABASE_APPLICATION_ID &&
		(application != 0 || version != 0 || objects != 0)) {
		err_set(e, ERR_STORE, "%s is the database of another program.", d->path);
		return err_hint(e, "Move it away; lathe then starts a new one.");
	}
	if (mode == DATABASE_WRITE && !start_log(d, e))
		return false;
	sqlite3_busy_timeout(d->db, 0);
	return true;
}

bool database_open(
	const struct place *place, enum database_mode mode, struct database *out, struct err *e)
{
	struct stat st;
	/* Counting its memory is a lock around each allocation, and nobody reads the counts. It is
	 * refused, and has no effect, once SQLite is in use. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	*out = (struct database){.path = place->database};
	if (stat(place->database, &st) != 0)
		return err_set(
			e, ERR_STORE, "%s cannot be opened: %s.", place->database, strerror(errno));
	out->device = st.st_dev;
	out->inode = st.st_ino;
	int rc = mode == DATABASE_READ ? open_read_only(place, &out->db)
				       : sqlite3_open_v2(place->database, &out->db,
						 SQLITE_OPEN_READWRITE | OPEN_FLAGS, NULL);
	bool ok = rc == SQLITE_OK || database_error(out, e, "The database cannot be opened");
	ok = ok && set_up(out, mode, e);
	if (!ok)
		database_close(out);
	return ok;
}

sqlite3 *database_release(struct database *d)
{
	sqlite3 *db = d->db;
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(d->statements[i]);
	ZSTD_freeCCtx(d->packer);
	ZSTD_freeDCtx(d->unpacker);
	free(d->known);
	*d = (struct database){.db = NULL};
	return db;
}

void database_close(struct database *d)
{
	sqlite3_close(database_release(d));
}

/* What is too short to become shorter goes as it is into a frame: RFC 8878, 3.1.1, a single segment
 * of one raw block. */
static char *pack_short(struct str bytes, size_t *out_len)
{
	enum { SINGLE_SEGMENT = 0x20, LAST_RAW_BLOCK = 1 };
	const unsigned block = (unsigned)bytes.len << 3 | LAST_RAW_BLOCK;
	const unsigned char head[] = {0x28, 0xB5, 0x2F, 0xFD, SINGLE_SEGMENT,
		(unsigned char)bytes.len, (unsigned char)block, (unsigned char)(block >> 8), 0};
	char *packed = xmalloc(sizeof head + bytes.len);
	memcpy(packed, head, sizeof head);
	if (bytes.len > 0)
		memcpy(packed + sizeof head, bytes.at, bytes.len);
	*out_len = sizeof head + bytes.len;
	return packed;
}

/* Contents are small and many: a level that is fast, and one context for all. */
bool database_pack(struct database *d, struct str bytes, char **out, size_t *out_len)
{
	enum { LEVEL = 1, SHORT = 128 };
	if (bytes.len <= SHORT) {
		*out = pack_short(bytes, out_len);
		return true;
	}
	const size_t bound = ZSTD_compressBound(bytes.len);
	if (d->packer == NULL)
		d->packer = ZSTD_createCCtx();
	char *packed = xmalloc(bound);
	const size_t len = d->packer == NULL ? 0
					     : ZSTD_compressCCtx(d->packer, packed, bound, bytes.at,
						       bytes.len, LEVEL);
	*out = packed;
	*out_len = len;
	return d->packer != NULL && !ZSTD_isError(len);
}

bool database_unpack(struct database *d, struct str packed, char *out, size_t size)
{
	if (d->unpacker == NULL)
		d->unpacker = ZSTD_createDCtx();
	if (d->unpacker == NULL ||
		ZSTD_getFrameContentSize(packed.at, packed.len) != (unsigned long long)size)
		return false;
	const size_t len = ZSTD_decompressDCtx(d->unpacker, out, size, packed.at, packed.len);
	return !ZSTD_isError(len) && len == size;
}

bool database_is_in_place(const struct database *d)
{
	struct stat st;
	return stat(d->path, &st) == 0 && st.st_dev == d->device && st.st_ino == d->inode;
}

sqlite3_stmt *database_statement(struct database *d, enum statement name)
{
	sqlite3_stmt **s = &d->statements[name];
	if (*s == NULL) {
		sqlite3_prepare_v3(
			d->db, statement_sql(name), -1, SQLITE_PREPARE_PERSISTENT, s, NULL);
	} else {
		sqlite3_reset(*s);
		sqlite3_clear_bindings(*s);
	}
	return *s;
}

const char *database_library(void)
{
	return "SQLite " SQLITE_VERSION;
}
