/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_AWS_H
#define CORE_MODEL_AWS_H

#include "core/model/wire.h"

/*
 * What connections to Amazon Bedrock have in common. The options "region" and "access_key" (an id,
 * or a reference to one) with the connection's secret (the secret access key) and the option
 * "session_token" (a reference) sign requests; without an access_key the secret is a Bedrock API
 * key and goes as a bearer token.
 */

/* https://bedrock-runtime.REGION.amazonaws.com/model/MODEL/VERB, or the connection's base_url in
 * the host's place. */
struct str aws_url(
	struct arena *a, const struct connection *connection, struct str model, struct str verb);

/* Sets how the key of OUT travels. */
void aws_key(const struct connection *connection, struct wire_request *out);

/* wire->sign. */
bool aws_sign_request(const struct wire_signing *s, struct wire_head *head, struct err *e);

#endif
