/* SPDX-License-Identifier: MIT */
#include "core/net/sse.h"

#include <string.h>

enum { MARK_LENGTH = 3, MARK_PAST = 4 };

static const char byte_order_mark[] = "\xef\xbb\xbf";

void sse_init(struct sse *s, sse_event_fn *event, void *context)
{
	*s = (struct sse){
		.event = event,
		.context = context,
		.line = BUF_INIT(SSE_LINE_MAX),
		.data = BUF_INIT(SSE_EVENT_MAX),
		.name = BUF_INIT(SSE_LINE_MAX),
		.id = BUF_INIT(SSE_LINE_MAX),
		.retry_ms = -1,
	};
}

void sse_free(struct sse *s)
{
	buf_free(&s->line);
	buf_free(&s->data);
	buf_free(&s->name);
	buf_free(&s->id);
}

/* The blank line: gives the event away and starts the next. */
static void dispatch(struct sse *s)
{
	if (s->has_data) {
		/* Every data line left an LF behind it; the last one does not count. */
		const struct sse_event event = {
			.name = buf_str(&s->name),
			.data = str_slice(buf_str(&s->data), 0, s->data.len - 1),
			.id = buf_str(&s->id),
		};
		s->events++;
		if (!s->event(s->context, &event))
			s->stopped = true;
	}
	buf_clear(&s->data);
	buf_clear(&s->name);
	s->has_data = false;
}

static void set(struct buf *b, struct str value)
{
	buf_clear(b);
	buf_add_str(b, value);
}

static bool all_digits(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
	return s.len > 0;
}

static bool field(struct sse *s, struct str name, struct str value, struct err *e)
{
	int64_t retry;

	if (str_is(name, "data")) {
		s->has_data = true;
		buf_add_str(&s->data, value);
		if (!buf_add_char(&s->data, '\n') || s->data.full)
			return err_set(e, ERR_LIMIT,
				"One event of the stream is longer than %d MiB.",
				SSE_EVENT_MAX >> 20);
	} else if (str_is(name, "event")) {
		set(&s->name, value);
	} else if (str_is(name, "id")) {
		if (!value.len || !memchr(value.at, '\0', value.len))
			set(&s->id, value);
	} else if (str_is(name, "retry")) {
		if (all_digits(value) && str_to_int(value, &retry))
			s->retry_ms = retry;
	}
	return true;
}

/* A whole line without its end. */
static bool line(struct sse *s, struct str text, struct err *e)
{
	struct str value = STR_NONE;

	if (text.len == 0) {
		dispatch(s);
		return true;
	}
	if (text.at[0] == ':') {
		s->comments++;
		return true;
	}
	const struct str name = str_cut(text, ':', &value);
	if (value.len && value.at[0] == ' ')
		value = str_slice(value, 1, value.len);
	return field(s, name, value, e);
}

static bool keep(struct sse *s, const char *at, size_t len, struct err *e)
{
	if (buf_add(&s->line, at, len))
		return true;
	return err_set(
		e, ERR_LIMIT, "One line of the stream is longer than %d MiB.", SSE_LINE_MAX >> 20);
}

/* Takes the bytes of a byte order mark off the start; what only looked like one is kept. */
static bool skip_mark(struct sse *s, const char **at, const char *end, struct err *e)
{
	while (*at < end && s->mark < MARK_LENGTH && **at == byte_order_mark[s->mark]) {
		s->mark++;
		(*at)++;
	}
	if (s->mark == MARK_LENGTH || *at == end) {
		if (s->mark == MARK_LENGTH)
			s->mark = MARK_PAST;
		return true;
	}
	const size_t seen = s->mark;
	s->mark = MARK_PAST;
	return keep(s, byte_order_mark, seen, e);
}

/* First line end in [at, end), or end. */
static const char *line_end(const char *at, const char *end)
{
	const char *lf = memchr(at, '\n', (size_t)(end - at));
	const char *cr = memchr(at, '\r', (size_t)((lf ? lf : end) - at));

	if (cr)
		return cr;
	return lf ? lf : end;
}

static bool feed(struct sse *s, const char *at, const char *end, struct err *e)
{
	if (s->mark < MARK_PAST && !skip_mark(s, &at, end, e))
		return false;
	while (at < end && !s->stopped) {
		if (s->after_cr) {
			s->after_cr = false;
			if (*at == '\n') {
				at++;
				continue;
			}
		}
		const char *stop = line_end(at, end);
		if (!keep(s, at, (size_t)(stop - at), e))
			return false;
		if (stop == end)
			return true;
		s->after_cr = *stop == '\r';
		if (!line(s, buf_str(&s->line), e))
			return false;
		buf_clear(&s->line);
		at = stop + 1;
	}
	return true;
}

bool sse_feed(struct sse *s, const void *bytes, size_t len, struct err *e)
{
	const char *at = bytes;

	if (s->stopped || len == 0)
		return true;
	if (feed(s, at, at + len, e))
		return true;
	s->stopped = true;
	return false;
}

bool sse_end(const struct sse *s)
{
	return !s->has_data && s->line.len == 0;
}
