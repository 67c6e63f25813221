/* SPDX-License-Identifier: MIT */
#include "core/base/alloc.h"
#include "core/net/http_private.h"

#include <stdlib.h>
#include <unistd.h>

/*
 * libcurl's sockets in the loop. A connection that waits for its next request is still watched for
 * reading, because libcurl wants the same again with each request: telling the kernel twice a
 * request costs more than all the rest. What happens on it meanwhile (its server hangs up) ends
 * the watch, and libcurl finds it out when it uses the connection. Only our own sockets are treated
 * so, since of them we hear when they are closed.
 */

struct http_watched {
	CURLM *multi;
	struct loop_fd *fd;
	unsigned events; /* 0: not watched */
	bool is_idle; /* libcurl does not want to hear of it */
};

static struct http_watched *get(const struct http_watches *all, int fd)
{
	return (size_t)fd < all->cap ? all->at[fd] : NULL;
}

static void put(struct http_watches *all, int fd, struct http_watched *w)
{
	const size_t before = all->cap;

	all->at = array_reserve(all->at, &all->cap, (size_t)fd + 1, sizeof(struct http_watched *));
	for (size_t i = before; i < all->cap; i++)
		all->at[i] = NULL;
	all->at[fd] = w;
}

static void set(struct http_watched *w, unsigned events)
{
	w->events = events;
	loop_fd_change(w->fd, events);
}

/* A fault ends the watching, but bytes that came before it may wait to be read: libcurl is told to
 * read, finds them and then the fault itself, so the watch is set up again until it does. */
static void on_ready(void *context, int fd, unsigned events)
{
	struct http_watched *w = context;
	int running, ready = events & LOOP_READ ? CURL_CSELECT_IN : 0;

	if (w->is_idle) {
		set(w, 0);
		return;
	}
	ready |= events & LOOP_WRITE ? CURL_CSELECT_OUT : 0;
	if (events & LOOP_FAULT) {
		ready = CURL_CSELECT_IN | CURL_CSELECT_OUT;
		loop_fd_change(w->fd, w->events);
	}
	curl_multi_socket_action(w->multi, fd, ready, &running);
}

static void drop(struct http_watches *all, int fd)
{
	struct http_watched *w = get(all, fd);

	if (w == NULL)
		return;
	loop_fd_close(w->fd);
	all->at[fd] = NULL;
	free(w);
}

static struct http_watched *make(struct http_watches *all, CURLM *multi, int fd, unsigned events)
{
	struct http_watched *w = xcalloc(1, sizeof *w);

	w->multi = multi;
	w->events = events;
	w->fd = loop_fd_watch(all->loop, fd, events, on_ready, w);
	put(all, fd, w);
	return w;
}

void http_watch(struct http_watches *all, CURLM *multi, int fd, int what)
{
	struct http_watched *w = get(all, fd);
	unsigned events = what == CURL_POLL_IN || what == CURL_POLL_INOUT ? LOOP_READ : 0;

	events |= what == CURL_POLL_OUT || what == CURL_POLL_INOUT ? LOOP_WRITE : 0;
	if (what == CURL_POLL_REMOVE) {
		if (w == NULL)
			return;
		w->is_idle = true;
		if (!http_watch_is_ours(all, fd))
			drop(all, fd);
		else if (w->events != LOOP_READ && w->events != 0)
			set(w, 0);
		return;
	}
	if (w == NULL) {
		make(all, multi, fd, events);
		return;
	}
	w->is_idle = false;
	w->multi = multi;
	if (w->events != events)
		set(w, events);
}

void http_watch_open(struct http_watches *all, int fd)
{
	const size_t before = all->ours_cap;

	if (fd < 0)
		return;
	all->ours = array_reserve(all->ours, &all->ours_cap, (size_t)fd + 1, sizeof *all->ours);
	for (size_t i = before; i < all->ours_cap; i++)
		all->ours[i] = false;
	all->ours[fd] = true;
}

bool http_watch_is_ours(const struct http_watches *all, int fd)
{
	return (size_t)fd < all->ours_cap && all->ours[fd];
}

int http_watch_close(struct http_watches *all, int fd)
{
	drop(all, fd);
	if (http_watch_is_ours(all, fd))
		all->ours[fd] = false;
	return close(fd);
}

void http_watches_free(struct http_watches *all)
{
	for (size_t fd = 0; fd < all->cap; fd++)
		drop(all, (int)fd);
	free(all->at);
	free(all->ours);
}
