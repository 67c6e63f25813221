/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_EMBED_API_H
#define CORE_MODEL_EMBED_API_H

#include "core/model/wire.h"

/*
 * Vectors of texts, by the connection's API: OpenAI's /embeddings and all that speak it (also
 * Azure, DashScope's compatible mode, vLLM, llama-server, LM Studio), DashScope's own (with the
 * parameter text_type or output_type), Gemini's batchEmbedContents and Vertex AI's predict,
 * Ollama's /api/embed, text-embeddings-inference's /embed (vendor "tei").
 *
 * A request's messages are the texts. Parameters: "dimensions", "text_type" ("query", "document"),
 * "task_type" (Gemini's), "truncate"; others pass as they are. The response is {"embeddings": [[..]
 * in order]}. Gemini's vectors that are shorter than the model's own are brought to unit length,
 * which it does not do itself.
 */
extern const struct provider embed_api;
extern const struct wire embed_wire;

/* Texts that one request may hold. */
size_t embed_api_limit(const struct connection *connection);

#endif
