/* SPDX-License-Identifier: MIT */
#include "core/engine/connection_test.h"

#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/data/json.h"
#include "core/engine/engine_private.h"
#include "core/loop/loop.h"
#include "core/model/dialect.h"
#include "core/model/wire.h"
#include "core/net/http.h"
#include "core/net/redact.h"
#include "core/net/secrets.h"

#include <stdlib.h>
#include <string.h>

enum { LARGEST_REPLY = 8 << 20, MODELS_MAX = 5000 };

struct connection_test {
	struct engine *engine;
	struct arena arena;
	struct connection connection;
	connection_test_fn *done;
	void *ctx;
	struct http_transfer *transfer; /* what is asked just now: a list ... */
	struct model_call *call; /* ... or an answer */
	bool cancelled;
	struct loop_timer soon; /* for an end without a request */
	struct buf body;
	int64_t from_ns;
	struct connection_report report;
};

static void test_free(struct connection_test *t)
{
	loop_timer_stop(t->engine->loop, &t->soon);
	buf_free(&t->body);
	arena_release(&t->arena);
	free(t);
}

static void finish(struct connection_test *t)
{
	if (t->cancelled) {
		test_free(t);
		return;
	}
	t->report.took_ns = loop_now(t->engine->loop) - t->from_ns;
	redact_err(t->engine->redact, &t->report.error);
	t->done(t->ctx, &t->report);
	test_free(t);
}

static void on_soon(void *ctx)
{
	finish(ctx);
}

/* {"data": [{"id"}]}, {"models": [{"name"}]} or a bare list of either. False: no list at all. */
static bool read_models(struct connection_test *t)
{
	struct value reply;
	struct err ignored = ERR_INIT; /* no JSON: no list */
	if (!json_read(&t->arena, buf_str(&t->body), NULL, &reply, &ignored))
		return false;
	const struct value *list = value_get_cstr(reply, "data");
	if (list == NULL)
		list = value_get_cstr(reply, "models");
	if (list == NULL)
		list = &reply;
	if (list->kind != VALUE_LIST)
		return false;
	size_t count = list->u.list->len < MODELS_MAX ? list->u.list->len : MODELS_MAX;
	struct str *names = ARENA_ARRAY(&t->arena, struct str, count + 1);
	for (size_t i = 0; i < count; i++) {
		struct value item = list->u.list->items[i];
		struct str name = value_get_str(item, "id", STR_NONE);
		if (name.len == 0)
			name = value_get_str(item, "name", STR_NONE);
		if (name.len > 0)
			names[t->report.model_count++] = name;
	}
	t->report.models = names;
	return true;
}

/* The default model is not among those that the server lists. */
static void compare_model(struct connection_test *t)
{
	struct str model = t->connection.model;
	if (model.len == 0 || t->report.model_count == 0)
		return;
	for (size_t i = 0; i < t->report.model_count; i++)
		if (str_eq(t->report.models[i], model))
			return;
	t->report.note =
		str_format(&t->arena, "The server does not list the model '%.*s'.", STR_ARG(model));
}

static void explain(struct connection_test *t, int status)
{
	struct wire_error error = {.message = STR_NONE};
	struct value reply;
	struct err ignored = ERR_INIT; /* no JSON: the text says it */
	struct str body = buf_str(&t->body);
	if (!json_read(&t->arena, body, NULL, &reply, &ignored) ||
		!wire_error_find(&t->arena, reply, &error))
		wire_error_from_text(&t->arena, body, &error);
	wire_error_explain(&error, http_origin(t->transfer), status, &t->report.error);
}

static bool is_good(int status)
{
	return status >= 200 && status <= 299;
}

static bool on_body(void *ctx, struct str bytes)
{
	struct connection_test *t = ctx;
	return buf_add_str(&t->body, bytes);
}

static bool find_key(struct connection_test *t, struct str *key, struct err *e)
{
	struct secrets *secrets = t->engine->secrets;
	struct str reference = t->connection.secret;
	bool ignored = false;
	*key = STR_NONE;
	if (reference.len == 0)
		return true;
	return secrets_resolve_for(secrets, reference, t->connection.base_url, key, &ignored, e);
}

static bool get(struct connection_test *t, struct str url,
	void (*done)(void *ctx, const struct http_result *result), struct err *e)
{
	struct str key;
	struct buf value = BUF_INIT(0);
	struct wire_request place = {.method = "GET"};
	struct http_header headers[2] = {{STR("Accept"), STR("application/json")}};
	struct http_request request = {.method = "GET",
		.url = url,
		.headers = headers,
		.header_count = 1,
		.allow_http = t->connection.allow_http,
		.limits = {.total_ms = CONNECTION_TEST_MS, .body_bytes = LARGEST_REPLY}};
	struct http_listener listener = {.ctx = t, .body = on_body, .done = done};
	if (!find_key(t, &key, e))
		return false;
	dialect_key(dialect_of(&t->connection), &t->connection, &place);
	/* All at once: a buffer that grows leaves copies behind. */
	if (key.len > 0 && buf_space(&value, key.len + strlen(place.key_prefix) + 1) != NULL) {
		buf_add_cstr(&value, place.key_prefix);
		buf_add_str(&value, key);
		headers[request.header_count++] =
			(struct http_header){str_from(place.key_header), buf_str(&value)};
	}
	buf_clear(&t->body);
	t->transfer = http_start(t->engine->http, &request, &listener, e);
	if (value.at != NULL)
		explicit_bzero(value.at, value.cap);
	buf_free(&value);
	return t->transfer != NULL;
}

static void on_answered(void *ctx, const struct model_result *result)
{
	struct connection_test *t = ctx;
	/* What was cut short, or declined, was answered all the same. */
	bool answered = result->status == TRACE_OK || result->status == TRACE_FILTERED;
	t->call = NULL;
	t->report.status = result->http_status;
	if (!answered)
		t->report.error = result->error;
	t->report.answered = answered;
	finish(t);
}

/* The shortest answer that can be asked for; what a provider cannot be told is left out. */
static struct value few_tokens(struct connection_test *t)
{
	struct str provider = t->connection.provider;
	struct value parameters = value_dict(&t->arena);
	bool free_form = str_is(provider, "http") || str_is(provider, "command");
	bool chat = str_is(provider, "openai");
	if (!free_form)
		value_set(parameters, STR("max_tokens"), value_int(chat ? 1 : 16));
	return parameters;
}

/* No list of models: the default model is asked. */
static bool ask_model(struct connection_test *t, struct err *e)
{
	const struct provider *provider = provider_find(t->connection.provider);
	const struct model_listener listener = {.ctx = t, .done = on_answered};
	struct message message = {.role = ROLE_USER, .content = STR("Hi")};
	struct model_request request = {.api = API_CHAT,
		.model = t->connection.model,
		.messages = &message,
		.message_count = 1,
		.parameters = few_tokens(t)};
	if (request.model.len == 0)
		return err_set(e, ERR_CONFIG,
			"The server lists no models; name the connection's model to try it.");
	if (provider == NULL)
		return err_set(e, ERR_CONFIG, "There is no provider '%.*s'.",
			STR_ARG(t->connection.provider));
	t->call = provider->start(&t->engine->providers, &t->connection, &request, &listener, e);
	return t->call != NULL;
}

static void on_listed(void *ctx, const struct http_result *result)
{
	struct connection_test *t = ctx;
	int status = result->status;
	bool came = result->error.code == ERR_NONE;
	bool no_list = status == 404 || status == 405 || status == 501;
	t->report.status = status;
	t->report.error = result->error;
	if (came && (no_list || (is_good(status) && !read_models(t)))) {
		if (ask_model(t, &t->report.error))
			return;
	} else if (came && !is_good(status)) {
		explain(t, status);
	}
	t->transfer = NULL;
	compare_model(t);
	finish(t);
}

/* Only servers that speak OpenAI's formats have this list. */
static bool has_list(const struct connection *c)
{
	return (str_is(c->provider, "openai") || str_is(c->provider, "openai_responses")) &&
	       !str_is(str_from(dialect_of(c)->vendor), "azure");
}

static bool ask_list(struct connection_test *t, struct err *e)
{
	if (!has_list(&t->connection))
		return ask_model(t, e);
	return get(t, str_format(&t->arena, "%.*s/models", STR_ARG(t->connection.base_url)),
		on_listed, e);
}

static void check_script(struct connection_test *t)
{
	struct str text;
	if (file_read(&t->arena, t->connection.script.at, LARGEST_REPLY, &text, &t->report.error))
		t->report.note = STR("A scripted connection plays its file and asks no server.");
	loop_timer_start(t->engine->loop, &t->soon, 0, on_soon, t);
}

static struct str own(struct connection_test *t, struct str text)
{
	return str_copy(&t->arena, text);
}

/* Who entered the connection means it. */
static void allow(struct connection_test *t)
{
	struct str origin;
	struct err later = ERR_INIT; /* what is wrong is said when it is used */
	if (http_url_origin(&t->arena, t->connection.base_url, &origin, &later))
		secrets_allow(t->engine->secrets, t->connection.secret, origin);
}

/* What the form has no field for is what lathe.yaml says. */
static void take_saved(struct connection_test *t)
{
	const struct connection *saved = config_connection(&t->engine->config, t->connection.name);
	t->connection.folder = own(t, str_from(t->engine->workspace.root));
	t->connection.vendor = STR("");
	if (saved == NULL)
		return;
	t->connection.vendor = own(t, saved->vendor);
	t->connection.options = value_copy(&t->arena, saved->options);
	t->connection.headers = value_copy(&t->arena, saved->headers);
}

struct connection_test *connection_test_start(struct engine *engine,
	const struct connection_form *form, connection_test_fn *done, void *ctx, struct err *e)
{
	struct connection_test *t = xcalloc(1, sizeof *t);
	t->engine = engine;
	t->done = done;
	t->ctx = ctx;
	t->body = (struct buf)BUF_INIT(LARGEST_REPLY);
	t->from_ns = loop_now(engine->loop);
	t->report.note = STR("");
	t->connection = (struct connection){.name = own(t, form->name),
		.provider = own(t, form->provider),
		.base_url = own(t, form->base_url),
		.model = own(t, form->model),
		.secret = own(t, form->secret),
		.script = str_from(path_join(
			&t->arena, engine->workspace.root, str_cstr(&t->arena, form->script))),
		.allow_http = form->allow_http,
		.total_ms = CONNECTION_TEST_MS};
	while (str_ends(t->connection.base_url, STR("/")))
		t->connection.base_url.len--;
	if (form->entered)
		allow(t);
	take_saved(t);
	if (str_is(t->connection.provider, "scripted")) {
		check_script(t);
		return t;
	}
	if (ask_list(t, e))
		return t;
	redact_err(engine->redact, e);
	test_free(t);
	return NULL;
}

void connection_test_cancel(struct connection_test *t)
{
	if (t == NULL)
		return;
	if (t->transfer != NULL)
		http_detach(t->transfer);
	/* A call ends by being told of: then it is forgotten. */
	t->cancelled = true;
	if (t->call != NULL)
		t->call->provider->cancel(t->call);
	else
		test_free(t);
}
