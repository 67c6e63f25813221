/* SPDX-License-Identifier: MIT */
#include "core/model/provider.h"

#include "core/model/anthropic.h"
#include "core/model/bedrock.h"
#include "core/model/command_provider.h"
#include "core/model/gemini.h"
#include "core/model/http_endpoint.h"
#include "core/model/local_extract.h"
#include "core/model/moderate_api.h"
#include "core/model/ollama.h"
#include "core/model/openai_chat.h"
#include "core/model/openai_responses.h"
#include "core/model/scripted.h"

static const struct provider *const all[] = {
	&openai_chat,
	&anthropic,
	&gemini,
	&ollama,
	&bedrock,
	&openai_responses,
	&azure_openai,
	&http_endpoint,
	&command_provider,
	&content_safety,
	&local_extract,
	&scripted,
	NULL,
};

const struct provider *provider_find(struct str name)
{
	for (size_t i = 0; all[i] != NULL; i++)
		if (str_is(name, all[i]->name))
			return all[i];
	return NULL;
}

struct str provider_otel_name(const struct connection *connection)
{
	static const struct {
		const char *provider, *vendor, *name;
	} known[] = {
		{"anthropic", "vertex", "gcp.vertex_ai"},
		{"anthropic", "bedrock", "aws.bedrock"},
		{"anthropic", "", "anthropic"},
		{"gemini", "vertex", "gcp.vertex_ai"},
		{"gemini", "", "gcp.gemini"},
		{"bedrock", "", "aws.bedrock"},
		{"azure", "", "azure.ai.openai"},
		{"openai", "azure", "azure.ai.openai"},
		{"openai", "mistral", "mistral_ai"},
		{"openai", "moonshot", "moonshot_ai"},
		{"openai_responses", "", "openai"},
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (str_is(connection->provider, known[i].provider) &&
			(known[i].vendor[0] == '\0' || str_is(connection->vendor, known[i].vendor)))
			return str_from(known[i].name);
	return connection->vendor.len > 0 ? connection->vendor : connection->provider;
}
