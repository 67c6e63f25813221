/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_OPENAI_RESPONSES_H
#define CORE_MODEL_OPENAI_RESPONSES_H

#include "core/model/wire.h"

/*
 * The provider "openai_responses": OpenAI's Responses API (POST /responses), also Azure's.
 *
 * Requests are written in the words of chat completions, as prompts have them, and translated:
 * messages to input items, tools to their flat form, response_format to text.format,
 * reasoning_effort to reasoning.effort, max_tokens to max_output_tokens, logprobs to include. The
 * API's own words pass as they are. `store` is false unless it is asked for: what people write is
 * not kept by the vendor without their word. What the API lacks (n, seed, stop, penalties) is
 * refused.
 */
extern const struct provider openai_responses;
extern const struct wire openai_responses_wire;

#endif
