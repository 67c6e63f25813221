/* SPDX-License-Identifier: MIT */
#include "core/model/gemini.h"

#include "core/model/gemini_body.h"

#include "tests/unit/wire_check.h"

static const struct model_request plain = {.api = API_CHAT, .stream = true};

static const char stream[] =
	"data: {\"candidates\":[{\"index\":0,\"content\":{\"role\":\"model\",\"parts\":[{\"text\":"
	"\"Hm \xe2\x82\xac\",\"thought\":true}]}}],\"usageMetadata\":{\"promptTokenCount\":9,"
	"\"totalTokenCount\":9},\"modelVersion\":\"gemini-x\",\"responseId\":\"r1\"}\r\n\r\n"
	"data: {\"candidates\":[{\"index\":0,\"content\":{\"role\":\"model\",\"parts\":[{\"text\":"
	"\"I \\u4f60\"}]}}]}\r\n\r\n"
	"data: {\"candidates\":[{\"index\":0,\"content\":{\"role\":\"model\",\"parts\":[{\"text\":"
	"\" add.\"},{\"functionCall\":{\"name\":\"add\",\"args\":{\"a\":1}},\"thoughtSignature\":"
	"\"c2ln\"},{\"functionCall\":{\"id\":\"c9\",\"name\":\"now\"}}]}}]}\r\n\r\n"
	"data: {\"candidates\":[{\"index\":0,\"finishReason\":\"STOP\",\"safetyRatings\":[{"
	"\"category\":\"HARM_CATEGORY_HARASSMENT\",\"probability\":\"NEGLIGIBLE\"}]}],"
	"\"usageMetadata\":{\"promptTokenCount\":9,\"cachedContentTokenCount\":4,"
	"\"candidatesTokenCount\":10,\"thoughtsTokenCount\":7,\"toolUsePromptTokenCount\":2,"
	"\"totalTokenCount\":28},\"modelVersion\":\"gemini-x\",\"responseId\":\"r1\"}\r\n\r\n";

static const char stream_answer[] =
	"complete\ntext: I \xe4\xbd\xa0 add.\nreasoning: Hm \xe2\x82\xac\nrefusal: \n"
	"tools: [{\"id\":\"call_of_lathe_0\",\"type\":\"function\",\"function\":{\"name\":\"add\","
	"\"arguments\":\"{\\\"a\\\":1}\"},\"extra_content\":{\"google\":{\"thought_signature\":"
	"\"c2ln\"}}},{\"id\":\"c9\",\"type\":\"function\",\"function\":{\"name\":\"now\","
	"\"arguments\":\"{}\"}}]\nfinish: STOP\nusage: 11 17 4 -1 7\nid: r1 gemini-x\n"
	"response: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":"
	"\"Hm \xe2\x82\xac\",\"thought\":true},{\"text\":\"I \xe4\xbd\xa0 add.\"},{"
	"\"functionCall\":{\"name\":\"add\",\"args\":{\"a\":1}},\"thoughtSignature\":\"c2ln\"},{"
	"\"functionCall\":{\"id\":\"c9\",\"name\":\"now\"}}]},\"index\":0,\"finishReason\":"
	"\"STOP\",\"safetyRatings\":[{\"category\":\"HARM_CATEGORY_HARASSMENT\",\"probability\":"
	"\"NEGLIGIBLE\"}]}],\"usageMetadata\":{\"promptTokenCount\":9,"
	"\"cachedContentTokenCount\":4,\"candidatesTokenCount\":10,\"thoughtsTokenCount\":7,"
	"\"toolUsePromptTokenCount\":2,\"totalTokenCount\":28},\"modelVersion\":\"gemini-x\","
	"\"responseId\":\"r1\"}\n"
	"told: [reasoning]Hm \xe2\x82\xac[text]I \xe4\xbd\xa0 add.[tool]{\"a\":1}{}\n";

static void test_stream(void **state)
{
	struct arena a = ARENA_INIT;
	(void)state;
	const struct str got = wire_run_cut(&gemini_wire, &plain, str_from(stream), 0, 0, &a);
	assert_string_equal(str_cstr(&a, got), stream_answer);
	arena_release(&a);
}

static void test_cuts(void **state)
{
	(void)state;
	/* The event ends at its blank line, the last four bytes (the LF of CRLF need not be). */
	wire_check_stream(&gemini_wire, &plain, str_from(stream), STR("\r\n\r\n"));
}

static struct value json(struct arena *a, const char *text)
{
	struct value v;
	struct err e = ERR_INIT;
	if (!json_read(a, str_from(text), NULL, &v, &e))
		fail_msg("%s: %s", text, e.text);
	return v;
}

/* With two candidates asked for, one with its end is not yet an answer. */
static void test_candidates(void **state)
{
	struct arena a = ARENA_INIT;
	const struct model_request two = {.api = API_CHAT, .parameters = json(&a, "{\"n\":2}")};
	struct wire_run r;
	(void)state;
	wire_run_begin(&r, &gemini_wire, &two);
	wire_run_feed(&r, STR("data: {\"candidates\":[{\"index\":1,\"content\":{\"parts\":[{"
			      "\"text\":\"b\"}]},\"finishReason\":\"STOP\"}]}\n\n"));
	assert_false(gemini_wire.is_complete(r.answer));
	wire_run_feed(&r, STR("data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]},"
			      "\"finishReason\":\"MAX_TOKENS\"}]}\n\n"));
	assert_true(gemini_wire.is_complete(r.answer));
	const struct str text = wire_run_text(&r, &a);
	assert_true(str_find(text, STR("\ntext: a\n"), 0) != SIZE_MAX);
	assert_true(str_find(text, STR("\nfinish: MAX_TOKENS\n"), 0) != SIZE_MAX);
	assert_true(str_find(text, STR("\"text\":\"b\""), 0) != SIZE_MAX);
	wire_run_end(&r);
	arena_release(&a);
}

static void test_ends(void **state)
{
	static const struct {
		const char *body;
		enum wire_end end;
		const char *finish;
	} cases[] = {
		{"{\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"}}", WIRE_END_FILTERED,
			"PROHIBITED_CONTENT"},
		{"{\"candidates\":[{\"finishReason\":\"SAFETY\"}]}", WIRE_END_FILTERED, "SAFETY"},
		{"{\"candidates\":[{\"finishReason\":\"MAX_TOKENS\"}]}", WIRE_END_OK, "MAX_TOKENS"},
		{"{\"candidates\":[{\"finishReason\":\"MALFORMED_FUNCTION_CALL\"}]}",
			WIRE_END_ERROR, "MALFORMED_FUNCTION_CALL"},
		{"[{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]},"
		 "{\"candidates\":[{\"finishReason\":\"STOP\"}]}]",
			WIRE_END_OK, "STOP"},
		{"{\"candidates\":[{\"finishReason\":\"OF_THE_FUTURE\"}]}", WIRE_END_OK,
			"OF_THE_FUTURE"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct wire_run r;
		struct model_result m = {.status = TRACE_OK};
		struct err e = ERR_INIT;
		wire_run_begin(&r, &gemini_wire, &plain);
		assert_true(gemini_wire.whole(r.answer, str_from(cases[i].body), &e));
		assert_true(gemini_wire.is_complete(r.answer));
		gemini_wire.result(r.answer, &m);
		assert_str(m.finish_reason, cases[i].finish);
		assert_int_equal(gemini_wire.end(r.answer, &m), cases[i].end);
		wire_run_end(&r);
	}
}

static void test_errors(void **state)
{
	static const struct {
		const char *body;
		int status;
		enum model_fault fault;
	} cases[] = {
		{"{\"error\":{\"code\":429,\"message\":\"slow\",\"status\":\"RESOURCE_EXHAUSTED\"}}",
			429, FAULT_BUSY},
		{"[{\"error\":{\"code\":503,\"message\":\"x\",\"status\":\"UNAVAILABLE\"}}]", 503,
			FAULT_BUSY},
		{"{\"error\":{\"code\":400,\"message\":\"API key not valid. Pass a valid key.\","
		 "\"status\":\"INVALID_ARGUMENT\"}}",
			400, FAULT_KEY},
		{"{\"error\":{\"code\":400,\"message\":\"no\",\"status\":\"INVALID_ARGUMENT\","
		 "\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}",
			400, FAULT_KEY},
		{"{\"error\":{\"code\":429,\"message\":\"x\",\"status\":\"RESOURCE_EXHAUSTED\","
		 "\"details\":[{\"violations\":[{\"quotaId\":\"RequestsPerDayPerModel\"}]}]}}",
			429, FAULT_QUOTA},
		{"{\"error\":{\"code\":400,\"message\":\"no\",\"status\":\"INVALID_ARGUMENT\"}}",
			400, FAULT_REQUEST},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct wire_run r;
		struct err e = ERR_INIT;
		wire_run_begin(&r, &gemini_wire, &plain);
		assert_false(gemini_wire.whole(r.answer, str_from(cases[i].body), &e));
		assert_true(r.answer->failed);
		assert_int_equal(
			wire_error_fault(&r.answer->error, cases[i].status), cases[i].fault);
		wire_run_end(&r);
	}
}

#define HI "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}]"

static void test_parameters(void **state)
{
	static const struct {
		const char *model, *parameters, *body;
	} cases[] = {
		{"m", "{}", HI "}"},
		{"m",
			"{\"max_tokens\":9,\"temperature\":0.5,\"stop\":\"X\",\"n\":2,\"seed\":7,"
			"\"top_k\":3,\"logprobs\":true,\"top_logprobs\":5}",
			HI ",\"generationConfig\":{\"temperature\":0.5,\"topK\":3,"
			   "\"candidateCount\":2,\"seed\":7,\"maxOutputTokens\":9,"
			   "\"stopSequences\":[\"X\"],\"responseLogprobs\":true,\"logprobs\":5}}"},
		{"gemini-2.5-flash", "{\"reasoning_effort\":\"low\"}",
			HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":1024,"
			   "\"includeThoughts\":true}}}"},
		{"gemini-3-pro", "{\"reasoning_effort\":\"medium\"}",
			HI ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":"
			   "\"MEDIUM\",\"includeThoughts\":true}}}"},
		{"m",
			"{\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":"
			"{\"type\":\"object\"}}},\"safetySettings\":[]}",
			HI ",\"generationConfig\":{\"responseJsonSchema\":{\"type\":\"object\"},"
			   "\"responseMimeType\":\"application/json\"},\"safetySettings\":[]}"},
		{"m",
			"{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
			"\"parameters\":{\"type\":\"object\"}}},{\"googleSearch\":{}}],"
			"\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}}",
			HI ",\"tools\":[{\"googleSearch\":{}},{\"functionDeclarations\":[{\"name\":"
			   "\"f\",\"parametersJsonSchema\":{\"type\":\"object\"}}]}],"
			   "\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"ANY\","
			   "\"allowedFunctionNames\":[\"f\"]}}}"},
		{"m", "{\"logit_bias\":{\"1\":2}}",
			"Gemini has no parameter \"logit_bias\"; nothing was sent."},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a = ARENA_INIT;
		struct err e = ERR_INIT;
		const struct message m = {.role = ROLE_USER, .content = STR("Hi")};
		const struct model_request r = {.api = API_CHAT,
			.model = str_from(cases[i].model),
			.messages = &m,
			.message_count = 1,
			.parameters = json(&a, cases[i].parameters)};
		struct str out;
		const bool ok = gemini_body(&a, false, &r, &out, &e);
		assert_string_equal(ok ? str_cstr(&a, out) : e.text, cases[i].body);
		arena_release(&a);
	}
}

static void test_contents(void **state)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct message_part parts[] = {
		{.kind = PART_TEXT, .text = STR("What?")},
		{.kind = PART_IMAGE, .url = STR("data:image/png;base64,AAAA")},
		{.kind = PART_IMAGE, .url = STR("https://x.example/a.webp?s=1")},
	};
	struct message m[] = {
		{.role = ROLE_SYSTEM, .content = STR("Be brief.")},
		{.role = ROLE_USER, .parts = parts, .part_count = 3},
		{.role = ROLE_ASSISTANT,
			.content = STR("So:"),
			.tool_calls = json(&a,
				"[{\"id\":\"c9\",\"type\":\"function\",\"function\":{\"name\":\"f\","
				"\"arguments\":\"{}\"},\"extra_content\":{\"google\":{"
				"\"thought_signature\":\"c2ln\"}}},{\"id\":\"call_of_lathe_1\","
				"\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":"
				"\"{}\"}}]")},
		{.role = ROLE_TOOL, .tool_call_id = STR("c9"), .content = STR("{\"x\":1}")},
		{.role = ROLE_TOOL, .tool_call_id = STR("call_of_lathe_1"), .content = STR("4")},
	};
	const struct model_request r = {.api = API_CHAT,
		.model = STR("m"),
		.messages = m,
		.message_count = sizeof m / sizeof *m};
	struct str out;
	(void)state;
	assert_true(gemini_body(&a, false, &r, &out, &e));
	assert_string_equal(str_cstr(&a, out),
		"{\"systemInstruction\":{\"parts\":[{\"text\":\"Be brief.\"}]},\"contents\":[{"
		"\"role\":\"user\",\"parts\":[{\"text\":\"What?\"},{\"inlineData\":{\"mimeType\":"
		"\"image/png\",\"data\":\"AAAA\"}},{\"fileData\":{\"mimeType\":\"image/webp\","
		"\"fileUri\":\"https://x.example/a.webp?s=1\"}}]},{\"role\":\"model\",\"parts\":[{"
		"\"text\":\"So:\"},{\"functionCall\":{\"name\":\"f\",\"args\":{},\"id\":\"c9\"},"
		"\"thoughtSignature\":\"c2ln\"},{\"functionCall\":{\"name\":\"g\",\"args\":{}}}]},{"
		"\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"f\",\"response\":{"
		"\"x\":1},\"id\":\"c9\"}},{\"functionResponse\":{\"name\":\"g\",\"response\":{"
		"\"result\":\"4\"}}}]}]}");
	m[3].tool_call_id = STR("other");
	assert_false(gemini_body(&a, false, &r, &out, &e));
	assert_string_equal(e.text,
		"The tool result other of the prompt answers no call of an earlier message, and "
		"Gemini has to be told the function's name.");
	arena_release(&a);
}

static void test_wire(void **state)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	const struct message m = {.role = ROLE_USER, .content = STR("Hi")};
	struct model_request r = {
		.api = API_CHAT, .model = STR("gemini-x"), .messages = &m, .message_count = 1};
	struct connection c = {.name = STR("g"), .secret = STR("env:KEY")};
	struct model_wire w;
	(void)state;
	assert_true(gemini.wire(&a, &c, &r, &w, &e));
	assert_str(w.url, "https://generativelanguage.googleapis.com/v1beta/models/"
			  "gemini-x:generateContent");
	assert_str(value_get_str(w.headers, "x-goog-api-key", STR_NONE), "env:KEY");
	r.stream = true;
	c.vendor = STR("vertex");
	assert_false(gemini.wire(&a, &c, &r, &w, &e));
	assert_string_equal(e.text, "The connection g to Vertex AI names no project.");
	c.options = json(&a, "{\"project\":\"p\",\"region\":\"global\"}");
	assert_true(gemini.wire(&a, &c, &r, &w, &e));
	assert_str(w.url, "https://aiplatform.googleapis.com/v1/projects/p/locations/global/"
			  "publishers/google/models/gemini-x:streamGenerateContent?alt=sse");
	assert_str(value_get_str(w.headers, "Authorization", STR_NONE), "Bearer env:KEY");
	arena_release(&a);
}

/* When to come back stands in the body, not in a header. */
static void test_retry_info(void **state)
{
	struct wire_run r;
	struct err e = ERR_INIT;
	(void)state;
	wire_run_begin(&r, &gemini_wire, &plain);
	assert_false(gemini_wire.whole(r.answer,
		STR("{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"details\":["
		    "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":"
		    "\"17.5s\"}]}}"),
		&e));
	assert_int_equal(r.answer->error.retry_after_ns, INT64_C(17500000000));
	wire_run_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_candidates),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_retry_info),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_contents),
		cmocka_unit_test(test_wire),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
