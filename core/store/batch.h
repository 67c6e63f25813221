/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_BATCH_H
#define CORE_STORE_BATCH_H

#include "core/store/store.h"
#include "core/store/store_rows.h"

/*
 * The rows of one turn on their way to the writer: what to do, in order, with everything it needs
 * copied. Applying a batch changes nothing in it, so it can be tried again.
 */

enum { BATCH_BEGUN = 8 };

enum batch_kind {
	BATCH_RUN,
	BATCH_SPAN,
	BATCH_ATTEMPT,
	BATCH_ATTEMPT_SENT,
	BATCH_ATTEMPT_END,
	BATCH_SPAN_END,
	BATCH_RUN_END,
	BATCH_PARTIAL,
	BATCH_LOG,
	BATCH_VERSION,
	BATCH_CACHED,
	BATCH_CACHE_USE,
	BATCH_CACHE_TRIM,
	BATCH_CALIBRATION,
	BATCH_JOB,
	BATCH_JOB_ASK,
	BATCH_JOB_WAIT,
	BATCH_AGAIN,
	BATCH_COLUMN,
	BATCH_CASE,
	BATCH_TRIAL,
	BATCH_TRIAL_END,
	BATCH_LOST /* a run whose process is gone */
};

struct batch_sent {
	uint64_t attempt;
	int64_t at_ns;
};

struct batch_span {
	struct store_span begin;
	const struct store_span_end *end; /* NULL: comes later, in a row of its own */
};

struct batch_row {
	enum batch_kind kind;
	struct batch_row *next;
	union {
		struct store_run run;
		struct batch_span span;
		struct store_attempt attempt;
		struct batch_sent sent;
		struct store_attempt_end attempt_end;
		struct store_span_end span_end;
		struct store_run_end run_end;
		struct store_partial partial;
		struct store_log log;
		struct store_version version;
		struct store_cached cached;
		struct store_cache_use cache_use;
		struct store_cache_trim cache_trim;
		struct store_calibration calibration;
		struct store_job job; /* JOB, JOB_ASK, JOB_WAIT */
		struct batch_sent again; /* the run and when */
		struct store_column column;
		struct store_case row;
		struct store_trial trial;
		struct store_trial_end trial_end;
		uint64_t lost;
	} u;
};

struct batch {
	struct arena arena;
	struct batch_row *first;
	struct batch_row *last;
	struct batch *next; /* in the writer's queue */
	uint64_t number; /* durable up to this one when it is written */
	size_t bytes;
	unsigned kinds; /* 1 << kind of each row in it */
	struct batch_row *begun[BATCH_BEGUN]; /* the last spans that begin in it, a ring */
	size_t spans; /* that begin in it */
};

struct batch *batch_new(uint64_t number);
void batch_free(struct batch *batch);
/* A new row at the end; its texts must be in the batch's arena (batch_keep). */
struct batch_row *batch_add(struct batch *batch, enum batch_kind kind);
/* The begin of this span, when it is one of the last few in the batch and has no end yet; or NULL.
 * Begin and end are then written as one row. */
struct batch_span *batch_begun(struct batch *batch, uint64_t span);
/* Copies a text into the batch and counts it. */
struct str batch_keep(struct batch *batch, struct str text);

#endif
