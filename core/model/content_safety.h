/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_CONTENT_SAFETY_H
#define CORE_MODEL_CONTENT_SAFETY_H

#include "core/model/endpoint.h"

/* Azure AI Content Safety's requests and answers; for moderate_api.c, see there. */

/* As wire->build. */
bool content_safety_build(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e) WARN_UNUSED;

/* The result within BODY, the answer to a check with PARAMETERS; false when it is none. */
bool content_safety_read(
	struct arena *a, struct value parameters, struct value body, struct value *out) WARN_UNUSED;

/* A category of a result. MARK: "score" or "severity". */
void content_safety_add(
	struct arena *a, struct value categories, struct str name, bool flagged, struct value mark);

#endif
