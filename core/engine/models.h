/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_MODELS_H
#define CORE_ENGINE_MODELS_H

#include "core/engine/config.h"
#include "core/engine/engine.h"
#include "core/model/provider.h"

/*
 * From the names people write to what answers. A name is CONNECTION (its default model),
 * CONNECTION/MODEL, a model that exactly one connection has as its default, or local/extract.
 * Precedence: asked for by name (--model), the prompt's own, lathe.yaml's default, local/extract.
 */

struct model_target {
	const struct provider *provider;
	struct connection connection;
	struct str model; /* as the provider knows it */
	struct str name; /* as people write it */
	const char *reason; /* "--model", "the prompt", "lathe.yaml", "the embedded default" */
};

/* A name into a target. */
bool models_find(const struct config *c, struct str name, struct arena *a, struct model_target *out,
	struct err *e) WARN_UNUSED;

/* What a file's own words ask for: a connection's name and a model's name, either may be "". */
struct model_wish {
	const char *asked; /* --model; NULL: not asked */
	struct str connection; /* the file's */
	struct str model; /* the file's */
	const struct connection
		*own; /* an endpoint that the file itself names (approved), or NULL */
	const char *file;
	unsigned line, column; /* where the file says so */
};
bool models_choose(const struct config *c, const struct model_wish *wish, struct arena *a,
	struct model_target *out, struct err *e) WARN_UNUSED;

#endif
