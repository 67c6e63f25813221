/* SPDX-License-Identifier: MIT */
#include "core/base/file.h"
#include "core/model/catalogue.h"
#include "core/model/provider.h"

#include "tests/unit/check.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct connection openai = {.name = {"o", 1},
	.provider = {"openai", 6},
	.vendor = {"openai", 6},
	.base_url = {"https://api.openai.com/v1", 25}};

static const char *write_file(struct arena *a, const char *name, const char *text)
{
	static char folder[] = "/tmp/lathe-catalogue-XXXXXX";
	struct err e = ERR_INIT;
	if (strstr(folder, "XXXXXX") != NULL && mkdtemp(folder) == NULL)
		fail_msg("no folder");
	const char *path = path_join(a, folder, name);
	if (!file_write(path, str_from(text), 0600, &e))
		fail_msg("%s", e.text);
	return path;
}

static void test_names(void **state)
{
	static const struct {
		const char *vendor, *model, *id;
		bool priced;
	} cases[] = {
		{"openai", "gpt-4o", "gpt-4o", true},
		{"openai", "gpt-4o-2024-08-06", "gpt-4o", true},
		{"openai", "gpt-4o-2024-05-13", "gpt-4o-2024-05-13", true},
		{"openai", "GPT-4o", "gpt-4o", true},
		{"openai", "ft:gpt-4o-2024-08-06:us::abc", "ft:gpt-4o", false},
		{"openai", "gpt-5.9-nova", "gpt-5:newer", false},
		{"openai", "nobody-knows", "", false},
		{"vllm-elsewhere", "gpt-4o", "gpt-4o", false},
		{"openrouter", "openai/gpt-4o:nitro", "gpt-4o", true},
		{"openrouter", "anthropic/claude-sonnet-4.5", "claude-sonnet-4-5", true},
		{"bedrock", "anthropic.claude-3-haiku-20240307-v1:0", "claude-3-haiku-20240307",
			true},
		{"vertex", "claude-sonnet-4-5@20250929", "claude-sonnet-4-5", true},
		{"gemini", "models/gemini-2.5-flash", "gemini-2.5-flash", true},
		{"ollama", "qwen3:8b", "qwen", true},
	};
	struct catalogue *c = catalogue_new(NULL);
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct model_facts *f =
			catalogue_find_at(c, str_from(cases[i].vendor), str_from(cases[i].model));
		if (!str_is(f->id, cases[i].id) || price_is_known(&f->price) != cases[i].priced)
			fail_msg("%s at %s: %.*s, %d", cases[i].model, cases[i].vendor,
				STR_ARG(f->id), price_is_known(&f->price));
	}
	catalogue_free(c);
}

static void test_vendors(void **state)
{
	static const struct {
		const char *url, *provider, *vendor;
	} cases[] = {
		{"https://api.openai.com/v1", "openai", "openai"},
		{"https://x.openai.azure.com/openai", "openai", "azure"},
		{"https://dashscope.aliyuncs.com/compatible-mode/v1", "openai", "dashscope"},
		{"http://127.0.0.1:11434/v1", "openai", "ollama"},
		{"http://10.0.0.1:9999/v1", "openai", "generic"},
		{"http://127.0.0.1:9999", "anthropic", "anthropic"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct connection to = {.provider = str_from(cases[i].provider),
			.base_url = str_from(cases[i].url)};
		assert_str(catalogue_vendor(&to), cases[i].vendor);
	}
}

/* Each layer says what it says, the rest shows through. */
static void test_layers(void **state)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct catalogue_files files = {
		.user = write_file(&a, "user.yaml",
			"models:\n  gpt-4o:\n    window: 99\n    cannot: [tools]\n"),
		.workspace = write_file(
			&a, "workspace.yaml", "models:\n  gpt-4o:\n    price: {output: 12}\n"),
	};
	struct catalogue *c = catalogue_new(&files);
	(void)state;
	assert_true(catalogue_refresh(c, &e));
	const struct model_facts *f = catalogue_find(c, &openai, STR("gpt-4o"));
	assert_int_equal(f->window, 99);
	assert_int_equal(f->max_output, 16384);
	assert_int_equal(f->price.base.input, 2500000);
	assert_int_equal(f->price.base.output, 12000000);
	assert_true(f->cannot & 1u << CAN_TOOLS);
	assert_false(f->can & 1u << CAN_TOOLS);
	assert_true(f->can & 1u << CAN_SEED);
	assert_true(str_starts(f->price.version, STR("workspace models.yaml ")));
	assert_int_equal(f->price.version.len, strlen("workspace models.yaml 01234567"));
	/* Another state of the file is another version; what was found before stays. */
	struct str before = f->price.version;
	write_file(&a, "workspace.yaml", "models:\n  gpt-4o:\n    price: {output: 13.5}\n");
	assert_true(catalogue_refresh(c, &e));
	const struct model_facts *now = catalogue_find(c, &openai, STR("gpt-4o"));
	assert_int_equal(now->price.base.output, 13500000);
	assert_int_equal(f->price.base.output, 12000000);
	assert_false(str_eq(before, now->price.version));
	unlink(files.workspace);
	assert_true(catalogue_refresh(c, &e));
	assert_int_equal(catalogue_find(c, &openai, STR("gpt-4o"))->price.base.output, 10000000);
	catalogue_free(c);
	arena_release(&a);
}

static void test_faults(void **state)
{
	static const struct {
		const char *text, *where, *says;
	} cases[] = {
		{"models:\n  x:\n    widnow: 5\n", ":3:5", "Unknown key 'widnow'."},
		{"models:\n  x:\n    can: [fly]\n", ":3:11", "'fly' is not known here."},
		{"models:\n  x:\n    price: {input: -1}\n", ":3:20",
			"'input' must be a number of dollars, without a sign."},
		{"models:\n  x:\n    price: {input: 1, above: {\"9\": {input: 2}, \"8\": {}}}\n",
			":3:48", "'8' is not a number of tokens that is more than the one before."},
	};
	struct arena a = ARENA_INIT;
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e = ERR_INIT;
		struct catalogue_files files = {.user = write_file(&a, "bad.yaml", cases[i].text)};
		struct catalogue *c = catalogue_new(&files);
		assert_false(catalogue_refresh(c, &e));
		assert_string_equal(e.text, cases[i].says);
		if (!str_ends(str_from(e.where), str_from(cases[i].where)))
			fail_msg("%s", e.where);
		assert_true(catalogue_find(c, &openai, STR("gpt-4o"))->window > 0);
		catalogue_free(c);
	}
	arena_release(&a);
}

static void test_tiers(void **state)
{
	struct catalogue *c = catalogue_new(NULL);
	const struct price_table *t =
		&catalogue_find_at(c, STR("gemini"), STR("gemini-2.5-pro"))->price;
	(void)state;
	assert_int_equal(price_tier(t, 200000)->input, 1250000);
	assert_int_equal(price_tier(t, 200001)->input, 2500000);
	/* The most: nothing cached, all output. */
	assert_int_equal(price_most(t, 1000, 100), 1000 * 1250 + 100 * 10000);
	assert_int_equal(price_most(t, -1, 100), -1);
	struct price_table none = price_unknown();
	assert_int_equal(price_most(&none, 1, 1), -1);
	/* A cache that is written costs more than the input. */
	t = &catalogue_find_at(c, STR("anthropic"), STR("claude-haiku-4-5"))->price;
	assert_int_equal(price_most(t, 10, 0), 10 * 2000);
	catalogue_free(c);
}

static void test_refusals(void **state)
{
	struct catalogue *c = catalogue_new(NULL);
	struct trace_usage u = usage_unknown();
	struct model_result r = {.status = TRACE_ERROR, .fault = FAULT_BUSY};
	(void)state;
	assert_int_equal(price_attempt(c, &openai, STR("gpt-4o"), &r, &u).nano, 0);
	r.fault = FAULT_UNKNOWN;
	assert_int_equal(price_attempt(c, &openai, STR("gpt-4o"), &r, &u).nano, -1);
	r.fault = FAULT_NONE;
	assert_int_equal(price_attempt(c, &openai, STR("gpt-4o"), &r, &u).nano, -1);
	catalogue_free(c);
}

static void test_text(void **state)
{
	static const struct {
		int64_t nano;
		const char *text;
	} cases[] = {{-1, "?"}, {0, "$0"}, {200, "$0.0000002"}, {669500, "$0.0006695"},
		{1250000, "$0.00125"}, {10635000, "$0.010635"}, {500152500, "$0.5002"},
		{2500000000, "$2.50"}, {12345678900, "$12.35"}};
	char out[PRICE_TEXT];
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(price_text(cases[i].nano, out), cases[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_vendors),
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_tiers),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
