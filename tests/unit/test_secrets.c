/* SPDX-License-Identifier: MIT */
#include "core/base/alloc.h"
#include "core/net/redact.h"
#include "core/net/secrets.h"

#include "tests/unit/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VALUE "topsecret-0123456789"

struct place {
	char folder[64];
	struct redact *redact;
	struct secrets *secrets;
};

static int set_up(void **state)
{
	struct place *p = xcalloc(1, sizeof *p);

	strcpy(p->folder, "/tmp/lathe-secrets-XXXXXX");
	if (!mkdtemp(p->folder))
		return -1;
	p->redact = redact_new();
	p->secrets = secrets_new(p->redact, p->folder);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	char path[128];

	for (const char *const *n = (const char *const[]){"key", "link", "pipe", "run", NULL}; *n;
		n++) {
		snprintf(path, sizeof path, "%s/%s", p->folder, *n);
		unlink(path);
	}
	rmdir(p->folder);
	secrets_free(p->secrets);
	redact_free(p->redact);
	free(p);
	return 0;
}

static void write_file(const struct place *p, const char *name, const char *text, mode_t mode)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", p->folder, name);
	const int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void given(struct place *p, const char *reference, const char *want)
{
	struct err e = ERR_INIT;
	struct str value;

	if (!secrets_resolve(p->secrets, str_from(reference), &value, &e))
		fail_msg("%s: %s", reference, e.text);
	assert_int_equal(value.len, strlen(want));
	assert_memory_equal(value.at, want, value.len);
	/* whatever was resolved is redacted from now on */
	struct arena a = ARENA_INIT;
	assert_string_equal(redact_text(p->redact, &a, str_from(want)).at, REDACT_MARK);
	arena_release(&a);
}

/* To a server on this machine, twice: the value, and NEWS the first time. Not redacted. */
static void given_locally(struct place *p, const char *reference, const char *want, bool is_news)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct str value;
	bool news;

	for (int i = 0; i < 2; i++) {
		assert_true(
			secrets_resolve_local(p->secrets, str_from(reference), &value, &news, &e));
		assert_int_equal(value.len, strlen(want));
		assert_memory_equal(value.at, want, value.len);
		assert_int_equal(news, is_news && i == 0);
	}
	const char *shown = redact_text(p->redact, &a, str_from(want)).at;
	assert_string_equal(shown, is_news ? want : REDACT_MARK);
	arena_release(&a);
}

static void refused(struct place *p, const char *reference, const char *part)
{
	struct err e = ERR_INIT;
	struct str value;

	assert_false(secrets_resolve(p->secrets, str_from(reference), &value, &e));
	assert_int_equal(e.code, ERR_CONFIG);
	if (!strstr(e.text, part))
		fail_msg("%s: \"%s\" lacks \"%s\"", reference, e.text, part);
	assert_null(strstr(e.text, VALUE));
	assert_null(strstr(e.hint, VALUE));
}

static void from_env(void **state)
{
	struct place *p = *state;

	setenv("LATHE_TEST_KEY", VALUE, 1);
	given(p, "env:LATHE_TEST_KEY", VALUE);
	setenv("LATHE_TEST_KEY", "changed-meanwhile", 1);
	given(p, "env:LATHE_TEST_KEY", VALUE); /* asked for once */
	unsetenv("LATHE_TEST_KEY");
	refused(p, "env:LATHE_TEST_NONE", "LATHE_TEST_NONE is not set");
	refused(p, "env:", "not the name of a variable");
	refused(p, "env:" VALUE, "not the name of a variable");
	setenv("LATHE_TEST_KEY2", "short", 1);
	refused(p, "env:LATHE_TEST_KEY2", "shorter than 8");
	setenv("LATHE_TEST_KEY2", VALUE "\nX: injected", 1);
	refused(p, "env:LATHE_TEST_KEY2", "line break");
	unsetenv("LATHE_TEST_KEY2");
}

static void short_for_this_machine_alone(void **state)
{
	struct place *p = *state;

	setenv("LATHE_TEST_KEY", "EMPTY", 1);
	refused(p, "env:LATHE_TEST_KEY", "shorter than 8");
	given_locally(p, "env:LATHE_TEST_KEY", "EMPTY", true);
	refused(p, "env:LATHE_TEST_KEY", "shorter than 8"); /* still */
	given_locally(p, "cmd:printf ollama", "ollama", true);
	refused(p, "cmd:printf ollama", "shorter than 8");
	setenv("LATHE_TEST_KEY2", VALUE, 1);
	given_locally(p, "env:LATHE_TEST_KEY2", VALUE, false); /* a long one is a secret anywhere */
	unsetenv("LATHE_TEST_KEY");
	unsetenv("LATHE_TEST_KEY2");
}

static void not_a_reference(void **state)
{
	refused(*state, VALUE, "not written as a reference");
	refused(*state, "", "not written as a reference");
	refused(*state, "ENV:HOME", "not written as a reference");
	assert_true(secrets_is_reference(STR("file:x")));
	assert_false(secrets_is_reference(STR(VALUE)));
}

static void from_file(void **state)
{
	struct place *p = *state;
	char path[128];
	char reference[160];

	write_file(p, "key", VALUE "\r\n", 0600);
	given(p, "file:key", VALUE);
	snprintf(reference, sizeof reference, "file:%s/key", p->folder);
	given(p, reference, VALUE);
	refused(p, "file:missing", "cannot be opened");
	refused(p, "file:.", "is not a regular file");
	snprintf(path, sizeof path, "%s/link", p->folder);
	assert_int_equal(symlink("key", path), 0);
	refused(p, "file:link", "is a symbolic link");
	snprintf(path, sizeof path, "%s/pipe", p->folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	refused(p, "file:pipe", "is not a regular file");
}

static void file_of_others(void **state)
{
	struct place *p = *state;
	static const mode_t open_modes[] = {0640, 0604, 0620, 0602, 0610, 0666};

	for (size_t i = 0; i < sizeof open_modes / sizeof *open_modes; i++) {
		write_file(p, "key", VALUE, open_modes[i]);
		refused(p, "file:key", "can be read or written by others");
	}
	if (geteuid() == 0) { /* only root can give a file away */
		char path[128];
		snprintf(path, sizeof path, "%s/key", p->folder);
		write_file(p, "key", VALUE, 0600);
		assert_int_equal(chown(path, 65534, 65534), 0);
		refused(p, "file:key", "belongs to another user");
	}
}

static void file_contents(void **state)
{
	struct place *p = *state;

	write_file(p, "key", "", 0600);
	refused(p, "file:key", "is empty");
	write_file(p, "key", VALUE "\nsecond line\n", 0600);
	refused(p, "file:key", "line break");
	char *big = xmalloc(20000);
	memset(big, 'x', 19999);
	big[19999] = '\0';
	write_file(p, "key", big, 0600);
	refused(p, "file:key", "longer than 16384 bytes");
	free(big);
}

static void from_command(void **state)
{
	struct place *p = *state;

	given(p, "cmd:printf " VALUE, VALUE);
	given(p, "cmd:echo  two  spaces-are-one-split", "two spaces-are-one-split");
	given(p, "cmd:echo $HOME;`id`|cat", "$HOME;`id`|cat"); /* no shell */
	refused(p, "cmd:", "names no program");
	refused(p, "cmd:lathe-no-such-program " VALUE, "does not start");
	refused(p, "cmd:false " VALUE, "failed with status 1");
	refused(p, "cmd:true", "is empty");
	refused(p, "cmd:cat", "is empty"); /* nothing to read */
	write_file(p, "run", "#!/bin/sh\necho " VALUE " >&2\nkill -TERM $$\n", 0700);
	refused(p, "cmd:./run", "ended by signal 15");
	write_file(p, "run", "#!/bin/sh\nhead -c 100000 /dev/zero | tr '\\0' x\n", 0700);
	refused(p, "cmd:./run", "printed more than 16384 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(from_env, set_up, tear_down),
		cmocka_unit_test_setup_teardown(short_for_this_machine_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(not_a_reference, set_up, tear_down),
		cmocka_unit_test_setup_teardown(from_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(file_of_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(file_contents, set_up, tear_down),
		cmocka_unit_test_setup_teardown(from_command, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
