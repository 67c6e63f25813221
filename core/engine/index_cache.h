/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_INDEX_CACHE_H
#define CORE_ENGINE_INDEX_CACHE_H

#include "core/flow/execute.h"

/* The document indexes of a workspace: one for each set of folders that a retrieve node names, kept
 * between runs and made anew when a file came, went or changed. */

struct index_cache;

struct index_cache *index_cache_new(const char *root); /* new; ROOT is borrowed */
void index_cache_free(struct index_cache *c);

/* Answers a retrieve node (see flow_retrieve_fn); CTX is the struct index_cache. */
bool index_cache_retrieve(void *ctx, struct arena *a, const struct flow_retrieve_query *query,
	struct value *out, struct err *e);

/* What was read for the last retrieval when it made an index, with the files that were left out;
 * NULL when the index was there already. Valid until the next retrieval. */
struct source;
const struct source *index_cache_fresh(const struct index_cache *c);

#endif
