/* SPDX-License-Identifier: MIT */
/* The golden ledger: usage objects as providers send them, brought to one meaning to the token, and
 * what each costs to the nano-dollar. */
#include "core/base/file.h"
#include "core/data/json.h"
#include "core/model/catalogue.h"
#include "core/model/provider.h"

#include "tests/unit/check.h"

#include <inttypes.h>
#include <stdlib.h>

static struct value ledger(struct arena *a)
{
	const char *top = getenv("top_srcdir");
	const char *path = str_cstr(
		a, str_format(a, "%s/tests/fixtures/usage/ledger.json", top != NULL ? top : ".."));
	struct str text;
	struct value v;
	struct err e = ERR_INIT;
	if (!file_read(a, path, 1 << 20, &text, &e) || !json_read(a, text, path, &v, &e))
		fail_msg("%s %s", e.where, e.text);
	assert_int_equal(v.kind, VALUE_LIST);
	return v;
}

static struct trace_usage normal(struct str format, struct value usage)
{
	if (str_is(format, "responses"))
		return usage_responses(usage);
	if (str_is(format, "anthropic"))
		return usage_anthropic(usage);
	if (str_is(format, "gemini"))
		return usage_gemini(usage);
	if (str_is(format, "ollama"))
		return usage_ollama(usage);
	if (str_is(format, "bedrock"))
		return usage_bedrock(usage);
	return usage_openai(usage);
}

static void want(struct str name, struct value wanted, const char *key, int64_t got, int64_t absent)
{
	int64_t number = value_get_int(wanted, key, absent);
	if (number != got)
		fail_msg("%.*s: %s is %" PRId64 ", not %" PRId64, STR_ARG(name), key, got, number);
}

static int64_t cost_of(
	struct arena *a, struct catalogue *c, struct value item, struct trace_usage u)
{
	struct str host = value_get_str(item, "host", STR("localhost"));
	struct connection connection = {.name = STR("test"),
		.provider = STR("openai"),
		.vendor = value_get_str(item, "vendor", STR("")),
		.base_url = str_format(a, "http://%.*s", STR_ARG(host))};
	struct model_result result = {.status = TRACE_OK};
	struct cost cost =
		price_attempt(c, &connection, value_get_str(item, "model", STR("")), &result, &u);
	assert_true((cost.nano < 0) == (cost.why[0] != '\0'));
	assert_true((cost.nano < 0) == (cost.version.len == 0));
	return cost.nano;
}

static void test_ledger(void **state)
{
	struct catalogue *c = catalogue_new(NULL);
	struct arena a = ARENA_INIT;
	struct value all = ledger(&a);
	(void)state;
	assert_true(all.u.list->len >= 20);
	for (size_t i = 0; i < all.u.list->len; i++) {
		struct value item = all.u.list->items[i];
		struct str name = value_get_str(item, "name", STR("?"));
		struct value w = *value_get_cstr(item, "want");
		struct trace_usage u = normal(
			value_get_str(item, "format", STR("")), *value_get_cstr(item, "usage"));
		want(name, w, "input", u.input, -2);
		want(name, w, "output", u.output, -2);
		want(name, w, "cache_read", u.cache_read, -2);
		want(name, w, "cache_write", u.cache_write, -2);
		want(name, w, "reasoning", u.reasoning, -2);
		want(name, w, "cache_write_long", u.cache_write_long, 0);
		want(name, w, "other_units", u.other_units, 0);
		want(name, w, "told", u.told ? u.told_nano : -1, -1);
		want(name, item, "nano", cost_of(&a, c, item, u), -2);
		assert_false(u.estimated);
	}
	catalogue_free(c);
	arena_release(&a);
}

/* message_start and message_delta of one stream: totals, the later ones count. */
static void test_over(void **state)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct value start, delta;
	(void)state;
	assert_true(json_read(&a,
		STR("{\"input_tokens\":20,\"cache_read_input_tokens\":5,\"output_tokens\":1}"),
		NULL, &start, &e));
	assert_true(json_read(
		&a, STR("{\"input_tokens\":null,\"output_tokens\":40}"), NULL, &delta, &e));
	struct trace_usage u = usage_anthropic(usage_over(&a, start, delta));
	assert_int_equal(u.input, 25);
	assert_int_equal(u.output, 40);
	u = usage_anthropic(usage_over(&a, value_none(), start));
	assert_int_equal(u.output, 1);
	arena_release(&a);
}

static void test_rates(void **state)
{
	(void)state;
	assert_int_equal(usage_rate(STR("flex")), USAGE_BATCH);
	assert_int_equal(usage_rate(STR("default")), USAGE_STANDARD);
	assert_int_equal(usage_rate(STR("priority")), USAGE_OTHER);
	for (int rate = USAGE_STANDARD; rate <= USAGE_OTHER; rate++)
		assert_int_equal(
			usage_rate_from_word(str_from(usage_rate_word((enum usage_rate)rate))),
			rate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ledger),
		cmocka_unit_test(test_over),
		cmocka_unit_test(test_rates),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
