/* SPDX-License-Identifier: MIT */
#include "core/engine/rows.h"

#include "core/base/alloc.h"
#include "core/engine/rows_private.h"
#include "core/model/budget.h"
#include "core/net/redact.h"
#include "core/store/store.h"
#include "core/store/store_rows.h"
#include "core/trace/bus.h"
#include "core/trace/to_store.h"

#include <stdlib.h>
#include <string.h>

enum { POLL_NS = 250000000 };

/* A server that asks to wait longer than an hour is not waited for: the run pauses. */
static const int64_t PARK_MAX_NS = INT64_C(3600000000000);

struct rows *rows_find(struct engine *engine, uint64_t id)
{
	struct rows *rows = engine->rows;
	while (rows != NULL && rows->state.id != id)
		rows = rows->older;
	return rows;
}

static void tell(struct rows *rows)
{
	if (rows->listener != NULL)
		rows->listener(rows->listener_ctx, &rows->state);
}

void rows_stop(struct rows *rows, const struct err *reason)
{
	if (!rows->stopped) {
		rows->reason = *reason;
		redact_err(rows->run.engine->redact, &rows->reason);
	}
	rows->stopped = true;
	rows->state.stopping = true;
	loop_again(rows->run.engine->loop);
}

void rows_pause(struct engine *engine, uint64_t id, const struct err *reason)
{
	struct rows *rows = rows_find(engine, id);
	if (rows != NULL)
		rows_stop(rows, reason);
}

static void set_waiting(struct rows *rows, struct str sentence)
{
	rows->state.waiting = str_copy(&rows->run.arena, sentence);
	store_wait_job(rows->run.engine->store, rows->state.id, rows->state.waiting);
}

/* Samples that were given back are behind the place in the data: it is read from the start again,
 * where those that ended are passed over. */
static void on_unpark(void *ctx)
{
	struct rows *rows = ctx;
	struct err e = ERR_INIT;
	ask_run_resume(&rows->asks);
	rows->parked = false;
	set_waiting(rows, STR(""));
	rows->has_row = rows->at_end = false;
	rows->state.counts.open = 0;
	if (!dataset_rewind(rows->data, &e))
		rows_stop(rows, &e);
	loop_again(rows->run.engine->loop);
}

void rows_park(struct rows *rows)
{
	struct loop *loop = rows->run.engine->loop;
	if (rows->parked || rows->stopped)
		return;
	if (rows->asks.resume_at_ns - loop_now(loop) > PARK_MAX_NS) {
		rows_stop(rows, &rows->asks.why);
		return;
	}
	rows->parked = true;
	set_waiting(rows, str_from(rows->asks.why.text));
}

/* All that was under way has ended: now the waiting begins. */
static void wait_parked(struct rows *rows)
{
	struct loop *loop = rows->run.engine->loop;
	int64_t left = rows->asks.resume_at_ns - loop_now(loop);
	if (rows->unpark.place == 0)
		loop_timer_start(loop, &rows->unpark, left > 0 ? left : 0, on_unpark, rows);
}

static void cancel(struct rows *rows)
{
	rows->cancelled = true;
	rows->state.stopping = true;
	for (struct trial *t = rows->trials; t != NULL; t = t->next)
		if (t->flow_run != NULL)
			flow_run_cancel(t->flow_run);
	loop_again(rows->run.engine->loop);
}

void rows_cancel(struct engine *engine, uint64_t id)
{
	struct rows *rows = rows_find(engine, id);
	if (rows != NULL && !rows->cancelled)
		cancel(rows);
}

static void on_over(void *ctx, const struct err *failed)
{
	struct rows *rows = ctx;
	if (failed != NULL) {
		rows->state.status = TRACE_ERROR;
		rows->state.error = *failed;
	} else {
		rows->state.status = rows->run.ended_as;
	}
	rows->over = true;
	tell(rows);
}

/* How it ends, and why. */
static enum trace_status judge(struct rows *rows, struct err *e)
{
	const struct sample_counts *c = &rows->state.counts;
	int64_t failed = c->error + c->truncated + c->filtered;
	if (rows->stopped && !rows->cancelled) {
		*e = rows->reason;
		return e->code == ERR_STORE ? TRACE_ERROR : TRACE_PAUSED;
	}
	if (sample_counts_done(c) < rows->state.total) {
		err_set(e, ERR_CANCELLED, "The run was stopped.");
		return TRACE_CANCELLED;
	}
	if (failed == 0)
		return TRACE_OK;
	err_set(e, ERR_PROVIDER, "%lld of %lld did not end well.", (long long)failed,
		(long long)rows->state.total);
	return TRACE_ERROR;
}

static void finish(struct rows *rows)
{
	struct engine *engine = rows->run.engine;
	rows->finishing = true;
	rows->run.ended_as = judge(rows, &rows->state.error);
	rows->state.ended_ns = loop_now(engine->loop);
	loop_timer_stop(engine->loop, &rows->poll);
	loop_timer_stop(engine->loop, &rows->unpark);
	if (rows->state.waiting.len > 0)
		set_waiting(rows, STR(""));
	if (engine->providers.budget != NULL)
		budget_close_run(engine->providers.budget, rows->state.id);
	bool good = rows->run.ended_as == TRACE_OK;
	struct trace_event end = {.kind = TRACE_RUN_END,
		.at_ns = rows->state.ended_ns,
		.run = rows->state.id,
		.u.end = {.status = rows->run.ended_as,
			.output = value_none(),
			.attributes = value_none(),
			.error = good ? NULL : &rows->state.error}};
	trace_bus_tell(rows->run.bus, &end);
	store_when_durable(engine->store, on_over, rows);
}

/* What the run may cost; 0: anything. */
static int64_t rows_ceiling(const struct rows *rows)
{
	return rows->max_cost_nano > 0 ? rows->max_cost_nano
				       : rows->run.engine->config.budget_run_nano;
}

/* Reaching the run's own ceiling pauses it. */
static bool has_money(struct rows *rows)
{
	struct err e = ERR_INIT;
	int64_t ceiling = rows_ceiling(rows);
	if (ceiling == 0 || rows->state.spent_nano < ceiling)
		return true;
	err_set(&e, ERR_LIMIT, "The run has cost $%.4f, which is its limit.",
		(double)rows->state.spent_nano / 1e9);
	err_hint(&e, "Resume it with a higher --max-cost.");
	rows_stop(rows, &e);
	return false;
}

static bool may_begin(struct rows *rows)
{
	return !rows->stopped && !rows->cancelled && !rows->parked &&
	       rows->state.counts.running < rows->state.max_in_flight &&
	       store_keeps_up(rows->run.engine->store) && has_money(rows);
}

static bool step(void *ctx)
{
	struct rows *rows = ctx;
	bool more = false;
	if (!rows->begun || rows->finishing)
		return false;
	flow_shared_turn(rows->shared);
	while (may_begin(rows) && rows_next_trial(rows))
		more = true;
	if (rows->state.counts.running > 0)
		return more;
	if (rows->stopped || rows->cancelled || (rows->at_end && !rows->parked))
		finish(rows);
	else if (rows->parked)
		wait_parked(rows);
	return more;
}

/* What somebody asked for since the last look. */
static void hear(struct rows *rows, const struct job_row *job)
{
	struct err e = ERR_INIT;
	if (job->asked == rows->asked)
		return;
	rows->asked = job->asked;
	rows->state.max_in_flight = job->max_in_flight;
	rows->max_cost_nano = job->max_cost;
	if (rows->run.engine->providers.budget != NULL)
		budget_set_run(
			rows->run.engine->providers.budget, rows->state.id, rows_ceiling(rows));
	if (str_is(job->wanted, "pause")) {
		err_set(&e, ERR_CANCELLED, "The run was paused.");
		rows_stop(rows, &e);
	} else if (str_is(job->wanted, "cancel")) {
		cancel(rows);
	}
	loop_again(rows->run.engine->loop);
}

static void on_poll(void *ctx)
{
	struct rows *rows = ctx;
	struct engine *engine = rows->run.engine;
	struct arena scratch = ARENA_INIT;
	struct job_row job;
	struct err unreadable = ERR_INIT;
	bool found;
	if (job_rows_read(engine->store, &scratch, rows->state.id, &job, &found, &unreadable) &&
		found)
		hear(rows, &job);
	arena_release(&scratch);
	tell(rows);
	loop_timer_start(engine->loop, &rows->poll, POLL_NS, on_poll, rows);
}

void rows_begin(struct rows *rows)
{
	struct engine *engine = rows->run.engine;
	rows->begun = true;
	loop_timer_start(engine->loop, &rows->poll, POLL_NS, on_poll, rows);
	loop_again(engine->loop);
}

static void when_durable(void *ctx, void (*fn)(void *fn_ctx, const struct err *e), void *fn_ctx)
{
	struct engine *engine = ctx;
	store_when_durable(engine->store, fn, fn_ctx);
}

struct rows *rows_new(struct engine *engine, const char *model)
{
	struct rows *rows = xcalloc(1, sizeof *rows);
	const char *asked = model != NULL ? model : engine->options.model;
	rows->run.engine = engine;
	rows->run.bus = trace_bus_new();
	rows->run.asked = asked != NULL ? arena_copy(&rows->run.arena, asked, strlen(asked)) : NULL;
	rows->mapping = rows->fixed = value_none();
	rows->poll.background = true;
	rows->state.status = TRACE_RUNNING;
	rows->state.started_ns = loop_now(engine->loop);
	rows->max_cost_nano = -1;
	return rows;
}

void rows_free(struct rows *rows)
{
	struct engine *engine = rows->run.engine;
	loop_timer_stop(engine->loop, &rows->poll);
	loop_timer_stop(engine->loop, &rows->unpark);
	loop_forget_step(engine->loop, LOOP_ENGINE, step, rows);
	flow_shared_free(rows->shared);
	dataset_free(rows->data);
	trace_bus_free(rows->run.bus);
	arena_release(&rows->row_arena);
	arena_release(&rows->run.arena);
	free(rows->ended);
	free(rows);
}

/* From here on the engine has it. */
void rows_enter(struct rows *rows)
{
	struct engine *engine = rows->run.engine;
	rows->spec.ids = &engine->ids;
	rows->spec.run = rows->state.id;
	rows->run.state.id = rows->state.id;
	rows->spec.hooks = (struct flow_hooks){when_durable, engine};
	ask_run_init(&rows->asks, rows->state.id, rows->state.id);
	rows->asks.patient = true;
	rows->spec.asks = &rows->asks;
	trace_bus_listen(rows->run.bus, to_store_listen, engine->to_store);
	loop_before_sleep(engine->loop, LOOP_ENGINE, step, rows);
	rows->older = engine->rows;
	engine->rows = rows;
}

const struct rows_state *rows_state(struct engine *engine, uint64_t id)
{
	const struct rows *rows = rows_find(engine, id);
	return rows != NULL ? &rows->state : NULL;
}

bool rows_has_ended(struct engine *engine, uint64_t id, const struct sample_at *at)
{
	const struct rows *rows = rows_find(engine, id);
	return rows != NULL && at->case_number < rows->state.cases &&
	       rows_bit(rows, rows_index(rows, at));
}

void rows_listen(struct engine *engine, uint64_t id, rows_listener_fn *fn, void *ctx)
{
	struct rows *rows = rows_find(engine, id);
	if (rows == NULL)
		return;
	rows->listener = fn;
	rows->listener_ctx = ctx;
}

void rows_wait(struct engine *engine, uint64_t id)
{
	const struct rows *rows = rows_find(engine, id);
	if (rows != NULL)
		loop_run_until(engine->loop, &rows->over);
}

void rows_release(struct engine *engine, uint64_t id)
{
	for (struct rows **at = &engine->rows; *at != NULL; at = &(*at)->older) {
		struct rows *rows = *at;
		if (rows->state.id != id || !rows->over)
			continue;
		*at = rows->older;
		rows_free(rows);
		return;
	}
}

void engine_free_rows(struct engine *engine)
{
	while (engine->rows != NULL) {
		struct rows *rows = engine->rows;
		rows->listener = NULL;
		if (!rows->cancelled)
			cancel(rows);
		rows_wait(engine, rows->state.id);
		rows_release(engine, rows->state.id);
	}
}
