/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_BLOB_ROWS_H
#define CORE_STORE_BLOB_ROWS_H

#include "core/base/err.h"
#include "core/base/str.h"

/* Contents: prompts, inputs, outputs, requests; kept once each, found by BLAKE2b-256, compressed
 * with zstd. */

struct store;
struct database;

/* The largest content that is read back. */
enum { BLOB_ROWS_MAX = 256 << 20 };

/* The content with this id (a *_blob column), whole and checked against its hash. */
bool blob_rows_read(struct store *store, struct arena *a, int64_t id, struct str *out,
	struct err *e) WARN_UNUSED;

/* The id of this content, adding it when it is new; inside the writer's transaction. Returns
 * SQLite's result code. */
int blob_rows_put(struct database *d, struct str bytes, int64_t *id);
/* To be called when a transaction is taken back: ids that were given are no longer so. */
void blob_rows_forget(struct database *d);

/* Decompresses PACKED, which must give exactly SIZE bytes with the 32-byte hash HASH; NULL when it
 * does not. In the arena. */
const char *blob_rows_unpack(
	struct database *d, struct arena *a, struct str packed, int64_t size, struct str hash);

#endif
