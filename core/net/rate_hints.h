/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_RATE_HINTS_H
#define CORE_NET_RATE_HINTS_H

#include <stdint.h>

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

#endif
