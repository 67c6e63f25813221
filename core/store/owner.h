/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_OWNER_H
#define CORE_STORE_OWNER_H

#include "core/base/err.h"

#include <stdint.h>

/*
 * Whose run is it, and does he live? A process that opens a workspace for writing draws a random
 * number and keeps that one byte of the file .lathe/owners locked (an open-file-description lock);
 * its runs carry the number. The kernel drops the lock with the process however it ends, so a
 * reused pid or a stale file tells no lie. The file stays empty.
 */

struct place;

struct owner {
	int fd; /* -1: there is no such file, so nobody lives */
	uint64_t token; /* 0: only looking */
};

/* Takes a number and its lock; on a read-only place only opens the file. */
bool owner_take(const struct place *place, bool view, struct owner *out, struct err *e) WARN_UNUSED;
bool owner_lives(const struct owner *self, uint64_t token);
void owner_leave(struct owner *self);

#endif
