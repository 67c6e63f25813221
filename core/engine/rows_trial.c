/* SPDX-License-Identifier: MIT */
/* The samples of a run over rows, one after the other, and the trials at them. */
#include "core/engine/rows_private.h"

#include "core/base/alloc.h"
#include "core/data/json.h"
#include "core/store/store.h"
#include "core/store/store_rows.h"

#include <stdlib.h>
#include <string.h>

static struct store_sample sample_of(const struct rows *rows, const struct sample_at *at)
{
	return (struct store_sample){
		rows->state.id, at->case_number, at->column_number, at->repeat};
}

/* The data was read before: what is different now was changed meanwhile. */
static void stop_changed(struct rows *rows)
{
	struct err e = ERR_INIT;
	err_set(&e, ERR_CONFIG, "%s was changed while the run read it.", rows->data_name);
	err_hint(&e, "Put back what it was and resume the run, or begin a new one.");
	rows_stop(rows, &e);
}

/* The next case, which stays in row_arena until the one after it. */
static bool next_row(struct rows *rows)
{
	struct err e = ERR_INIT;
	char hash[CONTENT_HASH];
	arena_reset(&rows->row_arena);
	enum dataset_step step = dataset_next(rows->data, &rows->row_arena, &rows->row, &e);
	rows->has_row = step == DATASET_ROW && rows->row.number < (uint64_t)rows->state.cases;
	rows->row_is_kept = false;
	rows->repeat = 0;
	if (rows->has_row)
		return true;
	rows->at_end = true;
	if (step == DATASET_FAILED)
		rows_stop(rows, &e);
	else if (step == DATASET_ROW ||
		 strcmp(dataset_hash(rows->data, hash), rows->data_hash) != 0)
		stop_changed(rows);
	return false;
}

/* The next sample that has not ended; its case is in rows.row. */
static bool next_sample(struct rows *rows, struct sample_at *out)
{
	while (!rows->at_end) {
		if (!rows->has_row && !next_row(rows))
			return false;
		while (rows->repeat < rows->state.repeats) {
			*out = (struct sample_at){
				.case_number = (int64_t)rows->row.number, .repeat = rows->repeat++};
			if (!rows_bit(rows, rows_index(rows, out)))
				return true;
		}
		rows->has_row = false;
	}
	return false;
}

static struct str sentence(struct arena *a, const struct err *e)
{
	enum { SENTENCE = sizeof(struct err) + 8 };
	char *text = arena_alloc(a, SENTENCE, 1);
	return e != NULL && e->code != ERR_NONE ? str_from(err_format(e, text, SENTENCE)) : STR("");
}

static void keep_case(struct rows *rows)
{
	struct arena scratch = ARENA_INIT;
	struct store_case row = {.run = rows->state.id,
		.number = (int64_t)rows->row.number,
		.line = (int64_t)rows->row.line,
		.error = sentence(&scratch, &rows->row.error)};
	if (rows->row.columns.kind == VALUE_DICT)
		row.input = json_text(&scratch, rows->row.columns, JSON_COMPACT);
	store_add_case(rows->run.engine->store, &row);
	rows->row_is_kept = true;
	arena_release(&scratch);
}

static void count_end(struct rows *rows, const struct trial *t)
{
	struct sample_counts *c = &rows->state.counts;
	c->running--;
	if (!t->is_final) {
		c->open++;
		return;
	}
	rows_set_bit(rows, rows_index(rows, &t->at));
	rows->state.unanswered += t->unanswered;
	if (t->status == TRACE_OK)
		c->ok++;
	else if (t->status == TRACE_TRUNCATED)
		c->truncated++;
	else if (t->status == TRACE_FILTERED)
		c->filtered++;
	else
		c->error++;
}

static void trial_free(struct trial *t)
{
	*t->place = t->next;
	if (t->next != NULL)
		t->next->place = t->place;
	free(t);
}

/* Its end is on disk: now its place is free. */
static void on_durable(void *ctx, const struct err *failed)
{
	struct trial *t = ctx;
	struct rows *rows = t->rows;
	if (failed != NULL) {
		t->is_final = false;
		rows_stop(rows, failed);
	}
	count_end(rows, t);
	trial_free(t);
	if (rows->listener != NULL)
		rows->listener(rows->listener_ctx, &rows->state);
	loop_again(rows->run.engine->loop);
}

static bool is_the_models(const struct flow_result *result)
{
	return result->status != TRACE_ERROR || result->fault == FAULT_CONTEXT ||
	       result->fault == FAULT_FILTER || result->fault == FAULT_REQUEST;
}

static void add_cost(struct rows *rows, const struct flow_sums *sums)
{
	if (sums->cost_nano > 0)
		rows->state.spent_nano += sums->cost_nano;
	rows->state.unpriced += sums->cost_nano < 0;
}

static void on_done(void *ctx, const struct flow_result *result)
{
	struct trial *t = ctx;
	struct rows *rows = t->rows;
	struct engine *engine = rows->run.engine;
	struct arena scratch = ARENA_INIT;
	const struct flow_sums *sums = &result->sums;
	t->flow_run = NULL;
	t->status = result->status;
	t->is_final = result->status != TRACE_CANCELLED && result->pause == ASK_GO_ON;
	t->unanswered = !is_the_models(result);
	struct store_trial_end end = {.sample = sample_of(rows, &t->at),
		.span = t->span,
		.at_ns = loop_now(engine->loop),
		.state = str_from(trace_status_word(result->status)),
		.is_final = t->is_final,
		.error = sentence(&scratch, result->error),
		.asked_ns = sums->asked_ns,
		.attempts = sums->attempts,
		.cached = sums->cached,
		.input_tokens = sums->attempts > 0 ? sums->usage.input : -1,
		.output_tokens = sums->attempts > 0 ? sums->usage.output : -1,
		.estimated = sums->usage.estimated,
		.cost_nano = sums->cost_nano};
	if (result->status == TRACE_OK)
		end.output = json_text(&scratch, result->outputs, JSON_COMPACT);
	store_end_trial(engine->store, &end);
	add_cost(rows, sums);
	if (result->pause == ASK_PAUSE_UNTIL)
		rows_park(rows);
	else if (result->pause != ASK_GO_ON)
		rows_stop(rows, rows->asks.pause != ASK_GO_ON ? &rows->asks.why : result->error);
	arena_release(&scratch);
	store_when_durable(engine->store, on_durable, t);
}

/* A sample that could not even be begun has ended with that. */
static void end_unbegun(struct trial *t, const struct err *error)
{
	struct store *store = t->rows->run.engine->store;
	struct arena scratch = ARENA_INIT;
	struct store_trial trial = {.sample = sample_of(t->rows, &t->at)};
	struct store_trial_end end = {.sample = trial.sample,
		.state = STR("error"),
		.is_final = true,
		.error = sentence(&scratch, error)};
	t->status = TRACE_ERROR;
	t->is_final = t->unanswered = true;
	store_begin_trial(store, &trial);
	store_end_trial(store, &end);
	store_when_durable(store, on_durable, t);
	arena_release(&scratch);
}

static bool begin(struct trial *t, struct err *e)
{
	struct rows *rows = t->rows;
	struct flow_run_spec spec = rows->spec;
	const struct inputs *declared =
		rows->run.is_flow ? &rows->run.flow.inputs : &rows->run.prompt.inputs;
	if (rows->row.columns.kind != VALUE_DICT) {
		*e = rows->row.error;
		return false;
	}
	if (!data_map_apply(
		    &rows->map, declared, rows->row.columns, &rows->row_arena, &spec.inputs, e))
		return err_place(e, rows->data_name, (unsigned)rows->row.line, 0);
	spec.shared = rows->shared;
	spec.sample = t->at.repeat;
	spec.done = on_done;
	spec.done_ctx = t;
	t->flow_run = flow_run_start(&spec, e);
	return t->flow_run != NULL;
}

bool rows_next_trial(struct rows *rows)
{
	struct sample_at at;
	struct err e = ERR_INIT;
	if (!next_sample(rows, &at))
		return false;
	struct trial *t = xcalloc(1, sizeof *t);
	*t = (struct trial){.next = rows->trials, .place = &rows->trials, .rows = rows, .at = at};
	if (t->next != NULL)
		t->next->place = &t->next;
	rows->trials = t;
	rows->state.counts.running++;
	if (!rows->row_is_kept)
		keep_case(rows);
	if (!begin(t, &e)) {
		end_unbegun(t, &e);
		return true;
	}
	t->span = flow_run_root(t->flow_run);
	struct store_trial trial = {
		sample_of(rows, &at), t->span, loop_now(rows->run.engine->loop)};
	store_begin_trial(rows->run.engine->store, &trial);
	return true;
}
