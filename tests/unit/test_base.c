/* SPDX-License-Identifier: MIT */
/* The bottom floor: memory, strings, buffers, maps, files, errors, ids, the clock. */
#include "core/base/alloc.h"
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/file.h"
#include "core/base/ids.h"
#include "core/base/map.h"

#include "tests/unit/check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void arena_is_zeroed_and_aligned(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	for (size_t size = 1; size < 9000; size = size * 3 + 1) {
		unsigned char *p = arena_alloc(&a, size, 16);
		assert_int_equal((uintptr_t)p % 16, 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xAA, size);
	}
	arena_reset(&a);
	assert_int_equal(a.used, 0);
	const unsigned char *again = arena_alloc(&a, 100, 1);
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(again[i], 0);
	arena_release(&a);
	assert_null(a.block);
}

static void arena_reserve_keeps_items(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	size_t cap = 0;
	uint32_t *items = NULL;
	for (uint32_t i = 0; i < 1000; i++) {
		items = arena_reserve(&a, items, i, &cap, i + 1, sizeof *items);
		items[i] = i;
	}
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(items[i], i);
	arena_release(&a);
}

static void array_reserve_keeps_items(void **state)
{
	(void)state;
	size_t cap = 0;
	uint32_t *items = NULL;
	for (uint32_t i = 0; i < 1000; i++) {
		items = array_reserve(items, &cap, i + 1, sizeof *items);
		items[i] = i;
	}
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(items[i], i);
	free(items);
}

static void strings_compare_and_search(void **state)
{
	(void)state;
	assert_true(str_eq(STR_NONE, STR("")));
	assert_true(str_compare(STR("ab"), STR("abc")) < 0);
	assert_true(str_compare(STR("b"), STR("abc")) > 0);
	assert_int_equal(str_compare(STR("abc"), STR("abc")), 0);
	assert_true(str_compare(STR("z"), STR("\xC3\xA9")) < 0);
	assert_true(str_starts(STR("prompt.md"), STR("prompt")));
	assert_false(str_starts(STR("pro"), STR("prompt")));
	assert_true(str_ends(STR("prompt.md"), STR(".md")));
	assert_false(str_ends(STR("md"), STR(".md")));
	assert_int_equal(str_find(STR("a,b,c"), STR(","), 2), 3);
	assert_int_equal(str_find(STR("abc"), STR("x"), 0), SIZE_MAX);
	assert_int_equal(str_find(STR("abc"), STR(""), 3), 3);
	assert_int_equal(str_find(STR("abc"), STR(""), 4), SIZE_MAX);
	assert_int_equal(str_find_last(STR("a/b/c"), STR("/")), 3);
	assert_int_equal(str_find_last(STR("aaa"), STR("aa")), 1);
}

static void strings_split(void **state)
{
	(void)state;
	struct str rest;
	assert_str(str_cut(STR("k=v=w"), '=', &rest), "k");
	assert_str(rest, "v=w");
	assert_str(str_cut(STR("alone"), '=', &rest), "alone");
	assert_null(rest.at);
	assert_str(str_trim(STR(" \t a b \r\n")), "a b");
	assert_str(str_trim(STR(" \n ")), "");
	assert_str(str_slice(STR("hello"), 1, 99), "ello");
	assert_str(str_slice(STR("hello"), 4, 2), "");

	struct str text = STR("one\r\n\ntwo"), line;
	assert_true(str_next_line(&text, &line));
	assert_str(line, "one");
	assert_true(str_next_line(&text, &line));
	assert_str(line, "");
	assert_true(str_next_line(&text, &line));
	assert_str(line, "two");
	assert_false(str_next_line(&text, &line));
}

static void strings_to_numbers(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool ok;
		int64_t value;
	} ints[] = {
		{"0", true, 0},
		{"-1", true, -1},
		{"+7", true, 7},
		{"9223372036854775807", true, INT64_MAX},
		{"-9223372036854775808", true, INT64_MIN},
		{"9223372036854775808", false, 0},
		{"-9223372036854775809", false, 0},
		{"", false, 0},
		{"-", false, 0},
		{" 1", false, 0},
		{"1x", false, 0},
		{"0x10", false, 0},
	};
	for (size_t i = 0; i < sizeof ints / sizeof *ints; i++) {
		int64_t n = 0;
		assert_int_equal(str_to_int(str_from(ints[i].text), &n), ints[i].ok);
		assert_true(n == ints[i].value);
	}
	double d = 0;
	assert_true(str_to_double(STR("-1.5e3"), &d));
	assert_true(d == -1500.0);
	assert_false(str_to_double(STR("nan"), &d));
	assert_false(str_to_double(STR("0x1p3"), &d));
	assert_false(str_to_double(STR("1.5 "), &d));
	assert_false(str_to_double(STR(""), &d));
}

static void buffers_have_a_maximum(void **state)
{
	(void)state;
	struct buf b = BUF_INIT(10);
	assert_true(buf_add_cstr(&b, "12345"));
	assert_true(buf_add_format(&b, "%d", 678));
	assert_false(buf_add_cstr(&b, "xyz"));
	assert_true(b.full);
	assert_str(buf_str(&b), "12345678");
	assert_true(buf_add_char(&b, '9'));
	assert_true(buf_add(&b, "0", 1));
	assert_false(buf_add_char(&b, '!'));
	assert_string_equal(b.at, "1234567890");
	buf_remove_start(&b, 8);
	assert_str(buf_str(&b), "90");
	buf_remove_start(&b, 100);
	assert_str(buf_str(&b), "");
	buf_clear(&b);
	assert_false(b.full);
	buf_free(&b);
	assert_str(buf_str(&b), "");
}

static void buffers_write_utf8(void **state)
{
	(void)state;
	struct buf b = BUF_INIT(100);
	buf_add_code_point(&b, 'A');
	buf_add_code_point(&b, 0xE9);
	buf_add_code_point(&b, 0x4E2D);
	buf_add_code_point(&b, 0x1F600);
	assert_str(buf_str(&b), "A\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80");
	buf_free(&b);
}

static void maps_find_what_was_set(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct map m = MAP_INIT;
	uint64_t value = 42;
	assert_false(map_get(&m, STR("none"), &value));
	assert_int_equal(value, 42);
	for (int i = 0; i < 500; i++)
		assert_true(map_set(&m, str_format(&a, "key-%d", i), (uint64_t)i));
	assert_false(map_set(&m, STR("key-7"), 700));
	assert_int_equal(m.len, 500);
	assert_true(map_get(&m, STR("key-7"), &value));
	assert_int_equal(value, 700);
	assert_true(map_get(&m, STR("key-499"), NULL));
	++*map_place(&m, STR("count"), 10);
	++*map_place(&m, STR("count"), 10);
	assert_true(map_get(&m, STR("count"), &value));
	assert_int_equal(value, 12);
	size_t at = 0, seen = 0;
	struct str key;
	while (map_next(&m, &at, &key, &value))
		seen++;
	assert_int_equal(seen, 501);
	map_free(&m);
	arena_release(&a);
}

static void errors_are_whole_sentences(void **state)
{
	(void)state;
	struct err e = ERR_INIT;
	assert_false(err_set(&e, ERR_CONFIG, "Unknown key\n'%s'.", "modle"));
	assert_string_equal(e.text, "Unknown key 'modle'.");
	assert_false(err_place(&e, "lathe.yaml", 3, 5));
	assert_false(err_place(&e, "elsewhere", 1, 1));
	assert_false(err_hint(&e, "Did you mean '%s'?", "model"));
	char out[700];
	assert_string_equal(err_format(&e, out, sizeof out),
		"lathe.yaml:3:5: Unknown key 'modle'. Did you mean 'model'?");
	assert_false(err_prefix(&e, "Cannot open %s", "ws"));
	assert_string_equal(e.text, "Cannot open ws: Unknown key 'modle'.");
	assert_false(err_set(NULL, ERR_IO, "nobody listens"));
	err_clear(&e);
	assert_int_equal(e.code, ERR_NONE);
}

static void errors_are_cut_at_a_character(void **state)
{
	(void)state;
	char text[1000] = "";
	for (int i = 0; i < 300; i++)
		memcpy(text + (size_t)i * 3, "\xE4\xB8\xAD", 4);
	struct err e = ERR_INIT;
	for (int pad = 0; pad < 3; pad++) {
		err_set(&e, ERR_IO, "%.*s%s", pad, "ab", text);
		size_t len = strlen(e.text);
		assert_true(len > sizeof e.text - 4 && len < sizeof e.text);
		assert_int_equal((len - (size_t)pad) % 3, 0);
	}
	char path[300];
	memset(path, 'p', sizeof path - 1);
	memcpy(path + sizeof path - 6, "x.yml", 6);
	err_place(&e, path, 12, 5);
	assert_int_equal(strncmp(e.where, "...", 3), 0);
	assert_true(str_ends(str_from(e.where), STR("x.yml:12:5")));
}

static void each_error_has_its_exit_status(void **state)
{
	(void)state;
	static const int want[] = {0, 2, 3, 3, 4, 4, 3, 130, 5, 3, 70};
	for (int code = ERR_NONE; code <= ERR_BUG; code++)
		assert_int_equal(err_exit_status((enum err_code)code), want[code]);
	assert_string_equal(err_code_word(ERR_PROVIDER), "provider");
	assert_string_equal(err_code_word(ERR_BUG), "bug");
}

static void ids_are_written_and_shortened(void **state)
{
	(void)state;
	struct ids counting = {.counting = true}, random = {0};
	char one[ID_TEXT], two[ID_TEXT];
	id_text(ids_next(&counting), one);
	id_text(ids_next(&counting), two);
	assert_int_equal(strlen(one), 16);
	assert_string_not_equal(one, two);
	struct ids again = {.counting = true};
	assert_string_equal(id_text(ids_next(&again), two), one);
	uint64_t id = ids_next(&random);
	assert_true(id > 0 && id <= INT64_MAX);
	assert_true(id != ids_next(&random));

	uint64_t low, high;
	assert_true(id_range(STR("1f"), &low, &high));
	assert_true(low == 0x1f00000000000000u && high == 0x1fffffffffffffffu);
	assert_true(id_range(str_from(id_text(id, one)), &low, &high));
	assert_true(low == id && high == id);
	assert_false(id_range(STR(""), &low, &high));
	assert_false(id_range(STR("xyz"), &low, &high));
	assert_false(id_range(STR("00000000000000001"), &low, &high));
}

static char *scratch_folder(struct arena *a)
{
	const char *base = getenv("TMPDIR");
	struct str path = str_format(a, "%s/base-XXXXXX", base != NULL ? base : "/tmp");
	char *folder = arena_copy(a, path.at, path.len);
	assert_non_null(mkdtemp(folder));
	return folder;
}

static void files_are_replaced_whole(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	const char *folder = scratch_folder(&a);
	const char *deep = path_join(&a, folder, "one/two");
	assert_true(file_make_folder(deep, 0755, &e));
	assert_true(file_make_folder(deep, 0755, &e));
	const char *path = path_join(&a, deep, "note.txt");
	assert_false(file_exists(path));
	assert_true(file_write(path, STR("first"), 0600, &e));
	assert_true(file_write(path, STR("second"), 0644, &e));
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	struct str text;
	assert_true(file_read(&a, path, 6, &text, &e));
	assert_str(text, "second");
	assert_false(file_read(&a, path, 5, &text, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	assert_false(file_read(&a, deep, 5, &text, &e));
	assert_false(file_read(&a, path_join(&a, deep, "absent"), 5, &text, &e));
	assert_int_equal(e.code, ERR_IO);
	assert_false(file_make_folder(path, 0755, &e));
	assert_false(file_make_folder("", 0755, &e));
	arena_release(&a);
}

static void paths_stay_under_their_root(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	const char *folder = scratch_folder(&a);
	const char *root = path_join(&a, folder, "root");
	assert_true(file_make_folder(root, 0755, &e));
	assert_true(file_write(path_join(&a, folder, "secret"), STR("s"), 0600, &e));
	assert_true(file_write(path_join(&a, root, "inside"), STR("i"), 0600, &e));
	assert_int_equal(symlink("../secret", path_join(&a, root, "link")), 0);
	assert_int_equal(symlink("inside", path_join(&a, root, "alias")), 0);
	struct str text;
	assert_true(file_read_under(&a, root, "inside", 9, &text, &e));
	assert_true(file_read_under(&a, root, "alias", 9, &text, &e));
	assert_str(text, "i");
	static const char *const out[] = {"../secret", "link", "/etc/passwd", "x/../../secret"};
	for (size_t i = 0; i < sizeof out / sizeof *out; i++) {
		assert_false(file_read_under(&a, root, out[i], 9, &text, &e));
		assert_true(e.code == ERR_CONFIG || e.code == ERR_IO);
	}
	arena_release(&a);
}

static void paths_are_taken_apart(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	assert_string_equal(path_join(&a, "a", "b"), "a/b");
	assert_string_equal(path_join(&a, "a/", "b"), "a/b");
	assert_string_equal(path_join(&a, "a", "/b"), "/b");
	assert_string_equal(path_join(&a, "", "b"), "b");
	assert_string_equal(path_folder(&a, "a/b/c"), "a/b");
	assert_string_equal(path_folder(&a, "c"), ".");
	assert_string_equal(path_folder(&a, "/c"), "/");
	assert_string_equal(path_name("a/b.c"), "b.c");
	assert_string_equal(path_extension("a.d/b.tar.gz"), ".gz");
	assert_string_equal(path_extension("a.d/b"), "");
	assert_string_equal(path_extension(".profile"), "");
	assert_string_equal(path_relative("/ws", "/ws/p/a.md"), "p/a.md");
	assert_string_equal(path_relative("/ws", "/ws"), ".");
	assert_string_equal(path_relative("/ws", "/wsx/a"), "/wsx/a");
	assert_null(path_real(&a, "/no/such/place"));
	arena_release(&a);
}

static void the_virtual_clock_stands_still(void **state)
{
	(void)state;
	struct clock c = clock_virtual();
	char text[CLOCK_TEXT];
	assert_true(clock_now(&c) == CLOCK_VIRTUAL_START);
	assert_string_equal(clock_text(clock_now(&c), text), "2026-01-01 00:00:00");
	struct clock real = clock_real();
	int64_t first = clock_now(&real);
	assert_true(clock_now(&real) >= first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_is_zeroed_and_aligned),
		cmocka_unit_test(arena_reserve_keeps_items),
		cmocka_unit_test(array_reserve_keeps_items),
		cmocka_unit_test(strings_compare_and_search),
		cmocka_unit_test(strings_split),
		cmocka_unit_test(strings_to_numbers),
		cmocka_unit_test(buffers_have_a_maximum),
		cmocka_unit_test(buffers_write_utf8),
		cmocka_unit_test(maps_find_what_was_set),
		cmocka_unit_test(errors_are_whole_sentences),
		cmocka_unit_test(errors_are_cut_at_a_character),
		cmocka_unit_test(each_error_has_its_exit_status),
		cmocka_unit_test(ids_are_written_and_shortened),
		cmocka_unit_test(files_are_replaced_whole),
		cmocka_unit_test(paths_stay_under_their_root),
		cmocka_unit_test(paths_are_taken_apart),
		cmocka_unit_test(the_virtual_clock_stands_still),
	};
	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
