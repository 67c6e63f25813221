/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_ANTHROPIC_BEDROCK_H
#define CORE_MODEL_ANTHROPIC_BEDROCK_H

#include "core/model/wire.h"

/* Anthropic's Messages through Amazon Bedrock's InvokeModel: the same bodies and events, at another
 * address, signed as Bedrock wants (core/model/aws.h), a stream's events in base64 within AWS event
 * streams. The provider "anthropic" uses it for connections of the vendor "bedrock". */
extern const struct wire anthropic_bedrock_wire;

#endif
