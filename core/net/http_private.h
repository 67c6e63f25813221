/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_HTTP_PRIVATE_H
#define CORE_NET_HTTP_PRIVATE_H

#include "core/base/buf.h"
#include "core/loop/loop.h"
#include "core/net/http.h"

#include <curl/curl.h>

/* What the parts of the HTTP client share: http.c drives, http_easy.c sets up one transfer and
 * takes its bytes, http_check.c looks at what goes out and words what went wrong. */

struct http_multi;

enum { HTTP_ORIGIN_TEXT = 300 };

/* What http_check_url found out. */
struct http_target {
	char origin[HTTP_ORIGIN_TEXT]; /* scheme://host[:port] */
	bool plain; /* http, not https */
	bool loopback; /* the host is named as one: localhost, 127.x, ::1 */
};

/* A transfer that ended well is used again for another: most of what libcurl is told is the same
 * each time. What a request brings (its address, headers, body) is forgotten in between. */
struct http_transfer {
	struct http *http;
	struct http_multi *multi; /* NULL until it is added */
	CURL *easy;
	bool is_post; /* how the easy handle was set up last */
	bool is_direct; /* ... without a proxy */
	size_t index; /* in the client's list */
	struct curl_slist *headers; /* one block: the nodes, then the lines */
	size_t headers_size;
	char *body;
	size_t body_len;
	struct http_listener listener;
	struct http_limits limits;
	struct http_target target;
	struct buf head; /* header lines of the answer, with their line ends */
	struct loop_timer silence;
	int64_t last_ns; /* when something came last */
	int64_t body_bytes;
	struct err failure; /* why we ended it ourselves */
	CURLcode code; /* libcurl's verdict, when ended */
	bool loopback_only;
	bool sent;
	bool ended; /* libcurl is done with it */
	bool over; /* waits for its end to be told */
	bool cancelled;
	bool enough; /* the listener wants no more */
	bool detached;
};

/* The sockets of libcurl in the loop (http_watch.c), by their numbers. */
struct http_watched;

struct http_watches {
	struct loop *loop;
	struct http_watched **at;
	size_t cap;
	bool *ours; /* opened by us */
	size_t ours_cap;
};

/* What libcurl wants to hear of a socket: CURL_POLL_IN and its like. */
void http_watch(struct http_watches *all, CURLM *multi, int fd, int what);
/* Our own sockets come and go through these. */
void http_watch_open(struct http_watches *all, int fd);
bool http_watch_is_ours(const struct http_watches *all, int fd);
int http_watch_close(struct http_watches *all, int fd);
void http_watches_free(struct http_watches *all);
struct http_watches *http_watches_of(struct http *http);

bool http_check_url(
	struct str url, bool allow_http, struct http_target *out, struct err *e) WARN_UNUSED;
bool http_check_header(const struct http_header *header, struct err *e) WARN_UNUSED;
/* Fills E for a transfer that libcurl ended with t->code. */
void http_explain(const struct http_transfer *t, struct err *e);

/* Makes the easy handle, or sets up the one there is; false when libcurl refuses. */
bool http_easy_make(
	struct http_transfer *t, const struct http_request *request, struct err *e) WARN_UNUSED;
/* Forgets what the request brought. */
void http_easy_clear(struct http_transfer *t);
void http_easy_free(struct http_transfer *t);

bool http_is_offline(const struct http *http);
/* Something came: the silence starts anew. */
void http_heard(struct http_transfer *t);

#endif
