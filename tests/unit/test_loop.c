/* SPDX-License-Identifier: MIT */
/* The loop: work on other threads, and folders that are watched. */
#include "core/base/file.h"
#include "core/loop/loop.h"

#include "tests/unit/check.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct job {
	struct loop *loop;
	pthread_t caller, worker;
	int in, out;
	bool done;
};

static void multiply(void *ctx)
{
	struct job *job = ctx;
	job->worker = pthread_self();
	job->out = job->in * 2;
}

static void finish(void *ctx)
{
	struct job *job = ctx;
	assert_true(pthread_equal(job->caller, pthread_self()));
	assert_false(pthread_equal(job->caller, job->worker));
	job->done = true;
}

static void work_runs_elsewhere_and_ends_here(void **state)
{
	(void)state;
	struct job jobs[20] = {{.in = 0}};
	struct loop *loop = loop_new(clock_real());
	for (int i = 0; i < 20; i++) {
		jobs[i] = (struct job){.loop = loop, .caller = pthread_self(), .in = i};
		loop_work(loop, multiply, finish, &jobs[i]);
		assert_false(loop_is_idle(loop));
		assert_false(jobs[i].done);
	}
	for (int i = 0; i < 20; i++) {
		loop_run_until(loop, &jobs[i].done);
		assert_int_equal(jobs[i].out, 2 * i);
	}
	assert_true(loop_is_idle(loop));
	loop_free(loop);
}

/* Time stands still while work is under way: what is timed to come later comes later. */
static void virtual_time_waits_for_work(void **state)
{
	(void)state;
	struct loop *loop = loop_new(clock_virtual());
	struct job job = {.loop = loop, .caller = pthread_self(), .in = 21};
	int64_t before = loop_now(loop);
	loop_work(loop, multiply, finish, &job);
	loop_run_until(loop, &job.done);
	assert_int_equal(job.out, 42);
	assert_int_equal(loop_now(loop), before);
	loop_free(loop);
}

struct seen {
	const char *wanted;
	bool done;
};

static void on_change(void *ctx, const char *name)
{
	struct seen *seen = ctx;
	seen->done = seen->done || (name != NULL && strcmp(name, seen->wanted) == 0);
}

static void changes_in_a_folder_are_told(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	const char *top = getenv("TMPDIR");
	struct str made = str_format(&a, "%s/loop-XXXXXX", top != NULL ? top : "/tmp");
	char *folder = arena_copy(&a, made.at, made.len);
	assert_non_null(mkdtemp(folder));
	const char *file = path_join(&a, folder, "file");
	struct loop *loop = loop_new(clock_real());
	struct seen seen = {.wanted = "file"};
	struct loop_folder *watch = loop_folder_watch(loop, folder, on_change, &seen);
	assert_non_null(watch);
	assert_true(loop_is_idle(loop));
	struct err e = ERR_INIT;
	assert_true(file_write(file, STR("one"), 0600, &e));
	loop_run_until(loop, &seen.done);
	assert_null(loop_folder_watch(loop, path_join(&a, folder, "none"), on_change, &seen));
	loop_folder_close(watch);
	loop_free(loop);
	unlink(file);
	rmdir(folder);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(work_runs_elsewhere_and_ends_here),
		cmocka_unit_test(virtual_time_waits_for_work),
		cmocka_unit_test(changes_in_a_folder_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
