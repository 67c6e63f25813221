/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_OPENAI_CHAT_H
#define CORE_MODEL_OPENAI_CHAT_H

#include "core/model/provider.h"

/* The provider "openai": chat completions and completions, streamed or whole, as OpenAI and most
 * other servers speak them. How a call ends: core/model/wire_call.h. */
extern const struct provider openai_chat;

#endif
