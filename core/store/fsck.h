/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_FSCK_H
#define CORE_STORE_FSCK_H

#include "core/base/err.h"
#include "core/base/str.h"

/*
 * Is everything there, and as it was written? Checks, in one snapshot and without changing
 * anything: SQLite's own structure, references and the schema; every row against its hash; every
 * content against its hash; the sums that a run wrote at its end against its rows; states that
 * cannot be. A run that was killed is no fault, nor is a file nobody has written to yet.
 */

enum fsck_level {
	FSCK_FAULT, /* something is damaged or missing */
	FSCK_NOTE /* worth knowing */
};

struct fsck_finding {
	enum fsck_level level;
	const char *check; /* "structure" "references" "schema" "rows" "contents" "totals" "runs" */
	struct str text; /* a sentence, with the ids of what it is about */
};

struct fsck_report {
	struct fsck_finding *findings;
	size_t len;
	size_t faults; /* all of them, also those not listed */
	int64_t runs;
	int64_t spans;
	int64_t attempts;
	int64_t contents;
	int64_t log_bytes; /* of the write-ahead log */
};

enum { FSCK_LISTED = 1000 };

/* Checks the workspace's database; texts lie in the arena. False when it cannot be opened, with the
 * reason. */
bool fsck_check(
	const char *workspace, struct arena *a, struct fsck_report *out, struct err *e) WARN_UNUSED;

#endif
