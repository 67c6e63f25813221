/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_ANTHROPIC_H
#define CORE_MODEL_ANTHROPIC_H

#include "core/model/wire.h"

/*
 * The provider "anthropic": the Messages API (POST /v1/messages) at Anthropic or a server of the
 * same shape. With the vendor "vertex" the same messages go to Google's Vertex AI, which the
 * connection's options "project" and "region" name; its token is the connection's secret, usually
 * one of a cmd:. With the vendor
 * "bedrock" they go to Amazon Bedrock (core/model/aws.h). The option "beta" (words, or a list of
 * them) becomes the header anthropic-beta.
 */
extern const struct provider anthropic;
extern const struct wire anthropic_wire;

#endif
