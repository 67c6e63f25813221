/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_GEMINI_H
#define CORE_MODEL_GEMINI_H

#include "core/model/wire.h"

/*
 * The provider "gemini": generateContent and streamGenerateContent, at Google's Gemini API with a
 * key, or at Vertex AI (vendor "vertex"; options "project" and "region") with a token, which is
 * the connection's secret, usually one of a cmd:.
 */
extern const struct provider gemini;
extern const struct wire gemini_wire;

/* BASE/models/MODEL:VERB, for this and the endpoints; MODEL may begin with "models/". */
struct str gemini_url(struct arena *a, struct str base, struct str model, struct str verb);

#endif
