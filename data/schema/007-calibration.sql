-- SPDX-License-Identifier: MIT
-- What was learned of models whose tokenizer is not public: how many tokens they make of one of a
-- near encoding's, for each kind of script.

CREATE TABLE calibration(
	model TEXT NOT NULL,
	script TEXT NOT NULL, -- core/data/tokens/calibrate.h
	samples INTEGER NOT NULL, -- requests learned from
	factor_ppm INTEGER NOT NULL, -- millionths
	error_ppm INTEGER NOT NULL,
	learned_seq INTEGER NOT NULL, -- requests up to here have been looked at
	row_hash BLOB NOT NULL,
	UNIQUE(model, script)
) STRICT;
