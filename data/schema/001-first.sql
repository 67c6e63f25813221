-- SPDX-License-Identifier: MIT
-- Runs as traces: what ran, its spans, every request made, and what went in and came out.
-- Times are nanoseconds since the Unix epoch. seq is the order of arrival, which does not depend
-- on any clock. row_hash is BLAKE2b over the table's name and the row's other columns but its
-- rowid (core/store/row_hash.h); `lathe fsck` compares it.

CREATE TABLE meta(
	key TEXT NOT NULL UNIQUE,
	value TEXT NOT NULL,
	row_hash BLOB NOT NULL
) STRICT;

-- Prompts, inputs and outputs, once however often used.
CREATE TABLE blob(
	id INTEGER PRIMARY KEY,
	hash BLOB NOT NULL UNIQUE, -- BLAKE2b-256 of the content
	size INTEGER NOT NULL, -- of the content, in bytes
	bytes BLOB NOT NULL, -- the content, compressed with zstd
	row_hash BLOB NOT NULL
) STRICT;

CREATE TABLE run(
	seq INTEGER PRIMARY KEY,
	id INTEGER NOT NULL UNIQUE,
	owner INTEGER NOT NULL, -- the process: a byte it keeps locked in .lathe/owners
	pid INTEGER NOT NULL,
	started_ns INTEGER NOT NULL,
	ended_ns INTEGER,
	status TEXT NOT NULL,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	hash TEXT NOT NULL, -- of the file's bytes, hex
	source_blob INTEGER REFERENCES blob(id),
	git TEXT NOT NULL,
	app_version TEXT NOT NULL,
	settings TEXT NOT NULL, -- JSON
	input_blob INTEGER REFERENCES blob(id),
	output_blob INTEGER REFERENCES blob(id),
	error TEXT NOT NULL,
	spans INTEGER, -- how many rows the run left, and their sums: written at its end
	attempts INTEGER,
	input_tokens INTEGER,
	output_tokens INTEGER,
	row_hash BLOB NOT NULL
) STRICT;
CREATE INDEX run_by_name ON run(name, seq);
CREATE INDEX run_running ON run(seq) WHERE status = 'running';

CREATE TABLE span(
	seq INTEGER PRIMARY KEY,
	id INTEGER NOT NULL UNIQUE,
	run INTEGER NOT NULL REFERENCES run(id),
	parent INTEGER, -- NULL: the root span
	name TEXT NOT NULL,
	kind TEXT NOT NULL,
	start_ns INTEGER NOT NULL,
	first_ns INTEGER, -- first token
	end_ns INTEGER,
	status TEXT NOT NULL,
	attributes TEXT NOT NULL, -- JSON, OpenTelemetry's GenAI names
	end_attributes TEXT NOT NULL, -- JSON, what the end added
	input_blob INTEGER REFERENCES blob(id),
	output_blob INTEGER REFERENCES blob(id),
	streamed INTEGER NOT NULL, -- bytes that came as deltas
	error TEXT NOT NULL,
	row_hash BLOB NOT NULL
) STRICT;
CREATE INDEX span_by_run ON span(run, seq);

-- The ledger: one row a request, on disk before the request is sent. Totals are sums over it.
CREATE TABLE attempt(
	seq INTEGER PRIMARY KEY,
	id INTEGER NOT NULL UNIQUE,
	run INTEGER NOT NULL REFERENCES run(id),
	span INTEGER NOT NULL REFERENCES span(id),
	number INTEGER NOT NULL, -- 1 for the first try
	state TEXT NOT NULL,
	provider TEXT NOT NULL,
	connection TEXT NOT NULL,
	model TEXT NOT NULL,
	request_blob INTEGER REFERENCES blob(id),
	raw_blob INTEGER REFERENCES blob(id),
	input_tokens INTEGER, -- includes cache_read_tokens; NULL: unknown
	output_tokens INTEGER, -- includes reasoning_tokens
	cache_read_tokens INTEGER,
	cache_write_tokens INTEGER,
	reasoning_tokens INTEGER,
	estimated INTEGER NOT NULL, -- 1: the counts are ours, not the provider's
	finish_reason TEXT NOT NULL,
	response_id TEXT NOT NULL,
	response_model TEXT NOT NULL,
	http_status INTEGER,
	planned_ns INTEGER NOT NULL,
	sent_ns INTEGER,
	first_ns INTEGER,
	end_ns INTEGER,
	error TEXT NOT NULL,
	row_hash BLOB NOT NULL
) STRICT;
CREATE INDEX attempt_by_run ON attempt(run, seq);
CREATE INDEX attempt_by_span ON attempt(span, seq);

-- What came of an answer that is still streaming; gone with the final row of its span.
CREATE TABLE partial(
	span INTEGER NOT NULL REFERENCES span(id),
	seq INTEGER NOT NULL,
	kind TEXT NOT NULL,
	bytes BLOB NOT NULL,
	row_hash BLOB NOT NULL,
	UNIQUE(span, seq)
) STRICT;

CREATE TABLE log(
	seq INTEGER PRIMARY KEY,
	run INTEGER NOT NULL REFERENCES run(id),
	span INTEGER,
	at_ns INTEGER NOT NULL,
	level TEXT NOT NULL,
	text TEXT NOT NULL,
	row_hash BLOB NOT NULL
) STRICT;
CREATE INDEX log_by_run ON log(run, seq);
