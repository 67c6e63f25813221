/* SPDX-License-Identifier: MIT */
/* Small parts of the wire formats: places in answers, thoughts between tags, Azure's addresses,
 * command lines for curl, the words of errors. The formats themselves: tests/cli/wire_cuts.py and
 * providers.py. */
#include "core/data/json.h"
#include "core/data/value_path.h"
#include "core/model/azure_url.h"
#include "core/model/dialect.h"
#include "core/model/openai_extras.h"
#include "core/model/openai_think.h"
#include "core/model/wire.h"
#include "core/model/wire_curl.h"
#include "tests/unit/check.h"

static struct value read(struct arena *a, const char *text)
{
	struct value v;
	struct err e = ERR_INIT;

	if (!json_read(a, str_from(text), NULL, &v, &e))
		fail_msg("%s", e.text);
	return v;
}

static void places_are_found(void **state)
{
	static const struct {
		const char *path, *text;
	} cases[] = {{"a.b[1].c", "x"}, {"$.a.b[1].c", "x"}, {"$['a']['b'][-1]['c']", "x"},
		{"a.b[*].c", "wx"}, {"n", "3"}, {"a.b[9].c", ""}, {"nothing", ""},
		{"a['x y']", "z"}, {"['d.e']", "f"}, {"", "{\"n\":3}"}, {"$", "{\"n\":3}"}};
	struct arena a = ARENA_INIT;
	const struct value v =
		read(&a, "{\"a\":{\"b\":[{\"c\":\"w\"},{\"c\":\"x\"}],\"x y\":\"z\"},"
			 "\"n\":3,\"d.e\":\"f\"}");
	const struct value small = read(&a, "{\"n\":3}");

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_str(
			value_path_text(&a,
				cases[i].path[0] == '\0' || strcmp(cases[i].path, "$") == 0 ? small
											    : v,
				str_from(cases[i].path)),
			cases[i].text);
	arena_release(&a);
}

static void places_that_are_none(void **state)
{
	static const char *const wrong[] = {"a..b", "a[", "a[b]", "a['b]", "a.", "a[1"};
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(value_path_check(str_from(wrong[i]), &e));
	assert_true(value_path_check(STR("$.choices[0].message['content']"), &e));
}

/* "reasoning|text" of TEXT in pieces of STEP bytes. */
static struct str split(struct arena *a, struct str text, size_t step)
{
	struct openai_think t = {.state = THINK_UNDECIDED};
	struct buf r = BUF_INIT(0), s = BUF_INIT(0);
	struct str reasoning, plain;

	for (size_t at = 0; at < text.len; at += step) {
		openai_think_feed(&t, a, str_slice(text, at, at + step), &reasoning, &plain);
		buf_add_str(&r, reasoning);
		buf_add_str(&s, plain);
	}
	openai_think_end(&t, a, &reasoning, &plain);
	buf_add_str(&r, reasoning);
	buf_add_str(&s, plain);
	const struct str out =
		str_format(a, "%.*s|%.*s", STR_ARG(buf_str(&r)), STR_ARG(buf_str(&s)));
	openai_think_free(&t);
	buf_free(&r);
	buf_free(&s);
	return out;
}

static void thoughts_are_told_from_text_however_they_are_cut(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {{"<think>why</think>\n\nso", "why|so"},
		{"\n <think>a<b</thin</think>x", "a<b</thin|x"},
		{"no <think>tags</think>", "|no <think>tags</think>"},
		{"<thinking>x", "|<thinking>x"}, {"<think>cut off", "cut off|"}, {"<thi", "|<thi"},
		{"", "|"}, {"<think></think>y</think>", "|y</think>"}};
	struct arena a = ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (size_t step = 1; step < 24; step++)
			assert_str(split(&a, str_from(cases[i].text), step), cases[i].want);
	arena_release(&a);
}

static struct str azure(struct arena *a, const char *base, const char *version)
{
	struct connection c = {.base_url = str_from(base), .options = value_dict(a)};

	if (version != NULL)
		value_set(c.options, STR("api_version"), value_cstr(version));
	return azure_url(a, &c, STR("gpt 4/o"), STR("/chat/completions"));
}

static void azures_addresses(void **state)
{
	struct arena a = ARENA_INIT;
	struct connection c = {
		.base_url = STR("https://x.openai.azure.com/openai"), .options = value_none()};

	(void)state;
	assert_str(azure(&a, "https://x.openai.azure.com", NULL),
		"https://x.openai.azure.com/openai/deployments/gpt%204%2Fo/chat/completions"
		"?api-version=" AZURE_API_VERSION);
	assert_str(azure(&a, "https://x.openai.azure.com/openai/v1", "2024-10-21"),
		"https://x.openai.azure.com/openai/v1/chat/completions");
	assert_str(azure(&a, "https://x.openai.azure.com", "preview"),
		"https://x.openai.azure.com/openai/v1/chat/completions?api-version=preview");
	assert_str(azure(&a,
			   "https://x.openai.azure.com/openai/deployments/d/chat/completions"
			   "?api-version=2025-01-01-preview",
			   NULL),
		"https://x.openai.azure.com/openai/deployments/d/chat/completions"
		"?api-version=2025-01-01-preview");
	assert_str(azure_url_v1(&a, &c, STR("/responses")),
		"https://x.openai.azure.com/openai/v1/responses");
	arena_release(&a);
}

static void a_command_line_is_safe(void **state)
{
	struct arena a = ARENA_INIT;
	struct model_wire w = {.method = STR("POST"),
		.url = STR("https://h/a'b?c=$d"),
		.headers = value_dict(&a),
		.body = STR("{\"x\":\"it's `$HOME`\"}"),
		.key_header = STR("X-Key"),
		.secret = STR("env:MY_KEY")};

	(void)state;
	value_set(w.headers, STR("X-A"), value_cstr("v'$(id)"));
	value_set(w.headers, STR("X-Key"), value_cstr("Tok\"en env:MY_KEY"));
	assert_str(wire_curl(&a, &w),
		"curl -sSN 'https://h/a'\\''b?c=$d' \\\n  -H 'X-A: v'\\''$(id)' \\\n"
		"  -H \"X-Key: Tok\\\"en $MY_KEY\" \\\n"
		"  --data-raw '{\"x\":\"it'\\''s `$HOME`\"}'\n");
	w.secret = STR("env:A;rm -rf");
	w.method = STR("PUT");
	w.body = STR("");
	w.headers = value_none();
	assert_str(wire_curl(&a, &w),
		"KEY=  # put the key here: env:A;rm -rf\ncurl -sSN -X PUT 'https://h/a'\\''b?c=$d'\n");
	arena_release(&a);
}

static enum model_fault fault(struct arena *a, const char *body, int status)
{
	struct wire_error error;

	assert_true(wire_error_find(a, read(a, body), &error));
	return wire_error_fault(&error, status);
}

static void errors_say_what_to_do(void **state)
{
	static const struct {
		const char *body;
		int status;
		enum model_fault fault;
	} cases[] = {
		{"{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"\"}}", 429,
			FAULT_QUOTA},
		{"{\"error\":{\"type\":\"insufficient_quota\",\"code\":\"credit_balance_exhausted\"}}",
			429, FAULT_QUOTA},
		{"{\"error\":{\"code\":\"rate_limit_exceeded\"}}", 429, FAULT_BUSY},
		{"{\"error\":{\"code\":402,\"message\":\"no credits\"}}", 402, FAULT_QUOTA},
		{"{\"error\":{\"code\":\"context_length_exceeded\"}}", 400, FAULT_CONTEXT},
		{"{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":"
		 "\"prompt is too long: 3 tokens > 2\"}}",
			400, FAULT_CONTEXT},
		{"{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}", 529, FAULT_BUSY},
		{"{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}", 200, FAULT_BUSY},
		{"{\"error\":{\"code\":400,\"message\":\"API key not valid.\",\"status\":"
		 "\"INVALID_ARGUMENT\"}}",
			400, FAULT_KEY},
		{"[{\"error\":{\"code\":503,\"status\":\"UNAVAILABLE\"}}]", 503, FAULT_BUSY},
		{"{\"error\":{\"code\":\"content_filter\",\"status\":400,\"innererror\":{\"code\":"
		 "\"ResponsibleAIPolicyViolation\"}}}",
			400, FAULT_FILTER},
		{"{\"error\":{\"code\":403,\"metadata\":{\"reasons\":[\"x\"]}}}", 403,
			FAULT_FILTER},
		{"{\"code\":\"Arrearage\",\"message\":\"\"}", 400, FAULT_QUOTA},
		{"{\"code\":\"Throttling.RateQuota\",\"message\":\"\"}", 429, FAULT_BUSY},
		{"{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"m\"}]}", 422, FAULT_REQUEST},
		{"{\"error\":\"model not found\"}", 404, FAULT_REQUEST},
		{"{\"error\":{\"message\":\"boom\"}}", 500, FAULT_SERVER},
		{"{\"error\":{\"message\":\"mid-stream\",\"code\":502}}", 200, FAULT_SERVER},
		{"{\"error\":{\"message\":\"mid-stream\"}}", 200, FAULT_UNKNOWN},
	};
	struct arena a = ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (fault(&a, cases[i].body, cases[i].status) != cases[i].fault)
			fail_msg("%s", cases[i].body);
	arena_release(&a);
}

static const struct dialect *dialect_at(const char *url)
{
	const struct connection c = {.base_url = str_from(url), .vendor = STR("")};

	return dialect_of(&c);
}

static void hosts_tell_their_dialect(void **state)
{
	static const struct {
		const char *url, *vendor;
	} cases[] = {{"https://api.openai.com/v1", "openai"},
		{"https://API.OPENAI.COM/v1", "openai"}, {"https://x.openai.azure.com", "azure"},
		{"https://dashscope-intl.aliyuncs.com/compatible-mode/v1", "dashscope"},
		{"http://localhost:11434/v1", "ollama"}, {"http://10.0.0.1:11434/v1", "generic"},
		{"http://127.0.0.1:1234/v1", "lmstudio"},
		{"https://api.openai.com.evil.example/v1", "generic"},
		{"https://api.mistral.ai/v1", "mistral"}, {"https://x.example/v1", "generic"}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(dialect_at(cases[i].url)->vendor, cases[i].vendor);
}

static void pieces_of_extras_grow_together(void **state)
{
	static const char *const none[] = {NULL};
	struct arena a = ARENA_INIT;
	struct value all = value_none();

	(void)state;
	openai_extras_add(&a, &all,
		read(&a,
			"{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"index\":0,\"text\":"
			"\"We\"}],\"logprobs\":{\"content\":[{\"token\":\"a\"}]},\"gone\":null}"),
		none);
	openai_extras_add(&a, &all,
		read(&a,
			"{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"index\":0,\"text\":"
			"\"ll\",\"signature\":\"s\"},{\"type\":\"reasoning.encrypted\",\"index\":0,"
			"\"data\":\"d\"}],\"logprobs\":{\"content\":[{\"token\":\"b\"}]},\"p\":1}"),
		none);
	assert_str(json_text(&a, all, JSON_COMPACT),
		"{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"index\":0,\"text\":\"Well\","
		"\"signature\":\"s\"},{\"type\":\"reasoning.encrypted\",\"index\":0,\"data\":\"d\"}],"
		"\"logprobs\":{\"content\":[{\"token\":\"a\"},{\"token\":\"b\"}]},\"p\":1}");
	assert_str(
		openai_extras_filter(&a,
			read(&a,
				"{\"prompt_filter_results\":[{\"content_filter_results\":{\"hate\":{"
				"\"filtered\":false,\"severity\":\"safe\"},\"jailbreak\":{\"filtered\":"
				"true,\"detected\":true}}}],\"choices\":[{\"content_filter_results\":{"
				"\"violence\":{\"filtered\":true,\"severity\":\"high\"}}}]}")),
		"The content filter found: jailbreak, violence (high).");
	arena_release(&a);
}

static void a_cut_character_waits(void **state)
{
	(void)state;
	assert_int_equal(wire_whole(STR("ab")), 2);
	assert_int_equal(wire_whole(STR("a\xc3\xa4")), 3);
	assert_int_equal(wire_whole(STR("a\xc3")), 1);
	assert_int_equal(wire_whole(STR("\xf0\x9f\x8f")), 0);
	assert_int_equal(wire_whole(STR("\xf0\x9f\x8f\x96")), 4);
	assert_int_equal(wire_whole(STR("\x80\x80\x80\x80")), 4);
	assert_int_equal(wire_whole(STR("")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_found),
		cmocka_unit_test(places_that_are_none),
		cmocka_unit_test(thoughts_are_told_from_text_however_they_are_cut),
		cmocka_unit_test(azures_addresses),
		cmocka_unit_test(a_command_line_is_safe),
		cmocka_unit_test(errors_say_what_to_do),
		cmocka_unit_test(hosts_tell_their_dialect),
		cmocka_unit_test(pieces_of_extras_grow_together),
		cmocka_unit_test(a_cut_character_waits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
