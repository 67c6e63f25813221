/* SPDX-License-Identifier: MIT */
#include "core/net/sse.h"

/* Any stream, cut anywhere: the events are those of the stream fed whole. The first byte seeds the
 * cuts. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool note(void *context, const struct sse_event *event)
{
	struct buf *out = context;
	buf_add_format(out, "%zu %zu %zu|", event->name.len, event->data.len, event->id.len);
	buf_add_str(out, event->name);
	buf_add_str(out, event->data);
	return buf_add_str(out, event->id);
}

static bool feed(struct str text, uint32_t seed, struct buf *out)
{
	struct sse s;
	struct err e = ERR_INIT;
	bool ok = true;
	sse_init(&s, note, out);
	for (size_t at = 0, len; ok && at < text.len; at += len) {
		seed = seed * 1664525u + 1013904223u;
		len = 1 + (seed >> 24) % 9;
		struct str piece = str_slice(text, at, at + len);
		ok = sse_feed(&s, piece.at, piece.len, &e);
	}
	ok = sse_end(&s) && ok;
	sse_free(&s);
	return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	struct str text = {(const char *)data + 1, size - 1};
	struct buf whole = BUF_INIT(0), cut = BUF_INIT(0);
	struct sse s;
	struct err e = ERR_INIT;
	sse_init(&s, note, &whole);
	bool ok = sse_feed(&s, text.at, text.len, &e);
	ok = sse_end(&s) && ok;
	sse_free(&s);
	if (feed(text, data[0], &cut) != ok || !str_eq(buf_str(&whole), buf_str(&cut)))
		BUG("cuts changed the events");
	buf_free(&whole);
	buf_free(&cut);
	return 0;
}
