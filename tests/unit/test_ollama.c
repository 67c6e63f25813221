/* SPDX-License-Identifier: MIT */
#include "core/model/ollama.h"

#include "core/model/ollama_body.h"

#include "tests/unit/wire_check.h"

static const struct model_request chat = {.api = API_CHAT, .stream = true};
static const struct model_request completion = {.api = API_COMPLETION, .stream = true};

static const char stream[] =
	"{\"model\":\"qwen3\",\"created_at\":\"t1\",\"message\":{\"role\":\"assistant\","
	"\"content\":\"\",\"thinking\":\"Hm \xe2\x82\xac\"},\"done\":false}\n"
	"{\"model\":\"qwen3\",\"created_at\":\"t2\",\"message\":{\"role\":\"assistant\","
	"\"content\":\"I \\u4f60\"},\"done\":false,\"logprobs\":[{\"token\":\"I\",\"logprob\":-1}]}"
	"\r\n\n"
	"{\"model\":\"qwen3\",\"created_at\":\"t3\",\"message\":{\"role\":\"assistant\","
	"\"content\":\" add.\",\"tool_calls\":[{\"function\":{\"index\":0,\"name\":\"add\","
	"\"arguments\":{\"a\":1}}}]},\"done\":false}\n"
	"{\"model\":\"qwen3\",\"created_at\":\"t4\",\"message\":{\"role\":\"assistant\","
	"\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"total_duration\":900,"
	"\"prompt_eval_count\":11,\"eval_count\":7,\"eval_duration\":500}\n";

static const char stream_answer[] =
	"complete\ntext: I \xe4\xbd\xa0 add.\nreasoning: Hm \xe2\x82\xac\nrefusal: \n"
	"tools: [{\"id\":\"call_0\",\"type\":\"function\",\"function\":{\"name\":\"add\","
	"\"arguments\":\"{\\\"a\\\":1}\"}}]\nfinish: stop\nusage: 11 7 -1 -1 -1\nid:  qwen3\n"
	"response: {\"model\":\"qwen3\",\"created_at\":\"t4\",\"done\":true,\"done_reason\":"
	"\"stop\",\"total_duration\":900,\"prompt_eval_count\":11,\"eval_count\":7,"
	"\"eval_duration\":500,\"message\":{\"role\":\"assistant\",\"content\":"
	"\"I \xe4\xbd\xa0 add.\",\"thinking\":\"Hm \xe2\x82\xac\",\"tool_calls\":[{\"function\":{"
	"\"index\":0,\"name\":\"add\",\"arguments\":{\"a\":1}}}]},\"logprobs\":[{\"token\":\"I\","
	"\"logprob\":-1}]}\n"
	"told: [reasoning]Hm \xe2\x82\xac[text]I \xe4\xbd\xa0 add.[tool]{\"a\":1}\n";

static void test_stream(void **state)
{
	struct arena a = ARENA_INIT;
	(void)state;
	const struct str got = wire_run_cut(&ollama_wire, &chat, str_from(stream), 0, 0, &a);
	assert_string_equal(str_cstr(&a, got), stream_answer);
	arena_release(&a);
}

static const char generated[] =
	"{\"model\":\"m\",\"response\":\"He\",\"done\":false}\n"
	"{\"model\":\"m\",\"response\":\"llo\",\"done\":false}\n"
	"{\"model\":\"m\",\"response\":\"\",\"done\":true,\"done_reason\":\"length\","
	"\"context\":[1,2],\"prompt_eval_count\":3,\"eval_count\":2}\n";

static void test_cuts(void **state)
{
	(void)state;
	wire_check_stream(&ollama_wire, &chat, str_from(stream), STR("}\n"));
	wire_check_stream(&ollama_wire, &completion, str_from(generated), STR("}\n"));
}

static void test_completion(void **state)
{
	struct arena a = ARENA_INIT;
	(void)state;
	const struct str got =
		wire_run_cut(&ollama_wire, &completion, str_from(generated), 0, 0, &a);
	assert_string_equal(str_cstr(&a, got),
		"complete\ntext: Hello\nreasoning: \nrefusal: \ntools: null\nfinish: length\n"
		"usage: 3 2 -1 -1 -1\nid:  m\nresponse: {\"model\":\"m\",\"done\":true,"
		"\"done_reason\":\"length\",\"context\":[1,2],\"prompt_eval_count\":3,"
		"\"eval_count\":2,\"response\":\"Hello\"}\ntold: [text]Hello\n");
	arena_release(&a);
}

static void test_error_line(void **state)
{
	struct wire_run r;
	(void)state;
	wire_run_begin(&r, &ollama_wire, &chat);
	wire_run_feed(&r, STR("{\"message\":{\"content\":\"Be\"},\"done\":false}\n"
			      "{\"error\":\"model runner has stopped\"}\n"));
	assert_true(r.failed && r.answer->failed);
	assert_str(r.answer->error.message, "model runner has stopped");
	wire_run_end(&r);
}

static struct value json(struct arena *a, const char *text)
{
	struct value v;
	struct err e = ERR_INIT;
	if (!json_read(a, str_from(text), NULL, &v, &e))
		fail_msg("%s: %s", text, e.text);
	return v;
}

#define HI "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]"

static void test_parameters(void **state)
{
	static const struct {
		const char *parameters, *body;
	} cases[] = {
		{"{}", HI ",\"stream\":false}"},
		{"{\"max_tokens\":9,\"temperature\":0.5,\"stop\":\"X\",\"seed\":7,\"num_ctx\":8192,"
		 "\"keep_alive\":\"5m\",\"options\":{\"mirostat\":1}}",
			HI ",\"keep_alive\":\"5m\",\"options\":{\"temperature\":0.5,\"seed\":7,"
			   "\"num_ctx\":8192,\"num_predict\":9,\"stop\":[\"X\"],\"mirostat\":1},"
			   "\"stream\":false}"},
		{"{\"response_format\":{\"type\":\"json_object\"},\"reasoning_effort\":\"none\"}",
			HI ",\"format\":\"json\",\"think\":false,\"stream\":false}"},
		{"{\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{"
		 "\"type\":\"object\"}}},\"reasoning_effort\":\"high\"}",
			HI
			",\"format\":{\"type\":\"object\"},\"think\":\"high\",\"stream\":false}"},
		{"{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],"
		 "\"tool_choice\":\"auto\",\"logprobs\":true,\"top_logprobs\":2}",
			HI ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],"
			   "\"logprobs\":true,\"top_logprobs\":2,\"stream\":false}"},
		{"{\"tool_choice\":\"required\"}",
			"Ollama cannot be made to call a tool, as this tool_choice asks; nothing was "
			"sent."},
		{"{\"n\":3}", "Ollama has no parameter \"n\": it gives one answer a request; "
			      "nothing was sent."},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a = ARENA_INIT;
		struct err e = ERR_INIT;
		const struct message m = {.role = ROLE_USER, .content = STR("Hi")};
		const struct model_request r = {.api = API_CHAT,
			.model = STR("m"),
			.messages = &m,
			.message_count = 1,
			.parameters = json(&a, cases[i].parameters)};
		struct str out;
		const bool ok = ollama_body(&a, &r, &out, &e);
		assert_string_equal(ok ? str_cstr(&a, out) : e.text, cases[i].body);
		arena_release(&a);
	}
}

static void test_messages(void **state)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct message_part parts[] = {
		{.kind = PART_TEXT, .text = STR("What?")},
		{.kind = PART_IMAGE, .url = STR("data:image/png;base64,AAAA")},
	};
	const struct message m[] = {
		{.role = ROLE_DEVELOPER, .content = STR("Be brief.")},
		{.role = ROLE_USER, .parts = parts, .part_count = 2},
		{.role = ROLE_ASSISTANT,
			.tool_calls = json(&a, "[{\"id\":\"call_0\",\"type\":\"function\","
					       "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}"
					       "]")},
		{.role = ROLE_TOOL, .tool_call_id = STR("call_0"), .content = STR("4")},
	};
	const struct model_request r = {.api = API_CHAT,
		.model = STR("m"),
		.messages = m,
		.message_count = sizeof m / sizeof *m};
	const struct model_request c = {
		.api = API_COMPLETION, .model = STR("m"), .prompt = STR("Once"), .stream = true};
	struct str out;
	(void)state;
	assert_true(ollama_body(&a, &r, &out, &e));
	assert_string_equal(str_cstr(&a, out),
		"{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},{"
		"\"role\":\"user\",\"content\":\"What?\",\"images\":[\"AAAA\"]},{\"role\":"
		"\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"call_0\",\"function\":{"
		"\"name\":\"f\",\"arguments\":{}}}]},{\"role\":\"tool\",\"content\":\"4\","
		"\"tool_name\":\"f\",\"tool_call_id\":\"call_0\"}],\"stream\":false}");
	assert_true(ollama_body(&a, &c, &out, &e));
	assert_str(out, "{\"model\":\"m\",\"prompt\":\"Once\",\"stream\":true}");
	parts[1].url = STR("https://x.example/a.png");
	assert_false(ollama_body(&a, &r, &out, &e));
	assert_string_equal(e.text, "Ollama fetches no images, and the prompt has one as a URL: "
				    "https://x.example/a.png; nothing was sent.");
	arena_release(&a);
}

static void test_url(void **state)
{
	struct arena a = ARENA_INIT;
	(void)state;
	assert_str(ollama_url(&a, STR_NONE, STR("/api/chat")), "http://127.0.0.1:11434/api/chat");
	assert_str(ollama_url(&a, STR("http://h:1/v1"), STR("/api/chat")), "http://h:1/api/chat");
	assert_str(ollama_url(&a, STR("https://ollama.com/api"), STR("/api/chat")),
		"https://ollama.com/api/chat");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_completion),
		cmocka_unit_test(test_error_line),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_url),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
