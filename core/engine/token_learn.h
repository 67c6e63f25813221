/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_TOKEN_LEARN_H
#define CORE_ENGINE_TOKEN_LEARN_H

#include "core/engine/token_gauge.h"

/* For this folder: learns from the requests to MODEL (as its provider knows it) that were answered
 * since, and keeps what it learned. LEARNED is what begins with the family's; a store that cannot
 * be read teaches nothing. */
void token_learn(struct engine *engine, const struct tokenizer *tokenizer, struct str model,
	struct calibration learned[TOKEN_SCRIPTS]);

/* What was kept of MODEL, laid over LEARNED. */
void token_learned(
	struct engine *engine, struct str model, struct calibration learned[TOKEN_SCRIPTS]);

/* The tokens of what a request says, without its settings: BODY is its JSON, of any provider. *KIND
 * is what script it mostly is. False when it holds what is no text, or is no JSON. */
bool token_learn_count(const struct tokenizer *tokenizer, struct str body, double *tokens,
	enum token_script *kind);

#endif
