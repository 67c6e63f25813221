/* SPDX-License-Identifier: MIT */
#include "core/net/redact.h"

#include "tests/unit/check.h"

#include <stdlib.h>
#include <string.h>

#define SECRET "sk-T3st/\"q\\uo te\xc3\xa9+1"

static struct redact *with(const char *value)
{
	struct redact *r = redact_new();
	struct err e = ERR_INIT;

	assert_true(redact_add(r, str_from(value), &e));
	return r;
}

static void check(const struct redact *r, const char *text, const char *want)
{
	struct arena a = ARENA_INIT;

	assert_string_equal(redact_text(r, &a, str_from(text)).at, want);
	arena_release(&a);
}

static void forms(void **state)
{
	struct redact *r = with(SECRET);

	(void)state;
	check(r, "key=" SECRET ".", "key=[redacted].");
	check(r, SECRET SECRET, "[redacted][redacted]");
	/* hex, percent, form, JSON: what common tools print for this value */
	check(r, "736b2d543373742f22715c756f207465c3a92b31", "[redacted]");
	check(r, "736B2D543373742F22715C756F207465C3A92B31", "[redacted]");
	check(r, "?k=sk-T3st%2F%22q%5Cuo%20te%C3%A9%2B1&x", "?k=[redacted]&x");
	check(r, "?k=sk-T3st%2f%22q%5cuo%20te%c3%a9%2b1&x", "?k=[redacted]&x");
	check(r, "?k=sk-T3st%2F%22q%5Cuo+te%C3%A9%2B1&x", "?k=[redacted]&x");
	check(r, "\"sk-T3st/\\\"q\\\\uo te\xc3\xa9+1\"", "\"[redacted]\"");
	check(r, "\"sk-T3st\\/\\\"q\\\\uo te\xc3\xa9+1\"", "\"[redacted]\"");
	check(r, "\"sk-T3st/\\\"q\\\\uo te\\u00e9+1\"", "\"[redacted]\"");
	check(r, "\"sk-T3st/\\\"q\\\\uo te\\u00E9+1\"", "\"[redacted]\"");
	/* base64 and base64url of the value alone, and behind "a:" and "ab:" */
	check(r, "c2stVDNzdC8icVx1byB0ZcOpKzE=", "[redacted]=");
	check(r, "YTpzay1UM3N0LyJxXHVvIHRlw6krMQ==", "YTp[redacted]Q==");
	check(r, "YWI6c2stVDNzdC8icVx1byB0ZcOpKzE=", "YWI6[redacted]=");
	redact_free(r);
}

static void base64url_form(void **state)
{
	struct redact *r = with("\xfb\xff\xfe>>>???~~~");

	(void)state;
	check(r, "+//+Pj4+Pz8/fn5+", "[redacted]");
	check(r, "-__-Pj4-Pz8_fn5-", "[redacted]");
	redact_free(r);
}

static void longest_wins(void **state)
{
	struct redact *r = with("password");
	struct err e = ERR_INIT;

	(void)state;
	assert_true(redact_add(r, STR("password-and-more"), &e));
	assert_true(redact_add(r, STR("password"), &e));
	check(r, "password-and-more, password-and", "[redacted], [redacted]-and");
	redact_free(r);
}

static void nothing_secret(void **state)
{
	struct redact *r = redact_new();
	struct arena a = ARENA_INIT;
	const char *text = "as it was";

	(void)state;
	assert_ptr_equal(redact_text(r, &a, str_from(text)).at, text);
	assert_ptr_equal(redact_text(NULL, &a, str_from(text)).at, text);
	redact_free(r);
	arena_release(&a);
}

static void refused(void **state)
{
	struct redact *r = redact_new();
	struct err e = ERR_INIT;
	static char big[REDACT_LONGEST + 1];

	(void)state;
	assert_false(redact_add(r, STR("hunter2"), &e));
	assert_int_equal(e.code, ERR_CONFIG);
	assert_null(strstr(e.text, "hunter2"));
	memset(big, 'x', sizeof big);
	assert_false(redact_add(r, (struct str){big, sizeof big}, &e));
	assert_int_equal(redact_longest(r), 0);
	redact_free(r);
}

static void error_texts(void **state)
{
	struct redact *r = with("secret-value");
	struct err e = ERR_INIT;

	(void)state;
	err_set(&e, ERR_PROVIDER, "Incorrect key secret-value given.");
	redact_err(r, &e);
	assert_string_equal(e.text, "Incorrect key [redacted] given.");
	char small[14] = "xsecret-value"; /* the mark is cut rather than written past the end */
	redact_cstr(r, small, sizeof small);
	assert_string_equal(small, "x[redacted]");
	redact_free(r);
}

/* A fixed generator, so that every run tests the same texts. */
static unsigned next(unsigned *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

/* Text from few letters, so that secrets and almost-secrets are common. */
static size_t random_text(unsigned *seed, char *out, size_t max, const char *const *secrets)
{
	size_t len = 0;

	while (len + 64 < max) {
		const unsigned pick = next(seed) % 8;
		const char *s = secrets[next(seed) % 3];
		const size_t part = pick < 3 ? strlen(s) : pick < 6 ? next(seed) % strlen(s) : 0;
		memcpy(out + len, s, part);
		len += part;
		if (pick >= 6)
			out[len++] = "ab-c"[next(seed) % 4];
		if (next(seed) % 24 == 0)
			break;
	}
	return len;
}

static void stream_equals_whole(void **state)
{
	static const char *const secrets[] = {"abababab", "ab-cab-cab-c", "caba\"ba\\ba"};
	struct redact *r = redact_new();
	struct err e = ERR_INIT;
	unsigned seed = 20260101;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_true(redact_add(r, str_from(secrets[i]), &e));
	for (int round = 0; round < 4000; round++) {
		char text[512];
		const size_t len = random_text(&seed, text, sizeof text, secrets);
		struct arena a = ARENA_INIT;
		struct buf out = BUF_INIT(0);
		struct redact_stream s;
		size_t at = 0;

		redact_stream_init(&s, r);
		while (at < len) {
			size_t step = 1 + next(&seed) % 20;
			if (step > len - at)
				step = len - at;
			assert_true(redact_stream_feed(&s, (struct str){text + at, step}, &out));
			at += step;
			for (size_t i = 0; i < 3; i++)
				assert_int_equal(
					str_find(buf_str(&out), str_from(secrets[i]), 0), SIZE_MAX);
		}
		assert_true(redact_stream_end(&s, &out));
		const struct str whole = redact_text(r, &a, (struct str){text, len});
		assert_true(str_eq(buf_str(&out), whole));
		redact_stream_free(&s);
		buf_free(&out);
		arena_release(&a);
	}
	redact_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms),
		cmocka_unit_test(base64url_form),
		cmocka_unit_test(longest_wins),
		cmocka_unit_test(nothing_secret),
		cmocka_unit_test(refused),
		cmocka_unit_test(error_texts),
		cmocka_unit_test(stream_equals_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
