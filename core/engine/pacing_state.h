/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_PACING_STATE_H
#define CORE_ENGINE_PACING_STATE_H

#include "core/engine/engine.h"

/* How fast a connection is asked at the moment (core/net/pacing.h), for the screen. */

struct pacing_state {
	int64_t in_flight; /* requests now */
	int64_t limit; /* how many may be: as it was found out */
	int64_t waiting; /* for their turn */
	int64_t next_ns; /* when the next may start; 0: when another ends */
	bool parked; /* the server asks to wait for long, until next_ns */
	double per_minute; /* the rate it is held to after it was too busy; 0: none */
};

/* False when nothing has been asked of that connection yet. */
bool engine_pacing(const struct engine *engine, struct str connection, struct pacing_state *out);
/* At most so many requests at a time from now on, 0: as many as can be; until lathe.yaml says
 * something else. False when nothing has been asked of it yet. */
bool engine_retune(struct engine *engine, struct str connection, int64_t max_in_flight);

#endif
