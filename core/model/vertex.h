/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_VERTEX_H
#define CORE_MODEL_VERTEX_H

#include "core/model/wire.h"

/* Google's Vertex AI, where models of several makers have their makers' formats at other addresses:
 * connections of the vendor "vertex", or with the option "project". */

bool vertex_is(const struct connection *connection);

/* https://{region}-aiplatform.googleapis.com/v1/projects/{project}/locations/{region}/publishers/
 * {publisher}/models/{model}:{verb}; the region "global" has no place in the host. A base_url of
 * the connection stands for the host and the version. */
bool vertex_url(struct arena *a, const struct connection *connection, struct str publisher,
	struct str model, struct str verb, struct str *out, struct err *e) WARN_UNUSED;

#endif
