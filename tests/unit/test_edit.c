/* SPDX-License-Identifier: MIT */
/* The editor's text against a plain string that undergoes the same, its undo tree, and what the
 * caret does among wide, joined and hidden characters. */
#include "tests/unit/check.h"
#include "tui/part/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct world {
	struct edit e;
	struct arena a;
	uint64_t seed;
};

static uint64_t next_random(struct world *w)
{
	w->seed ^= w->seed << 13;
	w->seed ^= w->seed >> 7;
	w->seed ^= w->seed << 17;
	return w->seed;
}

static size_t below(struct world *w, size_t n)
{
	return (size_t)(next_random(w) % n);
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	if (w == NULL)
		return -1;
	const char *given = getenv("LATHE_SEED");
	w->seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL) * 2654435761u;
	w->seed |= 1;
	edit_init(&w->e, false);
	edit_fit(&w->e, 40, 10);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	edit_free(&w->e);
	arena_release(&w->a);
	free(w);
	return 0;
}

static void set(struct world *w, const char *text)
{
	assert_true(edit_set(&w->e, str_from(text)));
}

#define assert_text(w, want) assert_str(edit_text(&(w)->e, &(w)->a), want)

static const char *const scraps[] = {"a", "word ", "\n", "\r\n", "\t", "你好", "e\xCC\x81", "x\xFF",
	"\xE2\x80\xAE", "\x1B[2J", "👩‍👩‍👧", "  if", "\xCC\x81",
	"long enough to wrap around, 中文也要换行。", "\0"};

enum { SCRAPS = sizeof scraps / sizeof scraps[0], MODEL_MAX = 1 << 16 };

static struct str scrap(struct world *w)
{
	return str_from(scraps[below(w, SCRAPS)]);
}

/* The plain string. */
static void model_replace(struct buf *model, size_t from, size_t to, struct str text)
{
	struct buf tail = BUF_INIT(MODEL_MAX);
	assert_true(buf_add(&tail, model->at + to, model->len - to));
	model->len = from;
	assert_true(buf_add_str(model, text) && buf_add_str(model, buf_str(&tail)));
	buf_free(&tail);
}

static void check_same(struct world *w, const struct buf *model)
{
	struct arena a = ARENA_INIT;
	struct str text = edit_text(&w->e, &a);
	assert_true(str_eq(text, buf_str(model)));
	size_t line = 0;
	for (size_t at = 0; at <= model->len; at++) {
		assert_int_equal(piece_table_line_of(&w->e.text, at), line);
		if (at < model->len && model->at[at] == '\n')
			assert_int_equal(piece_table_line_start(&w->e.text, ++line), at + 1);
	}
	assert_int_equal(piece_table_lines(&w->e.text), line + 1);
	arena_release(&a);
}

/* Moves, selections, clicks and scrolling change no byte. */
static void wander(struct world *w)
{
	struct edit *e = &w->e;
	switch (below(w, 5)) {
	case 0: edit_move(e, (enum edit_move)below(w, EDIT_FINISH + 1), below(w, 2)); break;
	case 1: edit_go(e, below(w, edit_size(e) + 1), below(w, 2)); break;
	case 2: edit_click(e, (int)below(w, 50) - 5, (int)below(w, 14) - 2, below(w, 2)); break;
	case 3: edit_select_word(e); break;
	default:
		edit_fit(e, 5 + (int)below(w, 80), 1 + (int)below(w, 20));
		edit_scroll(e, (long)below(w, 9) - 4);
		break;
	}
	size_t line, column;
	edit_position(e, &line, &column);
	assert_true(e->caret <= edit_size(e) && e->anchor <= edit_size(e));
	assert_true(line <= piece_table_lines(&e->text));
}

static void test_random(void **state)
{
	struct world *w = *state;
	struct buf model = BUF_INIT(MODEL_MAX);
	struct {
		uint64_t state;
		struct str text;
	} seen[64];
	size_t seen_count = 0;
	print_message("# LATHE_SEED=%llu\n", (unsigned long long)w->seed);
	for (int round = 0; round < 4000; round++) {
		size_t from, to;
		wander(w);
		edit_selected(&w->e, &from, &to);
		struct str text = scrap(w);
		bool crlf = w->e.crlf;
		switch (below(w, 4)) {
		case 0:
			edit_replace(&w->e, from, to, text);
			model_replace(&model, from, to, text);
			break;
		case 1:
			edit_type(&w->e, text);
			if (text.len > 0)
				model_replace(&model, from, to, text);
			break;
		case 2:
			if (from == to || model.len < 500)
				break;
			edit_erase(&w->e, ERASE_LEFT);
			model_replace(&model, from, to, STR_NONE);
			break;
		default: break;
		}
		assert_false(crlf);
		if (round % 16 == 0)
			check_same(w, &model);
		if (round % 64 == 0 && seen_count < 64) {
			seen[seen_count].state = edit_mark(&w->e);
			seen[seen_count++].text = edit_text(&w->e, &w->a);
			for (size_t i = below(w, 5); i > 0; i--)
				edit_undo(&w->e);
			buf_clear(&model);
			struct arena a = ARENA_INIT;
			assert_true(buf_add_str(&model, edit_text(&w->e, &a)));
			arena_release(&a);
		}
	}
	/* Every state there was can be gone back to, oldest first or not. */
	while (edit_older(&w->e))
		;
	assert_text(w, "");
	size_t found = 0;
	do
		for (size_t i = 0; i < seen_count; i++)
			if (seen[i].state == edit_state(&w->e)) {
				assert_true(str_eq(edit_text(&w->e, &w->a), seen[i].text));
				found++;
			}
	while (edit_newer(&w->e));
	assert_true(found >= seen_count);
	buf_free(&model);
}

static void test_typing_is_one_step(void **state)
{
	struct world *w = *state;
	for (const char *c = "two words"; *c != '\0'; c++)
		edit_type(&w->e, (struct str){c, 1});
	assert_true(edit_undo(&w->e));
	assert_text(w, "two ");
	assert_true(edit_undo(&w->e));
	assert_text(w, "");
	assert_false(edit_undo(&w->e));
	assert_true(edit_redo(&w->e));
	assert_true(edit_redo(&w->e));
	assert_text(w, "two words");
	assert_false(edit_redo(&w->e));
}

static void test_branches(void **state)
{
	struct world *w = *state;
	edit_paste(&w->e, STR("root "));
	edit_paste(&w->e, STR("first"));
	edit_undo(&w->e);
	edit_paste(&w->e, STR("second"));
	assert_text(w, "root second");
	assert_true(edit_undo_branch(&w->e));
	assert_text(w, "root first");
	assert_true(edit_undo_branch(&w->e));
	assert_text(w, "root second");
	assert_true(edit_older(&w->e));
	assert_text(w, "root first");
	assert_true(edit_newer(&w->e));
	uint64_t saved = edit_mark(&w->e);
	edit_type(&w->e, STR("!"));
	assert_true(edit_state(&w->e) != saved);
	edit_undo(&w->e);
	assert_true(edit_state(&w->e) == saved);
}

/* The caret goes through TEXT by steps of these bytes, and back. */
static void check_steps(struct world *w, const char *text, const size_t *steps, size_t count)
{
	set(w, text);
	for (size_t i = 0; i < count; i++) {
		size_t from = w->e.caret;
		edit_move(&w->e, EDIT_RIGHT, false);
		assert_int_equal(w->e.caret - from, steps[i]);
	}
	assert_int_equal(w->e.caret, strlen(text));
	for (size_t i = count; i-- > 0;) {
		size_t from = w->e.caret;
		edit_move(&w->e, EDIT_LEFT, false);
		assert_int_equal(from - w->e.caret, steps[i]);
	}
}

static void test_clusters(void **state)
{
	struct world *w = *state;
	check_steps(w, "a你e\xCC\x81x", (size_t[]){1, 3, 3, 1}, 4);
	check_steps(w, "👩‍👩‍👧!🇨🇳🇩🇪", (size_t[]){18, 1, 8, 8}, 4);
	check_steps(w,
		"\xE2\x80\xAE"
		"a\x1B\xFF\xCC\x81",
		(size_t[]){3, 1, 1, 1, 2}, 5);
	check_steps(w, "a\r\nb\r\n", (size_t[]){1, 2, 1, 2}, 4);
	check_steps(w, "a\nb\r\n", (size_t[]){1, 1, 1, 1, 1}, 5);
}

static void test_words(void **state)
{
	struct world *w = *state;
	static const size_t stops[] = {3, 4, 9, 15, 18, 21};
	set(w, "one, two 年假。x");
	for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
		edit_move(&w->e, EDIT_WORD_RIGHT, false);
		if (i == 2)
			assert_int_equal(w->e.caret, 8);
	}
	assert_int_equal(w->e.caret, edit_size(&w->e));
	edit_erase(&w->e, ERASE_WORD_LEFT);
	assert_text(w, "one, two 年假。");
	edit_move(&w->e, EDIT_START, false);
	edit_erase(&w->e, ERASE_WORD_RIGHT);
	assert_text(w, ", two 年假。");
	/* Function words part Chinese; 目的 is a word of its own. */
	set(w, "入职的目的是培训。");
	static const size_t parts[] = {6, 9, 15, 18, 24, 27};
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		edit_move(&w->e, EDIT_WORD_RIGHT, false);
		assert_int_equal(w->e.caret, parts[i]);
	}
	for (size_t i = sizeof parts / sizeof parts[0] - 1; i-- > 0;) {
		edit_move(&w->e, EDIT_WORD_LEFT, false);
		assert_int_equal(w->e.caret, parts[i]);
	}
	edit_go(&w->e, 12, false);
	edit_select_word(&w->e);
	assert_str(edit_selection(&w->e, &w->a), "目的");
}

static void test_rows(void **state)
{
	struct world *w = *state;
	set(w, "0123456789\nab\n0123456789");
	edit_fit(&w->e, 40, 10);
	edit_go(&w->e, 7, false);
	edit_move(&w->e, EDIT_DOWN, false);
	assert_int_equal(w->e.caret, 13);
	edit_move(&w->e, EDIT_DOWN, false);
	assert_int_equal(w->e.caret, 21);
	edit_move(&w->e, EDIT_DOWN, false);
	assert_int_equal(w->e.caret, 24);
	edit_fit(&w->e, 6, 10); /* five cells a row */
	edit_go(&w->e, 0, false);
	edit_move(&w->e, EDIT_END, false);
	assert_int_equal(w->e.caret, 4);
	edit_move(&w->e, EDIT_END, false);
	assert_int_equal(w->e.caret, 10);
	edit_move(&w->e, EDIT_HOME, false);
	assert_int_equal(w->e.caret, 5);
	edit_move(&w->e, EDIT_HOME, false);
	assert_int_equal(w->e.caret, 0);
}

static void test_lines(void **state)
{
	struct world *w = *state;
	set(w, "one\ntwo\nthree");
	edit_go(&w->e, 5, false);
	edit_move_lines(&w->e, 1);
	assert_text(w, "one\nthree\ntwo");
	assert_int_equal(w->e.caret, 11);
	edit_move_lines(&w->e, 1);
	assert_text(w, "one\nthree\ntwo");
	edit_move_lines(&w->e, -1);
	edit_move_lines(&w->e, -1);
	assert_text(w, "two\none\nthree");
	edit_duplicate(&w->e);
	assert_text(w, "two\ntwo\none\nthree");
	edit_select(&w->e, 0, 8);
	edit_indent(&w->e);
	assert_text(w, "  two\n  two\none\nthree");
	edit_outdent(&w->e);
	assert_text(w, "two\ntwo\none\nthree");
	edit_erase(&w->e, ERASE_LINE);
	assert_text(w, "one\nthree");
	edit_move(&w->e, EDIT_FINISH, false);
	edit_duplicate(&w->e);
	assert_text(w, "one\nthree\nthree");
	edit_type(&w->e, STR("\n  x"));
	edit_newline(&w->e);
	assert_text(w, "one\nthree\nthree\n  x\n  ");
	for (int i = 0; i < 4; i++)
		edit_undo(&w->e);
	assert_text(w, "two\ntwo\none\nthree");
}

static void test_crlf(void **state)
{
	struct world *w = *state;
	set(w, "\xEF\xBB\xBFone\r\n  two\nthree\r");
	edit_go(&w->e, 13, false);
	edit_newline(&w->e);
	assert_text(w, "\xEF\xBB\xBFone\r\n  two\r\n  \nthree\r");
	edit_paste(&w->e, STR("a\nb"));
	assert_text(w, "\xEF\xBB\xBFone\r\n  two\r\n  a\r\nb\nthree\r");
}

static void test_bounds(void **state)
{
	struct world *w = *state;
	w->e.max = 4;
	edit_type(&w->e, STR("abcd"));
	edit_type(&w->e, STR("e"));
	assert_true(w->e.refused);
	assert_text(w, "abcd");
	assert_false(edit_set(&w->e, STR("12345")));
	w->e.read_only = true;
	edit_erase(&w->e, ERASE_RIGHT);
	assert_true(w->e.refused);
	assert_text(w, "1234");
}

static void test_long_line(void **state)
{
	struct world *w = *state;
	struct buf text = BUF_INIT(0);
	for (int i = 0; i < 40000; i++)
		assert_true(buf_add_cstr(&text, i % 7 == 0 ? "中文" : "e\xCC\x81 "));
	assert_true(edit_set(&w->e, buf_str(&text)));
	edit_move(&w->e, EDIT_FINISH, false);
	size_t steps = 0, rows = 0, at = 0;
	while (w->e.caret > 0) {
		edit_move(&w->e, EDIT_LEFT, false);
		steps++;
	}
	assert_int_equal(steps, 80000);
	while (w->e.caret < text.len) {
		edit_move(&w->e, EDIT_DOWN, false);
		assert_true(w->e.caret > at);
		at = w->e.caret;
		rows++;
	}
	while (w->e.caret > 0) {
		edit_move(&w->e, EDIT_UP, false);
		rows--;
	}
	assert_int_equal(rows, 1); /* down once more than there are rows: to the end */
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_random, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_typing_is_one_step, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_branches, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_clusters, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_crlf, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bounds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_long_line, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
