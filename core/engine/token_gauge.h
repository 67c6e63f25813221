/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_TOKEN_GAUGE_H
#define CORE_ENGINE_TOKEN_GAUGE_H

#include "core/data/tokens/calibrate.h"
#include "core/data/tokens/tokenizer.h"
#include "core/engine/engine.h"

/*
 * How texts are counted for a model, and how many tokens it takes in: by its own tokenizer; by a
 * near one and what was learned of the model (core/data/tokens/calibrate.h); or, where there is
 * nothing better, by estimate_tokens.
 *
 * What was learned comes from the requests in the store: nothing is counted while a request waits.
 */

struct token_gauge {
	const struct tokenizer *tokenizer; /* NULL: estimate_tokens; lives as long as the engine */
	bool estimated;
	bool pending; /* a better one is on its way */
	struct calibration learned[TOKEN_SCRIPTS]; /* when estimated with a tokenizer */
	int64_t window; /* tokens; -1 unknown */
};

struct token_count {
	int64_t tokens;
	bool estimated;
	double error; /* of the estimate, as a part of it; 0: not known */
};

/* For MODEL as people write it ("qwen/qwen-plus"; of several the first). Returns at once: what has
 * to be loaded is loaded by another thread, and the revision changes when it is there. */
void engine_token_gauge(struct engine *engine, struct str model, struct token_gauge *out);
/* What was learned of MODEL here, laid over LEARNED, without learning more. */
void engine_token_learned(
	struct engine *engine, struct str model, struct calibration learned[TOKEN_SCRIPTS]);
/* Changes whenever a gauge given out before may be out of date. */
uint64_t engine_token_revision(const struct engine *engine);

/* A text that is too long to be counted while somebody waits. */
struct long_text {
	const void *owner; /* with the revision: which text it is */
	uint64_t revision;
	struct str (*read)(const void *owner, struct arena *a);
};

/* True with the tokens of a long text when they are known. Else it is counted by another thread,
 * from a copy, when none other is; then the token revision changes, and it may be asked again. */
bool engine_long_tokens(struct engine *engine, const struct tokenizer *t,
	const struct long_text *of, int64_t *tokens);

struct token_count token_gauge_count(const struct token_gauge *g, struct str text);
/* Of a text of the SCRIPT that g->tokenizer counts as BASE. */
struct token_count token_gauge_apply(
	const struct token_gauge *g, int64_t base, enum token_script script);

#endif
