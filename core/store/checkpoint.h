/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_CHECKPOINT_H
#define CORE_STORE_CHECKPOINT_H

#include "core/base/err.h"
#include "core/store/place.h"

/*
 * When the write-ahead log goes back into the database, and the lock that makes it safe.
 *
 * SQLite before 3.51.3 can corrupt a database when a checkpoint runs while another connection
 * writes and so resets the log. Therefore automatic checkpoints are off in every connection, also
 * at close, and there is one rule for all processes: whoever writes holds .lathe/checkpoint.lock
 * shared (flock) from before BEGIN until after COMMIT or ROLLBACK; whoever checkpoints holds it
 * exclusively. A writer that finds it taken waits as for a locked database. Held for a transaction
 * and not for as long as a database is open, because a workbench is open for days and the log would
 * grow as long. Both lock without blocking; the kernel drops the lock of a killed process.
 */

struct sqlite3;

/* The log's size at which the writer tries a checkpoint. */
enum { CHECKPOINT_WAL_BYTES = 16 << 20 };

/* The lock file's descriptor, or -1 with an error. */
int checkpoint_open(const struct place *place, struct err *e);

bool checkpoint_share(int lock) WARN_UNUSED; /* false: a checkpoint is under way */
void checkpoint_release(int lock);

/* Moves the log into the database and empties it, when nobody writes. False when somebody does, or
 * a reader still needs the log: then the database holds what it could take. */
bool checkpoint_run(struct sqlite3 *db, int lock);

/* Closes the connection; when no other process has the database open, the log goes with it. */
void checkpoint_close(struct sqlite3 *db, int lock);

#endif
