/* SPDX-License-Identifier: MIT */
/* The node kind "llm": renders its template, asks a model, gives its answer. */
#include "core/flow/chat.h"
#include "core/flow/flow_check.h"
#include "core/flow/llm_attributes.h"
#include "core/flow/llm_parameters.h"
#include "core/flow/node.h"
#include "core/flow/render.h"
#include "core/flow/response.h"
#include "core/loop/loop.h"

#include <string.h>

struct llm {
	struct node_run *n;
	const struct prompt *prompt; /* the run's, or the node's template read as one */
	enum model_api api;
	struct value parameters;
	struct value shown; /* template variables as they are ... */
	struct value marked; /* ... and as the template gets them */
	struct response_form form;
	struct flow_model model;
	struct model_request request;
	struct ask_target only; /* a chain of one */
	struct ask *ask; /* while it runs */
	int64_t begun_ns;
};

static bool sends_stream(const struct llm *l, struct value parameters)
{
	return value_get_bool(
		parameters, "stream", value_get_bool(l->n->run->spec.parameters, "stream", true));
}

/* Sets what of FROM (a dict or VALUE_NONE) is a parameter of a request. */
static void add_parameters(struct llm *l, struct value from, struct value to)
{
	for (size_t i = 0; from.kind == VALUE_DICT && i < from.u.dict->len; i++) {
		const struct value_entry *entry = &from.u.dict->entries[i];
		struct value v;
		if (llm_parameter(&l->n->run->arena, entry->key.u.str, entry->value, &v))
			value_set(to, entry->key.u.str, v);
	}
}

/* A single prompt: the parameters are its own, the variables the run's inputs. */
static void from_prompt(struct llm *l)
{
	struct flow_run *run = l->n->run;
	const struct prompt *p = run->spec.prompt;
	struct value parameters = value_dict(&run->arena);
	add_parameters(l, run->spec.parameters, parameters);
	add_parameters(l, p->parameters, parameters);
	l->prompt = p;
	l->api = p->api;
	l->request.stream = sends_stream(l, p->parameters);
	l->parameters = llm_parameters_settle(&run->arena, parameters);
	l->shown = run->inputs;
	l->marked = run->marked;
	l->form = (struct response_form){.whole = p->response_all,
		.json = llm_wants_json(l->parameters),
		.outputs = p->outputs};
}

struct sorted_inputs {
	struct value parameters, shown, marked;
	struct str model;
	bool stream;
};

/* One input of a node: a parameter of the API or a variable of the template. */
static bool sort_input(
	struct llm *l, const struct flow_input_value *in, struct sorted_inputs *to, struct err *e)
{
	struct arena *a = &l->n->run->arena;
	struct value v, parameter;
	if (!node_input(l->n, in, false, &v, e))
		return false;
	bool is_parameter = l->api == API_CHAT ? llm_is_chat_parameter(in->name)
					       : llm_is_completion_parameter(in->name);
	if (!is_parameter) {
		value_set(to->shown, in->name, v);
		if (!node_input(l->n, in, true, &v, e))
			return false;
		value_set(to->marked, in->name, v);
		return true;
	}
	bool names_model = str_is(in->name, "model") || str_is(in->name, "deployment_name");
	if (names_model && v.kind == VALUE_STR && v.u.str.len > 0)
		to->model = v.u.str;
	if (str_is(in->name, "stream") && v.kind == VALUE_BOOL)
		to->stream = v.u.boolean;
	if (llm_parameter(a, in->name, v, &parameter))
		value_set(to->parameters, in->name, parameter);
	return true;
}

static bool from_node(struct llm *l, struct flow_model_query *query, struct err *e)
{
	struct flow_run *run = l->n->run;
	struct arena *a = &run->arena;
	const struct flow_node *node = l->n->node;
	const struct prompt *prompt;
	struct sorted_inputs sorted = {.parameters = value_dict(a),
		.shown = value_dict(a),
		.marked = value_dict(a),
		.stream = sends_stream(l, value_none())};
	if (!run_read_template(l->n, flow_node_path(run->spec.flow, node, a), &prompt, e))
		return false;
	add_parameters(l, run->spec.parameters, sorted.parameters);
	l->prompt = prompt;
	l->api = str_is(node->api, "completion") ? API_COMPLETION : API_CHAT;
	for (size_t i = 0; i < node->input_count; i++)
		if (!sort_input(l, &node->inputs[i], &sorted, e))
			return false;
	l->request.stream = sorted.stream;
	l->parameters = llm_parameters_settle(a, sorted.parameters);
	l->shown = sorted.shown;
	l->marked = sorted.marked;
	l->form = (struct response_form){.message = value_get_cstr(l->parameters, "tools") ||
						    value_get_cstr(l->parameters, "functions"),
		.outputs = value_none()};
	query->node = node->name;
	query->connection = node->connection;
	query->model = sorted.model;
	return true;
}

static bool split_chat(struct llm *l, struct str text, struct err *e)
{
	struct flow_run *run = l->n->run;
	struct arena *a = &run->arena;
	bool is_prompt = l->n->node == NULL;
	struct message *messages;
	if (!chat_messages(a, text, l->prompt->is_plain && is_prompt, &run->escape,
		    is_prompt ? &run->images : NULL, &messages, &l->request.message_count, e))
		return err_place(e, l->prompt->path, l->prompt->template_line + 1, 0);
	l->request.messages = messages;
	if (l->request.message_count > 0)
		return true;
	err_set(e, ERR_CONFIG, "The prompt has no message: its text is empty.");
	return err_place(e, l->prompt->path, l->prompt->template_line + 1, 0);
}

/* A slip in a parameter's name makes it a variable that nobody reads: says so. */
static void warn_of_slips(const struct llm *l, const struct render_source *from)
{
	struct flow_run *run = l->n->run;
	for (size_t i = 0; i < l->shown.u.dict->len; i++) {
		struct str name = l->shown.u.dict->entries[i].key.u.str;
		struct str near = llm_near_parameter(name, l->api);
		if (near.len == 0 || render_may_read(from, name))
			continue;
		run_log(run, l->n->span, TRACE_WARNING,
			str_format(&run->arena,
				"\"%.*s\" is not used by the template; did you mean the "
				"parameter \"%.*s\"?",
				STR_ARG(name), STR_ARG(near)));
	}
}

static bool render_request(struct llm *l, struct value *sent, struct err *e)
{
	struct flow_run *run = l->n->run;
	struct arena *a = &run->arena;
	bool chat = l->api == API_CHAT;
	struct render_source from = {run->spec.root, l->prompt->path,
		images_in_template(a, l->prompt->template), l->prompt->template_line,
		run->spec.shared != NULL ? run->spec.shared->templates : NULL};
	bool (*taken)(struct str name) = chat ? llm_is_chat_parameter : llm_is_completion_parameter;
	struct str text;
	if (!render(a, &from, chat ? l->marked : l->shown, l->n->node != NULL ? taken : NULL, &text,
		    e))
		return false;
	if (l->n->node != NULL)
		warn_of_slips(l, &from);
	if (!chat) {
		l->request.prompt = text;
		*sent = value_str(text);
		return true;
	}
	if (!split_chat(l, text, e))
		return false;
	*sent = messages_to_value(a, l->request.messages, l->request.message_count);
	return true;
}

/* The render span around it. */
static bool render_in_span(struct llm *l, struct err *e)
{
	struct node_run *n = l->n;
	struct arena *a = &n->run->arena;
	struct value attributes = value_dict(a);
	struct value sent = value_none();
	value_set(attributes, STR("gen_ai.prompt.name"), value_str(l->prompt->name));
	value_set(attributes, STR("lathe.template.path"), value_cstr(l->prompt->path));
	if (n->node != NULL)
		value_set(attributes, STR("lathe.template.text"), value_str(l->prompt->source));
	uint64_t span =
		node_child_begin(n, "render", str_from(l->prompt->path), attributes, l->shown);
	bool ok = render_request(l, &sent, e);
	node_child_end(n, span, ok ? TRACE_OK : TRACE_ERROR, sent, e);
	return ok;
}

/* Who was asked before the one that answered, and why not them. */
static void add_fallback(
	const struct llm *l, const struct ask_outcome *outcome, struct value attributes)
{
	struct arena *a = &l->n->run->arena;
	const struct ask_target *target = &l->model.targets[outcome->target];
	if (outcome->passed_over.kind != VALUE_LIST)
		return;
	value_set(attributes, STR("lathe.model.answered"), value_str(ask_model_name(a, target)));
	value_set(attributes, STR("lathe.model.passed_over"), outcome->passed_over);
}

/* Ends the node with what the model gave. */
static void on_done(void *ctx, const struct ask_outcome *outcome)
{
	struct llm *l = ctx;
	const struct model_result *r = outcome->result;
	struct node_run *n = l->n;
	struct arena *a = &n->run->arena;
	struct err e = r->error;
	struct value output = value_none();
	enum trace_status status = r->status;
	l->ask = NULL;
	if (status == TRACE_OK && !response_output(&l->form, r, a, &output, &e))
		status = TRACE_ERROR;
	if (status != TRACE_OK && n->run->status == TRACE_RUNNING) {
		n->run->fault = r->fault;
		n->run->pause = outcome->pause;
	}
	if (status != TRACE_OK) {
		struct str text = str_copy(a, r->text);
		if (text.len > 0)
			output = value_str(text);
		if (n->run->status == TRACE_RUNNING || n->run->partial.len == 0)
			n->run->partial = text;
	}
	struct value attributes = llm_end_attributes(a, r, &r->usage, l->begun_ns);
	add_fallback(l, outcome, attributes);
	if (status == TRACE_ERROR)
		value_set(attributes, STR("error.type"),
			value_str(error_type(a, &e, r->http_status)));
	node_end(n, status, output, attributes, &e);
}

static void ask(struct llm *l)
{
	struct flow_run *run = l->n->run;
	l->request.api = l->api;
	l->request.model = l->model.model;
	l->request.parameters = l->parameters;
	l->request.sample = run->spec.sample;
	if (l->model.target_count == 0) {
		l->only =
			(struct ask_target){l->model.provider, l->model.connection, l->model.model};
		l->model.targets = &l->only;
		l->model.target_count = 1;
	}
	const struct ask_spec spec = {.services = &run->services,
		.arena = &run->arena,
		.run = run->spec.run,
		.span = l->n->span,
		.targets = l->model.targets,
		.target_count = l->model.target_count,
		.request = &l->request,
		.done = on_done,
		.ctx = l};
	l->ask = ask_start(&spec);
}

/* Who resolves the model knows at most the file: the line is that of what the node asks for.
 * Always false. */
static bool place_model(const struct llm *l, struct err *e)
{
	const struct flow_node *node = l->n->node;
	const char *file = node != NULL ? l->n->run->spec.flow->path : NULL;
	const struct value *at = node != NULL ? value_get_cstr(node->raw, "connection") : NULL;
	struct err whole = ERR_INIT;
	if (node == NULL)
		return false;
	for (size_t i = 0; at == NULL && i < node->input_count; i++)
		if (str_is(node->inputs[i].name, "model") ||
			str_is(node->inputs[i].name, "deployment_name"))
			at = &node->inputs[i].value;
	err_place(&whole, file, 0, 0);
	if (at != NULL && strcmp(e->where, whole.where) == 0)
		e->where[0] = '\0';
	return err_place(e, file, at != NULL ? at->line : 0, at != NULL ? at->column : 0);
}

static bool start(struct node_run *n, struct err *e)
{
	struct flow_run *run = n->run;
	struct llm *l = ARENA_NEW(&run->arena, struct llm);
	struct flow_model_query query = {.prompt = run->spec.prompt};
	n->own = l;
	l->n = n;
	if (n->node == NULL)
		from_prompt(l);
	else if (!from_node(l, &query, e))
		return false;
	query.api = l->api;
	if (n->node == NULL) {
		query.connection = l->prompt->endpoint.connection;
		query.model = l->prompt->endpoint.model;
	}
	bool ok = run->spec.resolve(run->spec.resolve_ctx, &run->arena, &query, &l->model, e) ||
		  place_model(l, e);
	l->begun_ns = loop_now(run->spec.loop);
	struct value attributes =
		llm_begin_attributes(&run->arena, l->api, ok ? &l->model : NULL, l->parameters);
	if (l->form.whole)
		value_set(attributes, STR("lathe.response"), value_cstr("all"));
	node_begin(n, attributes, l->shown);
	if (!ok || !render_in_span(l, e))
		return false;
	ask(l);
	return true;
}

static void cancel(struct node_run *n)
{
	struct llm *l = n->own;
	if (l->ask != NULL)
		ask_cancel(l->ask);
}

const struct node_kind node_llm = {.span_kind = "llm", .start = start, .cancel = cancel};
