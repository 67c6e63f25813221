/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_ENDPOINT_MERGE_H
#define CORE_ENGINE_ENDPOINT_MERGE_H

#include "core/engine/endpoint.h"
#include "core/model/message.h"
#include "core/model/provider.h"

/* How the texts of an endpoint's run become requests, and their answers one list again; for
 * endpoint.c. */

/* Texts as they are sent: what is too long for a check is cut, at characters. */
struct endpoint_piece {
	size_t text; /* of which text it is a part */
	struct str part;
};

struct endpoint_plan {
	enum engine_endpoint_kind kind;
	struct endpoint_piece *pieces;
	size_t count;
	size_t texts;
	size_t step; /* pieces a request */
};

/* Into A. */
bool endpoint_plan(struct arena *a, const struct engine_endpoint_spec *spec,
	const struct connection *connection, struct endpoint_plan *out, struct err *e) WARN_UNUSED;

/* The messages of the request that begins with piece FIRST; *COUNT of them. */
struct message *endpoint_messages(struct arena *a, const struct endpoint_plan *plan,
	struct str query, size_t first, size_t *count);

/* Puts RESPONSE, the answer to the request that begins with piece FIRST, into RESULTS, a list of
 * plan->texts items (an empty one for rankings); copied into A. False when it has not as many
 * results as texts. */
bool endpoint_merge(struct arena *a, const struct endpoint_plan *plan, size_t first,
	struct value response, struct value results, struct err *e) WARN_UNUSED;

#endif
