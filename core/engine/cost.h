/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_COST_H
#define CORE_ENGINE_COST_H

#include "core/engine/engine.h"

/*
 * What things cost, for reports and screens. Every total is a sum over rows of the ledger, made
 * when it is asked for; requests whose cost is not known are counted beside it and never taken for
 * nothing. Amounts are nano-dollars.
 */

enum cost_by {
	COST_BY_RUN,
	COST_BY_MODEL,
	COST_BY_CONNECTION,
	COST_BY_DAY,
	COST_BY_PROMPT, /* the file that ran */
	COST_BY_PRICE /* the version of the prices */
};
/* "run", "model", ...; false for any other word. */
bool cost_by_word(struct str word, enum cost_by *out);

struct cost_sum {
	int64_t requests;
	int64_t cached; /* answered by our own cache: no cost, no latency */
	int64_t unpriced; /* their cost is not known */
	int64_t estimated; /* their counts, and so their cost, are ours */
	int64_t possible; /* no answer is known, but they may have been paid for */
	int64_t input, output; /* tokens, of what is known; with the next three in them */
	int64_t cache_read, cache_write, reasoning;
	int64_t nano;
};

struct cost_group {
	struct str key; /* a run's id, "qwen/qwen-plus", "qwen", "2026-11-01", a path, a version */
	struct str name; /* COST_BY_RUN: the file; else "" */
	struct cost_sum sum;
};

struct cost_query {
	enum cost_by by;
	int64_t since_ns; /* requests made from then on; 0: all */
	struct str run; /* of this run alone: its id, the id's beginning, "last"; "": of all */
	/* What would it have cost: at another model's prices (CONNECTION/MODEL, or a name of
	 * models.yaml), or by the prices of a file laid over the others; NULL: as it was. */
	const char *as_model;
	const char *prices_file;
};

struct cost_report {
	struct cost_group *groups; /* days in order, the others dearest first */
	size_t len;
	struct cost_sum total;
	struct str note; /* a sentence about what the figures are not, or "" */
};

/* None when nothing was recorded here yet. */
bool cost_report(struct engine *engine, const struct cost_query *query, struct arena *a,
	struct cost_report *out, struct err *e) WARN_UNUSED;

/* "2026-11-01" (its midnight here), "today", "7d", "24h": before NOW. */
bool cost_since(struct str text, int64_t now_ns, int64_t *out, struct err *e) WARN_UNUSED;

/* What a run, or the day, has cost so far and may still cost, for the screen while it goes on. */
struct cost_burn {
	int64_t run_nano, run_limit; /* with what is reserved; a limit of 0: none */
	int64_t day_nano, day_limit;
};
void cost_burn(struct engine *engine, uint64_t run, struct cost_burn *out);

/* "$0.0067"; "≈$0.0067" when counts are ours; "≥$0.0067" when some of the cost is not known, "$?"
 * when none of it is; "" for what cost nothing. */
enum { COST_TEXT = 48 };
char *cost_text(int64_t nano, int64_t unpriced, bool estimated, char out[COST_TEXT]);

#endif
