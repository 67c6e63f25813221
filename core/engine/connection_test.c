/* SPDX-License-Identifier: MIT */
#include "core/engine/connection_test.h"

#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/data/json.h"
#include "core/engine/engine_private.h"
#include "core/loop/loop.h"
#include "core/model/openai_body.h"
#include "core/model/wire_error.h"
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
	struct http_transfer *transfer; /* what is asked just now */
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

/* A GET without a body, a POST with one. */
static bool ask(struct connection_test *t, struct str url, struct str body,
	void (*done)(void *ctx, const struct http_result *result), struct err *e)
{
	struct str key;
	struct buf bearer = BUF_INIT(0);
	struct http_header headers[3] = {{STR("Accept"), STR("application/json")},
		{STR("Content-Type"), STR("application/json")}};
	struct http_request request = {.method = body.at != NULL ? "POST" : "GET",
		.url = url,
		.headers = headers,
		.header_count = body.at != NULL ? 2 : 1,
		.body = body,
		.allow_http = t->connection.allow_http,
		.limits = {.total_ms = CONNECTION_TEST_MS, .body_bytes = LARGEST_REPLY}};
	struct http_listener listener = {.ctx = t, .body = on_body, .done = done};
	if (!find_key(t, &key, e))
		return false;
	/* All at once: a buffer that grows leaves copies behind. */
	if (key.len > 0 && buf_space(&bearer, key.len + 8) != NULL) {
		buf_add_cstr(&bearer, "Bearer ");
		buf_add_str(&bearer, key);
		headers[request.header_count++] =
			(struct http_header){STR("Authorization"), buf_str(&bearer)};
	}
	buf_clear(&t->body);
	t->transfer = http_start(t->engine->http, &request, &listener, e);
	if (bearer.at != NULL)
		explicit_bzero(bearer.at, bearer.cap);
	buf_free(&bearer);
	return t->transfer != NULL;
}

static void on_answered(void *ctx, const struct http_result *result)
{
	struct connection_test *t = ctx;
	t->report.status = result->status;
	t->report.error = result->error;
	if (result->error.code == ERR_NONE && !is_good(result->status))
		explain(t, result->status);
	t->report.answered = t->report.error.code == ERR_NONE;
	t->transfer = NULL;
	finish(t);
}

/* No list of models: the shortest answer that can be asked for. */
static bool ask_model(struct connection_test *t, struct err *e)
{
	struct message message = {.role = ROLE_USER, .content = STR("Hi")};
	struct model_request request = {.api = API_CHAT,
		.model = t->connection.model,
		.messages = &message,
		.message_count = 1,
		.parameters = value_dict(&t->arena)};
	struct str body;
	value_set(request.parameters, STR("max_tokens"), value_int(1));
	if (request.model.len == 0)
		return err_set(e, ERR_CONFIG,
			"The server lists no models; name the connection's model to try it.");
	return openai_body(&t->arena, &request, &body, e) &&
	       ask(t, openai_url(&t->arena, t->connection.base_url, API_CHAT), body, on_answered,
		       e);
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

static bool ask_list(struct connection_test *t, struct err *e)
{
	struct str url = str_format(&t->arena, "%.*s/models", STR_ARG(t->connection.base_url));
	return ask(t, url, STR_NONE, on_listed, e);
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
	test_free(t);
}
