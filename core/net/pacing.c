/* SPDX-License-Identifier: MIT */
#include "core/net/pacing.h"

#include <math.h>
#include <string.h>

#define SECOND	     INT64_C(1000000000)
#define MINUTE	     (60 * SECOND)
#define METER_SPAN   SECOND
#define METER_ENOUGH 16 /* answers that make a span */
#define CUT_MEMORY   (10 * SECOND)
#define CUT	     0.7
#define RATE_CUT     0.9
#define GOOD_AGAIN   0.9 /* of the window that was good: so far slow start goes */
#define FULL	     0.8 /* of the window in flight: it is used */
#define BEYOND	     1.05 /* of what failed: it failed for another reason than that */

static double least(double a, double b)
{
	return a < b ? a : b;
}

static double most_in_flight(const struct pacing *p)
{
	const int64_t most = p->limits.max_in_flight;

	return most > 0 ? (double)most : PACING_MOST;
}

/* A bucket of a tenth of a minute's worth: what may go at once. */
static void set_bucket(struct pacing_bucket *b, int64_t per_minute)
{
	const double capacity = (double)per_minute / 10;

	b->on = per_minute > 0;
	b->per_ns = (double)per_minute / (double)MINUTE;
	b->capacity = capacity > 1 ? capacity : 1;
	b->level = least(b->at_ns == 0 ? b->capacity : b->level, b->capacity);
}

void pacing_set_limits(struct pacing *p, const struct pacing_limits *limits)
{
	p->limits = *limits;
	set_bucket(&p->requests, limits->requests_per_minute);
	set_bucket(&p->tokens, limits->tokens_per_minute);
	p->window = least(p->window, most_in_flight(p));
}

void pacing_init(struct pacing *p, const struct pacing_limits *limits, uint64_t seed)
{
	memset(p, 0, sizeof *p);
	p->window = 1;
	p->jitter.state = seed;
	pacing_set_limits(p, limits);
}

static void fill(struct pacing_bucket *b, int64_t now_ns)
{
	if (b->at_ns > 0 && now_ns > b->at_ns)
		b->level = least(b->capacity, b->level + (double)(now_ns - b->at_ns) * b->per_ns);
	b->at_ns = now_ns;
}

/* Until the bucket holds NEED. More than it ever holds is let through when it is full. */
static int64_t bucket_wait(struct pacing_bucket *b, double need, int64_t now_ns)
{
	if (!b->on)
		return 0;
	fill(b, now_ns);
	const double lack = least(need, b->capacity) - b->level;
	/* Sums of small parts come out a little short of a whole. */
	if (lack <= 1e-6)
		return 0;
	if (b->per_ns <= 0)
		return SECOND;
	const double wait = ceil(lack / b->per_ns);
	return wait < (double)(86400 * SECOND) ? (int64_t)wait : 86400 * SECOND;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t rate_wait(struct pacing *p, int64_t now_ns)
{
	if (p->rate <= 0 || p->last_start_ns == 0)
		return 0;
	const int64_t wait = p->last_start_ns + (int64_t)(1 / p->rate) - now_ns;
	if (wait <= 0)
		return 0;
	p->rate_held_ns = now_ns;
	return wait;
}

int64_t pacing_wait(struct pacing *p, int64_t tokens, int64_t now_ns)
{
	const double need = (double)tokens;
	int64_t wait = p->blocked_until_ns - now_ns;

	/* What is in flight may yet change all else. */
	if (p->in_flight >= pacing_window(p))
		return PACING_FULL;
	wait = later(wait, bucket_wait(&p->requests, 1, now_ns));
	wait = later(wait, bucket_wait(&p->tokens, need, now_ns));
	wait = later(wait, bucket_wait(&p->told_requests, 1, now_ns));
	wait = later(wait, bucket_wait(&p->told_tokens, need, now_ns));
	wait = later(wait, rate_wait(p, now_ns));
	return wait > 0 ? wait : 0;
}

static void take(struct pacing_bucket *b, double amount)
{
	if (b->on)
		b->level -= amount;
}

struct pacing_ticket pacing_start(struct pacing *p, int64_t tokens, int64_t now_ns)
{
	p->in_flight++;
	p->started++;
	p->last_start_ns = now_ns;
	if ((double)p->in_flight >= FULL * floor(p->window)) {
		p->full_from = p->started - (uint64_t)p->in_flight + 1;
		p->full_to = p->started;
	}
	if (p->meter.count + p->meter.before <= 0 && p->in_flight == 1)
		p->meter.since_ns = now_ns;
	take(&p->requests, 1);
	take(&p->told_requests, 1);
	take(&p->tokens, (double)tokens);
	take(&p->told_tokens, (double)tokens);
	return (struct pacing_ticket){p->started, tokens};
}

int64_t pacing_window(const struct pacing *p)
{
	return (int64_t)least(p->window, most_in_flight(p));
}

static void meter_count(struct pacing_meter *m, int64_t now_ns)
{
	if (now_ns - m->since_ns > METER_SPAN && m->count >= METER_ENOUGH) {
		m->before = m->count;
		m->before_ns = (double)(now_ns - m->since_ns);
		m->count = 0;
		m->since_ns = now_ns;
	}
	m->count++;
}

/* Answers a ns; 0: too few to say. */
static double meter_rate(const struct pacing_meter *m, int64_t now_ns)
{
	const double ns = m->before_ns + (double)(now_ns - m->since_ns);
	const double count = m->before + m->count;

	return count >= 2 && ns >= 1e8 ? count / ns : 0;
}

/* A round is as many answers as the window has places. */
static void grow_window(struct pacing *p, const struct pacing_ticket *ticket)
{
	if (ticket->number < p->full_from || ticket->number > p->full_to)
		return;
	const double failed = p->window_failed;
	if (failed <= 0 || p->window + 1 <= failed * GOOD_AGAIN)
		p->window += 1;
	else if (p->window < failed * BEYOND)
		p->window += 1.0 / 64;
	else
		p->window += p->window > 16 ? 1.0 / 16 : 1 / p->window;
	p->window = least(p->window, most_in_flight(p));
}

/* A second's growth: little near the rate that failed, much far below or beyond it. */
static void grow_rate(struct pacing *p, int64_t now_ns)
{
	const double near = p->rate / p->rate_failed;
	const double a_second = near < 0.8	? 0.25
				: near < 0.97	? 0.05
				: near < BEYOND ? 0.005
						: 0.1;
	const double seconds = (double)(now_ns - p->last_growth_ns) / (double)SECOND;

	if (p->rate_held_ns > p->last_growth_ns && p->last_growth_ns > 0)
		p->rate *= 1 + a_second * least(seconds, 1);
	p->last_growth_ns = now_ns;
}

static void on_answer(struct pacing *p, const struct pacing_ticket *ticket, int64_t now_ns)
{
	if (ticket->number <= p->cut_at)
		return;
	meter_count(&p->meter, now_ns);
	p->answered = true;
	p->busy_row = 0;
	grow_window(p, ticket);
	if (p->rate > 0)
		grow_rate(p, now_ns);
}

/* A cut is left to the window where that was enough for long, and where the rate was not what held
 * requests back: what is answered within slow start says little. */
static void cut_rate(struct pacing *p, int64_t now_ns)
{
	const double rate = meter_rate(&p->meter, now_ns);
	const bool again = p->last_cut_ns > 0 && now_ns - p->last_cut_ns < CUT_MEMORY;
	const bool held = p->rate > 0 && now_ns - p->rate_held_ns < 2 * SECOND;

	p->last_cut_ns = now_ns;
	if (rate > 0 && (again || held)) {
		p->rate_failed = rate;
		p->rate = rate * RATE_CUT;
	}
	p->last_growth_ns = now_ns;
	p->meter = (struct pacing_meter){.since_ns = now_ns};
}

static double cut_window(double window)
{
	const double smaller = least(ceil(window * CUT), window - 1);

	return smaller > 1 ? smaller : 1;
}

static void on_busy(struct pacing *p, const struct pacing_ticket *ticket,
	const struct pacing_answer *answer, int64_t now_ns)
{
	const struct rate_window *told = &answer->rate.requests;
	int64_t wait = answer->retry_after_ns;

	if (wait <= 0 && told->limit > 0 && told->remaining == 0 && told->reset_ns > 0)
		wait = told->reset_ns;
	/* Not all at the very moment that it said. */
	if (wait > 0)
		wait += (int64_t)jitter_next(&p->jitter, (uint64_t)(wait / 20) + 1);
	if (ticket->number > p->cut_at) {
		p->window = least(p->window, (double)p->in_flight);
		if (p->answered || p->cut_at == 0) {
			p->window_failed = p->window;
			if (answer->end == PACING_BUSY)
				cut_rate(p, now_ns);
		}
		p->window = answer->end == PACING_BUSY ? cut_window(p->window) : 1;
		p->cut_at = p->started;
		p->answered = false;
		p->busy_row++;
		if (wait <= 0)
			wait = backoff_wait(&p->jitter, p->busy_row);
	}
	p->blocked_until_ns = later(p->blocked_until_ns, now_ns + (wait > 0 ? wait : 0));
}

/* Headers count what the server has seen; what is in flight may or may not be among it. */
static void take_told(
	struct pacing_bucket *b, const struct rate_window *told, double in_flight, int64_t now_ns)
{
	if (told->limit <= 0 || told->remaining < 0)
		return;
	const double used = (double)(told->limit - told->remaining);
	b->on = true;
	b->capacity = (double)told->limit;
	b->per_ns = told->reset_ns > 0 && used > 0 ? used / (double)told->reset_ns
						   : b->capacity / (double)MINUTE;
	b->level = (double)told->remaining - in_flight;
	b->at_ns = now_ns;
}

void pacing_end(struct pacing *p, struct pacing_ticket ticket, const struct pacing_answer *answer,
	int64_t now_ns)
{
	const double mean = (double)ticket.tokens;

	if (answer->end == PACING_OK)
		on_answer(p, &ticket, now_ns);
	else if (answer->end != PACING_NOTHING)
		on_busy(p, &ticket, answer, now_ns);
	p->in_flight--;
	if (answer->tokens >= 0) {
		take(&p->tokens, (double)(answer->tokens - ticket.tokens));
		take(&p->told_tokens, (double)(answer->tokens - ticket.tokens));
	}
	take_told(&p->told_requests, &answer->rate.requests, (double)p->in_flight, now_ns);
	take_told(&p->told_tokens, &answer->rate.tokens, (double)p->in_flight * mean, now_ns);
}
