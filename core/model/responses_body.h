/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_RESPONSES_BODY_H
#define CORE_MODEL_RESPONSES_BODY_H

#include "core/model/provider.h"

/* The request of the Responses API as JSON; see openai_responses.h. Into the arena. */
bool responses_body(struct arena *a, const struct model_request *request, struct str *out,
	struct err *e) WARN_UNUSED;

#endif
