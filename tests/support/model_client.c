/* SPDX-License-Identifier: MIT */
/*
 * Asks an OpenAI-compatible server with our own client and prints what it understood, one JSON line
 * a request: the counterpart of tests/cli/vendor_client.mjs.
 *
 *	model_client BASE_URL [key=value...] NAME:WAY...
 *
 * WAY is "stream" or "body"; the name is sent as the model. Keys: secret (a reference), n,
 * first_byte_ms, idle_ms, total_ms, cancel (after so many pieces), offline, allow_http, parallel
 * (all requests at once).
 */
#include "core/base/alloc.h"
#include "core/data/json.h"
#include "core/loop/loop.h"
#include "core/model/openai_chat.h"
#include "core/net/http.h"
#include "core/net/redact.h"
#include "core/net/secrets.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct client {
	struct provider_context context;
	struct connection connection;
	struct redact *redact;
	int64_t n, cancel;
	bool parallel;
	size_t open; /* calls under way */
	bool none_open;
};

struct ask {
	struct client *client;
	struct str name, way;
	struct model_call *call;
	struct buf told[4]; /* by trace_delta_kind */
	int64_t pieces;
	int sent;
	bool done;
	struct arena arena;
};

static void on_sent(void *ctx)
{
	struct ask *a = ctx;

	a->sent++;
}

static void on_delta(void *ctx, enum trace_delta_kind kind, struct str text)
{
	struct ask *a = ctx;

	buf_add_str(&a->told[kind], text);
	if (++a->pieces == a->client->cancel)
		a->call->provider->cancel(a->call);
}

static void set(struct value v, const char *key, struct str text)
{
	value_set(v, str_from(key), value_str(text));
}

static void set_int(struct value v, const char *key, int64_t n)
{
	value_set(v, str_from(key), n < 0 ? value_none() : value_int(n));
}

static struct value usage_value(struct ask *a, const struct trace_usage *u)
{
	struct value v = value_dict(&a->arena);

	if (u->input < 0 && u->output < 0)
		return value_none();
	set_int(v, "input", u->input);
	set_int(v, "output", u->output);
	set_int(v, "cached", u->cache_read);
	set_int(v, "reasoning", u->reasoning);
	return v;
}

static struct value error_value(struct ask *a, const struct err *e)
{
	struct value v = value_dict(&a->arena);

	set(v, "code", str_from(err_code_word(e->code)));
	set(v, "text", str_from(e->text));
	set(v, "hint", str_from(e->hint));
	return v;
}

static void print(struct ask *a, struct value v)
{
	struct buf out = BUF_INIT(0);

	json_write(&out, v, JSON_COMPACT);
	buf_add_char(&out, '\n');
	fwrite(out.at, 1, out.len, stdout);
	fflush(stdout);
	buf_free(&out);
	(void)a;
}

static struct value told_value(struct ask *a)
{
	struct value v = value_dict(&a->arena);

	for (int kind = 0; kind < 4; kind++)
		set(v, trace_delta_word((enum trace_delta_kind)kind), buf_str(&a->told[kind]));
	return v;
}

static void on_done(void *ctx, const struct model_result *r)
{
	struct ask *a = ctx;
	struct value v = value_dict(&a->arena);

	set(v, "name", a->name);
	set(v, "way", a->way);
	set(v, "status", str_from(trace_status_word(r->status)));
	set(v, "text", r->text);
	set(v, "reasoning", r->reasoning);
	set(v, "refusal", r->refusal);
	value_set(v, STR("tools"), r->tool_calls);
	value_set(v, STR("finish"),
		r->finish_reason.len > 0 ? value_str(r->finish_reason) : value_none());
	value_set(v, STR("usage"), usage_value(a, &r->usage));
	value_set(v, STR("response"), r->response);
	value_set(v, STR("error"), error_value(a, &r->error));
	value_set(v, STR("told"), told_value(a));
	set(v, "id", r->response_id);
	set(v, "note", r->note);
	set(v, "raw", r->raw);
	set_int(v, "http_status", r->http_status);
	set_int(v, "retry_after_ns", r->retry_after_ns);
	set_int(v, "sent", a->sent);
	value_set(v, STR("timed"), value_bool(r->first_ns > 0));
	print(a, v);
	a->done = true;
	a->client->none_open = --a->client->open == 0;
}

static void start(struct ask *a)
{
	struct client *c = a->client;
	struct buf question = BUF_INIT(0);
	struct value parameters = value_dict(&a->arena);
	struct err e = ERR_INIT;

	buf_add_format(&question, "tell me about %.*s", STR_ARG(a->name));
	const struct message message = {
		.role = ROLE_USER, .content = buf_str(&question), .tool_calls = value_none()};
	if (c->n > 0)
		value_set(parameters, STR("n"), value_int(c->n));
	const struct model_request request = {
		.model = a->name,
		.messages = &message,
		.message_count = 1,
		.parameters = parameters,
		.stream = str_is(a->way, "stream"),
	};
	const struct model_listener listener = {a, on_sent, on_delta, on_done};
	a->call = openai_chat.start(&c->context, &c->connection, &request, &listener, &e);
	buf_free(&question);
	if (a->call != NULL) {
		c->open++;
		c->none_open = false;
		return;
	}
	struct value v = value_dict(&a->arena);
	set(v, "name", a->name);
	value_set(v, STR("refused"), error_value(a, &e));
	print(a, v);
	a->done = true;
}

static void set_key(struct client *c, struct str key, struct str value)
{
	int64_t number = 0;

	(void)str_to_int(value, &number);
	if (str_is(key, "secret"))
		c->connection.secret = value;
	else if (str_is(key, "n"))
		c->n = number;
	else if (str_is(key, "first_byte_ms"))
		c->connection.first_byte_ms = number;
	else if (str_is(key, "idle_ms"))
		c->connection.idle_ms = number;
	else if (str_is(key, "total_ms"))
		c->connection.total_ms = number;
	else if (str_is(key, "cancel"))
		c->cancel = number;
	else if (str_is(key, "allow_http"))
		c->connection.allow_http = number != 0;
	else if (str_is(key, "parallel"))
		c->parallel = number != 0;
	else if (!str_is(key, "offline"))
		BUG("no key of that name: %.*s", STR_ARG(key));
}

static void run(struct client *c, char **items, int count)
{
	struct ask *asks = xcalloc((size_t)count + 1, sizeof *asks);
	int len = 0;

	for (int i = 0; i < count; i++) {
		struct str rest;
		const struct str name = str_cut(str_from(items[i]), ':', &rest);
		if (strchr(items[i], '=') != NULL)
			continue;
		asks[len] = (struct ask){.client = c, .name = name, .way = rest};
		start(&asks[len++]);
		if (!c->parallel && !asks[len - 1].done)
			loop_run_until(c->context.loop, &asks[len - 1].done);
	}
	if (!c->none_open && c->open > 0)
		loop_run_until(c->context.loop, &c->none_open);
	for (int i = 0; i < len; i++) {
		for (int kind = 0; kind < 4; kind++)
			buf_free(&asks[i].told[kind]);
		arena_release(&asks[i].arena);
	}
	free(asks);
}

int main(int argc, char **argv)
{
	struct client c = {.connection = {.name = STR("test"), .headers = value_none()}};
	bool offline = false;

	if (argc < 2)
		return 2;
	signal(SIGPIPE, SIG_IGN);
	c.connection.base_url = str_from(argv[1]);
	for (int i = 2; i < argc; i++) {
		struct str value;
		const struct str key = str_cut(str_from(argv[i]), '=', &value);
		if (value.at == NULL)
			continue;
		offline = offline || str_is(key, "offline");
		set_key(&c, key, value);
	}
	c.redact = redact_new();
	c.context.loop = loop_new(clock_real());
	c.context.http = http_new(c.context.loop, offline);
	c.context.secrets = secrets_new(c.redact, NULL);
	run(&c, argv + 2, argc - 2);
	http_free(c.context.http);
	secrets_free(c.context.secrets);
	redact_free(c.redact);
	loop_free(c.context.loop);
	return 0;
}
