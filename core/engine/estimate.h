/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_ESTIMATE_H
#define CORE_ENGINE_ESTIMATE_H

#include "core/engine/engine.h"

/*
 * What a run will cost, before anything of it is sent. The requests are made as the run would make
 * them, and their tokens counted with the model's own tokenizer where it is public. Then
 *
 *   least    as much of the prompt read from the provider's cache as it ever caches, one token of
 *            answer
 *   likely   the cache as it was met so far, an answer as long as the file's earlier ones from this
 *            model were on average
 *   most     nothing cached, answers as long as they may become
 *
 * All of it is an estimate, and shown with an "almost equal" sign. A flow's later requests depend
 * on earlier answers: they are left out, and the note says so.
 */

struct estimate {
	struct str model; /* of the first request, "qwen/qwen-plus" */
	int64_t requests;
	int64_t input; /* tokens of all */
	int64_t output_likely, output_most; /* -1 unknown */
	int64_t least, likely, most; /* nano-dollars; -1: not known */
	int64_t earlier; /* answers that the likely length was learned from */
	struct str price; /* by which prices */
	struct str note; /* sentences about what is left out or assumed, or "" */
};

bool estimate_run(struct engine *engine, const struct run_spec *spec, struct arena *a,
	struct estimate *out, struct err *e) WARN_UNUSED;

struct rows_spec;

/* The same of a run over rows. Of many, some are looked at, evenly: *COUNTED says how many. */
bool estimate_rows(struct engine *engine, const struct rows_spec *spec, struct arena *a,
	struct estimate *out, int64_t *counted, struct err *e) WARN_UNUSED;

#endif
