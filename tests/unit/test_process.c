/* SPDX-License-Identifier: MIT */
#include "core/base/buf.h"
#include "core/loop/loop.h"
#include "core/loop/process.h"
#include "tests/unit/check.h"

#include <signal.h>
#include <string.h>

struct seen {
	struct loop *loop;
	struct process *process;
	struct buf output, errors;
	struct err error;
	int status, signal;
	bool done;
	bool cancel_at_output;
};

static void on_output(void *ctx, struct str bytes)
{
	struct seen *s = ctx;

	buf_add_str(&s->output, bytes);
	if (s->cancel_at_output)
		process_cancel(s->process);
}

static void on_done(void *ctx, const struct process_result *result)
{
	struct seen *s = ctx;

	assert_false(s->done);
	s->done = true;
	s->status = result->status;
	s->signal = result->signal;
	s->error = result->error;
	buf_add_str(&s->errors, result->errors);
}

static int set_up(void **state)
{
	static struct seen seen;

	signal(SIGPIPE, SIG_IGN);
	seen = (struct seen){.loop = loop_new(clock_real())};
	*state = &seen;
	return 0;
}

static int tear_down(void **state)
{
	struct seen *s = *state;

	buf_free(&s->output);
	buf_free(&s->errors);
	loop_free(s->loop);
	return 0;
}

/* Runs SCRIPT in a shell to its end. */
static void run(struct seen *s, const char *script, const struct process_spec *more)
{
	const char *const argv[] = {"sh", "-c", script, NULL};
	struct process_spec spec = more != NULL ? *more : (struct process_spec){.folder = NULL};
	const struct process_listener listener = {s, on_output, on_done};
	struct err e = ERR_INIT;

	spec.argv = argv;
	s->process = process_start(s->loop, &spec, &listener, &e);
	assert_non_null(s->process);
	assert_true(loop_is_held(s->loop));
	loop_run_until(s->loop, &s->done);
	assert_false(loop_is_held(s->loop));
}

static void it_is_given_text_and_gives_text(void **state)
{
	struct seen *s = *state;
	struct buf long_text = BUF_INIT(0);

	for (int i = 0; i < 40000; i++) /* more than any pipe holds */
		buf_add_cstr(&long_text, "0123456789");
	run(s, "cat", &(struct process_spec){.input = buf_str(&long_text)});
	assert_int_equal(s->error.code, ERR_NONE);
	assert_int_equal(s->status, 0);
	assert_true(str_eq(buf_str(&s->output), buf_str(&long_text)));
	buf_free(&long_text);
}

static void its_status_and_last_words_are_told(void **state)
{
	struct seen *s = *state;

	run(s, "echo out; i=0; while [ $i -lt 900 ]; do echo line $i >&2; i=$((i+1)); done; exit 7",
		NULL);
	assert_int_equal(s->status, 7);
	assert_str(buf_str(&s->output), "out\n");
	assert_true(s->errors.len <= 4096);
	assert_true(str_ends(buf_str(&s->errors), STR("line 899\n")));
}

static void a_signal_is_told(void **state)
{
	struct seen *s = *state;

	run(s, "kill -TERM $$", NULL);
	assert_int_equal(s->status, -1);
	assert_int_equal(s->signal, SIGTERM);
}

/* It need not read what it is given. */
static void input_that_is_not_read(void **state)
{
	struct seen *s = *state;
	struct buf long_text = BUF_INIT(0);

	for (int i = 0; i < 40000; i++)
		buf_add_cstr(&long_text, "0123456789");
	run(s, "exec <&-; echo no", &(struct process_spec){.input = buf_str(&long_text)});
	assert_int_equal(s->status, 0);
	assert_str(buf_str(&s->output), "no\n");
	buf_free(&long_text);
}

static void too_long_is_ended_with_all_it_started(void **state)
{
	struct seen *s = *state;

	run(s, "sleep 100 & sleep 100; echo late", &(struct process_spec){.timeout_ms = 50});
	assert_int_equal(s->error.code, ERR_LIMIT);
	assert_int_equal(s->signal, SIGKILL);
	assert_int_equal(s->output.len, 0);
}

static void too_much_is_ended(void **state)
{
	struct seen *s = *state;

	run(s, "while :; do echo more and more; done",
		&(struct process_spec){.output_max = 100000});
	assert_int_equal(s->error.code, ERR_LIMIT);
	assert_true(s->output.len <= 100000);
}

static void it_can_be_cancelled(void **state)
{
	struct seen *s = *state;

	s->cancel_at_output = true;
	run(s, "echo begun; sleep 100", NULL);
	assert_int_equal(s->error.code, ERR_CANCELLED);
	assert_str(buf_str(&s->output), "begun\n");
}

/* What it leaves running with its output open does not keep us waiting. */
static void a_child_left_behind(void **state)
{
	struct seen *s = *state;

	run(s, "sleep 100 & echo done", NULL);
	assert_int_equal(s->error.code, ERR_NONE);
	assert_int_equal(s->status, 0);
	assert_str(buf_str(&s->output), "done\n");
}

static void a_folder_of_its_own(void **state)
{
	struct seen *s = *state;

	run(s, "pwd", &(struct process_spec){.folder = "/"});
	assert_str(buf_str(&s->output), "/\n");
}

static void what_does_not_start(void **state)
{
	struct seen *s = *state;
	const char *const argv[] = {"no-such-program-anywhere", NULL};
	const struct process_spec spec = {.argv = argv};
	const struct process_listener listener = {s, on_output, on_done};
	struct err e = ERR_INIT;

	assert_null(process_start(s->loop, &spec, &listener, &e));
	assert_int_equal(e.code, ERR_CONFIG);
	assert_false(loop_is_held(s->loop));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_given_text_and_gives_text),
		TEST(its_status_and_last_words_are_told),
		TEST(a_signal_is_told),
		TEST(input_that_is_not_read),
		TEST(too_long_is_ended_with_all_it_started),
		TEST(too_much_is_ended),
		TEST(it_can_be_cancelled),
		TEST(a_child_left_behind),
		TEST(a_folder_of_its_own),
		TEST(what_does_not_start),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
