/* SPDX-License-Identifier: MIT */
#include "core/net/http_private.h"

#include "config.h"
#include "core/base/alloc.h"

#include <netinet/in.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool is_loopback(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, address, sizeof in);
		return ntohl(in.sin_addr.s_addr) >> 24 == 127;
	}
	if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 in;
		memcpy(&in, address, sizeof in);
		return IN6_IS_ADDR_LOOPBACK(&in.sin6_addr);
	}
	return false;
}

/* The one place where the program's HTTP opens a socket. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *to)
{
	const struct http_transfer *t = context;

	if (http_is_offline(t->http) || purpose != CURLSOCKTYPE_IPCXN)
		return CURL_SOCKET_BAD;
	if (t->loopback_only && !is_loopback(&to->addr))
		return CURL_SOCKET_BAD;
	const int fd = socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
	http_watch_open(http_watches_of(t->http), fd);
	return fd;
}

/* The connection may outlive the transfer that opened it. */
static int close_socket(void *context, curl_socket_t fd)
{
	return http_watch_close(context, fd);
}

static int on_sent(void *context, char *there, char *here, int there_port, int here_port)
{
	struct http_transfer *t = context;

	(void)there, (void)here, (void)there_port, (void)here_port;
	if (!t->sent && !t->detached && t->listener.sent)
		t->listener.sent(t->listener.ctx);
	t->sent = true;
	http_heard(t);
	return t->cancelled ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/* One header line. A new status line forgets those of an interim answer before it. */
static size_t on_header(char *at, size_t size, size_t count, void *context)
{
	struct http_transfer *t = context;
	const struct str line = {at, size * count};

	http_heard(t);
	if (str_starts(line, STR("HTTP/")))
		buf_clear(&t->head);
	if (t->failure.code == ERR_NONE && !buf_add_str(&t->head, line))
		err_set(&t->failure, ERR_LIMIT, "The headers of %s are longer than %d KiB.",
			t->target.origin, (int)(t->limits.head_bytes >> 10));
	return t->failure.code == ERR_NONE ? line.len : 0;
}

static size_t on_body(char *at, size_t size, size_t count, void *context)
{
	struct http_transfer *t = context;
	const size_t len = size * count;

	http_heard(t);
	if (t->cancelled || t->failure.code != ERR_NONE)
		return 0;
	t->body_bytes += (int64_t)len;
	if (t->detached)
		return len;
	if (t->body_bytes > t->limits.body_bytes) {
		err_set(&t->failure, ERR_LIMIT, "The answer of %s is longer than %d MiB.",
			t->target.origin, (int)(t->limits.body_bytes >> 20));
		return 0;
	}
	if (!t->listener.body(t->listener.ctx, (struct str){at, len}))
		t->enough = true;
	return t->enough ? 0 : len;
}

/* "Name: value" for libcurl at AT, "Name;" for an empty value; returns its end, behind the NUL. */
static char *write_header(char *at, const struct http_header *h)
{
	memcpy(at, h->name.at, h->name.len);
	at += h->name.len;
	if (h->value.len == 0) {
		*at++ = ';';
	} else {
		*at++ = ':';
		*at++ = ' ';
		memcpy(at, h->value.at, h->value.len);
		at += h->value.len;
	}
	*at++ = '\0';
	return at;
}

/* The lines may hold a key: they lie in one block, which is wiped. */
static void make_headers(struct http_transfer *t, const struct http_request *request)
{
	/* An empty line after the colon takes out what libcurl would add. */
	static const char expect[] = "Expect:";
	const size_t count = request->header_count + 1;
	size_t size = count * sizeof(struct curl_slist) + sizeof expect;

	for (size_t i = 0; i < request->header_count; i++)
		size += request->headers[i].name.len + request->headers[i].value.len + 3;
	t->headers = xmalloc(size);
	t->headers_size = size;
	char *at = (char *)(t->headers + count);
	t->headers[0].data = memcpy(at, expect, sizeof expect);
	at += sizeof expect;
	for (size_t i = 1; i < count; i++) {
		t->headers[i].data = at;
		at = write_header(at, &request->headers[i - 1]);
		t->headers[i - 1].next = &t->headers[i];
	}
	t->headers[count - 1].next = NULL;
}

/* Where OpenSSL's own programs look for certificates, which libcurl does not. */
static void set_authorities(CURL *easy)
{
	const char *file = getenv("SSL_CERT_FILE"), *folder = getenv("SSL_CERT_DIR");

	if (file != NULL && file[0] != '\0')
		curl_easy_setopt(easy, CURLOPT_CAINFO, file);
	if (folder != NULL && folder[0] != '\0')
		curl_easy_setopt(easy, CURLOPT_CAPATH, folder);
}

static void set_doors(struct http_transfer *t)
{
	CURL *easy = t->easy;

	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https,http");
	curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_UNRESTRICTED_AUTH, 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	set_authorities(easy);
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
	curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
	curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, t);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, http_watches_of(t->http));
}

/* What is the same for every request of a transfer that is used again. */
static void set_exchange(struct http_transfer *t)
{
	CURL *easy = t->easy;

	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	/* Names are looked up in a thread. Without this a transfer that ends before its name was
	 * found waits for the thread, and the whole program with it. */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	/* Half of the default: there may be a thousand of them. */
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 8192L);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(easy, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_sent);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, t);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, t);
}

static void set_body(struct http_transfer *t, struct str body)
{
	CURL *easy = t->easy;

	if (body.at != NULL) {
		t->body = xmalloc(body.len + 1);
		memcpy(t->body, body.at, body.len);
		t->body_len = body.len;
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, t->body);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->body_len);
	} else if (t->is_post) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, NULL);
		curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
	}
	t->is_post = body.at != NULL;
}

static bool set_request(struct http_transfer *t, const struct http_request *request)
{
	struct arena a = ARENA_INIT;
	CURL *easy = t->easy;

	make_headers(t, request);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, t->headers);
	set_body(t, request->body);
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)t->limits.connect_ms);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)t->limits.total_ms);
	/* NULL: as the environment says. */
	if (t->target.loopback != t->is_direct)
		curl_easy_setopt(easy, CURLOPT_PROXY, t->target.loopback ? "" : NULL);
	t->is_direct = t->target.loopback;
	const bool ok = curl_easy_setopt(easy, CURLOPT_URL, str_cstr(&a, request->url)) == CURLE_OK;
	arena_release(&a);
	return ok;
}

bool http_easy_make(struct http_transfer *t, const struct http_request *request, struct err *e)
{
	if (t->easy == NULL && (t->easy = curl_easy_init()) != NULL) {
		set_doors(t);
		set_exchange(t);
	}
	return (t->easy != NULL && set_request(t, request)) ||
	       err_set(e, ERR_BUG, "libcurl does not take the request.");
}

void http_easy_clear(struct http_transfer *t)
{
	if (t->headers != NULL)
		sodium_memzero(t->headers, t->headers_size);
	free(t->headers);
	free(t->body);
	t->headers = NULL;
	t->body = NULL;
	buf_clear(&t->head);
}

void http_easy_free(struct http_transfer *t)
{
	if (t->easy)
		curl_easy_cleanup(t->easy);
	http_easy_clear(t);
	buf_free(&t->head);
}
