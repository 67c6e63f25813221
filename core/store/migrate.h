/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_MIGRATE_H
#define CORE_STORE_MIGRATE_H

#include "core/base/err.h"

#include <stdint.h>

/*
 * The schema's numbered steps, data/schema/NNN-name.sql, embedded in the program. user_version is
 * the number of the last step done. A step and its number are one transaction: a kill leaves the
 * old or the new state. Before an older database is changed, a copy of it is made beside it,
 * "lathe.db.vN" for the version N that it has.
 */

struct database;
struct sqlite3;

/* The number of the newest step that this program knows. */
int migrate_newest(void);

/* The schema's version must be between 1 and migrate_newest(): says so when it is not. *VERSION may
 * be read after a failure: 0 means an empty database. */
bool migrate_check(const struct database *d, int64_t *version, struct err *e) WARN_UNUSED;

/* Brings the database to step TARGET; nothing to do when it is there already. LOCK is that of
 * checkpoint.h. Waits some seconds for another process that does the same. */
bool migrate_to(struct database *d, int lock, int target, struct err *e) WARN_UNUSED;

/* The schema of step TARGET in a new database in memory, to compare with; NULL when there is no
 * such step. */
struct sqlite3 *migrate_in_memory(int target);

#endif
