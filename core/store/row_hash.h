/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_ROW_HASH_H
#define CORE_STORE_ROW_HASH_H

#include "core/base/str.h"

/*
 * What makes a flipped bit visible: every row carries a hash over what it says. SQLite checks the
 * shape of its pages and nothing of their content.
 *
 * The hash is BLAKE2b with 16 bytes of output over each value of the row in the order of its
 * columns, without the rowid and the hash itself, the table's name first. A value is one byte for
 * its type ('n' null, 'i' integer, 't' text, 'b' bytes), for integers 8 bytes and for text and
 * bytes an 8-byte length and the bytes; numbers little-endian.
 *
 * In SQL it is row_hash('table', column, ...).
 */

enum { ROW_HASH_BYTES = 16, CONTENT_HASH_BYTES = 32 };

struct sqlite3;

/* Makes the SQL function known to a connection; false when SQLite refuses. */
bool row_hash_register(struct sqlite3 *db);

/* BLAKE2b-256 of a content: a blob's identity. */
void row_hash_content(struct str bytes, unsigned char out[CONTENT_HASH_BYTES]);

/* The columns of each table that the hash covers, in order: for sealing, reading and checking. */
#define META_COLUMNS "key, value"
#define BLOB_COLUMNS "hash, size, bytes"
#define RUN_COLUMNS                                                                                \
	"id, owner, pid, started_ns, ended_ns, status, kind, name, hash, source_blob, git, "       \
	"app_version, settings, input_blob, output_blob, error, spans, attempts, input_tokens, "   \
	"output_tokens, cost_nano, unpriced"
#define SPAN_COLUMNS                                                                               \
	"id, run, parent, name, kind, start_ns, first_ns, end_ns, status, attributes, "            \
	"end_attributes, input_blob, output_blob, streamed, error"
#define ATTEMPT_COLUMNS                                                                            \
	"id, run, span, number, state, provider, connection, model, request_blob, raw_blob, "      \
	"input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, "   \
	"estimated, finish_reason, response_id, response_model, http_status, planned_ns, "         \
	"sent_ns, first_ns, end_ns, error, sample, cache_write_long_tokens, other_units, rate, "   \
	"reserved_nano, cost_nano, price, cached, possible_spend"
#define PARTIAL_COLUMNS	    "span, seq, kind, bytes"
#define LOG_COLUMNS	    "run, span, at_ns, level, text"
#define PROMPT_COLUMNS	    "path, version, hash, source_blob, created_ns"
#define CACHE_COLUMNS	    "key, parts, result, size, run, attempt, stored_ns, used_ns, hits"
#define CACHE_USE_COLUMNS   "attempt, run, key, at_ns, stored_run, stored_ns"
#define CALIBRATION_COLUMNS "model, script, samples, factor_ppm, error_ppm, learned_seq"
#define JOB_COLUMNS	    "run, total, max_in_flight, max_cost, asked, wanted, waiting"
#define COLUMN_COLUMNS	    "run, number, label, settings, source_blob"
#define CASE_COLUMNS	    "run, number, line, input_blob, error"
#define SAMPLE_COLUMNS                                                                             \
	"run, case_number, column_number, repeat, state, trials, trial, output_blob, error"
#define TRIAL_COLUMNS                                                                              \
	"span, run, case_number, column_number, repeat, number, state, started_ns, ended_ns, "     \
	"asked_ns, attempts, cached, input_tokens, output_tokens, estimated, cost_nano"

#endif
