/* SPDX-License-Identifier: MIT */
#include "tui/part/toasts.h"

#include "tests/unit/check.h"

#include <stdio.h>

static const int64_t second = 1000000000;

static size_t shown(const struct toasts *t)
{
	size_t count = 0;
	for (size_t i = 0; toasts_kept(t, i) != NULL; i++)
		count += toasts_kept(t, i)->shown;
	return count;
}

static void test_go_by_themselves(void **state)
{
	(void)state;
	struct toasts t = {.count = 0};
	assert_false(toasts_turn(&t, second));
	assert_int_equal(toasts_next(&t), 0);
	toasts_add(&t, ROLE_GOOD, "Saved.", second);
	assert_int_equal(toasts_next(&t), 6 * second);
	assert_false(toasts_turn(&t, 6 * second - 1));
	assert_true(toasts_turn(&t, 6 * second));
	assert_int_equal(shown(&t), 0);
	assert_int_equal(toasts_next(&t), 0);
}

static void test_errors_wait_for_a_key(void **state)
{
	(void)state;
	struct toasts t = {.count = 0};
	toasts_add(&t, ROLE_BAD, "It went wrong.", 0);
	toasts_add(&t, ROLE_TEXT, "And so on.", 0);
	toasts_turn(&t, 100 * second);
	assert_int_equal(shown(&t), 1);
	toasts_add(&t, ROLE_BAD, "Once more.", 100 * second);
	/* Nobody has read the second one yet. */
	assert_true(toasts_key(&t, 100 * second + 1));
	assert_int_equal(shown(&t), 1);
	assert_true(toasts_key(&t, 101 * second));
	assert_int_equal(shown(&t), 0);
	assert_false(toasts_key(&t, 102 * second));
}

static void test_dismiss(void **state)
{
	(void)state;
	struct toasts t = {.count = 0};
	assert_false(toasts_dismiss(&t));
	toasts_add(&t, ROLE_DIM, "By the way.", 0);
	assert_false(toasts_dismiss(&t));
	assert_int_equal(shown(&t), 0);
	toasts_add(&t, ROLE_WARN, "Mind this.", 0);
	assert_true(toasts_dismiss(&t));
	assert_int_equal(shown(&t), 0);
}

static void test_kept(void **state)
{
	(void)state;
	struct toasts t = {.count = 0};
	char text[32];
	for (int i = 0; i < 60; i++) {
		snprintf(text, sizeof text, "Message %d", i);
		toasts_add(&t, ROLE_TEXT, text, i);
	}
	assert_int_equal(shown(&t), TOASTS_SHOWN);
	assert_string_equal(toasts_kept(&t, 0)->text, "Message 59");
	assert_string_equal(toasts_kept(&t, 49)->text, "Message 10");
	assert_null(toasts_kept(&t, 50));
	/* Said again: not one more, but longer. */
	toasts_add(&t, ROLE_TEXT, "Message 59", 7 * second);
	assert_string_equal(toasts_kept(&t, 1)->text, "Message 58");
	toasts_turn(&t, 10 * second);
	assert_int_equal(shown(&t), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_go_by_themselves),
		cmocka_unit_test(test_errors_wait_for_a_key),
		cmocka_unit_test(test_dismiss),
		cmocka_unit_test(test_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
