/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_ROWS_H
#define CORE_ENGINE_ROWS_H

#include "core/engine/engine.h"
#include "core/store/sample_rows.h"

/*
 * One run over many rows of data. Each row is a case; a sample is what one case gives, once for
 * each repeat; a trial is one try at it. At most so many trials are under way at a time, and the
 * place of one is given to the next only when its end is on disk: what counts as done is there
 * after any kill, and what has to be asked again is at most what was under way.
 *
 * Memory is that of the trials under way and one bit a sample, whatever the data's size. Before
 * anything is sent all rows are read once: an input that a row has no column for refuses the run. A
 * row that cannot be read is a sample that failed.
 *
 * A run that was paused, cancelled, interrupted or that has failed samples can be resumed, by any
 * process: with the version of the file it began with, on the same data. What other processes ask
 * of it (core/engine/jobs.h) is looked at four times a second.
 */

struct rows_spec {
	const char *path; /* the prompt or flow, as run_spec has it */
	const struct str *text; /* what to read instead of its content, or NULL */
	const char *model; /* asked for by name, or NULL */
	const char *cache; /* as run_spec has it */
	const char *data; /* the file of rows */
	struct value map; /* {input: column} (core/eval/data_map.h), or VALUE_NONE */
	struct value inputs; /* dict: the same for every row, or VALUE_NONE */
	int64_t repeats; /* 1 or more */
	int64_t max_in_flight; /* 0: the default */
	int64_t max_cost_nano; /* nano-dollars; -1: as the configuration says */
	const char *output; /* where the face writes the results: only recorded; or NULL */
	uint64_t id; /* of the run; 0: a new one */
};

enum { ROWS_IN_FLIGHT = 8, ROWS_IN_FLIGHT_MAX = 1024, ROWS_REPEATS_MAX = 1000 };

struct rows_state {
	uint64_t id;
	enum trace_status status; /* TRACE_RUNNING while it goes on */
	struct err error; /* why it ended, unless OK */
	int64_t cases;
	int64_t repeats;
	int64_t total; /* samples */
	struct sample_counts counts; /* of samples; `running` are under way now */
	int64_t before; /* of them: had ended before this process began */
	int64_t unanswered; /* here: gave no answer because of us or the network, not the model */
	bool stopping; /* nothing more is started */
	struct str waiting; /* a sentence: why nothing is started just now, or "" */
	int64_t max_in_flight;
	int64_t spent_nano; /* by all its requests; known costs alone */
	int64_t unpriced; /* trials here whose cost is not known */
	int64_t started_ns;
	int64_t ended_ns; /* 0 while it goes on */
	struct str name; /* of the file */
	struct str model; /* what was chosen, "" for none */
	const char *output; /* as spec.output, or NULL */
	struct str note; /* a sentence for people about how it was begun, or "" */
};

/* Reads, checks and begins. On an error nothing was recorded. */
bool rows_start(struct engine *engine, const struct rows_spec *spec, uint64_t *id,
	struct err *e) WARN_UNUSED;

struct rows_resume {
	struct str id; /* of the run, its first digits, or "last" */
	bool retry_failed; /* samples that ended in an error are tried again, too */
	const char *model; /* must be the one it began with; NULL: it is found as then */
	const char *output; /* where the results go now; NULL: where they went */
	int64_t max_in_flight; /* 0: as it was */
	int64_t max_cost_nano; /* -1: as it was */
};
/* Takes a run up again that does not go on anywhere. */
bool rows_resume(struct engine *engine, const struct rows_resume *how, uint64_t *id,
	struct err *e) WARN_UNUSED;

/* NULL: not known (any more). */
const struct rows_state *rows_state(struct engine *engine, uint64_t id);
/* The sample has ended for good and is on disk. */
bool rows_has_ended(struct engine *engine, uint64_t id, const struct sample_at *at);

/* FN is called in the loop's thread whenever a sample has ended, and at the run's end. */
typedef void rows_listener_fn(void *ctx, const struct rows_state *state);
void rows_listen(struct engine *engine, uint64_t id, rows_listener_fn *fn, void *ctx);

/* Starts nothing more, waits for what is under way, ends as paused for REASON. */
void rows_pause(struct engine *engine, uint64_t id, const struct err *reason);
/* Stops what is under way, too: those samples are open again. */
void rows_cancel(struct engine *engine, uint64_t id);

/* Runs the loop until the run has ended and is on disk. */
void rows_wait(struct engine *engine, uint64_t id);
void rows_release(struct engine *engine, uint64_t id);

#endif
