/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_APPLY_H
#define CORE_STORE_APPLY_H

#include "core/store/batch.h"
#include "core/store/database.h"

/* Who writes: what each run row says about its process. */
struct apply_owner {
	uint64_t token;
	int64_t pid;
};

/* Executes a batch's rows inside the transaction that is open. Returns SQLite's result code:
 * SQLITE_OK, or what stopped it. */
int apply_batch(struct database *d, const struct apply_owner *owner, const struct batch *batch);

#endif
