/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_MODERATE_API_H
#define CORE_MODEL_MODERATE_API_H

#include "core/model/wire.h"

/*
 * Checks of texts: OpenAI's /moderations, and Azure AI Content Safety (provider "content_safety"),
 * which knows four checks, by the parameter "check":
 *
 *	text       hate, self-harm, sexual content, violence, with severities from 0 to 6; flagged
 *	           from "threshold" on (4 when it is not given); "blocklists" are looked up, too
 *	prompt     attacks on a prompt (Prompt Shields), also within "documents" (at most 5)
 *	protected  known songs, recipes, news ... in an answer
 *	grounded   what of an answer its "sources" do not bear out; with "query" the question
 *
 * A request's messages are the texts; Content Safety takes one a request. The response is
 * {"results": [{"flagged", "categories": [{"name", "flagged", "score" or "severity"}], "parts"?}]},
 * a result for each text. "parts" are the passages a check points at.
 */
extern const struct provider moderate_api;
extern const struct wire moderate_wire;

/* The provider of lathe.yaml: a connection of it answers no prompts. */
extern const struct provider content_safety;

/* Texts that one request may hold. */
size_t moderate_api_limit(const struct connection *connection);

/* Characters (code points) that a text may have for CHECK; 0: not limited. */
size_t moderate_api_length(const struct connection *connection, struct str check);

#endif
