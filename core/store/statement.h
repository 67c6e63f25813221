/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_STATEMENT_H
#define CORE_STORE_STATEMENT_H

/*
 * Every statement of the program that is prepared once and used again, by name. Rows are sealed
 * with their hash by the statement that writes them, from the values it writes. Where these are not
 * at hand (sums, many rows at once) it leaves 16 zero bytes in row_hash and the SEAL statement
 * beside it puts the hash there.
 */

enum statement {
	/* writing */
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_BLOB_FIND,
	SQL_BLOB_ADD,
	SQL_RUN_ADD,
	SQL_RUN_END,
	SQL_RUN_SEAL,
	SQL_SPAN_ADD,
	SQL_SPAN_WHOLE,
	SQL_SPAN_END,
	SQL_ATTEMPT_ADD,
	SQL_ATTEMPT_SENT,
	SQL_ATTEMPT_END,
	SQL_PARTIAL_ADD,
	SQL_PARTIAL_DROP,
	SQL_LOG_ADD,
	SQL_PROMPT_LATEST,
	SQL_PROMPT_ADD,
	SQL_LOST_ATTEMPTS,
	SQL_LOST_ATTEMPTS_SEAL,
	SQL_LOST_SPANS,
	SQL_LOST_SPANS_SEAL,
	SQL_LOST_RUN,
	SQL_CACHE_PUT,
	SQL_CACHE_USED,
	SQL_CACHE_USE_ADD,
	SQL_CACHE_EXPIRE,
	SQL_CACHE_TRIM,
	SQL_CACHE_DROP,
	SQL_CALIBRATION_PUT,
	SQL_JOB_ADD,
	SQL_JOB_ASK,
	SQL_JOB_WAIT,
	SQL_JOB_SEAL,
	SQL_RUN_AGAIN,
	SQL_COLUMN_ADD,
	SQL_CASE_ADD,
	SQL_SAMPLE_BEGIN,
	SQL_SAMPLE_END,
	SQL_TRIAL_ADD,
	SQL_TRIAL_END,
	SQL_LOST_TRIALS,
	SQL_LOST_TRIALS_SEAL,
	SQL_LOST_SAMPLES,
	SQL_LOST_SAMPLES_SEAL,
	/* reading */
	SQL_RUNS_RUNNING,
	SQL_RUN_LIST,
	SQL_RUN_LIST_OF,
	SQL_RUN_RANGE,
	SQL_SPAN_LIST,
	SQL_SPAN_TREE,
	SQL_ATTEMPT_TREE,
	SQL_ATTEMPT_LIST,
	SQL_LOG_LIST,
	SQL_PARTIAL_LIST,
	SQL_COST_ROWS,
	SQL_COST_DAY,
	SQL_COST_RUN,
	SQL_COST_LAST,
	SQL_COST_HABIT,
	SQL_BLOB_READ,
	SQL_PROMPT_LIST,
	SQL_PROMPT_FIND,
	SQL_ROWS_EVER,
	SQL_CACHE_FIND,
	SQL_CACHE_LIST,
	SQL_CACHE_USES,
	SQL_CACHE_SUM,
	SQL_CALIBRATION_LIST,
	SQL_CALIBRATION_TOLD,
	SQL_BLOB_ALL,
	SQL_CACHE_ALL,
	SQL_JOB_READ,
	SQL_JOB_LIST,
	SQL_SAMPLE_COUNTS,
	SQL_SAMPLE_ENDED,
	SQL_SAMPLE_PAGE,
	SQL_SAMPLE_LATENCY,
	SQL_SAMPLE_COSTS,
	STATEMENTS
};

const char *statement_sql(enum statement name);

/* What RUN_LIST, RUN_LIST_OF and RUN_RANGE give, in order; run_rows.c reads them by place. */
#define STATEMENT_RUN_RESULT                                                                       \
	"SELECT run.seq, " RUN_COLUMNS ", row_hash = row_hash('run', " RUN_COLUMNS "), "           \
	"ifnull(run.spans, (SELECT count(*) FROM span WHERE span.run = run.id)), "                 \
	"ifnull(run.attempts, (SELECT count(*) FROM attempt WHERE attempt.run = run.id)), "        \
	"(SELECT sum(a.input_tokens) FROM attempt a WHERE a.run = run.id), "                       \
	"(SELECT sum(a.output_tokens) FROM attempt a WHERE a.run = run.id), "                      \
	"(SELECT max(a.estimated OR (a.output_tokens IS NULL AND a.state <> 'error')) "            \
	"FROM attempt a WHERE a.run = run.id), "                                                   \
	"(SELECT sum(a.cost_nano) FROM attempt a WHERE a.run = run.id), "                          \
	"(SELECT count(*) FROM attempt a WHERE a.run = run.id AND a.cost_nano IS NULL), "          \
	"(SELECT sum(a.cached) FROM attempt a WHERE a.run = run.id), "                             \
	"(SELECT min(a.first_ns) FROM attempt a WHERE a.run = run.id), "                           \
	"(SELECT a.model FROM attempt a WHERE a.run = run.id ORDER BY a.seq LIMIT 1), "            \
	"(SELECT j.total FROM run_job j WHERE j.run = run.id), "                                   \
	"(SELECT count(*) FROM sample m WHERE m.run = run.id "                                     \
	"AND m.state NOT IN ('running', 'open')), "                                                \
	"(SELECT max(p.version) FROM prompt p WHERE p.path = run.name "                            \
	"AND p.source_blob = run.source_blob AND p.created_ns <= run.started_ns) FROM run "

#endif
