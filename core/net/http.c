/* SPDX-License-Identifier: MIT */
#include "core/net/http_private.h"

#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* libcurl's cost a request grows with the transfers of one multi handle. */
enum { TRANSFERS_PER_MULTI = 256, DETACHED_MS = 1000 };

#define MILLISECOND INT64_C(1000000)

struct http_multi {
	struct http *http;
	CURLM *curl;
	struct loop_timer timer; /* when libcurl wants to be called again */
	bool kick; /* libcurl wants to be called at once */
	size_t transfers;
};

struct http {
	struct loop *loop;
	bool offline;
	bool started; /* libcurl */
	struct http_multi **multis;
	size_t multi_len, multi_cap;
	struct http_transfer **transfers;
	size_t len, cap;
};

/* A socket of libcurl's that we watch for it. */
struct watched {
	struct http_multi *multi;
	struct loop_fd *fd;
	unsigned events;
};

static void action(struct http_multi *m, curl_socket_t fd, int events)
{
	int running;

	curl_multi_socket_action(m->curl, fd, events, &running);
}

/* A fault ends the watching, but bytes that came before it may wait to be read: libcurl is told to
 * read, finds them and then the fault itself, so the watch is set up again until it does. */
static void on_ready(void *context, int fd, unsigned events)
{
	struct watched *w = context;
	int ready = events & LOOP_READ ? CURL_CSELECT_IN : 0;

	ready |= events & LOOP_WRITE ? CURL_CSELECT_OUT : 0;
	if (events & LOOP_FAULT) {
		ready = CURL_CSELECT_IN | CURL_CSELECT_OUT;
		loop_fd_change(w->fd, w->events);
	}
	action(w->multi, fd, ready);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *assigned)
{
	struct http_multi *m = context;
	struct watched *w = assigned;
	unsigned events = what == CURL_POLL_IN || what == CURL_POLL_INOUT ? LOOP_READ : 0;

	(void)easy;
	events |= what == CURL_POLL_OUT || what == CURL_POLL_INOUT ? LOOP_WRITE : 0;
	if (what == CURL_POLL_REMOVE) {
		if (w) {
			loop_fd_close(w->fd);
			curl_multi_assign(m->curl, fd, NULL);
			free(w);
		}
	} else if (w) {
		w->events = events;
		loop_fd_change(w->fd, events);
	} else {
		w = xcalloc(1, sizeof *w);
		w->multi = m;
		w->events = events;
		w->fd = loop_fd_watch(m->http->loop, fd, events, on_ready, w);
		curl_multi_assign(m->curl, fd, w);
	}
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
	loop_again(t->http->loop);
}

/* Hands new transfers to libcurl. */
static void add_waiting(struct http *h)
{
	for (size_t i = 0; i < h->len; i++) {
		struct http_transfer *t = h->transfers[i];
		if (t->multi || t->cancelled)
			continue;
		struct http_multi *m = multi_with_room(h);
		t->multi = m;
		m->transfers++;
		http_heard(t);
		loop_timer_start(
			h->loop, &t->silence, t->limits.first_byte_ms * MILLISECOND, on_silence, t);
		if (curl_multi_add_handle(m->curl, t->easy) != CURLM_OK)
			err_set(&t->failure, ERR_BUG, "libcurl does not take the transfer.");
	}
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
	}
}

static void transfer_free(struct http_transfer *t)
{
	loop_timer_stop(t->http->loop, &t->silence);
	if (t->multi) {
		curl_multi_remove_handle(t->multi->curl, t->easy);
		t->multi->transfers--;
	}
	http_easy_free(t);
	free(t);
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
	transfer_free(t);
}

static bool is_over(const struct http_transfer *t)
{
	return t->ended || t->cancelled || t->failure.code != ERR_NONE;
}

/* What is over leaves the list before its listener hears of it, since the listener may start or
 * cancel others. */
static bool finish_all(struct http *h)
{
	bool any = false;

	for (size_t i = 0; i < h->len;) {
		struct http_transfer *t = h->transfers[i];
		if (!is_over(t)) {
			i++;
			continue;
		}
		h->transfers[i] = h->transfers[--h->len];
		finish(t);
		any = true;
	}
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
	for (size_t i = 0; i < h->multi_len; i++) {
		curl_multi_cleanup(h->multis[i]->curl);
		loop_timer_stop(h->loop, &h->multis[i]->timer);
		free(h->multis[i]);
	}
	if (h->started)
		curl_global_cleanup();
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

static bool check(struct http *h, const struct http_request *request, struct http_target *target,
	struct err *e)
{
	if (h->offline) {
		err_set(e, ERR_NET, "The request needs the network, and lathe runs offline.");
		return err_hint(e, "Leave out --offline.");
	}
	if (!http_check_url(request->url, request->allow_http, target, e))
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
	struct http_transfer *t = xcalloc(1, sizeof *t);
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
	h->transfers[h->len++] = t;
	loop_hold(h->loop);
	loop_again(h->loop);
	return t;
}

void http_cancel(struct http_transfer *t)
{
	t->cancelled = true;
	loop_again(t->http->loop);
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
