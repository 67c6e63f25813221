/* SPDX-License-Identifier: MIT */
#include "core/store/apply_rows.h"

#include "core/store/apply_call.h"

static int add_job(struct database *d, const struct store_job *j)
{
	struct call c = call(d, SQL_JOB_ADD);
	integer(&c, (int64_t)j->run);
	integer(&c, j->total);
	integer(&c, j->max_in_flight);
	integer_unless(&c, j->max_cost, -1);
	return run_then(d, &c, SQL_JOB_SEAL, j->run);
}

static int ask_job(struct database *d, const struct store_job *j)
{
	struct call c = call(d, SQL_JOB_ASK);
	integer(&c, (int64_t)j->run);
	integer(&c, j->max_in_flight);
	integer(&c, j->max_cost);
	text(&c, j->wanted);
	return run_then(d, &c, SQL_JOB_SEAL, j->run);
}

static int wait_job(struct database *d, const struct store_job *j)
{
	struct call c = call(d, SQL_JOB_WAIT);
	integer(&c, (int64_t)j->run);
	text(&c, j->waiting);
	return run_then(d, &c, SQL_JOB_SEAL, j->run);
}

static int begin_again(
	struct database *d, const struct apply_owner *owner, const struct batch_sent *again)
{
	struct call c = call(d, SQL_RUN_AGAIN);
	integer(&c, (int64_t)again->attempt);
	integer(&c, (int64_t)owner->token);
	integer(&c, owner->pid);
	return run_then(d, &c, SQL_RUN_SEAL, again->attempt);
}

static int add_column(struct database *d, const struct store_column *column)
{
	struct call c = call(d, SQL_COLUMN_ADD);
	integer(&c, (int64_t)column->run);
	integer(&c, column->number);
	text(&c, column->label);
	text(&c, column->settings);
	content(d, &c, column->source);
	return run(&c);
}

static int add_case(struct database *d, const struct store_case *row)
{
	struct call c = call(d, SQL_CASE_ADD);
	integer(&c, (int64_t)row->run);
	integer(&c, row->number);
	integer(&c, row->line);
	content(d, &c, row->input);
	text(&c, row->error);
	return run(&c);
}

/* Binds the sample's four numbers. */
static struct call sample_call(
	struct database *d, enum statement name, const struct store_sample *s)
{
	struct call c = call(d, name);
	integer(&c, (int64_t)s->run);
	integer(&c, s->case_number);
	integer(&c, s->column_number);
	integer(&c, s->repeat);
	return c;
}

static int begin_trial(struct database *d, const struct store_trial *t)
{
	struct call c = sample_call(d, SQL_SAMPLE_BEGIN, &t->sample);
	int rc = run(&c);
	if (rc != SQLITE_OK || t->span == 0)
		return rc;
	struct call trial = sample_call(d, SQL_TRIAL_ADD, &t->sample);
	integer(&trial, (int64_t)t->span);
	integer(&trial, t->at_ns);
	return run(&trial);
}

static int end_trial_row(struct database *d, const struct store_trial_end *t)
{
	struct call c = call(d, SQL_TRIAL_END);
	integer(&c, (int64_t)t->span);
	text(&c, t->state);
	integer(&c, t->at_ns);
	integer(&c, t->asked_ns);
	integer(&c, t->attempts);
	integer(&c, t->cached);
	integer_unless(&c, t->input_tokens, -1);
	integer_unless(&c, t->output_tokens, -1);
	integer(&c, t->estimated);
	integer_unless(&c, t->cost_nano, -1);
	return run(&c);
}

static int end_trial(struct database *d, const struct store_trial_end *t)
{
	int rc = t->span != 0 ? end_trial_row(d, t) : SQLITE_OK;
	if (rc != SQLITE_OK)
		return rc;
	struct call c = sample_call(d, SQL_SAMPLE_END, &t->sample);
	text(&c, t->is_final ? t->state : STR("open"));
	integer_unless(&c, t->is_final ? (int64_t)t->span : 0, 0);
	content(d, &c, t->is_final ? t->output : STR(""));
	text(&c, t->error);
	return run(&c);
}

static int put_calibration(struct database *d, const struct store_calibration *row)
{
	struct call c = call(d, SQL_CALIBRATION_PUT);
	text(&c, row->model);
	text(&c, row->script);
	integer(&c, row->samples);
	integer(&c, row->factor_ppm);
	integer(&c, row->error_ppm);
	integer(&c, row->learned_seq);
	return run(&c);
}

int apply_rows(struct database *d, const struct apply_owner *owner, const struct batch_row *row)
{
	switch (row->kind) {
	case BATCH_CALIBRATION: return put_calibration(d, &row->u.calibration);
	case BATCH_JOB: return add_job(d, &row->u.job);
	case BATCH_JOB_ASK: return ask_job(d, &row->u.job);
	case BATCH_JOB_WAIT: return wait_job(d, &row->u.job);
	case BATCH_AGAIN: return begin_again(d, owner, &row->u.again);
	case BATCH_COLUMN: return add_column(d, &row->u.column);
	case BATCH_CASE: return add_case(d, &row->u.row);
	case BATCH_TRIAL: return begin_trial(d, &row->u.trial);
	case BATCH_TRIAL_END: return end_trial(d, &row->u.trial_end);
	default: return SQLITE_MISUSE;
	}
}
