/* SPDX-License-Identifier: MIT */
/* Pacing against servers that are simulated in the test: a clock of its own, a request a step. */
#include "core/net/pacing.h"

#include "tests/unit/check.h"

#define SECOND	    INT64_C(1000000000)
#define MILLISECOND INT64_C(1000000)
#define START	    (1000 * SECOND)

enum { MOST = 2048 };

/* A server: answers a request after its latency; refuses at once what is beyond a rate (a bucket),
 * beyond so many at a time, or within a storm. */
struct server {
	double per_s; /* 0: any rate */
	double burst, level;
	int64_t level_at_ns;
	int at_once; /* 0: any number */
	int64_t latency_ns;
	bool says_when; /* Retry-After in whole seconds */
	bool tells; /* headers */
	int64_t storm_from_ns, storm_to_ns;
	int64_t busy_until_ns; /* for at_once */
	int serving;
	int64_t answered, refused;
};

struct flight {
	int64_t ends_ns;
	struct pacing_ticket ticket;
	struct pacing_answer answer;
	bool served;
};

struct world {
	struct pacing pacing;
	struct server server;
	struct flight flights[MOST];
	size_t len;
	int64_t now_ns;
	int64_t demand; /* requests at a time that the client has */
	int64_t most; /* in flight, seen */
};

static void refill(struct server *s, int64_t now_ns)
{
	s->level += (double)(now_ns - s->level_at_ns) / 1e9 * s->per_s;
	s->level = s->level < s->burst ? s->level : s->burst;
	s->level_at_ns = now_ns;
}

static struct rate_hints hints_of(const struct server *s)
{
	struct rate_hints h = rate_hints_none();

	if (s->tells && s->per_s > 0)
		h.requests = (struct rate_window){(int64_t)s->burst, (int64_t)s->level,
			(int64_t)((s->burst - s->level) / s->per_s * 1e9)};
	return h;
}

static void arrive(struct server *s, struct flight *f, int64_t now_ns)
{
	const bool storm = now_ns >= s->storm_from_ns && now_ns < s->storm_to_ns;
	bool refuse = storm || (s->at_once > 0 && s->serving >= s->at_once);

	refill(s, now_ns);
	if (s->per_s > 0 && !refuse) {
		refuse = s->level < 1;
		s->level -= refuse ? 0 : 1;
	}
	f->served = !refuse;
	f->ends_ns = now_ns + (refuse ? 20 * MILLISECOND : s->latency_ns);
	f->answer = (struct pacing_answer){
		.end = refuse ? PACING_BUSY : PACING_OK, .tokens = -1, .rate = hints_of(s)};
	if (refuse && s->says_when)
		f->answer.retry_after_ns = SECOND;
	s->refused += refuse;
	s->serving += !refuse;
}

/* The flight that ends first, or NULL. */
static struct flight *first_end(struct world *w)
{
	struct flight *first = NULL;

	for (size_t i = 0; i < w->len; i++)
		if (first == NULL || w->flights[i].ends_ns < first->ends_ns)
			first = &w->flights[i];
	return first;
}

static void end_flight(struct world *w, struct flight *f)
{
	w->now_ns = f->ends_ns;
	w->server.serving -= f->served;
	w->server.answered += f->served;
	pacing_end(&w->pacing, f->ticket, &f->answer, w->now_ns);
	*f = w->flights[--w->len];
}

/* Lets the client ask as fast as pacing allows until TO_NS; returns what was answered. */
static int64_t run_until(struct world *w, int64_t to_ns)
{
	const int64_t before = w->server.answered;

	while (w->now_ns < to_ns) {
		const int64_t wait = (int64_t)w->len < w->demand
					     ? pacing_wait(&w->pacing, 1, w->now_ns)
					     : PACING_FULL;
		struct flight *first = first_end(w);
		if (wait == 0) {
			struct flight *f = &w->flights[w->len++];
			f->ticket = pacing_start(&w->pacing, 1, w->now_ns);
			arrive(&w->server, f, w->now_ns);
			w->most = (int64_t)w->len > w->most ? (int64_t)w->len : w->most;
			continue;
		}
		if (first == NULL && wait == PACING_FULL)
			fail_msg("pacing waits for nothing");
		if (first != NULL && (wait == PACING_FULL || first->ends_ns <= w->now_ns + wait))
			end_flight(w, first);
		else
			w->now_ns += wait;
	}
	return w->server.answered - before;
}

static void world_init(struct world *w, struct server server, struct pacing_limits limits)
{
	*w = (struct world){.server = server, .now_ns = START, .demand = 64};
	w->server.level = server.burst;
	w->server.level_at_ns = START;
	pacing_init(&w->pacing, &limits, 1);
}

static const struct pacing_limits unlimited = {0, 0, 0};

static struct pacing_answer answer_of(enum pacing_end end)
{
	return (struct pacing_answer){.end = end, .tokens = -1, .rate = rate_hints_none()};
}

/* Fills the window and ends all of it. */
static void round_of(struct pacing *p, enum pacing_end end, int64_t now_ns)
{
	struct pacing_ticket tickets[MOST];
	const struct pacing_answer answer = answer_of(end);
	size_t n = 0;

	while (pacing_wait(p, 1, now_ns) == 0)
		tickets[n++] = pacing_start(p, 1, now_ns);
	for (size_t i = 0; i < n; i++)
		pacing_end(p, tickets[i], &answer, now_ns);
}

static void slow_start_doubles(void **state)
{
	struct pacing p;

	(void)state;
	pacing_init(&p, &unlimited, 1);
	for (int64_t want = 1; want <= 256; want *= 2) {
		assert_int_equal(pacing_window(&p), want);
		round_of(&p, PACING_OK, START);
	}
	for (int i = 0; i < 20; i++)
		round_of(&p, PACING_OK, START);
	assert_int_equal(pacing_window(&p), PACING_MOST);
}

/* One request at a time never makes more of it than two. */
static void grows_only_when_full(void **state)
{
	const struct pacing_answer ok = answer_of(PACING_OK);
	struct pacing p;

	(void)state;
	pacing_init(&p, &unlimited, 1);
	for (int i = 0; i < 100; i++) {
		struct pacing_ticket t = pacing_start(&p, 1, START + i * SECOND);
		pacing_end(&p, t, &ok, START + i * SECOND + MILLISECOND);
	}
	assert_int_equal(pacing_window(&p), 2);
}

static void limit_bounds(void **state)
{
	const struct pacing_limits five = {.max_in_flight = 5}, two = {.max_in_flight = 2};
	struct pacing p;

	(void)state;
	pacing_init(&p, &five, 1);
	for (int i = 0; i < 10; i++)
		round_of(&p, PACING_OK, START);
	assert_int_equal(pacing_window(&p), 5);
	pacing_set_limits(&p, &two);
	assert_int_equal(pacing_window(&p), 2);
	struct pacing_ticket a = pacing_start(&p, 1, START);
	(void)pacing_start(&p, 1, START);
	assert_int_equal(pacing_wait(&p, 1, START), PACING_FULL);
	const struct pacing_answer ok = answer_of(PACING_OK);
	pacing_end(&p, a, &ok, START);
	assert_int_equal(pacing_wait(&p, 1, START), 0);
	pacing_set_limits(&p, &unlimited);
	round_of(&p, PACING_OK, START);
	assert_true(pacing_window(&p) > 2);
}

/* All that were in flight together are refused: one cut. */
static void cuts_once_a_window(void **state)
{
	struct pacing p;

	(void)state;
	pacing_init(&p, &unlimited, 1);
	for (int i = 0; i < 5; i++)
		round_of(&p, PACING_OK, START);
	assert_int_equal(pacing_window(&p), 32);
	round_of(&p, PACING_BUSY, START);
	assert_int_equal(pacing_window(&p), 23);
	const int64_t wait = pacing_wait(&p, 1, START);
	assert_in_range(wait, 250 * MILLISECOND, 500 * MILLISECOND);
	/* The next refusals cut it again, down to one, and wait longer each time. */
	int64_t now = START, before = 0;
	for (int i = 0; i < 8; i++) {
		now += pacing_wait(&p, 1, now);
		round_of(&p, PACING_BUSY, now);
		assert_true(pacing_wait(&p, 1, now) >= before);
		before = pacing_wait(&p, 1, now) / 2;
	}
	now += 30 * SECOND;
	for (int i = 0; i < 2; i++, now += 31 * SECOND)
		round_of(&p, PACING_BUSY, now);
	now -= 31 * SECOND;
	assert_int_equal(pacing_window(&p), 1);
	assert_in_range(pacing_wait(&p, 1, now), 15 * SECOND, 30 * SECOND);
	/* One answer, and it doubles up to 90% of what was good, then feels its way. */
	now += 30 * SECOND;
	for (int64_t want = 1; want <= 16; want *= 2) {
		assert_int_equal(pacing_window(&p), want);
		round_of(&p, PACING_OK, now);
	}
	assert_int_equal(pacing_window(&p), 28);
	for (int i = 0; i < 4; i++)
		round_of(&p, PACING_OK, now);
	assert_in_range(pacing_window(&p), 29, 31);
	for (int i = 0; i < 40; i++)
		round_of(&p, PACING_OK, now);
	assert_in_range(pacing_window(&p), 100, 512);
}

/* A refusal that started before the cut says nothing new, nor does an answer of that time. */
static void old_answers_do_not_count(void **state)
{
	const struct pacing_answer ok = answer_of(PACING_OK), busy = answer_of(PACING_BUSY);
	struct pacing p;

	(void)state;
	pacing_init(&p, &unlimited, 1);
	round_of(&p, PACING_OK, START);
	round_of(&p, PACING_OK, START);
	struct pacing_ticket a = pacing_start(&p, 1, START), b = pacing_start(&p, 1, START);
	struct pacing_ticket c = pacing_start(&p, 1, START);
	pacing_end(&p, a, &busy, START);
	const int64_t blocked = p.blocked_until_ns;
	pacing_end(&p, b, &busy, START + MILLISECOND);
	pacing_end(&p, c, &ok, START + MILLISECOND);
	assert_int_equal(pacing_window(&p), 2);
	assert_int_equal(p.blocked_until_ns, blocked);
	assert_int_equal(p.busy_row, 1);
}

static void retry_after_holds(void **state)
{
	struct pacing_answer busy = answer_of(PACING_BUSY);
	struct pacing p;

	(void)state;
	pacing_init(&p, &unlimited, 1);
	busy.retry_after_ns = 20 * SECOND;
	pacing_end(&p, pacing_start(&p, 1, START), &busy, START);
	assert_in_range(pacing_wait(&p, 1, START), 20 * SECOND, 21 * SECOND);
	assert_int_equal(pacing_wait(&p, 1, START + 21 * SECOND), 0);
	/* Without it the header's reset counts when nothing is left. */
	busy.retry_after_ns = 0;
	busy.rate.requests = (struct rate_window){10, 0, 40 * SECOND};
	const int64_t now = START + 30 * SECOND;
	pacing_end(&p, pacing_start(&p, 1, now), &busy, now);
	assert_in_range(pacing_wait(&p, 1, now), 40 * SECOND, 42 * SECOND);
}

static void configured_rates(void **state)
{
	const struct pacing_limits per_minute = {.requests_per_minute = 60};
	const struct pacing_limits tokens = {.tokens_per_minute = 6000};
	struct world w;
	struct pacing p;

	(void)state;
	world_init(&w, (struct server){.latency_ns = 100 * MILLISECOND}, per_minute);
	assert_in_range(run_until(&w, START + 60 * SECOND), 60, 67);
	assert_in_range(run_until(&w, START + 360 * SECOND), 299, 301);

	pacing_init(&p, &tokens, 1);
	assert_int_equal(pacing_wait(&p, 600, START), 0);
	struct pacing_ticket t = pacing_start(&p, 600, START);
	struct pacing_answer ok = answer_of(PACING_OK);
	ok.tokens = 900;
	pacing_end(&p, t, &ok, START);
	/* 300 more than thought: 100 tokens a second bring them and the next 200 back. */
	assert_int_equal(pacing_wait(&p, 200, START), 5 * SECOND);
	/* More than the bucket holds goes when it is full. */
	assert_int_equal(pacing_wait(&p, 1000000, START), 9 * SECOND);
	assert_int_equal(pacing_wait(&p, 1000000, START + 9 * SECOND), 0);
}

static void headers_hold(void **state)
{
	struct pacing_answer ok = answer_of(PACING_OK);
	struct pacing p;

	(void)state;
	pacing_init(&p, &unlimited, 1);
	ok.rate.requests = (struct rate_window){60, 0, 60 * SECOND};
	pacing_end(&p, pacing_start(&p, 1, START), &ok, START);
	assert_int_equal(pacing_wait(&p, 1, START), SECOND);
	/* All unknown, or a provider that fills in nothing: they stay as they were. */
	ok.rate = rate_hints_none();
	pacing_end(&p, pacing_start(&p, 1, START + SECOND), &ok, START + SECOND);
	ok.rate = (struct rate_hints){{0, 0, 0}, {0, 0, 0}};
	pacing_end(&p, pacing_start(&p, 1, START + 2 * SECOND), &ok, START + 2 * SECOND);
	assert_int_equal(pacing_wait(&p, 1, START + 2 * SECOND), SECOND);
	/* What is in flight may not be counted yet. */
	ok.rate.requests = (struct rate_window){60, 2, 60 * SECOND};
	struct pacing_ticket a = pacing_start(&p, 1, START + 3 * SECOND);
	(void)pacing_start(&p, 1, START + 3 * SECOND);
	(void)pacing_start(&p, 1, START + 3 * SECOND);
	p.window = 8;
	pacing_end(&p, a, &ok, START + 3 * SECOND);
	assert_true(pacing_wait(&p, 1, START + 3 * SECOND) > 0);
}

/* What a server allows is used to 80% and more, and few requests too many are made, whether it
 * tells its limits, says when to come back, or only refuses. */
static void uses_what_is_allowed(void **state)
{
	static const struct server servers[] = {
		{.per_s = 8, .burst = 8, .latency_ns = SECOND},
		{.per_s = 8, .burst = 8, .latency_ns = SECOND, .says_when = true},
		{.per_s = 8, .burst = 480, .latency_ns = SECOND, .tells = true},
		{.per_s = 8, .burst = 480, .latency_ns = SECOND},
		{.per_s = 50, .burst = 50, .latency_ns = 200 * MILLISECOND},
		{.per_s = 50, .burst = 50, .latency_ns = 200 * MILLISECOND, .tells = true},
		{.at_once = 20, .latency_ns = SECOND},
		{.at_once = 20, .latency_ns = SECOND, .says_when = true},
		{.at_once = 3, .latency_ns = 5 * SECOND},
	};

	(void)state;
	for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
		const struct server *s = &servers[i];
		const double allowed =
			s->per_s > 0 ? s->per_s : s->at_once * 1e9 / (double)s->latency_ns;
		struct world w;
		world_init(&w, *s, unlimited);
		run_until(&w, START + 60 * SECOND);
		const int64_t refused = w.server.refused;
		const double rate = (double)run_until(&w, START + 660 * SECOND) / 600;
		const double extra = (double)(w.server.refused - refused) / (rate * 600);
		print_message("server %zu: %.0f%% of the rate, %.1f%% refused, first minute %lld\n",
			i, 100 * rate / allowed, 100 * extra, (long long)refused);
		assert_true(rate >= 0.8 * allowed);
		assert_true(extra <= 0.1);
	}
}

/* 429 for everything for five minutes: few requests meanwhile, and within a minute of its end 80%
 * of the allowed rate again. */
static void recovers_from_a_storm(void **state)
{
	static const struct server servers[] = {
		{.per_s = 8, .burst = 8, .latency_ns = SECOND},
		{.per_s = 8, .burst = 8, .latency_ns = SECOND, .says_when = true},
		{.per_s = 50, .burst = 50, .latency_ns = 200 * MILLISECOND},
		{.at_once = 50, .latency_ns = SECOND},
		{.at_once = 50, .latency_ns = 2 * SECOND, .says_when = true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
		struct server s = servers[i];
		const double allowed =
			s.per_s > 0 ? s.per_s : s.at_once * 1e9 / (double)s.latency_ns;
		const int64_t from = START + 120 * SECOND, to = from + 300 * SECOND;
		struct world w;
		s.storm_from_ns = from;
		s.storm_to_ns = to;
		world_init(&w, s, unlimited);
		run_until(&w, from);
		const int64_t refused = w.server.refused;
		run_until(&w, to);
		const int64_t stormy = w.server.refused - refused;
		run_until(&w, to + 50 * SECOND);
		const double rate = (double)run_until(&w, to + 60 * SECOND) / 10;
		print_message("server %zu: %lld refused in the storm, %.0f%% of the rate after\n",
			i, (long long)stormy, 100 * rate / allowed);
		assert_true(rate >= 0.8 * allowed);
		if (!s.says_when)
			assert_true(stormy < 100);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slow_start_doubles),
		cmocka_unit_test(grows_only_when_full),
		cmocka_unit_test(limit_bounds),
		cmocka_unit_test(cuts_once_a_window),
		cmocka_unit_test(old_answers_do_not_count),
		cmocka_unit_test(retry_after_holds),
		cmocka_unit_test(configured_rates),
		cmocka_unit_test(headers_hold),
		cmocka_unit_test(uses_what_is_allowed),
		cmocka_unit_test(recovers_from_a_storm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
