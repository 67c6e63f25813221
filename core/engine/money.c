/* SPDX-License-Identifier: MIT */
#include "core/engine/money.h"

#include "core/base/file.h"
#include "core/data/tokens/tokenizer.h"
#include "core/loop/loop.h"
#include "core/model/budget.h"
#include "core/model/catalogue.h"
#include "core/store/cost_rows.h"
#include "core/store/store.h"

static int64_t now(void *ctx)
{
	const struct engine *engine = ctx;
	return loop_now(engine->loop);
}

static bool changed(void *ctx)
{
	struct engine *engine = ctx;
	return engine->store != NULL && store_changed(engine->store);
}

static bool read_day(
	void *ctx, struct str connection, int64_t day_begin_ns, int64_t *nano, struct err *e)
{
	struct engine *engine = ctx;
	*nano = 0;
	return engine->store == NULL || cost_rows_day(engine->store, day_begin_ns,
						engine->ledger_start, connection, nano, e);
}

const char *money_learned_path(const struct engine *engine, struct arena *a)
{
	const char *folder = path_join(a, engine->workspace.store, ".lathe");
	return path_join(a, folder, "models.yaml");
}

void money_open(struct engine *engine)
{
	struct arena a = ARENA_INIT;
	struct catalogue_files files = {.learned = money_learned_path(engine, &a),
		.user = path_join(&a, path_config(&a), "models.yaml"),
		.workspace = path_join(&a, engine->workspace.root, "models.yaml")};
	struct budget_source source = {engine, now, changed, read_day};
	engine->catalogue = catalogue_new(&files);
	engine->budget = budget_new(&source);
	engine->ledger_start = -1;
	engine->providers.catalogue = engine->catalogue;
	engine->providers.budget = engine->budget;
	engine->providers.tokenizers = engine->tokenizers = tokenizers_new();
	arena_release(&a);
}

void money_close(struct engine *engine)
{
	budget_free(engine->budget);
	catalogue_free(engine->catalogue);
	tokenizers_free(engine->tokenizers);
	engine->providers.budget = engine->budget = NULL;
	engine->providers.tokenizers = engine->tokenizers = NULL;
	engine->providers.catalogue = engine->catalogue = NULL;
}

bool money_refresh(struct engine *engine, struct err *e)
{
	return catalogue_refresh(engine->catalogue, e);
}

bool money_open_run(struct engine *engine, uint64_t run, int64_t max_cost, struct err *e)
{
	const struct config *c = &engine->config;
	int64_t committed = 0;
	if (!money_refresh(engine, e) || !cost_rows_run(engine->store, run, &committed, e))
		return false;
	/* Before the first row of ours: what is there then was others'. */
	if (engine->ledger_start < 0 && !cost_rows_last(engine->store, &engine->ledger_start, e))
		return false;
	budget_set_day(engine->budget, c->budget_day_nano);
	budget_open_run(
		engine->budget, run, max_cost > 0 ? max_cost : c->budget_run_nano, committed);
	return true;
}

void money_close_run(struct engine *engine, uint64_t run)
{
	budget_close_run(engine->budget, run);
}

void money_list(struct model_listing *to, const struct model_facts *facts)
{
	to->window = to->max_output = to->input_price = -1;
	to->cache_read_price = to->output_price = -1;
	to->vendor = to->as_of = to->price = STR("");
	if (facts == NULL)
		return;
	to->window = facts->window;
	to->max_output = facts->max_output;
	to->price = facts->price.version;
	if (facts->price.free)
		return;
	to->input_price = facts->price.base.input;
	to->cache_read_price = facts->price.base.cache_read;
	to->output_price = facts->price.base.output;
	to->as_of = facts->price.as_of;
}

bool engine_known_models(struct engine *engine, struct arena *a, struct model_listing **out,
	size_t *count, struct err *e)
{
	struct catalogue_row *rows;
	if (!money_refresh(engine, e))
		return false;
	*count = catalogue_rows(engine->catalogue, a, &rows);
	*out = ARENA_ARRAY(a, struct model_listing, *count + 1);
	for (size_t i = 0; i < *count; i++) {
		(*out)[i] = (struct model_listing){.name = rows[i].id, .origin = rows[i].layer};
		money_list(&(*out)[i], catalogue_row_facts(engine->catalogue, &rows[i]));
		(*out)[i].vendor = rows[i].vendor;
	}
	return true;
}
