/* SPDX-License-Identifier: MIT */
#include "core/net/http_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_control(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.at[i] <= ' ' || s.at[i] == 127)
			return true;
	return false;
}

static bool names_loopback(const char *host)
{
	unsigned a, b, c, d;
	char rest;

	if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
		return true;
	return sscanf(host, "%3u.%3u.%3u.%3u%c", &a, &b, &c, &d, &rest) == 4 && a == 127;
}

/* Takes one part of a parsed URL; "" when it has none. Freed with curl_free. */
static char *part(CURLU *url, CURLUPart what)
{
	char *text = NULL;

	return curl_url_get(url, what, &text, 0) == CURLUE_OK ? text : NULL;
}

static bool check_parts(CURLU *url, bool allow_http, struct http_target *out, struct err *e)
{
	char *scheme = part(url, CURLUPART_SCHEME);
	char *host = part(url, CURLUPART_HOST);
	char *port = part(url, CURLUPART_PORT);
	char *user = part(url, CURLUPART_USER);
	char *password = part(url, CURLUPART_PASSWORD);
	bool ok = false;

	if (!scheme)
		err_set(e, ERR_CONFIG, "The URL has no scheme.");
	else if (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0)
		err_set(e, ERR_CONFIG, "The URL begins with %s://; only https and http are spoken.",
			scheme);
	else if (!host || !*host)
		err_set(e, ERR_CONFIG, "The URL has no host.");
	else if (user || password)
		err_set(e, ERR_CONFIG,
			"The URL holds a user name or a password, which would be written to logs.");
	else {
		snprintf(out->origin, sizeof out->origin, "%s://%s%s%s", scheme, host,
			port ? ":" : "", port ? port : "");
		out->plain = strcmp(scheme, "http") == 0;
		out->loopback = names_loopback(host);
		ok = !out->plain || out->loopback || allow_http;
		if (!ok) {
			err_set(e, ERR_CONFIG,
				"Plain http to %s would send everything readable for others.",
				host);
			err_hint(e, "Use https, or allow_http: true for this connection.");
		}
	}
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	curl_free(user);
	curl_free(password);
	return ok;
}

bool http_check_url(struct str text, bool allow_http, struct http_target *out, struct err *e)
{
	struct arena a = ARENA_INIT;
	CURLU *url = curl_url();
	bool ok;

	if (!url)
		return err_set(e, ERR_BUG, "libcurl gives no URL parser.");
	if (text.len == 0 || has_control(text))
		ok = err_set(e, ERR_CONFIG, "The URL is empty or holds a space or a line break.");
	else if (curl_url_set(url, CURLUPART_URL, str_cstr(&a, text), CURLU_NON_SUPPORT_SCHEME) !=
		 CURLUE_OK)
		ok = err_set(e, ERR_CONFIG, "The URL cannot be understood.");
	else
		ok = check_parts(url, allow_http, out, e);
	curl_url_cleanup(url);
	arena_release(&a);
	return ok;
}

bool http_url_origin(struct arena *a, struct str url, struct str *out, struct err *e)
{
	struct http_target target = {.plain = false};

	if (!http_check_url(url, true, &target, e))
		return false;
	char *text = arena_copy(a, target.origin, strlen(target.origin));
	for (char *c = text; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c | 32);
	*out = str_from(text);
	const struct str port = target.plain ? STR(":80") : STR(":443");
	if (str_ends(*out, port))
		out->len -= port.len;
	return true;
}

bool http_is_local(struct str url)
{
	struct http_target target = {.loopback = false};
	struct err ignored = ERR_INIT;

	return http_check_url(url, false, &target, &ignored) && target.loopback;
}

bool http_check_header(const struct http_header *header, struct err *e)
{
	static const char token[] = "!#$%&'*+-.^_`|~";
	const struct str name = header->name;

	for (size_t i = 0; i < name.len; i++) {
		const char c = name.at[i];
		const bool alnum =
			(c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
		if (!alnum && (c == '\0' || !strchr(token, c)))
			return err_set(e, ERR_CONFIG,
				"The name of a header holds a character that no header name has.");
	}
	if (name.len == 0)
		return err_set(e, ERR_CONFIG, "A header has no name.");
	for (size_t i = 0; i < header->value.len; i++) {
		const unsigned char c = (unsigned char)header->value.at[i];
		if ((c < ' ' && c != '\t') || c == 127)
			return err_set(e, ERR_CONFIG,
				"The value of the header %.*s holds a line break or another "
				"control character.",
				STR_ARG(name));
	}
	return true;
}

static bool has_address(const struct http_transfer *t)
{
	curl_off_t after_us = 0;

	curl_easy_getinfo(t->easy, CURLINFO_NAMELOOKUP_TIME_T, &after_us);
	return after_us > 0;
}

static void explain_timeout(const struct http_transfer *t, struct err *e)
{
	if (!t->sent && !has_address(t)) {
		err_set(e, ERR_NET, "No name server answered about the name in %s within %d s.",
			t->target.origin, (int)(t->limits.connect_ms / 1000));
		err_hint(e, "Check the network and its name servers (/etc/resolv.conf).");
	} else if (!t->sent) {
		err_set(e, ERR_NET, "No connection to %s within %d s.", t->target.origin,
			(int)(t->limits.connect_ms / 1000));
	} else {
		err_set(e, ERR_NET, "%s did not end its answer within %d s.", t->target.origin,
			(int)(t->limits.total_ms / 1000));
	}
}

/* By OpenSSL's number for what is wrong with it. */
static void explain_certificate(const struct http_transfer *t, struct err *e)
{
	enum { NOT_YET = 9, EXPIRED = 10, ALONE = 18, ALONE_IN_CHAIN = 19, NO_ISSUER = 20 };
	const char *what = "is not valid for it";
	long why = 0;

	curl_easy_getinfo(t->easy, CURLINFO_SSL_VERIFYRESULT, &why);
	if (why == NOT_YET)
		what = "is not valid yet";
	else if (why == EXPIRED)
		what = "has expired";
	else if (why >= ALONE && why <= NO_ISSUER + 1)
		what = "is signed by nobody who is trusted here";
	err_set(e, ERR_NET, "The certificate of %s %s.", t->target.origin, what);
	if (why >= ALONE && why <= NO_ISSUER + 1)
		err_hint(e, "An authority of your own is named in the variable SSL_CERT_FILE.");
}

/* What a proxy said instead of opening a tunnel; false when that was not it. */
static bool explain_proxy(const struct http_transfer *t, struct err *e)
{
	long status = 0;

	curl_easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &status);
	if (status < 300)
		return false;
	err_set(e, ERR_NET, "The proxy does not let us through to %s: it answered %ld.",
		t->target.origin, status);
	err_hint(e, status == 407 ? "It wants a name and a password: https_proxy and "
				    "http_proxy take them, http://NAME:PASSWORD@HOST."
				  : "Check https_proxy and http_proxy in the environment.");
	return true;
}

static bool has_proxy(const struct http_transfer *t)
{
	return !t->target.loopback &&
	       (getenv("https_proxy") != NULL || getenv("HTTPS_PROXY") != NULL ||
		       getenv("http_proxy") != NULL || getenv("all_proxy") != NULL ||
		       getenv("ALL_PROXY") != NULL);
}

static void explain_closed(const struct http_transfer *t, struct err *e)
{
	if (explain_proxy(t, e))
		return;
	err_set(e, ERR_NET, "%s closed the connection %s.", t->target.origin,
		t->body_bytes ? "in the middle of its answer" : "without an answer");
}

void http_explain(const struct http_transfer *t, struct err *e)
{
	const char *origin = t->target.origin;

	switch (t->code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		/* libcurl does not tell a name that is not from a name server that fails. */
		err_set(e, ERR_NET, "The name in %s is not known, or its name server fails.",
			origin);
		err_hint(e, "Check the base URL and the network.");
		break;
	case CURLE_COULDNT_RESOLVE_PROXY:
		err_set(e, ERR_NET, "The name of the proxy is not known.");
		err_hint(e, "Check https_proxy and http_proxy in the environment.");
		break;
	case CURLE_COULDNT_CONNECT:
		err_set(e, ERR_NET, "%s refuses the connection or cannot be reached.", origin);
		if (has_proxy(t))
			err_hint(e, "Is it the proxy? Check https_proxy, http_proxy and all_proxy "
				    "in the environment.");
		break;
	case CURLE_OPERATION_TIMEDOUT: explain_timeout(t, e); break;
	case CURLE_PEER_FAILED_VERIFICATION: explain_certificate(t, e); break;
	case CURLE_SSL_CONNECT_ERROR:
		err_set(e, ERR_NET, "No secure connection to %s: the TLS handshake failed.",
			origin);
		break;
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM: explain_closed(t, e); break;
	case CURLE_SEND_ERROR:
		err_set(e, ERR_NET, "%s closed the connection while the request was being sent.",
			origin);
		break;
	default:
		err_set(e, ERR_NET, "The exchange with %s failed: %s.", origin,
			curl_easy_strerror(t->code));
	}
}
