/* SPDX-License-Identifier: MIT */
#include "core/engine/token_gauge.h"

#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/data/tokens/estimate.h"
#include "core/engine/engine_private.h"
#include "core/engine/money.h"
#include "core/engine/token_learn.h"
#include "core/loop/loop.h"
#include "core/model/catalogue.h"
#include "core/trace/bus.h"

#include <stdlib.h>
#include <string.h>

/* A long text that another thread counts: its copy, and whose it is. */
struct long_count {
	struct token_state *state;
	const struct tokenizer *tokenizer;
	const void *owner;
	uint64_t revision;
	char *text;
	size_t len;
	int64_t tokens;
	bool busy, idle; /* a worker is at it */
};

/* One model is looked at at a time; its gauge is kept until another is asked for. */
struct token_state {
	struct engine *engine;
	struct tokenizers *all;
	struct catalogue *catalogue; /* NULL until first needed; the worker's while it works */
	struct arena arena; /* of the model looked at */
	struct str name; /* as people write it; {NULL}: none yet */
	struct model_target target;
	const struct encoding *encoding; /* found by the worker */
	struct token_gauge gauge;
	bool busy, idle; /* a worker is at it */
	bool heard; /* a run ended: there may be something to learn */
	struct long_count large;
	uint64_t revision;
};

static const struct token_gauge plain = {.estimated = true, .window = -1};

static void on_event(void *ctx, const struct trace_event *event)
{
	struct token_state *s = ctx;
	s->heard = s->heard || event->kind == TRACE_RUN_END;
}

static struct token_state *state_of(struct engine *engine)
{
	if (engine->tokens != NULL)
		return engine->tokens;
	struct token_state *s = xcalloc(1, sizeof *s);
	s->engine = engine;
	s->all = tokenizers_new();
	s->gauge = plain;
	s->idle = true;
	trace_bus_listen(engine->faces, on_event, s);
	engine->tokens = s;
	return s;
}

void engine_forget_gauge(struct engine *engine)
{
	struct token_state *s = engine->tokens;
	if (s == NULL)
		return;
	if (s->busy)
		loop_run_until(engine->loop, &s->idle);
	if (s->large.busy)
		loop_run_until(engine->loop, &s->large.idle);
	catalogue_free(s->catalogue);
	s->catalogue = NULL;
	s->name = STR_NONE;
	s->revision++;
}

void engine_free_gauge(struct engine *engine)
{
	struct token_state *s = engine->tokens;
	if (s == NULL)
		return;
	engine_forget_gauge(engine);
	trace_bus_forget(engine->faces, on_event, s);
	tokenizers_free(s->all);
	arena_release(&s->arena);
	free(s);
	engine->tokens = NULL;
}

uint64_t engine_token_revision(const struct engine *engine)
{
	return engine->tokens != NULL ? engine->tokens->revision + engine->tokens->heard : 0;
}

static void open_catalogue(struct token_state *s)
{
	struct arena a = ARENA_INIT;
	if (s->catalogue == NULL) {
		struct catalogue_files files = {.learned = money_learned_path(s->engine, &a),
			.user = path_join(&a, path_config(&a), "models.yaml"),
			.workspace = path_join(&a, s->engine->workspace.root, "models.yaml")};
		s->catalogue = catalogue_new(&files);
	}
	/* A layer that cannot be read is left out; who asks for prices is told of it. */
	(void)catalogue_refresh(s->catalogue, NULL);
	arena_release(&a);
}

/* In the worker: nobody else touches the state until it is done. */
static void run_work(void *ctx)
{
	struct token_state *s = ctx;
	enum model_encoding how;
	open_catalogue(s);
	const struct model_facts *facts =
		catalogue_find(s->catalogue, &s->target.connection, s->target.model);
	s->gauge.window = facts->window;
	s->encoding = encoding_by_name(facts->tokenizer);
	s->gauge.estimated = s->encoding == NULL;
	if (s->encoding == NULL) {
		s->encoding = encoding_of_model(s->target.model, &how);
		s->gauge.estimated = how != MODEL_EXACT;
	}
	s->gauge.tokenizer = tokenizers_get(s->all, s->encoding, NULL);
	s->gauge.estimated = s->gauge.estimated || s->gauge.tokenizer == NULL;
}

static void learn(struct token_state *s)
{
	struct str model = s->target.model;
	s->heard = false;
	if (!s->gauge.estimated || s->gauge.tokenizer == NULL)
		return;
	for (int k = 0; k < TOKEN_SCRIPTS; k++)
		s->gauge.learned[k] = calibration_new(model, k);
	token_learn(s->engine, s->gauge.tokenizer, model, s->gauge.learned);
}

static void on_done(void *ctx)
{
	struct token_state *s = ctx;
	s->busy = false;
	s->idle = true;
	s->gauge.pending = false;
	learn(s);
	s->revision++;
}

/* Takes up MODEL; false when there is nothing to load for it. */
static bool take_up(struct token_state *s, struct str model)
{
	arena_reset(&s->arena);
	s->name = str_copy(&s->arena, model);
	s->gauge = plain;
	s->heard = false;
	if (model.len == 0 ||
		!models_find(&s->engine->config, s->name, &s->arena, &s->target, NULL))
		return false;
	/* These two count so themselves. */
	return !str_is(s->target.connection.provider, "local") &&
	       !str_is(s->target.connection.provider, "scripted");
}

static struct str first_of(struct str models)
{
	struct str rest;
	return str_cut(models, ',', &rest);
}

void engine_token_gauge(struct engine *engine, struct str model, struct token_gauge *out)
{
	struct token_state *s = state_of(engine);
	model = first_of(model);
	*out = plain;
	if (s->busy) {
		out->pending = true;
		return;
	}
	if (s->name.at == NULL || !str_eq(s->name, model)) {
		if (take_up(s, model)) {
			s->gauge.pending = true;
			s->busy = true;
			s->idle = false;
			*out = s->gauge;
			loop_work(engine->loop, run_work, on_done, s);
			return;
		}
	} else if (s->heard) {
		learn(s);
		s->revision++;
	}
	*out = s->gauge;
}

static void count_large(void *ctx)
{
	struct long_count *c = ctx;
	c->tokens = (int64_t)tokenizer_count(c->tokenizer, (struct str){c->text, c->len});
}

static void on_counted(void *ctx)
{
	struct long_count *c = ctx;
	free(c->text);
	c->text = NULL;
	c->busy = false;
	c->idle = true;
	c->state->revision++;
}

bool engine_long_tokens(struct engine *engine, const struct tokenizer *t,
	const struct long_text *of, int64_t *tokens)
{
	struct token_state *s = state_of(engine);
	struct long_count *c = &s->large;
	if (c->busy)
		return false;
	if (c->tokenizer == t && c->owner == of->owner && c->revision == of->revision) {
		*tokens = c->tokens;
		return true;
	}
	struct arena a = ARENA_INIT;
	struct str text = of->read(of->owner, &a);
	*c = (struct long_count){.state = s,
		.tokenizer = t,
		.owner = of->owner,
		.revision = of->revision,
		.text = xmalloc(text.len + 1),
		.len = text.len,
		.busy = true};
	memcpy(c->text, text.at, text.len);
	arena_release(&a);
	loop_work(engine->loop, count_large, on_counted, c);
	return false;
}

void engine_token_learned(
	struct engine *engine, struct str model, struct calibration learned[TOKEN_SCRIPTS])
{
	size_t slash = str_find_last(model, STR("/"));
	token_learned(engine, model, learned);
	if (slash != SIZE_MAX)
		token_learned(engine, str_slice(model, slash + 1, model.len), learned);
}

struct token_count token_gauge_apply(
	const struct token_gauge *g, int64_t base, enum token_script script)
{
	const struct calibration *c = &g->learned[script];
	if (!g->estimated)
		return (struct token_count){base, false, 0};
	return (struct token_count){(int64_t)calibration_apply(c, (size_t)base), true, c->error};
}

struct token_count token_gauge_count(const struct token_gauge *g, struct str text)
{
	if (g->tokenizer == NULL)
		return (struct token_count){(int64_t)estimate_tokens(text), true, 0};
	return token_gauge_apply(
		g, (int64_t)tokenizer_count(g->tokenizer, text), token_script_of(text));
}
