/* SPDX-License-Identifier: MIT */
#include "core/net/aws_events.h"

enum { PRELUDE = 12, SUM = 4, LEAST = PRELUDE + SUM };

void aws_events_init(struct aws_events *s, aws_event_fn *event, void *ctx)
{
	*s = (struct aws_events){
		.event = event, .ctx = ctx, .message = BUF_INIT(AWS_EVENTS_MAX + 1)};
}

void aws_events_free(struct aws_events *s)
{
	buf_free(&s->message);
}

uint32_t aws_events_crc(struct str bytes)
{
	uint32_t sum = UINT32_MAX;

	for (size_t i = 0; i < bytes.len; i++) {
		sum ^= (unsigned char)bytes.at[i];
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (sum & 1 ? UINT32_C(0xedb88320) : 0);
	}
	return ~sum;
}

static uint32_t number(struct str bytes, size_t at, size_t size)
{
	uint32_t n = 0;

	for (size_t i = 0; i < size; i++)
		n = n << 8 | (unsigned char)bytes.at[at + i];
	return n;
}

/* The length of a header's value of TYPE at AT, with the bytes that say it. */
static size_t value_size(struct str headers, size_t at, unsigned type)
{
	static const size_t sizes[] = {0, 0, 1, 2, 4, 8, 0, 0, 8, 16};

	if (type == 6 || type == 7)
		return headers.len - at < 2 ? SIZE_MAX : 2 + number(headers, at, 2);
	return type < sizeof sizes / sizeof *sizes ? sizes[type] : SIZE_MAX;
}

/* A header that is a string; false when the headers cannot be read. *OUT stays when it is not
 * there. */
static bool find_header(struct str headers, const char *name, struct str *out)
{
	for (size_t at = 0; at < headers.len;) {
		const size_t length = (unsigned char)headers.at[at++];
		if (headers.len - at < length + 1)
			return false;
		const struct str key = str_slice(headers, at, at + length);
		at += length;
		const unsigned type = (unsigned char)headers.at[at++];
		const size_t size = value_size(headers, at, type);
		if (size > headers.len - at)
			return false;
		if (type == 7 && str_is(key, name))
			*out = str_slice(headers, at + 2, at + size);
		at += size;
	}
	return true;
}

static bool give(struct aws_events *s, struct str message, struct err *e)
{
	const size_t headers_len = number(message, 4, 4);
	struct str type = STR_NONE, kind = STR_NONE, payload;

	if (number(message, message.len - SUM, SUM) !=
		aws_events_crc(str_slice(message, 0, message.len - SUM)))
		return err_set(e, ERR_PROVIDER, "a message of it is damaged (its sum is wrong)");
	const struct str headers = str_slice(message, PRELUDE, PRELUDE + headers_len);
	payload = str_slice(message, PRELUDE + headers_len, message.len - SUM);
	if (!find_header(headers, ":message-type", &type) ||
		!find_header(headers, ":event-type", &kind) ||
		!find_header(headers, ":exception-type", &kind) ||
		!find_header(headers, ":error-code", &kind))
		return err_set(e, ERR_PROVIDER, "the headers of a message of it cannot be read");
	const bool failed = str_is(type, "exception") || str_is(type, "error");
	if (str_is(type, "error"))
		(void)find_header(headers, ":error-message", &payload);
	if (!s->event(s->ctx, kind, failed, payload))
		s->stopped = true;
	return true;
}

/* The length of the message that begins the bytes, 0 when that is not known yet. */
static bool message_length(const struct aws_events *s, size_t *out, struct err *e)
{
	const struct str bytes = buf_str(&s->message);

	*out = 0;
	if (bytes.len < PRELUDE)
		return true;
	const size_t length = number(bytes, 0, 4), headers = number(bytes, 4, 4);
	if (number(bytes, 8, 4) != aws_events_crc(str_slice(bytes, 0, 8)))
		return err_set(e, ERR_PROVIDER, "it is no event stream, or damaged");
	if (length < LEAST || headers > length - LEAST)
		return err_set(e, ERR_PROVIDER, "a message of it has impossible lengths");
	if (length > AWS_EVENTS_MAX)
		return err_set(e, ERR_LIMIT, "a message of it is longer than %d MiB",
			AWS_EVENTS_MAX >> 20);
	*out = length;
	return true;
}

bool aws_events_feed(struct aws_events *s, struct str bytes, struct err *e)
{
	while (!s->stopped && bytes.len > 0) {
		size_t length;
		if (!message_length(s, &length, e)) {
			s->stopped = true;
			return false;
		}
		/* First the prelude, then the rest: never more than one message is held. */
		const size_t need = (length > 0 ? length : PRELUDE) - s->message.len;
		const size_t take = need < bytes.len ? need : bytes.len;
		buf_add_str(&s->message, str_slice(bytes, 0, take));
		bytes = str_slice(bytes, take, bytes.len);
		if (!message_length(s, &length, e)) {
			s->stopped = true;
			return false;
		}
		if (length == 0 || s->message.len < length)
			continue;
		if (!give(s, buf_str(&s->message), e)) {
			s->stopped = true;
			return false;
		}
		buf_clear(&s->message);
	}
	return true;
}
