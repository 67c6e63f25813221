-- SPDX-License-Identifier: MIT
-- The versions of each prompt and flow file, counted per path as runs meet them. Versions from
-- before are made from the runs that are there: a new one wherever a path's content changed.

CREATE TABLE prompt(
	id INTEGER PRIMARY KEY,
	path TEXT NOT NULL,
	version INTEGER NOT NULL,
	hash TEXT NOT NULL, -- of the file's bytes, hex
	source_blob INTEGER NOT NULL REFERENCES blob(id),
	created_ns INTEGER NOT NULL,
	row_hash BLOB NOT NULL,
	UNIQUE(path, version)
) STRICT;

INSERT INTO prompt(path, version, hash, source_blob, created_ns, row_hash)
	SELECT name, row_number() OVER (PARTITION BY name ORDER BY seq),
		hash, source_blob, started_ns, zeroblob(16)
	FROM (SELECT name, seq, hash, source_blob, started_ns,
			lag(source_blob) OVER (PARTITION BY name ORDER BY seq) AS before
		FROM run WHERE source_blob IS NOT NULL)
	WHERE before IS NULL OR before <> source_blob
	ORDER BY seq;

UPDATE prompt SET row_hash =
	row_hash('prompt', path, version, hash, source_blob, created_ns);
