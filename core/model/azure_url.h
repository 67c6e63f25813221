/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_AZURE_URL_H
#define CORE_MODEL_AZURE_URL_H

#include "core/model/provider.h"

/*
 * Addresses of Azure OpenAI. The connection's base_url is the resource, as the portal shows it:
 *
 *	https://NAME.openai.azure.com             .../openai/deployments/MODEL/PATH?api-version=V
 *	https://NAME.openai.azure.com/openai/v1   .../openai/v1/PATH, api-version only if it is
 *given
 *	.../openai/deployments/OTHER/...          that deployment, whatever the request's model is
 *
 * api_version "v1", "preview" or "latest" asks for the second form, too; the last two are sent.
 *Without one it is AZURE_API_VERSION.
 */

#define AZURE_API_VERSION "2024-10-21" /* the latest that is not a preview of the first form */

/* PATH is "/chat/completions" or the like. Into the arena. */
struct str azure_url(
	struct arena *a, const struct connection *connection, struct str model, struct str path);

/* The second form in any case, for APIs that have no other. */
struct str azure_url_v1(struct arena *a, const struct connection *connection, struct str path);

/* True when requests go to the second form. */
bool azure_url_is_v1(const struct connection *connection);

#endif
