/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_OPENAI_CHAT_H
#define CORE_MODEL_OPENAI_CHAT_H

#include "core/model/provider.h"

/*
 * The provider "openai": chat completions and completions over HTTP, streamed or whole, as OpenAI
 * and most other servers speak them. One attempt a call; who retries reads http_status,
 * retry_after_ns and the error's code (ERR_NET: nobody answered; ERR_PROVIDER: the answer is an
 * error or makes no sense).
 *
 * How a call ends: OK when the answer has its end (openai_answer.h), also when the connection
 * breaks behind it; TRUNCATED when an answer was begun and its end is missing, whatever the reason;
 * FILTERED when a content filter or the model itself declined (then `refusal` holds its words);
 * ERROR else. An answer cut by max_tokens is OK with finish_reason "length": that is what was asked
 * for. What came is in the result in every case, so that nothing that was paid for is lost.
 */
extern const struct provider openai_chat;

#endif
