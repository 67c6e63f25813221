/* SPDX-License-Identifier: MIT */
/* What the engine knows of a model's tokens, and learns of it from the requests in the store. */
#include "core/engine/token_gauge.h"

#include "core/engine/token_learn.h"
#include "core/loop/loop.h"
#include "core/store/calibration_rows.h"

#include "tests/unit/store_world.h"

static const char config[] =
	"name: gauge\n"
	"connections:\n"
	"  cloud: {provider: openai, base_url: 'https://api.example.com/v1', model: gpt-4o}\n"
	"  closed: {provider: openai, base_url: 'https://api.example.com/v1', model: closed-1}\n";

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

static struct engine *open_engine(struct world *w, bool read_only)
{
	struct engine *engine = NULL;
	struct engine_options options = {.path = w->folder, .read_only = read_only};
	assert_ok(engine_new(&options, &engine, &e));
	return engine;
}

struct waiting {
	struct engine *engine;
	uint64_t revision;
	bool done;
};

static bool look(void *ctx)
{
	struct waiting *w = ctx;
	w->done = engine_token_revision(w->engine) != w->revision;
	return false;
}

/* The gauge when it is loaded. */
static struct token_gauge gauge_of(struct engine *engine, const char *model)
{
	struct token_gauge g;
	struct loop *loop = engine_loop(engine);
	struct waiting w = {.engine = engine, .revision = engine_token_revision(engine)};
	engine_token_gauge(engine, str_from(model), &g);
	if (!g.pending)
		return g;
	loop_before_sleep(loop, LOOP_APP, look, &w);
	loop_run_until(loop, &w.done);
	loop_forget_step(loop, LOOP_APP, look, &w);
	engine_token_gauge(engine, str_from(model), &g);
	assert_false(g.pending);
	return g;
}

static void models_count_in_their_own_way(void **state)
{
	struct world *w = *state;
	world_close(w);
	write_file(w, "lathe.yaml", str_from(config));
	struct engine *engine = open_engine(w, true);
	struct token_gauge g = gauge_of(engine, "cloud/gpt-4o");
	assert_false(g.estimated);
	assert_string_equal(tokenizer_encoding(g.tokenizer)->name, "o200k_base");
	assert_int_equal(g.window, 128000);
	assert_int_equal(token_gauge_count(&g, STR("Hello, world!")).tokens, 4);
	g = gauge_of(engine, "closed/closed-1");
	assert_true(g.estimated);
	assert_int_equal(g.window, -1);
	assert_true(token_gauge_count(&g, STR("Hello, world!")).error > 0);
	g = gauge_of(engine, "local/extract");
	assert_null(g.tokenizer);
	assert_true(g.estimated);
	g = gauge_of(engine, "nobody/knows");
	assert_null(g.tokenizer);
	/* Left while it loads. */
	engine_token_gauge(engine, STR("cloud/gpt-4"), &g);
	assert_true(g.pending);
	assert_ok(engine_free(engine, &e));
}

static const char line[] = "The quick brown fox jumps over the lazy dog.\n";
enum { LINES = 40000 };

static struct str read_long(const void *owner, struct arena *a)
{
	char *text = arena_alloc(a, LINES * (sizeof line - 1), 1);
	for (size_t i = 0; i < LINES; i++)
		memcpy(text + i * (sizeof line - 1), line, sizeof line - 1);
	assert_ptr_equal(owner, line);
	return (struct str){text, LINES * (sizeof line - 1)};
}

/* A text of nearly two megabytes is counted elsewhere; it is known when the revision changes. */
static void long_texts_are_counted_elsewhere(void **state)
{
	struct world *w = *state;
	world_close(w);
	write_file(w, "lathe.yaml", str_from(config));
	struct engine *engine = open_engine(w, true);
	struct loop *loop = engine_loop(engine);
	struct token_gauge g = gauge_of(engine, "cloud/gpt-4o");
	struct long_text text = {line, 1, read_long};
	struct waiting wait = {.engine = engine, .revision = engine_token_revision(engine)};
	int64_t tokens = -1;
	assert_false(engine_long_tokens(engine, g.tokenizer, &text, &tokens));
	assert_false(engine_long_tokens(engine, g.tokenizer, &text, &tokens));
	loop_before_sleep(loop, LOOP_APP, look, &wait);
	loop_run_until(loop, &wait.done);
	loop_forget_step(loop, LOOP_APP, look, &wait);
	assert_true(engine_long_tokens(engine, g.tokenizer, &text, &tokens));
	assert_int_equal(tokens, LINES * 10);
	/* Changed meanwhile: counted anew, and left while it is. */
	text.revision = 2;
	assert_false(engine_long_tokens(engine, g.tokenizer, &text, &tokens));
	assert_ok(engine_free(engine, &e));
}

/* What `lathe models --refresh` wrote down counts for the gauge, too. */
static void what_servers_told_of_models_counts(void **state)
{
	struct world *w = *state;
	world_close(w);
	write_file(w, "lathe.yaml", str_from(config));
	write_file(w, ".lathe/models.yaml",
		STR("models:\n  closed-1: {connection: closed, window: 32768}\n"));
	struct engine *engine = open_engine(w, true);
	struct token_gauge g = gauge_of(engine, "closed/closed-1");
	assert_int_equal(g.window, 32768);
	assert_ok(engine_free(engine, &e));
}

static const char request[] =
	"{\"model\":\"closed-1\",\"messages\":[{\"role\":\"system\",\"content\":\"Answer new hires "
	"from the context only, in one sentence, and say so when it is not there.\"},{\"role\":"
	"\"user\",\"content\":\"Where do I leave my bicycle while I am in the office?\"}]}";

/* COUNT requests to closed-1, each TOLD tokens long. */
static void ask(struct world *w, int count, int64_t told)
{
	for (int i = 0; i < count; i++) {
		uint64_t run = world_begin_run(w, "a.prompty", "one");
		uint64_t span = world_begin_span(w, run, 0);
		struct store_attempt attempt = {.id = ids_next(&w->ids),
			.run = run,
			.span = span,
			.number = 1,
			.at_ns = loop_now(w->loop),
			.provider = STR("openai"),
			.connection = STR("closed"),
			.model = STR("closed-1"),
			.request = str_from(request)};
		struct store_attempt_end end = {.id = attempt.id,
			.at_ns = loop_now(w->loop),
			.state = STR("done"),
			.input_tokens = told,
			.output_tokens = 3,
			.cost_nano = -1};
		store_begin_attempt(w->store, &attempt);
		store_end_attempt(w->store, &end);
	}
}

static void what_a_provider_tells_is_learned_once(void **state)
{
	struct world *w = *state;
	struct token_gauge g;
	enum token_script kind;
	double base;
	write_file(w, "lathe.yaml", str_from(config));
	ask(w, 20, 90);
	world_close(w);
	struct engine *engine = open_engine(w, false);
	g = gauge_of(engine, "closed/closed-1");
	assert_true(token_learn_count(g.tokenizer, str_from(request), &base, &kind));
	assert_int_equal(kind, SCRIPT_WORDS);
	assert_int_equal(g.learned[SCRIPT_WORDS].samples, 20);
	assert_int_equal(g.learned[SCRIPT_CJK].samples, 0);
	assert_int_equal(
		calibration_apply(&g.learned[SCRIPT_WORDS], 1000), (int)(90 * 1000 / base + 0.5));
	assert_true(g.learned[SCRIPT_WORDS].error < 0.05);
	assert_ok(engine_free(engine, &e));
	/* Kept; nothing is learned from the same again. */
	engine = open_engine(w, true);
	struct calibration kept[TOKEN_SCRIPTS] = {{0, 1, 0}};
	engine_token_learned(engine, STR("closed/closed-1"), kept);
	assert_int_equal(kept[SCRIPT_WORDS].samples, 20);
	g = gauge_of(engine, "closed/closed-1");
	assert_int_equal(g.learned[SCRIPT_WORDS].samples, 20);
	assert_ok(engine_free(engine, &e));
}

static void what_is_no_text_teaches_nothing(void **state)
{
	struct err none = ERR_INIT;
	enum token_script kind;
	double base;
	(void)state;
	struct tokenizer *t = tokenizer_load(encoding_by_name(STR("o200k_base")), &none);
	assert_non_null(t);
	assert_false(token_learn_count(t,
		STR("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
		    "\"image_url\":{\"url\":\"data:\"}}]}]}"),
		&base, &kind));
	assert_false(token_learn_count(t, STR("no json"), &base, &kind));
	assert_false(token_learn_count(t, STR("[1]"), &base, &kind));
	assert_true(token_learn_count(
		t, STR("{\"contents\":[{\"parts\":[{\"text\":\"你好，世界\"}]}]}"), &base, &kind));
	assert_int_equal(kind, SCRIPT_CJK);
	assert_int_equal((int)base, 3 + 3);
	tokenizer_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(models_count_in_their_own_way, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			long_texts_are_counted_elsewhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_servers_told_of_models_counts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_a_provider_tells_is_learned_once, set_up, tear_down),
		cmocka_unit_test(what_is_no_text_teaches_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
