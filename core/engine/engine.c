/* SPDX-License-Identifier: MIT */
#include "core/engine/engine_private.h"

#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/engine/detect.h"
#include "core/engine/index_cache.h"
#include "core/engine/key_trust.h"
#include "core/engine/money.h"
#include "core/loop/loop.h"
#include "core/model/cache.h"
#include "core/model/catalogue.h"
#include "core/model/scripted.h"
#include "core/net/http.h"
#include "core/net/lane.h"
#include "core/net/redact.h"
#include "core/net/secrets.h"
#include "core/store/store.h"
#include "core/trace/bus.h"
#include "core/trace/to_store.h"

#include <stdlib.h>
#include <string.h>

static bool read_config(struct engine *engine, struct err *e)
{
	if (config_read(&engine->arena, &engine->workspace, &engine->config, e))
		return true;
	if (!engine->options.mend || e->code != ERR_CONFIG)
		return false;
	engine->config_error = *e;
	engine->config = (struct config){.detect = true, .default_model = STR(""), .name = STR("")};
	err_clear(e);
	return true;
}

bool engine_new(const struct engine_options *options, struct engine **out, struct err *e)
{
	struct engine *engine = xcalloc(1, sizeof *engine);
	engine->options = *options;
	engine->ids.counting = options->virtual_clock;
	if (!workspace_find(&engine->arena, options->path, &engine->workspace, e) ||
		!read_config(engine, e)) {
		arena_release(&engine->arena);
		free(engine);
		return false;
	}
	if (engine->config.name.len > 0)
		engine->workspace.name = str_cstr(&engine->arena, engine->config.name);
	engine->loop = loop_new(options->virtual_clock ? clock_virtual() : clock_real());
	engine->bus = trace_bus_new();
	engine->faces = trace_bus_new();
	engine->redact = redact_new();
	engine->secrets = secrets_new(engine->redact, engine->workspace.root);
	engine->http = http_new(engine->loop, options->offline);
	engine->lanes =
		lanes_new(engine->loop, options->virtual_clock ? 1 : ids_next(&engine->ids));
	engine->indexes = index_cache_new(engine->workspace.root);
	engine->scripted = scripted_memory_new();
	engine->cache = cache_new(engine->redact);
	cache_set_bounds(engine->cache, engine->config.cache_days, engine->config.cache_megabytes);
	engine->providers = (struct provider_context){.loop = engine->loop,
		.http = engine->http,
		.secrets = engine->secrets,
		.cache = engine->cache,
		.lanes = engine->lanes,
		.scripted = engine->scripted};
	key_trust_watch(engine);
	money_open(engine);
	*out = engine;
	return true;
}

bool engine_close_store(struct engine *engine, struct err *e)
{
	engine_free_previews(engine);
	engine_free_runs(engine);
	engine_free_rows(engine);
	engine_forget_jobs(engine);
	engine_finish_saves(engine);
	engine_free_drafts(engine);
	engine_forget_gauge(engine);
	if (engine->store == NULL)
		return true;
	trace_bus_forget(engine->bus, to_store_listen, engine->to_store);
	trace_bus_forget(engine->bus, engine_hear, engine);
	to_store_free(engine->to_store);
	cache_set_store(engine->cache, NULL);
	bool ok = store_close(engine->store, e);
	engine->store = NULL;
	engine->to_store = NULL;
	return ok;
}

bool engine_free(struct engine *engine, struct err *e)
{
	bool ok;
	if (engine == NULL)
		return true;
	engine_stop_detecting(engine);
	ok = engine_close_store(engine, e);
	engine_free_gauge(engine);
	cache_free(engine->cache);
	index_cache_free(engine->indexes);
	lanes_free(engine->lanes);
	money_close(engine);
	http_free(engine->http);
	secrets_free(engine->secrets);
	redact_free(engine->redact);
	trace_bus_free(engine->bus);
	trace_bus_free(engine->faces);
	scripted_memory_free(engine->scripted);
	loop_free(engine->loop);
	arena_release(&engine->arena);
	free(engine);
	return ok;
}

void engine_prepare(struct engine *engine)
{
	if (!engine->options.offline)
		(void)http_prepare(engine->http);
}

struct loop *engine_loop(struct engine *engine)
{
	return engine->loop;
}

const struct workspace *engine_workspace(const struct engine *engine)
{
	return &engine->workspace;
}

void engine_listen(struct engine *engine, engine_listener_fn *fn, void *ctx)
{
	trace_bus_listen(engine->faces, fn, ctx);
}

void engine_forget(struct engine *engine, engine_listener_fn *fn, void *ctx)
{
	trace_bus_forget(engine->faces, fn, ctx);
}

void engine_redact(struct engine *engine, struct buf *b)
{
	redact_buf(engine->redact, b);
}

static void on_found(void *ctx, const struct detected *what)
{
	struct engine *engine = ctx;
	if (what == NULL)
		engine_stop_detecting(engine);
	engine->found(engine->found_ctx, what);
}

void engine_stop_detecting(struct engine *engine)
{
	detect_free(engine->detect);
	engine->detect = NULL;
}

void engine_detect(struct engine *engine, bool asked,
	void (*found)(void *ctx, const struct detected *what), void *ctx)
{
	const char *wish = getenv("LATHE_DETECT");
	engine_stop_detecting(engine);
	engine->found = found;
	engine->found_ctx = ctx;
	if (!engine->options.offline && engine->config.detect &&
		(asked || engine->config.connection_count == 0) && !engine->options.virtual_clock &&
		(wish == NULL || strcmp(wish, "off") != 0))
		engine->detect = detect_start(engine->http, on_found, engine);
	if (engine->detect == NULL)
		found(ctx, NULL);
}

bool engine_models(struct engine *engine, struct arena *a, struct model_listing **out,
	size_t *count, struct err *e)
{
	const struct config *c = &engine->config;
	struct model_target preset;
	struct model_wish none = {.asked = engine->options.model};
	if (!money_refresh(engine, e) || !models_choose(c, &none, a, &preset, e))
		return false;
	*out = ARENA_ARRAY(a, struct model_listing, c->connection_count + 2);
	(*out)[0] = (struct model_listing){.name = STR("local/extract"),
		.origin = STR("built in: quotes the passages it is given, not a language model"),
		.is_default = str_is(preset.name, "local/extract")};
	money_list(&(*out)[0], NULL);
	*count = 1;
	for (size_t i = 0; i < c->connection_count; i++) {
		const struct connection *to = &c->connections[i];
		struct str model = to->model.len > 0 ? to->model : STR("MODEL");
		struct str name = str_format(a, "%.*s/%.*s", STR_ARG(to->name), STR_ARG(model));
		(*out)[*count] = (struct model_listing){.name = name,
			.origin = to->base_url.len > 0 ? to->base_url : to->provider,
			.is_default = str_eq(preset.name, name)};
		money_list(&(*out)[(*count)++], catalogue_find(engine->catalogue, to, model));
	}
	for (size_t i = 0; i < *count; i++)
		if ((*out)[i].is_default)
			return true;
	/* Another model of a connection. */
	(*out)[*count] = (struct model_listing){
		.name = preset.name, .origin = preset.connection.base_url, .is_default = true};
	money_list(&(*out)[(*count)++],
		catalogue_find(engine->catalogue, &preset.connection, preset.model));
	return true;
}
