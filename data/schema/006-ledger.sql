-- SPDX-License-Identifier: MIT
-- What each request cost, in nano-dollars, and by which prices. Requests from before have no cost:
-- nobody knows what the prices were; but what the program answered itself was free. A row that is
-- damaged stays so: only one whose hash was right gets a new one.

ALTER TABLE run ADD COLUMN cost_nano INTEGER; -- the sum at its end; NULL: no cost is known
ALTER TABLE run ADD COLUMN unpriced INTEGER; -- requests whose cost is not known

ALTER TABLE attempt ADD COLUMN sample INTEGER NOT NULL DEFAULT 0; -- which of several answers
ALTER TABLE attempt ADD COLUMN cache_write_long_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempt ADD COLUMN other_units INTEGER NOT NULL DEFAULT 0; -- sound, searches
ALTER TABLE attempt ADD COLUMN rate TEXT NOT NULL DEFAULT ''; -- '' 'batch' 'other'
ALTER TABLE attempt ADD COLUMN reserved_nano INTEGER; -- the most it could cost; NULL: not known
ALTER TABLE attempt ADD COLUMN cost_nano INTEGER; -- NULL: not known
ALTER TABLE attempt ADD COLUMN price TEXT NOT NULL DEFAULT ''; -- the version of the prices
ALTER TABLE attempt ADD COLUMN cached INTEGER NOT NULL DEFAULT 0; -- 1: from our own cache
ALTER TABLE attempt ADD COLUMN possible_spend INTEGER NOT NULL DEFAULT 0; -- 1: maybe paid for
CREATE INDEX attempt_by_time ON attempt(planned_ns);

UPDATE attempt SET possible_spend = (state = 'unknown' AND provider <> 'local'),
	cost_nano = iif(provider = 'local', 0, NULL), price = iif(provider = 'local', 'local', ''),
	row_hash = iif(
	row_hash = row_hash('attempt',
		id, run, span, number, state, provider, connection, model, request_blob,
		raw_blob, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
		reasoning_tokens, estimated, finish_reason, response_id, response_model,
		http_status, planned_ns, sent_ns, first_ns, end_ns, error),
	row_hash('attempt',
		id, run, span, number, state, provider, connection, model, request_blob,
		raw_blob, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
		reasoning_tokens, estimated, finish_reason, response_id, response_model,
		http_status, planned_ns, sent_ns, first_ns, end_ns, error,
		0, 0, 0, '', NULL, iif(provider = 'local', 0, NULL),
		iif(provider = 'local', 'local', ''), 0,
		(state = 'unknown' AND provider <> 'local')),
	row_hash);

UPDATE run SET cost_nano = (SELECT sum(a.cost_nano) FROM attempt a WHERE a.run = run.id),
	unpriced = (SELECT count(*) FROM attempt a WHERE a.run = run.id AND a.cost_nano IS NULL)
	WHERE status <> 'running';
UPDATE run SET row_hash = row_hash('run',
		id, owner, pid, started_ns, ended_ns, status, kind, name, hash, source_blob,
		git, app_version, settings, input_blob, output_blob, error, spans, attempts,
		input_tokens, output_tokens, cost_nano, unpriced)
	WHERE row_hash = row_hash('run',
		id, owner, pid, started_ns, ended_ns, status, kind, name, hash, source_blob,
		git, app_version, settings, input_blob, output_blob, error, spans, attempts,
		input_tokens, output_tokens);
