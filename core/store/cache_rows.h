/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_CACHE_ROWS_H
#define CORE_STORE_CACHE_ROWS_H

#include "core/base/err.h"
#include "core/store/store.h"

/*
 * The response cache's rows: answers by the hash of everything that was asked, and which requests
 * were answered from it. What the hash is made of is core/model/cache.h; here a key is 32 bytes.
 *
 * An entry whose row does not match its hash is no entry: it is passed over, and fsck says so.
 */

struct database;

enum { CACHE_ROWS_KEY = 32 };

struct cache_row {
	struct str key; /* CACHE_ROWS_KEY bytes */
	struct str parts; /* JSON: what the key is made of */
	struct str result; /* JSON: the answer; empty in lists */
	int64_t size; /* bytes it takes, as counted against the bound */
	uint64_t run; /* that stored it */
	uint64_t attempt;
	int64_t stored_ns;
	int64_t used_ns; /* stored or last given out */
	int64_t hits;
};

/* A request that was answered from the cache. */
struct cache_use_row {
	uint64_t attempt;
	struct str key;
	int64_t at_ns;
	uint64_t stored_run; /* where the answer came from, also when its entry is gone */
	int64_t stored_ns;
};

struct cache_rows {
	struct cache_row *rows;
	size_t len;
};

struct cache_uses {
	struct cache_use_row *rows;
	size_t len;
};

struct cache_filter {
	struct str prefix; /* of the key, in lower-case hex digits; "": all */
	uint64_t run; /* those that this run stored; 0: all */
	int64_t limit; /* 0: all */
};

/* One entry with its answer; *FOUND is false when there is none that is whole. */
bool cache_rows_find(struct store *store, struct arena *a, struct str key, struct cache_row *out,
	bool *found, struct err *e) WARN_UNUSED;
/* Entries without their answers, the last used first. */
bool cache_rows_list(struct store *store, struct arena *a, const struct cache_filter *filter,
	struct cache_rows *out, struct err *e) WARN_UNUSED;
/* What was answered from the cache in a run, in order. */
bool cache_rows_uses(struct store *store, struct arena *a, uint64_t run, struct cache_uses *out,
	struct err *e) WARN_UNUSED;
bool cache_rows_sum(struct store *store, int64_t *count, int64_t *bytes, struct err *e) WARN_UNUSED;

/* What was packed, in the arena; {NULL, 0} when it is not whole. */
struct str cache_rows_unpack(struct database *d, struct arena *a, struct str packed);

/* For the writer: each gives SQLite's result code. */
int cache_rows_put(struct database *d, const struct store_cached *row);
int cache_rows_used(struct database *d, const struct store_cache_use *use);
int cache_rows_trim(struct database *d, const struct store_cache_trim *trim);

#endif
