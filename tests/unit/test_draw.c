/* SPDX-License-Identifier: MIT */
/* Text into cells: clipping, wide characters, frames, and the dump that golden files hold. */
#include "tui/draw/dump.h"
#include "tui/draw/frames.h"
#include "tui/keys/keymap.h"
#include "tui/theme/theme.h"

#include "tests/unit/check.h"

#include <locale.h>
#include <stdio.h>

/* The text part of the dump. */
static struct str shown(struct surface *s, struct buf *out)
{
	buf_clear(out);
	dump_surface(s, out);
	struct str all = buf_str(out);
	size_t from = str_find(all, STR("\n"), 0) + 1;
	return str_slice(all, from, str_find(all, STR("# roles\n"), 0));
}

static void wide_characters_are_never_halved(void **state)
{
	(void)state;
	struct surface s = {.w = 0};
	struct buf out = BUF_INIT(0);
	surface_resize(&s, 8, 2);
	struct pen pen = pen_new(&s);
	struct pen narrow = pen_within(pen, (struct area){1, 0, 4, 1});
	assert_int_equal(paint_cstr(narrow, 0, 0, "年假年假", ROLE_TEXT), 8);
	assert_str(shown(&s, &out), "  假\n\n");
	assert_int_equal(surface_cell(&s, 2, 0)->width, 2);
	assert_int_equal(surface_cell(&s, 3, 0)->width, 0);
	paint_cstr(pen, 3, 0, "x", ROLE_GOOD);
	assert_str(shown(&s, &out), "   x\n\n");
	paint_cstr(pen, 0, 1, "年假", ROLE_TEXT);
	paint_cstr(pen, 1, 1, "问", ROLE_TEXT);
	assert_str(shown(&s, &out), "   x\n 问\n");
	buf_free(&out);
	surface_free(&s);
}

static void controls_never_reach_a_cell(void **state)
{
	(void)state;
	struct surface s = {.w = 0};
	struct buf out = BUF_INIT(0);
	surface_resize(&s, 10, 1);
	paint_cstr(pen_new(&s), 0, 0,
		"a\033[31m\x7F\xC2\x9B"
		"b",
		ROLE_TEXT);
	assert_str(shown(&s, &out), "a?[31m?\xEF\xBF\xBD"
				    "b\n");
	buf_free(&out);
	surface_free(&s);
}

static void long_clusters_are_cut_at_a_character(void **state)
{
	(void)state;
	struct surface s = {.w = 0};
	surface_resize(&s, 4, 1);
	struct buf text = BUF_INIT(0);
	buf_add_cstr(&text, "e");
	for (int i = 0; i < 100; i++)
		buf_add_code_point(&text, 0x301);
	assert_int_equal(paint_text(pen_new(&s), 0, 0, buf_str(&text), ROLE_TEXT), 1);
	assert_true(surface_cell(&s, 0, 0)->len <= CELL_TEXT);
	assert_int_equal(surface_cell(&s, 0, 0)->len % 2, 1);
	buf_free(&text);
	surface_free(&s);
}

static void text_fits_its_room(void **state)
{
	(void)state;
	struct surface s = {.w = 0};
	struct buf out = BUF_INIT(0);
	surface_resize(&s, 12, 3);
	struct pen pen = pen_new(&s);
	assert_int_equal(paint_fitted(pen, 0, 0, 6, STR("answer.prompty"), ROLE_TEXT), 6);
	assert_int_equal(paint_fitted(pen, 0, 1, 4, STR("试用期"), ROLE_TEXT), 3);
	assert_int_equal(paint_right(pen, 12, 2, STR("1.18 s"), ROLE_TEXT), 6);
	assert_str(shown(&s, &out), "answe…\n试…\n      1.18 s\n");
	buf_free(&out);
	surface_free(&s);
}

static void frames_hold_titles(void **state)
{
	(void)state;
	struct surface s = {.w = 0};
	struct buf out = BUF_INIT(0);
	surface_resize(&s, 20, 3);
	struct span title = {STR("Files"), ROLE_DIM}, note = {STR("12"), ROLE_DIM};
	struct frame frame = {
		.title = &title, .title_count = 1, .focused = true, .note = &note, .note_count = 1};
	struct area inner = frame_draw(pen_new(&s), (struct area){0, 0, 20, 3}, &frame);
	assert_int_equal(inner.w, 18);
	assert_int_equal(inner.h, 1);
	paint_ground(pen_new(&s), (struct area){1, 1, 3, 1}, GROUND_SELECT);
	buf_clear(&out);
	dump_surface(&s, &out);
	assert_str(buf_str(&out), "# screen 20x3\n"
				  "╭▸ Files ───── 12 ─╮\n"
				  "│                  │\n"
				  "╰──────────────────╯\n"
				  "# roles\n"
				  "== ddddd ===== dd ==\n"
				  "=                  =\n"
				  "====================\n"
				  "# grounds\n"
				  "1:1-3 select\n");
	buf_free(&out);
	surface_free(&s);
}

static void nothing_is_drawn_outside(void **state)
{
	(void)state;
	struct surface s = {.w = 0};
	surface_resize(&s, 0, 0);
	struct frame frame = {.focused = false};
	frame_draw(pen_new(&s), (struct area){0, 0, 5, 5}, &frame);
	surface_resize(&s, 1, 1);
	frame_draw(pen_new(&s), (struct area){-3, -3, 9, 9}, &frame);
	paint_cstr(pen_new(&s), -1, 0, "年年", ROLE_TEXT);
	assert_int_equal(surface_cell(&s, 0, 0)->width, 1);
	surface_resize(&s, 100000, 100000);
	assert_int_equal(s.w, SURFACE_MAX_W);
	surface_free(&s);
}

static void sequences_of_keys_find_commands(void **state)
{
	(void)state;
	struct err e = ERR_INIT;
	struct arena a = ARENA_INIT;
	struct mode base = {.name = "base"}, list = {.name = "list", .parent = &base};
	assert_true(keymap_bind(&base, "q, C-q", "quit", &e));
	assert_true(keymap_bind(&base, "g r", "runs", &e));
	assert_true(keymap_bind(&list, "q", "close", &e));
	assert_false(keymap_bind(&base, "g", "go", &e));
	assert_non_null(strstr(e.text, "taken by runs"));
	assert_false(keymap_bind(&base, "Nope", "x", &e));
	struct chord chord = {.count = 0};
	const char *id = NULL;
	assert_int_equal(keymap_press(&list, &chord, (struct key){'q', 0}, &id), KEYMAP_FOUND);
	assert_string_equal(id, "close");
	assert_int_equal(
		keymap_press(&list, &chord, (struct key){'q', MOD_CTRL}, &id), KEYMAP_FOUND);
	assert_string_equal(id, "quit");
	assert_int_equal(keymap_press(&list, &chord, (struct key){'g', 0}, &id), KEYMAP_MORE);
	assert_int_equal(keymap_press(&list, &chord, (struct key){'r', 0}, &id), KEYMAP_FOUND);
	assert_string_equal(id, "runs");
	assert_int_equal(keymap_press(&list, &chord, (struct key){'g', 0}, &id), KEYMAP_MORE);
	assert_int_equal(keymap_press(&list, &chord, (struct key){'x', 0}, &id), KEYMAP_NONE);
	assert_int_equal(chord.count, 0);
	/* A nearer binding has taken q: no label that lies. */
	assert_str(keymap_label(&list, "quit", &a), "^Q");
	assert_str(keymap_label(&base, "quit", &a), "q");
	assert_str(keymap_label(&list, "runs", &a), "g r");
	keymap_free(&base);
	keymap_free(&list);
	arena_release(&a);
}

/* A theme's source: the text under test is called "x". */
static bool give(void *ctx, struct str name, struct arena *a, struct str *text)
{
	(void)a;
	*text = str_from(ctx);
	if (str_is(name, "base"))
		*text = STR("palette: {one: '#102030', two: '#405060'}\n"
			    "roles: {accent: {fg: one}, good: {fg: two, bold: true}}\n");
	return str_is(name, "x") || str_is(name, "base");
}

static void themes_inherit_and_complain(void **state)
{
	(void)state;
	struct theme theme;
	struct err e = ERR_INIT;
	char good[] = "inherits: base\npalette: {one: {rgb: '#ffffff', ansi: blue}}\n"
		      "grounds:\n  select: {reverse: true}\n";
	assert_true(theme_load(&theme, STR("x"), give, good, &e));
	assert_int_equal(theme.roles[ROLE_ACCENT].fg.rgb, 0xFFFFFF);
	assert_int_equal(theme_colour(theme.roles[ROLE_ACCENT].fg, DEPTH_16), 4);
	assert_int_equal(theme_colour(theme.roles[ROLE_ACCENT].fg, DEPTH_256), 231);
	assert_int_equal(theme_colour(theme.roles[ROLE_GOOD].fg, DEPTH_RGB), 0x405060);
	assert_int_equal(theme.roles[ROLE_GOOD].attributes, LOOK_BOLD);
	assert_int_equal(theme_colour(theme.roles[ROLE_TEXT].fg, DEPTH_256), -1);
	assert_int_equal(theme.grounds[GROUND_SELECT].attributes, LOOK_REVERSE);
	static const char *const wrong[][2] = {
		{"roles:\n  acent: {fg: red}\n", "themes/x.yaml:2:3"},
		{"roles:\n  accent: {fg: nope}\n", "themes/x.yaml:2:16"},
		{"roles:\n  accent: {fg: '#12345'}\n", "themes/x.yaml:2:16"},
		{"roles:\n  accent: {blink: true}\n", "themes/x.yaml:2:12"},
		{"roles:\n  accent: {bold: 1}\n", "themes/x.yaml:2:18"},
		{"colours: {}\n", "themes/x.yaml:1:1"},
		{"inherits: nope\n", "themes/x.yaml:1:11"},
		{"palette: {a: {rgb: '#000000', ansi: pink}}\nroles: {dim: {fg: a}}\n",
			"themes/x.yaml:1:37"},
	};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		char text[128];
		snprintf(text, sizeof text, "%s", wrong[i][0]);
		err_clear(&e);
		assert_false(theme_load(&theme, STR("x"), give, text, &e));
		assert_string_equal(e.where, wrong[i][1]);
	}
	char circle[] = "inherits: x\n";
	assert_false(theme_load(&theme, STR("x"), give, circle, &e));
}

int main(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wide_characters_are_never_halved),
		cmocka_unit_test(controls_never_reach_a_cell),
		cmocka_unit_test(long_clusters_are_cut_at_a_character),
		cmocka_unit_test(text_fits_its_room),
		cmocka_unit_test(frames_hold_titles),
		cmocka_unit_test(nothing_is_drawn_outside),
		cmocka_unit_test(sequences_of_keys_find_commands),
		cmocka_unit_test(themes_inherit_and_complain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
