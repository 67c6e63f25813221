/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_FLOW_SHARED_H
#define CORE_FLOW_FLOW_SHARED_H

#include "core/base/ids.h"
#include "core/flow/flow_file.h"
#include "core/flow/graph.h"
#include "core/flow/prompty.h"
#include "core/flow/render.h"

/*
 * What many runs of one flow or prompt have in common, made once: the checked graph, the nodes'
 * files as they were first read (later changes of them do not count), compiled templates; and whose
 * turn it is, so that a turn of the loop costs nothing for runs that only wait.
 */

struct loop;
struct flow_run;

struct flow_shared {
	struct arena arena;
	struct loop *loop;
	const struct flow *flow; /* NULL: of a single prompt */
	struct graph graph;
	const struct prompt **prompts; /* by node, NULL: not read yet */
	struct render_cache *templates;
	struct ids marks; /* of escapes: an id that is in no row would be given again (ids.h) */
	struct flow_run *first, *last; /* those that can go on, in order */
};

/* Checks the flow (NULL: a prompt is run), which lives as long. */
bool flow_shared_new(struct loop *loop, const struct flow *flow, struct flow_shared **out,
	struct err *e) WARN_UNUSED;
void flow_shared_free(struct flow_shared *s); /* its runs are over; S may be NULL */

/* Reads the files of all nodes that have one. */
bool flow_shared_read(struct flow_shared *s, const char *root, struct err *e) WARN_UNUSED;

/* Lets every run that can go on do so; for a step of the loop. */
void flow_shared_turn(struct flow_shared *s);

#endif
