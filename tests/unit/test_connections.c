/* SPDX-License-Identifier: MIT */
#include "core/base/file.h"
#include "core/engine/config.h"
#include "core/engine/connections.h"
#include "core/engine/engine.h"

#include "tests/unit/check.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder with a lathe.yaml (or none), and an engine on it. */
struct place {
	struct arena a;
	char folder[64];
	const char *file;
	struct engine *engine;
};

static struct place open_place(const char *text)
{
	struct place p = {.folder = "/tmp/lathe-connections-XXXXXX"};
	struct err e = ERR_INIT;
	assert_non_null(mkdtemp(p.folder));
	setenv("HOME", p.folder, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
	p.file = path_join(&p.a, p.folder, "lathe.yaml");
	if (text != NULL)
		assert_true(file_write(p.file, str_from(text), 0640, &e));
	struct engine_options options = {.path = p.folder, .virtual_clock = true};
	if (!engine_new(&options, &p.engine, &e))
		fail_msg("%s %s", e.where, e.text);
	return p;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
	(void)st;
	(void)kind;
	(void)walk;
	return remove(path);
}

static void close_place(struct place *p)
{
	struct err e = ERR_INIT;
	assert_true(engine_free(p->engine, &e));
	nftw(p->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	arena_release(&p->a);
}

static void assert_file(struct place *p, const char *want)
{
	struct str text;
	struct err e = ERR_INIT;
	assert_true(file_read(&p->a, p->file, 1 << 20, &text, &e));
	assert_str(text, want);
}

static const struct connection_form qwen = {.name = {"qwen", 4},
	.provider = {"openai", 6},
	.base_url = {"https://x.example/v1/", 21},
	.model = {"qwen-plus", 9},
	.secret = {"env:DASHSCOPE_API_KEY", 21}};

static void save(struct place *p, const struct connection_form *form, const char *was)
{
	struct err e = ERR_INIT;
	if (!connections_save(p->engine, form, str_from(was), &e))
		fail_msg("%s", e.text);
}

static void test_a_file_is_made(void **state)
{
	struct place p = open_place(NULL);
	struct connection_form *list;
	(void)state;
	assert_int_equal(connections_list(p.engine, &p.a, &list), 0);
	save(&p, &qwen, "");
	assert_file(&p, "# The settings of this workspace. The man page lathe.yaml(5) lists every "
			"key.\n\nconnections:\n  qwen:\n    provider: openai\n"
			"    base_url: https://x.example/v1\n    model: qwen-plus\n"
			"    secret: env:DASHSCOPE_API_KEY\n");
	assert_int_equal(connections_list(p.engine, &p.a, &list), 1);
	assert_str(list[0].base_url, "https://x.example/v1");
	close_place(&p);
}

static const char before[] = "# mine\ndefault: {model: qwen/qwen-max} # d\n\nconnections:\n"
			     "  # first\n  qwen:\n    provider: openai\n"
			     "    base_url: https://x.example/v1 # u\n    model: qwen-plus\n"
			     "    secret: env:DASHSCOPE_API_KEY\n"
			     "    headers: {A: b}\n\n  # second\n  home:\n    provider: openai\n"
			     "    base_url: http://127.0.0.1:1/v1\n";

static void test_only_what_changes(void **state)
{
	struct place p = open_place(before);
	struct connection_form form = qwen;
	struct stat st;
	(void)state;
	save(&p, &form, "qwen");
	assert_file(&p, before);
	form.model = STR("qwen-turbo");
	form.secret = STR("");
	save(&p, &form, "qwen");
	assert_file(&p, "# mine\ndefault: {model: qwen/qwen-max} # d\n\nconnections:\n"
			"  # first\n  qwen:\n    provider: openai\n"
			"    base_url: https://x.example/v1 # u\n    model: qwen-turbo\n"
			"    headers: {A: b}\n\n  # second\n  home:\n    provider: openai\n"
			"    base_url: http://127.0.0.1:1/v1\n");
	assert_int_equal(stat(p.file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	close_place(&p);
}

static void test_a_new_name(void **state)
{
	struct place p = open_place(before);
	struct connection_form form = qwen;
	struct err e = ERR_INIT;
	struct str text;
	(void)state;
	form.name = STR("ali");
	save(&p, &form, "qwen");
	assert_str(connections_default(p.engine), "ali/qwen-max");
	assert_true(file_read(&p.a, p.file, 1 << 20, &text, &e));
	assert_true(str_find(text, STR("  # first\n  ali:\n"), 0) != SIZE_MAX);
	form.name = STR("home");
	assert_false(connections_save(p.engine, &form, STR("ali"), &e));
	assert_string_equal(e.text, "There is a connection 'home' already.");
	close_place(&p);
}

static void test_remove(void **state)
{
	struct place p = open_place(before);
	struct err e = ERR_INIT;
	(void)state;
	assert_true(connections_remove(p.engine, STR("qwen"), &e));
	assert_file(&p, "# mine\ndefault: {} # d\n\nconnections:\n  # first\n\n  # second\n"
			"  home:\n    provider: openai\n    base_url: http://127.0.0.1:1/v1\n");
	assert_true(connections_remove(p.engine, STR("home"), &e));
	assert_file(&p, "# mine\ndefault: {} # d\n\nconnections: {}\n  # first\n\n  # second\n");
	assert_false(connections_remove(p.engine, STR("home"), &e));
	assert_string_equal(e.text, "There is no connection 'home' in lathe.yaml.");
	close_place(&p);
}

static void test_default(void **state)
{
	struct place p = open_place(before);
	struct err e = ERR_INIT;
	struct str text;
	(void)state;
	assert_true(connections_set_default(p.engine, STR("local/extract"), &e));
	assert_true(file_read(&p.a, p.file, 1 << 20, &text, &e));
	assert_true(str_starts(text, STR("# mine\ndefault: {model: local/extract} # d\n\n")));
	assert_false(connections_set_default(p.engine, STR("nobody"), &e));
	assert_string_equal(e.text, "There is no model or connection 'nobody' here.");
	assert_str(connections_default(p.engine), "local/extract");
	assert_true(connections_set_default(p.engine, STR(""), &e));
	assert_str(connections_default(p.engine), "");
	close_place(&p);
}

static void refused(struct place *p, const struct connection_form *form, enum connection_part part,
	const char *sentence)
{
	struct err e = ERR_INIT;
	assert_false(connections_check(p->engine, form, STR(""), part, &e));
	assert_string_equal(e.text, sentence);
	assert_false(connections_save(p->engine, form, STR(""), &e));
	assert_file(p, before);
}

static void test_faults(void **state)
{
	struct place p = open_place(before);
	struct connection_form good = qwen, f;
	(void)state;
	good.name = STR("new");
	f = good, f.name = STR("a b");
	refused(&p, &f, CONNECTION_NAME, "'a b' cannot name a connection.");
	f = good, f.name = STR("");
	refused(&p, &f, CONNECTION_NAME, "A connection needs a name, for example: qwen.");
	f = good, f.base_url = STR("http://far.example/v1");
	refused(&p, &f, CONNECTION_URL, "far.example would be reached without encryption.");
	f = good, f.base_url = STR("x.example");
	refused(&p, &f, CONNECTION_URL, "'x.example' is not a web address.");
	f = good, f.provider = STR("other");
	refused(&p, &f, CONNECTION_PROVIDER, "A provider is one of: " CONFIG_PROVIDERS ".");
	f = good, f.secret = STR("sk-1234567890");
	refused(&p, &f, CONNECTION_SECRET,
		"This is not a reference; a key itself does not belong into lathe.yaml.");
	f = good, f.model = STR("a\nb");
	refused(&p, &f, CONNECTION_MODEL, "This holds a line break or another control character.");
	f = good, f.provider = STR("scripted");
	refused(&p, &f, CONNECTION_SCRIPT, "A scripted connection needs a script.");
	close_place(&p);
}

static void test_a_broken_file_is_left_alone(void **state)
{
	struct place p = open_place(before);
	struct err e = ERR_INIT;
	(void)state;
	assert_true(file_write(p.file, STR("nme: x\n"), 0600, &e));
	struct connection_form form = qwen;
	form.name = STR("new");
	assert_false(connections_save(p.engine, &form, STR(""), &e));
	assert_string_equal(e.text, "Unknown key 'nme'.");
	assert_file(&p, "nme: x\n");
	assert_str(connections_default(p.engine), "qwen/qwen-max");
	close_place(&p);
}

static void test_a_key_of_ones_own_file(void **state)
{
	struct place p = open_place(NULL);
	struct str reference, text;
	struct stat st;
	struct err e = ERR_INIT;
	const char *key = path_join(&p.a, p.folder, ".config/lathe/keys/qwen");
	(void)state;
	assert_true(connections_keep_key(&p.a, STR("qwen"), STR("sk-12345678"), &reference, &e));
	assert_str(reference, "file:~/.config/lathe/keys/qwen");
	assert_true(file_read(&p.a, key, 1000, &text, &e));
	assert_str(text, "sk-12345678\n");
	assert_int_equal(stat(key, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_true(connections_keep_key(&p.a, STR("qwen"), STR("sk-12345678"), &reference, &e));
	assert_str(reference, "file:~/.config/lathe/keys/qwen");
	assert_true(connections_keep_key(&p.a, STR("qwen"), STR("sk-87654321"), &reference, &e));
	assert_str(reference, "file:~/.config/lathe/keys/qwen-2");
	assert_false(connections_keep_key(&p.a, STR("../x"), STR("sk-87654321"), &reference, &e));
	close_place(&p);
}

static void test_offers(void **state)
{
	struct place p = open_place(before);
	const struct connection_offer *const *offers;
	(void)state;
	for (const struct connection_offer *o = connection_offers; o->variable != NULL; o++)
		unsetenv(o->variable);
	assert_int_equal(connections_offered(p.engine, &p.a, &offers), 0);
	setenv("DASHSCOPE_API_KEY", "x", 1); /* a connection has it already */
	setenv("DEEPSEEK_API_KEY", "x", 1);
	setenv("OPENAI_API_KEY", "", 1);
	assert_int_equal(connections_offered(p.engine, &p.a, &offers), 1);
	assert_string_equal(offers[0]->name, "deepseek");
	for (const struct connection_offer *o = connection_offers; o->variable != NULL; o++) {
		struct connection_form form = {.name = str_from(o->name),
			.provider = str_from(o->provider != NULL ? o->provider : "openai"),
			.base_url = str_from(connection_offer_url(o)),
			.model = str_from(o->model),
			.secret = str_format(&p.a, "env:%s", o->variable)};
		bool has_address = form.base_url.len > 0 || o->address == NULL;
		bool again = o > connection_offers && strcmp(o->name, (o - 1)->name) == 0;
		if (strcmp(o->name, "qwen") != 0 && has_address && !again)
			save(&p, &form, "");
	}
	close_place(&p);
}

static void test_another_workspace(void **state)
{
	struct place p = open_place(before);
	struct err e = ERR_INIT;
	struct connection_form *list;
	const char *other = path_join(&p.a, p.folder, "other");
	(void)state;
	assert_false(engine_open_workspace(p.engine, other, &e));
	assert_int_equal(connections_list(p.engine, &p.a, &list), 2);
	assert_true(workspace_make(other, false, &e));
	assert_true(engine_open_workspace(p.engine, other, &e));
	assert_int_equal(connections_list(p.engine, &p.a, &list), 0);
	assert_false(engine_workspace(p.engine)->is_loose);
	assert_str(str_from(engine_workspace(p.engine)->name), "other");
	close_place(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_file_is_made),
		cmocka_unit_test(test_only_what_changes),
		cmocka_unit_test(test_a_new_name),
		cmocka_unit_test(test_remove),
		cmocka_unit_test(test_default),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_a_broken_file_is_left_alone),
		cmocka_unit_test(test_a_key_of_ones_own_file),
		cmocka_unit_test(test_offers),
		cmocka_unit_test(test_another_workspace),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
