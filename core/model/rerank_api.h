/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_RERANK_API_H
#define CORE_MODEL_RERANK_API_H

#include "core/model/wire.h"

/*
 * Texts in the order of what they are worth for a query: Jina's /rerank, which vLLM, llama-server,
 * SiliconFlow and others speak; Cohere's /v2/rerank (vendor "cohere"), Voyage's (vendor "voyage"),
 * text-embeddings-inference's (vendor "tei"), DashScope's own.
 *
 * The first message of a request is the query, the others are the texts. Parameters pass as they
 * are. The response is {"results": [{"index", "score"}]}, best first; scores of different models
 * have different scales.
 */
extern const struct provider rerank_api;
extern const struct wire rerank_wire;

/* Texts that one request may hold besides the query. */
size_t rerank_api_limit(const struct connection *connection);

/* Results as a response has them, best first; equal scores in the order of their indexes. */
void rerank_sort(struct value results);

#endif
