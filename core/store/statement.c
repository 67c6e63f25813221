/* SPDX-License-Identifier: MIT */
#include "core/store/statement.h"

#include "core/store/row_hash.h"

#define UNSEALED "zeroblob(16)"
/* Of run R: what the ledger says. */
#define SUM_OF(column) "(SELECT sum(a." column ") FROM attempt a WHERE a.run = ?1)"
#define SUMS_OF_RUN                                                                                \
	"spans = (SELECT count(*) FROM span WHERE span.run = ?1), "                                \
	"attempts = (SELECT count(*) FROM attempt a WHERE a.run = ?1), "                           \
	"input_tokens = " SUM_OF("input_tokens") ", output_tokens = " SUM_OF(                      \
		"output_tokens") ", "                                                              \
				 "cost_nano = " SUM_OF(                                            \
					 "cost_nano") ", "                                         \
						      "unpriced = (SELECT count(*) FROM attempt a WHERE a.run = ?1 AND a.cost_nano IS NULL), "
/* The span ?1 and all below it; children come after their parents. */
#define SPAN_TREE                                                                                  \
	"WITH RECURSIVE tree(id, run, seq) AS (SELECT id, run, seq FROM span WHERE id = ?1 "       \
	"UNION ALL SELECT s.id, s.run, s.seq FROM tree t JOIN span s ON s.run = t.run "            \
	"AND s.seq > t.seq AND s.parent = t.id) "
/* New rows in the order of their columns, once for the row and once for its hash. */
#define SPAN_BEGUN "?1, ?2, ?3, ?4, ?5, ?6, NULL, NULL, 'running', ?7, '', ?8, NULL, 0, ''"
#define SPAN_BOTH  "?1, ?2, ?3, ?4, ?5, ?6, ?10, ?9, ?12, ?7, ?14, ?8, ?13, ?11, ?15"
#define ATTEMPT_PLANNED                                                                            \
	"?1, ?2, ?3, ?4, 'planned', ?5, ?6, ?7, ?8, NULL, NULL, NULL, NULL, NULL, NULL, 0, '', "   \
	"'', '', NULL, ?9, NULL, NULL, NULL, '', ?10, 0, 0, '', ?11, NULL, '', 0, 0"
#define TRIAL_BEGUN                                                                                \
	"?5, ?1, ?2, ?3, ?4, trials, 'running', ?6, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL"
#define SAMPLE_IS "run = ?1 AND case_number = ?2 AND column_number = ?3 AND repeat = ?4"
#define RUN_IS_LIKE                                                                                \
	"(?2 = '' OR run.status = ?2) AND (?3 = '' OR run.kind = ?3) "                             \
	"ORDER BY run.seq DESC LIMIT ?4"

static const char *const texts[STATEMENTS] = {
	[SQL_BEGIN] = "BEGIN IMMEDIATE",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ROLLBACK] = "ROLLBACK",

	[SQL_BLOB_FIND] = "SELECT id FROM blob WHERE hash = ?1",
	[SQL_BLOB_ADD] = "INSERT INTO blob(" BLOB_COLUMNS ", row_hash) "
			 "VALUES(?1, ?2, ?3, row_hash('blob', ?1, ?2, ?3))",

	[SQL_RUN_ADD] =
		"INSERT INTO run(" RUN_COLUMNS ", row_hash) "
		"VALUES(?1, ?2, ?3, ?4, NULL, 'running', ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
		"NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, " UNSEALED ")",
	[SQL_RUN_END] =
		"UPDATE run SET ended_ns = ?2, status = ?3, output_blob = ?4, error = ?5, " SUMS_OF_RUN
		"row_hash = " UNSEALED " WHERE id = ?1 AND status = 'running'",
	[SQL_RUN_SEAL] = "UPDATE run SET row_hash = row_hash('run', " RUN_COLUMNS ") "
			 "WHERE id = ?1 AND row_hash = " UNSEALED,

	[SQL_SPAN_ADD] = "INSERT INTO span(" SPAN_COLUMNS ", row_hash) VALUES(" SPAN_BEGUN
			 ", row_hash('span', " SPAN_BEGUN "))",
	[SQL_SPAN_WHOLE] = "INSERT INTO span(" SPAN_COLUMNS ", row_hash) VALUES(" SPAN_BOTH
			   ", row_hash('span', " SPAN_BOTH "))",
	[SQL_SPAN_END] = "UPDATE span SET end_ns = ?2, first_ns = ?3, streamed = ?4, status = ?5, "
			 "output_blob = ?6, end_attributes = ?7, error = ?8, "
			 "row_hash = row_hash('span', id, run, parent, name, kind, start_ns, ?3, "
			 "?2, ?5, attributes, ?7, input_blob, ?6, ?4, ?8) "
			 "WHERE id = ?1 AND status = 'running'",

	[SQL_ATTEMPT_ADD] = "INSERT INTO attempt(" ATTEMPT_COLUMNS ", row_hash) "
			    "VALUES(" ATTEMPT_PLANNED ", row_hash('attempt', " ATTEMPT_PLANNED "))",
	[SQL_ATTEMPT_SENT] =
		"UPDATE attempt SET state = 'sent', sent_ns = ?2, "
		"row_hash = row_hash('attempt', id, run, span, number, 'sent', provider, "
		"connection, model, request_blob, raw_blob, input_tokens, output_tokens, "
		"cache_read_tokens, cache_write_tokens, reasoning_tokens, estimated, "
		"finish_reason, response_id, response_model, http_status, planned_ns, ?2, "
		"first_ns, end_ns, error, sample, cache_write_long_tokens, other_units, rate, "
		"reserved_nano, cost_nano, price, cached, possible_spend) "
		"WHERE id = ?1 AND state = 'planned'",
	[SQL_ATTEMPT_END] =
		"UPDATE attempt SET end_ns = ?2, state = ?3, raw_blob = ?4, "
		"input_tokens = ?5, output_tokens = ?6, cache_read_tokens = ?7, "
		"cache_write_tokens = ?8, reasoning_tokens = ?9, estimated = ?10, "
		"finish_reason = ?11, response_id = ?12, response_model = ?13, "
		"http_status = ?14, first_ns = ?15, error = ?16, "
		"cache_write_long_tokens = ?17, other_units = ?18, rate = ?19, "
		"cost_nano = ?20, price = ?21, cached = ?22, possible_spend = ?23, "
		"sent_ns = coalesce(?24, sent_ns), "
		"row_hash = row_hash('attempt', id, run, span, number, ?3, provider, connection, "
		"model, request_blob, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
		"planned_ns, coalesce(?24, sent_ns), ?15, ?2, ?16, sample, ?17, ?18, ?19, "
		"reserved_nano, ?20, ?21, ?22, ?23) WHERE id = ?1 AND state IN ('planned', 'sent')",

	[SQL_PARTIAL_ADD] = "INSERT INTO partial(" PARTIAL_COLUMNS ", row_hash) "
			    "VALUES(?1, ?2, ?3, ?4, row_hash('partial', ?1, ?2, ?3, ?4))",
	[SQL_PARTIAL_DROP] = "DELETE FROM partial WHERE span = ?1",
	[SQL_LOG_ADD] = "INSERT INTO log(" LOG_COLUMNS ", row_hash) "
			"VALUES(?1, ?2, ?3, ?4, ?5, row_hash('log', ?1, ?2, ?3, ?4, ?5))",

	[SQL_PROMPT_LATEST] = "SELECT version, source_blob FROM prompt WHERE path = ?1 "
			      "ORDER BY version DESC LIMIT 1",
	[SQL_PROMPT_ADD] = "INSERT INTO prompt(" PROMPT_COLUMNS ", row_hash) "
			   "VALUES(?1, ?2, ?3, ?4, ?5, row_hash('prompt', ?1, ?2, ?3, ?4, ?5))",

	/* What a dead process left. Its request goes out as soon as the row is on disk, and the
	 * mark that it did comes later: in both states it may have been answered and paid for. */
	[SQL_LOST_ATTEMPTS] =
		"UPDATE attempt SET state = 'unknown', possible_spend = 1, "
		"row_hash = " UNSEALED " WHERE run = ?1 AND state IN ('planned', 'sent')",
	[SQL_LOST_ATTEMPTS_SEAL] =
		"UPDATE attempt SET row_hash = row_hash('attempt', " ATTEMPT_COLUMNS ") "
		"WHERE run = ?1 AND row_hash = " UNSEALED,
	[SQL_LOST_SPANS] = "UPDATE span SET status = 'interrupted', row_hash = " UNSEALED
			   " WHERE run = ?1 AND status = 'running'",
	[SQL_LOST_SPANS_SEAL] = "UPDATE span SET row_hash = row_hash('span', " SPAN_COLUMNS ") "
				"WHERE run = ?1 AND row_hash = " UNSEALED,
	[SQL_LOST_RUN] = "UPDATE run SET status = 'interrupted', " SUMS_OF_RUN
			 "row_hash = " UNSEALED " WHERE id = ?1 AND status = 'running'",

	[SQL_CACHE_PUT] = "INSERT OR REPLACE INTO response_cache(" CACHE_COLUMNS ", row_hash) "
			  "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 0, "
			  "row_hash('response_cache', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 0))",
	[SQL_CACHE_USED] =
		"UPDATE response_cache SET used_ns = max(used_ns, ?2), hits = hits + 1, "
		"row_hash = row_hash('response_cache', key, parts, result, size, run, attempt, "
		"stored_ns, max(used_ns, ?2), hits + 1) WHERE key = ?1",
	[SQL_CACHE_USE_ADD] = "INSERT OR IGNORE INTO cache_use(" CACHE_USE_COLUMNS ", row_hash) "
			      "VALUES(?1, ?2, ?3, ?4, ?5, ?6, "
			      "row_hash('cache_use', ?1, ?2, ?3, ?4, ?5, ?6))",
	[SQL_CACHE_EXPIRE] = "DELETE FROM response_cache WHERE stored_ns < ?1",
	/* The last used stay, as many as there is room for. */
	[SQL_CACHE_TRIM] = "DELETE FROM response_cache WHERE seq IN (SELECT seq FROM (SELECT seq, "
			   "sum(size) OVER (ORDER BY used_ns DESC, seq DESC) AS total "
			   "FROM response_cache) WHERE total > ?1)",
	[SQL_CACHE_DROP] = "DELETE FROM response_cache WHERE key = ?1",
	[SQL_CALIBRATION_PUT] = "INSERT OR REPLACE INTO calibration(" CALIBRATION_COLUMNS
				", row_hash) VALUES(?1, ?2, ?3, ?4, ?5, ?6, "
				"row_hash('calibration', ?1, ?2, ?3, ?4, ?5, ?6))",
	[SQL_JOB_ADD] = "INSERT INTO run_job(" JOB_COLUMNS ", row_hash) "
			"VALUES(?1, ?2, ?3, ?4, 0, 'run', '', " UNSEALED ")",
	[SQL_JOB_ASK] =
		"UPDATE run_job SET asked = asked + 1, "
		"max_in_flight = iif(?2 > 0, ?2, max_in_flight), "
		"max_cost = iif(?3 >= 0, ?3, max_cost), "
		"wanted = iif(?4 <> '', ?4, wanted), row_hash = " UNSEALED " WHERE run = ?1",
	[SQL_JOB_WAIT] = "UPDATE run_job SET waiting = ?2, row_hash = " UNSEALED " WHERE run = ?1",
	[SQL_JOB_SEAL] = "UPDATE run_job SET row_hash = row_hash('run_job', " JOB_COLUMNS ") "
			 "WHERE run = ?1 AND row_hash = " UNSEALED,
	/* Only one that does not run: of two processes that want it the second changes nothing. */
	[SQL_RUN_AGAIN] =
		"UPDATE run SET status = 'running', owner = ?2, pid = ?3, "
		"ended_ns = NULL, error = '', spans = NULL, attempts = NULL, "
		"input_tokens = NULL, output_tokens = NULL, cost_nano = NULL, "
		"unpriced = NULL, row_hash = " UNSEALED " WHERE id = ?1 AND status <> 'running'",
	[SQL_COLUMN_ADD] =
		"INSERT INTO run_column(" COLUMN_COLUMNS ", row_hash) VALUES(?1, ?2, ?3, ?4, ?5, "
		"row_hash('run_column', ?1, ?2, ?3, ?4, ?5))",
	[SQL_CASE_ADD] =
		"INSERT INTO run_case(" CASE_COLUMNS ", row_hash) VALUES(?1, ?2, ?3, ?4, ?5, "
		"row_hash('run_case', ?1, ?2, ?3, ?4, ?5)) ON CONFLICT(run, number) DO NOTHING",
	[SQL_SAMPLE_BEGIN] = "INSERT INTO sample(" SAMPLE_COLUMNS ", row_hash) "
			     "VALUES(?1, ?2, ?3, ?4, 'running', 1, NULL, NULL, '', "
			     "row_hash('sample', ?1, ?2, ?3, ?4, 'running', 1, NULL, NULL, '')) "
			     "ON CONFLICT(run, case_number, column_number, repeat) DO UPDATE SET "
			     "state = 'running', trials = trials + 1, trial = NULL, "
			     "output_blob = NULL, error = '', row_hash = row_hash('sample', "
			     "?1, ?2, ?3, ?4, 'running', trials + 1, NULL, NULL, '')",
	[SQL_SAMPLE_END] =
		"UPDATE sample SET state = ?5, trial = ?6, output_blob = ?7, error = ?8, "
		"row_hash = row_hash('sample', ?1, ?2, ?3, ?4, ?5, trials, ?6, ?7, ?8) "
		"WHERE " SAMPLE_IS,
	[SQL_TRIAL_ADD] = "INSERT INTO trial(" TRIAL_COLUMNS ", row_hash) SELECT " TRIAL_BEGUN
			  ", row_hash('trial', " TRIAL_BEGUN ") FROM sample WHERE " SAMPLE_IS,
	[SQL_TRIAL_END] =
		"UPDATE trial SET state = ?2, ended_ns = ?3, asked_ns = ?4, "
		"attempts = ?5, cached = ?6, input_tokens = ?7, output_tokens = ?8, "
		"estimated = ?9, cost_nano = ?10, row_hash = row_hash('trial', span, run, "
		"case_number, column_number, repeat, number, ?2, started_ns, ?3, ?4, ?5, ?6, ?7, "
		"?8, ?9, ?10) WHERE span = ?1",
	[SQL_LOST_TRIALS] = "UPDATE trial SET state = 'interrupted', row_hash = " UNSEALED
			    " WHERE run = ?1 AND state = 'running'",
	[SQL_LOST_TRIALS_SEAL] = "UPDATE trial SET row_hash = row_hash('trial', " TRIAL_COLUMNS ") "
				 "WHERE run = ?1 AND row_hash = " UNSEALED,
	[SQL_LOST_SAMPLES] = "UPDATE sample SET state = 'open', row_hash = " UNSEALED
			     " WHERE run = ?1 AND state = 'running'",
	[SQL_LOST_SAMPLES_SEAL] =
		"UPDATE sample SET row_hash = row_hash('sample', " SAMPLE_COLUMNS ") "
		"WHERE run = ?1 AND state = 'open' AND row_hash = " UNSEALED,

	[SQL_RUNS_RUNNING] = "SELECT id, owner FROM run WHERE status = 'running' ORDER BY seq",
	/* Two, so that the runs of one file come from the index by name. */
	[SQL_RUN_LIST] = STATEMENT_RUN_RESULT "WHERE run.seq < ?1 AND " RUN_IS_LIKE,
	[SQL_RUN_LIST_OF] =
		STATEMENT_RUN_RESULT "WHERE run.name = ?5 AND run.seq < ?1 AND " RUN_IS_LIKE,
	[SQL_RUN_RANGE] =
		STATEMENT_RUN_RESULT "WHERE run.id BETWEEN ?1 AND ?2 ORDER BY run.id LIMIT ?3",
	[SQL_SPAN_LIST] = "SELECT " SPAN_COLUMNS ", row_hash = row_hash('span', " SPAN_COLUMNS ") "
			  "FROM span WHERE run = ?1 ORDER BY seq LIMIT ?2",
	[SQL_SPAN_TREE] =
		SPAN_TREE "SELECT " SPAN_COLUMNS ", row_hash = row_hash('span', " SPAN_COLUMNS ") "
			  "FROM span WHERE id IN (SELECT id FROM tree) "
			  "ORDER BY seq LIMIT ?2",
	[SQL_ATTEMPT_TREE] = SPAN_TREE "SELECT " ATTEMPT_COLUMNS
				       ", row_hash = row_hash('attempt', " ATTEMPT_COLUMNS ") "
				       "FROM attempt WHERE span IN (SELECT id FROM tree) "
				       "ORDER BY seq LIMIT ?2",
	[SQL_ATTEMPT_LIST] =
		"SELECT " ATTEMPT_COLUMNS ", row_hash = row_hash('attempt', " ATTEMPT_COLUMNS ") "
		"FROM attempt WHERE run = ?1 ORDER BY seq LIMIT ?2",
	[SQL_LOG_LIST] = "SELECT " LOG_COLUMNS ", row_hash = row_hash('log', " LOG_COLUMNS ") "
			 "FROM log WHERE run = ?1 ORDER BY seq LIMIT ?2",
	[SQL_PARTIAL_LIST] = "SELECT kind, bytes FROM partial WHERE span = ?1 ORDER BY seq",
	/* In the order they were made, with what names their run. */
	[SQL_COST_ROWS] =
		"SELECT a.run, r.name, a.provider, a.connection, a.model, a.response_model, "
		"a.state, a.planned_ns, a.input_tokens, a.output_tokens, a.cache_read_tokens, "
		"a.cache_write_tokens, a.reasoning_tokens, a.estimated, "
		"a.cache_write_long_tokens, a.other_units, a.rate, a.cost_nano, a.price, a.cached, "
		"a.possible_spend, a.reserved_nano, "
		"date(a.planned_ns / 1000000000, 'unixepoch', 'localtime') "
		"FROM attempt a JOIN run r ON r.id = a.run "
		"WHERE a.planned_ns >= ?1 AND (?2 = 0 OR a.run = ?2) ORDER BY a.seq",
	/* What counts against a ceiling: where the cost is not known, what was reserved. ?2 and ?3
	 * leave out what this process did itself. */
	[SQL_COST_DAY] = "SELECT sum(coalesce(a.cost_nano, a.reserved_nano, 0)) "
			 "FROM attempt a JOIN run r ON r.id = a.run WHERE a.planned_ns >= ?1 "
			 "AND (a.seq <= ?2 OR r.owner <> ?3) AND (?4 = '' OR a.connection = ?4)",
	[SQL_COST_RUN] = "SELECT sum(coalesce(cost_nano, reserved_nano, 0)) FROM attempt "
			 "WHERE run = ?1",
	[SQL_COST_LAST] = "SELECT max(seq) FROM attempt",
	/* The latest answers that a file had of a model. */
	[SQL_COST_HABIT] =
		"SELECT count(*), sum(output_tokens), max(output_tokens), sum(input_tokens), "
		"sum(coalesce(cache_read_tokens, 0)) FROM (SELECT a.output_tokens, "
		"a.input_tokens, a.cache_read_tokens FROM run r JOIN attempt a ON a.run = r.id "
		"WHERE r.name = ?1 AND a.model = ?2 AND a.state = 'done' AND a.cached = 0 "
		"AND a.output_tokens IS NOT NULL AND a.input_tokens IS NOT NULL "
		"ORDER BY r.seq DESC, a.seq DESC LIMIT 200)",
	[SQL_BLOB_READ] = "SELECT " BLOB_COLUMNS " FROM blob WHERE id = ?1",
	[SQL_PROMPT_LIST] =
		"SELECT " PROMPT_COLUMNS ", row_hash = row_hash('prompt', " PROMPT_COLUMNS ") "
		"FROM prompt WHERE path = ?1 ORDER BY version DESC",
	[SQL_PROMPT_FIND] = "SELECT version FROM prompt WHERE path = ?1 AND hash = ?2 "
			    "ORDER BY version DESC LIMIT 1",
	[SQL_CACHE_FIND] = "SELECT " CACHE_COLUMNS
			   ", row_hash = row_hash('response_cache', " CACHE_COLUMNS ") "
			   "FROM response_cache WHERE key = ?1",
	[SQL_CACHE_LIST] = "SELECT key, parts, size, run, attempt, stored_ns, used_ns, hits "
			   "FROM response_cache WHERE substr(lower(hex(key)), 1, length(?1)) = ?1 "
			   "AND (?2 = 0 OR run = ?2) ORDER BY used_ns DESC, seq DESC LIMIT ?3",
	[SQL_CACHE_USES] = "SELECT attempt, key, at_ns, stored_run, stored_ns "
			   "FROM cache_use WHERE run = ?1 ORDER BY at_ns, rowid",
	[SQL_BLOB_ALL] = "SELECT id, hash, size, bytes FROM blob ORDER BY id",
	[SQL_CACHE_ALL] = "SELECT seq, result FROM response_cache ORDER BY seq",
	[SQL_CACHE_SUM] = "SELECT count(*), coalesce(sum(size), 0) FROM response_cache",
	[SQL_CALIBRATION_LIST] = "SELECT " CALIBRATION_COLUMNS " FROM calibration WHERE model = ?1 "
				 "AND row_hash = row_hash('calibration', " CALIBRATION_COLUMNS ")",
	[SQL_CALIBRATION_TOLD] =
		"SELECT seq, input_tokens, request_blob FROM (SELECT seq, input_tokens, "
		"request_blob FROM (SELECT * FROM attempt WHERE seq > ?2 ORDER BY seq DESC "
		"LIMIT 4000) WHERE model = ?1 AND state = 'done' AND estimated = 0 "
		"AND cached = 0 AND input_tokens > 0 AND request_blob IS NOT NULL "
		"ORDER BY seq DESC LIMIT ?3) ORDER BY seq",
	[SQL_ROWS_EVER] = "SELECT coalesce((SELECT max(seq) FROM run), 0) "
			  "+ coalesce((SELECT max(seq) FROM span), 0) "
			  "+ coalesce((SELECT max(seq) FROM attempt), 0)",

	[SQL_JOB_READ] = "SELECT " JOB_COLUMNS ", row_hash = row_hash('run_job', " JOB_COLUMNS ") "
			 "FROM run_job WHERE run = ?1",
	[SQL_JOB_LIST] = "SELECT run FROM run_job ORDER BY rowid DESC LIMIT ?1",
	[SQL_SAMPLE_COUNTS] = "SELECT state, count(*) FROM sample WHERE run = ?1 GROUP BY state",
	[SQL_SAMPLE_ENDED] = "SELECT case_number, column_number, repeat, state FROM sample "
			     "WHERE run = ?1 AND state NOT IN ('running', 'open')",
	[SQL_SAMPLE_PAGE] =
		"SELECT s.case_number, s.column_number, s.repeat, s.state, s.trials, s.trial, "
		"s.output_blob, s.error, c.line, c.input_blob, t.started_ns, t.ended_ns, "
		"t.asked_ns, t.attempts, t.cached, t.input_tokens, t.output_tokens, t.estimated, "
		"t.cost_nano FROM sample s "
		"JOIN run_case c ON c.run = s.run AND c.number = s.case_number "
		"LEFT JOIN trial t ON t.span = s.trial WHERE s.run = ?1 "
		"AND (s.case_number, s.column_number, s.repeat) >= (?2, ?3, ?4) "
		"ORDER BY s.case_number, s.column_number, s.repeat LIMIT ?5",
	/* What ?2 of a hundred took at most, of those that were asked. */
	[SQL_SAMPLE_LATENCY] =
		"WITH took AS (SELECT asked_ns AS ns FROM trial "
		"WHERE run = ?1 AND state = 'ok' AND attempts > cached) "
		"SELECT ns FROM took ORDER BY ns "
		"LIMIT 1 OFFSET (SELECT max(0, (count(*) * ?2 + 99) / 100 - 1) FROM took)",
	[SQL_SAMPLE_COSTS] =
		"SELECT count(*), sum(input_tokens), sum(output_tokens), max(estimated), "
		"sum(state = 'unknown'), "
		"(SELECT sum(cost_nano) FROM trial WHERE trial.run = ?1), "
		"(SELECT count(*) FROM trial WHERE trial.run = ?1 AND cost_nano IS NULL "
		"AND (attempts > cached OR state = 'interrupted')) "
		"FROM attempt WHERE run = ?1",
};

const char *statement_sql(enum statement name)
{
	return texts[name];
}
