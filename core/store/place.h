/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_PLACE_H
#define CORE_STORE_PLACE_H

#include "core/base/err.h"

/*
 * Where a workspace keeps what lathe writes: the folder .lathe with the database, its locks and a
 * .gitignore. Made with mode 0700 and 0600 whatever the process's umask is. Nothing is opened that
 * is not a plain file, and SQLite's own file is never opened by us: closing a second descriptor
 * would drop the locks that SQLite holds on it.
 */

struct place {
	char *folder; /* canonical path of .lathe */
	char *database; /* .lathe/lathe.db */
	bool is_new; /* the database was made (empty) just now */
	bool read_only; /* the medium or the rights allow no writing */
};

enum place_flags {
	PLACE_VIEW = 1, /* make nothing */
	PLACE_FORCE_FS = 2 /* accept a network filesystem */
};

/* Finds or makes the folder and the database file below the folder WORKSPACE and checks both.
 * On failure nothing is left to free. */
bool place_open(
	const char *workspace, unsigned flags, struct place *out, struct err *e) WARN_UNUSED;
/* What store_exists says (store.h). */
bool place_has_database(const char *workspace);
void place_free(struct place *place);

/* Opens (making it where that is possible) the file NAME in the folder; -1 with ERR on failure.
 * Close-on-exec. */
int place_file(const struct place *place, const char *name, struct err *e);

/* Tries to write a little beside the file PATH, as far from its start as PATH is long: 0, or the
 * errno that says why nobody can write there (disk full, quota, limit, read-only). Leaves nothing
 * behind. SQLite does not always tell. */
int place_probe(const char *path);

/* The name of the network filesystem with this statfs magic, or NULL for a local one. */
const char *place_network_name(unsigned long magic);

#endif
