/* SPDX-License-Identifier: MIT */
#include "core/store/store_rows.h"

#include "core/store/store_private.h"

static void add_job(struct store *store, enum batch_kind kind, const struct store_job *job)
{
	struct batch_row *row = store_queue(store, kind);
	if (row == NULL)
		return;
	row->u.job = *job;
	row->u.job.wanted = store_queue_text(store, job->wanted);
	row->u.job.waiting = store_queue_text(store, job->waiting);
}

void store_begin_job(struct store *store, const struct store_job *job)
{
	add_job(store, BATCH_JOB, job);
}

void store_ask_job(struct store *store, const struct store_job *job)
{
	add_job(store, BATCH_JOB_ASK, job);
}

void store_wait_job(struct store *store, uint64_t run, struct str waiting)
{
	struct store_job job = {.run = run, .waiting = waiting};
	add_job(store, BATCH_JOB_WAIT, &job);
}

void store_begin_again(struct store *store, uint64_t run, int64_t at_ns)
{
	struct batch_row *row = store_queue(store, BATCH_AGAIN);
	if (row != NULL)
		row->u.again = (struct batch_sent){run, at_ns};
}

void store_add_column(struct store *store, const struct store_column *column)
{
	struct batch_row *row = store_queue(store, BATCH_COLUMN);
	if (row == NULL)
		return;
	row->u.column = *column;
	row->u.column.label = store_queue_text(store, column->label);
	row->u.column.settings = store_queue_text(store, column->settings);
	row->u.column.source = store_queue_text(store, column->source);
}

void store_add_case(struct store *store, const struct store_case *from)
{
	struct batch_row *row = store_queue(store, BATCH_CASE);
	if (row == NULL)
		return;
	row->u.row = *from;
	row->u.row.input = store_queue_text(store, from->input);
	row->u.row.error = store_queue_text(store, from->error);
}

void store_begin_trial(struct store *store, const struct store_trial *trial)
{
	struct batch_row *row = store_queue(store, BATCH_TRIAL);
	if (row != NULL)
		row->u.trial = *trial;
}

void store_end_trial(struct store *store, const struct store_trial_end *end)
{
	struct batch_row *row = store_queue(store, BATCH_TRIAL_END);
	if (row == NULL)
		return;
	row->u.trial_end = *end;
	row->u.trial_end.state = store_queue_text(store, end->state);
	row->u.trial_end.output = store_queue_text(store, end->output);
	row->u.trial_end.error = store_queue_text(store, end->error);
}
