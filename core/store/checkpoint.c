/* SPDX-License-Identifier: MIT */
#include "core/store/checkpoint.h"

#include <sqlite3.h>
#include <stddef.h>
#include <sys/file.h>

int checkpoint_open(const struct place *place, struct err *e)
{
	return place_file(place, "checkpoint.lock", e);
}

bool checkpoint_share(int lock)
{
	return flock(lock, LOCK_SH | LOCK_NB) == 0;
}

void checkpoint_release(int lock)
{
	(void)flock(lock, LOCK_UN);
}

bool checkpoint_run(sqlite3 *db, int lock)
{
	if (flock(lock, LOCK_EX | LOCK_NB) != 0)
		return false;
	int rc = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	checkpoint_release(lock);
	return rc == SQLITE_OK;
}

void checkpoint_close(sqlite3 *db, int lock)
{
	bool alone = flock(lock, LOCK_EX | LOCK_NB) == 0;
	if (alone) {
		/* SQLite takes its own exclusive lock before it removes the log. */
		sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
		sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	}
	sqlite3_close(db);
	if (alone)
		checkpoint_release(lock);
}
