/* SPDX-License-Identifier: MIT */
#include "core/model/budget.h"

#include "tests/unit/check.h"

#include <stdlib.h>
#include <time.h>

#define DOLLAR INT64_C(1000000000)
#define HOUR   (3600 * INT64_C(1000000000))

struct world {
	struct budget *budget;
	int64_t now;
	int64_t others; /* what the ledger says of other processes */
	int readings;
	bool changed, broken;
};

static int64_t now(void *ctx)
{
	return ((struct world *)ctx)->now;
}

static bool changed(void *ctx)
{
	struct world *w = ctx;
	bool was = w->changed;
	w->changed = false;
	return was;
}

static bool read_ledger(
	void *ctx, struct str connection, int64_t day_begin_ns, int64_t *nano, struct err *e)
{
	struct world *w = ctx;
	if (w->broken)
		return err_set(e, ERR_STORE, "It is locked.");
	assert_true(day_begin_ns <= w->now && w->now - day_begin_ns < 24 * HOUR);
	w->readings++;
	*nano = connection.len == 0 || str_is(connection, "a") ? w->others : 0;
	return true;
}

static struct world *world(void)
{
	struct world *w = calloc(1, sizeof *w);
	struct budget_source source = {w, now, changed, read_ledger};
	setenv("TZ", "UTC", 1);
	tzset();
	w->now = INT64_C(1767225600000000000) + 12 * HOUR;
	w->budget = budget_new(&source);
	return w;
}

static void end(struct world *w)
{
	budget_free(w->budget);
	free(w);
}

static struct budget_ask ask_of(uint64_t run, int64_t most)
{
	return (struct budget_ask){
		.run = run, .connection = STR("a"), .model = STR("a/m"), .most = most};
}

static void test_run(void **state)
{
	struct world *w = world();
	struct err e = ERR_INIT;
	struct budget_ask ask = ask_of(1, 400000000);
	(void)state;
	budget_open_run(w->budget, 1, DOLLAR, 0);
	assert_true(budget_reserve(w->budget, &ask, &e));
	assert_true(budget_reserve(w->budget, &ask, &e));
	/* Two in flight: a third could go beyond, though nothing is spent yet. */
	assert_false(budget_reserve(w->budget, &ask, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	assert_string_equal(e.text,
		"Nothing more is sent: the next request to a/m can cost up to $0.40, and of the "
		"ceiling of a run, $1.00, $0.80 is spent or under way.");
	assert_string_equal(
		e.hint, "Raise it with --max-cost, or budget: {run: ...} in lathe.yaml.");
	/* They cost less than was reserved: there is room again. */
	budget_settle(w->budget, &ask, 100000000);
	budget_settle(w->budget, &ask, 0);
	assert_true(budget_reserve(w->budget, &ask, &e));
	assert_true(budget_reserve(w->budget, &ask, &e));
	/* An unknown cost stays at what was reserved. */
	budget_settle(w->budget, &ask, -1);
	budget_settle(w->budget, &ask, -1);
	struct budget_state s;
	budget_look(w->budget, 1, &s);
	assert_int_equal(s.run, 900000000);
	assert_false(budget_reserve(w->budget, &ask, &e));
	budget_set_run(w->budget, 1, 2 * DOLLAR);
	assert_true(budget_reserve(w->budget, &ask, &e));
	/* Another run has no ceiling, a resumed one goes on from what it cost. */
	ask.run = 2;
	assert_true(budget_reserve(w->budget, &ask, &e));
	budget_open_run(w->budget, 3, DOLLAR, 900000000);
	ask.run = 3;
	assert_false(budget_reserve(w->budget, &ask, &e));
	end(w);
}

/* Exactly the ceiling may be spent, and no nano-dollar more. */
static void test_edge(void **state)
{
	struct world *w = world();
	struct err e = ERR_INIT;
	struct budget_ask all = ask_of(1, DOLLAR), one = ask_of(1, 1);
	(void)state;
	budget_open_run(w->budget, 1, DOLLAR, 0);
	assert_true(budget_reserve(w->budget, &all, &e));
	assert_false(budget_reserve(w->budget, &one, &e));
	one.most = 0;
	assert_true(budget_reserve(w->budget, &one, &e));
	end(w);
}

/* What holds a request up is in flight and may come to less than was reserved for it. */
static void test_may_wait(void **state)
{
	struct world *w = world();
	struct budget_ask big = {.run = 1, .connection = STR("a"), .most = 6 * DOLLAR};
	struct budget_ask small = {.run = 1, .connection = STR("a"), .most = 3 * DOLLAR};
	struct err e = ERR_INIT;
	(void)state;
	budget_open_run(w->budget, 1, 8 * DOLLAR, 0);
	assert_true(budget_reserve(w->budget, &big, &e));
	assert_false(budget_reserve(w->budget, &small, &e));
	assert_true(budget_may_wait(w->budget, &small));
	budget_settle(w->budget, &big, DOLLAR);
	assert_true(budget_reserve(w->budget, &small, &e));
	assert_true(budget_reserve(w->budget, &small, &e));
	/* Spent money does not come back. */
	budget_settle(w->budget, &small, 3 * DOLLAR);
	assert_false(budget_reserve(w->budget, &big, &e));
	assert_false(budget_may_wait(w->budget, &big));
	/* Nothing in flight is in the way: it is too much anyway. */
	budget_settle(w->budget, &small, 0);
	small.most = 5 * DOLLAR;
	assert_false(budget_reserve(w->budget, &small, &e));
	assert_false(budget_may_wait(w->budget, &small));
	end(w);
}

static void test_unpriced(void **state)
{
	struct world *w = world();
	struct err e = ERR_INIT;
	struct budget_ask ask = ask_of(1, -1);
	(void)state;
	assert_true(budget_reserve(w->budget, &ask, &e));
	budget_open_run(w->budget, 1, DOLLAR, 0);
	assert_false(budget_reserve(w->budget, &ask, &e));
	assert_string_equal(e.text,
		"Nothing is sent: the price of a/m is not known, so the ceiling of a run cannot be "
		"kept.");
	end(w);
}

static void test_day(void **state)
{
	struct world *w = world();
	struct err e = ERR_INIT;
	struct budget_ask ask = ask_of(1, 400000000);
	(void)state;
	w->others = 300000000;
	budget_set_day(w->budget, DOLLAR);
	assert_true(budget_reserve(w->budget, &ask, &e));
	budget_settle(w->budget, &ask, 300000000);
	assert_true(budget_reserve(w->budget, &ask, &e));
	assert_int_equal(w->readings, 1);
	budget_settle(w->budget, &ask, 0);
	/* Another process spends: read again. */
	w->others = 500000000;
	w->changed = true;
	assert_false(budget_reserve(w->budget, &ask, &e));
	assert_int_equal(w->readings, 2);
	assert_string_equal(e.hint, "Go on tomorrow, or raise budget: {day: ...} in lathe.yaml.");
	/* Tomorrow. */
	w->others = 0;
	w->now += 12 * HOUR;
	assert_true(budget_reserve(w->budget, &ask, &e));
	w->broken = true;
	w->changed = true;
	assert_false(budget_reserve(w->budget, &ask, &e));
	assert_int_equal(e.code, ERR_STORE);
	end(w);
}

static void test_connection(void **state)
{
	struct world *w = world();
	struct err e = ERR_INIT;
	struct budget_ask ask = ask_of(1, 400000000);
	(void)state;
	ask.connection_day = DOLLAR;
	w->others = 700000000;
	assert_false(budget_reserve(w->budget, &ask, &e));
	assert_true(strstr(e.text, "of a day at a") != NULL);
	ask.connection = STR("b");
	assert_true(budget_reserve(w->budget, &ask, &e));
	assert_true(budget_reserve(w->budget, &ask, &e));
	assert_false(budget_reserve(w->budget, &ask, &e));
	end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_edge),
		cmocka_unit_test(test_may_wait),
		cmocka_unit_test(test_unpriced),
		cmocka_unit_test(test_day),
		cmocka_unit_test(test_connection),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
