/* SPDX-License-Identifier: MIT */
#include "tui/app/keys_file.h"

#include "tests/unit/check.h"

#include <stdio.h>

struct keys {
	struct mode modes[MODE_COUNT];
	struct keys_faults faults;
};

static void read(struct keys *keys, const char *text)
{
	*keys = (struct keys){.faults = {.count = 0}};
	keys_file_bind(keys->modes, str_from(text), "keys.yaml", &keys->faults);
}

static void done(struct keys *keys)
{
	for (int i = 0; i < MODE_COUNT; i++)
		keymap_free(&keys->modes[i]);
}

static void assert_keys(
	const struct keys *keys, enum app_mode mode, const char *id, const char *want)
{
	struct arena a = ARENA_INIT;
	struct str got = keymap_labels(&keys->modes[mode], id, &a);
	if (!str_is(got, want))
		fail_msg("%s has '%.*s', not '%s'", id, STR_ARG(got), want);
	arena_release(&a);
}

static void keys_are_changed_by_id(void **state)
{
	(void)state;
	struct keys keys;
	read(&keys, "");
	assert_int_equal(keys.faults.count, 0);
	assert_keys(&keys, MODE_PANE, "view.zoom", "z  F8");
	done(&keys);
	read(&keys, "bind:\n"
		    "  run.start: [F6, F9, \"g r\"]\n"
		    "  view.zoom: []\n"
		    "  app.quit: C-q\n"
		    "  focus.next: Tab\n"
		    "  help: {text: C-g}\n");
	for (size_t i = 0; i < keys.faults.count; i++)
		fail_msg("%s: %s", keys.faults.items[i].where, keys.faults.items[i].text);
	assert_keys(&keys, MODE_PANE, "run.start", "F6  F9  g r");
	assert_keys(&keys, MODE_TEXT, "run.start", "F6  F9");
	assert_keys(&keys, MODE_PANE, "view.zoom", "");
	assert_keys(&keys, MODE_PANE, "app.quit", "^Q");
	/* Its own mode is not named: the table's keys stay there. */
	assert_keys(&keys, MODE_PANE, "help", "?  F1");
	assert_keys(&keys, MODE_TEXT, "help", "^G  F1");
	done(&keys);
}

static void faults_have_a_place_and_the_rest_holds(void **state)
{
	(void)state;
	static const struct {
		const char *text, *where, *says;
	} cases[] = {
		{"bind: {view.zom: F7}\n", "keys.yaml:1:8", "Did you mean 'view.zoom'?"},
		{"bind:\n  view.zoom: Fx\n", "keys.yaml:2:14", "no key called 'Fx'"},
		{"bind:\n  view.zoom: [F7, 5]\n", "keys.yaml:2:19", "Here stands a key"},
		{"bind:\n  view.zoom: {txt: F7}\n", "keys.yaml:2:15", "Did you mean 'text'?"},
		{"bind:\n  view.zoom: {text: x}\n", "keys.yaml:2:21", "they are typed"},
		{"bind:\n  view.zoom: F7\n  run.stop: F7\n", "keys.yaml:3:13",
			"taken by view.zoom"},
		{"bind:\n  view.zoom: F5\n", "keys.yaml:2:3", "takes the keys 'F5' from run.start"},
		{"bind:\n  view.zoom: j\n", "keys.yaml:2:3", "everywhere but in mode pane"},
		{"bind:\n  view.zoom: a b c d\n", "keys.yaml:2:14", "longer than 3 keys"},
		{"binds: {}\n", "keys.yaml:1:1", "The file has one key, bind"},
		{"- F5\n", "keys.yaml:1:1", "The file has one key, bind"},
		{"bind: {view.zoom: [F7\n", "keys.yaml:2:1", ""},
		{"bind: {app.quit-now: F7}\n", "keys.yaml:1:8", "There is no command"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct keys keys;
		char line[sizeof(struct err)];
		read(&keys, cases[i].text);
		assert_int_equal(keys.faults.count, 1);
		const struct err *e = &keys.faults.items[0];
		assert_string_equal(e->where, cases[i].where);
		if (strstr(err_format(e, line, sizeof line), cases[i].says) == NULL)
			fail_msg("case %zu says: %s", i, line);
		assert_keys(&keys, MODE_PANE, "app.quit", "q  ^Q");
		done(&keys);
	}
}

static void wrong_keys_leave_the_usual_ones(void **state)
{
	(void)state;
	struct keys keys;
	read(&keys, "bind:\n"
		    "  edit.undo: x\n"
		    "  view.zoom: [Fx, 5]\n"
		    "  run.start: [Fx, C-t]\n"
		    "  help: {text: x}\n");
	assert_int_equal(keys.faults.count, 5);
	assert_keys(&keys, MODE_TEXT, "edit.undo", "^Z");
	assert_keys(&keys, MODE_PANE, "view.zoom", "z  F8");
	assert_keys(&keys, MODE_TEXT, "run.start", "^T");
	assert_keys(&keys, MODE_TEXT, "help", "F1");
	done(&keys);
}

static void more_faults_than_room_are_counted(void **state)
{
	(void)state;
	struct keys keys;
	char text[1024] = "bind:\n";
	for (int i = 0; i < 20; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "  no.such%d: F7\n", i);
	read(&keys, text);
	assert_int_equal(keys.faults.count, 20);
	done(&keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_changed_by_id),
		cmocka_unit_test(faults_have_a_place_and_the_rest_holds),
		cmocka_unit_test(wrong_keys_leave_the_usual_ones),
		cmocka_unit_test(more_faults_than_room_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
