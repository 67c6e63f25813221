/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_ROWS_PRIVATE_H
#define CORE_ENGINE_ROWS_PRIVATE_H

#include "core/engine/rows.h"
#include "core/engine/run.h"
#include "core/eval/data_map.h"
#include "core/eval/dataset.h"
#include "core/flow/flow_shared.h"
#include "core/loop/loop.h"
#include "core/model/ask_run.h"

/* The inside of a run over rows, for rows*.c only. */

struct trial {
	struct trial *next, **place; /* in rows.trials */
	struct rows *rows;
	struct sample_at at;
	uint64_t span; /* 0: it never began */
	struct flow_run *flow_run; /* NULL: it has ended */
	enum trace_status status;
	bool is_final; /* its sample ended with it */
	bool unanswered; /* not for the model's sake */
};

struct rows {
	struct rows *older;
	struct run run; /* the file, the model, what flow_run_spec borrows */
	struct flow_run_spec spec; /* of its trials */
	struct flow_shared *shared;
	struct rows_state state;
	struct dataset *data;
	const char *data_name; /* as recorded */
	char data_hash[CONTENT_HASH];
	struct data_map map;
	struct value mapping; /* as given, for the record; dict or VALUE_NONE */
	struct value fixed;
	struct value settings;
	uint64_t *ended; /* a bit a sample, cases by repeats */
	struct arena row_arena; /* the case that is being given out */
	struct dataset_row row;
	bool has_row;
	bool row_is_kept; /* its case is recorded */
	int64_t repeat; /* the next of it */
	bool at_end; /* no more samples */
	struct trial *trials; /* under way */
	bool begun; /* it is ours: trials may begin */
	bool cancelled;
	struct ask_run asks; /* what its requests have in common */
	bool parked; /* until asks.resume_at_ns nothing more begins */
	struct loop_timer unpark;
	bool stopped; /* for `reason`: nothing more begins */
	struct err reason;
	bool finishing;
	bool over;
	int64_t asked; /* what was asked of it so far */
	int64_t max_cost_nano; /* -1: not limited here */
	struct loop_timer poll;
	rows_listener_fn *listener;
	void *listener_ctx;
};

/* rows_plan.c: reads the file and the data of SPEC (name and hash into the struct), makes the
 * bitmap and what the trials share. For a resumed run TEXT of the spec is its kept version. */
bool rows_plan(struct rows *rows, const struct rows_spec *spec, struct err *e) WARN_UNUSED;
/* The settings as they are recorded, into rows.settings. */
bool rows_settings(struct rows *rows, const struct rows_spec *spec, struct err *e) WARN_UNUSED;
uint64_t rows_index(const struct rows *rows, const struct sample_at *at);
bool rows_bit(const struct rows *rows, uint64_t index);
void rows_set_bit(struct rows *rows, uint64_t index);

/* rows_trial.c: begins the next sample's trial; false when there is none. */
bool rows_next_trial(struct rows *rows);
void rows_stop(struct rows *rows, const struct err *reason);
/* A server asked to wait: nothing begins until then. */
void rows_park(struct rows *rows);
struct rows *rows_find(struct engine *engine, uint64_t id);

/* rows.c: registers the run with the loop. */
struct rows *rows_new(struct engine *engine, const char *model);
void rows_enter(struct rows *rows);
/* Lets its trials begin. */
void rows_begin(struct rows *rows);
void rows_free(struct rows *rows);

#endif
