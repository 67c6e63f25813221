/* SPDX-License-Identifier: MIT */
/* Parts of the flow floor that the conformance cases see only from outside. */
#include "core/base/file.h"
#include "core/flow/chat.h"
#include "core/flow/escape.h"
#include "core/flow/flow_check.h"
#include "core/flow/images.h"
#include "core/flow/llm_parameters.h"
#include "core/flow/prompty.h"
#include "core/flow/reference.h"

#include "tests/unit/check.h"

#include <stdlib.h>

static const struct graph_edge diamond[] = {{3, 1}, {3, 2}, {1, 0}, {2, 0}, {3, 1}};

static void graph_counts_equal_edges_once(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct graph g;
	size_t *remaining, count;
	graph_build(&a, 4, diamond, 5, &g);
	assert_int_equal(g.needs_at[4], 4);
	assert_int_equal(g.needs_at[4] - g.needs_at[3], 2);
	assert_int_equal(g.feeds_at[1] - g.feeds_at[0], 2);
	assert_true(graph_sort(&a, &g, &remaining, &count));
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(g.order[i], i);
	arena_release(&a);
}

/* The order as its definition says: the first ready node, again and again. */
static void naive_order(const struct graph *g, size_t *order, bool *done)
{
	for (size_t len = 0; len < g->count; len++)
		for (size_t i = 0; i < g->count; i++) {
			bool ready = !done[i];
			for (size_t k = g->needs_at[i]; k < g->needs_at[i + 1]; k++)
				ready = ready && done[g->needs[k]];
			if (!ready)
				continue;
			done[i] = true;
			order[len] = i;
			break;
		}
}

static void graph_order_is_the_first_ready(void **state)
{
	(void)state;
	uint64_t random = 12345;
	for (size_t round = 0; round < 40; round++) {
		struct arena a = ARENA_INIT;
		struct graph_edge edges[400];
		struct graph g;
		size_t count = 5 + round * 5, edge_count = 2 * count, *remaining, left;
		/* Edges run from a shuffled rank to a lower one, so there is no cycle. */
		for (size_t i = 0; i < edge_count; i++) {
			random = random * 6364136223846793005u + 1442695040888963407u;
			size_t x = (random >> 33) % count, y = (random >> 13) % count;
			bool swap = x * 7919 % count < y * 7919 % count ||
				    (x * 7919 % count == y * 7919 % count && x <= y);
			edges[i] = swap ? (struct graph_edge){y, x} : (struct graph_edge){x, y};
			if (x == y)
				edges[i--] = edges[--edge_count];
		}
		graph_build(&a, count, edges, edge_count, &g);
		assert_true(graph_sort(&a, &g, &remaining, &left));
		size_t *want = ARENA_ARRAY(&a, size_t, count);
		naive_order(&g, want, ARENA_ARRAY(&a, bool, count));
		assert_memory_equal(g.order, want, count * sizeof *want);
		arena_release(&a);
	}
}

static void graph_names_what_waits_for_ever(void **state)
{
	(void)state;
	static const struct graph_edge circle[] = {{1, 2}, {2, 3}, {3, 1}, {4, 3}, {2, 0}};
	struct arena a = ARENA_INIT;
	struct graph g;
	size_t *remaining, count;
	graph_build(&a, 5, circle, 5, &g);
	assert_false(graph_sort(&a, &g, &remaining, &count));
	assert_int_equal(count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(remaining[i], i + 1);
	arena_release(&a);
}

static void graph_of_many_nodes(void **state)
{
	(void)state;
	enum { MANY = 300000 };
	struct arena a = ARENA_INIT;
	struct graph_edge *edges = ARENA_ARRAY(&a, struct graph_edge, MANY);
	struct graph g;
	size_t *remaining, count;
	for (size_t i = 0; i + 1 < MANY; i++)
		edges[i] = (struct graph_edge){i, i + 1};
	graph_build(&a, MANY, edges, MANY - 1, &g);
	assert_true(graph_sort(&a, &g, &remaining, &count));
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(g.order[i], MANY - 1 - i);
	arena_release(&a);
}

static void markers_are_uuids_and_differ(void **state)
{
	(void)state;
	struct ids counting = {.counting = true}, same = {.counting = true}, random = {0};
	struct escape x = escape_new(&counting), y = escape_new(&counting);
	struct escape again = escape_new(&same), r = escape_new(&random);
	assert_int_equal(strlen(x.marker), ESCAPE_MARKER);
	assert_int_equal(x.marker[8], '-');
	assert_int_equal(x.marker[14], '4');
	assert_string_equal(x.marker, again.marker);
	assert_string_not_equal(x.marker, y.marker);
	assert_string_not_equal(x.marker, r.marker);
}

static void escaping_leaves_other_text_alone(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "hello", "note: this", "the system: is down",
		"http://a.b:80/\n", "user: hi\n", "12:30\n", "a:b:c"};
	struct arena a = ARENA_INIT;
	struct ids ids = {.counting = true};
	struct escape x = escape_new(&ids);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_str(escape_str(&x, &a, str_from(texts[i])), texts[i]);
	arena_release(&a);
}

static void escaping_takes_and_gives_back(void **state)
{
	(void)state;
	static const char *const texts[] = {"system:\n", "# User :\t\n", "x\nASSISTANT:", "tem:\n",
		":\n", " : ", "## name:\nx", "tool_call_id:\n1", "username:\n",
		"a\n\xE3\x80\x80tool\xC2\xA0:\xE2\x80\x83\nb"};
	struct arena a = ARENA_INIT;
	struct ids ids = {.counting = true};
	struct escape x = escape_new(&ids);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct str escaped = escape_str(&x, &a, str_from(texts[i]));
		assert_true(str_find(escaped, str_from(x.marker), 0) != SIZE_MAX);
		assert_false(chat_has_roles(escaped));
		assert_str(escape_undo(&x, &a, escaped), texts[i]);
	}
	struct value list = value_list(&a), dict = value_dict(&a);
	value_push(list, value_cstr("system:\n"));
	value_set(dict, STR("system:\n"), list);
	struct value escaped = escape_value(&x, &a, dict);
	assert_false(value_equal(escaped, dict));
	assert_non_null(value_get_cstr(escaped, "system:\n"));
	assert_true(value_equal(escape_undo_value(&x, &a, escaped), dict));
	arena_release(&a);
}

static void escaped_text_survives_a_change_of_case(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct ids ids = {.counting = true};
	struct escape x = escape_new(&ids);
	struct str s = str_copy(&a, escape_str(&x, &a, STR("user:\n-- ")));
	char *at = arena_copy(&a, s.at, s.len);
	for (size_t i = 0; i < s.len; i++)
		if (at[i] >= 'a' && at[i] <= 'f')
			at[i] = (char)(at[i] - 32);
	assert_str(escape_undo(&x, &a, (struct str){at, s.len}), "usEr:\n-- ");
	arena_release(&a);
}

static void image_marks_keep_line_numbers(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	assert_str(
		images_in_template(&a, STR("a\n![ image ]({{ pic }}) b ![image]({{x.y[0]}})\nc")),
		"a\n{{ \"\\n\" }}{{ pic }}{{ \"\\n\" }} b {{ \"\\n\" }}{{ x.y[0] }}{{ \"\\n\" }}\nc");
	assert_str(images_in_template(&a, STR("![image](x.png) ![img]({{a}}) ![image]({{a b}})")),
		"![image](x.png) ![img]({{a}}) ![image]({{a b}})");
	arena_release(&a);
}

static void references_are_whole_strings(void **state)
{
	(void)state;
	static const char *const literals[] = {
		"", "$", "${", "$a}", "x ${a}", "${a} ", "{a}", "$(a)"};
	for (size_t i = 0; i < sizeof literals / sizeof *literals; i++)
		assert_int_equal(reference_parse(value_cstr(literals[i])).kind, REFERENCE_LITERAL);
	assert_int_equal(reference_parse(value_int(3)).kind, REFERENCE_LITERAL);
	struct reference r = reference_parse(value_cstr("${inputs.a.b}"));
	assert_int_equal(r.kind, REFERENCE_INPUT);
	assert_str(r.name, "a.b");
	r = reference_parse(value_cstr("${flow.x}"));
	assert_int_equal(r.kind, REFERENCE_INPUT);
	assert_str(r.name, "x");
	r = reference_parse(value_cstr("${node}"));
	assert_int_equal(r.kind, REFERENCE_NODE);
	assert_str(r.section, "");
	r = reference_parse(value_cstr("${node.output.a[0]['b c']}"));
	assert_str(r.name, "node");
	assert_str(r.section, "output");
	assert_str(r.property, "a[0]['b c']");
}

static void properties_are_followed(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct value v, inner = value_dict(&a), list = value_list(&a), top = value_dict(&a);
	value_set(inner, STR("b c"), value_int(7));
	value_push(list, inner);
	value_set(top, STR("a"), list);
	assert_true(reference_follow(top, STR("a[0]['b c']"), &v, &e));
	assert_int_equal(v.u.integer, 7);
	assert_true(reference_follow(top, STR("a.[0][\"b c\"]"), &v, &e));
	assert_int_equal(v.u.integer, 7);
	static const char *const wrong[] = {"b", "a.b", "a[1]", "a[-1]", "a[", "a['x", "[0]", "-"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		e = (struct err)ERR_INIT;
		assert_false(reference_follow(top, str_from(wrong[i]), &v, &e));
		assert_int_equal(e.code, ERR_CONFIG);
	}
	arena_release(&a);
}

static void parameters_of_the_two_apis(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct value v;
	assert_true(llm_is_chat_parameter(STR("tools")));
	assert_false(llm_is_completion_parameter(STR("tools")));
	assert_true(llm_is_completion_parameter(STR("suffix")));
	assert_false(llm_is_chat_parameter(STR("suffix")));
	assert_false(llm_is_chat_parameter(STR("question")));
	assert_false(llm_parameter(&a, STR("model"), value_cstr("x"), &v));
	assert_false(llm_parameter(&a, STR("max_tokens"), value_cstr("inf"), &v));
	assert_false(llm_parameter(&a, STR("stop"), value_list(&a), &v));
	assert_true(llm_parameter(&a, STR("max_tokens"), value_cstr(" 12 "), &v));
	assert_int_equal(v.u.integer, 12);
	assert_true(llm_parameter(
		&a, STR("response_format"), value_cstr("{\"type\": \"json_object\"}"), &v));
	assert_int_equal(v.kind, VALUE_DICT);
	assert_true(llm_parameter(&a, STR("tool_choice"), value_cstr("auto"), &v));
	assert_str(v.u.str, "auto");
	arena_release(&a);
}

/* The workspace that people see first holds a flow and prompts that run here. */
static void the_welcome_workspace_reads(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	const char *top = getenv("top_srcdir");
	const char *root =
		path_real(&a, path_join(&a, top != NULL ? top : ".", "data/samples/welcome"));
	static const char *const prompts[] = {"prompts/answer.prompty", "prompts/judge.prompty"};
	struct flow flow;
	struct graph graph;
	assert_non_null(root);
	if (!flow_read(&a, root, "flows/onboarding", &flow, &e) ||
		!flow_check(&flow, &a, &graph, &e))
		fail_msg("%s: %s", e.where, e.text);
	for (size_t i = 0; i < sizeof prompts / sizeof *prompts; i++) {
		struct prompt_file file = {.root = root, .path = prompts[i]};
		struct prompt prompt;
		struct value inputs;
		if (!prompt_read(&a, &file, &prompt, &e) ||
			!inputs_resolve(&prompt.inputs, value_none(), &a, &inputs, &e))
			fail_msg("%s: %s", e.where, e.text);
		assert_int_equal(prompt.note_count, 0);
		assert_int_equal(prompt.approval_count, 0);
	}
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(graph_counts_equal_edges_once),
		cmocka_unit_test(graph_order_is_the_first_ready),
		cmocka_unit_test(graph_names_what_waits_for_ever),
		cmocka_unit_test(graph_of_many_nodes),
		cmocka_unit_test(markers_are_uuids_and_differ),
		cmocka_unit_test(escaping_leaves_other_text_alone),
		cmocka_unit_test(escaping_takes_and_gives_back),
		cmocka_unit_test(escaped_text_survives_a_change_of_case),
		cmocka_unit_test(image_marks_keep_line_numbers),
		cmocka_unit_test(references_are_whole_strings),
		cmocka_unit_test(properties_are_followed),
		cmocka_unit_test(parameters_of_the_two_apis),
		cmocka_unit_test(the_welcome_workspace_reads),
	};
	return cmocka_run_group_tests_name("flow parts", tests, NULL, NULL);
}
