/* SPDX-License-Identifier: MIT */
#include "core/engine/detect.h"

#include "core/base/alloc.h"
#include "core/data/json.h"
#include "core/net/http.h"

#include <stdlib.h>

struct place {
	const char *server;
	const char *url; /* asked for its models */
	const char *base; /* what lathe.yaml would say */
	const char *list; /* the key of the list in the reply */
	const char *name; /* the key of the name within */
};

/* The ports these servers listen on unless told otherwise. */
static const struct place places[] = {
	{"Ollama", "http://127.0.0.1:11434/api/tags", "http://127.0.0.1:11434/v1", "models",
		"name"},
	{"llama-server", "http://127.0.0.1:8080/v1/models", "http://127.0.0.1:8080/v1", "data",
		"id"},
	{"LM Studio", "http://127.0.0.1:1234/v1/models", "http://127.0.0.1:1234/v1", "data", "id"},
	{"vLLM", "http://127.0.0.1:8000/v1/models", "http://127.0.0.1:8000/v1", "data", "id"},
};

enum { PLACES = sizeof places / sizeof *places, WAIT_MS = 500, LARGEST_REPLY = 1 << 20 };

struct probe {
	struct detect *detect;
	const struct place *place;
	struct http_transfer *transfer;
	struct buf body;
};

struct detect {
	struct probe probes[PLACES];
	size_t open;
	detect_found_fn *found;
	void *ctx;
};

static struct str model_names(struct arena *a, const struct probe *p)
{
	struct value reply;
	struct err ignored = ERR_INIT; /* something else listens there: not a model server */
	if (!json_read(a, buf_str(&p->body), NULL, &reply, &ignored))
		return STR_NONE;
	const struct value *list = value_get_cstr(reply, p->place->list);
	if (list == NULL || list->kind != VALUE_LIST)
		return STR_NONE;
	struct buf names = BUF_INIT(4096);
	for (size_t i = 0; i < list->u.list->len; i++) {
		struct str name = value_get_str(list->u.list->items[i], p->place->name, STR_NONE);
		if (name.len > 0)
			buf_add_format(&names, "%s%.*s", names.len > 0 ? ", " : "", STR_ARG(name));
	}
	struct str copy = str_copy(a, buf_str(&names));
	buf_free(&names);
	return copy;
}

static void close_probe(struct probe *p)
{
	struct detect *d = p->detect;
	buf_free(&p->body);
	p->transfer = NULL;
	if (--d->open == 0)
		d->found(d->ctx, NULL); /* which may free it */
}

static bool on_body(void *ctx, struct str bytes)
{
	struct probe *p = ctx;
	return buf_add_str(&p->body, bytes);
}

static void on_done(void *ctx, const struct http_result *result)
{
	struct probe *p = ctx;
	struct arena a = ARENA_INIT;
	struct str names = result->error.code == ERR_NONE && result->status == 200
				   ? model_names(&a, p)
				   : STR_NONE;
	if (names.at != NULL) {
		struct detected what = {.server = str_from(p->place->server),
			.base_url = str_from(p->place->base),
			.models = names};
		p->detect->found(p->detect->ctx, &what);
	}
	arena_release(&a);
	close_probe(p);
}

static bool start_probe(struct http *http, struct probe *p)
{
	struct http_request request = {
		.method = "GET",
		.url = str_from(p->place->url),
		.limits = {.connect_ms = WAIT_MS,
			.first_byte_ms = WAIT_MS,
			.total_ms = 2 * WAIT_MS,
			.body_bytes = LARGEST_REPLY},
	};
	struct http_listener listener = {.ctx = p, .body = on_body, .done = on_done};
	struct err ignored = ERR_INIT; /* nothing there is the usual case */
	p->body = (struct buf)BUF_INIT(LARGEST_REPLY);
	p->transfer = http_start(http, &request, &listener, &ignored);
	return p->transfer != NULL;
}

struct detect *detect_start(struct http *http, detect_found_fn *found, void *ctx)
{
	struct detect *d = xcalloc(1, sizeof *d);
	d->found = found;
	d->ctx = ctx;
	for (size_t i = 0; i < PLACES; i++) {
		d->probes[i] = (struct probe){.detect = d, .place = &places[i]};
		if (start_probe(http, &d->probes[i]))
			d->open++;
	}
	if (d->open > 0)
		return d;
	free(d);
	return NULL;
}

void detect_free(struct detect *d)
{
	for (size_t i = 0; d != NULL && i < PLACES; i++) {
		if (d->probes[i].transfer != NULL)
			http_detach(d->probes[i].transfer);
		buf_free(&d->probes[i].body);
	}
	free(d);
}
