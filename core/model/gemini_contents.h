/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_GEMINI_CONTENTS_H
#define CORE_MODEL_GEMINI_CONTENTS_H

#include "core/model/provider.h"

/* The messages of a Gemini request; for gemini_body.c. */

/* Sets "systemInstruction" (when there is such a message) and "contents" of BODY. */
bool gemini_contents(struct arena *a, bool on_vertex, const struct model_request *request,
	struct value body, struct err *e) WARN_UNUSED;

#endif
