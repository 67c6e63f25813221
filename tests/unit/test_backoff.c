/* SPDX-License-Identifier: MIT */
#include "core/net/backoff.h"

#include "tests/unit/check.h"

#define MILLISECOND INT64_C(1000000)

/* Each wait lies in the upper half of its step, and the steps end at 30 s. */
static void waits(void **state)
{
	static const int64_t steps_ms[] = {500, 1000, 2000, 4000, 8000, 16000, 30000, 30000};
	struct jitter j = {1};

	(void)state;
	for (int round = 0; round < 1000; round++)
		for (int i = 0; i < 8; i++) {
			const int64_t ns = backoff_wait(&j, i + 1);
			assert_in_range(
				ns, steps_ms[i] * MILLISECOND / 2, steps_ms[i] * MILLISECOND);
		}
	assert_in_range(backoff_wait(&j, 1000000), 15000 * MILLISECOND, 30000 * MILLISECOND);
}

/* The same seed gives the same waits, another one others; they are spread. */
static void jitter(void **state)
{
	struct jitter a = {7}, b = {7}, c = {8};
	size_t lower = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		const uint64_t x = jitter_next(&a, 1000);
		assert_int_equal(x, jitter_next(&b, 1000));
		lower += x < 500;
	}
	assert_in_range(lower, 400, 600);
	assert_int_not_equal(jitter_next(&a, UINT64_MAX), jitter_next(&c, UINT64_MAX));
	assert_int_equal(jitter_next(&a, 0), 0);
}

static void budget(void **state)
{
	struct retry_budget b = {.firsts = 1};

	(void)state;
	for (int i = 0; i < BACKOFF_FLOOR; i++) {
		assert_true(retry_budget_allows(&b));
		b.extras++;
	}
	assert_false(retry_budget_allows(&b));
	b.firsts = 59;
	assert_false(retry_budget_allows(&b));
	b.firsts = 60;
	assert_true(retry_budget_allows(&b));
	/* A run of 1,000 that is always allowed what it asks for makes 1,100 requests. */
	b = (struct retry_budget){.firsts = 0};
	int64_t sent = 0;
	for (int i = 0; i < 1000; i++) {
		b.firsts++;
		sent++;
		while (i > 50 && retry_budget_allows(&b)) {
			b.extras++;
			sent++;
		}
	}
	assert_int_equal(sent, 1100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits),
		cmocka_unit_test(jitter),
		cmocka_unit_test(budget),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
