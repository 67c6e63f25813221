/* SPDX-License-Identifier: MIT */
#include "core/model/bedrock.h"

#include "core/model/anthropic.h"
#include "core/model/anthropic_bedrock.h"
#include "core/model/bedrock_body.h"
#include "core/net/aws_events.h"

#include "tests/unit/wire_check.h"

#include <sodium.h>
#include <stdio.h>

static const struct model_request plain = {.api = API_CHAT, .stream = true};

static void put(struct buf *b, uint32_t n, int size)
{
	for (int i = size - 1; i >= 0; i--)
		buf_add_char(b, (char)(n >> (8 * i)));
}

static void put_header(struct buf *b, const char *name, const char *value)
{
	put(b, (uint32_t)strlen(name), 1);
	buf_add_cstr(b, name);
	put(b, 7, 1);
	put(b, (uint32_t)strlen(value), 2);
	buf_add_cstr(b, value);
}

static void put_message(struct buf *b, const char *type, const char *kind, const char *payload)
{
	struct buf headers = BUF_INIT(0);
	const size_t from = b->len;
	const bool failed = strcmp(type, "exception") == 0;
	put_header(&headers, failed ? ":exception-type" : ":event-type", kind);
	put_header(&headers, ":content-type", "application/json");
	put_header(&headers, ":message-type", type);
	put(b, (uint32_t)(headers.len + strlen(payload) + 16), 4);
	put(b, (uint32_t)headers.len, 4);
	put(b, aws_events_crc(str_slice(buf_str(b), from, b->len)), 4);
	buf_add_str(b, buf_str(&headers));
	buf_add_cstr(b, payload);
	put(b, aws_events_crc(str_slice(buf_str(b), from, b->len)), 4);
	buf_free(&headers);
}

static void make_stream(struct buf *b)
{
	static const char *const events[][2] = {
		{"messageStart", "{\"role\":\"assistant\"}"},
		{"contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{"
				      "\"text\":\"Hm \xe2\x82\xac\"}}}"},
		{"contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{"
				      "\"signature\":\"c2ln\"}}}"},
		{"contentBlockStop", "{\"contentBlockIndex\":0}"},
		{"contentBlockDelta",
			"{\"contentBlockIndex\":1,\"delta\":{\"text\":\"I \\u4f60\"}}"},
		{"ofTheFuture", "{\"contentBlockIndex\":1}"},
		{"contentBlockDelta", "{\"contentBlockIndex\":1,\"delta\":{\"text\":\" add.\"}}"},
		{"contentBlockStart", "{\"contentBlockIndex\":2,\"start\":{\"toolUse\":{"
				      "\"toolUseId\":\"t1\",\"name\":\"add\"}}}"},
		{"contentBlockDelta",
			"{\"contentBlockIndex\":2,\"delta\":{\"toolUse\":{\"input\":\"{\\\"a\"}}}"},
		{"contentBlockDelta",
			"{\"contentBlockIndex\":2,\"delta\":{\"toolUse\":{\"input\":\"\\\":1}\"}}}"},
		{"messageStop", "{\"stopReason\":\"tool_use\"}"},
		{"metadata",
			"{\"usage\":{\"inputTokens\":20,\"outputTokens\":42,\"totalTokens\":165,"
			"\"cacheReadInputTokens\":100,\"cacheWriteInputTokens\":3},\"metrics\":{"
			"\"latencyMs\":5}}"},
	};
	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		put_message(b, "event", events[i][0], events[i][1]);
}

static const char stream_answer[] =
	"complete\ntext: I \xe4\xbd\xa0 add.\nreasoning: Hm \xe2\x82\xac\nrefusal: \n"
	"tools: [{\"id\":\"t1\",\"type\":\"function\",\"function\":{\"name\":\"add\","
	"\"arguments\":\"{\\\"a\\\":1}\"},\"extra_content\":{\"bedrock\":{\"reasoning\":[{"
	"\"reasoningContent\":{\"reasoningText\":{\"text\":\"Hm \xe2\x82\xac\",\"signature\":"
	"\"c2ln\"}}}]}}}]\nfinish: tool_use\nusage: 123 42 100 3 -1\nid:  \n"
	"response: {\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{"
	"\"reasoningContent\":{\"reasoningText\":{\"text\":\"Hm \xe2\x82\xac\",\"signature\":"
	"\"c2ln\"}}},{\"text\":\"I \xe4\xbd\xa0 add.\"},{\"toolUse\":{\"toolUseId\":\"t1\","
	"\"name\":\"add\",\"input\":{\"a\":1}}}]}},\"stopReason\":\"tool_use\",\"usage\":{"
	"\"inputTokens\":20,\"outputTokens\":42,\"totalTokens\":165,\"cacheReadInputTokens\":100,"
	"\"cacheWriteInputTokens\":3},\"metrics\":{\"latencyMs\":5}}\n"
	"told: [reasoning]Hm \xe2\x82\xac[text]I \xe4\xbd\xa0 add.[tool]{\"a\":1}\n";

static void test_stream(void **state)
{
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT(0);
	(void)state;
	make_stream(&b);
	const struct str got = wire_run_cut(&bedrock_wire, &plain, buf_str(&b), 0, 0, &a);
	assert_string_equal(str_cstr(&a, got), stream_answer);
	/* Complete from messageStop on, whose sum are the 4 bytes behind its payload. */
	wire_check_stream(&bedrock_wire, &plain, buf_str(&b), STR("\"tool_use\"}"));
	buf_free(&b);
	arena_release(&a);
}

/* Anthropic's own events within Bedrock's. */
static void test_anthropic_within(void **state)
{
	static const char *const events[] = {
		"{\"type\":\"message_start\",\"message\":{\"id\":\"m1\",\"role\":\"assistant\","
		"\"model\":\"claude-x\",\"content\":[],\"usage\":{\"input_tokens\":5}}}",
		"{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":"
		"\"text\",\"text\":\"\"}}",
		"{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
		"\"text_delta\",\"text\":\"Hello\"}}",
		"{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{"
		"\"output_tokens\":2}}",
		"{\"type\":\"message_stop\"}"};
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct buf b = BUF_INIT(0);
	const struct message m = {.role = ROLE_USER, .content = STR("Hi")};
	const struct model_request r = {.api = API_CHAT,
		.model = STR("anthropic.claude-x"),
		.messages = &m,
		.message_count = 1,
		.stream = true};
	const struct connection c = {.vendor = STR("bedrock"), .secret = STR("env:KEY")};
	struct model_wire w;
	(void)state;
	for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
		char base64[512], payload[600];
		sodium_bin2base64(base64, sizeof base64, (const unsigned char *)events[i],
			strlen(events[i]), sodium_base64_VARIANT_ORIGINAL);
		snprintf(payload, sizeof payload, "{\"bytes\":\"%s\"}", base64);
		put_message(&b, "event", "chunk", payload);
	}
	const struct str got = wire_run_cut(&anthropic_bedrock_wire, &r, buf_str(&b), 0, 0, &a);
	assert_true(str_starts(got, STR("complete\ntext: Hello\n")));
	assert_true(str_find(got, STR("\nusage: 5 2 "), 0) != SIZE_MAX);
	wire_check_stream(&anthropic_bedrock_wire, &r, buf_str(&b), STR("\"}"));
	assert_true(anthropic.wire(&a, &c, &r, &w, &e));
	assert_str(w.url, "https://bedrock-runtime.us-east-1.amazonaws.com/model/"
			  "anthropic.claude-x/invoke-with-response-stream");
	assert_str(w.body, "{\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":4096,"
			   "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
	buf_free(&b);
	arena_release(&a);
}

static void test_exception(void **state)
{
	struct buf b = BUF_INIT(0);
	struct wire_run r;
	(void)state;
	put_message(&b, "event", "contentBlockDelta",
		"{\"contentBlockIndex\":0,\"delta\":{\"text\":\"Be\"}}");
	put_message(&b, "exception", "throttlingException", "{\"message\":\"Too many\"}");
	wire_run_begin(&r, &bedrock_wire, &plain);
	wire_run_feed(&r, buf_str(&b));
	assert_true(r.failed && r.answer->failed);
	assert_str(r.answer->error.type, "throttlingException");
	assert_str(r.answer->error.message, "Too many");
	assert_int_equal(wire_error_fault(&r.answer->error, 200), FAULT_BUSY);
	wire_run_end(&r);
	buf_free(&b);
}

static struct value json(struct arena *a, const char *text)
{
	struct value v;
	struct err e = ERR_INIT;
	if (!json_read(a, str_from(text), NULL, &v, &e))
		fail_msg("%s: %s", text, e.text);
	return v;
}

static void test_body(void **state)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct message_part parts[] = {{.kind = PART_TEXT, .text = STR("What?")},
		{.kind = PART_IMAGE, .url = STR("data:image/png;base64,AAAA")}};
	const struct message m[] = {
		{.role = ROLE_SYSTEM, .content = STR("Be brief.")},
		{.role = ROLE_USER, .parts = parts, .part_count = 2},
		{.role = ROLE_ASSISTANT,
			.tool_calls = json(&a,
				"[{\"id\":\"t1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
				"\"arguments\":\"{}\"},\"extra_content\":{\"bedrock\":{"
				"\"reasoning\":[{\"reasoningContent\":{\"redactedContent\":\"x\"}}]"
				"}}}]")},
		{.role = ROLE_TOOL, .tool_call_id = STR("t1"), .content = STR("4")},
	};
	const struct model_request r = {.api = API_CHAT,
		.model = STR("m"),
		.messages = m,
		.message_count = sizeof m / sizeof *m,
		.parameters = json(&a,
			"{\"max_tokens\":9,\"stop\":\"X\",\"top_k\":3,\"tools\":[{\"type\":"
			"\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":\"auto\"}")};
	struct model_request bad = r;
	struct str out;
	(void)state;
	assert_true(bedrock_body(&a, &r, &out, &e));
	assert_string_equal(str_cstr(&a, out),
		"{\"system\":[{\"text\":\"Be brief.\"}],\"messages\":[{\"role\":\"user\","
		"\"content\":[{\"text\":\"What?\"},{\"image\":{\"format\":\"png\",\"source\":{"
		"\"bytes\":\"AAAA\"}}}]},{\"role\":\"assistant\",\"content\":[{"
		"\"reasoningContent\":{\"redactedContent\":\"x\"}},{\"toolUse\":{\"toolUseId\":"
		"\"t1\",\"name\":\"f\",\"input\":{}}}]},{\"role\":\"user\",\"content\":[{"
		"\"toolResult\":{\"toolUseId\":\"t1\",\"content\":[{\"text\":\"4\"}]}}]}],"
		"\"inferenceConfig\":{\"maxTokens\":9,\"stopSequences\":[\"X\"]},"
		"\"additionalModelRequestFields\":{\"top_k\":3},\"toolConfig\":{\"tools\":[{"
		"\"toolSpec\":{\"name\":\"f\",\"inputSchema\":{\"json\":{\"type\":\"object\"}}}}],"
		"\"toolChoice\":{\"auto\":{}}}}");
	bad.parameters = json(&a, "{\"response_format\":{\"type\":\"json_object\"}}");
	assert_false(bedrock_body(&a, &bad, &out, &e));
	assert_string_equal(e.text, "Bedrock's Converse has no response_format; nothing was sent.");
	parts[1].url = STR("https://x.example/a.png");
	assert_false(bedrock_body(&a, &r, &out, &e));
	assert_string_equal(e.text, "Bedrock fetches no images, and the prompt has one as a URL: "
				    "https://x.example/a.png; nothing was sent.");
	arena_release(&a);
}

static void test_wire(void **state)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	const struct message m = {.role = ROLE_USER, .content = STR("Hi")};
	const struct model_request r = {.api = API_CHAT,
		.model = STR("anthropic.claude-x-v1:0"),
		.messages = &m,
		.message_count = 1,
		.stream = true};
	struct connection c = {
		.secret = STR("env:KEY"), .options = json(&a, "{\"region\":\"eu-west-1\"}")};
	struct model_wire w;
	(void)state;
	assert_true(bedrock.wire(&a, &c, &r, &w, &e));
	assert_str(w.url, "https://bedrock-runtime.eu-west-1.amazonaws.com/model/"
			  "anthropic.claude-x-v1%3A0/converse-stream");
	assert_str(value_get_str(w.headers, "Authorization", STR_NONE), "Bearer env:KEY");
	c.options = json(&a, "{\"access_key\":\"AKID\"}");
	assert_true(bedrock.wire(&a, &c, &r, &w, &e));
	assert_null(value_get_cstr(w.headers, "Authorization"));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_anthropic_within),
		cmocka_unit_test(test_exception),
		cmocka_unit_test(test_body),
		cmocka_unit_test(test_wire),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
