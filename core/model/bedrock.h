/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_BEDROCK_H
#define CORE_MODEL_BEDROCK_H

#include "core/model/wire.h"

/* The provider "bedrock": Amazon Bedrock's Converse and ConverseStream, for all models it has; keys
 * as in core/model/aws.h. */
extern const struct provider bedrock;
extern const struct wire bedrock_wire;

#endif
