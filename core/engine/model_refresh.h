/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_MODEL_REFRESH_H
#define CORE_ENGINE_MODEL_REFRESH_H

#include "core/base/err.h"
#include "core/base/str.h"

/*
 * Asks the servers of the configured connections which models they have, and keeps what they say of
 * them (windows, limits, prices) in the workspace's .lathe, with the day it was said. It lies over
 * what the program knows and under what the user wrote; each connection's last answer replaces the
 * one before.
 */

struct engine;

struct model_refresh {
	struct str connection;
	struct err error; /* ERR_NONE, or why nothing was learned */
	size_t models; /* that the server lists */
	size_t windows, prices; /* of how many it says them */
};

/* FN is called for each connection, in the order of lathe.yaml; those that have no list of models
 * are left out. ONLY: this connection alone, or NULL. Runs the loop until all have answered. */
typedef void model_refresh_fn(void *ctx, const struct model_refresh *report);
bool model_refresh(struct engine *engine, const char *only, model_refresh_fn *fn, void *ctx,
	struct err *e) WARN_UNUSED;

#endif
