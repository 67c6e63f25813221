/* SPDX-License-Identifier: MIT */
/* What storage does while we write: locks, full and read-only disks, a cut log, a file replaced
 * under us, a failed sync (trust.md F-06 to F-17). */
#include "core/store/checkpoint.h"
#include "core/store/database.h"
#include "core/store/fsck.h"
#include "core/store/run_rows.h"

#include "tests/unit/store_world.h"

#include "config.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sodium.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	world_init(w);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	world_release(*state);
	free(*state);
	return 0;
}

static void a_locked_database_only_delays(void **state)
{
	struct world *w = *state;
	world_open(w);
	sqlite3 *other = open_beside(w);
	run_sql(other, "BEGIN IMMEDIATE");
	struct world_wait wait = {.done = false};
	world_run(w, "p", "x");
	store_when_durable(w->store, world_waited, &wait);
	/* The loop goes on turning while the writer waits. */
	assert_true(world_turn_until(w, STORE_LOCKED) > 10);
	assert_false(wait.done);
	struct store_status status;
	store_status(w->store, &status);
	assert_non_null(strstr(status.error.text, "locked"));
	assert_string_equal(status.error.hint,
		str_format(&w->arena, "It is process %d, this one.", getpid()).at);
	assert_true(status.waiting > 0);
	assert_int_equal(count_runs(w), 0);
	run_sql(other, "ROLLBACK");
	sqlite3_close(other);
	loop_run_until(w->loop, &wait.done);
	assert_false(wait.failed);
	assert_int_equal(count_runs(w), 1);
	store_status(w->store, &status);
	assert_int_equal(status.state, STORE_OK);
	assert_int_equal(status.waiting, 0);
	assert_clean(w);
}

static void a_checkpoint_elsewhere_only_delays(void **state)
{
	struct world *w = *state;
	world_open(w);
	struct place place;
	assert_ok(place_open(w->folder, 0, &place, &e));
	int lock = checkpoint_open(&place, NULL);
	assert_true(checkpoint_share(lock)); /* another writer: both may write */
	world_run(w, "p", "x");
	world_settle(w);
	checkpoint_release(lock);

	sqlite3 *other = open_beside(w);
	assert_true(checkpoint_run(other, lock));
	int fd = open(world_path(w, ".lathe/checkpoint.lock"), O_RDWR | O_CLOEXEC);
	assert_true(checkpoint_share(fd));
	assert_false(checkpoint_run(other, lock)); /* somebody writes */
	close(fd);
	sqlite3_close(other);
	close(lock);
	place_free(&place);
	assert_int_equal(count_runs(w), 1);
}

static void a_lock_for_ever_loses_rows_only_at_close_and_says_so(void **state)
{
	struct world *w = *state;
	world_open(w);
	sqlite3 *other = open_beside(w);
	run_sql(other, "BEGIN EXCLUSIVE");
	struct world_wait wait = {.done = false};
	world_run(w, "p", "x");
	store_when_durable(w->store, world_waited, &wait);
	world_turn(w, 1);
	assert_refused(store_close(w->store, &e), "locked");
	w->store = NULL;
	assert_true(wait.done);
	assert_true(wait.failed);
	sqlite3_close(other);
	assert_clean(w);
}

static void the_queue_has_a_bound(void **state)
{
	struct world *w = *state;
	struct store_options options = {.queue_max = 64 << 10};
	char *big = arena_alloc(&w->arena, 20 << 10, 1);
	memset(big, 'x', (20 << 10) - 1);
	assert_ok(store_open(w->loop, w->folder, &options, &w->store, &e));
	sqlite3 *other = open_beside(w);
	run_sql(other, "BEGIN IMMEDIATE");
	uint64_t run = world_begin_run(w, "p", big);
	uint64_t span = world_begin_span(w, run, 0);
	assert_true(store_has_room(w->store));
	int64_t seq = 0;
	struct store_partial partial = {.span = span, .kind = STR("text"), .bytes = str_from(big)};
	while (store_has_room(w->store)) {
		partial.seq = seq++;
		assert_true(store_add_partial(w->store, &partial));
	}
	assert_false(store_add_partial(w->store, &partial));
	struct store_status status;
	store_status(w->store, &status);
	assert_int_equal(status.state, STORE_OK);
	struct world_wait wait = {.done = false};
	for (int i = 0; i < 6; i++)
		world_begin_run(w, "p", big);
	store_when_durable(w->store, world_waited, &wait);
	loop_run_until(w->loop, &wait.done);
	assert_true(wait.failed);
	assert_non_null(strstr(wait.error.text, "wait to be written"));
	run_sql(other, "ROLLBACK");
	sqlite3_close(other);
	assert_refused(store_close(w->store, &e), "wait to be written");
	w->store = NULL;
	assert_clean(w);
}

static void a_replaced_database_stops_writing(void **state)
{
	struct world *w = *state;
	world_open(w);
	world_run(w, "p", "x");
	world_settle(w);
	const char *db = world_path(w, ".lathe/lathe.db");
	assert_int_equal(rename(db, world_path(w, ".lathe/away.db")), 0);
	struct world_wait wait = {.done = false};
	world_run(w, "p", "x");
	store_when_durable(w->store, world_waited, &wait);
	loop_run_until(w->loop, &wait.done);
	assert_true(wait.failed);
	assert_non_null(strstr(wait.error.text, "moved, deleted or replaced"));
	wait = (struct world_wait){.done = false};
	world_run(w, "p", "y");
	store_when_durable(w->store, world_waited, &wait);
	loop_run_until(w->loop, &wait.done);
	assert_true(wait.failed);
	assert_refused(store_close(w->store, &e), "replaced");
	w->store = NULL;
}

static void a_large_log_goes_into_the_database(void **state)
{
	struct world *w = *state;
	struct stat st = {.st_size = 0};
	world_open(w);
	/* Text that does not compress: more than 16 MiB of it. */
	size_t len = 12 << 20;
	char *text = arena_alloc(&w->arena, len + 1, 1);
	for (int i = 0; i < 2; i++) {
		randombytes_buf(text, len);
		struct store_log log = {.at_ns = 1, .level = STR("info"), .text = {text, len}};
		log.run = world_begin_run(w, "p", "x");
		store_add_log(w->store, &log);
		world_settle(w);
	}
	do
		world_turn(w, 1);
	while (stat(world_path(w, ".lathe/lathe.db-wal"), &st) == 0 && st.st_size > 0);
	assert_int_equal(stat(world_path(w, ".lathe/lathe.db"), &st), 0);
	assert_true((size_t)st.st_size > 2 * len);
	assert_int_equal(count_runs(w), 2);
	world_close(w);
	assert_clean(w);
}

static void copy_cut(struct world *w, const char *from, const char *to, size_t len)
{
	write_file(w, to, str_slice(read_file(w, from), 0, len));
}

static void a_cut_log_keeps_what_was_committed(void **state)
{
	struct world *w = *state;
	world_open(w);
	for (int i = 0; i < 6; i++) {
		world_run(w, "p", i % 2 == 0 ? "x" : "y");
		world_settle(w);
	}
	struct str log = read_file(w, ".lathe/lathe.db-wal");
	assert_true(log.len > 50000);
	const char *folder = w->folder;
	size_t last = 0;
	for (size_t i = 0; i <= 60; i++) {
		struct world cut = {.folder = str_format(&w->arena, "%s/cut", folder).at};
		mkdir(cut.folder, 0700);
		mkdir(world_path(w, "cut/.lathe"), 0700);
		copy_cut(w, ".lathe/lathe.db", "cut/.lathe/lathe.db", SIZE_MAX);
		copy_cut(w, ".lathe/lathe.db-wal", "cut/.lathe/lathe.db-wal", log.len * i / 60);
		cut.loop = w->loop;
		if (i > 20) /* before, the schema's own transactions are cut */
			assert_clean(&cut);
		world_open(&cut);
		size_t runs = count_runs(&cut);
		assert_true(runs >= last && runs <= 6);
		last = runs;
		world_close(&cut);
		assert_clean(&cut);
		arena_release(&cut.arena);
	}
	assert_int_equal(last, 6);
}

/* A file system of our own, which only this process and its children see; not everybody may. */
static bool mount_small(struct world *w, const char *options)
{
	return unshare(CLONE_NEWNS) == 0 &&
	       mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("small", w->folder, "tmpfs", 0, options) == 0;
}

static void fill(struct world *w, const char *name)
{
	int fd = open(world_path(w, name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	char block[4096] = {0};
	assert_true(fd >= 0);
	while (write(fd, block, sizeof block) > 0)
		;
	close(fd);
}

/* Where no file system can be mounted, no file may grow. */
static void limit_files(rlim_t size)
{
	struct rlimit limit;
	signal(SIGXFSZ, size == RLIM_INFINITY ? SIG_DFL : SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = size == RLIM_INFINITY ? limit.rlim_max : size;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Writes a run that finds no room, then makes room. */
static void try_full(struct world *w, bool mounted)
{
	world_open(w);
	world_run(w, "p", "x");
	world_settle(w);
	if (mounted)
		fill(w, "filler");
	else
		limit_files(32 << 10);
	struct world_wait wait = {.done = false};
	uint64_t late = world_run(w, "p", "y");
	store_when_durable(w->store, world_waited, &wait);
	world_turn_until(w, STORE_FULL);
	assert_false(wait.done);
	struct store_status status;
	store_status(w->store, &status);
	assert_non_null(strstr(status.error.text, mounted ? "the disk is full" : "File too large"));
	assert_int_equal(count_runs(w), 1); /* reading goes on */
	assert_clean(w);
	if (mounted)
		unlink(world_path(w, "filler"));
	else
		limit_files(RLIM_INFINITY);
	loop_run_until(w->loop, &wait.done);
	assert_false(wait.failed);
	struct run_row row;
	assert_ok(run_rows_find(w->store, &w->arena, STR("last"), &row, &e));
	assert_int_equal(row.id, late);
	world_close(w);
	assert_clean(w);
}

static void a_full_disk_only_delays(void **state)
{
	struct world *w = *state;
	bool mounted = mount_small(w, "size=2m");
	try_full(w, mounted);
	if (mounted)
		umount2(w->folder, MNT_DETACH);
}

static void files_that_may_not_grow_only_delay(void **state)
{
	try_full(*state, false);
}

/* What a killed process leaves: the log and its index. */
static uint64_t leave_log(struct world *w)
{
	static const char *const names[] = {"lathe.db", "lathe.db-wal", "lathe.db-shm"};
	world_open(w);
	uint64_t id = world_run(w, "p", "y");
	world_settle(w);
	struct str bytes[3];
	for (int i = 0; i < 3; i++)
		bytes[i] = read_file(w, str_format(&w->arena, ".lathe/%s", names[i]).at);
	world_close(w);
	for (int i = 0; i < 3; i++)
		write_file(w, str_format(&w->arena, ".lathe/%s", names[i]).at, bytes[i]);
	return id;
}

/* Takes the right to write away, or gives it back, by the mount or, for who is not root, by mode.
 */
static bool set_read_only(struct world *w, bool mounted, bool read_only)
{
	if (mounted)
		return mount("small", w->folder, "tmpfs", MS_REMOUNT | (read_only ? MS_RDONLY : 0),
			       "") == 0;
	return geteuid() != 0 && chmod(world_path(w, ".lathe"), read_only ? 0500 : 0700) == 0;
}

static void a_read_only_disk_is_opened_for_viewing(void **state)
{
	struct world *w = *state;
	bool mounted = mount_small(w, "size=8m");
	world_open(w);
	uint64_t id = world_run(w, "p", "x");
	world_close(w);
	for (int with_log = 0; with_log < 2; with_log++) {
		if (with_log)
			id = leave_log(w);
		if (!set_read_only(w, mounted, true))
			skip(); /* root who may not mount */
		world_open(w);
		struct store_status status;
		store_status(w->store, &status);
		assert_int_equal(status.state, STORE_VIEW);
		assert_non_null(strstr(status.error.text, "cannot be written"));
		struct run_row row;
		assert_ok(run_rows_find(w->store, &w->arena, STR("last"), &row, &e));
		assert_int_equal(row.id, id);
		struct world_wait wait = {.done = false};
		world_run(w, "p", "z");
		store_when_durable(w->store, world_waited, &wait);
		loop_run_until(w->loop, &wait.done);
		assert_true(wait.failed);
		assert_int_equal(count_runs(w), (size_t)with_log + 1);
		world_close(w);
		assert_clean(w);
		assert_true(set_read_only(w, mounted, false));
	}
	if (mounted)
		umount2(w->folder, MNT_DETACH);
}

static void viewing_needs_something_to_view(void **state)
{
	struct world *w = *state;
	struct store_options view = {.view = true};
	struct store *store;
	assert_refused(store_open(w->loop, w->folder, &view, &store, &e), "There are no runs here");
	assert_false(file_exists(world_path(w, ".lathe")));
	world_open(w);
	world_run(w, "p", "x");
	world_close(w);
	assert_ok(store_open(w->loop, w->folder, &view, &w->store, &e));
	assert_int_equal(count_runs(w), 1);
	world_close(w);
}

static void a_failed_sync_stops_writing(void **state)
{
#ifdef ENABLE_FAILPOINTS
	struct world *w = *state;
	/* In a child, because a point is passed once a process. */
	pid_t child = fork();
	if (child == 0) {
		setenv("LATHE_FAIL", "commit:1:error", 1);
		world_open(w);
		struct world_wait wait = {.done = false};
		world_run(w, "p", "x");
		store_when_durable(w->store, world_waited, &wait);
		loop_run_until(w->loop, &wait.done);
		struct store_status status;
		store_status(w->store, &status);
		bool lost = !store_close(w->store, NULL);
		_exit(wait.failed && status.state == STORE_FAILED && lost ? 7 : 1);
	}
	int result = 0;
	assert_int_equal(waitpid(child, &result, 0), child);
	assert_true(WIFEXITED(result));
	assert_int_equal(WEXITSTATUS(result), 7);
	world_open(w);
	assert_int_equal(count_runs(w), 0);
	assert_clean(w);
#else
	(void)state;
	skip();
#endif
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_locked_database_only_delays),
		TEST(a_checkpoint_elsewhere_only_delays),
		TEST(a_lock_for_ever_loses_rows_only_at_close_and_says_so),
		TEST(the_queue_has_a_bound),
		TEST(a_replaced_database_stops_writing),
		TEST(a_large_log_goes_into_the_database),
		TEST(a_cut_log_keeps_what_was_committed),
		TEST(viewing_needs_something_to_view),
		TEST(a_failed_sync_stops_writing),
		TEST(a_full_disk_only_delays),
		TEST(files_that_may_not_grow_only_delay),
		TEST(a_read_only_disk_is_opened_for_viewing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
