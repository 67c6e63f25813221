/* SPDX-License-Identifier: MIT */
/* The user's own secrets: sealed and plain, what binds them, what damage does, two at once. */
#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/net/redact.h"
#include "core/net/secrets.h"
#include "core/net/vault.h"

#include "tests/unit/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define VALUE	   "sk-0123456789-abcdefghij"
#define PASSPHRASE "correct horse"

struct place {
	struct arena arena;
	const char *folder;
	struct vault *vault;
};

#define assert_ok(call)                                                                            \
	do {                                                                                       \
		struct err e = ERR_INIT;                                                           \
		if (!(call))                                                                       \
			fail_msg("%s: %s", #call, e.text);                                         \
	} while (0)

#define assert_refused(call, words)                                                                \
	do {                                                                                       \
		struct err e = ERR_INIT;                                                           \
		assert_false(call);                                                                \
		if (strstr(e.text, words) == NULL)                                                 \
			fail_msg("'%s' is not in: %s", words, e.text);                             \
		assert_null(strstr(e.text, VALUE));                                                \
	} while (0)

static int set_up(void **state)
{
	struct place *p = xcalloc(1, sizeof *p);
	const char *top = getenv("TMPDIR");
	struct str path = str_format(&p->arena, "%s/vault-XXXXXX", top ? top : "/tmp");
	char *folder = arena_copy(&p->arena, path.at, path.len);
	if (!mkdtemp(folder))
		return -1;
	p->folder = folder;
	p->vault = vault_new(folder);
	*state = p;
	return 0;
}

static const char *in(struct place *p, const char *name)
{
	return path_join(&p->arena, p->folder, name);
}

static int tear_down(void **state)
{
	static const char *const names[] = {"vault.json", "plain.tsv", "lock", "pass"};
	struct place *p = *state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unlink(in(p, names[i]));
	rmdir(p->folder);
	vault_free(p->vault);
	arena_release(&p->arena);
	free(p);
	return 0;
}

static struct vault_entry entry_of(const char *name, const char *origin, enum vault_kind kind)
{
	return (struct vault_entry){str_from(name), str_from(origin), kind};
}

static void set(struct place *p, const char *name, enum vault_kind kind, const char *value)
{
	struct vault_entry entry = entry_of(name, "https://a.example.com", kind);
	assert_ok(vault_set(p->vault, &entry, str_from(value), &e));
}

static void has(struct vault *v, const char *name, enum vault_kind kind, const char *value)
{
	struct vault_entry entry = entry_of(name, "https://a.example.com", kind);
	struct guarded got;
	assert_ok(vault_value(v, &entry, &got, &e));
	assert_str(guarded_str(&got), value);
	guarded_free(&got);
}

static void sealed_and_opened_again(void **state)
{
	struct place *p = *state;
	struct vault_entry entry = entry_of("one", "https://a.example.com", VAULT_SEALED);
	struct guarded got;
	assert_refused(vault_set(p->vault, &entry, STR(VALUE), &e), "locked");
	assert_refused(vault_unlock(p->vault, STR(""), &e), "empty");
	assert_ok(vault_unlock(p->vault, STR(PASSPHRASE), &e));
	assert_false(vault_is_there(p->vault));
	set(p, "one", VAULT_SEALED, VALUE);
	set(p, "two", VAULT_SEALED, "another value");
	set(p, "one", VAULT_SEALED, VALUE "2");
	assert_true(vault_is_there(p->vault));
	has(p->vault, "one", VAULT_SEALED, VALUE "2");
	struct vault *other = vault_new(p->folder);
	assert_refused(vault_value(other, &entry, &got, &e), "locked");
	assert_refused(vault_unlock(other, STR("wrong horse"), &e), "does not open");
	assert_false(vault_is_open(other));
	assert_ok(vault_unlock(other, STR(PASSPHRASE), &e));
	has(other, "one", VAULT_SEALED, VALUE "2");
	has(other, "two", VAULT_SEALED, "another value");
	vault_free(other);
}

static void plain_text_is_kept_in_its_own_file(void **state)
{
	struct place *p = *state;
	struct vault_list list;
	struct vault_entry sealed = entry_of("one", "https://a.example.com", VAULT_SEALED);
	set(p, "one", VAULT_PLAIN, VALUE);
	set(p, "two", VAULT_PLAIN, "another value");
	set(p, "one", VAULT_PLAIN, VALUE "3");
	has(p->vault, "one", VAULT_PLAIN, VALUE "3");
	assert_ok(vault_unlock(p->vault, STR(PASSPHRASE), &e));
	assert_refused(vault_set(p->vault, &sealed, STR(VALUE), &e), "already");
	set(p, "three", VAULT_SEALED, VALUE);
	assert_ok(vault_read_list(p->vault, &p->arena, &list, &e));
	assert_int_equal(list.len, 3);
	assert_str(list.at[0].name, "three");
	assert_ok(vault_remove(p->vault, STR("one"), &e));
	assert_refused(vault_remove(p->vault, STR("one"), &e), "no secret one");
	has(p->vault, "two", VAULT_PLAIN, "another value");
}

static void what_cannot_be_a_secret(void **state)
{
	struct place *p = *state;
	static const struct {
		const char *name, *value, *words;
	} rows[] = {{"a b", VALUE, "cannot name"}, {"", VALUE, "cannot name"},
		{"../x", VALUE, "cannot name"}, {"x", "", "empty"}, {"x", "seven77", "shorter"},
		{"x", "two\nlines", "line break"}, {"x", "tab\ttab", "control"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct vault_entry entry =
			entry_of(rows[i].name, "https://a.example.com", VAULT_PLAIN);
		assert_refused(
			vault_set(p->vault, &entry, str_from(rows[i].value), &e), rows[i].words);
	}
	assert_false(file_exists(in(p, "plain.tsv")));
}

/* Every byte of the sealed file that is changed makes an error or changes nothing that is read. */
static void no_flip_gives_another_value(void **state)
{
	struct place *p = *state;
	struct str file;
	size_t refused = 0;
	assert_ok(vault_unlock(p->vault, STR(PASSPHRASE), &e));
	set(p, "one", VAULT_SEALED, VALUE);
	assert_ok(file_read(&p->arena, in(p, "vault.json"), 1 << 20, &file, &e));
	char *bytes = arena_copy(&p->arena, file.at, file.len);
	for (size_t i = 0; i < file.len; i++) {
		struct arena a = ARENA_INIT;
		struct err fault = ERR_INIT;
		struct vault_entry entry;
		struct guarded got = {.at = NULL};
		bool found = false;
		bytes[i] ^= 1;
		assert_ok(file_write(in(p, "vault.json"), (struct str){bytes, file.len}, 0600, &e));
		bool ok = vault_find(p->vault, &a, STR("one"), &entry, &found, &fault) && found &&
			  vault_value(p->vault, &entry, &got, &fault);
		if (ok) {
			assert_str(guarded_str(&got), VALUE);
			assert_str(entry.origin, "https://a.example.com");
		}
		refused += !ok;
		guarded_free(&got);
		bytes[i] ^= 1;
		arena_release(&a);
	}
	assert_true(refused > file.len / 4);
}

static void only_for_its_own_origin(void **state)
{
	struct place *p = *state;
	struct redact *redact = redact_new();
	struct str value;
	bool news;
	setenv("XDG_CONFIG_HOME", p->folder, 1);
	struct secrets *s = secrets_new(redact, NULL);
	struct vault_entry entry = entry_of("one", "https://a.example.com", VAULT_PLAIN);
	assert_ok(vault_set(secrets_vault(s), &entry, STR(VALUE), &e));
	assert_ok(secrets_resolve_for(
		s, STR("secret:one"), STR("https://A.example.com:443/v1"), &value, &news, &e));
	assert_str(value, VALUE);
	static const char *const others[] = {"https://b.example.com/v1",
		"https://a.example.com:444/", "http://a.example.com/",
		"https://a.example.com.evil.com/", "http://127.0.0.1:9/"};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_refused(secrets_resolve_for(s, STR("secret:one"), str_from(others[i]),
				       &value, &news, &e),
			"entered for");
	assert_refused(secrets_resolve(s, STR("secret:none"), &value, &e), "only where");
	assert_string_equal(
		str_cstr(&p->arena, redact_text(redact, &p->arena, STR("a " VALUE " b"))),
		"a " REDACT_MARK " b");
	assert_ok(vault_remove(secrets_vault(s), STR("one"), &e));
	secrets_free(s);
	redact_free(redact);
	unlink(in(p, "lathe/secrets/plain.tsv"));
	unlink(in(p, "lathe/secrets/lock"));
	rmdir(in(p, "lathe/secrets"));
	rmdir(in(p, "lathe"));
	unsetenv("XDG_CONFIG_HOME");
}

/* Several processes add at once: none loses what another wrote. */
static void two_at_once(void **state)
{
	enum { PROCESSES = 4, EACH = 10 };
	struct place *p = *state;
	struct vault_list list;
	int status;
	for (int n = 0; n < PROCESSES; n++) {
		if (fork() != 0)
			continue;
		struct vault *v = vault_new(p->folder);
		struct err e = ERR_INIT;
		bool ok = true;
		for (int i = 0; ok && i < EACH; i++) {
			char name[16];
			snprintf(name, sizeof name, "n%d-%d", n, i);
			struct vault_entry entry = entry_of(name, "https://a", VAULT_PLAIN);
			ok = vault_set(v, &entry, STR(VALUE), &e);
		}
		_exit(ok ? 0 : 1);
	}
	for (int n = 0; n < PROCESSES; n++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_ok(vault_read_list(p->vault, &p->arena, &list, &e));
	assert_int_equal(list.len, PROCESSES * EACH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(sealed_and_opened_again),
		TEST(plain_text_is_kept_in_its_own_file),
		TEST(what_cannot_be_a_secret),
		TEST(no_flip_gives_another_value),
		TEST(only_for_its_own_origin),
		TEST(two_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
