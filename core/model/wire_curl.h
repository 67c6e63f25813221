/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_WIRE_CURL_H
#define CORE_MODEL_WIRE_CURL_H

#include "core/model/provider.h"

/*
 * A request as a command line for a POSIX shell and curl, quoted so that nothing in it is read by
 * the shell but the key: "$OPENAI_API_KEY" for env:OPENAI_API_KEY, "$KEY" for other references,
 * with a line in front that fills it from where it is kept. A key's value is never in it.
 */

/* Ends with a line end; "" when the request does not go over HTTP. Into the arena. */
struct str wire_curl(struct arena *a, const struct model_wire *wire);

#endif
