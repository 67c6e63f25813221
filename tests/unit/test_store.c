/* SPDX-License-Identifier: MIT */
/* The store: what is written is read back, is on disk when it is said to be, and waits for nobody
 * on the loop's thread. */
#include "core/store/blob_rows.h"
#include "core/store/database.h"
#include "core/store/migrate.h"
#include "core/store/prompt_rows.h"
#include "core/store/row_hash.h"
#include "core/store/run_rows.h"
#include "core/store/span_rows.h"

#include "tests/unit/store_world.h"

#include <sqlite3.h>
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

static struct run_row find_run(struct world *w, const char *text)
{
	struct run_row row;
	assert_ok(run_rows_find(w->store, &w->arena, str_from(text), &row, &e));
	return row;
}

static struct str read_blob(struct world *w, int64_t id)
{
	struct str bytes;
	assert_ok(blob_rows_read(w->store, &w->arena, id, &bytes, &e));
	return bytes;
}

/* After one more turn the loop has nothing to do. */
static void assert_idle(struct world *w)
{
	world_turn(w, 0);
	assert_true(loop_is_idle(w->loop));
}

static void a_run_is_read_back(void **state)
{
	struct world *w = *state;
	world_open(w);
	uint64_t id = world_run(w, "prompts/answer.prompty", "Say {{x}}");
	world_settle(w);

	struct run_row run = find_run(w, "last");
	assert_int_equal(run.id, id);
	assert_str(run.status, "ok");
	assert_str(run.name, "prompts/answer.prompty");
	assert_str(run.model, "tiny");
	assert_int_equal(run.pid, getpid());
	assert_int_equal(run.prompt_version, 1);
	assert_int_equal(run.spans, 2);
	assert_int_equal(run.attempts, 1);
	assert_int_equal(run.input_tokens, 12);
	assert_int_equal(run.output_tokens, 34);
	assert_false(run.estimated);
	assert_false(run.damaged);
	assert_true(run.ended_ns >= run.started_ns);
	assert_str(read_blob(w, run.source_blob), "Say {{x}}");
	assert_str(read_blob(w, run.input_blob), "{\"question\":\"why\"}");
	assert_str(read_blob(w, run.output_blob), "{\"answer\":\"because\"}");

	struct span_rows spans;
	assert_ok(span_rows_list(w->store, &w->arena, id, &spans, &e));
	assert_int_equal(spans.len, 2);
	assert_int_equal(spans.rows[0].parent, 0);
	assert_int_equal(spans.rows[1].parent, spans.rows[0].id);
	assert_str(spans.rows[1].status, "ok");
	assert_str(read_blob(w, spans.rows[1].output_blob), "\"because\"");
	assert_false(spans.rows[1].damaged);

	struct attempt_rows attempts;
	assert_ok(span_rows_attempts(w->store, &w->arena, id, &attempts, &e));
	assert_int_equal(attempts.len, 1);
	assert_int_equal(attempts.rows[0].span, spans.rows[1].id);
	assert_str(attempts.rows[0].state, "done");
	assert_int_equal(attempts.rows[0].cache_read_tokens, -1);
	assert_int_equal(attempts.rows[0].reasoning_tokens, 0);
	assert_int_equal(attempts.rows[0].http_status, 200);
	assert_true(attempts.rows[0].sent_ns > 0);
	assert_false(attempts.rows[0].damaged);
	assert_str(read_blob(w, attempts.rows[0].request_blob), "{\"model\":\"tiny\"}");
}

static void equal_contents_are_kept_once(void **state)
{
	struct world *w = *state;
	world_open(w);
	world_run(w, "a", "same");
	world_run(w, "b", "same");
	world_settle(w);
	struct run_row first = find_run(w, "last");
	struct run_filter older = {.before = first.seq};
	struct run_rows rows;
	assert_ok(run_rows_list(w->store, &w->arena, &older, &rows, &e));
	assert_int_equal(rows.len, 1);
	assert_int_equal(rows.rows[0].source_blob, first.source_blob);
	assert_int_equal(rows.rows[0].output_blob, first.output_blob);
}

static void runs_are_listed_and_found(void **state)
{
	struct world *w = *state;
	world_open(w);
	struct run_rows rows;
	assert_refused(
		run_rows_find(w->store, &w->arena, STR("last"), &rows.rows[0], &e), "no runs");
	uint64_t ids[5];
	for (int i = 0; i < 5; i++)
		ids[i] = world_run(w, i % 2 == 0 ? "even" : "odd", "x");
	world_settle(w);

	assert_ok(run_rows_list(w->store, &w->arena, NULL, &rows, &e));
	assert_int_equal(rows.len, 5);
	for (int i = 0; i < 5; i++)
		assert_int_equal(rows.rows[i].id, ids[4 - i]);
	struct run_filter page = {.limit = 2, .name = STR("even")};
	assert_ok(run_rows_list(w->store, &w->arena, &page, &rows, &e));
	assert_int_equal(rows.len, 2);
	assert_int_equal(rows.rows[1].id, ids[2]);
	page.before = rows.rows[1].seq;
	assert_ok(run_rows_list(w->store, &w->arena, &page, &rows, &e));
	assert_int_equal(rows.len, 1);
	assert_int_equal(rows.rows[0].id, ids[0]);
	struct run_filter none = {.status = STR("error")};
	assert_ok(run_rows_list(w->store, &w->arena, &none, &rows, &e));
	assert_int_equal(rows.len, 0);

	char text[ID_TEXT];
	for (int i = 0; i < 5; i++) {
		id_text(ids[i], text);
		assert_int_equal(find_run(w, text).id, ids[i]);
		text[6] = '\0';
		assert_int_equal(find_run(w, text).id, ids[i]);
	}
	struct run_row row;
	assert_refused(run_rows_find(w->store, &w->arena, STR("zz"), &row, &e), "not the id");
	assert_refused(run_rows_find(w->store, &w->arena, STR("ffff"), &row, &e), "No run");
	assert_refused(run_rows_find(w->store, &w->arena, STR(""), &row, &e), "not the id");
	struct store_run twin = {.id = ids[0] ^ 1, .name = STR("twin"), .kind = STR("prompt")};
	store_begin_run(w->store, &twin);
	world_settle(w);
	id_text(ids[0], text);
	text[15] = '\0';
	assert_refused(
		run_rows_find(w->store, &w->arena, str_from(text), &row, &e), "More than one");
}

static void prompt_versions_count_changes(void **state)
{
	struct world *w = *state;
	world_open(w);
	static const char *const sources[] = {"one", "one", "two", "one", "one"};
	static const int versions[] = {1, 1, 2, 3, 3};
	for (int i = 0; i < 5; i++) {
		world_run(w, "p", sources[i]);
		world_run(w, "other", "fixed");
		world_settle(w);
		struct run_filter filter = {.name = STR("p"), .limit = 1};
		struct run_rows rows;
		assert_ok(run_rows_list(w->store, &w->arena, &filter, &rows, &e));
		assert_int_equal(rows.rows[0].prompt_version, versions[i]);
	}
	struct prompt_rows prompts;
	assert_ok(prompt_rows_list(w->store, &w->arena, STR("p"), &prompts, &e));
	assert_int_equal(prompts.len, 3);
	assert_int_equal(prompts.rows[0].version, 3);
	assert_str(read_blob(w, prompts.rows[1].source_blob), "two");
	assert_false(prompts.rows[1].damaged);
	assert_ok(prompt_rows_list(w->store, &w->arena, STR("other"), &prompts, &e));
	assert_int_equal(prompts.len, 1);
}

/* What was saved counts with what was run; the same bytes again are no new version. */
static void saves_are_versions_too(void **state)
{
	struct world *w = *state;
	static const char *const sources[] = {"one", "one", "two", "one"};
	world_open(w);
	world_run(w, "p", "one");
	for (size_t i = 0; i < 4; i++) {
		struct store_version v = {
			STR("p"), str_from(sources[i]), str_from(sources[i]), (int64_t)i + 1};
		store_add_version(w->store, &v);
		v.path = STR("never run");
		store_add_version(w->store, &v);
	}
	world_settle(w);
	world_run(w, "p", "one");
	world_settle(w);
	struct prompt_rows prompts;
	assert_ok(prompt_rows_list(w->store, &w->arena, STR("p"), &prompts, &e));
	assert_int_equal(prompts.len, 3);
	assert_str(read_blob(w, prompts.rows[1].source_blob), "two");
	assert_str(prompts.rows[1].hash, "two");
	assert_ok(prompt_rows_list(w->store, &w->arena, STR("never run"), &prompts, &e));
	assert_int_equal(prompts.len, 3);
	assert_int_equal(prompts.rows[0].created_ns, 4);
	assert_clean(w);
}

static void durable_means_in_another_process_too(void **state)
{
	struct world *w = *state;
	world_open(w);
	uint64_t run = world_begin_run(w, "p", "x");
	uint64_t span = world_begin_span(w, run, 0);
	world_begin_attempt(w, run, span);
	world_settle(w);
	sqlite3 *db = open_beside(w);
	sqlite3_stmt *s;
	assert_int_equal(
		sqlite3_prepare_v2(db, "SELECT state FROM attempt", -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_string_equal(sqlite3_column_text(s, 0), "planned");
	sqlite3_finalize(s);
	sqlite3_close(db);
	assert_idle(w);
}

static void closing_writes_what_is_queued(void **state)
{
	struct world *w = *state;
	world_open(w);
	struct world_wait wait = {.done = false};
	uint64_t id = world_run(w, "p", "x");
	store_when_durable(w->store, world_waited, &wait);
	world_close(w);
	assert_true(wait.done);
	assert_false(wait.failed);
	assert_idle(w);
	assert_false(file_exists(world_path(w, ".lathe/lathe.db-wal")));
	world_open(w);
	assert_int_equal(find_run(w, "last").id, id);
	assert_int_equal(store_rows_ever(w->store), 4);
}

static void a_forgotten_wait_is_not_called(void **state)
{
	struct world *w = *state;
	world_open(w);
	struct world_wait forgotten = {.done = false};
	world_run(w, "p", "x");
	store_when_durable(w->store, world_waited, &forgotten);
	store_forget_wait(w->store, world_waited, &forgotten);
	world_settle(w);
	assert_false(forgotten.done);
}

static void other_writers_are_noticed(void **state)
{
	struct world *w = *state, other = {.ids.count = 1000, .ids.counting = true};
	world_open(w);
	other.folder = w->folder;
	other.loop = loop_new(clock_real());
	world_open(&other);
	(void)store_changed(w->store);
	assert_false(store_changed(w->store));
	for (int i = 0; i < 20; i++) {
		world_run(w, "here", "x");
		world_run(&other, "there", "y");
	}
	world_settle(&other);
	world_settle(w);
	assert_true(store_changed(w->store));
	struct run_filter filter = {.name = STR("there")};
	struct run_rows rows;
	assert_ok(run_rows_list(w->store, &w->arena, &filter, &rows, &e));
	assert_int_equal(rows.len, 20);
	world_close(&other);
	loop_free(other.loop);
	assert_ok(run_rows_list(w->store, &w->arena, NULL, &rows, &e));
	assert_int_equal(rows.len, 40);
}

static void a_dead_owners_run_is_interrupted(void **state)
{
	struct world *w = *state, other = {.ids.count = 1000, .ids.counting = true};
	world_open(w);
	other.folder = w->folder;
	other.loop = loop_new(clock_real());
	world_open(&other);
	uint64_t run = world_begin_run(&other, "p", "x");
	uint64_t span = world_begin_span(&other, run, 0);
	uint64_t planned = world_begin_attempt(&other, run, span);
	uint64_t sent = world_begin_attempt(&other, run, span);
	store_sent_attempt(other.store, sent, 5);
	struct store_partial partial = {
		.span = span, .seq = 0, .kind = STR("text"), .bytes = STR("half an ans")};
	store_add_partial(other.store, &partial);
	world_settle(&other);
	assert_str(find_run(w, "last").status, "running");

	world_close(&other);
	loop_free(other.loop);
	assert_str(find_run(w, "last").status, "interrupted");
	world_close(w);
	world_open(w);
	world_settle(w);
	sqlite3 *db = open_beside(w);
	sqlite3_stmt *s;
	sqlite3_prepare_v2(db, "SELECT status FROM run", -1, &s, NULL);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_string_equal(sqlite3_column_text(s, 0), "interrupted");
	sqlite3_finalize(s);
	sqlite3_close(db);

	struct span_rows spans;
	struct attempt_rows attempts;
	assert_ok(span_rows_list(w->store, &w->arena, run, &spans, &e));
	assert_str(spans.rows[0].status, "interrupted");
	assert_ok(span_rows_attempts(w->store, &w->arena, run, &attempts, &e));
	assert_int_equal(attempts.rows[0].id, planned);
	assert_str(attempts.rows[0].state, "unknown");
	assert_str(attempts.rows[1].state, "unknown");
	assert_false(attempts.rows[1].damaged);
	struct str text;
	assert_ok(span_rows_partial(w->store, &w->arena, span, &text, &e));
	assert_str(text, "half an ans");
}

static void partial_text_goes_with_the_final_row(void **state)
{
	struct world *w = *state;
	world_open(w);
	uint64_t run = world_begin_run(w, "p", "x");
	uint64_t span = world_begin_span(w, run, 0);
	struct store_partial partial = {.span = span, .kind = STR("text"), .bytes = STR("half ")};
	store_add_partial(w->store, &partial);
	partial = (struct store_partial){
		.span = span, .seq = 1, .kind = STR("reasoning"), .bytes = STR("hm")};
	store_add_partial(w->store, &partial);
	partial = (struct store_partial){
		.span = span, .seq = 2, .kind = STR("text"), .bytes = STR("done")};
	store_add_partial(w->store, &partial);
	world_settle(w);
	struct str text;
	assert_ok(span_rows_partial(w->store, &w->arena, span, &text, &e));
	assert_str(text, "half done");
	world_end_span(w, span, "\"half done\"");
	world_settle(w);
	assert_ok(span_rows_partial(w->store, &w->arena, span, &text, &e));
	assert_str(text, "");
}

static void replace_secret(void *ctx, struct buf *bytes)
{
	const struct str *secret = ctx;
	size_t at;
	while ((at = str_find(buf_str(bytes), *secret, 0)) != SIZE_MAX)
		memset(bytes->at + at, '*', secret->len);
}

static void secrets_do_not_reach_the_file(void **state)
{
	struct world *w = *state;
	struct str secret = STR("hunter2hunter2");
	world_open(w);
	store_set_redactor(w->store, replace_secret, &secret);
	struct store_run run = {.id = 1,
		.kind = secret,
		.name = secret,
		.source = secret,
		.git = secret,
		.settings = secret,
		.inputs = secret};
	struct store_span span = {.id = 2,
		.run = 1,
		.name = secret,
		.kind = secret,
		.attributes = secret,
		.input = secret};
	struct store_attempt attempt = {.id = 3,
		.run = 1,
		.span = 2,
		.provider = secret,
		.connection = secret,
		.model = secret,
		.request = secret};
	struct store_attempt_end attempt_end = {.id = 3,
		.state = STR("error"),
		.raw = secret,
		.error = secret,
		.finish_reason = secret,
		.response_id = secret,
		.response_model = secret};
	struct store_log log = {.run = 1, .level = STR("info"), .text = secret};
	struct store_partial partial = {.span = 2, .kind = STR("text"), .bytes = secret};
	store_begin_run(w->store, &run);
	store_begin_span(w->store, &span);
	store_begin_attempt(w->store, &attempt);
	store_end_attempt(w->store, &attempt_end);
	store_add_log(w->store, &log);
	store_add_partial(w->store, &partial);
	world_settle(w);
	assert_str(find_run(w, "last").name, "**************");
	struct store_span_end span_end = {.id = 2,
		.status = STR("ok"),
		.output = secret,
		.attributes = secret,
		.error = secret};
	struct store_run_end run_end = {
		.id = 1, .status = STR("ok"), .output = secret, .error = secret};
	store_end_span(w->store, &span_end);
	store_end_run(w->store, &run_end);
	world_settle(w);
	struct run_row row = find_run(w, "last");
	assert_str(read_blob(w, row.output_blob), "**************");
	world_close(w);
	/* No text is large enough to be compressed: a miss would stand in the file. */
	struct str bytes;
	assert_ok(file_read(&w->arena, world_path(w, ".lathe/lathe.db"), 1 << 24, &bytes, &e));
	assert_true(str_find(bytes, STR("**************"), 0) != SIZE_MAX);
	assert_true(str_find(bytes, secret, 0) == SIZE_MAX);
}

static void a_damaged_row_says_so(void **state)
{
	struct world *w = *state;
	world_open(w);
	uint64_t id = world_run(w, "p", "x");
	world_settle(w);
	sqlite3 *db = open_beside(w);
	run_sql(db, "UPDATE run SET name = 'q'; UPDATE span SET kind = 'lln'; "
		    "UPDATE attempt SET output_tokens = 35; UPDATE prompt SET version = 7;"
		    "UPDATE blob SET bytes = zeroblob(length(bytes))");
	sqlite3_close(db);
	struct run_row run = find_run(w, "last");
	assert_true(run.damaged);
	struct span_rows spans;
	assert_ok(span_rows_list(w->store, &w->arena, id, &spans, &e));
	assert_true(spans.rows[0].damaged);
	struct attempt_rows attempts;
	assert_ok(span_rows_attempts(w->store, &w->arena, id, &attempts, &e));
	assert_true(attempts.rows[0].damaged);
	struct prompt_rows prompts;
	assert_ok(prompt_rows_list(w->store, &w->arena, STR("p"), &prompts, &e));
	assert_true(prompts.rows[0].damaged);
	struct str bytes;
	assert_refused(blob_rows_read(w->store, &w->arena, run.output_blob, &bytes, &e), "damaged");
	assert_refused(blob_rows_read(w->store, &w->arena, 999, &bytes, &e), "not in");
}

/* The lists of row_hash.h are the schema's columns, in order, less rowid and hash. */
static void hashes_cover_every_column(void **state)
{
	(void)state;
	static const struct {
		const char *table, *columns;
	} rows[] = {
		{"meta", META_COLUMNS},
		{"blob", BLOB_COLUMNS},
		{"run", RUN_COLUMNS},
		{"span", SPAN_COLUMNS},
		{"attempt", ATTEMPT_COLUMNS},
		{"partial", PARTIAL_COLUMNS},
		{"log", LOG_COLUMNS},
		{"prompt", PROMPT_COLUMNS},
		{"response_cache", CACHE_COLUMNS},
		{"cache_use", CACHE_USE_COLUMNS},
		{"calibration", CALIBRATION_COLUMNS},
		{"run_job", JOB_COLUMNS},
		{"run_column", COLUMN_COLUMNS},
		{"run_case", CASE_COLUMNS},
		{"sample", SAMPLE_COLUMNS},
		{"trial", TRIAL_COLUMNS},
	};
	sqlite3 *db = migrate_in_memory(migrate_newest());
	sqlite3_stmt *s;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		sqlite3_prepare_v2(db,
			"SELECT group_concat(name, ', ') FROM pragma_table_info(?1) "
			"WHERE pk = 0 AND name <> 'row_hash'",
			-1, &s, NULL);
		sqlite3_bind_text(s, 1, rows[i].table, -1, SQLITE_STATIC);
		assert_int_equal(sqlite3_step(s), SQLITE_ROW);
		assert_string_equal(sqlite3_column_text(s, 0), rows[i].columns);
		sqlite3_finalize(s);
	}
	sqlite3_prepare_v2(
		db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'", -1, &s, NULL);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(s, 0), sizeof rows / sizeof *rows);
	sqlite3_finalize(s);
	sqlite3_close(db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_run_is_read_back),
		TEST(equal_contents_are_kept_once),
		TEST(runs_are_listed_and_found),
		TEST(prompt_versions_count_changes),
		TEST(saves_are_versions_too),
		TEST(durable_means_in_another_process_too),
		TEST(closing_writes_what_is_queued),
		TEST(a_forgotten_wait_is_not_called),
		TEST(other_writers_are_noticed),
		TEST(a_dead_owners_run_is_interrupted),
		TEST(partial_text_goes_with_the_final_row),
		TEST(secrets_do_not_reach_the_file),
		TEST(a_damaged_row_says_so),
		cmocka_unit_test(hashes_cover_every_column),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
