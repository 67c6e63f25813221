-- SPDX-License-Identifier: MIT
-- Answers that can be given again without asking, and which requests were answered so.

CREATE TABLE response_cache(
	seq INTEGER PRIMARY KEY,
	key BLOB NOT NULL UNIQUE, -- BLAKE2b-256 over all of what was asked, and of whom
	parts TEXT NOT NULL, -- JSON: what the key is made of, for people
	result BLOB NOT NULL, -- JSON, compressed with zstd
	size INTEGER NOT NULL, -- bytes of the three above: counts against the bound
	run INTEGER NOT NULL, -- that stored it; it may be gone
	attempt INTEGER NOT NULL,
	stored_ns INTEGER NOT NULL,
	used_ns INTEGER NOT NULL,
	hits INTEGER NOT NULL,
	row_hash BLOB NOT NULL
) STRICT;
CREATE INDEX response_cache_by_use ON response_cache(used_ns);
CREATE INDEX response_cache_by_run ON response_cache(run);

CREATE TABLE cache_use(
	attempt INTEGER NOT NULL UNIQUE, -- the request that was not sent
	run INTEGER NOT NULL,
	key BLOB NOT NULL, -- of an entry that may be gone by now
	at_ns INTEGER NOT NULL,
	stored_run INTEGER NOT NULL, -- the run that paid for the answer
	stored_ns INTEGER NOT NULL,
	row_hash BLOB NOT NULL
) STRICT;
CREATE INDEX cache_use_by_run ON cache_use(run, at_ns);
