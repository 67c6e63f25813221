/* SPDX-License-Identifier: MIT */
#include "core/net/aws_events.h"
#include "core/net/aws_sign.h"

#include "tests/unit/check.h"

#include <stdio.h>

/* AWS's own example "get-vanilla" of its test suite for Signature Version 4. */
static void test_published_signature(void **state)
{
	struct aws_sign what = {.access_key = STR("AKIDEXAMPLE"),
		.secret_key = STR("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
		.region = STR("us-east-1"),
		.service = STR("service"),
		.time_ns = INT64_C(1440938160) * 1000000000,
		.method = "GET",
		.url = STR("https://example.amazonaws.com/")};
	char authorization[AWS_SIGN_MAX], date[AWS_DATE_MAX];
	struct err e = ERR_INIT;
	(void)state;
	assert_true(aws_sign(&what, authorization, date, &e));
	assert_string_equal(date, "20150830T123600Z");
	assert_string_equal(authorization,
		"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
		"SignedHeaders=host;x-amz-date, Signature="
		"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

static void test_encode(void **state)
{
	struct arena a = ARENA_INIT;
	(void)state;
	assert_str(aws_encode(&a, STR("anthropic.claude-v1:0/\xc3\xa9~_")),
		"anthropic.claude-v1%3A0%2F%C3%A9~_");
	arena_release(&a);
}

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

static void put_message(
	struct buf *b, const char *type, const char *key, const char *kind, const char *payload)
{
	struct buf headers = BUF_INIT(0);
	const size_t from = b->len;
	put_header(&headers, ":message-type", type);
	put(&headers, 5, 1); /* a header of another type is passed over */
	buf_add_cstr(&headers, "count");
	put(&headers, 4, 1);
	put(&headers, 7, 4);
	put_header(&headers, key, kind);
	put(b, (uint32_t)(headers.len + strlen(payload) + 16), 4);
	put(b, (uint32_t)headers.len, 4);
	put(b, aws_events_crc(str_slice(buf_str(b), from, b->len)), 4);
	buf_add_str(b, buf_str(&headers));
	buf_add_cstr(b, payload);
	put(b, aws_events_crc(str_slice(buf_str(b), from, b->len)), 4);
	buf_free(&headers);
}

static bool record(void *ctx, struct str kind, bool failed, struct str payload)
{
	struct buf *out = ctx;
	buf_add_format(out, "%s%.*s=%.*s;", failed ? "!" : "", STR_ARG(kind), STR_ARG(payload));
	return true;
}

static void test_events_cut_anywhere(void **state)
{
	struct buf stream = BUF_INIT(0);
	(void)state;
	assert_int_equal(aws_events_crc(STR("123456789")), 0xcbf43926);
	put_message(&stream, "event", ":event-type", "messageStart", "{\"role\":\"assistant\"}");
	put_message(&stream, "event", ":event-type", "empty", "");
	put_message(&stream, "exception", ":exception-type", "throttlingException", "{}");
	const struct str all = buf_str(&stream);
	for (size_t i = 0; i <= all.len; i++) {
		struct buf out = BUF_INIT(0);
		struct err e = ERR_INIT;
		struct aws_events s;
		aws_events_init(&s, record, &out);
		assert_true(aws_events_feed(&s, str_slice(all, 0, i), &e));
		assert_true(aws_events_feed(&s, str_slice(all, i, all.len), &e));
		assert_string_equal(out.at,
			"messageStart={\"role\":\"assistant\"};empty=;!throttlingException={};");
		aws_events_free(&s);
		buf_free(&out);
	}
	buf_free(&stream);
}

/* A byte that is not as it was sent is found, wherever it is. */
static void test_damage(void **state)
{
	struct buf stream = BUF_INIT(0);
	(void)state;
	put_message(&stream, "event", ":event-type", "messageStop", "{}");
	for (size_t i = 0; i < stream.len; i++) {
		struct buf out = BUF_INIT(0);
		struct err e = ERR_INIT;
		struct aws_events s;
		stream.at[i] ^= 1;
		aws_events_init(&s, record, &out);
		assert_false(aws_events_feed(&s, buf_str(&stream), &e));
		assert_int_equal(out.len, 0);
		assert_true(e.text[0] != '\0');
		stream.at[i] ^= 1;
		aws_events_free(&s);
		buf_free(&out);
	}
	buf_free(&stream);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_signature),
		cmocka_unit_test(test_encode),
		cmocka_unit_test(test_events_cut_anywhere),
		cmocka_unit_test(test_damage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
