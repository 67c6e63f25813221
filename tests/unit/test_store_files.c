/* SPDX-License-Identifier: MIT */
/* What lies in .lathe: its modes, files that are no database, other schemas (trust.md F-15, F-16,
 * S-36, S-37). */
#include "core/store/checkpoint.h"
#include "core/store/database.h"
#include "core/store/migrate.h"
#include "core/store/prompt_rows.h"

#include "tests/unit/store_world.h"

#include <sys/stat.h>

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
	for (size_t len = 1; len < 100; len += 7) {
		struct str start = str_slice(notes, 0, len);
		struct fsck_report report;
		write_file(w, ".lathe/lathe.db", start);
		assert_refused(try_open(w, &e), "is not a database");
		assert_refused(fsck_check(w->folder, &w->arena, &report, &e), "is not a database");
		struct str after = read_file(w, ".lathe/lathe.db");
		assert_int_equal(after.len, len);
		assert_memory_equal(after.at, notes.at, len);
		assert_true(store_exists(w->folder));
	}
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
	assert_false(store_exists(w->folder));
	assert_clean(w);
	assert_true(try_open(w, NULL));
	assert_clean(w);
	assert_true(store_exists(w->folder));
}

static void no_database_is_told_from_one_that_cannot_be_read(void **state)
{
	struct world *w = *state;
	struct store_options view = {.view = true};
	struct store *store;
	assert_false(store_exists(w->folder));
	assert_int_equal(mkdir(world_path(w, ".lathe"), 0700), 0);
	assert_false(store_exists(w->folder));
	if (geteuid() == 0) { /* nothing is closed to root: a folder that is none stands for it */
		assert_int_equal(rmdir(world_path(w, ".lathe")), 0);
		write_file(w, ".lathe", STR("x"));
		assert_true(store_exists(w->folder));
		assert_refused(store_open(w->loop, w->folder, &view, &store, &e), "not a folder");
		return;
	}
	assert_int_equal(chmod(world_path(w, ".lathe"), 0), 0);
	assert_true(store_exists(w->folder));
	assert_refused(store_open(w->loop, w->folder, &view, &store, &e), "Permission denied");
	assert_int_equal(chmod(world_path(w, ".lathe"), 0700), 0);
}

/* What fsck cannot open it does not send to fsck. */
static void damage_is_said_by_fsck_itself(void **state)
{
	struct world *w = *state;
	world_open(w);
	world_run(w, "p", "x");
	world_settle(w);
	world_close(w);
	unlink(world_path(w, ".lathe/lathe.db-wal"));
	struct str all = read_file(w, ".lathe/lathe.db");
	write_file(w, ".lathe/lathe.db", str_slice(all, 0, 3000));
	struct err e = ERR_INIT;
	struct fsck_report report;
	assert_false(fsck_check(w->folder, &w->arena, &report, &e));
	assert_null(strstr(e.hint, "fsck"));
	assert_non_null(strstr(e.hint, "3000 bytes"));
	assert_non_null(strstr(e.hint, "Move .lathe away"));
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

/* Rows get the new columns and their hashes anew; one that was damaged stays damaged. */
static void costs_come_to_the_rows_there_are(void **state)
{
	static const char rows[] =
		"INSERT INTO run VALUES(1, 1, 7, 7, 1, 2, 'ok', 'prompt', 'p', '', NULL, '', '', "
		"'{}', NULL, NULL, '', 1, 3, 18, 6, x'00');"
		"UPDATE run SET row_hash = row_hash('run', id, owner, pid, started_ns, ended_ns, "
		"status, kind, name, hash, source_blob, git, app_version, settings, input_blob, "
		"output_blob, error, spans, attempts, input_tokens, output_tokens);"
		"INSERT INTO span VALUES(1, 2, 1, NULL, 's', 'llm', 1, NULL, 2, 'ok', '', '', NULL, "
		"NULL, 0, '', x'00');"
		"UPDATE span SET row_hash = row_hash('span', id, run, parent, name, kind, start_ns, "
		"first_ns, end_ns, status, attributes, end_attributes, input_blob, output_blob, "
		"streamed, error);"
		"INSERT INTO attempt SELECT value, value + 2, 1, 2, 1, iif(value = 2, 'unknown', "
		"'done'), iif(value = 1, 'local', 'openai'), 'c', 'm', NULL, NULL, 6, 2, NULL, NULL, NULL, 0, '', '', '', "
		"200, 1, 1, 1, 2, '', x'00' FROM json_each('[1, 2, 3]');"
		"UPDATE attempt SET row_hash = row_hash('attempt', id, run, span, number, state, "
		"provider, connection, model, request_blob, raw_blob, input_tokens, output_tokens, "
		"cache_read_tokens, cache_write_tokens, reasoning_tokens, estimated, "
		"finish_reason, response_id, response_model, http_status, planned_ns, sent_ns, "
		"first_ns, end_ns, error) WHERE seq < 3";
	struct world *w = *state;
	struct place place;
	struct database d;
	struct fsck_report report;
	assert_ok(place_open(w->folder, 0, &place, &e));
	int lock = checkpoint_open(&place, NULL);
	assert_ok(database_open(&place, DATABASE_WRITE, &d, &e));
	assert_ok(migrate_to(&d, lock, 5, &e));
	run_sql(d.db, rows);
	database_close(&d);
	close(lock);
	place_free(&place);
	assert_ok(fsck_check(w->folder, &w->arena, &report, &e));
	assert_int_equal(report.faults, 1);
	assert_true(try_open(w, NULL));
	assert_ok(fsck_check(w->folder, &w->arena, &report, &e));
	for (size_t i = 0; i < report.len; i++)
		assert_str(report.findings[i].text,
			"Request 0000000000000005 of run 0000000000000001 does not match its hash.");
	assert_int_equal(report.faults, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(files_are_the_owners_alone),
		TEST(bad_files_are_refused_and_kept),
		TEST(bad_folders_are_refused),
		TEST(no_database_is_told_from_one_that_cannot_be_read),
		TEST(damage_is_said_by_fsck_itself),
		cmocka_unit_test(network_filesystems_are_known),
		TEST(a_newer_schema_is_left_alone),
		TEST(an_older_schema_is_backed_up_and_brought_up_to_date),
		TEST(every_older_schema_becomes_the_newest),
		TEST(costs_come_to_the_rows_there_are),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
