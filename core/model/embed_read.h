/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_EMBED_READ_H
#define CORE_MODEL_EMBED_READ_H

#include "core/model/endpoint.h"

/* Reads vectors in whichever form they come; for embed_api.c. A wire's `whole`; A is a struct
 * endpoint_answer. Forms:
 *
 *	{"data": [{"index", "embedding": [..] or base64 of little-endian floats}]}   OpenAI
 *	{"embeddings": [[..]]}, {"embedding": [..]}                                  Ollama
 *	{"embeddings": [{"values": [..]}]}, {"embedding": {"values"}}                Gemini
 *	{"predictions": [{"embeddings": {"values", "statistics": {"token_count"}}}]} Vertex AI
 *	{"output": {"embeddings": [{"text_index", "embedding"}]}}                    DashScope
 *	[[..]]                                                                       TEI
 */
bool embed_read(struct wire_answer *a, struct str body, struct err *e) WARN_UNUSED;

#endif
