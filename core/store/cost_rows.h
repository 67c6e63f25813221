/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_COST_ROWS_H
#define CORE_STORE_COST_ROWS_H

#include "core/base/err.h"
#include "core/base/str.h"

/* The ledger, for reports and ceilings: a row a request. Totals are made by whoever reads, as sums
 * over the rows. Amounts are nano-dollars. */

struct store;

struct cost_row {
	uint64_t run;
	struct str name; /* the run's file */
	struct str provider, connection, model, response_model;
	struct str state;
	int64_t planned_ns;
	struct str day; /* "2026-01-01", the user's calendar */
	int64_t input, output, cache_read, cache_write, reasoning; /* tokens; -1 unknown */
	int64_t cache_write_long;
	int64_t other_units;
	struct str rate;
	bool estimated;
	int64_t cost_nano; /* -1 unknown */
	struct str price;
	bool cached;
	bool possible_spend;
	int64_t reserved_nano; /* -1 unknown */
};

struct cost_range {
	int64_t since_ns; /* requests made from then on; 0: all */
	uint64_t run; /* of this run alone; 0: of all */
};

/* Calls FN for each row, in the order they were made; its texts live as long as the call. */
typedef void cost_row_fn(void *ctx, const struct cost_row *row);
bool cost_rows_walk(struct store *store, const struct cost_range *range, cost_row_fn *fn, void *ctx,
	struct err *e) WARN_UNUSED;

/* What counts against a ceiling of requests made since SINCE_NS, at one connection or, for "", at
 * all: the costs, and where one is not known what was reserved. What this process wrote itself
 * behind the row UP_TO is left out: it keeps count of that. */
bool cost_rows_day(struct store *store, int64_t since_ns, int64_t up_to, struct str connection,
	int64_t *nano, struct err *e) WARN_UNUSED;
/* The same of one run, all of it. */
bool cost_rows_run(struct store *store, uint64_t run, int64_t *nano, struct err *e) WARN_UNUSED;
/* The newest row there is: UP_TO for later. */
bool cost_rows_last(struct store *store, int64_t *seq, struct err *e) WARN_UNUSED;

/* What a file's latest whole answers from a model were like. */
struct cost_habit {
	int64_t count; /* 0: there was none; at most the latest 200 */
	int64_t output_sum, output_most; /* tokens */
	int64_t input_sum, cached_sum; /* of it read from the provider's cache */
};
bool cost_rows_habit(struct store *store, struct str name, struct str model, struct cost_habit *out,
	struct err *e) WARN_UNUSED;

#endif
