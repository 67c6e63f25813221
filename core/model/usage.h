/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_USAGE_H
#define CORE_MODEL_USAGE_H

#include "core/data/value.h"
#include "core/trace/event.h"

/*
 * The usage objects of the wire formats, brought to one meaning (struct trace_usage), so that no
 * token is counted twice and none is lost:
 *
 *   input    all tokens of the request, with those read from and written to the provider's prompt
 *            cache (Anthropic and Bedrock report these beside it, the others within it)
 *   output   all tokens of the answer, with its reasoning (Gemini, and some servers of the OpenAI
 *            format, report reasoning beside it)
 *
 * A count that the provider does not tell is -1. One that cannot be (more cached than sent, more
 * reasoning than output) is -1, too: it is not guessed which of the two is wrong.
 */

/* All counts unknown. */
struct trace_usage usage_unknown(void);

/* OpenAI chat completions, completions and embeddings, Azure, and the compatible servers:
 * DeepSeek's prompt_cache_hit_tokens, DashScope's cache_creation, OpenRouter's cost, Moonshot's
 * cached_tokens. USAGE is the object, VALUE_NONE gives all unknown; so with the next ones. */
struct trace_usage usage_openai(struct value usage);
/* The Responses API: response.usage. */
struct trace_usage usage_responses(struct value usage);
/* Anthropic Messages: the usage of message_start and message_delta put together by usage_over. */
struct trace_usage usage_anthropic(struct value usage);
/* Gemini: usageMetadata, of the last chunk that has one. */
struct trace_usage usage_gemini(struct value metadata);
/* Ollama's own API: the last object of the answer. */
struct trace_usage usage_ollama(struct value answer);
/* Bedrock's Converse: usage. */
struct trace_usage usage_bedrock(struct value usage);

/* EARLIER with every key of LATER that is not null in its place: for counts that come in several
 * events and are totals in each. New, in A; either may be VALUE_NONE. */
struct value usage_over(struct arena *a, struct value earlier, struct value later);

/* By the word of a service tier ("batch", "flex", "priority", "default", ""). */
enum usage_rate usage_rate(struct str tier);
/* "" for the standard rate, "batch", "other": as the ledger keeps it. */
const char *usage_rate_word(enum usage_rate rate);
enum usage_rate usage_rate_from_word(struct str word);

#endif
