/* SPDX-License-Identifier: MIT */
#include "core/model/provider.h"

#include "core/model/anthropic.h"
#include "core/model/gemini.h"
#include "core/model/local_extract.h"
#include "core/model/ollama.h"
#include "core/model/openai_chat.h"
#include "core/model/scripted.h"

static const struct provider *const all[] = {
	&openai_chat,
	&anthropic,
	&gemini,
	&ollama,
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
