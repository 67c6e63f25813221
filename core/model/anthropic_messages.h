/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_ANTHROPIC_MESSAGES_H
#define CORE_MODEL_ANTHROPIC_MESSAGES_H

#include "core/model/provider.h"

/* The messages of an Anthropic request; for anthropic_body.c. */

/* Sets "system" (when there is such a message) and "messages" of BODY. */
bool anthropic_messages(struct arena *a, const struct model_request *request, struct value body,
	struct err *e) WARN_UNUSED;

#endif
