/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_SSE_H
#define CORE_NET_SSE_H

#include "core/base/buf.h"
#include "core/base/err.h"

/*
 * Server-sent events, parsed as the bytes come (WHATWG HTML, section 9.2.6): the pieces may be cut
 * anywhere, the events are the same. Lines end in LF, CRLF or CR; a byte order mark at the start
 * and comment lines are skipped; several data lines join with LF; an event is complete at its blank
 * line and only then given away. An event with no data line is dropped, one with an empty data line
 * is given with empty data.
 *
 * A stream that ends inside an event loses that event, as the standard says; sse_end tells so.
 * Bytes are passed as they are: whoever reads the data checks its encoding.
 */

enum {
	SSE_LINE_MAX = 8 << 20, /* bytes of one line */
	SSE_EVENT_MAX = 16 << 20, /* bytes of one event's data */
};

struct sse_event {
	struct str name; /* "" means "message" */
	struct str data;
	struct str id; /* the last id seen in the stream, "" when none was */
};

/* Receives an event, whose strings live until it returns. False stops the parser for good. */
typedef bool sse_event_fn(void *context, const struct sse_event *event);

struct sse {
	sse_event_fn *event;
	void *context;
	struct buf line;
	struct buf data;
	struct buf name;
	struct buf id;
	int64_t retry_ms; /* the last valid retry field, -1 when there was none */
	uint64_t events; /* given away */
	uint64_t comments;
	bool has_data;
	bool after_cr; /* an LF that comes next belongs to the CR before it */
	bool stopped; /* the receiver said stop, or a bound was reached */
	unsigned mark; /* bytes of the byte order mark seen, MARK_PAST after the start */
};

void sse_init(struct sse *s, sse_event_fn *event, void *context);
void sse_free(struct sse *s);

/* Parses the next piece. Fails (ERR_LIMIT) when a line or an event is too long, after which the
 * stream is stopped. Once stopped by the receiver, bytes are ignored and it succeeds. */
bool sse_feed(struct sse *s, const void *bytes, size_t len, struct err *e) WARN_UNUSED;

/* The stream has ended: true when it ended between events, false when a part of one was dropped. */
bool sse_end(const struct sse *s);

#endif
