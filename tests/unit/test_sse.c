/* SPDX-License-Identifier: MIT */
#include "core/net/sse.h"

#include "tests/unit/check.h"

#include <stdlib.h>
#include <string.h>

/* Events as text: "name|id|data;" each. */
static bool record(void *context, const struct sse_event *event)
{
	struct buf *out = context;

	buf_add_format(out, "%.*s|%.*s|", STR_ARG(event->name), STR_ARG(event->id));
	buf_add_str(out, event->data);
	buf_add_char(out, ';');
	return true;
}

/* Feeds TEXT in the pieces [0, a) [a, b) [b, end) and compares the events. */
static void check_cut(struct str text, size_t a, size_t b, const char *want, bool whole)
{
	struct buf out = BUF_INIT(0);
	struct err e = ERR_INIT;
	struct sse s;

	sse_init(&s, record, &out);
	assert_true(sse_feed(&s, text.at, a, &e));
	assert_true(sse_feed(&s, text.at + a, b - a, &e));
	assert_true(sse_feed(&s, text.at + b, text.len - b, &e));
	assert_string_equal(out.at ? out.at : "", want);
	assert_int_equal(sse_end(&s), whole);
	sse_free(&s);
	buf_free(&out);
}

struct case_ {
	const char *name;
	struct str text;
	const char *events;
	bool whole;
};

/* STR is no constant expression. */
#define BYTES(literal)                                                                             \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

static const struct case_ cases[] = {
	{"one", BYTES("data: a\n\n"), "||a;", true},
	{"no space", BYTES("data:a\n\n"), "||a;", true},
	{"one space of two", BYTES("data:  a\n\n"), "|| a;", true},
	{"lines join", BYTES("data: a\ndata: b\ndata\n\n"), "||a\nb\n;", true},
	{"crlf", BYTES("data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n"), "||a\nb;||c;", true},
	{"cr", BYTES("data: a\rdata: b\r\rdata: c\r\r"), "||a\nb;||c;", true},
	{"mixed ends", BYTES("data: a\r\n\rdata: b\n\r\ndata: c\r\n\n"), "||a;||b;||c;", true},
	{"comments", BYTES(": hi\n:\ndata: a\n: there\n\n:\n\n"), "||a;", true},
	{"mark",
		BYTES("\xef\xbb\xbf"
		      "data: a\n\n"),
		"||a;", true},
	{"second mark is a name",
		BYTES("\xef\xbb\xbf\xef\xbb\xbf"
		      "data: a\n\ndata: b\n\n"),
		"||b;", true},
	{"half a mark",
		BYTES("\xef\xbb"
		      "data: a\n\ndata: b\n\n"),
		"||b;", true},
	{"names", BYTES("event: e1\ndata: a\n\ndata: b\n\n"), "e1||a;||b;", true},
	{"ids stay", BYTES("id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n"), "|7|a;|7|b;||c;", true},
	{"id with nul", BYTES("id: 7\0\ndata: a\n\n"), "||a;", true},
	{"unknown field", BYTES("x: y\nDATA: b\ndata : c\ndata: a\n\n"), "||a;", true},
	{"no data", BYTES("event: e\n\nid: 2\n\ndata: a\n\n"), "|2|a;", true},
	{"empty data", BYTES("data\n\ndata:\n\n"), "||;||;", true},
	{"colon in data", BYTES("data: a: b\n\n"), "||a: b;", true},
	{"end inside", BYTES("data: a\n\ndata: b\n"), "||a;", false},
	{"end in a line", BYTES("data: a\n\ndat"), "||a;", false},
	{"blank lines", BYTES("\n\n\r\r\ndata: a\n\n\n\n"), "||a;", true},
	{"utf-8", BYTES("data: \xe5\x85\xa5\xe8\x81\x8c \xf0\x9f\x98\x80\n\n"),
		"||\xe5\x85\xa5\xe8\x81\x8c \xf0\x9f\x98\x80;", true},
};

static void every_cut(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
		const struct case_ *c = &cases[n];
		for (size_t a = 0; a <= c->text.len; a++)
			for (size_t b = a; b <= c->text.len; b++)
				check_cut(c->text, a, b, c->events, c->whole);
	}
}

static void retry_field(void **state)
{
	struct buf out = BUF_INIT(0);
	struct err e = ERR_INIT;
	struct sse s;

	(void)state;
	sse_init(&s, record, &out);
	assert_true(sse_feed(&s, "retry: 12x\n", 11, &e));
	assert_int_equal(s.retry_ms, -1);
	assert_true(sse_feed(&s, "retry: 3000\n", 12, &e));
	assert_int_equal(s.retry_ms, 3000);
	sse_free(&s);
	buf_free(&out);
}

static void line_bound(void **state)
{
	struct buf out = BUF_INIT(0);
	struct err e = ERR_INIT;
	struct sse s;
	const size_t size = SSE_LINE_MAX + 1;
	char *big = malloc(size);

	(void)state;
	assert_non_null(big);
	memset(big, 'x', size);
	sse_init(&s, record, &out);
	assert_false(sse_feed(&s, big, size, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	assert_string_equal(e.text, "One line of the stream is longer than 8 MiB.");
	assert_true(sse_feed(&s, "\n\ndata: a\n\n", 11, &e)); /* stopped: ignored */
	assert_int_equal(s.events, 0);
	sse_free(&s);
	buf_free(&out);
	free(big);
}

static void event_bound(void **state)
{
	struct buf out = BUF_INIT(0);
	struct err e = ERR_INIT;
	struct sse s;
	static char line[1 << 20];
	bool ok = true;
	size_t fed = 0;

	(void)state;
	memset(line, 'x', sizeof line);
	memcpy(line, "data:", 5);
	line[sizeof line - 1] = '\n';
	sse_init(&s, record, &out);
	while (ok && fed < 2 * (size_t)SSE_EVENT_MAX) {
		ok = sse_feed(&s, line, sizeof line, &e);
		fed += sizeof line;
	}
	assert_false(ok);
	assert_int_equal(e.code, ERR_LIMIT);
	sse_free(&s);
	buf_free(&out);
}

static bool first_only(void *context, const struct sse_event *event)
{
	return !record(context, event);
}

static void receiver_stops(void **state)
{
	struct buf out = BUF_INIT(0);
	struct err e = ERR_INIT;
	struct sse s;

	(void)state;
	sse_init(&s, first_only, &out);
	assert_true(sse_feed(&s, "data: a\n\ndata: b\n\n", 18, &e));
	assert_true(sse_feed(&s, "data: c\n\n", 9, &e));
	assert_string_equal(out.at, "||a;");
	sse_free(&s);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cut),
		cmocka_unit_test(retry_field),
		cmocka_unit_test(line_bound),
		cmocka_unit_test(event_bound),
		cmocka_unit_test(receiver_stops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
