/* SPDX-License-Identifier: MIT */
/* Looking back through the engine at runs that the store holds. */
#include "core/engine/history.h"
#include "core/engine/sent.h"

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

/* What was written is on disk, and an engine looks at the folder. */
static struct engine *look_back(struct world *w)
{
	struct engine *engine = NULL;
	struct engine_options options = {.path = w->folder, .read_only = true};
	world_close(w);
	assert_ok(engine_new(&options, &engine, &e));
	return engine;
}

static void nothing_was_recorded(void **state)
{
	struct world *w = *state;
	struct run_rows rows;
	struct history h;
	struct engine *engine = NULL;
	world_close(w);
	const char *folder = world_path(w, "empty");
	struct engine_options options = {.path = folder, .read_only = true};
	assert_ok(file_make_folder(folder, 0700, &e));
	write_file(w, "empty/lathe.yaml", STR("name: empty\n"));
	assert_ok(engine_new(&options, &engine, &e));
	assert_ok(history_list(engine, NULL, &w->arena, &rows, &e));
	assert_int_equal(rows.len, 0);
	assert_refused(history_read(engine, STR("last"), &w->arena, &h, &e), "No runs here yet");
	assert_ok(engine_free(engine, &e));
}

static void a_files_runs_come_in_pages(void **state)
{
	struct world *w = *state;
	struct run_rows rows;
	uint64_t ids[5];
	for (size_t i = 0; i < 5; i++) {
		ids[i] = world_run(w, "a.prompty", i < 3 ? "one" : "two");
		world_run(w, "b.prompty", "other");
	}
	struct engine *engine = look_back(w);
	struct run_filter filter = {.name = STR("a.prompty"), .limit = 2};
	assert_ok(history_list(engine, &filter, &w->arena, &rows, &e));
	assert_int_equal(rows.len, 2);
	assert_int_equal(rows.rows[0].id, ids[4]);
	assert_int_equal(rows.rows[0].prompt_version, 2);
	assert_int_equal(rows.rows[0].output_tokens, 34);
	assert_true(rows.rows[0].first_ns > 0);
	assert_str(history_model(&rows.rows[0], &w->arena), "m");
	filter.before = rows.rows[1].seq;
	filter.limit = 10;
	assert_ok(history_list(engine, &filter, &w->arena, &rows, &e));
	assert_int_equal(rows.len, 3);
	assert_int_equal(rows.rows[0].id, ids[2]);
	assert_int_equal(rows.rows[0].prompt_version, 1);
	assert_int_equal(rows.rows[2].id, ids[0]);
	assert_ok(engine_free(engine, &e));
}

static void usage_that_is_not_there_yet_is_marked(void **state)
{
	struct world *w = *state;
	struct run_rows rows;
	uint64_t run = world_begin_run(w, "a.prompty", "one");
	uint64_t span = world_begin_span(w, run, 0);
	world_end_attempt(w, world_begin_attempt(w, run, span));
	world_begin_attempt(w, run, span);
	struct engine *engine = look_back(w);
	assert_ok(history_list(engine, NULL, &w->arena, &rows, &e));
	assert_int_equal(rows.rows[0].output_tokens, 34);
	assert_true(rows.rows[0].estimated);
	assert_ok(engine_free(engine, &e));
}

/* Two steps at once: the children that came in turns stand below their own parents. */
static void spans_make_a_tree(void **state)
{
	struct world *w = *state;
	struct history h;
	uint64_t run = world_begin_run(w, "a.prompty", "one");
	uint64_t root = world_begin_span(w, run, 0);
	uint64_t left = world_begin_span(w, run, root), right = world_begin_span(w, run, root);
	uint64_t of_left = world_begin_span(w, run, left);
	uint64_t of_right = world_begin_span(w, run, right);
	uint64_t last_of_left = world_begin_span(w, run, left);
	uint64_t lost = world_begin_span(w, run, 12345);
	struct engine *engine = look_back(w);
	const uint64_t ids[] = {root, left, of_left, last_of_left, right, of_right, lost};
	const int depths[] = {0, 1, 2, 2, 1, 2, 0};
	assert_ok(history_read(engine, STR("last"), &w->arena, &h, &e));
	assert_int_equal(h.spans.len, 7);
	for (size_t i = 0; i < 7; i++) {
		assert_int_equal(h.spans.rows[h.steps[i].span].id, ids[i]);
		assert_int_equal(h.steps[i].depth, depths[i]);
	}
	assert_ok(engine_free(engine, &e));
}

static void an_interrupted_answer_is_kept(void **state)
{
	struct world *w = *state;
	struct history h;
	uint64_t run = world_begin_run(w, "a.prompty", "one");
	uint64_t span = world_begin_span(w, run, 0);
	struct store_partial piece = {
		.span = span, .kind = STR("text"), .bytes = STR("It begins, ")};
	assert_true(store_add_partial(w->store, &piece));
	struct engine *engine = look_back(w);
	assert_ok(history_read(engine, STR("last"), &w->arena, &h, &e));
	assert_str(h.run.status, "interrupted");
	assert_str(history_status(&h, &h.spans.rows[0]), "interrupted");
	assert_str(history_partial(engine, &h.spans.rows[0], &w->arena), "It begins, ");
	assert_ok(engine_free(engine, &e));
}

static void a_damaged_content_says_so(void **state)
{
	struct world *w = *state;
	struct history h;
	struct str text;
	world_run(w, "a.prompty", "one");
	world_settle(w);
	sqlite3 *db = open_beside(w);
	run_sql(db, "UPDATE blob SET bytes = x'00' WHERE id = "
		    "(SELECT output_blob FROM run)");
	sqlite3_close(db);
	struct engine *engine = look_back(w);
	assert_ok(history_read(engine, STR("last"), &w->arena, &h, &e));
	assert_refused(
		history_content(engine, h.run.output_blob, &w->arena, &text, &e), "is damaged");
	assert_str(text, "");
	assert_ok(history_content(engine, h.run.input_blob, &w->arena, &text, &e));
	assert_str(text, "{\"question\":\"why\"}");
	assert_ok(engine_free(engine, &e));
}

static void a_request_is_read_back(void **state)
{
	struct world *w = *state;
	struct arena *a = &w->arena;
	struct sent_message *m;
	size_t count;
	struct str body = STR(
		"{\"model\":\"tiny\",\"messages\":[{\"role\":\"system\",\"content\":\"Be kind.\"},"
		"{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"See\"},"
		"{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}]},"
		"{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c\",\"type\":"
		"\"function\",\"function\":{\"name\":\"look\",\"arguments\":\"{}\"}}]},"
		"{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"seen\"}],"
		"\"temperature\":0.2}");
	assert_true(sent_messages(body, a, &m, &count));
	assert_int_equal(count, 4);
	assert_str(m[0].role, "system");
	assert_str(m[0].text, "Be kind.");
	assert_str(m[1].text, "See\n[image image/png, 0 KB]");
	assert_str(m[2].text, "calls look({})");
	assert_str(m[3].name, "c");
	struct value parameters = sent_parameters(body, a);
	assert_int_equal(parameters.u.dict->len, 2);
	assert_str(value_get_str(parameters, "model", STR("")), "tiny");
	assert_true(sent_messages(STR("{\"prompt\":\"Once\"}"), a, &m, &count));
	assert_str(m[0].text, "Once");
	assert_false(sent_messages(STR("not json"), a, &m, &count));
	assert_false(sent_messages(STR(""), a, &m, &count));
	assert_int_equal(sent_parameters(STR("[1]"), a).kind, VALUE_NONE);
}

/* The same talk in each vendor's words reads the same. */
static void sent_is_read_from_every_format(void **state)
{
	static const char *const bodies[] = {
		"{\"model\":\"m\",\"system\":\"Be brief.\",\"messages\":[{\"role\":\"user\","
		"\"content\":[{\"type\":\"text\",\"text\":\"What?\"},{\"type\":\"image\","
		"\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"AAAA\"}}"
		"]},{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t\","
		"\"name\":\"f\",\"input\":{\"a\":1}}]},{\"role\":\"user\",\"content\":[{\"type\":"
		"\"tool_result\",\"tool_use_id\":\"t\",\"content\":\"4\"}]}],\"top_k\":1}",
		"{\"systemInstruction\":{\"parts\":[{\"text\":\"Be brief.\"}]},\"contents\":[{"
		"\"role\":\"user\",\"parts\":[{\"text\":\"What?\"},{\"inlineData\":{\"mimeType\":"
		"\"image/png\",\"data\":\"AAAA\"}}]},{\"role\":\"model\",\"parts\":[{"
		"\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1}}}]},{\"role\":\"user\","
		"\"parts\":[{\"functionResponse\":{\"name\":\"f\",\"response\":4}}]}],\"top_k\":1}",
		"{\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\","
		"\"content\":\"What?\",\"images\":[\"AAAA\"]},{\"role\":\"assistant\",\"content\":"
		"\"\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}}]},{"
		"\"role\":\"tool\",\"content\":\"4\"}],\"top_k\":1}",
		"{\"system\":[{\"text\":\"Be brief.\"}],\"messages\":[{\"role\":\"user\","
		"\"content\":[{\"text\":\"What?\"},{\"image\":{\"format\":\"png\",\"source\":{"
		"\"bytes\":\"AAAA\"}}}]},{\"role\":\"assistant\",\"content\":[{\"toolUse\":{"
		"\"toolUseId\":\"t\",\"name\":\"f\",\"input\":{\"a\":1}}}]},{\"role\":\"user\","
		"\"content\":[{\"toolResult\":{\"toolUseId\":\"t\",\"content\":[{\"text\":\"4\"}]}}"
		"]}],\"top_k\":1}",
		"{\"model\":\"m\",\"input\":[{\"role\":\"system\",\"content\":\"Be brief.\"},{"
		"\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"What?\"},{"
		"\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,AAAA\"}]},{"
		"\"type\":\"function_call\",\"call_id\":\"t\",\"name\":\"f\",\"arguments\":"
		"\"{\\\"a\\\":1}\"},{\"type\":\"function_call_output\",\"call_id\":\"t\","
		"\"output\":\"4\"}],\"top_k\":1}",
	};
	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		struct arena a = ARENA_INIT;
		struct sent_message *m;
		size_t count;
		assert_true(sent_messages(str_from(bodies[i]), &a, &m, &count));
		assert_int_equal(count, 4);
		assert_str(m[0].role, "system");
		assert_str(m[0].text, "Be brief.");
		assert_true(str_starts(m[1].text, STR("What?\n[image ")));
		assert_str(m[2].text, "calls f({\"a\":1})");
		assert_str(m[3].text, "4");
		assert_int_equal(
			value_get_int(sent_parameters(str_from(bodies[i]), &a), "top_k", 0), 1);
		arena_release(&a);
	}
}

static void an_answer_is_read_from_outputs(void **state)
{
	struct world *w = *state;
	struct arena *a = &w->arena;
	assert_str(history_answer(STR("{\"docs\":[1],\"answer\":\"yes\"}"), a), "yes");
	assert_str(history_answer(STR("{\"docs\":[1]}"), a), "[\n  1\n]");
	assert_str(history_answer(STR("{}"), a), "");
	assert_str(history_answer(STR(""), a), "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sent_is_read_from_every_format),
		TEST(nothing_was_recorded),
		TEST(a_files_runs_come_in_pages),
		TEST(usage_that_is_not_there_yet_is_marked),
		TEST(spans_make_a_tree),
		TEST(an_interrupted_answer_is_kept),
		TEST(a_damaged_content_says_so),
		TEST(a_request_is_read_back),
		TEST(an_answer_is_read_from_outputs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
