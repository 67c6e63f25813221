/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_RATE_HINTS_H
#define CORE_NET_RATE_HINTS_H

#include "core/base/str.h"

/* What an answer's headers say about how much more may be asked: for pacing. -1: not said. */
struct rate_window {
	int64_t limit; /* per window */
	int64_t remaining; /* of it */
	int64_t reset_ns; /* from now until it is whole again */
};

struct rate_hints {
	struct rate_window requests;
	struct rate_window tokens;
};

struct rate_hints rate_hints_none(void);

/* Reads the header lines of an answer, each "Name: value". Known are the names of OpenAI and who
 * follows it (x-ratelimit-limit-requests), Anthropic (anthropic-ratelimit-input-tokens-remaining),
 * OpenRouter (X-RateLimit-Limit), Mistral (x-ratelimit-limit-req-minute) and the IETF's draft
 * (RateLimit-Limit). Where there are several windows of one kind, the one that is nearest to its
 * end counts. Negative and unreadable values are unknown. */
struct rate_hints rate_hints_read(struct str head, int64_t now_ns);

/* The time until a reset: a Go duration ("6m0s", "12ms"), seconds (with a fraction), an RFC 3339
 * time, an epoch in seconds or milliseconds. -1: none of these, or negative. At most a year; a time
 * that is over gives 0. */
int64_t rate_reset(struct str value, int64_t now_ns);

#endif
