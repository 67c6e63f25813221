/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_NODE_H
#define CORE_FLOW_NODE_H

#include "core/flow/escape.h"
#include "core/flow/execute.h"
#include "core/flow/flow_shared.h"
#include "core/flow/graph.h"
#include "core/flow/images.h"

/*
 * Inside the executor: a run, its nodes, and the vtable of node kinds. A kind's start begins the
 * node's span (node_begin) and ends it (node_end), at once or later.
 */

struct node_run;
struct sent_attempt;

struct node_kind {
	const char *span_kind;
	/* False with E set: the node failed; its span is ended for it. */
	bool (*start)(struct node_run *n, struct err *e);
	/* Asks a running node to end soon, through node_end; NULL when it ends within start. */
	void (*cancel)(struct node_run *n);
};

enum node_state { NODE_WAITING, NODE_RUNNING, NODE_ENDED };

struct node_run {
	struct flow_run *run;
	size_t index;
	const struct flow_node *node; /* NULL: the run's single prompt */
	const struct node_kind *kind;
	enum node_state state;
	bool began; /* its span was begun */
	enum trace_status status; /* once ended */
	uint64_t span;
	struct value output;
	struct value escaped; /* of a prompt node: the output with its markers; else VALUE_NONE */
	size_t waits; /* needed nodes that have not ended */
	void *own; /* the kind's */
};

struct flow_run {
	struct flow_run_spec spec;
	struct arena arena;
	struct graph graph;
	struct escape escape;
	uint64_t root; /* span */
	struct value inputs; /* dict, as recorded */
	struct value marked; /* dict: with markers for images, and escaped: for templates */
	struct image_set images;
	struct node_run *nodes;
	size_t node_count;
	struct graph_ready ready; /* nodes that nothing holds up any more */
	size_t ready_count;
	size_t *kept; /* room for every node: scratch of a step */
	size_t running;
	size_t ended;
	bool began;
	bool stopping; /* a node failed, or the run was cancelled */
	bool cancelled;
	enum trace_status status;
	enum model_fault fault; /* of the model that failed */
	enum ask_pause pause;
	struct err error;
	struct str partial; /* text of the node that failed */
	struct flow_sums sums;
	struct ask_services services;
	struct ask_run *own_asks; /* when the spec has none */
	struct sent_attempt *sent; /* requests under way */
	struct flow_run *next; /* in the queue of spec.shared */
	bool queued; /* there, or on its turn */
	bool again; /* something came up in the middle of its turn */
};

/* The run can go on: it has a turn before the loop sleeps. */
void run_again(struct flow_run *run);
/* The turn of one that shares (flow_shared_turn): RUN may be gone after it. */
void run_turn(struct flow_run *run);

/* The template file of a node, read; borrowed from the run or what it shares. */
bool run_read_template(
	struct node_run *n, const char *path, const struct prompt **out, struct err *e) WARN_UNUSED;

extern const struct node_kind node_llm;
extern const struct node_kind node_prompt;
extern const struct node_kind node_retrieve;

struct str node_name(const struct node_run *n);

/* Tells the bus; the events' times, run and span are filled in. */
void run_tell(struct flow_run *run, uint64_t span, struct trace_event *event);
void run_log(struct flow_run *run, uint64_t span, enum trace_level level, struct str text);

/* Begins the node's span. */
void node_begin(struct node_run *n, struct value attributes, struct value input);

/* Ends it. ERROR is NULL unless something failed. The node's own partial text, if any, goes into
 * run->partial before. */
void node_end(struct node_run *n, enum trace_status status, struct value output,
	struct value attributes, const struct err *error);

/* A child span of the node that begins and ends within the call of its caller. */
uint64_t node_child_begin(struct node_run *n, const char *kind, struct str name,
	struct value attributes, struct value input);
void node_child_end(struct node_run *n, uint64_t span, enum trace_status status,
	struct value output, const struct err *error);

/* The value of a node's input: what it refers to, or itself. FOR_TEMPLATE: escaped, images as
 * markers. A bypassed node gives null and, the first way, a warning. */
bool node_input(struct node_run *n, const struct flow_input_value *in, bool for_template,
	struct value *out, struct err *e) WARN_UNUSED;

/* "error.type" of OpenTelemetry: the HTTP status, or a word for the error. */
struct str error_type(struct arena *a, const struct err *e, int http_status);

#endif
