/* SPDX-License-Identifier: MIT */
/* Finding words in a text that is shown. */
#include "tui/part/find.h"

#include "tests/unit/check.h"

struct shown {
	struct document text;
	struct text_view view;
	struct find find;
};

static void show(struct shown *s, const char *text, int w, int h)
{
	*s = (struct shown){.view = {.line = 0}};
	document_init(&s->text);
	find_init(&s->find);
	document_add(&s->text, str_from(text), ROLE_TEXT);
	document_end(&s->text);
	text_view_fit(&s->view, &s->text, w, h);
}

static void hide(struct shown *s)
{
	document_free(&s->text);
	find_free(&s->find);
}

static void type(struct shown *s, const char *words)
{
	edit_paste(&s->find.words, str_from(words));
	find_update(&s->find, &s->view, &s->text);
}

static void all_places_are_found_in_turn(void **state)
{
	struct shown s;
	(void)state;
	show(&s, "Leave it.\nWho may leave?\nNobody.\nLEAVE", 20, 10);
	type(&s, "leave");
	assert_int_equal(s.find.count, 3);
	assert_int_equal(s.find.at, 0);
	assert_true(find_step(&s.find, &s.view, &s.text, 1));
	assert_int_equal(s.find.at, 1);
	assert_true(find_step(&s.find, &s.view, &s.text, -1));
	assert_true(find_step(&s.find, &s.view, &s.text, -1));
	assert_int_equal(s.find.at, 2); /* around the start */
	type(&s, "s");
	assert_int_equal(s.find.count, 0);
	assert_false(find_step(&s.find, &s.view, &s.text, 1));
	find_clear(&s.find);
	assert_int_equal(s.find.len, 0);
	hide(&s);
}

static void the_window_goes_there(void **state)
{
	struct shown s;
	struct buf text = BUF_INIT(0);
	(void)state;
	for (int i = 0; i < 200; i++)
		buf_add_format(&text, "line %d\n", i);
	buf_add_format(&text, "%0900d年假\n", 0);
	show(&s, text.at, 30, 9);
	type(&s, "line 150");
	assert_in_range(s.view.line, 150 - 8, 150);
	find_clear(&s.find);
	type(&s, "年假");
	/* In the last rows of a long line. */
	assert_int_equal(s.view.line, 200);
	assert_in_range(s.view.offset, 900 - 9 * 30, 900);
	uint8_t roles[906] = {0};
	find_style(&s.find, &s.text, 200, document_line(&s.text, 200), roles);
	assert_int_equal(roles[899], 0);
	assert_int_equal(roles[900], TEXT_FOUND);
	assert_int_equal(roles[905], TEXT_FOUND);
	hide(&s);
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_places_are_found_in_turn),
		cmocka_unit_test(the_window_goes_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
