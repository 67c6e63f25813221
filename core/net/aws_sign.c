/* SPDX-License-Identifier: MIT */
#include "core/net/aws_sign.h"

#include "core/base/buf.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { SUM = crypto_hash_sha256_BYTES, HEX = 2 * SUM + 1 };

static void encode_to(struct buf *out, struct str s, bool slashes)
{
	for (size_t i = 0; i < s.len; i++) {
		const unsigned char c = (unsigned char)s.at[i];
		const bool plain = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
				   strchr("-_.~", c) != NULL || (slashes && c == '/');
		if (plain && c != '\0')
			buf_add_char(out, (char)c);
		else
			buf_add_format(out, "%%%02X", c);
	}
}

struct str aws_encode(struct arena *a, struct str s)
{
	struct buf out = BUF_INIT(0);

	encode_to(&out, s, false);
	const struct str text = str_copy(a, buf_str(&out));
	buf_free(&out);
	return text;
}

static void hash_hex(struct str bytes, char out[HEX])
{
	unsigned char sum[SUM];

	crypto_hash_sha256(sum, (const unsigned char *)bytes.at, bytes.len);
	sodium_bin2hex(out, HEX, sum, SUM);
}

/* OUT = HMAC-SHA-256 of TEXT; KEY may be OUT. */
static void keyed(unsigned char out[SUM], const void *key, size_t len, struct str text)
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, key, len);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)text.at, text.len);
	crypto_auth_hmacsha256_final(&state, out);
	sodium_memzero(&state, sizeof state);
}

/* AWS's chain: the day, the region, the service, each keyed by the one before. */
static bool sign_text(const struct aws_sign *w, struct str day, struct str text, char out[HEX])
{
	char first[512];
	unsigned char key[SUM];

	if (w->secret_key.len + 4 > sizeof first)
		return false;
	memcpy(first, "AWS4", 4);
	memcpy(first + 4, w->secret_key.at, w->secret_key.len);
	keyed(key, first, w->secret_key.len + 4, day);
	keyed(key, key, SUM, w->region);
	keyed(key, key, SUM, w->service);
	keyed(key, key, SUM, STR("aws4_request"));
	keyed(key, key, SUM, text);
	sodium_bin2hex(out, HEX, key, SUM);
	sodium_memzero(first, sizeof first);
	sodium_memzero(key, sizeof key);
	return true;
}

/* "https://host:port/path" taken apart. */
static void split_url(struct str url, struct str *host, struct str *path)
{
	const size_t scheme = str_find(url, STR("://"), 0);
	const size_t from = scheme == SIZE_MAX ? 0 : scheme + 3;
	const size_t slash = str_find(url, STR("/"), from);

	*host = str_slice(url, from, slash == SIZE_MAX ? url.len : slash);
	*path = slash == SIZE_MAX ? STR("/") : str_slice(url, slash, url.len);
}

/* The request in the one form that is signed; its headers are the host, the date and the token. */
static void canonical(const struct aws_sign *w, const char *date, char out[HEX])
{
	struct buf text = BUF_INIT(0);
	struct str host, path;
	char body[HEX];

	split_url(w->url, &host, &path);
	hash_hex(w->body, body);
	buf_add_format(&text, "%s\n", w->method);
	encode_to(&text, path, true);
	buf_add_format(&text, "\n\nhost:%.*s\nx-amz-date:%s\n", STR_ARG(host), date);
	if (w->session_token.len > 0) {
		buf_add_cstr(&text, "x-amz-security-token:");
		buf_add_str(&text, w->session_token);
		buf_add_cstr(&text, "\n");
	}
	buf_add_format(&text, "\nhost;x-amz-date%s\n%s",
		w->session_token.len > 0 ? ";x-amz-security-token" : "", body);
	hash_hex(buf_str(&text), out);
	if (text.at != NULL)
		sodium_memzero(text.at, text.cap);
	buf_free(&text);
}

bool aws_sign(const struct aws_sign *w, char authorization[AWS_SIGN_MAX], char date[AWS_DATE_MAX],
	struct err *e)
{
	const time_t seconds = (time_t)(w->time_ns / 1000000000);
	struct tm utc = {.tm_sec = 0};
	char scope[256], text[512], request[HEX], signature[HEX];

	gmtime_r(&seconds, &utc);
	strftime(date, AWS_DATE_MAX, "%Y%m%dT%H%M%SZ", &utc);
	const struct str day = {date, 8};
	const int scope_len = snprintf(scope, sizeof scope, "%.8s/%.*s/%.*s/aws4_request", date,
		STR_ARG(w->region), STR_ARG(w->service));
	canonical(w, date, request);
	const int text_len =
		snprintf(text, sizeof text, "AWS4-HMAC-SHA256\n%s\n%s\n%s", date, scope, request);
	const bool fits = scope_len > 0 && (size_t)scope_len < sizeof scope && text_len > 0 &&
			  (size_t)text_len < sizeof text;
	if (!fits || !sign_text(w, day, (struct str){text, (size_t)text_len}, signature))
		return err_set(e, ERR_CONFIG, "A key or a region of AWS is too long.");
	const int len = snprintf(authorization, AWS_SIGN_MAX,
		"AWS4-HMAC-SHA256 Credential=%.*s/%s, SignedHeaders=host;x-amz-date%s, "
		"Signature=%s",
		STR_ARG(w->access_key), scope,
		w->session_token.len > 0 ? ";x-amz-security-token" : "", signature);
	return (len > 0 && len < AWS_SIGN_MAX) ||
	       err_set(e, ERR_CONFIG, "The access key of AWS is too long.");
}
