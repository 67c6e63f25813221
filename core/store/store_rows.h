/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_STORE_ROWS_H
#define CORE_STORE_STORE_ROWS_H

#include "core/store/store.h"

/*
 * What is written about runs over many rows (data/schema/004-rows.sql says what they are made of).
 * As with all writing: nothing blocks, texts are copied, store_when_durable tells when it is on
 * disk. Read back with sample_rows.h.
 */

/* How a run goes on. The run's own process writes it with its begin; who asks something of it, in
 * whatever process, gives `wanted`, and of the limits those that change. */
struct store_job {
	uint64_t run;
	int64_t total;
	int64_t max_in_flight; /* 0 when asking: as it is */
	int64_t max_cost; /* nano-dollars; -1: as the configuration says, when asking: as it is */
	struct str wanted; /* "run" "pause" "cancel"; "" when asking: as it is */
	struct str waiting; /* why it does not go on just now, or "" */
};
void store_begin_job(struct store *store, const struct store_job *job);
void store_ask_job(struct store *store, const struct store_job *job);
void store_wait_job(struct store *store, uint64_t run, struct str waiting);
/* A run that had ended goes on in this process; nothing happens to one that runs. */
void store_begin_again(struct store *store, uint64_t run, int64_t at_ns);

struct store_column {
	uint64_t run;
	int64_t number;
	struct str label;
	struct str settings; /* JSON */
	struct str source; /* "": the run's */
};
void store_add_column(struct store *store, const struct store_column *column);

struct store_case {
	uint64_t run;
	int64_t number;
	int64_t line;
	struct str input; /* JSON, or "" */
	struct str error;
};
/* One that is there already stays as it is. */
void store_add_case(struct store *store, const struct store_case *from);

/* Which sample of a run: where a case and a column cross. */
struct store_sample {
	uint64_t run;
	int64_t case_number;
	int64_t column_number;
	int64_t repeat;
};

/* A trial begins; its case, its column and its root span are there. SPAN 0: it never begins, its
 * end follows. */
struct store_trial {
	struct store_sample sample;
	uint64_t span;
	int64_t at_ns;
};
void store_begin_trial(struct store *store, const struct store_trial *trial);

struct store_trial_end {
	struct store_sample sample;
	uint64_t span; /* 0: it never began */
	int64_t at_ns;
	struct str state; /* the trial's: trace_status_word */
	bool is_final; /* the sample ended so; else it is open again */
	struct str output; /* JSON */
	struct str error;
	int64_t asked_ns; /* how long requests were under way, cached ones apart */
	int64_t attempts; /* and sums over them */
	int64_t cached;
	int64_t input_tokens; /* -1: no request told, as for the next */
	int64_t output_tokens;
	bool estimated;
	int64_t cost_nano; /* -1: not known */
};
void store_end_trial(struct store *store, const struct store_trial_end *end);

#endif
