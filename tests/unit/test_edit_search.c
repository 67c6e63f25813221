/* SPDX-License-Identifier: MIT */
/* Finding and replacing in an edited text, and what follows its changes: the highlighter's states
 * and the count of tokens come out as if the text had been looked at anew. */
#include "core/data/tokens/estimate.h"
#include "tests/unit/check.h"
#include "tui/pane/editor_file.h"
#include "tui/part/edit_search.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct world {
	struct edit e;
	struct edit_search s;
	struct arena a;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	if (w == NULL)
		return -1;
	edit_init(&w->e, false);
	edit_search_init(&w->s);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	edit_search_free(&w->s);
	edit_free(&w->e);
	arena_release(&w->a);
	free(w);
	return 0;
}

static void set(struct world *w, const char *text, const char *pattern, bool regex)
{
	assert_true(edit_set(&w->e, str_from(text)));
	edit_fit(&w->e, 60, 10);
	assert_true(edit_search_set(&w->s, str_from(pattern), regex));
}

#define assert_text(w, want) assert_str(edit_text(&(w)->e, &(w)->a), want)

static void assert_selected(struct world *w, size_t from, size_t to)
{
	size_t a, b;
	edit_selected(&w->e, &a, &b);
	assert_int_equal(a, from);
	assert_int_equal(b, to);
}

static void test_case(void **state)
{
	struct world *w = *state;
	set(w, "Plan, plan and PLAN; 年假 plan.", "plan", false);
	edit_search_show(&w->s, &w->e);
	assert_int_equal(w->s.count, 4);
	assert_int_equal(w->e.match_count, 4);
	set(w, "Plan, plan and PLAN", "Plan", false);
	edit_search_show(&w->s, &w->e);
	assert_int_equal(w->s.count, 1);
	set(w, "a.b axb", "a.b", false);
	edit_search_show(&w->s, &w->e);
	assert_int_equal(w->s.count, 1);
	set(w, "a.b axb É é", "a\\Sb|é", true);
	edit_search_show(&w->s, &w->e);
	assert_int_equal(w->s.count, 4);
}

static void test_steps(void **state)
{
	struct world *w = *state;
	set(w, "one two one two one", "one", false);
	assert_true(edit_search_from(&w->s, &w->e, 1));
	assert_selected(w, 8, 11);
	edit_search_show(&w->s, &w->e);
	assert_int_equal(w->s.current, 2);
	assert_true(edit_search_step(&w->s, &w->e, true));
	assert_selected(w, 16, 19);
	assert_true(edit_search_step(&w->s, &w->e, true)); /* around the end */
	assert_selected(w, 0, 3);
	assert_true(edit_search_step(&w->s, &w->e, false));
	assert_selected(w, 16, 19);
	assert_true(edit_search_step(&w->s, &w->e, false));
	assert_selected(w, 8, 11);
	set(w, "nothing", "one", false);
	assert_false(edit_search_step(&w->s, &w->e, true));
	assert_false(edit_search_step(&w->s, &w->e, false));
	set(w, "nothing", "", false);
	assert_false(edit_search_step(&w->s, &w->e, true));
}

static void test_empty_matches(void **state)
{
	struct world *w = *state;
	set(w, "one\ntwo\nthree", "^", true);
	edit_go(&w->e, 1, false);
	assert_true(edit_search_step(&w->s, &w->e, true));
	assert_selected(w, 4, 4);
	assert_true(edit_search_step(&w->s, &w->e, true));
	assert_selected(w, 8, 8);
	assert_true(edit_search_step(&w->s, &w->e, false));
	assert_selected(w, 4, 4);
	assert_int_equal(edit_search_replace_all(&w->s, &w->e, STR("- ")), 3);
	assert_text(w, "- one\n- two\n- three");
}

static void test_lines_end_before_crlf(void **state)
{
	struct world *w = *state;
	set(w, "one\r\ntwo\r\n", "\\w+$", true);
	assert_int_equal(edit_search_replace_all(&w->s, &w->e, STR("$0\\nx")), 2);
	assert_text(w, "one\r\nx\r\ntwo\r\nx\r\n");
	assert_true(edit_undo(&w->e));
	assert_text(w, "one\r\ntwo\r\n");
	assert_false(edit_undo(&w->e));
}

static void test_groups(void **state)
{
	struct world *w = *state;
	set(w, "key=value, 名=值", "(\\w+)=(\\w+)", true);
	edit_go(&w->e, 0, false);
	assert_false(edit_search_replace(&w->s, &w->e, STR("$2=$1"))); /* finds it first */
	assert_true(edit_search_replace(&w->s, &w->e, STR("$2=${1}0 $$1 $9 $x")));
	assert_text(w, "value=key0 $1  $x, 名=值");
	assert_int_equal(edit_search_replace_all(&w->s, &w->e, STR("$0")), 2);
	set(w, "a.a", ".", false);
	assert_int_equal(edit_search_replace_all(&w->s, &w->e, STR("$0")), 1);
	assert_text(w, "a$0a");
}

/* Broken UTF-8 is searched around, and stays as it is. */
static void test_broken_text(void **state)
{
	struct world *w = *state;
	set(w, "x\xFFy \xE4\xBDx\xFFy", "(x.)y", true);
	assert_int_equal(edit_search_replace_all(&w->s, &w->e, STR("<$1>")), 2);
	assert_text(w, "<x\xFF> \xE4\xBD<x\xFF>");
}

static void test_wrong_patterns(void **state)
{
	struct world *w = *state;
	assert_true(edit_set(&w->e, STR("text")));
	assert_false(edit_search_set(&w->s, STR("a(b"), true));
	assert_string_equal(w->s.error, "Wrong at character 4: missing closing parenthesis.");
	assert_false(edit_search_step(&w->s, &w->e, true));
	edit_search_show(&w->s, &w->e);
	assert_int_equal(w->s.count, 0);
	assert_true(edit_search_set(&w->s, STR("a(b"), false));
	assert_false(edit_search_set(&w->s, STR("\xFF"), false));
	assert_true(w->s.error[0] != '\0');
}

static void test_slow_pattern_ends(void **state)
{
	struct world *w = *state;
	struct buf text = BUF_INIT(0);
	for (int i = 0; i < 5000; i++)
		assert_true(buf_add_char(&text, 'a'));
	assert_true(edit_set(&w->e, buf_str(&text)));
	assert_true(edit_search_set(&w->s, STR("(a+)+(a+)+b|c"), true));
	assert_false(edit_search_step(&w->s, &w->e, true));
	assert_true(str_starts(str_from(w->s.error), STR("The pattern takes too long")));
	assert_int_equal(edit_search_replace_all(&w->s, &w->e, STR("")), 0);
	assert_int_equal(edit_size(&w->e), 5000);
	buf_free(&text);
}

/* Windows end where they like: what is found is the same. */
static void test_across_windows(void **state)
{
	struct world *w = *state;
	struct buf text = BUF_INIT(0);
	for (int i = 0; i < 40000; i++)
		assert_true(buf_add_cstr(&text, "中a1 "));
	assert_true(edit_set(&w->e, buf_str(&text)));
	assert_true(edit_search_set(&w->s, STR("1 中"), false));
	assert_int_equal(edit_search_replace_all(&w->s, &w->e, STR("1 中")), 39999);
	assert_true(edit_search_set(&w->s, STR("a.*"), true));
	assert_true(edit_search_from(&w->s, &w->e, 0));
	assert_selected(w, 3, text.len);
	assert_true(edit_search_set(&w->s, STR("\\S$|1 $"), true));
	assert_true(edit_search_from(&w->s, &w->e, 0));
	assert_selected(w, text.len - 2, text.len);
	assert_true(edit_search_set(&w->s, STR("a"), false));
	assert_true(edit_search_step(&w->s, &w->e, false));
	assert_selected(w, text.len - 3, text.len - 2);
	buf_free(&text);
}

static const char *const pieces[] = {"---\n", "{# ", " #}", "{{ x", " }}", "\n", "user:\n",
	"model: {api: chat}\n", "{% if", "%}", "文", "    ", "word ", "12", "\r\n"};

/* Every state is what reading the text from its start gives. */
static void check_states(struct editor_file *f)
{
	struct arena a = ARENA_INIT;
	struct str text = edit_text(&f->edit, &a), rest = text, line;
	enum highlight_state state = STATE_START;
	size_t count = piece_table_lines(&f->edit.text);
	highlight_states_reach(&f->states, &f->edit.text, count);
	assert_int_equal(f->states.count, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(highlight_states_at(&f->states, i), state);
		line = str_cut(rest, '\n', &rest);
		state = highlight_line(f->states.kind, state, line, NULL);
	}
	arena_release(&a);
}

static void test_states_follow(void **state)
{
	(void)state;
	struct workspace_file file = {.path = STR("x.prompty"), .kind = FILE_PROMPT};
	struct editor_file *f = editor_file_new(&file);
	const char *given = getenv("LATHE_SEED");
	unsigned seed = given != NULL ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);
	print_message("# LATHE_SEED=%u\n", seed);
	for (int i = 0; i < 3000; i++) {
		seed = seed * 1103515245u + 12345u;
		unsigned pick = seed >> 16;
		size_t size = edit_size(&f->edit), at = pick % (size + 1);
		if (size > 600 || pick % 5 == 0) {
			size_t to = at + pick % 40;
			edit_replace(&f->edit, at, to < size ? to : size, STR_NONE);
		} else if (pick % 11 == 0) {
			edit_undo(&f->edit);
		} else {
			edit_replace(&f->edit, at, at,
				str_from(pieces[pick % (sizeof pieces / sizeof *pieces)]));
		}
		if (i % 3 == 0)
			editor_file_fit(f, 20, 5);
		if (i % 20 == 0)
			check_states(f);
	}
	editor_file_free(f);
}

static void test_tokens_follow(void **state)
{
	struct world *w = *state;
	struct workspace_file file = {.path = STR("x.prompty"), .kind = FILE_PROMPT};
	struct editor_file *f = editor_file_new(&file);
	edit_paste(&f->edit,
		STR("Answer in one sentence. 用一句话回答，不要超过20个字。\n\n  - and\n"));
	for (int i = 0; i < 30; i++) {
		edit_go(&f->edit, (size_t)i * 7 % edit_size(&f->edit), false);
		edit_type(&f->edit, i % 3 == 0 ? STR(" ") : STR("word 年"));
	}
	size_t all = estimate_tokens(edit_text(&f->edit, &w->a));
	assert_int_equal(token_meter_count(&f->tokens).tokens, all);
	while (edit_undo(&f->edit))
		;
	assert_int_equal(token_meter_count(&f->tokens).tokens, 0);
	editor_file_free(f);
}

/* With a model's tokenizer: the count that follows each change is that of the whole text. */
static void test_exact_tokens_follow(void **state)
{
	static const char *const typed[] = {"word", " ", "\n", "\n\n", "/", "年", "'s", "{{ x }}",
		"\n  - ", "1", "\n/", "Z", "\t", "。\n"};
	struct world *w = *state;
	struct workspace_file file = {.path = STR("x.prompty"), .kind = FILE_PROMPT};
	struct err e = ERR_INIT;
	struct tokenizer *t = tokenizer_load(encoding_by_name(STR("o200k_base")), &e);
	struct editor_file *f = editor_file_new(&file);
	struct token_gauge gauge = {.tokenizer = t, .window = -1};
	unsigned seed = 5;
	assert_non_null(t);
	token_meter_use(&f->tokens, &gauge, STR(""));
	for (int i = 0; i < 3000; i++) {
		seed = seed * 1664525u + 1013904223u;
		size_t pick = seed >> 16, size = edit_size(&f->edit);
		edit_go(&f->edit, size > 0 ? pick % (size + 1) : 0, false);
		if (pick % 7 == 0)
			edit_undo(&f->edit);
		else if (pick % 5 == 0)
			edit_replace(&f->edit, f->edit.caret / 2, f->edit.caret, STR(""));
		else
			edit_type(&f->edit, str_from(typed[pick % 14]));
		struct token_count count = token_meter_count(&f->tokens);
		struct str all = edit_text(&f->edit, &w->a);
		assert_false(count.estimated);
		assert_int_equal(count.tokens, tokenizer_count(t, all));
	}
	editor_file_free(f);
	tokenizer_free(t);
}

/* A text that is too long to be counted here is estimated until its count is told; then each change
 * is followed again. */
static void test_long_text_is_told(void **state)
{
	enum { LINES = 30000 };
	static const char line[] = "The quick brown fox jumps over the lazy dog.\n";
	struct world *w = *state;
	struct workspace_file file = {.path = STR("x.prompty"), .kind = FILE_PROMPT};
	struct err e = ERR_INIT;
	struct tokenizer *t = tokenizer_load(encoding_by_name(STR("o200k_base")), &e);
	struct editor_file *f = editor_file_new(&file);
	struct token_gauge gauge = {.tokenizer = t, .window = -1};
	struct buf text = BUF_INIT(2 << 20);
	assert_non_null(t);
	token_meter_use(&f->tokens, &gauge, STR(""));
	assert_false(token_meter_wants(&f->tokens));
	for (int i = 0; i < LINES; i++)
		buf_add_cstr(&text, line);
	edit_paste(&f->edit, buf_str(&text));
	assert_true(token_meter_wants(&f->tokens));
	assert_true(token_meter_count(&f->tokens).estimated);
	token_meter_told(&f->tokens, LINES * 10);
	assert_false(token_meter_count(&f->tokens).estimated);
	edit_go(&f->edit, 4, false);
	edit_type(&f->edit, STR("very "));
	assert_false(token_meter_wants(&f->tokens));
	assert_int_equal(token_meter_count(&f->tokens).tokens,
		tokenizer_count(t, edit_text(&f->edit, &w->a)));
	buf_free(&text);
	editor_file_free(f);
	tokenizer_free(t);
}

static void test_reload_keeps_the_place(void **state)
{
	(void)state;
	struct workspace_file file = {.path = STR("x.prompty"), .kind = FILE_PROMPT};
	struct editor_file *f = editor_file_new(&file);
	struct arena a = ARENA_INIT;
	edit_paste(&f->edit, STR("one\ntwo\nthree\n"));
	edit_go(&f->edit, 9, false);
	editor_file_reload(f, STR("one\nTWO and more\nthree\n"));
	assert_false(editor_file_is_edited(f));
	assert_int_equal(f->edit.caret, 18);
	edit_undo(&f->edit);
	assert_str(edit_text(&f->edit, &a), "one\ntwo\nthree\n");
	assert_true(editor_file_is_edited(f));
	edit_redo(&f->edit);
	assert_false(editor_file_is_edited(f));
	arena_release(&a);
	editor_file_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_case, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_steps, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_empty_matches, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lines_end_before_crlf, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_groups, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_broken_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_wrong_patterns, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_slow_pattern_ends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_across_windows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_states_follow, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_tokens_follow, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_exact_tokens_follow, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_long_text_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_reload_keeps_the_place, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
