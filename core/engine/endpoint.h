/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_ENDPOINT_H
#define CORE_ENGINE_ENDPOINT_H

#include "core/base/err.h"
#include "core/data/value.h"
#include "core/trace/event.h"

/*
 * What is asked of endpoints that are no chat: vectors of texts, texts in the order of their worth,
 * checks of texts. It is a run: recorded, paced, paid for and cached as prompts are. Many texts are
 * asked in as many requests as the vendor's limits want, some of them at a time.
 *
 * The record holds the texts and the results of rankings and checks; of vectors it holds how many
 * and how long they are.
 */

struct engine;
struct endpoint_work;

enum engine_endpoint_kind { ENDPOINT_EMBED, ENDPOINT_RERANK, ENDPOINT_MODERATE };

struct engine_endpoint_spec {
	enum engine_endpoint_kind kind;
	const char *model; /* by name; NULL: the workspace's default */
	struct value texts; /* list of strings, at least one */
	struct str query; /* ENDPOINT_RERANK */
	struct value parameters; /* dict, as core/model/{embed,rerank,moderate}_api.h have them */
	void (*begun)(void *ctx, struct endpoint_work *work); /* may be NULL */
	void *begun_ctx;
	const char *cache; /* "off", "on", "only"; NULL: as lathe.yaml says, else off */
};

struct engine_endpoint_report {
	uint64_t run; /* 0: it was not begun */
	struct str model; /* who answered, as people write it */
	/* A list: vectors in the order of the texts; {"index", "score"} best first; results in the
	 * order of the texts. What had come when STATUS is not OK. */
	struct value results;
	enum trace_status status;
	struct trace_usage usage; /* sums over the requests */
	int64_t cost_nano; /* -1 unknown */
	size_t requests; /* attempts that were recorded ... */
	size_t cached; /* ... and of them those that were answered before: nothing was asked */
	int64_t took_ns;
	struct err error; /* when STATUS is not OK */
};

/* Waits until it is done and recorded; false when it did not begin or the record failed. What the
 * report holds lives in A. */
bool engine_ask_endpoint(struct engine *engine, const struct engine_endpoint_spec *spec,
	struct arena *a, struct engine_endpoint_report *out, struct err *e) WARN_UNUSED;
/* Ends it soon, from a callback of the loop; what had come is kept. */
void engine_stop_endpoint(struct endpoint_work *work);

#endif
