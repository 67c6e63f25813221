/* SPDX-License-Identifier: MIT */
#include "core/net/http_private.h"

#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* libcurl's cost a request grows with the transfers of one multi handle. */
enum { TRANSFERS_PER_MULTI = 256, DETACHED_MS = 1000 };
/* Transfers kept to be used again, and the largest buffer of headers that one keeps. */
enum { IDLE_MOST = 1024, HEAD_KEPT = 16 << 10 };

#define MILLISECOND INT64_C(1000000)

struct http_multi {
	struct http *http;
	CURLM *curl;
	struct loop_timer timer; /* when libcurl wants to be called again */
	bool kick; /* libcurl wants to be called at once */
	size_t transfers;
};

struct list {
	struct http_transfer **at;
	size_t len, cap;
};

struct http {
	struct loop *loop;
	bool offline;
	bool started; /* libcurl */
	struct http_multi **multis;
	size_t multi_len, multi_cap;
	struct http_transfer **transfers; /* under way */
	size_t len, cap;
	struct http_watches watches;
	struct list fresh, over, idle; /* not yet libcurl's; to be told; to be used again */
	struct arena checked_arena; /* the last URL that was looked at ... */
	struct str checked_url;
	bool checked_allow_http;
	struct http_target checked; /* ... and what it is */
};

static void push(struct list *list, struct http_transfer *t)
{
	list->at = array_reserve(list->at, &list->cap, list->len + 1, sizeof *list->at);
	list->at[list->len++] = t;
}

/* Its end is told in the next step. */
static void mark_over(struct http_transfer *t)
{
	if (!t->over)
		push(&t->http->over, t);
	t->over = true;
	loop_again(t->http->loop);
}

static void action(struct http_multi *m, curl_socket_t fd, int events)
{
	int running;

	curl_multi_socket_action(m->curl, fd, events, &running);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *assigned)
{
	struct http_multi *m = context;

	(void)easy, (void)assigned;
	http_watch(&m->http->watches, m->curl, fd, what);
	return 0;
}

static void on_multi_timer(void *context)
{
	struct http_multi *m = context;

	m->kick = true;
	loop_again(m->http->loop);
}

static int on_wish(CURLM *curl, long milliseconds, void *context)
{
	struct http_multi *m = context;

	(void)curl;
	loop_timer_stop(m->http->loop, &m->timer);
	m->kick = milliseconds == 0;
	if (m->kick)
		loop_again(m->http->loop);
	else if (milliseconds > 0)
		loop_timer_start(
			m->http->loop, &m->timer, milliseconds * MILLISECOND, on_multi_timer, m);
	return 0;
}

static struct http_multi *multi_new(struct http *h)
{
	struct http_multi *m = xcalloc(1, sizeof *m);

	m->http = h;
	m->timer.background = true;
	m->curl = curl_multi_init();
	if (!m->curl)
		BUG("libcurl gives no multi handle");
	curl_multi_setopt(m->curl, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(m->curl, CURLMOPT_SOCKETDATA, m);
	curl_multi_setopt(m->curl, CURLMOPT_TIMERFUNCTION, on_wish);
	curl_multi_setopt(m->curl, CURLMOPT_TIMERDATA, m);
	/* Else libcurl keeps four times as many as there are requests at the moment. */
	curl_multi_setopt(m->curl, CURLMOPT_MAXCONNECTS, (long)TRANSFERS_PER_MULTI);
	h->multis = array_reserve(h->multis, &h->multi_cap, h->multi_len + 1, sizeof *h->multis);
	h->multis[h->multi_len++] = m;
	return m;
}

static struct http_multi *multi_with_room(struct http *h)
{
	for (size_t i = 0; i < h->multi_len; i++)
		if (h->multis[i]->transfers < TRANSFERS_PER_MULTI)
			return h->multis[i];
	return multi_new(h);
}

struct http_watches *http_watches_of(struct http *http)
{
	return &http->watches;
}

bool http_is_offline(const struct http *http)
{
	return http->offline;
}

void http_heard(struct http_transfer *t)
{
	t->last_ns = loop_now(t->http->loop);
}

static void on_silence(void *context)
{
	struct http_transfer *t = context;
	const bool begun = t->body_bytes > 0;
	const int64_t limit_ms = t->detached ? DETACHED_MS
				 : begun     ? t->limits.idle_ms
					     : t->limits.first_byte_ms;
	const int64_t left = t->last_ns + limit_ms * MILLISECOND - loop_now(t->http->loop);

	if (left > 0) {
		loop_timer_start(t->http->loop, &t->silence, left, on_silence, t);
		return;
	}
	err_set(&t->failure, ERR_NET,
		begun ? "%s has been silent for %d s in the middle of its answer."
		      : "%s gave no answer for %d s.",
		t->target.origin, (int)((limit_ms + 999) / 1000));
	mark_over(t);
}

/* Hands new transfers to libcurl. */
static void add_waiting(struct http *h)
{
	for (size_t i = 0; i < h->fresh.len; i++) {
		struct http_transfer *t = h->fresh.at[i];
		if (t->cancelled)
			continue;
		struct http_multi *m = multi_with_room(h);
		t->multi = m;
		m->transfers++;
		http_heard(t);
		loop_timer_start(
			h->loop, &t->silence, t->limits.first_byte_ms * MILLISECOND, on_silence, t);
		if (curl_multi_add_handle(m->curl, t->easy) != CURLM_OK) {
			err_set(&t->failure, ERR_BUG, "libcurl does not take the transfer.");
			mark_over(t);
		}
	}
	h->fresh.len = 0;
}

static void collect(struct http_multi *m)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(m->curl, &left))) {
		struct http_transfer *t = NULL;
		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &t);
		t->ended = true;
		t->code = message->data.result;
		mark_over(t);
	}
}

static void leave_multi(struct http_transfer *t)
{
	loop_timer_stop(t->http->loop, &t->silence);
	if (t->multi) {
		curl_multi_remove_handle(t->multi->curl, t->easy);
		t->multi->transfers--;
	}
	t->multi = NULL;
}

static void transfer_free(struct http_transfer *t)
{
	leave_multi(t);
	http_easy_free(t);
	free(t);
}

/* Only one that ended as it should is used again: what else libcurl may remember is then known. */
static void transfer_done(struct http_transfer *t)
{
	struct http *h = t->http;
	const bool good = t->ended && t->code == CURLE_OK && t->failure.code == ERR_NONE;

	if (!good || t->cancelled || t->detached || h->idle.len == IDLE_MOST ||
		t->head.cap > HEAD_KEPT) {
		transfer_free(t);
		return;
	}
	leave_multi(t);
	http_easy_clear(t);
	push(&h->idle, t);
}

static void finish(struct http_transfer *t)
{
	struct http_result result = {
		.status = http_status(t),
		.sent = t->sent,
		.body_bytes = t->body_bytes,
	};

	if (!t->detached) {
		if (t->cancelled)
			err_set(&result.error, ERR_CANCELLED, "The request was stopped.");
		else if (t->failure.code != ERR_NONE)
			result.error = t->failure;
		else if (t->code != CURLE_OK && !t->enough)
			http_explain(t, &result.error);
		loop_drop(t->http->loop);
		t->listener.done(t->listener.ctx, &result);
	}
	transfer_done(t);
}

/* What is over leaves the lists before its listener hears of it, since the listener may start or
 * cancel others. */
static bool finish_all(struct http *h)
{
	const bool any = h->over.len > 0;

	for (size_t i = 0; i < h->over.len; i++) {
		struct http_transfer *t = h->over.at[i];
		struct http_transfer *last = h->transfers[--h->len];
		h->transfers[t->index] = last;
		last->index = t->index;
		finish(t);
	}
	h->over.len = 0;
	return any;
}

static bool step(void *context)
{
	struct http *h = context;
	bool more = false;

	add_waiting(h);
	for (size_t i = 0; i < h->multi_len; i++) {
		struct http_multi *m = h->multis[i];
		if (m->kick) {
			m->kick = false;
			action(m, CURL_SOCKET_TIMEOUT, 0);
		}
		collect(m);
		more |= m->kick;
	}
	return finish_all(h) || more;
}

struct http *http_new(struct loop *loop, bool offline)
{
	struct http *h = xcalloc(1, sizeof *h);

	h->loop = loop;
	h->offline = offline;
	h->watches.loop = loop;
	loop_before_sleep(loop, LOOP_ENGINE, step, h);
	return h;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	loop_forget_step(h->loop, LOOP_ENGINE, step, h);
	for (size_t i = 0; i < h->len; i++) {
		if (!h->transfers[i]->detached)
			loop_drop(h->loop);
		transfer_free(h->transfers[i]);
	}
	for (size_t i = 0; i < h->idle.len; i++)
		transfer_free(h->idle.at[i]);
	for (size_t i = 0; i < h->multi_len; i++) {
		curl_multi_cleanup(h->multis[i]->curl);
		loop_timer_stop(h->loop, &h->multis[i]->timer);
		free(h->multis[i]);
	}
	if (h->started)
		curl_global_cleanup();
	http_watches_free(&h->watches);
	arena_release(&h->checked_arena);
	free(h->fresh.at);
	free(h->over.at);
	free(h->idle.at);
	free(h->multis);
	free(h->transfers);
	free(h);
}

static int64_t or_default(int64_t value, int64_t otherwise)
{
	return value > 0 ? value : otherwise;
}

static struct http_limits with_defaults(struct http_limits l)
{
	return (struct http_limits){
		.connect_ms = or_default(l.connect_ms, 10000),
		.first_byte_ms = or_default(l.first_byte_ms, 120000),
		.idle_ms = or_default(l.idle_ms, 60000),
		.total_ms = or_default(l.total_ms, 15 * 60000),
		.head_bytes = or_default(l.head_bytes, 256 << 10),
		.body_bytes = or_default(l.body_bytes, 64 << 20),
	};
}

/* Many requests go to one address: the last one is remembered. */
static bool check_url(struct http *h, const struct http_request *request,
	struct http_target *target, struct err *e)
{
	if (h->checked_url.len > 0 && h->checked_allow_http == request->allow_http &&
		str_eq(h->checked_url, request->url)) {
		*target = h->checked;
		return true;
	}
	if (!http_check_url(request->url, request->allow_http, target, e))
		return false;
	arena_reset(&h->checked_arena);
	h->checked_url = str_copy(&h->checked_arena, request->url);
	h->checked_allow_http = request->allow_http;
	h->checked = *target;
	return true;
}

/* One to be used again, or a new one. */
static struct http_transfer *transfer_new(struct http *h)
{
	if (h->idle.len == 0)
		return xcalloc(1, sizeof(struct http_transfer));
	struct http_transfer *t = h->idle.at[--h->idle.len];
	const struct http_transfer kept = *t;
	*t = (struct http_transfer){.easy = kept.easy,
		.is_post = kept.is_post,
		.is_direct = kept.is_direct,
		.head = kept.head};
	return t;
}

static bool check(struct http *h, const struct http_request *request, struct http_target *target,
	struct err *e)
{
	if (h->offline) {
		err_set(e, ERR_NET, "The request needs the network, and lathe runs offline.");
		return err_hint(e, "Leave out --offline.");
	}
	if (!check_url(h, request, target, e))
		return false;
	for (size_t i = 0; i < request->header_count; i++)
		if (!http_check_header(&request->headers[i], e))
			return false;
	return true;
}

bool http_prepare(struct http *h)
{
	h->started = h->started || curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	return h->started;
}

struct http_transfer *http_start(struct http *h, const struct http_request *request,
	const struct http_listener *listener, struct err *e)
{
	struct http_target target = {.plain = false};

	if (!check(h, request, &target, e))
		return NULL;
	if (!http_prepare(h)) {
		err_set(e, ERR_BUG, "libcurl does not start.");
		return NULL;
	}
	struct http_transfer *t = transfer_new(h);
	t->http = h;
	t->listener = *listener;
	t->target = target;
	t->limits = with_defaults(request->limits);
	t->loopback_only = target.plain && !request->allow_http;
	t->silence.background = true;
	t->head.max = (size_t)t->limits.head_bytes;
	if (!http_easy_make(t, request, e)) {
		transfer_free(t);
		return NULL;
	}
	h->transfers = array_reserve(h->transfers, &h->cap, h->len + 1, sizeof *h->transfers);
	t->index = h->len;
	h->transfers[h->len++] = t;
	push(&h->fresh, t);
	loop_hold(h->loop);
	loop_again(h->loop);
	return t;
}

void http_cancel(struct http_transfer *t)
{
	t->cancelled = true;
	mark_over(t);
}

void http_detach(struct http_transfer *t)
{
	t->detached = true;
	loop_drop(t->http->loop);
	loop_timer_start(t->http->loop, &t->silence, DETACHED_MS * MILLISECOND, on_silence, t);
}

int http_status(const struct http_transfer *t)
{
	long status = 0;

	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	return (int)status;
}

struct str http_header(const struct http_transfer *t, const char *name)
{
	struct str rest = buf_str(&t->head);
	struct str found = STR_NONE;
	struct str line;

	while (str_next_line(&rest, &line)) {
		struct str value;
		const struct str key = str_cut(line, ':', &value);
		if (key.len == strlen(name) && strncasecmp(key.at, name, key.len) == 0)
			found = str_trim(value);
	}
	return found;
}

struct str http_head(const struct http_transfer *t)
{
	return buf_str(&t->head);
}

const char *http_origin(const struct http_transfer *t)
{
	return t->target.origin;
}

const char *http_library(void)
{
	return curl_version_info(CURLVERSION_NOW)->version;
}
