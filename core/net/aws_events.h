/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_AWS_EVENTS_H
#define CORE_NET_AWS_EVENTS_H

#include "core/base/buf.h"
#include "core/base/err.h"

/*
 * AWS event streams (application/vnd.amazon.eventstream), parsed as the bytes come, cut anywhere. A
 * message is: its length and that of its headers (4 bytes each, big-endian), the CRC-32 of these 8
 * bytes, headers, payload, the CRC-32 of all before it. A message is given away when it is whole
 * and both sums are right.
 */

enum { AWS_EVENTS_MAX = 16 << 20 }; /* bytes of a message */

/* KIND is the header ":event-type", for an exception ":exception-type", for an error ":error-code";
 * FAILED: it is one of these two. Strings live until it returns. False stops the parser. */
typedef bool aws_event_fn(void *ctx, struct str kind, bool failed, struct str payload);

struct aws_events {
	aws_event_fn *event;
	void *ctx;
	struct buf message;
	bool stopped;
};

void aws_events_init(struct aws_events *s, aws_event_fn *event, void *ctx);
void aws_events_free(struct aws_events *s);
/* Fails (ERR_PROVIDER) when a sum is wrong or a message cannot be, after which it is stopped. */
bool aws_events_feed(struct aws_events *s, struct str bytes, struct err *e) WARN_UNUSED;

/* CRC-32 as in zlib and Ethernet. */
uint32_t aws_events_crc(struct str bytes);

#endif
