/* SPDX-License-Identifier: MIT */
#include "core/engine/pacing_state.h"

#include "core/engine/engine_private.h"
#include "core/net/lane.h"

bool engine_pacing(const struct engine *engine, struct str connection, struct pacing_state *out)
{
	struct lane_state s;
	if (!lanes_state(engine->lanes, connection, &s))
		return false;
	*out = (struct pacing_state){.in_flight = s.in_flight,
		.limit = s.window,
		.waiting = s.waiting,
		.next_ns = s.next_ns,
		.parked = s.parked,
		.per_minute = s.per_minute};
	return true;
}

bool engine_retune(struct engine *engine, struct str connection, int64_t max_in_flight)
{
	return lanes_retune(engine->lanes, connection, max_in_flight);
}
