/* SPDX-License-Identifier: MIT */
/* Which model a run's prompt or nodes use. */
#include "core/engine/run.h"

#include <config.h>

#include "core/base/alloc.h"
#include "core/net/http.h"
#include "core/net/secrets.h"

#include <ctype.h>
#include <stdlib.h>

static struct str env_text(struct arena *a, struct str text)
{
	struct str name;
	const char *value = prompt_env_name(text, &name) ? getenv(str_cstr(a, name)) : NULL;
	return value != NULL ? str_from(value) : text;
}

static struct str without_slash(struct str url)
{
	while (str_ends(url, STR("/")))
		url.len--;
	return url;
}

/* Not a secret: a version, when the variable holds one. */
static struct str version_text(struct arena *a, struct str given)
{
	const char *variable = getenv("OPENAI_API_VERSION");
	struct str version = env_text(a, given);
	if (version.len == 0 && variable != NULL)
		version = str_from(variable);
	for (size_t i = 0; i < version.len; i++)
		if (!isalnum((unsigned char)version.at[i]) && version.at[i] != '-' &&
			version.at[i] != '.')
			return STR("");
	return version;
}

static void make_azure(const struct prompt_endpoint *from, struct arena *a, struct connection *to)
{
	struct str version = version_text(a, from->api_version);
	to->provider = STR("azure");
	to->vendor = STR("azure");
	to->options = value_dict(a);
	if (version.len > 0)
		value_set(to->options, STR("api_version"), value_str(version));
}

static void make_openai(const struct prompt_endpoint *from, struct arena *a, struct connection *to)
{
	if (to->base_url.len == 0)
		to->base_url = STR("https://api.openai.com/v1");
	if (from->organization.len == 0)
		return;
	to->headers = value_dict(a);
	value_set(to->headers, STR("OpenAI-Organization"),
		value_str(env_text(a, from->organization)));
}

/* The endpoint that a prompt file names, as a connection. */
static bool own_connection(
	const struct prompt *prompt, struct arena *a, struct connection **out, struct err *e)
{
	const struct prompt_endpoint *from = &prompt->endpoint;
	bool azure = str_starts(from->type, STR("azure"));
	struct connection *to = ARENA_NEW(a, struct connection);
	struct str variable;
	*to = (struct connection){.name = STR("prompt"),
		.provider = STR("openai"),
		.base_url = without_slash(env_text(a, from->base_url)),
		.model = env_text(a, from->model),
		.script = STR(""),
		.secret = STR("")};
	if (azure && (to->base_url.len == 0 || str_starts(to->base_url, STR("${")))) {
		err_set(e, ERR_CONFIG, "The prompt names no azure_endpoint that is set.");
		err_hint(e, "Write azure_endpoint: https://NAME.openai.azure.com, or set "
			    "AZURE_OPENAI_ENDPOINT.");
		return err_place(e, prompt->path, 0, 0);
	}
	if (prompt_env_name(from->api_key, &variable))
		to->secret = str_format(a, "env:%.*s", STR_ARG(variable));
	if (azure)
		make_azure(from, a, to);
	else
		make_openai(from, a, to);
	*out = to;
	return true;
}

static bool choose(const struct run *run, const struct flow_model_query *query, struct arena *a,
	struct model_target *target, struct err *e)
{
	struct model_wish wish = {
		.asked = run->asked, .connection = query->connection, .model = query->model};
	const struct prompt *prompt = query->prompt;
	if (prompt != NULL) {
		wish.file = prompt->path;
		wish.connection = prompt->endpoint.connection;
		wish.model = prompt->endpoint.model;
	} else if (run->is_flow) {
		wish.file = run->flow.path;
	}
	struct connection *own = NULL;
	if (wish.asked == NULL && prompt != NULL && prompt->endpoint.is_named &&
		!own_connection(prompt, a, &own, e))
		return false;
	wish.own = own;
	return models_choose(&run->engine->config, &wish, a, target, e);
}

static bool in_chain(const struct ask_target *targets, size_t count, const struct model_target *t)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(targets[i].connection->name, t->connection.name) &&
			str_eq(targets[i].model, t->model))
			return true;
	return false;
}

static struct ask_target ask_target(const struct model_target *t)
{
	return (struct ask_target){t->provider, &t->connection, t->model};
}

/* The connection's fallbacks, or those of all; each model once. */
static bool make_chain(const struct run *run, const struct model_target *chosen, struct arena *a,
	struct flow_model *out, struct err *e)
{
	const struct config *c = &run->engine->config;
	const bool own = chosen->connection.fallback_count > 0;
	const struct str *names = own ? chosen->connection.fallback : c->fallback;
	size_t count = own ? chosen->connection.fallback_count : c->fallback_count;
	struct ask_target *targets = ARENA_ARRAY(a, struct ask_target, count + 1);
	targets[0] = ask_target(chosen);
	out->targets = targets;
	out->target_count = 1;
	for (size_t i = 0; i < count && !run->no_fallback; i++) {
		struct model_target *t = ARENA_NEW(a, struct model_target);
		if (!models_find(c, names[i], a, t, e)) {
			err_prefix(e, "The fallback '%.*s'", STR_ARG(names[i]));
			return err_place(e, c->file, 0, 0);
		}
		if (!in_chain(targets, out->target_count, t))
			targets[out->target_count++] = ask_target(t);
	}
	return true;
}

bool run_resolve_model(void *ctx, struct arena *a, const struct flow_model_query *query,
	struct flow_model *out, struct err *e)
{
	struct model_target *target = ARENA_NEW(a, struct model_target);
	if (!choose(ctx, query, a, target, e))
		return false;
	*out = (struct flow_model){.provider = target->provider,
		.connection = &target->connection,
		.model = target->model,
		.reason = str_from(target->reason)};
	return make_chain(ctx, target, a, out, e);
}

/* A literal of a node's inputs that is a string, or NULL. */
static const struct value *node_literal(const struct flow_node *node, const char *name)
{
	for (size_t i = 0; i < node->input_count; i++)
		if (str_is(node->inputs[i].name, name) && node->inputs[i].value.kind == VALUE_STR &&
			!str_starts(node->inputs[i].value.u.str, STR("${")))
			return &node->inputs[i].value;
	return NULL;
}

/* Where a node says what it runs on. */
static bool place_in_node(const struct run *run, const struct flow_node *node,
	const struct value *model, struct err *e)
{
	const struct value *at = value_get_cstr(node->raw, "connection");
	if (at == NULL)
		at = model != NULL ? model : &node->at;
	err_prefix(e, "Node \"%.*s\"", STR_ARG(node->name));
	e->where[0] = '\0';
	return err_place(e, run->flow.path, at->line, at->column);
}

struct chosen {
	struct buf names; /* each model once, comma separated */
	struct str reason;
};

static void add_choice(struct chosen *c, const struct model_target *target)
{
	struct str reason = str_from(target->reason);
	if (str_find(buf_str(&c->names), target->name, 0) == SIZE_MAX)
		buf_add_format(
			&c->names, "%s%.*s", c->names.len > 0 ? ", " : "", STR_ARG(target->name));
	if (c->reason.len == 0)
		c->reason = reason;
	else if (!str_eq(c->reason, reason))
		c->reason = STR("node by node");
}

/* The models of a flow's llm nodes; a flow without any has none. */
static bool choose_flow(struct run *run, struct chosen *c, struct err *e)
{
	for (size_t i = 0; i < run->flow.node_count; i++) {
		const struct flow_node *node = &run->flow.nodes[i];
		struct model_target target;
		struct flow_model_query query = {
			.node = node->name, .connection = node->connection};
		if (node->type != NODE_LLM)
			continue;
		const struct value *model = node_literal(node, "model");
		if (model == NULL)
			model = node_literal(node, "deployment_name");
		if (model != NULL)
			query.model = model->u.str;
		if (!choose(run, &query, &run->arena, &target, e))
			return place_in_node(run, node, model, e);
		add_choice(c, &target);
	}
	return true;
}

static bool choose_prompt(struct run *run, struct chosen *c, struct err *e)
{
	struct model_target target;
	struct flow_model_query query = {.prompt = &run->prompt};
	if (!choose(run, &query, &run->arena, &target, e))
		return false;
	add_choice(c, &target);
	return true;
}

bool run_settings(struct run *run, struct value *out, struct err *e)
{
	struct chosen c = {.names = BUF_INIT(4096), .reason = STR("")};
	struct arena *a = &run->arena;
	bool ok = run->is_flow ? choose_flow(run, &c, e) : choose_prompt(run, &c, e);
	*out = value_dict(a);
	if (ok && c.names.len > 0) {
		value_set(*out, STR("model"), value_str(str_copy(a, buf_str(&c.names))));
		value_set(*out, STR("model_reason"), value_str(c.reason));
	}
	value_set(*out, STR("lathe_version"), value_cstr(PACKAGE_VERSION));
	buf_free(&c.names);
	return ok;
}

bool engine_choose_model(struct engine *engine, const struct run_spec *spec, struct arena *a,
	struct model_choice *out, struct err *e)
{
	struct run *run = xcalloc(1, sizeof *run);
	struct chosen c = {.names = BUF_INIT(4096), .reason = STR("")};
	struct engine_file file;
	run->engine = engine;
	run->asked = spec->model != NULL ? spec->model : engine->options.model;
	bool ok = engine_locate(engine, spec, &run->arena, &file, e) &&
		  run_read_plain(run, &file, e) &&
		  (run->is_flow ? choose_flow(run, &c, e) : choose_prompt(run, &c, e));
	if (ok)
		*out = (struct model_choice){str_copy(a, buf_str(&c.names)), str_copy(a, c.reason)};
	buf_free(&c.names);
	run_free(run);
	return ok;
}

void run_allow_own_key(struct run *run)
{
	struct connection *own;
	struct str origin;
	struct err later = ERR_INIT; /* what is wrong is said when it is used */
	if (run->asked == NULL && run->prompt.endpoint.is_named &&
		own_connection(&run->prompt, &run->arena, &own, &later) && own->secret.len > 0 &&
		http_url_origin(&run->arena, own->base_url, &origin, &later))
		secrets_allow(run->engine->secrets, own->secret, origin);
}

struct visit {
	void (*fn)(void *ctx, const struct connection *connection);
	void *ctx;
};

static void visit_names(
	const struct run *run, struct visit *v, const struct str *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct arena a = ARENA_INIT;
		struct model_target target;
		struct err unknown = ERR_INIT;
		if (models_find(&run->engine->config, names[i], &a, &target, &unknown))
			v->fn(v->ctx, &target.connection);
		arena_release(&a);
	}
}

static void visit(struct run *run, struct visit *v, const struct flow_model_query *query)
{
	const struct config *c = &run->engine->config;
	struct model_target target;
	struct err unknown = ERR_INIT;
	if (!choose(run, query, &run->arena, &target, &unknown))
		return;
	/* A prompt's own endpoint is asked about with the prompt. */
	if (config_connection(c, target.connection.name) != NULL)
		v->fn(v->ctx, &target.connection);
	visit_names(run, v, target.connection.fallback, target.connection.fallback_count);
	visit_names(run, v, c->fallback, c->fallback_count);
}

void run_each_connection(struct engine *engine, const struct run_spec *spec,
	void (*fn)(void *ctx, const struct connection *connection), void *ctx)
{
	struct run *run = xcalloc(1, sizeof *run);
	struct visit v = {fn, ctx};
	struct engine_file file;
	struct err unread = ERR_INIT;
	run->engine = engine;
	run->asked = spec->model != NULL ? spec->model : engine->options.model;
	bool ok = engine_locate(engine, spec, &run->arena, &file, &unread) &&
		  run_read_plain(run, &file, &unread);
	if (ok && !run->is_flow) {
		struct flow_model_query query = {.prompt = &run->prompt};
		visit(run, &v, &query);
	}
	for (size_t i = 0; ok && run->is_flow && i < run->flow.node_count; i++) {
		const struct flow_node *node = &run->flow.nodes[i];
		struct flow_model_query query = {
			.node = node->name, .connection = node->connection};
		const struct value *model = node_literal(node, "model");
		if (model == NULL)
			model = node_literal(node, "deployment_name");
		if (model != NULL)
			query.model = model->u.str;
		if (node->type == NODE_LLM)
			visit(run, &v, &query);
	}
	run_free(run);
}
