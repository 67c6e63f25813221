/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_CACHE_H
#define CORE_MODEL_CACHE_H

#include "core/model/provider.h"

/*
 * Answers that were given before, given again without asking.
 *
 * An entry's key is BLAKE2b-256 over all that an answer can depend on, as JSON with sorted keys:
 *
 *	provider	the wire format's word
 *	vendor		whose dialect of it
 *	url		where the request would go: server, path, deployment, API version
 *	headers		what it carries besides keys and the form of its body (API versions, betas)
 *	options		what else the connection says for its provider (a program, a response path)
 *	script		provider scripted: a hash of the file that is played
 *	model		as it is asked for
 *	sample		which of several answers to the same request, so that repeats differ
 *	body		the request; neither the order of its keys nor white space matters, and it
 *is that of a request that does not stream: streamed or not is one entry
 *
 * Not in it: the connection's name and its key. An account's change finds the same answers, another
 * server's does not.
 *
 * Only a whole answer is kept (TRACE_OK), and never one with a known secret in it or in its
 * request. Entries are for a number of days and take at most a number of megabytes: what was not
 * used for the longest time goes first. Several processes may use one workspace's cache; each keeps
 * to the bound up to a sixteenth.
 *
 * Looking is one indexed read; what is written goes the way of all rows (core/store/store.h), and
 *is found from the moment it was told. Damage is a miss.
 */

struct cache;
struct redact;
struct store;

enum cache_mode {
	CACHE_OFF, /* neither looked at nor added to */
	CACHE_ON,
	CACHE_ONLY /* nothing is asked: a request without an entry is an error */
};

/* "off", "on", "only"; false for another word. */
bool cache_mode_from_word(struct str word, enum cache_mode *out);

enum { CACHE_KEY_BYTES = 32, CACHE_DAYS = 30, CACHE_MEGABYTES = 512, CACHE_KEY_SHOWN = 12 };

struct cache_key {
	unsigned char hash[CACHE_KEY_BYTES];
	char text[CACHE_KEY_BYTES * 2 + 1]; /* the same in hex digits */
	struct str parts; /* JSON for people: the above with "request", a hash, for the body */
	bool secret; /* a secret is in the request: nothing is kept for it */
};

/* An answer found: the result lives in the arena that was given. Its first_ns and http_status are
 * 0: nothing was timed, nobody was asked. */
struct cache_hit {
	struct model_result result;
	uint64_t run; /* that paid for it */
	int64_t stored_ns;
	int64_t hits; /* before this one */
};

/* Borrows REDACT, which may be NULL. Finds and keeps nothing until it has a store. */
struct cache *cache_new(const struct redact *redact);
void cache_free(struct cache *cache);
/* 0 stands for the defaults. */
void cache_set_bounds(struct cache *cache, int64_t days, int64_t megabytes);
/* STORE is borrowed; NULL before it is closed. */
void cache_set_store(struct cache *cache, struct store *store);

/* The key of a request; parts in the arena. False when the request itself is refused by its
 * provider. CACHE may be NULL. */
bool cache_make_key(const struct cache *cache, struct arena *a, const struct provider *provider,
	const struct connection *connection, const struct model_request *request,
	struct cache_key *out, struct err *e) WARN_UNUSED;

/* True when there is an answer that is not too old. NOW_NS is the loop's time. */
bool cache_lookup(struct cache *cache, struct arena *a, const struct cache_key *key, int64_t now_ns,
	struct cache_hit *out);

/* Whose request it is, for `lathe cache why`. */
struct cache_asker {
	uint64_t run;
	uint64_t attempt;
	int64_t now_ns;
};

/* The hit was given out instead of asking. */
void cache_used(struct cache *cache, const struct cache_key *key, const struct cache_hit *hit,
	const struct cache_asker *by);
/* Keeps an answer that was paid for, if it is one to keep; false when it is not. */
bool cache_store(struct cache *cache, const struct cache_key *key,
	const struct model_result *result, const struct cache_asker *by);

/* Tells a hit as a provider would, without `sent`: one piece of each kind there is, then done. */
void cache_replay(const struct cache_hit *hit, const struct model_listener *listener);

/* The error of a miss with CACHE_ONLY: names the request. Always false. */
bool cache_refuse(const struct cache_key *key, const struct connection *connection,
	const struct model_request *request, struct err *e);

/* A result as it is kept, and back; for cache.c and its tests. An empty text: it cannot be kept. */
struct str cache_write_result(struct arena *a, const struct model_result *result);
bool cache_read_result(struct arena *a, struct str text, struct model_result *out);

/* JSON in a form that does not depend on how it was written: keys sorted by bytes, no white space,
 * whole numbers without a fraction; strings stay as they were escaped, which our writer always does
 * in one way. What is no JSON stays as it is. */
struct str cache_canonical(struct arena *a, struct str json);

#endif
