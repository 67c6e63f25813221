/* SPDX-License-Identifier: MIT */
#include "core/model/ask_private.h"

#include "core/base/alloc.h"
#include "core/net/secrets.h"

#include <stdlib.h>
#include <string.h>

#define SECOND INT64_C(1000000000)

enum { UNSENT_RETRIES = 2 };

/* With another model to ask, a connection that is blocked for longer is passed over. */
#define PATIENCE_WITH_FALLBACK (5 * SECOND)
/* How often an ask that waits for the retry budget looks, and one that waits until what is reserved
 * for others gives room below a ceiling. */
#define SHORT_LOOK  SECOND
#define BUDGET_LOOK (SECOND / 10)

static void enter(struct ask *ask);
static void try_target(struct ask *ask);
static void on_again(void *ctx);

static void after(struct ask *ask, int64_t wait_ns, loop_fn *fn)
{
	loop_timer_start(ask->loop, &ask->timer, wait_ns, fn, ask);
}

static void finish(struct ask *ask, const struct model_result *result)
{
	const struct ask_outcome outcome = {.result = result,
		.target = ask->target,
		.attempts = ask->attempts,
		.pause = ask->pause,
		.passed_over = ask->passed_over};

	ask->run->active--;
	ask->spec.done(ask->spec.ctx, &outcome);
	free(ask);
}

static void on_end(void *ctx)
{
	struct ask *ask = ctx;

	finish(ask, &ask->end);
}

void ask_end(struct ask *ask, const struct model_result *result)
{
	loop_timer_stop(ask->loop, &ask->timer);
	if (ask->starting) {
		ask->end = *result;
		after(ask, 0, on_end);
		return;
	}
	finish(ask, result);
}

struct model_result ask_own_result(
	const struct ask *ask, enum model_fault fault, const struct err *error)
{
	struct model_result r = {.status = TRACE_ERROR,
		.fault = fault,
		.tool_calls = value_none(),
		.response = value_none(),
		.usage = usage_unknown(),
		.rate = rate_hints_none(),
		.error = *error};

	if (ask->cancelled) {
		r.status = TRACE_CANCELLED;
		err_set(&r.error, ERR_CANCELLED, "The request was stopped.");
	}
	return r;
}

static void end_with_error(struct ask *ask, enum model_fault fault, const struct err *error)
{
	const struct model_result r = ask_own_result(ask, fault, error);

	ask_end(ask, &r);
}

static bool has_next(const struct ask *ask)
{
	return ask->target + 1 < ask->spec.target_count && !ask->run->no_fallback;
}

static void on_next(void *ctx)
{
	try_target(ctx);
}

/* The next of the chain is asked, in the loop's next turn, so that a long chain is no deep call. */
static void go_next(struct ask *ask, const struct err *error)
{
	struct arena *a = ask->spec.arena;
	struct value over = value_dict(a);

	ask_say_next(ask, error);
	if (ask->passed_over.kind == VALUE_NONE)
		ask->passed_over = value_list(a);
	value_set(over, STR("model"), value_str(ask_model_name(a, ask_target_of(ask))));
	value_set(over, STR("error"), value_str(str_copy(a, str_from(error->text))));
	value_push(ask->passed_over, over);
	ask->target++;
	ask->retries = ask->unsents = ask->unknowns = 0;
	ask->idempotency[0] = '\0';
	ask->ticket.again = false;
	after(ask, 0, on_next);
}

/* The run is to pause: nothing else can be tried now. */
static void note_pause(struct ask *ask, enum ask_pause why, const struct err *error)
{
	struct ask_run *run = ask->run;

	ask->pause = why;
	if (run->pause != ASK_GO_ON)
		return;
	run->pause = why;
	run->why = *error;
	run->resume_at_ns = why == ASK_PAUSE_UNTIL ? ask->ticket.resume_at_ns : 0;
}

static const struct ask_stop *stop_of(const struct ask_run *run, struct str connection)
{
	for (size_t i = 0; i < run->stop_count; i++)
		if (str_is(connection, run->stops[i].connection))
			return &run->stops[i];
	return NULL;
}

/* The run gives up the connection: others of the run that wait for it are told. */
static void stop_connection(struct ask *ask, enum ask_pause why, const struct err *error)
{
	struct ask_run *run = ask->run;
	const struct str name = ask_target_of(ask)->connection->name;

	if (stop_of(run, name) != NULL || run->stop_count == ASK_STOPS_MAX ||
		name.len >= ASK_NAME_MAX)
		return;
	struct ask_stop *stop = &run->stops[run->stop_count++];
	*stop = (struct ask_stop){.why = why, .error = *error};
	memcpy(stop->connection, name.at, name.len);
	if (ask->lane != NULL)
		lane_stop(ask->lane, run->group);
}

/* Nothing was sent, and this model cannot be asked. */
static void refuse(
	struct ask *ask, enum model_fault fault, enum ask_pause why, const struct err *error)
{
	if (has_next(ask)) {
		go_next(ask, error);
		return;
	}
	if (why != ASK_GO_ON)
		note_pause(ask, why, error);
	end_with_error(ask, fault, error);
}

static void refuse_stopped(struct ask *ask, const struct ask_stop *stop)
{
	const enum model_fault fault = stop->why == ASK_PAUSE_KEY	? FAULT_KEY
				       : stop->why == ASK_PAUSE_NETWORK ? FAULT_UNSENT
									: FAULT_QUOTA;

	refuse(ask, fault, stop->why, &stop->error);
}

static void leave_unused(struct ask *ask)
{
	const struct pacing_answer nothing = {
		.end = PACING_NOTHING, .tokens = -1, .rate = rate_hints_none()};

	if (ask->in_lane)
		lane_leave(ask->lane, &ask->ticket, &nothing);
	ask->in_lane = false;
}

/* Its turn has come: it is begun when there is money for it. */
static void begin(struct ask *ask)
{
	struct err e = ERR_INIT;

	if (ask_reserve(ask, &e)) {
		ask_attempt_begin(ask);
		return;
	}
	leave_unused(ask);
	if (budget_may_wait(ask->services->providers->budget, &ask->reserved)) {
		after(ask, BUDGET_LOOK, on_again);
		return;
	}
	note_pause(ask, ASK_PAUSE_BUDGET, &e);
	end_with_error(ask, FAULT_REQUEST, &e);
}

static void on_lane(void *ctx, enum lane_word word)
{
	struct ask *ask = ctx;
	const struct ask_stop *stop = stop_of(ask->run, ask_target_of(ask)->connection->name);
	struct err e = ERR_INIT;

	ask->in_lane = word == LANE_GO;
	if (word == LANE_GO) {
		begin(ask);
	} else if (word == LANE_PARKED) {
		ask_parked_error(ask, ask->ticket.resume_at_ns, &e);
		refuse(ask, FAULT_BUSY, ASK_PAUSE_UNTIL, &e);
	} else if (word == LANE_STOPPED && stop != NULL) {
		refuse_stopped(ask, stop);
	}
}

static void enter(struct ask *ask)
{
	struct lane_ticket *t = &ask->ticket;

	if (ask->lane == NULL) {
		begin(ask);
		return;
	}
	t->group = ask->run->group;
	t->told = on_lane;
	t->ctx = ask;
	t->patience_ns = has_next(ask) ? PATIENCE_WITH_FALLBACK : 0;
	t->tokens = lane_counts_tokens(ask->lane) ? ask_tokens(ask) : 0;
	const enum lane_word word = lane_enter(ask->lane, t);
	if (word != LANE_WAIT)
		on_lane(ask, word);
}

static void find_lane(struct ask *ask)
{
	const struct connection *c = ask_target_of(ask)->connection;
	const struct pacing_limits limits = {
		c->max_in_flight, c->requests_per_minute, c->tokens_per_minute};
	struct lanes *lanes = ask->services->providers->lanes;

	/* What runs within this program is not paced. */
	const bool outside = !str_is(c->provider, "local");
	ask->lane = lanes != NULL && outside ? lanes_of(lanes, c->name, &limits) : NULL;
}

/* True when the answer is known, or nothing may be asked: it ends or the next is asked. */
static bool cached(struct ask *ask)
{
	const struct ask_services *s = ask->services;
	const struct ask_target *target = ask_target_of(ask);
	struct cache_hit hit;
	struct err e = ERR_INIT;

	ask->keyed = false;
	ask->request.body = ask->wire.body;
	if (s->providers->cache == NULL || s->cache == CACHE_OFF)
		return false;
	if (!cache_make_key(s->providers->cache, ask->spec.arena, target->provider,
		    target->connection, &ask->request, &ask->key, &e)) {
		refuse(ask, FAULT_REQUEST, ASK_GO_ON, &e);
		return true;
	}
	ask->keyed = true;
	if (cache_lookup(
		    s->providers->cache, ask->spec.arena, &ask->key, loop_now(ask->loop), &hit)) {
		ask_attempt_cached(ask, &hit);
		ask_end(ask, &hit.result);
		return true;
	}
	if (s->cache != CACHE_ONLY)
		return false;
	cache_refuse(&ask->key, target->connection, &ask->request, &e);
	refuse(ask, FAULT_REQUEST, ASK_GO_ON, &e);
	return true;
}

static void try_target(struct ask *ask)
{
	const struct ask_target *target = ask_target_of(ask);
	const struct ask_stop *stop = stop_of(ask->run, target->connection->name);
	enum model_fault fault = FAULT_REQUEST;
	struct err e = ERR_INIT;

	ask->request.model = target->model;
	ask->request.max_output = ask_max_output(ask);
	ask->request.stream = ask_streams(ask);
	ask->request.idempotency = ask->request.body = STR_NONE;
	find_lane(ask);
	if (ask->cancelled)
		end_with_error(ask, FAULT_UNSENT, &e);
	else if (stop != NULL)
		refuse_stopped(ask, stop);
	else if (!ask_fits(ask, &fault, &e))
		refuse(ask, fault, ASK_GO_ON, &e);
	else if (!target->provider->wire(
			 ask->spec.arena, target->connection, &ask->request, &ask->wire, &e))
		refuse(ask, FAULT_REQUEST, ASK_GO_ON, &e);
	else if (!cached(ask))
		enter(ask);
}

static void on_again(void *ctx)
{
	enter(ctx);
}

/* Waits until the run may make another retry, or until nobody of it could make that so. */
static void on_short(void *ctx)
{
	struct ask *ask = ctx;
	struct ask_run *run = ask->run;

	if (retry_budget_allows(&run->retries)) {
		run->retries.extras++;
	} else if (run->active > run->short_count) {
		after(ask, SHORT_LOOK, on_short);
		return;
	} else {
		note_pause(ask, ASK_PAUSE_RETRIES, &ask->end.error);
	}
	run->short_count--;
	ask->is_short = false;
	if (ask->pause != ASK_GO_ON)
		finish(ask, &ask->end);
	else
		enter(ask);
}

/* Whether the same model is asked once more; *WAIT_NS: after how long, besides the lane's wait. */
static bool may_again(struct ask *ask, const struct model_result *r, int64_t *wait_ns)
{
	struct jitter *jitter = &ask->run->jitter;
	const bool once_reached = ask->lane != NULL && lane_has_answered(ask->lane);
	const bool laned = ask->lane != NULL;

	*wait_ns = 0;
	switch (r->fault) {
	case FAULT_UNSENT:
		ask->unsents++;
		if (!laned)
			*wait_ns = backoff_wait(jitter, ask->unsents);
		if (ask->run->patient && !has_next(ask))
			return once_reached || ask->unsents <= BACKOFF_RETRIES;
		return ask->unsents <= UNSENT_RETRIES;
	case FAULT_UNKNOWN:
		*wait_ns = backoff_wait(jitter, 1);
		return ask->unknowns++ < BACKOFF_UNKNOWN_RETRIES;
	case FAULT_BUSY:
		if (!laned)
			*wait_ns = r->retry_after_ns > 0 ? r->retry_after_ns
							 : backoff_wait(jitter, ask->retries + 1);
		ask->retries++;
		return r->retry_after_ns <= BACKOFF_PATIENCE &&
		       (!has_next(ask) || ask->retries <= BACKOFF_RETRIES);
	case FAULT_SERVER:
		*wait_ns = r->retry_after_ns > 0 ? r->retry_after_ns
						 : backoff_wait(jitter, ask->retries + 1);
		return r->retry_after_ns <= BACKOFF_PATIENCE && ask->retries++ < BACKOFF_RETRIES;
	default: return false;
	}
}

/* The last attempt's error, kept for when nothing more follows. */
static void keep_error(struct ask *ask, const struct model_result *r)
{
	ask->end = ask_own_result(ask, r->fault, &r->error);
	ask->end.http_status = r->http_status;
	ask->end.retry_after_ns = r->retry_after_ns;
	ask->end.usage = r->usage;
}

static void go_again(struct ask *ask, const struct model_result *r, int64_t wait_ns)
{
	struct ask_run *run = ask->run;
	const int64_t lane_ns = ask->lane != NULL ? lane_wait(ask->lane) : 0;

	ask->ticket.again = true;
	if (r->fault == FAULT_UNSENT || retry_budget_allows(&run->retries)) {
		run->retries.extras += r->fault != FAULT_UNSENT;
		ask_say_again(ask, &r->error, lane_ns > wait_ns ? lane_ns : wait_ns);
		after(ask, wait_ns, on_again);
		return;
	}
	keep_error(ask, r);
	ask->is_short = true;
	run->short_count++;
	after(ask, wait_ns > SHORT_LOOK ? wait_ns : SHORT_LOOK, on_short);
}

/* Why the run should pause rather than fail this request; GO_ON: it has failed. */
static enum ask_pause pause_of(enum model_fault fault)
{
	switch (fault) {
	case FAULT_KEY: return ASK_PAUSE_KEY;
	case FAULT_QUOTA: return ASK_PAUSE_QUOTA;
	case FAULT_UNSENT: return ASK_PAUSE_NETWORK;
	case FAULT_BUSY: return ASK_PAUSE_RETRIES;
	default: return ASK_GO_ON;
	}
}

static bool asks_next(enum model_fault fault)
{
	return fault != FAULT_NONE && fault != FAULT_REQUEST;
}

/* An answer that was begun and broke off is one; one of which nothing came is not known. */
static bool is_kept(const struct model_result *r)
{
	const bool came = r->first_ns > 0 || r->text.len > 0 || r->reasoning.len > 0;

	return r->status == TRACE_OK || r->status == TRACE_CANCELLED ||
	       (r->status == TRACE_TRUNCATED && came);
}

/* Retry-After beyond our patience, without a lane that knows it. */
static int64_t resume_at(const struct ask *ask, const struct model_result *r)
{
	const bool far = r->retry_after_ns > BACKOFF_PATIENCE;

	return far ? loop_now(ask->loop) + r->retry_after_ns : 0;
}

static void on_failed(struct ask *ask, const struct model_result *r, bool refused)
{
	int64_t wait_ns;

	if (r->fault == FAULT_KEY)
		secrets_forget(
			ask->services->providers->secrets, ask_target_of(ask)->connection->secret);
	if (r->fault == FAULT_KEY || r->fault == FAULT_QUOTA)
		stop_connection(ask, pause_of(r->fault), &r->error);
	if (!refused && may_again(ask, r, &wait_ns)) {
		go_again(ask, r, wait_ns);
		return;
	}
	/* Never reached: the others of the run would find out the same, one after the other. */
	if (r->fault == FAULT_UNSENT && !refused && ask->run->patient)
		stop_connection(ask, ASK_PAUSE_NETWORK, &r->error);
	if (has_next(ask) && (refused || asks_next(r->fault))) {
		go_next(ask, &r->error);
		return;
	}
	struct model_result last = *r;
	enum ask_pause why = refused && r->fault != FAULT_KEY ? ASK_GO_ON : pause_of(r->fault);
	ask->ticket.resume_at_ns = resume_at(ask, r);
	if (ask->ticket.resume_at_ns > 0) {
		why = ASK_PAUSE_UNTIL;
		ask_parked_hint(ask->ticket.resume_at_ns, &last.error);
	}
	if (why != ASK_GO_ON)
		note_pause(ask, why, &last.error);
	ask_end(ask, &last);
}

void ask_attempt_done(struct ask *ask, const struct model_result *result, bool refused)
{
	struct model_result r = *result;

	if (r.status == TRACE_TRUNCATED && !is_kept(&r))
		r.fault = FAULT_UNKNOWN;
	ask_attempt_over(ask, &r, refused);
	if (is_kept(&r) || ask->cancelled)
		ask_end(ask, &r);
	else
		on_failed(ask, &r, refused);
}

struct ask *ask_start(const struct ask_spec *spec)
{
	struct ask *ask = xcalloc(1, sizeof *ask);

	ask->spec = *spec;
	ask->services = spec->services;
	ask->loop = spec->services->providers->loop;
	ask->run = spec->services->run;
	ask->request = *spec->request;
	ask->passed_over = value_none();
	ask->run->active++;
	ask->starting = true;
	try_target(ask);
	/* While it starts its end waits for the timer, so it is still there. */
	ask->starting = false; /* NOLINT(clang-analyzer-unix.Malloc) */
	return ask;
}

static void on_cancelled(void *ctx)
{
	struct ask *ask = ctx;
	const struct err none = ERR_INIT;

	end_with_error(ask, FAULT_UNSENT, &none);
}

void ask_cancel(struct ask *ask)
{
	if (ask->cancelled)
		return;
	ask->cancelled = true;
	if (ask->call != NULL) {
		ask_target_of(ask)->provider->cancel(ask->call);
		return;
	}
	if (ask->beginning)
		return;
	if (ask->is_short)
		ask->run->short_count--;
	ask->is_short = false;
	if (ask->lane != NULL)
		lane_quit(ask->lane, &ask->ticket);
	after(ask, 0, on_cancelled);
}
