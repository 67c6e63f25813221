/* SPDX-License-Identifier: MIT */
#include "core/base/clock.h"
#include "core/net/rate_hints.h"

#include "tests/unit/check.h"

#include <stdio.h>

#define SECOND INT64_C(1000000000)
#define NOW    CLOCK_VIRTUAL_START /* 2026-01-01T00:00:00Z */
#define YEAR   (INT64_C(365) * 86400 * SECOND)

static void resets(void **state)
{
	static const struct {
		const char *text;
		int64_t ns;
	} cases[] = {
		{"12ms", 12000000},
		{"1s", SECOND},
		{"6m0s", 360 * SECOND},
		{"1h2m3.5s", 3723 * SECOND + SECOND / 2},
		{"2m59.56s", 179 * SECOND + 560000000},
		{"250us", 250000},
		{"250\xc2\xb5s", 250000},
		{"7ns", 7},
		{"0s", 0},
		{"1", SECOND},
		{"0.25", SECOND / 4},
		{" 30 ", 30 * SECOND},
		{"0", 0},
		{"2026-01-01T00:00:07Z", 7 * SECOND},
		{"2026-01-01T00:00:07.25Z", 7 * SECOND + SECOND / 4},
		{"2026-01-01T02:00:07+02:00", 7 * SECOND},
		{"2025-12-31T23:00:07-01:00", 7 * SECOND},
		{"2026-03-01T00:00:00z", INT64_C(59) * 86400 * SECOND},
		{"2025-12-31T23:59:59Z", 0},
		{"1767225610", 10 * SECOND},
		{"1767225610500", 10 * SECOND + SECOND / 2},
		{"1767225599", 0},
		{"-1", -1},
		{"-5s", -1},
		{"", -1},
		{"soon", -1},
		{"5", 5 * SECOND},
		{"5 s", -1},
		{"1e400", YEAR},
		{"999999h", YEAR},
		{"2026-13-01T00:00:00Z", -1},
		{"2026-01-01T00:00:07", -1},
		{"2026-01-01", -1},
		{"nan", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const int64_t got = rate_reset(str_from(cases[i].text), NOW);
		if (got != cases[i].ns)
			fail_msg("\"%s\": %lld, wanted %lld", cases[i].text, (long long)got,
				(long long)cases[i].ns);
	}
}

static void check(struct rate_window w, int64_t limit, int64_t remaining, int64_t reset_ns)
{
	assert_int_equal(w.limit, limit);
	assert_int_equal(w.remaining, remaining);
	assert_int_equal(w.reset_ns, reset_ns);
}

static struct rate_hints read_head(const char *head)
{
	return rate_hints_read(str_from(head), NOW);
}

static void vendors(void **state)
{
	struct rate_hints h;

	(void)state;
	h = read_head("HTTP/1.1 200 OK\r\nx-ratelimit-limit-requests: 500\r\n"
		      "x-ratelimit-remaining-requests: 499\r\nx-ratelimit-reset-requests: 120ms\r\n"
		      "X-RateLimit-Limit-Tokens: 30000\r\nx-ratelimit-remaining-tokens: 29940\r\n"
		      "x-ratelimit-reset-tokens: 1m0.5s\r\ncontent-type: text/plain\r\n\r\n");
	check(h.requests, 500, 499, 120000000);
	check(h.tokens, 30000, 29940, 60 * SECOND + SECOND / 2);

	h = read_head("anthropic-ratelimit-requests-limit: 50\n"
		      "anthropic-ratelimit-requests-remaining: 49\n"
		      "anthropic-ratelimit-requests-reset: 2026-01-01T00:00:02Z\n"
		      "anthropic-ratelimit-input-tokens-limit: 40000\n"
		      "anthropic-ratelimit-input-tokens-remaining: 39000\n"
		      "anthropic-ratelimit-input-tokens-reset: 2026-01-01T00:00:03Z\n"
		      "anthropic-ratelimit-output-tokens-limit: 8000\n"
		      "anthropic-ratelimit-output-tokens-remaining: 7000\n"
		      "anthropic-ratelimit-output-tokens-reset: 2026-01-01T00:00:04Z\n");
	check(h.requests, 50, 49, 2 * SECOND);
	check(h.tokens, 8000, 7000, 4 * SECOND);

	/* OpenRouter: no word for what is counted, the reset an epoch in milliseconds. */
	h = read_head("X-RateLimit-Limit: 20\r\nX-RateLimit-Remaining: 0\r\n"
		      "X-RateLimit-Reset: 1767225630000\r\n");
	check(h.requests, 20, 0, 30 * SECOND);
	check(h.tokens, -1, -1, -1);

	/* Mistral. */
	h = read_head("x-ratelimit-limit-req-minute: 60\r\nx-ratelimit-remaining-req-minute: 59\r\n"
		      "x-ratelimit-limit-tokens-minute: 500000\r\n"
		      "x-ratelimit-remaining-tokens-minute: 499990\r\n");
	check(h.requests, 60, 59, -1);
	check(h.tokens, 500000, 499990, -1);

	/* The IETF's draft. */
	h = read_head("RateLimit-Limit: 100, 100;w=60\r\nRateLimit-Remaining: 7\r\n"
		      "RateLimit-Reset: 5\r\n");
	check(h.requests, 100, 7, 5 * SECOND);

	/* The usage-based variant is a window of its own: the tighter one counts. */
	h = read_head("x-ratelimit-limit-tokens: 1000\nx-ratelimit-remaining-tokens: 900\n"
		      "x-ratelimit-limit-tokens_usage_based: 2000\n"
		      "x-ratelimit-remaining-tokens_usage_based: 100\n");
	check(h.tokens, 2000, 100, -1);
}

static void nonsense(void **state)
{
	struct rate_hints h;

	(void)state;
	h = read_head("x-ratelimit-limit-requests: -1\r\nx-ratelimit-remaining-requests: -1\r\n"
		      "x-ratelimit-reset-requests: -1\r\n");
	check(h.requests, -1, -1, -1);
	h = read_head("x-ratelimit-remaining-requests: many\r\nx-ratelimit-remaining-images: 3\r\n"
		      "ratelimit\r\n: 3\r\nx-ratelimit-remaining: 1e30\r\n");
	check(h.requests, -1, -1, -1);
	check(h.tokens, -1, -1, -1);
	h = read_head("");
	check(h.requests, -1, -1, -1);
	/* More windows than anybody has: the rest is left out. */
	char head[4096];
	int at = 0;
	for (int i = 0; i < 40; i++)
		at += snprintf(head + at, sizeof head - (size_t)at,
			"x-ratelimit-remaining-w%d: %d\n", i, 100 - i);
	check(rate_hints_read((struct str){head, (size_t)at}, NOW).requests, -1, 89, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(resets),
		cmocka_unit_test(vendors),
		cmocka_unit_test(nonsense),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
