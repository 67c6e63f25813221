/* SPDX-License-Identifier: MIT */
/* The engine's settings and its place, while it lives. */
#include "core/engine/engine_private.h"

#include "core/engine/index_cache.h"
#include "core/engine/key_trust.h"
#include "core/engine/money.h"
#include "core/model/cache.h"
#include "core/net/secrets.h"

static void take_config(struct engine *engine, const struct config *config)
{
	engine->config = *config;
	err_clear(&engine->config_error);
	cache_set_bounds(engine->cache, config->cache_days, config->cache_megabytes);
	if (config->name.len > 0)
		engine->workspace.name = str_cstr(&engine->arena, config->name);
}

bool engine_reload_config(struct engine *engine, struct err *e)
{
	struct config config;
	/* What the old settings point at stays in the arena: a run may still hold it. */
	if (!config_read(&engine->arena, &engine->workspace, &config, e))
		return false;
	take_config(engine, &config);
	engine_forget_gauge(engine);
	key_trust_watch(engine);
	return true;
}

const struct err *engine_config_error(const struct engine *engine)
{
	return engine->config_error.code != ERR_NONE ? &engine->config_error : NULL;
}

bool engine_open_workspace(struct engine *engine, const char *path, struct err *e)
{
	struct workspace workspace;
	struct config config;
	if (engine_running(engine) > 0)
		return err_set(e, ERR_USAGE, "Something runs here still: stop it first.");
	if (engine->savings != NULL)
		return err_set(e, ERR_USAGE, "A file is being saved: try again in a moment.");
	if (!workspace_find(&engine->arena, path, &workspace, e) ||
		!config_read(&engine->arena, &workspace, &config, e) ||
		!engine_close_store(engine, e))
		return false;
	engine_stop_detecting(engine);
	engine->workspace = workspace;
	take_config(engine, &config);
	index_cache_free(engine->indexes);
	engine->indexes = index_cache_new(workspace.root);
	/* References to files and programs are seen from the new folder. What was secret stays so:
	 * the redactor remembers. */
	secrets_free(engine->secrets);
	engine->secrets = secrets_new(engine->redact, workspace.root);
	key_trust_watch(engine);
	engine->providers.secrets = engine->secrets;
	money_close(engine);
	money_open(engine);
	return true;
}
