/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_DATABASE_H
#define CORE_STORE_DATABASE_H

#include "core/base/err.h"
#include "core/base/str.h"
#include "core/store/place.h"
#include "core/store/statement.h"

#include <sys/types.h>

/*
 * One connection to .lathe/lathe.db, set up the one way that is allowed: WAL, synchronous=FULL,
 * foreign keys on, no memory mapping, no automatic checkpoints, no trust in what a schema names,
 * busy_timeout 0 (whoever may wait does it himself). A connection belongs to one thread at a time.
 */

struct sqlite3;

struct database {
	struct sqlite3 *db;
	struct sqlite3_stmt *statements[STATEMENTS];
	struct ZSTD_CCtx_s *packer; /* made when first needed, as the next one */
	struct ZSTD_DCtx_s *unpacker;
	struct database_content *known; /* blob_rows.c's: contents met last, or NULL */
	const char *path; /* borrowed from the place */
	dev_t device; /* the file that was opened: it may be replaced under us */
	ino_t inode;
};

enum database_mode {
	DATABASE_WRITE, /* sets the log mode on a new file */
	DATABASE_READ
};

/* "LATH": what makes an SQLite file ours. */
enum { DATABASE_APPLICATION_ID = 0x4C415448 };

/* Opens and checks that the file is a database and ours or still empty; leaves the schema to
 * migrate(). */
bool database_open(const struct place *place, enum database_mode mode, struct database *out,
	struct err *e) WARN_UNUSED;

/* Finalizes the statements and closes; without a checkpoint (see checkpoint_close). */
void database_close(struct database *d);
/* Finalizes the statements and hands the connection out of the struct. */
struct sqlite3 *database_release(struct database *d);

/* The sentence for SQLite's last error on this connection; WHAT was tried ("The run cannot be
 * saved"). Always false. */
bool database_error(const struct database *d, struct err *e, const char *what);

/* False when the file is gone from its path or another one is there (moved, deleted, restored). */
bool database_is_in_place(const struct database *d);

/* The value of a statement that gives one integer, such as a pragma. */
bool database_integer(
	const struct database *d, const char *sql, int64_t *out, struct err *e) WARN_UNUSED;

/* The prepared statement of this name, reset and without bindings; NULL when SQLite refuses it
 * (see database_error). Prepared once a connection. */
struct sqlite3_stmt *database_statement(struct database *d, enum statement name);

/* Compresses BYTES; *OUT is the caller's to free. False only when memory runs out. */
bool database_pack(struct database *d, struct str bytes, char **out, size_t *out_len) WARN_UNUSED;
/* Of PACKED what is to be SIZE bytes, at OUT; false when it is not so. */
bool database_unpack(struct database *d, struct str packed, char *out, size_t size) WARN_UNUSED;

/* The library's name and version, for `lathe doctor`. */
const char *database_library(void);

#endif
