/* SPDX-License-Identifier: MIT */
/* What the HTTP client refuses before a socket is opened, and how long a server asks to wait.
 * What it does on a wire is tested over real sockets by tests/cli/openai_chat.py. */
#include "core/loop/loop.h"
#include "core/net/http.h"
#include "core/net/retry_after.h"

#include "tests/unit/check.h"

static bool on_body(void *ctx, struct str bytes)
{
	(void)ctx;
	(void)bytes;
	return true;
}

static void on_done(void *ctx, const struct http_result *result)
{
	(void)result;
	*(bool *)ctx = true;
}

static void refused(bool offline, struct http_request request, enum err_code code, const char *part)
{
	struct loop *loop = loop_new(clock_real());
	struct http *http = http_new(loop, offline);
	struct err e = ERR_INIT;
	bool done = false;
	const struct http_listener listener = {.ctx = &done, .body = on_body, .done = on_done};
	request.method = "GET";
	assert_null(http_start(http, &request, &listener, &e));
	assert_int_equal(e.code, code);
	if (strstr(e.text, part) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", e.text, part);
	assert_true(loop_is_idle(loop));
	assert_false(done);
	http_free(http);
	loop_free(loop);
}

static void refused_urls(void **state)
{
	static const struct {
		const char *url, *part;
	} cases[] = {
		{"", "is empty"},
		{"http://127.0.0.1/a b", "holds a space"},
		{"http://127.0.0.1/\r\nX: y", "holds a space or a line break"},
		{"file:///etc/passwd", "only https and http"},
		{"gopher://127.0.0.1/", "only https and http"},
		{"https://user:pw@example.org/", "user name or a password"},
		{"https://key@example.org/", "user name or a password"},
		{"http://example.org/", "Plain http to example.org"},
		{"http://127.0.0.1.example.org/", "Plain http to"},
		{"http://localhost.example.org/", "Plain http to"},
		{"http://[::2]/", "Plain http to"},
		{"http://", "cannot be understood"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		refused(false, (struct http_request){.url = str_from(cases[i].url)}, ERR_CONFIG,
			cases[i].part);
	refused(false, (struct http_request){.url = {"http://127.0.0.1/\0x", 19}}, ERR_CONFIG,
		"line break");
}

static void refused_headers(void **state)
{
	static const struct {
		struct http_header header;
		const char *part;
	} cases[] = {
		{{{"X", 1}, {"a\r\nY: b", 7}}, "The value of the header X"},
		{{{"X", 1}, {"a\nb", 3}}, "The value of the header X"},
		{{{"X", 1}, {"a\0b", 3}}, "The value of the header X"},
		{{{"X: y", 4}, {"a", 1}}, "The name of a header"},
		{{{"X\r\nY", 4}, {"a", 1}}, "The name of a header"},
		{{{"X\0", 2}, {"a", 1}}, "The name of a header"},
		{{{"", 0}, {"a", 1}}, "A header has no name"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		refused(false,
			(struct http_request){.url = STR("https://127.0.0.1/"),
				.headers = &cases[i].header,
				.header_count = 1},
			ERR_CONFIG, cases[i].part);
}

static void offline(void **state)
{
	(void)state;
	refused(true, (struct http_request){.url = STR("http://127.0.0.1/")}, ERR_NET,
		"runs offline");
}

/* Ends of a client with something under way: nobody is called any more. */
static void freed_under_way(void **state)
{
	struct loop *loop = loop_new(clock_real());
	struct http *http = http_new(loop, false);
	struct err e = ERR_INIT;
	bool done = false;
	const struct http_listener listener = {.ctx = &done, .body = on_body, .done = on_done};
	const struct http_request request = {.method = "GET", .url = STR("http://127.0.0.1:1/")};
	(void)state;
	assert_non_null(http_start(http, &request, &listener, &e));
	assert_false(loop_is_idle(loop));
	http_free(http);
	assert_false(done);
	loop_free(loop);
}

static void waits(void **state)
{
	static const struct {
		const char *ms, *seconds;
		int64_t want_ms;
	} cases[] = {
		{"", "", 0},
		{"", "2", 2000},
		{"", " 1.5 ", 1500},
		{"250", "9", 250},
		{"0", "9", 9000},
		{"x", "9", 9000},
		{"", "0", 0},
		{"", "-5", 0},
		{"", "soon", 0},
		{"", "1e12", 86400000},
		{"", "Thu, 01 Jan 2026 00:00:30 GMT", 30000},
		{"", "Thu, 01 Jan 2015 00:00:30 GMT", 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(retry_after(str_from(cases[i].ms), str_from(cases[i].seconds),
					 CLOCK_VIRTUAL_START),
			cases[i].want_ms * 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused_urls),
		cmocka_unit_test(refused_headers),
		cmocka_unit_test(offline),
		cmocka_unit_test(freed_under_way),
		cmocka_unit_test(waits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
