/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_MONEY_H
#define CORE_ENGINE_MONEY_H

#include "core/engine/engine_private.h"

/* What the engine keeps of money: the catalogue of models and the ceilings. For the files of this
 * folder only. */

/* Makes both for the workspace, and gives them to the providers' context. */
void money_open(struct engine *engine);
void money_close(struct engine *engine);

/* Reads what changed of models.yaml; a fault in it is an error with its place. */
bool money_refresh(struct engine *engine, struct err *e) WARN_UNUSED;

/* A run begins, or goes on: its ceiling is MAX_COST nano-dollars, or lathe.yaml's for 0. The store
 * is open by then. False when the catalogue or the ledger cannot be read. */
bool money_open_run(
	struct engine *engine, uint64_t run, int64_t max_cost, struct err *e) WARN_UNUSED;
void money_close_run(struct engine *engine, uint64_t run);

struct model_facts;
/* What FACTS (NULL: nothing) say, for a list. */
void money_list(struct model_listing *to, const struct model_facts *facts);

/* The file where what was learned of models is kept. */
const char *money_learned_path(const struct engine *engine, struct arena *a);

#endif
