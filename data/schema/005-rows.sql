-- SPDX-License-Identifier: MIT
-- Runs over many rows. A run has cases (rows of data) and columns (what each case is given to: a
-- model, a variant); where they cross there are samples, one for each repeat; a trial is one try
-- at a sample, a root span of the run. A sample that was under way when its process died, or that
-- was given back, is open: a later trial takes it up again.
-- What of it may change later lies in run_job alone: how far the run may go on, and what somebody
-- asked of it.

CREATE TABLE run_job(
	run INTEGER NOT NULL UNIQUE REFERENCES run(id),
	total INTEGER NOT NULL, -- samples there are to be
	max_in_flight INTEGER NOT NULL, -- trials at a time
	max_cost INTEGER, -- nano-dollars; NULL: as the configuration says
	asked INTEGER NOT NULL, -- grows with each asking
	wanted TEXT NOT NULL, -- 'run' 'pause' 'cancel'
	waiting TEXT NOT NULL, -- why it does not go on just now; '' when it does
	row_hash BLOB NOT NULL
) STRICT;

CREATE TABLE run_column(
	id INTEGER PRIMARY KEY,
	run INTEGER NOT NULL REFERENCES run(id),
	number INTEGER NOT NULL, -- from 0
	label TEXT NOT NULL, -- for people: the model, the variant
	settings TEXT NOT NULL, -- JSON
	source_blob INTEGER REFERENCES blob(id), -- the file; NULL: the run's
	row_hash BLOB NOT NULL,
	UNIQUE(run, number)
) STRICT;

CREATE TABLE run_case(
	id INTEGER PRIMARY KEY,
	run INTEGER NOT NULL REFERENCES run(id),
	number INTEGER NOT NULL, -- from 0: its place in the data
	line INTEGER NOT NULL, -- from 1: where it begins in the file
	input_blob INTEGER REFERENCES blob(id), -- the row, JSON; NULL when it could not be read
	error TEXT NOT NULL, -- why not
	row_hash BLOB NOT NULL,
	UNIQUE(run, number)
) STRICT;

CREATE TABLE sample(
	id INTEGER PRIMARY KEY,
	run INTEGER NOT NULL,
	case_number INTEGER NOT NULL,
	column_number INTEGER NOT NULL,
	repeat INTEGER NOT NULL, -- from 0
	state TEXT NOT NULL, -- 'running' 'open', or how it ended for good
	trials INTEGER NOT NULL, -- tries so far
	trial INTEGER, -- the span of the one that ended it; NULL: none, or it never began
	output_blob INTEGER REFERENCES blob(id),
	error TEXT NOT NULL,
	row_hash BLOB NOT NULL,
	UNIQUE(run, case_number, column_number, repeat),
	FOREIGN KEY(run, case_number) REFERENCES run_case(run, number),
	FOREIGN KEY(run, column_number) REFERENCES run_column(run, number)
) STRICT;
CREATE INDEX sample_by_state ON sample(run, state);

CREATE TABLE trial(
	span INTEGER NOT NULL UNIQUE REFERENCES span(id), -- its root
	run INTEGER NOT NULL,
	case_number INTEGER NOT NULL,
	column_number INTEGER NOT NULL,
	repeat INTEGER NOT NULL,
	number INTEGER NOT NULL, -- 1 for the first try
	state TEXT NOT NULL, -- 'running' 'interrupted', or how it ended
	started_ns INTEGER NOT NULL,
	ended_ns INTEGER,
	asked_ns INTEGER NOT NULL, -- how long its requests were under way, cached ones apart
	attempts INTEGER, -- of its spans, as are the sums: written at its end
	cached INTEGER, -- how many of them were answered from the cache
	input_tokens INTEGER, -- NULL: no request told
	output_tokens INTEGER,
	estimated INTEGER,
	cost_nano INTEGER, -- nano-dollars; NULL: not known
	row_hash BLOB NOT NULL,
	UNIQUE(run, case_number, column_number, repeat, number),
	FOREIGN KEY(run, case_number, column_number, repeat)
		REFERENCES sample(run, case_number, column_number, repeat)
) STRICT;
