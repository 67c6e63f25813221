/* SPDX-License-Identifier: MIT */
#include "core/flow/execute.h"

#include "core/base/alloc.h"
#include "core/data/json.h"
#include "core/flow/flow_check.h"
#include "core/flow/node.h"
#include "core/loop/loop.h"

#include <stdlib.h>

enum { RUNNING_MAX = 16 };

static const char *file_name(const struct flow_run *run)
{
	return run->spec.flow != NULL ? run->spec.flow->path : run->spec.prompt->path;
}

static void begin_root(struct flow_run *run)
{
	const struct flow_run_spec *spec = &run->spec;
	bool is_flow = spec->flow != NULL;
	struct value attributes = value_dict(&run->arena);
	struct str name = is_flow ? spec->flow->name : spec->prompt->name;
	if (is_flow)
		value_set(attributes, STR("gen_ai.operation.name"), value_cstr("invoke_workflow"));
	value_set(attributes, is_flow ? STR("gen_ai.workflow.name") : STR("gen_ai.prompt.name"),
		value_str(name));
	run->began = true;
	run->root = ids_next(spec->ids);
	struct trace_event root = {.kind = TRACE_SPAN_BEGIN,
		.u.span_begin = {.name = name,
			.kind = is_flow ? STR("flow") : STR("prompt"),
			.attributes = attributes,
			.input = run->inputs}};
	run_tell(run, run->root, &root);
}

static void begin_run(struct flow_run *run)
{
	const struct flow_run_spec *spec = &run->spec;
	bool is_flow = spec->flow != NULL;
	struct str kind = is_flow ? STR("flow") : STR("prompt");
	struct trace_event event = {.kind = TRACE_RUN_BEGIN,
		.u.run_begin = {.kind = kind,
			.name = str_from(file_name(run)),
			.hash = spec->hash,
			.source = is_flow ? spec->flow->source : spec->prompt->source,
			.git = spec->git,
			.settings = spec->settings,
			.inputs = run->inputs}};
	run_tell(run, 0, &event);
	begin_root(run);
}

/* All nodes that N refers to were bypassed, and there is one. */
static bool needs_only_bypassed(const struct node_run *n)
{
	const struct graph *g = &n->run->graph;
	for (size_t k = g->needs_at[n->index]; k < g->needs_at[n->index + 1]; k++)
		if (n->run->nodes[g->needs[k]].status != TRACE_BYPASSED)
			return false;
	return g->needs_at[n->index] < g->needs_at[n->index + 1];
}

/* Whether the condition of N holds, or, without one, whether there is anything to run it for. */
static bool is_bypassed(struct node_run *n, bool *bypassed, struct err *e)
{
	if (n->node == NULL || !n->node->has_activate) {
		*bypassed = n->node != NULL && needs_only_bypassed(n);
		return true;
	}
	struct flow_input_value when = {.name = STR("activate.when"),
		.value = n->node->activate_when,
		.reference = reference_parse(n->node->activate_when)};
	struct value v;
	if (when.reference.kind == REFERENCE_NODE) {
		size_t from = flow_find_node(n->run->spec.flow, when.reference.name);
		*bypassed = n->run->nodes[from].status == TRACE_BYPASSED;
		if (*bypassed)
			return true;
	}
	if (!node_input(n, &when, false, &v, e))
		return false;
	*bypassed = !value_equal(v, n->node->activate_is);
	return true;
}

static void start_node(struct node_run *n)
{
	struct err e = ERR_INIT;
	n->state = NODE_RUNNING;
	n->run->running++;
	if (!n->kind->start(n, &e) && n->state != NODE_ENDED)
		node_end(n, TRACE_ERROR, value_none(), value_none(), &e);
}

/* Takes all ready nodes, bypasses those that are to be, which may ready others, and leaves the rest
 * in run->kept, in file order within each round. */
static size_t take_ready(struct flow_run *run)
{
	size_t count = 0, index;
	while (!run->stopping && graph_ready_take(&run->ready, &index)) {
		struct node_run *n = &run->nodes[index];
		struct err e = ERR_INIT;
		bool bypassed = false;
		run->ready_count--;
		if (!is_bypassed(n, &bypassed, &e))
			node_end(n, TRACE_ERROR, value_none(), value_none(), &e);
		else if (bypassed)
			node_end(n, TRACE_BYPASSED, value_none(), value_none(), NULL);
		else
			run->kept[count++] = index;
	}
	return count;
}

/* First bypasses all that can be, then starts what is ready; again while nodes that ended at once
 * made others ready. */
static void start_ready(struct flow_run *run)
{
	bool more = run->ready_count > 0;
	while (more && !run->stopping && run->running < RUNNING_MAX) {
		size_t count = take_ready(run), i = 0;
		while (i < count && !run->stopping && run->running < RUNNING_MAX)
			start_node(&run->nodes[run->kept[i++]]);
		more = run->ready_count > 0;
		for (; i < count; i++) {
			graph_ready_add(&run->ready, run->kept[i]);
			run->ready_count++;
		}
	}
}

static void cancel_running(struct flow_run *run)
{
	for (size_t i = 0; i < run->node_count; i++) {
		struct node_run *n = &run->nodes[i];
		if (n->state == NODE_RUNNING && n->kind->cancel != NULL)
			n->kind->cancel(n);
	}
}

static bool flow_output_value(
	struct flow_run *run, const struct flow_output *out, struct value *v, struct err *e)
{
	const struct reference *r = &out->reference;
	*v = out->value;
	if (r->kind == REFERENCE_INPUT) {
		const struct value *input = value_get(run->inputs, r->name);
		*v = input != NULL ? *input : value_none();
	}
	if (r->kind != REFERENCE_NODE)
		return true;
	const struct node_run *n = &run->nodes[flow_find_node(run->spec.flow, r->name)];
	*v = value_none();
	if (n->status == TRACE_BYPASSED || reference_follow(n->output, r->property, v, e))
		return true;
	err_prefix(e, "Output \"%.*s\"", STR_ARG(out->name));
	return err_place(e, run->spec.flow->path, out->value.line, out->value.column);
}

static bool collect_outputs(struct flow_run *run, struct value *outputs, struct err *e)
{
	const struct flow *f = run->spec.flow;
	if (f == NULL) {
		value_set(*outputs, STR("output"), run->nodes[0].output);
		return true;
	}
	for (size_t i = 0; i < f->output_count; i++) {
		struct value v;
		if (!flow_output_value(run, &f->outputs[i], &v, e))
			return false;
		value_set(*outputs, f->outputs[i].name, v);
	}
	return true;
}

/* The answer as text: the chat output, else the first output that is a string, else the first. */
static struct str answer_text(struct flow_run *run, struct value outputs)
{
	const struct value *answer = NULL;
	const struct flow *f = run->spec.flow;
	for (size_t i = 0; i < outputs.u.dict->len; i++) {
		const struct value *v = &outputs.u.dict->entries[i].value;
		if (f != NULL && f->outputs[i].is_chat_output) {
			answer = v;
			break;
		}
		if (answer == NULL || (answer->kind != VALUE_STR && v->kind == VALUE_STR))
			answer = v;
	}
	if (answer == NULL)
		return STR_NONE;
	return answer->kind == VALUE_STR ? answer->u.str
					 : json_text(&run->arena, *answer, JSON_INDENTED);
}

static bool step(void *ctx);

static void finish(struct flow_run *run)
{
	struct value outputs = value_dict(&run->arena);
	struct flow_result result = {.status = run->status,
		.fault = run->fault,
		.pause = run->pause,
		.text = run->partial,
		.sums = run->sums};
	if (run->status == TRACE_RUNNING) {
		result.status = TRACE_OK;
		if (!collect_outputs(run, &outputs, &run->error)) {
			result.status = TRACE_ERROR;
			outputs = value_dict(&run->arena);
		}
	}
	if (result.status == TRACE_OK)
		result.text = answer_text(run, outputs);
	else
		result.error = &run->error;
	result.outputs = outputs;
	struct trace_end end = {.status = result.status,
		.output = outputs,
		.attributes = value_none(),
		.error = result.error};
	struct trace_event span_end = {.kind = TRACE_SPAN_END, .u.end = end};
	run_tell(run, run->root, &span_end);
	struct trace_event run_end = {.kind = TRACE_RUN_END, .u.end = end};
	if (run->spec.shared == NULL) {
		run_tell(run, 0, &run_end);
		loop_forget_step(run->spec.loop, LOOP_ENGINE, step, run);
	}
	if (run->spec.done != NULL)
		run->spec.done(run->spec.done_ctx, &result);
	arena_release(&run->arena);
	free(run);
}

static bool step(void *ctx)
{
	struct flow_run *run = ctx;
	if (!run->began)
		begin_run(run);
	if (run->cancelled && run->status == TRACE_RUNNING) {
		run->stopping = true;
		run->status = TRACE_CANCELLED;
		err_set(&run->error, ERR_CANCELLED, "The run was stopped.");
	}
	start_ready(run);
	if (run->stopping)
		cancel_running(run);
	if (run->running > 0 || (!run->stopping && run->ended < run->node_count))
		return false;
	finish(run);
	return true;
}

void run_again(struct flow_run *run)
{
	struct flow_shared *shared = run->spec.shared;
	loop_again(run->spec.loop);
	run->again = true;
	if (shared == NULL || run->queued)
		return;
	run->queued = true;
	if (shared->last == NULL)
		shared->first = run;
	else
		shared->last->next = run;
	shared->last = run;
}

void run_turn(struct flow_run *run)
{
	bool over = false;
	do {
		run->again = false;
		over = step(run);
	} while (!over && run->again);
	if (!over)
		run->queued = false;
}

static const struct node_kind *kind_of(const struct flow_node *node)
{
	if (flow_node_is_retrieve(node))
		return &node_retrieve;
	return node->type == NODE_PROMPT ? &node_prompt : &node_llm;
}

static bool plan_flow(struct flow_run *run, struct err *e)
{
	const struct flow *f = run->spec.flow;
	if (run->spec.shared != NULL)
		run->graph = run->spec.shared->graph;
	else if (!flow_check(f, &run->arena, &run->graph, e))
		return false;
	run->node_count = f->node_count;
	run->nodes = ARENA_ARRAY(&run->arena, struct node_run, f->node_count + 1);
	for (size_t i = 0; i < f->node_count; i++)
		run->nodes[i] =
			(struct node_run){.node = &f->nodes[i], .kind = kind_of(&f->nodes[i])};
	return true;
}

static void plan_prompt(struct flow_run *run)
{
	if (run->spec.shared != NULL)
		run->graph = run->spec.shared->graph;
	else
		graph_build(&run->arena, 1, NULL, 0, &run->graph);
	run->node_count = 1;
	run->nodes = ARENA_ARRAY(&run->arena, struct node_run, 2);
	run->nodes[0] = (struct node_run){.kind = &node_llm};
}

static void plan_ready(struct flow_run *run)
{
	graph_ready_init(&run->ready, &run->arena, run->node_count);
	run->kept = ARENA_ARRAY(&run->arena, size_t, run->node_count + 1);
	for (size_t i = 0; i < run->node_count; i++) {
		struct node_run *n = &run->nodes[i];
		n->run = run;
		n->index = i;
		n->output = value_none();
		n->escaped = value_none();
		n->waits = run->graph.needs_at[i + 1] - run->graph.needs_at[i];
		if (n->waits > 0)
			continue;
		graph_ready_add(&run->ready, i);
		run->ready_count++;
	}
}

/* Images are looked for where a type allows them: image, list, object; and in all of a prompt's
 * inputs, whose strings may be "data:image/png;path: ..." */
static bool mark_inputs(struct flow_run *run, struct err *e)
{
	const struct flow *f = run->spec.flow;
	const struct inputs *declared = f != NULL ? &f->inputs : &run->spec.prompt->inputs;
	struct image_source from = {
		.root = run->spec.root, .folder = f != NULL ? f->folder : run->spec.prompt->folder};
	run->marked = value_dict(&run->arena);
	for (size_t i = 0; i < run->inputs.u.dict->len; i++) {
		const struct value_entry *entry = &run->inputs.u.dict->entries[i];
		const struct input *input = inputs_find(declared, entry->key.u.str);
		bool is_image = input != NULL && input->type == INPUT_IMAGE;
		struct value v = entry->value;
		bool look = is_image || f == NULL || v.kind == VALUE_LIST || v.kind == VALUE_DICT;
		if (look && !images_load(&run->arena, &from, v, is_image, &run->images, &v, e)) {
			err_prefix(e, "Input \"%.*s\"", STR_ARG(entry->key.u.str));
			return err_place(e, file_name(run), input != NULL ? input->line : 0,
				input != NULL ? input->column : 0);
		}
		value_set(
			run->marked, entry->key.u.str, escape_value(&run->escape, &run->arena, v));
	}
	return true;
}

static bool plan(struct flow_run *run, struct err *e)
{
	const struct flow_run_spec *spec = &run->spec;
	const struct inputs *declared =
		spec->flow != NULL ? &spec->flow->inputs : &spec->prompt->inputs;
	if (spec->flow == NULL)
		plan_prompt(run);
	else if (!plan_flow(run, e))
		return false;
	if (!inputs_resolve(declared, spec->inputs, &run->arena, &run->inputs, e))
		return false;
	if (spec->shared != NULL)
		spec->shared->marks.counting = spec->ids->counting;
	run->escape = escape_new(spec->shared != NULL ? &spec->shared->marks : spec->ids);
	if (!mark_inputs(run, e))
		return false;
	plan_ready(run);
	return true;
}

static void tell_of_ask(void *ctx, uint64_t span, struct trace_event *event)
{
	run_tell(ctx, span, event);
}

static void plan_asks(struct flow_run *run)
{
	const struct flow_run_spec *spec = &run->spec;
	if (spec->asks == NULL) {
		run->own_asks = ARENA_NEW(&run->arena, struct ask_run);
		ask_run_init(run->own_asks, spec->run, spec->run);
	}
	run->services = (struct ask_services){.tell = tell_of_ask,
		.tell_ctx = run,
		.ids = spec->ids,
		.providers = spec->providers,
		.cache = spec->cache,
		.when_durable = spec->hooks.when_durable,
		.durable_ctx = spec->hooks.ctx,
		.run = spec->asks != NULL ? spec->asks : run->own_asks};
}

struct flow_run *flow_run_start(const struct flow_run_spec *spec, struct err *e)
{
	if ((spec->flow == NULL) == (spec->prompt == NULL))
		BUG("a run is of a flow or of a prompt");
	struct flow_run *run = xcalloc(1, sizeof *run);
	struct arena *a = &run->arena;
	run->spec = *spec;
	run->spec.root = str_cstr(a, str_from(spec->root));
	if (spec->shared == NULL) {
		run->spec.hash = str_copy(a, spec->hash);
		run->spec.git = str_copy(a, spec->git);
		run->spec.settings = value_copy(a, spec->settings);
	}
	if (!plan(run, e)) {
		arena_release(a);
		free(run);
		return NULL;
	}
	plan_asks(run);
	if (spec->shared != NULL)
		begin_root(run);
	else
		loop_before_sleep(spec->loop, LOOP_ENGINE, step, run);
	run_again(run);
	return run;
}

void flow_run_cancel(struct flow_run *run)
{
	run->cancelled = true;
	run_again(run);
}

uint64_t flow_run_root(const struct flow_run *run)
{
	return run->root;
}
