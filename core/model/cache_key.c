/* SPDX-License-Identifier: MIT */
#include "core/base/content_hash.h"
#include "core/base/file.h"
#include "core/data/json.h"
#include "core/model/cache.h"
#include "core/model/cache_private.h"
#include "core/net/redact.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

enum { LARGEST_SCRIPT = 16 << 20 };

/* A key, or how the same body is wrapped: no answer depends on it. */
static bool is_left_out(struct str name)
{
	static const char *const names[] = {"authorization", "proxy-authorization", "cookie",
		"api-key", "x-api-key", "x-goog-api-key", "x-auth-token", "x-amz-security-token",
		"x-amz-date", "content-type", "content-length", "accept", "accept-encoding",
		"user-agent", "expect", "idempotency-key"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (name.len == strlen(names[i]) && strncasecmp(name.at, names[i], name.len) == 0)
			return true;
	return false;
}

static bool holds(struct str text, struct str part)
{
	return part.len > 0 && str_find(text, part, 0) != SIZE_MAX;
}

static struct value headers_of(
	struct arena *a, const struct connection *connection, struct value headers)
{
	struct value out = value_dict(a);
	for (size_t i = 0; headers.kind == VALUE_DICT && i < headers.u.dict->len; i++) {
		const struct value_entry *h = &headers.u.dict->entries[i];
		if (h->value.kind == VALUE_STR && !is_left_out(h->key.u.str) &&
			!holds(h->value.u.str, connection->secret))
			value_set(out, h->key.u.str, h->value);
	}
	return out;
}

/* Some APIs take the key as a part of the address. */
static struct str without_key(struct arena *a, struct str url, struct str reference)
{
	size_t at = reference.len > 0 ? str_find(url, reference, 0) : SIZE_MAX;
	if (at == SIZE_MAX)
		return url;
	return str_format(a, "%.*s%.*s", STR_ARG(str_slice(url, 0, at)),
		STR_ARG(str_slice(url, at + reference.len, url.len)));
}

/* What a connection says that is of no matter to an answer, or stands in the key already. */
static bool is_about_sending(struct str word)
{
	static const char *const words[] = {"provider", "vendor", "base_url", "model", "secret",
		"script", "headers", "allow_http", "fallback", "max_in_flight",
		"requests_per_minute", "tokens_per_minute", "budget_day", "connect_seconds",
		"first_byte_seconds", "idle_seconds", "comments_seconds", "total_seconds",
		"idempotency_header"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_is(word, words[i]))
			return true;
	return false;
}

/* The words of the connection's own provider: a program, a response path, a deployment. */
static struct value options_of(struct arena *a, const struct connection *connection)
{
	struct value out = value_dict(a);
	for (size_t i = 0;
		connection->options.kind == VALUE_DICT && i < connection->options.u.dict->len;
		i++) {
		const struct value_entry *o = &connection->options.u.dict->entries[i];
		if (!is_about_sending(o->key.u.str))
			value_set(out, o->key.u.str, o->value);
	}
	return out;
}

static void put(struct value parts, const char *name, struct str text)
{
	if (text.len > 0)
		value_set(parts, str_from(name), value_str(text));
}

/* A script is its content: where it lies is of no matter. */
static struct str script_of(struct arena *a, struct str path)
{
	struct str text = STR("");
	char hash_text[CONTENT_HASH];
	struct err gone = ERR_INIT; /* it will not be played */
	if (!file_read(a, str_cstr(a, path), LARGEST_SCRIPT, &text, &gone))
		text = STR("");
	return str_copy(a, str_from(content_hash(text, hash_text)));
}

static struct value parts_of(struct arena *a, const struct provider *provider,
	const struct connection *connection, const struct model_request *request,
	const struct model_wire *wire)
{
	struct value parts = value_dict(a);
	struct value headers = headers_of(a, connection, wire->headers);
	value_set(parts, STR("provider"), value_cstr(provider->name));
	put(parts, "vendor", connection->vendor);
	put(parts, "url", without_key(a, wire->url, connection->secret));
	if (headers.u.dict->len > 0)
		value_set(parts, STR("headers"), headers);
	struct value options = options_of(a, connection);
	if (options.u.dict->len > 0)
		value_set(parts, STR("options"), options);
	if (connection->script.len > 0)
		put(parts, "script", script_of(a, connection->script));
	put(parts, "model", request->model);
	value_set(parts, STR("sample"), value_int(request->sample));
	return parts;
}

static void hash(struct str bytes, unsigned char out[CACHE_KEY_BYTES])
{
	crypto_generichash(
		out, CACHE_KEY_BYTES, (const unsigned char *)bytes.at, bytes.len, NULL, 0);
}

bool cache_make_key(const struct cache *cache, struct arena *a, const struct provider *provider,
	const struct connection *connection, const struct model_request *request,
	struct cache_key *out, struct err *e)
{
	struct arena scratch = ARENA_INIT;
	struct model_wire wire = {.headers = value_none()};
	struct model_request whole = *request;
	unsigned char body_hash[CACHE_KEY_BYTES];
	char hex[CACHE_KEY_BYTES * 2 + 1];
	if (request->stream)
		whole.body = STR_NONE;
	whole.stream = false;
	bool ok = provider->wire(&scratch, connection, &whole, &wire, e);
	if (ok) {
		struct value parts = parts_of(&scratch, provider, connection, request, &wire);
		struct str body = cache_canonical(&scratch, wire.body);
		hash(body, body_hash);
		sodium_bin2hex(hex, sizeof hex, body_hash, sizeof body_hash);
		value_set(parts, STR("request"), value_cstr(hex));
		value_set(parts, STR("request_bytes"), value_int((int64_t)body.len));
		out->parts = cache_canonical(a, json_text(&scratch, parts, JSON_COMPACT));
		hash(out->parts, out->hash);
		sodium_bin2hex(out->text, sizeof out->text, out->hash, sizeof out->hash);
		out->secret = cache_has_secret(cache, body) || cache_has_secret(cache, out->parts);
	}
	arena_release(&scratch);
	return ok;
}

bool cache_refuse(const struct cache_key *key, const struct connection *connection,
	const struct model_request *request, struct err *e)
{
	bool named = connection->name.len > 0;
	err_set(e, ERR_CONFIG,
		"There is no stored answer to this request to %.*s%s%.*s (sample %lld, key %.*s), "
		"and nothing is asked with --cache only.",
		STR_ARG(connection->name), named ? "/" : "", STR_ARG(request->model),
		(long long)request->sample, CACHE_KEY_SHOWN, key->text);
	return err_hint(e, "lathe cache list shows what there is; --cache on asks for the rest.");
}
