/* SPDX-License-Identifier: MIT */
/* The pane of runs: pages of rows, and what has only just begun; and a run of the past as a
 * record. */
#include "tui/pane/record_load.h"
#include "tui/pane/runs.h"

#include "tests/unit/store_world.h"

static int set_up(void **state)
{
	static struct world world;
	world_init(&world);
	world_open(&world);
	*state = &world;
	return 0;
}

static int tear_down(void **state)
{
	world_release(*state);
	return 0;
}

/* COUNT rows, the newest with the sequence number NEWEST; ids are ten times that. */
static struct run_rows page_of(struct world *w, int64_t newest, size_t count)
{
	struct run_rows page = {
		.rows = ARENA_ARRAY(&w->arena, struct run_row, count + 1), .len = count};
	for (size_t i = 0; i < count; i++) {
		int64_t seq = newest - (int64_t)i;
		page.rows[i] = (struct run_row){.seq = seq,
			.id = (uint64_t)seq * 10,
			.started_ns = seq,
			.ended_ns = seq + 1,
			.status = STR("ok"),
			.input_tokens = -1,
			.output_tokens = 7};
	}
	return page;
}

static void take(struct runs *r, struct world *w, int64_t newest, size_t count, bool older)
{
	struct run_rows page = page_of(w, newest, count);
	runs_take(r, &page, older);
}

/* All rows in order, newest first, none twice. */
static void assert_in_order(const struct runs *r)
{
	for (size_t i = 1; i < r->count; i++)
		assert_true(r->rows[i].seq < r->rows[i - 1].seq);
}

static void pages_join(void **state)
{
	struct world *w = *state;
	struct runs r = {.count = 0};
	runs_open(&r, "a.prompty", true);
	assert_false(r.read);
	take(&r, w, 1000, RUNS_PAGE, false);
	assert_true(r.read && r.more);
	take(&r, w, 800, RUNS_PAGE, true);
	take(&r, w, 600, 50, true);
	assert_false(r.more);
	assert_int_equal(r.count, 2 * RUNS_PAGE + 50);
	/* Three new runs: the newest page overlaps what is there. */
	take(&r, w, 1003, RUNS_PAGE, false);
	assert_int_equal(r.count, 2 * RUNS_PAGE + 53);
	assert_int_equal(r.rows[0].seq, 1003);
	assert_in_order(&r);
	/* So many new ones that the page does not join on: what lies between is read again. */
	take(&r, w, 5000, RUNS_PAGE, false);
	assert_int_equal(r.count, RUNS_PAGE);
	assert_true(r.more);
	assert_in_order(&r);
	runs_free(&r);
}

static void the_chosen_run_stays_chosen(void **state)
{
	struct world *w = *state;
	struct runs r = {.count = 0};
	runs_open(&r, "a.prompty", true);
	runs_class.fit(&r, 40, 5);
	take(&r, w, 100, 20, false);
	assert_int_equal(runs_selected(&r), 1000);
	take(&r, w, 101, 21, false);
	assert_int_equal(runs_selected(&r), 1010); /* the newest stays the newest */
	runs_select(&r, 900);
	take(&r, w, 105, 25, false);
	assert_int_equal(runs_selected(&r), 900);
	runs_open(&r, "b.prompty", true);
	assert_int_equal(r.count, 0);
	assert_int_equal(runs_selected(&r), 0);
	runs_free(&r);
}

static void what_has_just_begun_stands_on_top(void **state)
{
	struct world *w = *state;
	struct runs r = {.count = 0};
	struct record *record = record_new(1010, "a.prompty", 5);
	const struct record *live[] = {record};
	runs_open(&r, "a.prompty", true);
	take(&r, w, 100, 20, false);
	runs_listen(&r, live, 1);
	assert_int_equal(r.fresh, 1);
	assert_int_equal(r.list.count, 21);
	assert_int_equal(runs_selected(&r), 1010);
	/* Then its row is there: not twice. */
	take(&r, w, 101, 21, false);
	assert_int_equal(r.fresh, 0);
	assert_int_equal(r.list.count, 21);
	assert_int_equal(runs_selected(&r), 1010);
	record_free(record);
	runs_free(&r);
}

static struct engine *look_back(struct world *w)
{
	struct engine *engine = NULL;
	struct engine_options options = {.path = w->folder, .read_only = true};
	world_close(w);
	assert_ok(engine_new(&options, &engine, &e));
	return engine;
}

static void a_run_is_loaded(void **state)
{
	struct world *w = *state;
	struct err e = ERR_INIT;
	uint64_t run = world_run(w, "a.prompty", "one");
	struct engine *engine = look_back(w);
	struct record *r = record_load(engine, run, &e);
	assert_non_null(r);
	assert_true(r->past);
	assert_false(r->open_end);
	assert_int_equal(r->status, TRACE_OK);
	assert_str(buf_str(&r->answer.bytes), "because");
	assert_string_equal(r->path, "a.prompty");
	assert_string_equal(r->model, "m");
	assert_int_equal(r->usage.input, 12);
	assert_int_equal(r->usage.output, 34);
	assert_int_equal(r->span_count, 2);
	assert_int_equal(r->spans[1].depth, 1);
	record_free(r);
	assert_null(record_load(engine, 12345, &e));
	assert_non_null(strstr(e.text, "No run's id begins with"));
	assert_true(engine_free(engine, &e));
}

static void an_interrupted_run_is_loaded(void **state)
{
	struct world *w = *state;
	struct err e = ERR_INIT;
	uint64_t run = world_begin_run(w, "a.prompty", "one");
	uint64_t span = world_begin_span(w, run, world_begin_span(w, run, 0));
	struct store_partial piece = {
		.span = span, .kind = STR("text"), .bytes = STR("It begins, ")};
	world_begin_attempt(w, run, span);
	assert_true(store_add_partial(w->store, &piece));
	struct engine *engine = look_back(w);
	struct record *r = record_load(engine, run, &e);
	assert_non_null(r);
	assert_true(r->open_end);
	assert_int_equal(r->status, TRACE_INTERRUPTED);
	assert_int_equal(r->spans[1].status, TRACE_INTERRUPTED);
	assert_str(buf_str(&r->answer.bytes), "It begins, ");
	assert_int_equal(r->usage.output, -1);
	record_free(r);
	assert_true(engine_free(engine, &e));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(pages_join),
		TEST(the_chosen_run_stays_chosen),
		TEST(what_has_just_begun_stands_on_top),
		TEST(a_run_is_loaded),
		TEST(an_interrupted_run_is_loaded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
