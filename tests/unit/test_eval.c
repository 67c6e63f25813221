/* SPDX-License-Identifier: MIT */
/* Intervals, golden sets and the checks of an answer that need no judge. */
#include "core/base/file.h"
#include "core/eval/facts.h"
#include "core/eval/golden.h"
#include "core/eval/statistics.h"

#include "tests/unit/check.h"

#include <math.h>
#include <stdlib.h>

/* Expected values: R's binom::binom.confint(8, 10, methods = "wilson") and neighbours. */
static void wilson_matches_published_values(void **state)
{
	(void)state;
	struct interval i = wilson_interval(8, 10);
	assert_true(fabs(i.low - 0.4901625) < 1e-6);
	assert_true(fabs(i.high - 0.9433178) < 1e-6);
	i = wilson_interval(0, 10);
	assert_true(i.low >= 0 && i.low < 1e-12);
	assert_true(fabs(i.high - 0.2775328) < 1e-6);
	i = wilson_interval(0, 0);
	assert_true(i.low <= 0 && i.high >= 1);
}

static void facts_are_normalised_substrings(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct value facts = value_list(&a);
	value_push(facts, value_cstr("9:30|nine thirty"));
	value_push(facts, value_cstr("3 层|三层"));
	value_push(facts, value_cstr("He Jia"));
	assert_int_equal(facts_found(facts, STR("９：３０ 到３层")), 2);
	assert_int_equal(facts_found(facts, STR("Nine  Thirty, HE JIA")), 2);
	assert_int_equal(facts_found(facts, STR("nothing of it")), 0);
	arena_release(&a);
}

static void citations_are_numbers_in_brackets(void **state)
{
	(void)state;
	assert_true(facts_cites(STR("so [1] and [12]."), 12));
	assert_false(facts_cites(STR("so [1] and [12]."), 2));
	assert_false(facts_cites(STR("[x] [ 2 ] [2"), 2));
	assert_true(facts_cites_any(STR("[[3]]")));
	assert_false(facts_cites_any(STR("none [] [a1]")));
}

static void golden_cases_are_read_with_their_lines(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct golden_case *cases;
	size_t count;
	const char *path = path_join(&a, getenv("TMPDIR"), "golden-test.jsonl");
	assert_true(file_write(path,
		STR("{\"id\":\"a\",\"question\":\"q?\",\"facts\":[\"x\"],\"source\":\"f#h\","
		    "\"also\":[\"g#h\"]}\n\n"),
		0600, &e));
	assert_true(golden_read(&a, path, &cases, &count, &e));
	assert_int_equal(count, 1);
	assert_true(cases[0].answerable);
	assert_true(golden_has_source(&cases[0], STR("g#h")));
	assert_false(golden_has_source(&cases[0], STR("h#h")));
	assert_true(file_write(
		path, STR("{\"question\":\"q\",\"facts\":[]}\n{\"facts\":[]}\n"), 0600, &e));
	assert_false(golden_read(&a, path, &cases, &count, &e));
	assert_non_null(strstr(e.where, "golden-test.jsonl:2"));
	assert_non_null(strstr(e.text, "no question"));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wilson_matches_published_values),
		cmocka_unit_test(facts_are_normalised_substrings),
		cmocka_unit_test(citations_are_numbers_in_brackets),
		cmocka_unit_test(golden_cases_are_read_with_their_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
