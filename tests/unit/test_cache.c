/* SPDX-License-Identifier: MIT */
/* The response cache: what its keys are made of, what is kept and what is not, how it ends. */
#include "core/model/cache.h"

#include "core/data/json.h"
#include "core/net/redact.h"
#include "core/store/cache_rows.h"

#include "tests/unit/store_world.h"

#define DAY INT64_C(86400000000000)

struct rig {
	struct world world;
	struct redact *redact;
	struct cache *cache;
	struct connection connection;
	struct message message;
	struct model_request request;
};

static int set_up(void **state)
{
	struct rig *r = calloc(1, sizeof *r);
	world_init(&r->world);
	world_open(&r->world);
	r->redact = redact_new();
	r->cache = cache_new(r->redact);
	cache_set_store(r->cache, r->world.store);
	r->connection = (struct connection){.name = STR("one"),
		.provider = STR("openai"),
		.vendor = STR(""),
		.base_url = STR("https://api.example.com/v1"),
		.secret = STR("env:ONE_KEY"),
		.script = STR("")};
	r->message = (struct message){.role = ROLE_USER, .content = STR("How many days?")};
	r->request = (struct model_request){.api = API_CHAT,
		.model = STR("small"),
		.messages = &r->message,
		.message_count = 1,
		.parameters = value_dict(&r->world.arena)};
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *r = *state;
	cache_free(r->cache);
	redact_free(r->redact);
	world_close(&r->world);
	world_release(&r->world);
	free(r);
	return 0;
}

static struct cache_key key_of(struct rig *r)
{
	struct cache_key key = {.secret = false};
	const struct provider *p = provider_find(r->connection.provider);
	assert_ok(cache_make_key(
		r->cache, &r->world.arena, p, &r->connection, &r->request, &key, &e));
	return key;
}

static void parameters(struct rig *r, const char *json)
{
	assert_ok(json_read(&r->world.arena, str_from(json), NULL, &r->request.parameters, &e));
}

static void assert_same(struct rig *r, const struct cache_key *key)
{
	assert_string_equal(key_of(r).text, key->text);
}

static void assert_other(struct rig *r, const struct cache_key *key)
{
	assert_string_not_equal(key_of(r).text, key->text);
}

static struct model_result answer(const char *text)
{
	return (struct model_result){.status = TRACE_OK,
		.text = str_from(text),
		.usage = {.input = 12, .output = 3, -1, -1, -1},
		.tool_calls = value_none(),
		.response = value_none(),
		.finish_reason = STR("stop"),
		.response_id = STR("r-1"),
		.response_model = STR("small-2"),
		.http_status = 200,
		.first_ns = 99};
}

static bool keep(struct rig *r, const struct cache_key *key, const char *text, int64_t now)
{
	struct model_result result = answer(text);
	struct cache_asker by = {.run = 7, .attempt = 8, .now_ns = now};
	return cache_store(r->cache, key, &result, &by);
}

static bool look(struct rig *r, const struct cache_key *key, int64_t now, struct cache_hit *hit)
{
	return cache_lookup(r->cache, &r->world.arena, key, now, hit);
}

static void the_form_of_a_request_does_not_matter(void **state)
{
	struct rig *r = *state;
	parameters(r, "{\"temperature\": 1, \"top_p\": 0.5, \"stop\": [\"a\", \"b\"]}");
	const struct cache_key key = key_of(r);
	parameters(r, "{\"stop\":[\"a\",\"b\"],\"top_p\":0.50,\"temperature\":1.0}");
	assert_same(r, &key);
	r->request.stream = true;
	assert_same(r, &key);
	r->connection.name = STR("two");
	r->connection.secret = STR("cmd:pass show two");
	assert_same(r, &key);
	r->connection.headers = value_dict(&r->world.arena);
	value_set(r->connection.headers, STR("User-Agent"), value_cstr("me"));
	assert_same(r, &key);
	r->connection.options = value_dict(&r->world.arena);
	value_set(r->connection.options, STR("idle_seconds"), value_int(5));
	value_set(r->connection.options, STR("comments_seconds"), value_int(5));
	assert_same(r, &key);
}

static void what_an_answer_depends_on_does(void **state)
{
	struct rig *r = *state;
	parameters(r, "{\"stop\": [\"a\", \"b\"]}");
	const struct cache_key key = key_of(r);
	parameters(r, "{\"stop\": [\"b\", \"a\"]}");
	assert_other(r, &key);
	parameters(r, "{\"stop\": [\"a\", \"b\"]}");
	assert_same(r, &key);
	r->request.sample = 1;
	assert_other(r, &key);
	r->request.sample = 0;
	r->request.model = STR("large");
	assert_other(r, &key);
	r->request.model = STR("small");
	r->message.content = STR("How many days? ");
	assert_other(r, &key);
	r->message.content = STR("How many days?");
	r->connection.base_url = STR("https://api.example.com/v2");
	assert_other(r, &key);
	r->connection.base_url = STR("https://api.example.com/v1");
	r->connection.vendor = STR("vllm");
	assert_other(r, &key);
	r->connection.vendor = STR("");
	r->connection.headers = value_dict(&r->world.arena);
	value_set(r->connection.headers, STR("api-version"), value_cstr("2"));
	assert_other(r, &key);
	r->connection.headers = value_none();
	assert_same(r, &key);
}

static void the_parts_say_what_the_key_is(void **state)
{
	struct rig *r = *state;
	struct value parts;
	const struct cache_key key = key_of(r);
	assert_ok(json_read(&r->world.arena, key.parts, NULL, &parts, &e));
	assert_true(str_is(value_get_str(parts, "provider", STR("")), "openai"));
	assert_true(str_is(value_get_str(parts, "url", STR("")),
		"https://api.example.com/v1/chat/completions"));
	assert_int_equal(value_get_str(parts, "request", STR("")).len, 64);
	assert_int_equal(str_find(key.parts, STR("ONE_KEY"), 0), SIZE_MAX);
}

static void canonical_json(void **state)
{
	static const char *const pairs[][2] = {
		{"{ \"b\" : [1.0, -0.0, 2.5], \"a\" : {\"d\":null,\"c\":true} }",
			"{\"a\":{\"c\":true,\"d\":null},\"b\":[1,0,2.5]}"},
		{"no JSON", "no JSON"},
		{"{\"n\": 1e300}", "{\"n\":1e+300}"},
		{" \"a\\\"b\" ", "\"a\\\"b\""},
		{"{\"b\":{},\"a\":[ ],\"c\":\"\\\\\"}", "{\"a\":[],\"b\":{},\"c\":\"\\\\\"}"},
		{"{\"a\":1} x", "{\"a\":1} x"},
		{"{\"a\":", "{\"a\":"},
		{"[1,]", "[1,]"},
		{"\"open", "\"open"},
		{"\"open\\", "\"open\\"},
		{"", ""},
	};
	struct rig *r = *state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct str out = cache_canonical(&r->world.arena, str_from(pairs[i][0]));
		assert_string_equal(str_cstr(&r->world.arena, out), pairs[i][1]);
	}
}

static void an_answer_comes_back_whole(void **state)
{
	struct rig *r = *state;
	struct model_result result = answer("ten \xe2\x82\xac");
	struct model_result back;
	result.reasoning = STR("because");
	result.refusal = STR("no");
	assert_ok(
		json_read(&r->world.arena, STR("[{\"id\":\"c1\"}]"), NULL, &result.tool_calls, &e));
	assert_ok(json_read(&r->world.arena, STR("{\"x\":[1.5]}"), NULL, &result.response, &e));
	assert_true(cache_read_result(
		&r->world.arena, cache_write_result(&r->world.arena, &result), &back));
	assert_int_equal(back.status, TRACE_OK);
	assert_true(str_eq(back.text, result.text));
	assert_true(str_is(back.reasoning, "because") && str_is(back.refusal, "no"));
	assert_true(value_equal(back.tool_calls, result.tool_calls));
	assert_true(value_equal(back.response, result.response));
	assert_int_equal(back.usage.input, 12);
	assert_int_equal(back.usage.cache_read, -1);
	assert_true(str_is(back.finish_reason, "stop") && str_is(back.response_id, "r-1"));
	assert_true(str_is(back.response_model, "small-2"));
	assert_int_equal(back.http_status, 0);
	assert_int_equal(back.first_ns, 0);
}

static void kept_at_once_and_on_disk(void **state)
{
	struct rig *r = *state;
	const struct cache_key key = key_of(r);
	struct cache_hit hit = {.run = 0};
	struct cache_asker by = {.run = 9, .attempt = 10, .now_ns = 2000};
	assert_false(look(r, &key, 1000, &hit));
	assert_true(keep(r, &key, "ten", 1000));
	assert_true(look(r, &key, 1000, &hit));
	world_settle(&r->world);
	assert_true(look(r, &key, 2000, &hit));
	assert_true(str_is(hit.result.text, "ten"));
	assert_int_equal(hit.run, 7);
	assert_int_equal(hit.stored_ns, 1000);
	assert_int_equal(hit.hits, 0);
	cache_used(r->cache, &key, &hit, &by);
	world_settle(&r->world);
	assert_true(look(r, &key, 3000, &hit));
	assert_int_equal(hit.hits, 1);
	struct cache_uses uses;
	assert_ok(cache_rows_uses(r->world.store, &r->world.arena, 9, &uses, &e));
	assert_int_equal(uses.len, 1);
	assert_int_equal(uses.rows[0].attempt, 10);
	assert_int_equal(uses.rows[0].stored_run, 7);
}

static void what_is_too_old_is_asked_again(void **state)
{
	struct rig *r = *state;
	const struct cache_key key = key_of(r);
	struct cache_hit hit;
	cache_set_bounds(r->cache, 2, 0);
	assert_true(keep(r, &key, "ten", 1000));
	world_settle(&r->world);
	assert_true(look(r, &key, 1000 + 2 * DAY, &hit));
	assert_false(look(r, &key, 1001 + 2 * DAY, &hit));
	assert_true(keep(r, &key, "eleven", 2000 + 2 * DAY));
	world_settle(&r->world);
	assert_true(look(r, &key, 2001 + 2 * DAY, &hit));
	assert_true(str_is(hit.result.text, "eleven"));
}

static void what_is_no_answer_is_not_kept(void **state)
{
	static const enum trace_status no[] = {
		TRACE_ERROR, TRACE_TRUNCATED, TRACE_FILTERED, TRACE_CANCELLED};
	struct rig *r = *state;
	const struct cache_key key = key_of(r);
	struct cache_asker by = {.run = 7, .attempt = 8, .now_ns = 1};
	struct cache_hit hit;
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		struct model_result result = answer("half");
		result.status = no[i];
		assert_false(cache_store(r->cache, &key, &result, &by));
	}
	assert_false(look(r, &key, 1, &hit));
}

static void secrets_are_not_kept(void **state)
{
	struct rig *r = *state;
	struct cache_hit hit;
	assert_ok(redact_add(r->redact, STR("hunter2-hunter2"), &e));
	struct cache_key key = key_of(r);
	assert_false(keep(r, &key, "the key is hunter2-hunter2", 1));
	assert_false(keep(r, &key, "in base64: aHVudGVyMi1odW50ZXIy", 1));
	assert_false(look(r, &key, 1, &hit));
	r->message.content = STR("my key is hunter2-hunter2");
	key = key_of(r);
	assert_true(key.secret);
	assert_false(keep(r, &key, "fine", 1));
	assert_false(look(r, &key, 1, &hit));
}

/* Text that does not shrink. */
static const char *noise(struct arena *a, size_t bytes, unsigned seed)
{
	char *out = arena_alloc(a, bytes + 1, 1);
	for (size_t i = 0; i < bytes; i++) {
		seed = seed * 1664525u + 1013904223u;
		out[i] = (char)('0' + (seed >> 16) % 75);
	}
	out[bytes] = '\0';
	for (size_t i = 0; i < bytes; i++)
		if (out[i] == '\\')
			out[i] = '-';
	return out;
}

static void the_longest_unused_goes_first(void **state)
{
	enum { COUNT = 64, SIZE = 40000 };
	struct rig *r = *state;
	struct cache_key keys[COUNT];
	struct cache_hit hit;
	int64_t count, bytes;
	cache_set_bounds(r->cache, 0, 1);
	for (int i = 0; i < COUNT; i++) {
		struct cache_asker by = {.run = 1, .attempt = (uint64_t)i, .now_ns = 10 * i + 5};
		r->request.sample = i;
		keys[i] = key_of(r);
		assert_true(keep(r, &keys[i], noise(&r->world.arena, SIZE, (unsigned)i), 10 * i));
		world_settle(&r->world);
		if (look(r, &keys[0], 10 * i + 5, &hit)) /* the first one stays in use */
			cache_used(r->cache, &keys[0], &hit, &by);
		world_settle(&r->world);
		assert_ok(cache_rows_sum(r->world.store, &count, &bytes, &e));
		assert_in_range(bytes, 1, 1 << 20);
	}
	assert_in_range(count, 20, COUNT - 1);
	assert_true(look(r, &keys[0], 1000, &hit));
	assert_true(look(r, &keys[COUNT - 1], 1000, &hit));
	assert_false(look(r, &keys[1], 1000, &hit));
	assert_false(look(r, &keys[2], 1000, &hit));
}

static void a_damaged_entry_is_none(void **state)
{
	struct rig *r = *state;
	const struct cache_key key = key_of(r);
	struct cache_hit hit;
	sqlite3 *db;
	assert_true(keep(r, &key, "ten", 1));
	world_settle(&r->world);
	assert_int_equal(
		sqlite3_open(path_join(&r->world.arena, r->world.folder, ".lathe/lathe.db"), &db),
		SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(db, "UPDATE response_cache SET run = run + 1", NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(db);
	assert_false(look(r, &key, 1, &hit));
	assert_true(keep(r, &key, "eleven", 2));
	world_settle(&r->world);
	assert_true(look(r, &key, 2, &hit));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(the_form_of_a_request_does_not_matter),
		TEST(what_an_answer_depends_on_does),
		TEST(the_parts_say_what_the_key_is),
		TEST(canonical_json),
		TEST(an_answer_comes_back_whole),
		TEST(kept_at_once_and_on_disk),
		TEST(what_is_too_old_is_asked_again),
		TEST(what_is_no_answer_is_not_kept),
		TEST(secrets_are_not_kept),
		TEST(the_longest_unused_goes_first),
		TEST(a_damaged_entry_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
