/* SPDX-License-Identifier: MIT */
/* What storage does to people: bad files, other schemas, locks, full and read-only disks, a cut
 * log, a file replaced under us (trust.md F-07 to F-17). */
#include "core/store/checkpoint.h"
#include "core/store/database.h"
#include "core/store/fsck.h"
#include "core/store/migrate.h"
#include "core/store/prompt_rows.h"
#include "core/store/run_rows.h"

#include "tests/unit/store_world.h"

#include "config.h"

#include <fcntl.h>
#include <sched.h>
#include <sqlite3.h>
#include <sys/mount.h>
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

static void write_file(struct world *w, const char *name, struct str bytes)
{
	assert_ok(file_write(world_path(w, name), bytes, 0600, &e));
}

static struct str read_file(struct world *w, const char *name)
{
	struct str bytes;
	assert_ok(file_read(&w->arena, world_path(w, name), 1 << 28, &bytes, &e));
	return bytes;
}

static bool try_open(struct world *w, struct err *e)
{
	struct store *store = NULL;
	bool ok = store_open(w->loop, w->folder, NULL, &store, e);
	if (ok)
		store_close(store, NULL);
	return ok;
}

static sqlite3 *open_beside(struct world *w)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(world_path(w, ".lathe/lathe.db"), &db), SQLITE_OK);
	return db;
}

static void run_sql(sqlite3 *db, const char *sql)
{
	char *message = NULL;
	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
}

/* The database is whole, says fsck. */
static void assert_clean(struct world *w)
{
	struct fsck_report report;
	assert_ok(fsck_check(w->folder, &w->arena, &report, &e));
	for (size_t i = 0; i < report.len; i++)
		if (report.findings[i].level == FSCK_FAULT)
			fail_msg("fsck: %.*s", STR_ARG(report.findings[i].text));
}

static size_t count_runs(struct world *w)
{
	struct run_filter filter = {.limit = 1000000};
	struct run_rows rows;
	assert_ok(run_rows_list(w->store, &w->arena, &filter, &rows, &e));
	return rows.len;
}

static unsigned mode_of(struct world *w, const char *name)
{
	struct stat st;
	assert_int_equal(lstat(world_path(w, name), &st), 0);
	return st.st_mode & 07777;
}

static void files_are_the_owners_alone(void **state)
{
	struct world *w = *state;
	mode_t before = umask(0);
	world_open(w);
	world_run(w, "p", "x");
	world_settle(w);
	assert_int_equal(mode_of(w, ".lathe"), 0700);
	assert_int_equal(mode_of(w, ".lathe/lathe.db"), 0600);
	assert_int_equal(mode_of(w, ".lathe/lathe.db-wal"), 0600);
	assert_int_equal(mode_of(w, ".lathe/.gitignore"), 0600);
	assert_int_equal(mode_of(w, ".lathe/owners"), 0600);
	assert_int_equal(mode_of(w, ".lathe/checkpoint.lock"), 0600);
	assert_int_equal(umask(before), 0);
	assert_str(read_file(w, ".lathe/.gitignore"), "*\n");
	assert_clean(w);
}

static void bad_files_are_refused_and_kept(void **state)
{
	struct world *w = *state;
	const char *db = world_path(w, ".lathe/lathe.db");
	assert_int_equal(mkdir(world_path(w, ".lathe"), 0700), 0);

	struct str notes = STR("These are my notes, long enough to be taken for a file header, "
			       "and then some more of them, so that a page could begin.\n");
	write_file(w, ".lathe/lathe.db", notes);
	assert_refused(try_open(w, &e), "not a database");
	assert_str(read_file(w, ".lathe/lathe.db"), notes.at);
	unlink(db);

	assert_int_equal(mkdir(db, 0700), 0);
	assert_refused(try_open(w, &e), "is a folder");
	rmdir(db);
	assert_int_equal(mkfifo(db, 0600), 0);
	assert_refused(try_open(w, &e), "is a pipe");
	unlink(db);
	assert_int_equal(symlink("/dev/zero", db), 0);
	assert_refused(try_open(w, &e), "is a link");
	unlink(db);

	sqlite3 *other;
	assert_int_equal(sqlite3_open(db, &other), SQLITE_OK);
	run_sql(other, "CREATE TABLE song(title TEXT)");
	sqlite3_close(other);
	assert_refused(try_open(w, &e), "another program");
	unlink(db);

	write_file(w, ".lathe/lathe.db", STR(""));
	assert_true(try_open(w, NULL));
	assert_clean(w);
}

static void bad_folders_are_refused(void **state)
{
	struct world *w = *state;
	const char *folder = world_path(w, ".lathe");
	write_file(w, ".lathe", STR("x"));
	assert_refused(try_open(w, &e), "not a folder");
	unlink(folder);
	assert_int_equal(symlink("/tmp", folder), 0);
	assert_refused(try_open(w, &e), "a link");
	unlink(folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(chmod(folder, 0777), 0);
	assert_refused(try_open(w, &e), "Everybody may write");
	w->folder = world_path(w, "missing");
	assert_refused(try_open(w, &e), "cannot be opened");
	w->folder = path_folder(&w->arena, w->folder);
}

static void network_filesystems_are_known(void **state)
{
	(void)state;
	assert_string_equal(place_network_name(0x6969), "NFS");
	assert_string_equal(place_network_name(0xFF534D42), "CIFS");
	/* statfs may give the magic sign-extended. */
	assert_string_equal(place_network_name(0xFFFFFFFFFF534D42), "CIFS");
	assert_string_equal(place_network_name(0x65735546), "FUSE");
	assert_null(place_network_name(0xEF53)); /* ext4 */
	assert_null(place_network_name(0x01021994)); /* tmpfs */
	assert_null(place_network_name(0x9123683E)); /* btrfs */
}

static void a_newer_schema_is_left_alone(void **state)
{
	struct world *w = *state;
	assert_true(try_open(w, NULL));
	sqlite3 *db = open_beside(w);
	run_sql(db, "PRAGMA user_version = 99");
	sqlite3_close(db);
	struct str before = read_file(w, ".lathe/lathe.db");
	assert_refused(try_open(w, &e), "newer lathe");
	struct str after = read_file(w, ".lathe/lathe.db");
	assert_int_equal(before.len, after.len);
	assert_memory_equal(before.at, after.at, before.len);
	struct fsck_report report;
	assert_refused(fsck_check(w->folder, &w->arena, &report, &e), "newer lathe");
}

/* A database as the first step left it, with three runs of two prompts. */
static void make_old(struct world *w)
{
	struct place place;
	struct database d;
	assert_ok(place_open(w->folder, 0, &place, &e));
	int lock = checkpoint_open(&place, NULL);
	assert_true(lock >= 0);
	assert_ok(database_open(&place, DATABASE_WRITE, &d, &e));
	assert_ok(migrate_to(&d, lock, 1, &e));
	run_sql(d.db,
		"INSERT INTO blob(id, hash, size, bytes, row_hash) VALUES(1, x'01', 0, x'', x''), "
		"(2, x'02', 0, x'', x'');"
		"INSERT INTO run(id, owner, pid, started_ns, ended_ns, status, kind, name, hash, "
		"source_blob, git, app_version, settings, error, row_hash) VALUES"
		"(11, 1, 1, 5, 6, 'ok', 'prompt', 'p', 'h1', 1, '', '', '', '', x''),"
		"(12, 1, 1, 7, 8, 'ok', 'prompt', 'p', 'h2', 2, '', '', '', '', x''),"
		"(13, 1, 1, 9, 9, 'ok', 'prompt', 'p', 'h2', 2, '', '', '', '', x'')");
	database_close(&d);
	close(lock);
	place_free(&place);
}

static void an_older_schema_is_backed_up_and_brought_up_to_date(void **state)
{
	struct world *w = *state;
	make_old(w);
	world_open(w);
	struct prompt_rows prompts;
	assert_ok(prompt_rows_list(w->store, &w->arena, STR("p"), &prompts, &e));
	assert_int_equal(prompts.len, 2);
	assert_int_equal(prompts.rows[0].version, 2);
	assert_str(prompts.rows[0].hash, "h2");
	assert_int_equal(prompts.rows[0].created_ns, 7);
	assert_false(prompts.rows[0].damaged);
	assert_int_equal(count_runs(w), 3);
	world_run(w, "p", "new");
	world_settle(w);
	assert_ok(prompt_rows_list(w->store, &w->arena, STR("p"), &prompts, &e));
	assert_int_equal(prompts.len, 3);

	assert_int_equal(mode_of(w, ".lathe/lathe.db.v1"), 0600);
	sqlite3 *copy;
	sqlite3_stmt *s;
	assert_int_equal(sqlite3_open(world_path(w, ".lathe/lathe.db.v1"), &copy), SQLITE_OK);
	sqlite3_prepare_v2(copy,
		"SELECT count(*), (SELECT count(*) FROM pragma_user_version "
		"WHERE user_version = 1) FROM run",
		-1, &s, NULL);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(s, 0), 3);
	assert_int_equal(sqlite3_column_int(s, 1), 1);
	sqlite3_finalize(s);
	sqlite3_close(copy);
}

static void every_older_schema_becomes_the_newest(void **state)
{
	struct world *w = *state;
	for (int from = 1; from < migrate_newest(); from++) {
		struct place place;
		struct database d;
		w->folder = str_format(&w->arena, "%s/from%d", w->folder, from).at;
		assert_int_equal(mkdir(w->folder, 0700), 0);
		assert_ok(place_open(w->folder, 0, &place, &e));
		int lock = checkpoint_open(&place, NULL);
		assert_ok(database_open(&place, DATABASE_WRITE, &d, &e));
		assert_ok(migrate_to(&d, lock, from, &e));
		database_close(&d);
		close(lock);
		place_free(&place);
		assert_clean(w);
		assert_true(try_open(w, NULL));
		assert_clean(w);
		w->folder = path_folder(&w->arena, w->folder);
	}
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

/* A file system of our own, which only this process and its children see. */
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

static void a_full_disk_only_delays(void **state)
{
	struct world *w = *state;
	if (!mount_small(w, "size=2m"))
		skip();
	world_open(w);
	world_run(w, "p", "x");
	world_settle(w);
	fill(w, "filler");
	struct world_wait wait = {.done = false};
	uint64_t late = world_run(w, "p", "y");
	store_when_durable(w->store, world_waited, &wait);
	world_turn_until(w, STORE_FULL);
	assert_false(wait.done);
	struct store_status status;
	store_status(w->store, &status);
	assert_non_null(strstr(status.error.text, "the disk is full"));
	assert_int_equal(count_runs(w), 1); /* reading goes on */
	assert_clean(w);
	unlink(world_path(w, "filler"));
	loop_run_until(w->loop, &wait.done);
	assert_false(wait.failed);
	struct run_row row;
	assert_ok(run_rows_find(w->store, &w->arena, STR("last"), &row, &e));
	assert_int_equal(row.id, late);
	world_close(w);
	assert_clean(w);
	umount2(w->folder, MNT_DETACH);
}

static void a_read_only_disk_is_opened_for_viewing(void **state)
{
	struct world *w = *state;
	if (!mount_small(w, "size=8m"))
		skip();
	world_open(w);
	uint64_t id = world_run(w, "p", "x");
	world_close(w);
	for (int with_log = 0; with_log < 2; with_log++) {
		if (with_log) {
			/* What a killed process leaves: the log and its index. */
			world_open(w);
			id = world_run(w, "p", "y");
			world_settle(w);
			copy_cut(w, ".lathe/lathe.db", "db", SIZE_MAX);
			copy_cut(w, ".lathe/lathe.db-wal", "wal", SIZE_MAX);
			copy_cut(w, ".lathe/lathe.db-shm", "shm", SIZE_MAX);
			world_close(w);
			copy_cut(w, "db", ".lathe/lathe.db", SIZE_MAX);
			copy_cut(w, "wal", ".lathe/lathe.db-wal", SIZE_MAX);
			copy_cut(w, "shm", ".lathe/lathe.db-shm", SIZE_MAX);
		}
		assert_int_equal(mount("small", w->folder, "tmpfs", MS_REMOUNT | MS_RDONLY, ""), 0);
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
		assert_int_equal(mount("small", w->folder, "tmpfs", MS_REMOUNT, ""), 0);
	}
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
		TEST(files_are_the_owners_alone),
		TEST(bad_files_are_refused_and_kept),
		TEST(bad_folders_are_refused),
		cmocka_unit_test(network_filesystems_are_known),
		TEST(a_newer_schema_is_left_alone),
		TEST(an_older_schema_is_backed_up_and_brought_up_to_date),
		TEST(every_older_schema_becomes_the_newest),
		TEST(a_locked_database_only_delays),
		TEST(a_checkpoint_elsewhere_only_delays),
		TEST(a_lock_for_ever_loses_rows_only_at_close_and_says_so),
		TEST(the_queue_has_a_bound),
		TEST(a_replaced_database_stops_writing),
		TEST(a_cut_log_keeps_what_was_committed),
		TEST(viewing_needs_something_to_view),
		TEST(a_failed_sync_stops_writing),
		TEST(a_full_disk_only_delays),
		TEST(a_read_only_disk_is_opened_for_viewing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
