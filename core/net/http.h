/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_HTTP_H
#define CORE_NET_HTTP_H

#include "core/base/err.h"
#include "core/base/str.h"

/*
 * The HTTP client: libcurl's multi interface driven by the loop. One attempt a transfer; who wants
 * another starts another.
 *
 * Closed doors: only http and https; plain http to loopback only (by the address connected to, not
 * by the name) unless the request allows more; redirects are never followed; certificates are
 * always checked; no netrc, no cookies, no credentials in a URL; control characters in a URL or a
 * header are refused; request headers never go to a proxy, which only ever sees CONNECT; an offline
 * client opens no socket and looks up no name.
 *
 * Rules: no listener is called from within http_start, http_cancel or http_detach. `done` is called
 * once, in a step before the loop sleeps, after which the transfer is gone. A transfer holds the
 * loop (core/loop/loop.h) until then. Time limits run on real time: with a virtual clock they do
 * not pass.
 */

struct loop;
struct http;
struct http_transfer;

struct http_header {
	struct str name;
	struct str value;
};

/* 0 stands for the default. Bytes are counted after decompression. */
struct http_limits {
	int64_t connect_ms; /* 10 s: name, connection, TLS */
	int64_t first_byte_ms; /* 120 s of silence before the first byte of the body */
	int64_t idle_ms; /* 60 s of silence within the body */
	int64_t total_ms; /* 15 min */
	int64_t head_bytes; /* 256 KiB of response headers */
	int64_t body_bytes; /* 64 MiB */
};

struct http_request {
	const char *method; /* "GET", "POST", ... */
	struct str url;
	const struct http_header *headers;
	size_t header_count;
	struct str body; /* sent when at is not NULL */
	bool allow_http; /* plain http to any host */
	struct http_limits limits;
};

struct http_result {
	struct err error; /* ERR_NONE: the whole answer came, whatever its status */
	int status; /* 0: no answer */
	bool sent; /* the request or a part of it left us: it may have been acted on */
	int64_t body_bytes;
};

struct http_listener {
	void *ctx;
	/* A connection stands and the request goes out now. May be NULL. */
	void (*sent)(void *ctx);
	/* A piece of the body, decompressed. False ends the transfer, which counts as whole. */
	bool (*body)(void *ctx, struct str bytes);
	void (*done)(void *ctx, const struct http_result *result);
};

/* LOOP is borrowed. libcurl is not started before the first transfer. */
struct http *http_new(struct loop *loop, bool offline);
/* Drops transfers that are still under way without calling anybody. */
void http_free(struct http *http);

/* Does what the first transfer would otherwise do first (reading TLS settings: some milliseconds);
 * false when it fails. */
bool http_prepare(struct http *http);

/* Starts a transfer; copies what it needs. NULL with E set when the request is refused. */
struct http_transfer *http_start(struct http *http, const struct http_request *request,
	const struct http_listener *listener, struct err *e);
/* Ends it soon: done comes with ERR_CANCELLED. */
void http_cancel(struct http_transfer *t);
/* The caller has all it wants: its listener is not called again, and the transfer, unknown to the
 * caller from now on, has a second to end in peace so that its connection can be used again. */
void http_detach(struct http_transfer *t);

/* Of the answer so far, valid in body and done: its status, and the last header of that name in
 * any case, "" when there is none. */
int http_status(const struct http_transfer *t);
struct str http_header(const struct http_transfer *t, const char *name);
/* All its header lines, with their line ends. */
struct str http_head(const struct http_transfer *t);
/* "https://host:port" of the request. */
const char *http_origin(const struct http_transfer *t);

/* The origin of an http or https URL as origins are compared: "https://host[:port]", in lower case,
 * without the scheme's own port. Into the arena. */
bool http_url_origin(struct arena *a, struct str url, struct str *out, struct err *e) WARN_UNUSED;

/* True when the URL's host is named as this machine: localhost, 127.x.x.x or ::1. */
bool http_is_local(struct str url);

/* libcurl's version, for `lathe doctor`. */
const char *http_library(void);

#endif
