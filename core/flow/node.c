/* SPDX-License-Identifier: MIT */
#include "core/flow/node.h"

#include "core/loop/loop.h"

#include <stdio.h>

bool run_read_template(
	struct node_run *n, const char *path, const struct prompt **out, struct err *e)
{
	struct flow_run *run = n->run;
	struct prompt_file file = {.root = run->spec.root, .path = path};
	if (run->spec.shared != NULL && run->spec.shared->prompts[n->index] != NULL) {
		*out = run->spec.shared->prompts[n->index];
		return true;
	}
	struct prompt *prompt = ARENA_NEW(&run->arena, struct prompt);
	*out = prompt;
	return prompt_read(&run->arena, &file, prompt, e);
}

struct str node_name(const struct node_run *n)
{
	return n->node != NULL ? n->node->name : n->run->spec.prompt->name;
}

struct sent_attempt {
	struct sent_attempt *next;
	uint64_t attempt;
	int64_t at_ns;
};

static void note_sent(struct flow_run *run, const struct trace_event *event)
{
	struct sent_attempt *sent = ARENA_NEW(&run->arena, struct sent_attempt);
	*sent = (struct sent_attempt){run->sent, event->u.attempt_begin.attempt, event->at_ns};
	run->sent = sent;
}

static void add_known(int64_t *sum, int64_t more)
{
	if (more >= 0)
		*sum = (*sum > 0 ? *sum : 0) + more;
}

static void sum_attempt(struct flow_run *run, const struct trace_event *event)
{
	const struct trace_attempt_end *end = &event->u.attempt_end;
	struct flow_sums *s = &run->sums;
	const struct sent_attempt *sent = run->sent;
	while (sent != NULL && sent->attempt != end->attempt)
		sent = sent->next;
	if (s->attempts++ == 0)
		s->usage = usage_unknown();
	s->cached += end->cached;
	add_known(&s->usage.input, end->usage.input);
	add_known(&s->usage.output, end->usage.output);
	add_known(&s->usage.cache_read, end->usage.cache_read);
	add_known(&s->usage.cache_write, end->usage.cache_write);
	add_known(&s->usage.reasoning, end->usage.reasoning);
	s->usage.estimated |= end->usage.estimated;
	bool costs = end->status == TRACE_OK || end->possible_spend || end->usage.input > 0;
	if (end->cost_nano < 0 && costs && !end->cached)
		s->cost_nano = -1;
	else if (end->cost_nano > 0 && s->cost_nano >= 0)
		s->cost_nano += end->cost_nano;
	if (sent != NULL && !end->cached)
		s->asked_ns += event->at_ns - sent->at_ns;
}

void run_tell(struct flow_run *run, uint64_t span, struct trace_event *event)
{
	event->at_ns = loop_now(run->spec.loop);
	event->run = run->spec.run;
	event->span = span;
	if (event->kind == TRACE_ATTEMPT_SENT)
		note_sent(run, event);
	else if (event->kind == TRACE_ATTEMPT_END)
		sum_attempt(run, event);
	trace_bus_tell(run->spec.bus, event);
}

void run_log(struct flow_run *run, uint64_t span, enum trace_level level, struct str text)
{
	struct trace_event event = {.kind = TRACE_LOG, .u.log = {level, text}};
	run_tell(run, span, &event);
}

static uint64_t begin_span(struct flow_run *run, struct trace_span_begin begin)
{
	uint64_t span = ids_next(run->spec.ids);
	struct trace_event event = {.kind = TRACE_SPAN_BEGIN, .u.span_begin = begin};
	run_tell(run, span, &event);
	return span;
}

static void end_span(struct flow_run *run, uint64_t span, struct trace_end end)
{
	struct trace_event event = {.kind = TRACE_SPAN_END, .u.end = end};
	run_tell(run, span, &event);
}

void node_begin(struct node_run *n, struct value attributes, struct value input)
{
	n->began = true;
	n->span = begin_span(n->run, (struct trace_span_begin){.parent = n->run->root,
					     .name = node_name(n),
					     .kind = str_from(n->kind->span_kind),
					     .attributes = attributes,
					     .input = input});
}

/* The run's status is that of the first node that failed. */
static void note_failure(struct node_run *n, enum trace_status status, const struct err *error)
{
	struct flow_run *run = n->run;
	if (run->status != TRACE_RUNNING)
		return;
	run->stopping = true;
	run->status = status;
	if (error == NULL)
		return;
	run->error = *error;
	if (n->node != NULL)
		err_prefix(&run->error, "Node \"%.*s\"", STR_ARG(n->node->name));
}

static void release_feeds(struct node_run *n)
{
	struct flow_run *run = n->run;
	const struct graph *g = &run->graph;
	for (size_t k = g->feeds_at[n->index]; k < g->feeds_at[n->index + 1]; k++) {
		if (--run->nodes[g->feeds[k]].waits > 0)
			continue;
		graph_ready_add(&run->ready, g->feeds[k]);
		run->ready_count++;
	}
}

void node_end(struct node_run *n, enum trace_status status, struct value output,
	struct value attributes, const struct err *error)
{
	struct flow_run *run = n->run;
	if (n->state == NODE_ENDED)
		BUG("a node ended twice");
	if (!n->began)
		node_begin(n, value_none(), value_none());
	if (status == TRACE_ERROR && attributes.kind == VALUE_NONE && error != NULL) {
		attributes = value_dict(&run->arena);
		value_set(attributes, STR("error.type"),
			value_str(error_type(&run->arena, error, 0)));
	}
	end_span(run, n->span,
		(struct trace_end){.status = status,
			.output = output,
			.attributes = attributes,
			.error = status == TRACE_OK || status == TRACE_BYPASSED ? NULL : error});
	if (n->state == NODE_RUNNING)
		run->running--;
	n->state = NODE_ENDED;
	n->status = status;
	n->output = output;
	run->ended++;
	if (status == TRACE_OK || status == TRACE_BYPASSED)
		release_feeds(n);
	else
		note_failure(n, status, error);
	run_again(run);
}

uint64_t node_child_begin(struct node_run *n, const char *kind, struct str name,
	struct value attributes, struct value input)
{
	return begin_span(n->run, (struct trace_span_begin){.parent = n->span,
					  .name = name,
					  .kind = str_from(kind),
					  .attributes = attributes,
					  .input = input});
}

void node_child_end(struct node_run *n, uint64_t span, enum trace_status status,
	struct value output, const struct err *error)
{
	end_span(n->run, span,
		(struct trace_end){.status = status,
			.output = output,
			.attributes = value_none(),
			.error = status == TRACE_OK ? NULL : error});
}

static bool node_output(struct node_run *n, const struct flow_input_value *in, bool for_template,
	struct value *out, struct err *e)
{
	struct flow_run *run = n->run;
	struct arena *a = &run->arena;
	const struct reference *r = &in->reference;
	const struct node_run *from = &run->nodes[flow_find_node(run->spec.flow, r->name)];
	if (from->status == TRACE_BYPASSED) {
		*out = value_none();
		if (for_template)
			return true;
		run_log(run, n->span, TRACE_WARNING,
			str_format(a,
				"Node \"%.*s\": the input \"%.*s\" is null, because the node "
				"\"%.*s\" was bypassed.",
				STR_ARG(n->node->name), STR_ARG(in->name), STR_ARG(r->name)));
		return true;
	}
	if (!reference_follow(from->output, r->property, out, e))
		return err_place(e, run->spec.flow->path, in->value.line, in->value.column);
	if (for_template && r->property.len == 0 && from->escaped.kind == VALUE_STR)
		*out = from->escaped;
	else if (for_template)
		*out = escape_value(&run->escape, a, *out);
	return true;
}

bool node_input(struct node_run *n, const struct flow_input_value *in, bool for_template,
	struct value *out, struct err *e)
{
	struct flow_run *run = n->run;
	*out = in->value;
	if (in->reference.kind == REFERENCE_NODE)
		return node_output(n, in, for_template, out, e);
	if (in->reference.kind == REFERENCE_INPUT) {
		const struct value *v =
			value_get(for_template ? run->marked : run->inputs, in->reference.name);
		*out = v != NULL ? *v : value_none();
	}
	return true;
}

struct str error_type(struct arena *a, const struct err *e, int http_status)
{
	if (http_status >= 400)
		return str_format(a, "%d", http_status);
	return str_from(err_code_word(e->code));
}
