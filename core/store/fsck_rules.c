/* SPDX-License-Identifier: MIT */
#include "core/store/fsck_rules.h"

#include "core/store/row_hash.h"

#include <stddef.h>

#define UNHASHED(table, columns)                                                                   \
	" FROM " table " NOT INDEXED WHERE row_hash IS NOT row_hash('" table "', " columns ")"

/* The schema's step that gave runs and requests their costs, and their columns before it. */
enum { LEDGER = 6 };
#define RUN_COLUMNS_1                                                                              \
	"id, owner, pid, started_ns, ended_ns, status, kind, name, hash, source_blob, git, "       \
	"app_version, settings, input_blob, output_blob, error, spans, attempts, input_tokens, "   \
	"output_tokens"
#define ATTEMPT_COLUMNS_1                                                                          \
	"id, run, span, number, state, provider, connection, model, request_blob, raw_blob, "      \
	"input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, "   \
	"estimated, finish_reason, response_id, response_model, http_status, planned_ns, "         \
	"sent_ns, first_ns, end_ns, error"

#define RUN_WORDS                                                                                  \
	"('running', 'ok', 'error', 'truncated', 'filtered', 'cancelled', 'bypassed', "            \
	"'interrupted', 'paused')"
#define ATTEMPT_WORDS                                                                              \
	"('planned', 'sent', 'done', 'error', 'truncated', 'filtered', 'cancelled', "              \
	"'interrupted', 'unknown')"

#define OF_RUN(what, table) "(SELECT " what " FROM " table " t WHERE t.run = run.id)"

/* A run's end wrote COLUMN; NOW is what its rows give. */
#define SUM_RULE(version, column, words, now)                                                      \
	{                                                                                          \
		"totals", (version),                                                               \
			"SELECT printf('Run %016llx ended with %s " words                          \
			", its rows now give %s.', "                                               \
			"id, ifnull(" column ", 'no'), ifnull(" now ", 'no')) "                    \
			"FROM run WHERE status <> 'running' AND " column " IS NOT " now            \
	}

const struct fsck_rule fsck_rules[] = {
	{"rows", 1,
		"SELECT printf('The note %s does not match its hash.', quote(key))" UNHASHED(
			"meta", META_COLUMNS)},
	{"rows", 1,
		"SELECT printf('Content %lld does not match its row hash.', id)" UNHASHED(
			"blob", BLOB_COLUMNS)},
	{"rows", LEDGER,
		"SELECT printf('Run %016llx does not match its hash.', id)" UNHASHED(
			"run", RUN_COLUMNS)},
	{"rows", 1,
		"SELECT printf('Span %016llx of run %016llx does not match its hash.', id, run)" UNHASHED(
			"span", SPAN_COLUMNS)},
	{"rows", LEDGER,
		"SELECT printf('Request %016llx of run %016llx does not match its hash.', id, run)" UNHASHED(
			"attempt", ATTEMPT_COLUMNS)},
	{"rows", 1,
		"SELECT printf('Partial text %lld of span %016llx does not match its hash.', seq, "
		"span)" UNHASHED("partial", PARTIAL_COLUMNS)},
	{"rows", 1,
		"SELECT printf('A log line of run %016llx does not match its hash.', run)" UNHASHED(
			"log", LOG_COLUMNS)},
	{"rows", 2,
		"SELECT printf('Version %lld of %s does not match its hash.', version, quote(path))" UNHASHED(
			"prompt", PROMPT_COLUMNS)},
	{"rows", 4,
		"SELECT printf('The cached answer %.8s does not match its hash.', "
		"lower(hex(key)))" UNHASHED("response_cache", CACHE_COLUMNS)},
	{"rows", 4,
		"SELECT printf('The use of a cached answer by request %016llx does not match its "
		"hash.', attempt)" UNHASHED("cache_use", CACHE_USE_COLUMNS)},
	{"rows", 7,
		"SELECT printf('What was learned of %s does not match its hash.', "
		"quote(model))" UNHASHED("calibration", CALIBRATION_COLUMNS)},

	SUM_RULE(1, "spans", "spans", OF_RUN("count(*)", "span")),
	SUM_RULE(1, "attempts", "requests", OF_RUN("count(*)", "attempt")),
	SUM_RULE(1, "input_tokens", "input tokens", OF_RUN("sum(t.input_tokens)", "attempt")),
	SUM_RULE(1, "output_tokens", "output tokens", OF_RUN("sum(t.output_tokens)", "attempt")),
	SUM_RULE(LEDGER, "cost_nano", "nano-dollars", OF_RUN("sum(t.cost_nano)", "attempt")),
	SUM_RULE(LEDGER, "unpriced", "requests without a cost",
		OF_RUN("count(*) - count(t.cost_nano)", "attempt")),

	{"runs", 1,
		"SELECT printf('Run %016llx has the unknown status %s.', id, quote(status)) "
		"FROM run WHERE status NOT IN " RUN_WORDS},
	{"runs", 1,
		"SELECT printf('Span %016llx has the unknown status %s.', id, quote(status)) "
		"FROM span WHERE status NOT IN " RUN_WORDS},
	{"runs", 1,
		"SELECT printf('Request %016llx has the unknown state %s.', id, quote(state)) "
		"FROM attempt WHERE state NOT IN " ATTEMPT_WORDS},
	{"runs", 1,
		"SELECT printf('Run %016llx is %s and has %s end.', id, status, "
		"iif(ended_ns IS NULL, 'no', 'an')) FROM run "
		"WHERE status <> 'interrupted' AND (status = 'running') <> (ended_ns IS NULL)"},
	{"runs", 1,
		"SELECT printf('Span %016llx still runs in run %016llx, which has ended.', s.id, "
		"r.id) FROM span s JOIN run r ON r.id = s.run "
		"WHERE s.status = 'running' AND r.status <> 'running'"},
	{"runs", 1,
		"SELECT printf('Request %016llx is still %s in run %016llx, which has ended.', a.id, "
		"a.state, r.id) FROM attempt a JOIN run r ON r.id = a.run "
		"WHERE a.state IN ('planned', 'sent') AND r.status <> 'running'"},
	{"runs", 1,
		"SELECT printf('%s %016llx ended before it began.', what, id) FROM ("
		"SELECT 'Run' AS what, id FROM run WHERE ended_ns < started_ns UNION ALL "
		"SELECT 'Span', id FROM span WHERE end_ns < start_ns UNION ALL "
		"SELECT 'Request', id FROM attempt WHERE end_ns < planned_ns)"},
	{"runs", 1,
		"SELECT printf('Span %016llx has no parent in its run %016llx.', s.id, s.run) "
		"FROM span s WHERE s.parent IS NOT NULL AND NOT EXISTS "
		"(SELECT 1 FROM span p WHERE p.id = s.parent AND p.run = s.run)"},
	{"runs", 1,
		"SELECT printf('Request %016llx is not in the run of its span.', a.id) "
		"FROM attempt a JOIN span s ON s.id = a.span WHERE s.run <> a.run"},
	{"runs", 1,
		"SELECT printf('Partial text is left of span %016llx, which has ended.', s.id) "
		"FROM (SELECT DISTINCT span FROM partial) p JOIN span s ON s.id = p.span "
		"WHERE s.status NOT IN ('running', 'interrupted')"},
	{"runs", 1,
		"SELECT printf('Partial text of span %016llx has a gap.', span) FROM partial "
		"GROUP BY span HAVING min(seq) <> 0 OR max(seq) <> count(*) - 1"},
	{"runs", LEDGER,
		"SELECT printf('Request %016llx was answered from the cache and has a cost.', id) "
		"FROM attempt WHERE cached <> 0 AND cost_nano IS NOT 0"},
	{"runs", LEDGER,
		"SELECT printf('Request %016llx has a cost of %lld by no prices.', id, cost_nano) "
		"FROM attempt WHERE cost_nano > 0 AND price = '' OR cost_nano < 0"},
	{"runs", 2,
		"SELECT printf('The versions of %s have a gap.', quote(path)) FROM prompt "
		"GROUP BY path HAVING min(version) <> 1 OR max(version) <> count(*)"},

	{"rows", 5,
		"SELECT printf('What was asked of run %016llx does not match its hash.', run)" UNHASHED(
			"run_job", JOB_COLUMNS)},
	{"rows", 5,
		"SELECT printf('Column %lld of run %016llx does not match its hash.', number, run)" UNHASHED(
			"run_column", COLUMN_COLUMNS)},
	{"rows", 5,
		"SELECT printf('Row %lld of run %016llx does not match its hash.', number, run)" UNHASHED(
			"run_case", CASE_COLUMNS)},
	{"rows", 5,
		"SELECT printf('The sample of row %lld of run %016llx does not match its hash.', "
		"case_number, run)" UNHASHED("sample", SAMPLE_COLUMNS)},
	{"rows", 5,
		"SELECT printf('Trial %016llx of run %016llx does not match its hash.', span, run)" UNHASHED(
			"trial", TRIAL_COLUMNS)},
	{"runs", 5,
		"SELECT printf('The sample of row %lld of run %016llx has the unknown state %s.', "
		"case_number, run, quote(state)) FROM sample WHERE state NOT IN "
		"('running', 'open', 'ok', 'error', 'truncated', 'filtered')"},
	{"runs", 5,
		"SELECT printf('The sample of row %lld still runs in run %016llx, which has ended.', "
		"s.case_number, r.id) FROM sample s JOIN run r ON r.id = s.run "
		"WHERE s.state = 'running' AND r.status <> 'running'"},
	{"runs", 5,
		"SELECT printf('Trial %016llx still runs in run %016llx, which has ended.', t.span, "
		"r.id) FROM trial t JOIN run r ON r.id = t.run "
		"WHERE t.state = 'running' AND r.status <> 'running'"},
	{"runs", 5,
		"SELECT printf('Trial %016llx is not a root span of its run %016llx.', t.span, t.run) "
		"FROM trial t JOIN span s ON s.id = t.span "
		"WHERE s.run <> t.run OR s.parent IS NOT NULL"},
	{"runs", 5,
		"SELECT printf('The sample of row %lld of run %016llx ended with a trial that is not "
		"its own.', s.case_number, s.run) FROM sample s WHERE s.trial IS NOT NULL "
		"AND NOT EXISTS (SELECT 1 FROM trial t WHERE t.span = s.trial AND t.run = s.run "
		"AND t.case_number = s.case_number AND t.column_number = s.column_number "
		"AND t.repeat = s.repeat AND t.state = s.state)"},
	{"runs", 5,
		"SELECT printf('Run %016llx has more samples than the %lld it is to have.', j.run, "
		"j.total) FROM run_job j "
		"WHERE (SELECT count(*) FROM sample s WHERE s.run = j.run) > j.total"},
	{"totals", 5,
		"SELECT printf('The trials of run %016llx have %lld requests, its ledger %lld.', "
		"j.run, (SELECT sum(t.attempts) FROM trial t WHERE t.run = j.run), "
		"(SELECT count(*) FROM attempt a WHERE a.run = j.run)) FROM run_job j WHERE "
		"NOT EXISTS (SELECT 1 FROM trial t WHERE t.run = j.run AND t.ended_ns IS NULL) "
		"AND (SELECT ifnull(sum(t.attempts), 0) FROM trial t WHERE t.run = j.run) <> "
		"(SELECT count(*) FROM attempt a WHERE a.run = j.run)"},
	{NULL, 0, NULL},
};

const struct fsck_rule fsck_old_rules[] = {
	{"rows", LEDGER - 1,
		"SELECT printf('Run %016llx does not match its hash.', id)" UNHASHED(
			"run", RUN_COLUMNS_1)},
	{"rows", LEDGER - 1,
		"SELECT printf('Request %016llx of run %016llx does not match its hash.', id, run)" UNHASHED(
			"attempt", ATTEMPT_COLUMNS_1)},
	{NULL, 0, NULL},
};
