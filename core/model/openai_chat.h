/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_OPENAI_CHAT_H
#define CORE_MODEL_OPENAI_CHAT_H

#include "core/model/wire.h"

/* The provider "openai": chat completions and completions, streamed or whole, as OpenAI and most
 * other servers speak them. How a call ends: core/model/wire_call.h. */
extern const struct provider openai_chat;
extern const struct wire openai_wire;

/* The provider "azure": the same on Azure OpenAI: a deployment's address (azure_url.h), the key in
 * the header api-key, or `auth: bearer` with an Entra token as the secret. What the content filter
 * found is told as a note. */
extern const struct provider azure_openai;
extern const struct wire azure_wire;

#endif
