/* SPDX-License-Identifier: MIT */
#include "core/data/tokens/estimate.h"
#include "core/model/ask_private.h"
#include "core/model/price.h"

#include <string.h>

/* What an answer is taken to be when nothing says how long it may become. */
enum { ANSWER_TOKENS = 512 };

const struct ask_target *ask_target_of(const struct ask *ask)
{
	return &ask->spec.targets[ask->target];
}

void ask_tell(const struct ask *ask, struct trace_event *event)
{
	ask->services->tell(ask->services->tell_ctx, ask->spec.span, event);
}

int64_t ask_max_tokens(const struct ask *ask)
{
	const struct value parameters = ask->request.parameters;

	return value_get_int(parameters, "max_tokens",
		value_get_int(parameters, "max_completion_tokens",
			value_get_int(parameters, "max_output_tokens", 0)));
}

static size_t count(const struct tokenizer *t, struct str text)
{
	return t != NULL ? tokenizer_count(t, text) : estimate_tokens(text);
}

static size_t message_tokens(const struct tokenizer *t, const struct message *m)
{
	size_t sum = count(t, m->content) + count(t, str_from(message_role_word(m->role)));

	for (size_t i = 0; i < m->part_count; i++)
		sum += count(t, m->parts[i].text);
	return sum;
}

int64_t ask_input_tokens(const struct ask *ask, const struct tokenizer *t)
{
	const struct model_request *r = &ask->request;
	const size_t len = r->message_count;
	size_t sum = 0;

	if (r->api == API_COMPLETION)
		return (int64_t)count(t, r->prompt);
	for (size_t i = 0; i < len; i++)
		sum += r->api == API_TEXTS ? count(t, r->messages[i].content)
					   : message_tokens(t, &r->messages[i]);
	if (r->api == API_TEXTS)
		return (int64_t)sum;
	return (int64_t)(t != NULL ? tokenizer_chat(t, sum, len) : estimate_chat(sum, len));
}

int64_t ask_tokens(const struct ask *ask)
{
	const int64_t most = ask_max_tokens(ask);

	if (ask->request.api == API_TEXTS)
		return ask_input_tokens(ask, NULL);
	return ask_input_tokens(ask, NULL) + (most > 0 ? most : ANSWER_TOKENS);
}

/* Tool calls are tokens of the answer: their names and what they are called with. */
static size_t tool_tokens(struct value calls)
{
	size_t sum = 0;

	for (size_t i = 0; calls.kind == VALUE_LIST && i < calls.u.list->len; i++) {
		const struct value *function = value_get_cstr(calls.u.list->items[i], "function");
		if (function == NULL)
			continue;
		sum += estimate_tokens(value_get_str(*function, "name", STR_NONE)) +
		       estimate_tokens(value_get_str(*function, "arguments", STR_NONE));
	}
	return sum;
}

void ask_estimate(const struct ask *ask, const struct model_result *r, struct trace_usage *usage)
{
	if (usage->input >= 0 && usage->output >= 0)
		return;
	if (usage->input < 0)
		usage->input = ask_input_tokens(ask, NULL);
	if (usage->output < 0)
		usage->output = (int64_t)(estimate_tokens(r->text) + estimate_tokens(r->reasoning) +
					  tool_tokens(r->tool_calls));
	usage->estimated = true;
}

static const struct cost free_of_charge = {.nano = 0, .why = "", .version = {"", 0}};

static struct cost cost_of(const struct ask *ask, const struct model_result *r)
{
	const struct ask_target *target = ask_target_of(ask);
	struct catalogue *catalogue = ask->services->providers->catalogue;

	if (catalogue == NULL)
		return (struct cost){.nano = -1, .why = "", .version = STR("")};
	return price_attempt(catalogue, target->connection, target->model, r, &r->usage);
}

static void tell_begin(struct ask *ask)
{
	const struct ask_target *target = ask_target_of(ask);
	struct trace_event event = {.kind = TRACE_ATTEMPT_BEGIN};

	ask->attempt = ids_next(ask->services->ids);
	if (ask->idempotency[0] == '\0')
		id_text(ask->attempt, ask->idempotency);
	ask->request.idempotency = str_from(ask->idempotency);
	event.u.attempt_begin = (struct trace_attempt_begin){.attempt = ask->attempt,
		.number = ++ask->attempts,
		.sample = ask->request.sample,
		.provider = str_from(target->provider->name),
		.model = target->model,
		.connection = target->connection->name,
		.reserved_nano = ask->has_reserved ? ask->reserved.most : -1,
		.request = ask->wire.body,
		.wire = &ask->wire};
	ask_tell(ask, &event);
}

static void tell_end(struct ask *ask, const struct model_result *r, const struct cost *cost,
	bool cached, bool refused)
{
	const bool unknown = r->fault == FAULT_UNKNOWN && r->status != TRACE_OK;
	struct trace_event event = {.kind = TRACE_ATTEMPT_END,
		.u.attempt_end = {.attempt = ask->attempt,
			.status = r->status,
			.usage = r->usage,
			.finish_reason = r->finish_reason,
			.response_id = r->response_id,
			.response_model = r->response_model,
			.http_status = r->http_status,
			.first_ns = r->first_ns,
			.raw = r->raw,
			.cost_nano = cost->nano,
			.price = cost->version,
			.cached = cached,
			.possible_spend = unknown && !refused,
			.error = r->status == TRACE_OK ? NULL : &r->error}};

	ask_tell(ask, &event);
	if (r->note.len > 0) {
		struct trace_event log = {.kind = TRACE_LOG, .u.log = {TRACE_WARNING, r->note}};
		ask_tell(ask, &log);
	}
}

static void on_sent(void *ctx)
{
	struct ask *ask = ctx;
	struct trace_event event = {
		.kind = TRACE_ATTEMPT_SENT, .u.attempt_begin = {.attempt = ask->attempt}};

	ask_tell(ask, &event);
}

static void on_delta(void *ctx, enum trace_delta_kind kind, struct str text)
{
	struct trace_event event = {.kind = TRACE_DELTA, .u.delta = {kind, text}};

	ask_tell(ctx, &event);
}

static void on_done(void *ctx, const struct model_result *result)
{
	struct ask *ask = ctx;
	struct model_result r = *result;

	ask->call = NULL;
	if (r.status == TRACE_OK || r.first_ns > 0)
		ask_estimate(ask, &r, &r.usage);
	ask_attempt_done(ask, &r, false);
}

/* The attempt's row is on disk: now the request may be sent. */
static void on_durable(void *ctx, const struct err *failed)
{
	struct ask *ask = ctx;
	const struct ask_target *target = ask_target_of(ask);
	const struct model_listener listener = {ask, on_sent, on_delta, on_done};
	struct err e = ERR_INIT;

	ask->beginning = false;
	if (failed == NULL && !ask->cancelled)
		ask->call = target->provider->start(
			ask->services->providers, target->connection, &ask->request, &listener, &e);
	if (ask->call != NULL)
		return;
	const struct model_result r = ask_own_result(
		ask, e.code == ERR_KEY ? FAULT_KEY : FAULT_REQUEST, failed != NULL ? failed : &e);
	/* Without a disk nothing else can be tried. */
	ask_attempt_done(ask, &r, failed == NULL);
}

void ask_attempt_begin(struct ask *ask)
{
	const struct ask_services *s = ask->services;

	if (ask->attempts == 0)
		ask->run->retries.firsts++;
	ask->beginning = true;
	tell_begin(ask);
	if (s->when_durable != NULL)
		s->when_durable(s->durable_ctx, on_durable, ask);
	else
		on_durable(ask, NULL);
}

static struct pacing_answer pacing_of(const struct model_result *r, bool refused)
{
	struct pacing_answer answer = {.end = PACING_NOTHING,
		.tokens = -1,
		.retry_after_ns = r->retry_after_ns,
		.rate = r->rate};

	if (r->usage.input >= 0 && r->usage.output >= 0)
		answer.tokens = r->usage.input + r->usage.output;
	if (refused)
		answer.rate = rate_hints_none();
	else if (r->fault == FAULT_BUSY)
		answer.end = PACING_BUSY;
	else if (r->fault == FAULT_UNSENT && r->status == TRACE_ERROR)
		answer.end = PACING_DOWN;
	else if (r->fault != FAULT_SERVER && r->fault != FAULT_UNKNOWN &&
		 r->status != TRACE_CANCELLED)
		answer.end = PACING_OK;
	return answer;
}

static void keep(struct ask *ask, const struct model_result *result)
{
	const struct cache_asker by = {ask->spec.run, ask->attempt, loop_now(ask->loop)};

	if (ask->keyed && result->status == TRACE_OK && ask->services->cache == CACHE_ON)
		(void)cache_store(ask->services->providers->cache, &ask->key, result, &by);
}

static void on_replayed(void *ctx, const struct model_result *result)
{
	(void)ctx, (void)result;
}

void ask_attempt_cached(struct ask *ask, const struct cache_hit *hit)
{
	const struct model_listener listener = {ask, NULL, on_delta, on_replayed};
	struct cache_asker by = {.run = ask->spec.run, .now_ns = loop_now(ask->loop)};

	tell_begin(ask);
	by.attempt = ask->attempt;
	cache_used(ask->services->providers->cache, &ask->key, hit, &by);
	cache_replay(hit, &listener);
	tell_end(ask, &hit->result, &free_of_charge, true, false);
}

void ask_attempt_over(struct ask *ask, const struct model_result *result, bool refused)
{
	const struct pacing_answer answer = pacing_of(result, refused);
	const struct cost cost = refused ? free_of_charge : cost_of(ask, result);

	tell_end(ask, result, &cost, false, refused);
	ask_settle(ask, cost.nano);
	keep(ask, result);
	if (ask->in_lane)
		lane_leave(ask->lane, &ask->ticket, &answer);
	ask->in_lane = false;
}
