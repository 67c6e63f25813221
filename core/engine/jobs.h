/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_JOBS_H
#define CORE_ENGINE_JOBS_H

#include "core/engine/rows.h"
#include "core/store/run_rows.h"

/*
 * Runs over rows as jobs: processes of their own, which go on when the terminal or the workbench
 * that started them is gone. What is known of one is what the store has; what is asked of one is
 * written there, and its process looks four times a second. So it does not matter which process
 * asks, nor which one runs it.
 */

struct job_state {
	struct run_row run; /* status "running" only while its process lives */
	struct job_row job;
	struct sample_counts counts;
};

/* Newest first, at most LIMIT; texts in the arena. */
bool jobs_list(struct engine *engine, struct arena *a, size_t limit, struct job_state **out,
	size_t *count, struct err *e) WARN_UNUSED;
/* ID: a run's first digits, or "last". An error when it has no rows. */
bool jobs_read(struct engine *engine, struct arena *a, struct str id, struct job_state *out,
	struct err *e) WARN_UNUSED;

enum job_wish { JOB_PAUSE, JOB_CANCEL, JOB_RETUNE };
struct job_ask {
	enum job_wish wish;
	int64_t max_in_flight; /* RETUNE; 0: as it is */
	int64_t max_cost_nano; /* RETUNE; -1: as it is */
};
/* Asks it of a run that goes on, here or in another process; queued for the store, not waited for.
 * An error when it does not go on. */
bool jobs_ask(struct engine *engine, const struct job_state *job, const struct job_ask *ask,
	struct err *e) WARN_UNUSED;

/* Starts a job; FN is called once, from the loop: with its run, which has begun and is recorded, or
 * with an error (RUN is 0 then). */
typedef void jobs_started_fn(void *ctx, uint64_t run, const struct err *error);
bool jobs_start(struct engine *engine, const struct rows_spec *spec, jobs_started_fn *fn, void *ctx,
	struct err *e) WARN_UNUSED;
bool jobs_resume(struct engine *engine, const struct rows_resume *how, jobs_started_fn *fn,
	void *ctx, struct err *e) WARN_UNUSED;
/* Forgets those with this CTX: FN is not called; the jobs go on. */
void jobs_forget(struct engine *engine, void *ctx);

/* The other side: what a job's process was given on its standard input. Either SPEC (then *RESUMES
 * is false) or HOW. */
bool jobs_read_order(struct arena *a, struct str order, struct rows_spec *spec,
	struct rows_resume *how, bool *resumes, struct err *e) WARN_UNUSED;
/* What it answers on its standard output, one line. */
struct str jobs_answer(struct arena *a, uint64_t run, const struct err *error);

#endif
