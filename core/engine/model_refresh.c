/* SPDX-License-Identifier: MIT */
#include "core/engine/model_refresh.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/data/json.h"
#include "core/data/yaml.h"
#include "core/engine/model_lists.h"
#include "core/engine/money.h"
#include "core/loop/loop.h"
#include "core/model/dialect.h"
#include "core/model/wire.h"
#include "core/net/http.h"
#include "core/net/redact.h"
#include "core/net/secrets.h"

#include <string.h>

enum { LARGEST_REPLY = 32 << 20, TOTAL_MS = 30000 };

static const char head[] =
	"# What the servers said of their models: written by lathe models --refresh. Your own words\n"
	"# belong into models.yaml beside lathe.yaml, which count before these.\n";

struct asking {
	struct engine *engine;
	struct arena *arena;
	const struct connection *connection;
	struct http_transfer *transfer;
	struct buf body;
	struct model_refresh *report;
	int status;
	bool over;
};

static bool on_body(void *ctx, struct str bytes)
{
	struct asking *k = ctx;
	return buf_add_str(&k->body, bytes);
}

static void on_done(void *ctx, const struct http_result *result)
{
	struct asking *k = ctx;
	struct wire_error error = {.message = STR_NONE};
	struct value reply;
	struct err ignored = ERR_INIT; /* no JSON: the text says it */
	k->over = true;
	k->status = result->status;
	k->report->error = result->error;
	if (result->error.code != ERR_NONE || (result->status >= 200 && result->status <= 299))
		return;
	if (!json_read(k->arena, buf_str(&k->body), NULL, &reply, &ignored) ||
		!wire_error_find(k->arena, reply, &error))
		wire_error_from_text(k->arena, buf_str(&k->body), &error);
	wire_error_explain(&error, http_origin(k->transfer), result->status, &k->report->error);
}

/* Under which name the key goes, and behind which word. */
static void key_place(const struct connection *c, struct wire_request *out)
{
	out->key_header = "Authorization";
	out->key_prefix = "Bearer ";
	if (str_is(c->provider, "anthropic") || str_is(c->provider, "gemini")) {
		out->key_header = str_is(c->provider, "gemini") ? "x-goog-api-key" : "x-api-key";
		out->key_prefix = "";
	} else if (!str_is(c->provider, "ollama")) {
		dialect_key(dialect_of(c), c, out);
	}
}

static bool start(struct asking *k, struct str url, struct err *e)
{
	const struct connection *c = k->connection;
	struct str key = STR_NONE;
	struct buf value = BUF_INIT(0);
	struct wire_request place = {.method = "GET"};
	struct http_header headers[3] = {{STR("Accept"), STR("application/json")},
		{STR("anthropic-version"), STR("2023-06-01")}};
	struct http_request request = {.method = "GET",
		.url = url,
		.headers = headers,
		.header_count = str_is(c->provider, "anthropic") ? 2 : 1,
		.allow_http = c->allow_http,
		.limits = {.total_ms = TOTAL_MS, .body_bytes = LARGEST_REPLY}};
	struct http_listener listener = {.ctx = k, .body = on_body, .done = on_done};
	bool fresh = false;
	if (c->secret.len > 0 &&
		!secrets_resolve_for(k->engine->secrets, c->secret, c->base_url, &key, &fresh, e))
		return false;
	key_place(c, &place);
	/* All at once: a buffer that grows leaves copies behind. */
	if (key.len > 0 && buf_space(&value, key.len + strlen(place.key_prefix) + 1) != NULL) {
		buf_add_cstr(&value, place.key_prefix);
		buf_add_str(&value, key);
		headers[request.header_count++] =
			(struct http_header){str_from(place.key_header), buf_str(&value)};
	}
	k->transfer = http_start(k->engine->http, &request, &listener, e);
	if (value.at != NULL)
		explicit_bzero(value.at, value.cap);
	buf_free(&value);
	return k->transfer != NULL;
}

static struct str today(struct engine *engine, struct arena *a)
{
	char text[CLOCK_TEXT];
	return str_copy(a, str_slice(str_from(clock_text(loop_now(engine->loop), text)), 0, 10));
}

/* Asks one server and puts what it says into ROWS. */
static void ask(struct engine *engine, struct arena *a, const struct connection *c, struct str url,
	struct value rows, struct model_refresh *report)
{
	struct asking k = {.engine = engine,
		.arena = a,
		.connection = c,
		.body = BUF_INIT(LARGEST_REPLY),
		.report = report};
	struct model_list_counts counts;
	struct value reply;
	struct err unreadable = ERR_INIT;
	if (start(&k, url, &report->error))
		loop_run_until(engine->loop, &k.over);
	if (report->error.code == ERR_NONE) {
		if (!json_read(a, buf_str(&k.body), NULL, &reply, &unreadable) ||
			!model_lists_read(a, c, reply, today(engine, a), rows, &counts))
			err_set(&report->error, ERR_PROVIDER,
				"%.*s gives no list of models that can be understood.",
				STR_ARG(url));
		else
			*report = (struct model_refresh){.connection = report->connection,
				.models = counts.models,
				.windows = counts.windows,
				.prices = counts.prices};
	}
	redact_err(engine->redact, &report->error);
	buf_free(&k.body);
}

/* What is kept of the other connections, which were not asked or did not answer. */
static void keep_others(struct arena *a, const char *path, struct value asked, struct value rows)
{
	struct str text;
	struct value old;
	struct err unreadable = ERR_INIT;
	if (!file_exists(path) || !file_read(a, path, LARGEST_REPLY, &text, &unreadable) ||
		!yaml_read(a, text, path, 0, &old, &unreadable))
		return;
	const struct value *models = value_get_cstr(old, "models");
	for (size_t i = 0; models != NULL && models->kind == VALUE_DICT && i < models->u.dict->len;
		i++) {
		const struct value_entry *entry = &models->u.dict->entries[i];
		struct str connection = value_get_str(entry->value, "connection", STR(""));
		if (value_get(asked, connection) == NULL)
			value_set(rows, entry->key.u.str, entry->value);
	}
}

static bool keep(struct engine *engine, struct arena *a, struct value asked, struct value rows,
	struct err *e)
{
	struct store *store;
	struct value all = value_dict(a);
	const char *path = money_learned_path(engine, a);
	/* With the store comes the folder, which nobody else may read and git leaves alone. */
	if (!engine_store(engine, &store, e))
		return false;
	keep_others(a, path, asked, rows);
	value_set(all, STR("models"), rows);
	struct str text = json_text(a, all, JSON_INDENTED);
	return file_write(path, str_format(a, "%s%.*s\n", head, STR_ARG(text)), 0600, e) &&
	       money_refresh(engine, e);
}

bool model_refresh(
	struct engine *engine, const char *only, model_refresh_fn *fn, void *ctx, struct err *e)
{
	const struct config *c = &engine->config;
	struct arena a = ARENA_INIT;
	struct value rows = value_dict(&a), asked = value_dict(&a);
	for (size_t i = 0; i < c->connection_count; i++) {
		const struct connection *to = &c->connections[i];
		struct str url = model_lists_url(&a, to);
		struct model_refresh report = {.connection = to->name};
		if (url.len == 0 || (only != NULL && !str_is(to->name, only)))
			continue;
		ask(engine, &a, to, url, rows, &report);
		if (report.error.code == ERR_NONE)
			value_set(asked, to->name, value_bool(true));
		fn(ctx, &report);
	}
	bool ok = asked.u.dict->len == 0 || keep(engine, &a, asked, rows, e);
	engine_forget_gauge(engine);
	arena_release(&a);
	return ok;
}
