/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_SPAN_ROWS_H
#define CORE_STORE_SPAN_ROWS_H

#include "core/base/err.h"
#include "core/base/str.h"

/* The spans, requests and log lines of a run as they are read, in the order they began. All texts
 * lie in the caller's arena. A *_blob is read with blob_rows_read; 0: none. A time of 0: none. */

struct store;

struct span_row {
	uint64_t id;
	uint64_t parent; /* 0: the root span */
	struct str name;
	struct str kind;
	int64_t start_ns;
	int64_t first_ns; /* first token */
	int64_t end_ns;
	struct str status;
	struct str attributes; /* JSON */
	struct str end_attributes; /* JSON: what the end added */
	int64_t input_blob;
	int64_t output_blob;
	int64_t streamed; /* bytes that came as deltas */
	struct str error;
	bool damaged; /* the row does not match its hash */
};

struct attempt_row {
	uint64_t id;
	uint64_t span;
	int64_t number;
	/* "planned" "sent" "done" "truncated" "filtered" "error" "cancelled" "interrupted"
	 * "unknown" (its process died: it may have been answered and paid for) */
	struct str state;
	struct str provider;
	struct str connection;
	struct str model;
	int64_t request_blob;
	int64_t raw_blob; /* an answer that could not be understood */
	int64_t input_tokens; /* -1: unknown, as for the next four */
	int64_t output_tokens;
	int64_t cache_read_tokens;
	int64_t cache_write_tokens;
	int64_t reasoning_tokens;
	bool estimated;
	struct str finish_reason;
	struct str response_id;
	struct str response_model;
	int http_status; /* 0: none */
	int64_t planned_ns;
	int64_t sent_ns;
	int64_t first_ns;
	int64_t end_ns;
	struct str error;
	int64_t sample;
	int64_t cache_write_long_tokens;
	int64_t other_units;
	struct str rate;
	int64_t reserved_nano; /* -1: not known */
	int64_t cost_nano; /* -1: not known */
	struct str price; /* by which prices; "provider": as it told */
	bool cached;
	bool possible_spend;
	bool damaged;
};

struct log_row {
	uint64_t span; /* 0: the run itself */
	int64_t at_ns;
	struct str level;
	struct str text;
	bool damaged;
};

struct span_rows {
	struct span_row *rows;
	size_t len;
};

struct attempt_rows {
	struct attempt_row *rows;
	size_t len;
};

struct log_rows {
	struct log_row *rows;
	size_t len;
};

bool span_rows_list(struct store *store, struct arena *a, uint64_t run, struct span_rows *out,
	struct err *e) WARN_UNUSED;
bool span_rows_attempts(struct store *store, struct arena *a, uint64_t run,
	struct attempt_rows *out, struct err *e) WARN_UNUSED;
/* The first MOST spans, and the first MOST requests. */
bool span_rows_first(struct store *store, struct arena *a, uint64_t run, size_t most,
	struct span_rows *spans, struct attempt_rows *attempts, struct err *e) WARN_UNUSED;
/* A span and all below it, with their requests. */
bool span_rows_tree(struct store *store, struct arena *a, uint64_t root, struct span_rows *spans,
	struct attempt_rows *attempts, struct err *e) WARN_UNUSED;
/* The first 1,000. */
bool span_rows_log(struct store *store, struct arena *a, uint64_t run, struct log_rows *out,
	struct err *e) WARN_UNUSED;

/* What came of an answer whose process died, or that is still streaming elsewhere: its visible
 * text. Empty when there is none. */
bool span_rows_partial(struct store *store, struct arena *a, uint64_t span, struct str *out,
	struct err *e) WARN_UNUSED;

#endif
