/* SPDX-License-Identifier: MIT */
/* Long text: where rows end, what a window shows, what highlighting finds. */
#include "tui/draw/dump.h"
#include "tui/part/highlight.h"
#include "tui/part/list_view.h"
#include "tui/part/text_view.h"
#include "tui/part/units.h"
#include "tui/part/wrap.h"

#include "tests/unit/check.h"

#include <locale.h>

struct wrapping {
	size_t width;
	const char *line;
	const char *rows; /* joined by "|" */
};

static const struct wrapping wrappings[] = {
	{10, "", ""},
	{10, "short", "short"},
	{10, "one two three", "one two|three"},
	{7, "one two three", "one two|three"},
	{6, "one two three", "one|two|three"},
	{5, "abcdefghijk", "abcde|fghij|k"},
	{10, "see https://example.org/a/b", "see|https://|example.or|g/a/b"},
	{8, "试用期可以休年假吗？", "试用期可|以休年假|吗？"},
	{8, "年假，事假。病假", "年假，事|假。病假"},
	{6, "年假（五天）", "年假|（五|天）"},
	{9, "第一天带ID card来", "第一天带|ID card来"},
	{4, "a    b", "a|b"},
	{3, "   x", "   |x"},
	{1, "年假", "年|假"},
	{6, "a\tbcdef", "a|bcdef"},
	{8, "well-known words", "well-|known|words"},
	{9, "run with --trust", "run with|--trust"},
	{6, "a --trust", "a|--trus|t"},
};

static void rows_end_where_they_may(void **state)
{
	(void)state;
	struct buf out = BUF_INIT(0);
	for (size_t i = 0; i < sizeof wrappings / sizeof wrappings[0]; i++) {
		struct str line = str_from(wrappings[i].line);
		buf_clear(&out);
		size_t at = 0;
		do {
			struct row row = wrap_row(line, at, wrappings[i].width);
			assert_true(row.next > at || line.len == 0);
			if (at > 0)
				buf_add_char(&out, '|');
			buf_add_str(&out, str_slice(line, row.from, row.to));
			at = row.next;
		} while (at < line.len);
		assert_str(buf_str(&out), wrappings[i].rows);
	}
	buf_free(&out);
}

static struct str seen(
	const struct text_view *v, const struct document *d, int w, int h, struct buf *out)
{
	struct surface s = {.w = 0};
	surface_resize(&s, w, h);
	text_view_draw(
		pen_new(&s), (struct area){0, 0, w, h}, v, d, (struct text_style){NULL, NULL});
	buf_clear(out);
	dump_surface(&s, out);
	surface_free(&s);
	struct str all = buf_str(out);
	size_t from = str_find(all, STR("\n"), 0) + 1;
	return str_slice(all, from, str_find(all, STR("# roles\n"), 0));
}

static void the_tail_is_followed_only_at_the_tail(void **state)
{
	(void)state;
	struct document d;
	struct buf out = BUF_INIT(0);
	document_init(&d);
	struct text_view v = {.follow = true};
	assert_int_equal(document_lines(&d), 0);
	document_add(&d, STR("1\n2\n3\n4"), ROLE_TEXT);
	text_view_fit(&v, &d, 4, 2);
	assert_str(seen(&v, &d, 4, 2, &out), "3\n4\n");
	document_add(&d, STR("\n5"), ROLE_TEXT);
	text_view_fit(&v, &d, 4, 2);
	assert_str(seen(&v, &d, 4, 2, &out), "4\n5\n");
	text_view_scroll(&v, &d, -1);
	document_add(&d, STR("\n6\n7"), ROLE_TEXT);
	text_view_fit(&v, &d, 4, 2);
	assert_str(seen(&v, &d, 4, 2, &out), "3\n4\n");
	assert_int_equal(text_view_below(&v, &d, 100), 3);
	assert_int_equal(text_view_below(&v, &d, 2), 2);
	text_view_scroll(&v, &d, 3);
	assert_true(v.follow);
	assert_str(seen(&v, &d, 4, 2, &out), "6\n7\n");
	text_view_home(&v);
	assert_str(seen(&v, &d, 4, 2, &out), "1\n2\n");
	text_view_scroll(&v, &d, 1000);
	assert_str(seen(&v, &d, 4, 2, &out), "6\n7\n");
	buf_free(&out);
	document_free(&d);
}

static void a_resize_keeps_the_place(void **state)
{
	(void)state;
	struct document d;
	document_init(&d);
	document_add(&d, STR("intro\nalpha beta gamma delta epsilon\nend"), ROLE_TEXT);
	struct text_view v = {.follow = false};
	text_view_fit(&v, &d, 6, 2);
	text_view_scroll(&v, &d, 3);
	assert_int_equal(v.line, 1);
	size_t gamma = v.offset;
	assert_int_equal(gamma, 11);
	text_view_fit(&v, &d, 12, 2);
	assert_int_equal(v.line, 1);
	assert_true(v.offset <= gamma);
	struct row row = wrap_row(document_line(&d, 1), v.offset, v.width);
	assert_true(row.next > gamma);
	document_free(&d);
}

static void untrusted_text_becomes_visible(void **state)
{
	(void)state;
	struct document d;
	document_init(&d);
	document_add(&d, STR("a\033"), ROLE_TEXT);
	document_add(&d, STR("]0;x\a b\xE2\x80"), ROLE_REASONING);
	document_add(&d, STR("\xAE"), ROLE_TEXT);
	document_end(&d);
	assert_str(buf_str(&d.bytes), "a^[]0;x^G b<U+202E>");
	assert_int_equal(document_role(&d, 0), ROLE_TEXT);
	assert_int_equal(document_role(&d, 5), ROLE_REASONING);
	document_free(&d);
}

static void huge_lines_are_broken(void **state)
{
	(void)state;
	struct document d;
	document_init(&d);
	for (int i = 0; i < 700000; i++)
		document_add(&d, STR("年"), ROLE_TEXT);
	assert_int_equal(document_lines(&d), 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(document_line(&d, i).len % 3, 0);
	struct text_view v = {.follow = true};
	text_view_fit(&v, &d, 80, 24);
	assert_int_equal(text_view_below(&v, &d, 1), 0);
	document_free(&d);
}

static struct str coloured(enum highlight_kind kind, const char *text, struct buf *out)
{
	struct str rest = str_from(text), line;
	enum highlight_state at = STATE_START;
	buf_clear(out);
	while (str_next_line(&rest, &line)) {
		uint8_t roles[128] = {0};
		at = highlight_line(kind, at, line, roles);
		for (size_t i = 0; i < line.len; i++)
			buf_add_char(out, role_letter((enum role)roles[i]));
		buf_add_char(out, '/');
	}
	return buf_str(out);
}

static void files_are_coloured(void **state)
{
	(void)state;
	struct buf out = BUF_INIT(0);
	assert_str(
		coloured(HIGHLIGHT_PROMPTY,
			"---\nmodel: {a: b} # c\n- k: 'x # y'\n---\n# system:\nHi {{ a }}!", &out),
		"fff/vvvvvd........ccc/ddvd......../fff/rrrrrrrrr/...vvvvvvv./");
	assert_str(
		coloured(HIGHLIGHT_TEMPLATE, "{% if a %}x{# n\nm #}y{{\na\n}}user:\nuser:", &out),
		"tttttttttt.cccc/cccc.vv/v/vv...../rrrrr/");
	assert_str(coloured(HIGHLIGHT_ANSWER, "yes [1][23], not [a] [] [1234] [4", &out),
		"....nnnnnnn....................../");
	assert_str(coloured(HIGHLIGHT_PLAIN, "a: {{ b }}", &out), "........../");
	buf_free(&out);
}

static void numbers_have_units(void **state)
{
	(void)state;
	char out[UNIT_TEXT];
	assert_string_equal(unit_duration(0, out), "0 ms");
	assert_string_equal(unit_duration(200000, out), "0.2 ms");
	assert_string_equal(unit_duration(11400000, out), "11 ms");
	assert_string_equal(unit_duration(999600000, out), "1.00 s");
	assert_string_equal(unit_duration(1184000000, out), "1.18 s");
	assert_string_equal(unit_duration(INT64_C(59960000000), out), "60.0 s");
	assert_string_equal(unit_duration(INT64_C(123000000000), out), "2 m 03 s");
	assert_string_equal(unit_duration(INT64_C(7260000000000), out), "2 h 01 m");
	assert_string_equal(unit_bytes(999, out), "999 B");
	assert_string_equal(unit_bytes(4096, out), "4.1 KB");
	assert_string_equal(unit_bytes(999999, out), "1.0 MB");
	assert_string_equal(unit_tokens(412, false, out), "412 tok");
	assert_string_equal(unit_tokens(96, true, out), "≈96 tok");
}

static void lists_keep_the_selection_in_sight(void **state)
{
	(void)state;
	struct list_view v = {.count = 0};
	list_view_move(&v, 1);
	list_view_fit(&v, 10, 3);
	list_view_move(&v, 5);
	assert_int_equal(v.selected, 5);
	assert_int_equal(v.top, 3);
	list_view_move(&v, -100);
	assert_int_equal(v.top, 0);
	list_view_move(&v, 100);
	assert_int_equal(v.selected, 9);
	assert_int_equal(v.top, 7);
	list_view_scroll(&v, -4);
	assert_int_equal(v.top, 3);
	assert_int_equal(v.selected, 5);
	list_view_fit(&v, 2, 3);
	assert_int_equal(v.selected, 1);
	assert_int_equal(v.top, 0);
	list_view_fit(&v, 0, 0);
	assert_int_equal(v.selected, 0);
}

int main(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_end_where_they_may),
		cmocka_unit_test(the_tail_is_followed_only_at_the_tail),
		cmocka_unit_test(a_resize_keeps_the_place),
		cmocka_unit_test(untrusted_text_becomes_visible),
		cmocka_unit_test(huge_lines_are_broken),
		cmocka_unit_test(files_are_coloured),
		cmocka_unit_test(numbers_have_units),
		cmocka_unit_test(lists_keep_the_selection_in_sight),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
