/* SPDX-License-Identifier: MIT */
#include "tui/part/choose.h"

#include "tests/unit/check.h"

static struct choose_row rows[] = {
	{.group = {"One", 3}, .title = {"Run", 3}, .side = {"F5", 2}, .find = {"run.start", 9}},
	{.group = {"One", 3}, .title = {"Ruin", 4}, .reason = {"Not now.", 8}},
	{.group = {"Two", 3}, .title = {"Prune", 5}, .note = {"Cuts what is old.", 17}},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static void start(struct choose *c, enum choose_order order)
{
	*c = (struct choose){.order = order};
	choose_init(c);
	choose_set(c, rows, ROWS);
	choose_fit(c, 60, 20);
}

static void type(struct choose *c, const char *text)
{
	edit_set(&c->filter, str_from(text));
	choose_fit(c, 60, 20);
}

static struct key key_of(const char *name)
{
	struct key key;
	assert_true(key_read(str_from(name), &key));
	return key;
}

static void test_headings_are_no_choice(void **state)
{
	(void)state;
	struct choose c;
	start(&c, CHOOSE_GROUPS);
	assert_int_equal(c.list.count, ROWS + 2);
	assert_ptr_equal(choose_chosen(&c), &rows[0]);
	assert_true(choose_key(&c, key_of("Down")));
	assert_ptr_equal(choose_chosen(&c), &rows[1]);
	assert_true(choose_key(&c, key_of("Down"))); /* over the second heading */
	assert_ptr_equal(choose_chosen(&c), &rows[2]);
	assert_true(choose_key(&c, key_of("Up")));
	assert_ptr_equal(choose_chosen(&c), &rows[1]);
	assert_true(choose_key(&c, key_of("PgUp")));
	assert_ptr_equal(choose_chosen(&c), &rows[0]);
	assert_false(choose_key(&c, key_of("Enter")));
	assert_false(choose_click(&c, 3, 2)); /* a heading */
	assert_true(choose_click(&c, 3, 6));
	assert_ptr_equal(choose_chosen(&c), &rows[2]);
	choose_free(&c);
}

static void test_best_first(void **state)
{
	(void)state;
	struct choose c;
	start(&c, CHOOSE_BEST);
	type(&c, "run");
	assert_int_equal(c.matches, 3);
	assert_ptr_equal(choose_chosen(&c), &rows[0]);
	/* What cannot be chosen is last. */
	assert_true(choose_key(&c, key_of("PgDn")));
	assert_ptr_equal(choose_chosen(&c), &rows[1]);
	type(&c, "un");
	assert_ptr_equal(choose_chosen(&c), &rows[0]);
	type(&c, "f5");
	assert_int_equal(c.matches, 1);
	assert_ptr_equal(choose_chosen(&c), &rows[0]);
	type(&c, "old");
	assert_ptr_equal(choose_chosen(&c), &rows[2]);
	type(&c, "two prune");
	assert_int_equal(c.matches, 1);
	type(&c, "nothing");
	assert_int_equal(c.matches, 0);
	assert_null(choose_chosen(&c));
	/* A heading comes back with its rows. */
	type(&c, "");
	assert_int_equal(c.list.count, ROWS + 2);
	choose_free(&c);
}

static void test_other_rows(void **state)
{
	(void)state;
	struct choose c;
	start(&c, CHOOSE_BEST);
	assert_true(choose_key(&c, key_of("PgDn")));
	assert_ptr_equal(choose_chosen(&c), &rows[2]);
	/* The same title stays chosen; without rows nothing is. */
	choose_set(&c, rows + 1, ROWS - 1);
	assert_ptr_equal(choose_chosen(&c), &rows[2]);
	choose_set(&c, rows, 0);
	assert_null(choose_chosen(&c));
	choose_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headings_are_no_choice),
		cmocka_unit_test(test_best_first),
		cmocka_unit_test(test_other_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
