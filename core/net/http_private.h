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

struct http_transfer {
	struct http *http;
	struct http_multi *multi; /* NULL until it is added */
	CURL *easy;
	struct curl_slist *headers;
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
	bool cancelled;
	bool enough; /* the listener wants no more */
	bool detached;
};

bool http_check_url(
	struct str url, bool allow_http, struct http_target *out, struct err *e) WARN_UNUSED;
bool http_check_header(const struct http_header *header, struct err *e) WARN_UNUSED;
/* Fills E for a transfer that libcurl ended with t->code. */
void http_explain(const struct http_transfer *t, struct err *e);

/* Makes the easy handle; false when libcurl refuses. */
bool http_easy_make(
	struct http_transfer *t, const struct http_request *request, struct err *e) WARN_UNUSED;
void http_easy_free(struct http_transfer *t);

bool http_is_offline(const struct http *http);
/* Something came: the silence starts anew. */
void http_heard(struct http_transfer *t);

#endif
