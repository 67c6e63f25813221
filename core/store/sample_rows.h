/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_SAMPLE_ROWS_H
#define CORE_STORE_SAMPLE_ROWS_H

#include "core/base/err.h"
#include "core/base/str.h"

/* Runs over many rows as they are read (store_rows.h writes them). Texts lie in the caller's arena.
 */

struct store;

struct job_row {
	int64_t total; /* samples there are to be */
	int64_t max_in_flight;
	int64_t max_cost; /* nano-dollars; -1: as the configuration says */
	int64_t asked; /* grows with each asking */
	struct str wanted; /* "run" "pause" "cancel" */
	struct str waiting; /* why it does not go on just now, or "" */
	bool damaged;
};

/* *FOUND is false when the run is not one over rows. */
bool job_rows_read(struct store *store, struct arena *a, uint64_t run, struct job_row *out,
	bool *found, struct err *e) WARN_UNUSED;

/* The runs over rows, newest first, at most LIMIT. */
bool job_rows_list(struct store *store, struct arena *a, size_t limit, uint64_t **runs,
	size_t *count, struct err *e) WARN_UNUSED;

/* How many samples are how far. */
struct sample_counts {
	int64_t ok;
	int64_t error;
	int64_t truncated;
	int64_t filtered;
	int64_t running; /* under way */
	int64_t open; /* were under way, to be taken up again */
};
/* Samples that ended for good. */
int64_t sample_counts_done(const struct sample_counts *c);
bool sample_rows_count(
	struct store *store, uint64_t run, struct sample_counts *out, struct err *e) WARN_UNUSED;

/* Sums over the run's ledger. */
struct sample_sums {
	int64_t requests;
	int64_t input_tokens; /* -1: no request told */
	int64_t output_tokens;
	bool estimated;
	int64_t cost_nano; /* known costs of trials that ended */
	int64_t unpriced; /* trials that asked a model and whose cost is not known */
	int64_t unknown; /* requests whose answer is not known: they may have been paid for */
	int64_t latency_p50_ns; /* of samples that were answered by a model, 0: none */
	int64_t latency_p95_ns;
};
bool sample_rows_sum(
	struct store *store, uint64_t run, struct sample_sums *out, struct err *e) WARN_UNUSED;

/* Calls FN for every sample that ended for good. */
struct sample_at {
	int64_t case_number;
	int64_t column_number;
	int64_t repeat;
};
typedef void sample_ended_fn(void *ctx, const struct sample_at *at, struct str state);
bool sample_rows_ended(struct store *store, uint64_t run, sample_ended_fn *fn, void *ctx,
	struct err *e) WARN_UNUSED;

struct sample_row {
	struct sample_at at;
	struct str state; /* "running" "open", or how it ended */
	int64_t trials;
	uint64_t trial; /* the root span that has its end; 0: none */
	int64_t output_blob; /* 0: none */
	struct str error;
	int64_t line; /* of the data */
	int64_t input_blob;
	/* Of that trial; without one none was asked. */
	int64_t started_ns, ended_ns;
	int64_t asked_ns; /* how long requests were under way, cached ones apart */
	int64_t attempts;
	int64_t cached;
	int64_t input_tokens; /* -1: not known, as for the next and the cost */
	int64_t output_tokens;
	bool estimated;
	int64_t cost_nano;
};

struct sample_rows {
	struct sample_row *rows;
	size_t len;
};

/* At most LIMIT samples from AT on, in the order of case, column, repeat. */
bool sample_rows_page(struct store *store, struct arena *a, uint64_t run,
	const struct sample_at *from, size_t limit, struct sample_rows *out,
	struct err *e) WARN_UNUSED;

#endif
