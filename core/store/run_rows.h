/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_RUN_ROWS_H
#define CORE_STORE_RUN_ROWS_H

#include "core/base/err.h"
#include "core/base/str.h"

/* Runs as they are read. All texts lie in the caller's arena. */

struct store;

struct run_row {
	int64_t seq; /* order of arrival: the cursor for the next page */
	uint64_t id;
	int64_t pid; /* of the process that ran it */
	int64_t started_ns;
	int64_t ended_ns; /* 0: not ended, or nobody knows when */
	struct str status; /* trace_status_word; "interrupted" also when the process just died */
	struct str kind;
	struct str name;
	struct str hash; /* hex, of the file's bytes */
	int64_t prompt_version; /* of the path `name`; 0: none kept */
	struct str git;
	struct str app_version;
	struct str settings; /* JSON */
	int64_t source_blob; /* blob_rows_read; 0: none, as for the next two */
	int64_t input_blob;
	int64_t output_blob;
	struct str error;
	struct str model; /* of the first request, or "" */
	int64_t spans;
	int64_t attempts;
	int64_t input_tokens; /* sums over the ledger; -1: no request told */
	int64_t output_tokens;
	bool estimated; /* one of the counts is ours, or not there yet */
	int64_t cost_nano; /* sum of what is known of its requests' costs; -1: of none */
	int64_t unpriced; /* requests whose cost is not known (yet) */
	int64_t cached; /* requests answered by our own cache */
	int64_t first_ns; /* first token of the first request, 0: none */
	int64_t samples; /* of a run over rows: how many there are to be; 0: it is none */
	int64_t samples_ended; /* for good */
	bool damaged; /* the row does not match its hash */
};

struct run_filter {
	struct str name; /* exactly; "" any, as for the next two */
	struct str status;
	struct str kind;
	int64_t before; /* only runs with a smaller seq; 0: from the newest */
	size_t limit; /* 0: 100 */
};

struct run_rows {
	struct run_row *rows;
	size_t len;
};

/* Newest first. FILTER may be NULL. */
bool run_rows_list(struct store *store, struct arena *a, const struct run_filter *filter,
	struct run_rows *out, struct err *e) WARN_UNUSED;

/* The run whose id begins with TEXT, or the newest one for "last". An ambiguous beginning is an
 * error that lists what it could be. */
bool run_rows_find(struct store *store, struct arena *a, struct str text, struct run_row *out,
	struct err *e) WARN_UNUSED;

#endif
