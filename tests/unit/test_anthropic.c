/* SPDX-License-Identifier: MIT */
#include "core/model/anthropic.h"

#include "core/model/anthropic_body.h"

#include "tests/unit/wire_check.h"

static const struct model_request plain = {.api = API_CHAT, .stream = true};

static const char stream[] =
	"event: message_start\n"
	"data: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
	"\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\"stop_reason\":null,"
	"\"usage\":{\"input_tokens\":20,\"cache_creation_input_tokens\":3,"
	"\"cache_read_input_tokens\":100,\"output_tokens\":1}}}\n\n"
	"event: ping\ndata: {\"type\":\"ping\"}\n\n"
	"event: content_block_start\n"
	"data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":"
	"\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}\n\n"
	"event: content_block_delta\n"
	"data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
	"\"thinking_delta\",\"thinking\":\"Hm \xe2\x82\xac\"}}\n\n"
	"event: content_block_delta\n"
	"data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
	"\"signature_delta\",\"signature\":\"c2ln\"}}\n\n"
	"event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
	"event: content_block_start\n"
	"data: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":"
	"\"redacted_thinking\",\"data\":\"xyz\"}}\n\n"
	"event: content_block_start\n"
	"data: {\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type\":\"text\","
	"\"text\":\"\"}}\n\n"
	"event: content_block_delta\n"
	"data: {\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"text_delta\","
	"\"text\":\"I \\u4f60\"}}\n\n"
	"event: of_the_future\ndata: {\"type\":\"of_the_future\",\"index\":9}\n\n"
	"event: content_block_delta\n"
	"data: {\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"text_delta\","
	"\"text\":\" add.\"}}\n\n"
	"event: content_block_start\n"
	"data: {\"type\":\"content_block_start\",\"index\":3,\"content_block\":{\"type\":"
	"\"tool_use\",\"id\":\"toolu_1\",\"name\":\"add\",\"input\":{}}}\n\n"
	"event: content_block_delta\n"
	"data: {\"type\":\"content_block_delta\",\"index\":3,\"delta\":{\"type\":"
	"\"input_json_delta\",\"partial_json\":\"{\\\"a\\\": \"}}\n\n"
	"event: content_block_delta\n"
	"data: {\"type\":\"content_block_delta\",\"index\":3,\"delta\":{\"type\":"
	"\"input_json_delta\",\"partial_json\":\"1}\"}}\n\n"
	"event: content_block_start\n"
	"data: {\"type\":\"content_block_start\",\"index\":4,\"content_block\":{\"type\":"
	"\"tool_use\",\"id\":\"toolu_2\",\"name\":\"now\",\"input\":{}}}\n\n"
	"event: message_delta\n"
	"data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\","
	"\"stop_sequence\":null},\"usage\":{\"output_tokens\":10}}\n\n"
	"event: message_delta\n"
	"data: {\"type\":\"message_delta\",\"delta\":{},\"usage\":{\"output_tokens\":42,"
	"\"output_tokens_details\":{\"thinking_tokens\":7}}}\n\n"
	"event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

static const char stream_answer[] =
	"complete\ntext: I \xe4\xbd\xa0 add.\nreasoning: Hm \xe2\x82\xac\nrefusal: \n"
	"tools: [{\"id\":\"toolu_1\",\"type\":\"function\",\"function\":{\"name\":\"add\","
	"\"arguments\":\"{\\\"a\\\": 1}\"},\"extra_content\":{\"anthropic\":{\"thinking\":[{"
	"\"type\":\"thinking\",\"thinking\":\"Hm \xe2\x82\xac\",\"signature\":\"c2ln\"},{\"type\":"
	"\"redacted_thinking\",\"data\":\"xyz\"}]}}},{\"id\":\"toolu_2\",\"type\":\"function\","
	"\"function\":{\"name\":\"now\",\"arguments\":\"{}\"}}]\nfinish: tool_use\n"
	"usage: 123 42 100 3 7\nid: msg_1 claude-x\n"
	"response: {\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
	"\"claude-x\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"Hm \xe2\x82\xac\","
	"\"signature\":\"c2ln\"},{\"type\":\"redacted_thinking\",\"data\":\"xyz\"},{\"type\":"
	"\"text\",\"text\":\"I \xe4\xbd\xa0 add.\"},{\"type\":\"tool_use\",\"id\":\"toolu_1\","
	"\"name\":\"add\",\"input\":{\"a\":1}},{\"type\":\"tool_use\",\"id\":\"toolu_2\",\"name\":"
	"\"now\",\"input\":{}}],\"stop_reason\":\"tool_use\",\"usage\":{\"input_tokens\":20,"
	"\"cache_creation_input_tokens\":3,\"cache_read_input_tokens\":100,\"output_tokens\":42,"
	"\"output_tokens_details\":{\"thinking_tokens\":7}},\"stop_sequence\":null}\n"
	"told: [reasoning]Hm \xe2\x82\xac[text]I \xe4\xbd\xa0 add.[tool]{\"a\": 1}\n";

static void test_stream(void **state)
{
	struct arena a = ARENA_INIT;
	(void)state;
	const struct str got = wire_run_cut(&anthropic_wire, &plain, str_from(stream), 0, 0, &a);
	assert_string_equal(str_cstr(&a, got), stream_answer);
	arena_release(&a);
}

static void test_cuts(void **state)
{
	(void)state;
	wire_check_stream(&anthropic_wire, &plain, str_from(stream), STR("message_stop\"}\n"));
}

/* After the status 200: the error ends the answer, what came is kept. */
static void test_error_event(void **state)
{
	struct wire_run r;
	struct arena a = ARENA_INIT;
	(void)state;
	wire_run_begin(&r, &anthropic_wire, &plain);
	wire_run_feed(
		&r, STR("data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
			"{\"type\":\"text\",\"text\":\"Be\"}}\n\n"
			"event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
			"\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n"));
	assert_true(r.failed && r.answer->failed);
	assert_str(r.answer->error.type, "overloaded_error");
	assert_int_equal(wire_error_fault(&r.answer->error, 200), FAULT_BUSY);
	assert_true(str_find(wire_run_text(&r, &a), STR("\ntext: Be\n"), 0) != SIZE_MAX);
	wire_run_end(&r);
	arena_release(&a);
}

static void test_faults(void **state)
{
	static const struct {
		const char *body;
		int status;
		enum model_fault fault;
	} cases[] = {
		{"{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":"
		 "\"slow down\"}}",
			429, FAULT_BUSY},
		{"{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":"
		 "\"limit\",\"details\":{\"error_code\":\"enforced_spend_limit_reached\"}}}",
			429, FAULT_QUOTA},
		{"{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":"
		 "\"Overloaded\"}}",
			529, FAULT_BUSY},
		{"{\"type\":\"error\",\"error\":{\"type\":\"billing_error\",\"message\":\"\"}}",
			402, FAULT_QUOTA},
		{"{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
		 "\"message\":\"prompt is too long: 9 tokens > 8 maximum\"}}",
			400, FAULT_CONTEXT},
		{"{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\","
		 "\"message\":\"\"}}",
			401, FAULT_KEY},
		{"{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"\"}}", 500,
			FAULT_SERVER},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct wire_run r;
		struct err e = ERR_INIT;
		wire_run_begin(&r, &anthropic_wire, &plain);
		assert_false(anthropic_wire.whole(r.answer, str_from(cases[i].body), &e));
		assert_int_equal(
			wire_error_fault(&r.answer->error, cases[i].status), cases[i].fault);
		wire_run_end(&r);
	}
}

static void test_refusal(void **state)
{
	struct wire_run r;
	struct model_result m = {.status = TRACE_OK};
	struct err e = ERR_INIT;
	(void)state;
	wire_run_begin(&r, &anthropic_wire, &plain);
	assert_true(anthropic_wire.whole(r.answer,
		STR("{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[],"
		    "\"stop_reason\":\"refusal\",\"stop_details\":{\"type\":\"refusal\","
		    "\"category\":\"cyber\",\"explanation\":\"Not this.\"},"
		    "\"usage\":{\"input_tokens\":5,\"output_tokens\":0}}"),
		&e));
	assert_true(anthropic_wire.is_complete(r.answer));
	anthropic_wire.result(r.answer, &m);
	assert_str(m.refusal, "Not this.");
	assert_int_equal(anthropic_wire.end(r.answer, &m), WIRE_END_REFUSED);
	wire_run_end(&r);
}

static void test_not_a_message(void **state)
{
	static const struct {
		const char *body;
		const char *says;
	} cases[] = {{"[]", "it holds no message"}, {"{}", "it holds no message"},
		{"{\"content\":[1]}", "a block of it is a whole number, not an object"},
		{"{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"x\"}}",
			"it is an error"}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct wire_run r;
		struct err e = ERR_INIT;
		wire_run_begin(&r, &anthropic_wire, &plain);
		assert_false(anthropic_wire.whole(r.answer, str_from(cases[i].body), &e));
		assert_string_equal(e.text, cases[i].says);
		wire_run_end(&r);
	}
}

static struct value json(struct arena *a, const char *text)
{
	struct value v;
	struct err e = ERR_INIT;
	if (!json_read(a, str_from(text), NULL, &v, &e))
		fail_msg("%s: %s", text, e.text);
	return v;
}

/* The body of a prompt of one user message with PARAMETERS, or the error's sentence. */
static const char *body_with(struct arena *a, const char *model, const char *parameters)
{
	const struct message m = {.role = ROLE_USER, .content = STR("Hi"), .tool_calls = {0}};
	const struct model_request r = {.api = API_CHAT,
		.model = str_from(model),
		.messages = &m,
		.message_count = 1,
		.parameters = json(a, parameters)};
	struct str out;
	struct err e = ERR_INIT;
	if (anthropic_body(a, ANTHROPIC_DIRECT, &r, &out, &e))
		return str_cstr(a, out);
	return str_cstr(a, str_from(e.text));
}

/* What the catalogue knows of the model is the limit of a prompt that names none. */
static void test_default_limit(void **state)
{
	static const struct {
		int64_t most;
		bool stream;
		const char *says;
	} cases[] = {{0, true, "\"max_tokens\":4096,"}, {64000, true, "\"max_tokens\":64000,"},
		{64000, false, "\"max_tokens\":16384,"}, {2048, false, "\"max_tokens\":2048,"}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a = ARENA_INIT;
		struct err e = ERR_INIT;
		const struct message m = {.role = ROLE_USER, .content = STR("Hi")};
		const struct model_request r = {.api = API_CHAT,
			.model = STR("m"),
			.messages = &m,
			.message_count = 1,
			.max_output = cases[i].most,
			.stream = cases[i].stream};
		struct str out;
		assert_true(anthropic_body(&a, ANTHROPIC_DIRECT, &r, &out, &e));
		assert_true(str_find(out, str_from(cases[i].says), 0) != SIZE_MAX);
		arena_release(&a);
	}
}

#define HI "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"

static void test_parameters(void **state)
{
	static const struct {
		const char *model, *parameters, *body;
	} cases[] = {
		{"m", "{}", "{\"model\":\"m\",\"max_tokens\":4096," HI},
		{"m", "{\"max_tokens\":9,\"temperature\":0.5,\"stop\":\"X\",\"n\":1}",
			"{\"model\":\"m\",\"max_tokens\":9,\"temperature\":0.5,"
			"\"stop_sequences\":[\"X\"]," HI},
		{"claude-opus-4-6", "{\"reasoning_effort\":\"high\"}",
			"{\"model\":\"claude-opus-4-6\",\"thinking\":{\"type\":\"adaptive\"},"
			"\"output_config\":{\"effort\":\"high\"},\"max_tokens\":4096," HI},
		{"claude-sonnet-4-20250514", "{\"reasoning_effort\":\"low\"}",
			"{\"model\":\"claude-sonnet-4-20250514\",\"thinking\":{\"type\":"
			"\"enabled\",\"budget_tokens\":1024},\"max_tokens\":5120," HI},
		{"m", "{\"reasoning_effort\":\"none\"}",
			"{\"model\":\"m\",\"thinking\":{\"type\":\"disabled\"},\"max_tokens\":4096,"
			"" HI},
		{"m",
			"{\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":"
			"\"n\",\"schema\":{\"type\":\"object\"}}}}",
			"{\"model\":\"m\",\"output_config\":{\"format\":{\"type\":\"json_schema\","
			"\"schema\":{\"type\":\"object\"}}},\"max_tokens\":4096," HI},
		{"m", "{\"cache_control\":\"1h\",\"user\":\"u\"}",
			"{\"model\":\"m\",\"max_tokens\":4096,\"metadata\":{\"user_id\":\"u\"},"
			"\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}," HI},
		{"m",
			"{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
			"\"description\":\"d\",\"parameters\":{\"type\":\"object\"}}},{\"type\":"
			"\"web_search_20260209\",\"name\":\"web_search\"}],\"tool_choice\":"
			"\"required\",\"parallel_tool_calls\":false}",
			"{\"model\":\"m\",\"max_tokens\":4096,\"tools\":[{\"name\":\"f\","
			"\"description\":\"d\",\"input_schema\":{\"type\":\"object\"}},{\"type\":"
			"\"web_search_20260209\",\"name\":\"web_search\"}],\"tool_choice\":{"
			"\"type\":\"any\",\"disable_parallel_tool_use\":true}," HI},
		{"m", "{\"n\":2}",
			"Anthropic has no parameter \"n\": it gives one answer a request; nothing "
			"was sent."},
		{"m", "{\"seed\":0}",
			"Anthropic has no parameter \"seed\": its answers cannot be fixed by one; "
			"nothing was sent."},
		{"m", "{\"logprobs\":true}",
			"Anthropic has no parameter \"logprobs\"; nothing was sent."},
		{"m", "{\"presence_penalty\":0,\"logprobs\":false,\"max_tokens\":1}",
			"{\"model\":\"m\",\"max_tokens\":1," HI},
		{"m", "{\"response_format\":{\"type\":\"json_object\"}}",
			"Anthropic answers in JSON by a schema only; this response_format is not "
			"one, and nothing was sent."},
		{"m",
			"{\"max_tokens\":1000,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":"
			"1024}}",
			"The thinking budget of 1024 tokens leaves nothing of max_tokens 1000 for "
			"the answer."},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a = ARENA_INIT;
		assert_string_equal(
			body_with(&a, cases[i].model, cases[i].parameters), cases[i].body);
		arena_release(&a);
	}
}

/* A tool loop with thinking, images and neighbours of one role. */
static void test_messages(void **state)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct message_part parts[] = {
		{.kind = PART_TEXT, .text = STR("What is it?")},
		{.kind = PART_IMAGE, .url = STR("data:image/png;base64,AAAA")},
		{.kind = PART_IMAGE, .url = STR("https://x.example/a.jpg")},
	};
	const struct message m[] = {
		{.role = ROLE_SYSTEM, .content = STR("One.")},
		{.role = ROLE_DEVELOPER, .content = STR("Two.")},
		{.role = ROLE_USER, .parts = parts, .part_count = 3},
		{.role = ROLE_ASSISTANT,
			.tool_calls = json(&a,
				"[{\"id\":\"t1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
				"\"arguments\":\"{\\\"a\\\":1}\"},\"extra_content\":{\"anthropic\":"
				"{\"thinking\":[{\"type\":\"thinking\",\"thinking\":\"h\","
				"\"signature\":\"s\"}]}}}]")},
		{.role = ROLE_USER, .content = STR("Go on.")},
		{.role = ROLE_TOOL, .tool_call_id = STR("t1"), .content = STR("4")},
	};
	struct model_request r = {.api = API_CHAT,
		.model = STR("m"),
		.messages = m,
		.message_count = sizeof m / sizeof *m,
		.parameters = json(&a, "{\"max_tokens\":5}"),
		.stream = true};
	struct str out;
	(void)state;
	assert_true(anthropic_body(&a, ANTHROPIC_DIRECT, &r, &out, &e));
	assert_string_equal(str_cstr(&a, out),
		"{\"model\":\"m\",\"max_tokens\":5,\"system\":\"One.\\n\\nTwo.\",\"messages\":["
		"{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"What is it?\"},"
		"{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\","
		"\"data\":\"AAAA\"}},{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":"
		"\"https://x.example/a.jpg\"}}]},{\"role\":\"assistant\",\"content\":[{\"type\":"
		"\"thinking\",\"thinking\":\"h\",\"signature\":\"s\"},{\"type\":\"tool_use\","
		"\"id\":\"t1\",\"name\":\"f\",\"input\":{\"a\":1}}]},{\"role\":\"user\","
		"\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t1\",\"content\":\"4\"},"
		"{\"type\":\"text\",\"text\":\"Go on.\"}]}],\"stream\":true}");
	assert_true(anthropic_body(&a, ANTHROPIC_VERTEX, &r, &out, &e));
	assert_true(str_starts(out, STR("{\"anthropic_version\":\"vertex-2023-10-16\",")));
	parts[1].url = STR("data:image/bmp;base64,AAAA");
	assert_false(anthropic_body(&a, ANTHROPIC_DIRECT, &r, &out, &e));
	assert_string_equal(e.text, "Anthropic takes no images of the type image/bmp.");
	arena_release(&a);
}

/* The address, the key's header and the version, as the preview shows them. */
static void test_wire(void **state)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	const struct message m = {.role = ROLE_USER, .content = STR("Hi")};
	const struct model_request r = {
		.api = API_CHAT, .model = STR("claude-x"), .messages = &m, .message_count = 1};
	struct connection c = {.name = STR("a"), .secret = STR("env:KEY")};
	struct model_wire w;
	(void)state;
	assert_true(anthropic.wire(&a, &c, &r, &w, &e));
	assert_str(w.url, "https://api.anthropic.com/v1/messages");
	assert_str(json_text(&a, w.headers, JSON_COMPACT),
		"{\"Content-Type\":\"application/json\",\"anthropic-version\":\"2023-06-01\","
		"\"x-api-key\":\"env:KEY\"}");
	c.base_url = STR("https://h.example/v1");
	assert_true(anthropic.wire(&a, &c, &r, &w, &e));
	assert_str(w.url, "https://h.example/v1/messages");
	c.base_url = STR_NONE;
	c.options = json(&a, "{\"project\":\"p\",\"region\":\"europe-west1\",\"beta\":\"b1\"}");
	assert_true(anthropic.wire(&a, &c, &r, &w, &e));
	assert_str(w.url, "https://europe-west1-aiplatform.googleapis.com/v1/projects/p/locations/"
			  "europe-west1/publishers/anthropic/models/claude-x:rawPredict");
	assert_str(json_text(&a, w.headers, JSON_COMPACT),
		"{\"Content-Type\":\"application/json\",\"anthropic-beta\":\"b1\","
		"\"Authorization\":\"Bearer env:KEY\"}");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_error_event),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_refusal),
		cmocka_unit_test(test_not_a_message),
		cmocka_unit_test(test_default_limit),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_wire),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
