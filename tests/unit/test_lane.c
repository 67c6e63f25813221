/* SPDX-License-Identifier: MIT */
/* The queue before a server, on a virtual clock: whose turn it is, who leaves it, who is told not
 * to wait. */
#include "core/net/lane.h"

#include "tests/unit/check.h"

#define SECOND INT64_C(1000000000)

enum { MOST = 64, MANY = 12 };

struct rig;

struct asker {
	struct rig *rig;
	struct lane_ticket ticket;
	enum lane_word word;
	int told;
};

/* Who was let go, in that order. */
struct rig {
	struct loop *loop;
	struct lanes *lanes;
	struct lane *lane;
	struct asker askers[MOST];
	size_t len;
	struct asker *went[MOST];
	size_t gone;
};

static int set_up(void **state)
{
	static struct rig rig;

	rig = (struct rig){.loop = loop_new(clock_virtual())};
	rig.lanes = lanes_new(rig.loop, 1);
	*state = &rig;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *r = *state;

	lanes_free(r->lanes);
	loop_free(r->loop);
	return 0;
}

static void open_lane(struct rig *r, struct pacing_limits limits)
{
	r->lane = lanes_of(r->lanes, STR("cloud"), &limits);
}

static void note(struct asker *a, enum lane_word word)
{
	a->word = word;
	if (word == LANE_GO)
		a->rig->went[a->rig->gone++] = a;
}

static void told(void *ctx, enum lane_word word)
{
	struct asker *a = ctx;

	a->told++;
	note(a, word);
}

static struct asker *enter(struct rig *r, uint64_t group, bool again)
{
	struct asker *a = &r->askers[r->len++];

	*a = (struct asker){
		.rig = r, .ticket = {.group = group, .again = again, .told = told, .ctx = a}};
	note(a, lane_enter(r->lane, &a->ticket));
	return a;
}

static void leave(struct rig *r, struct asker *a, enum pacing_end end, int64_t retry_after_ns)
{
	const struct pacing_answer answer = {.end = end,
		.tokens = -1,
		.retry_after_ns = retry_after_ns,
		.rate = rate_hints_none()};

	lane_leave(r->lane, &a->ticket, &answer);
}

static void stop(void *ctx)
{
	*(bool *)ctx = true;
}

static void pass(struct rig *r, int64_t ns)
{
	struct loop_timer timer = {.due_ns = 0};
	bool done = false;

	loop_timer_start(r->loop, &timer, ns, stop, &done);
	loop_run_until(r->loop, &done);
}

/* A run with many requests does not keep one with few waiting: they take turns. */
static void runs_take_turns(void **state)
{
	struct rig *r = *state;

	open_lane(r, (struct pacing_limits){.max_in_flight = 1});
	struct asker *last = enter(r, 1, false);
	for (int i = 0; i < MANY; i++)
		(void)enter(r, 1, false);
	for (int i = 0; i < 3; i++)
		(void)enter(r, 2, false);
	assert_int_equal(r->gone, 1);
	for (size_t i = 1; i < r->len; i++) {
		leave(r, last, PACING_OK, 0);
		assert_int_equal(r->gone, i + 1);
		last = r->went[i];
	}
	int of_two = 0;
	for (size_t i = 0; i < 7; i++)
		of_two += r->went[i]->ticket.group == 2;
	assert_int_equal(of_two, 3);
	/* Within a run the order is that of asking. */
	for (size_t i = 1; i < r->gone; i++)
		for (size_t k = 0; k < i; k++)
			assert_true(r->went[k]->ticket.group != r->went[i]->ticket.group ||
				    r->went[k] < r->went[i]);
	leave(r, last, PACING_OK, 0);
}

static void retries_come_first_in_their_run(void **state)
{
	struct rig *r = *state;

	open_lane(r, (struct pacing_limits){.max_in_flight = 1});
	struct asker *first = enter(r, 1, false);
	struct asker *second = enter(r, 1, false), *again = enter(r, 1, true);
	leave(r, first, PACING_OK, 0);
	assert_ptr_equal(r->went[1], again);
	leave(r, again, PACING_OK, 0);
	assert_ptr_equal(r->went[2], second);
	leave(r, second, PACING_OK, 0);
}

/* Whoever gives up waiting is told nothing, wherever it stood; the others lose no turn. */
static void who_quits_is_not_told(void **state)
{
	struct rig *r = *state;
	struct asker *waiting[5];
	struct lane_state s;

	open_lane(r, (struct pacing_limits){.max_in_flight = 1});
	struct asker *first = enter(r, 1, false);
	for (size_t i = 0; i < 5; i++)
		waiting[i] = enter(r, 1, false);
	static const size_t quits[] = {0, 2, 4}; /* the first, one in the middle, the last */
	for (size_t i = 0; i < 3; i++)
		lane_quit(r->lane, &waiting[quits[i]]->ticket);
	lane_quit(r->lane, &waiting[2]->ticket);
	assert_true(lanes_state(r->lanes, STR("cloud"), &s));
	assert_int_equal(s.waiting, 2);
	struct asker *late = enter(r, 1, false);
	leave(r, first, PACING_OK, 0);
	leave(r, waiting[1], PACING_OK, 0);
	leave(r, waiting[3], PACING_OK, 0);
	leave(r, late, PACING_OK, 0);
	assert_int_equal(r->gone, 4);
	assert_ptr_equal(r->went[1], waiting[1]);
	assert_ptr_equal(r->went[2], waiting[3]);
	assert_ptr_equal(r->went[3], late);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(waiting[quits[i]]->told, 0);
	assert_true(lanes_state(r->lanes, STR("cloud"), &s));
	assert_int_equal(s.in_flight + s.waiting, 0);
}

/* A server that asks for a minute is waited for; one may quit meanwhile, and all of a run be
 * stopped, without the others being forgotten. */
static void a_blocked_lane_can_be_left(void **state)
{
	struct rig *r = *state;

	open_lane(r, (struct pacing_limits){.max_in_flight = 4});
	struct asker *first = enter(r, 1, false);
	leave(r, first, PACING_BUSY, 60 * SECOND);
	struct asker *quits = enter(r, 1, false), *stays = enter(r, 1, false);
	struct asker *stopped = enter(r, 2, false);
	assert_int_equal(quits->word, LANE_WAIT);
	assert_int_equal(stays->word, LANE_WAIT);
	pass(r, 30 * SECOND);
	assert_int_equal(r->gone, 1);
	lane_quit(r->lane, &quits->ticket);
	lane_stop(r->lane, 2);
	assert_int_equal(stopped->word, LANE_STOPPED);
	assert_int_equal(stopped->told, 1);
	pass(r, 40 * SECOND);
	assert_int_equal(quits->told, 0);
	assert_int_equal(stopped->told, 1);
	assert_int_equal(stays->word, LANE_GO);
	leave(r, stays, PACING_OK, 0);
}

/* One that asks for longer than anybody waits parks the lane: who waits is told until when, and
 * who comes does not begin to wait. */
static void a_parked_lane_keeps_nobody(void **state)
{
	struct rig *r = *state;
	const int64_t now = loop_now(r->loop);
	struct lane_state s;

	open_lane(r, (struct pacing_limits){.max_in_flight = 1});
	struct asker *first = enter(r, 1, false);
	struct asker *waits = enter(r, 1, false), *other = enter(r, 2, false);
	leave(r, first, PACING_BUSY, 900 * SECOND);
	assert_int_equal(waits->word, LANE_PARKED);
	assert_int_equal(other->word, LANE_PARKED);
	assert_true(waits->ticket.resume_at_ns >= now + 900 * SECOND);
	struct asker *late = enter(r, 3, false);
	assert_int_equal(late->word, LANE_PARKED);
	assert_int_equal(late->told, 0);
	/* Cancelled meanwhile: it waits no more, so nothing happens. */
	lane_quit(r->lane, &waits->ticket);
	assert_true(lanes_state(r->lanes, STR("cloud"), &s));
	assert_true(s.parked);
	assert_int_equal(s.waiting + s.in_flight, 0);
	pass(r, 1000 * SECOND);
	struct asker *after = enter(r, 1, false);
	assert_int_equal(after->word, LANE_GO);
	leave(r, after, PACING_OK, 0);
}

static void a_retuned_lane_lets_more_go(void **state)
{
	struct rig *r = *state;
	struct lane_state s;

	open_lane(r, (struct pacing_limits){.max_in_flight = 1});
	struct asker *first = enter(r, 1, false), *second = enter(r, 1, false);
	struct asker *third = enter(r, 1, false);
	assert_false(lanes_retune(r->lanes, STR("elsewhere"), 8));
	assert_true(lanes_retune(r->lanes, STR("cloud"), 2));
	leave(r, first, PACING_OK, 0);
	assert_int_equal(second->word, LANE_GO);
	assert_int_equal(third->word, LANE_GO);
	assert_true(lanes_state(r->lanes, STR("cloud"), &s));
	assert_int_equal(s.window, 2);
	leave(r, second, PACING_OK, 0);
	leave(r, third, PACING_OK, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(runs_take_turns, set_up, tear_down),
		cmocka_unit_test_setup_teardown(retries_come_first_in_their_run, set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_quits_is_not_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_blocked_lane_can_be_left, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_parked_lane_keeps_nobody, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_retuned_lane_lets_more_go, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
