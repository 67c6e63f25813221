/* SPDX-License-Identifier: MIT */
#include "core/model/cache.h"

#include "core/base/alloc.h"
#include "core/model/cache_private.h"
#include "core/net/redact.h"
#include "core/store/cache_rows.h"
#include "core/store/store.h"

#include <stdlib.h>
#include <string.h>

#define DAY INT64_C(86400000000000)

enum { MEGABYTE = 1 << 20 };

/* An entry on its way to the disk, where a look would not find it yet. */
struct fresh {
	struct fresh *next;
	struct cache *cache;
	unsigned char hash[CACHE_KEY_BYTES];
	char *result;
	size_t result_len;
	uint64_t run;
	int64_t stored_ns;
	int64_t hits;
};

struct cache {
	const struct redact *redact;
	struct store *store; /* NULL: there is none */
	int64_t days, megabytes;
	int64_t added; /* bytes since the bound was last seen to */
	bool begun; /* something was added: the bound is seen to from the first on */
	struct fresh *fresh;
};

bool cache_mode_from_word(struct str word, enum cache_mode *out)
{
	static const char *const words[] = {"off", "on", "only"};
	for (int i = 0; i < 3; i++)
		if (str_is(word, words[i])) {
			*out = (enum cache_mode)i;
			return true;
		}
	return false;
}

struct cache *cache_new(const struct redact *redact)
{
	struct cache *cache = xcalloc(1, sizeof *cache);
	cache->redact = redact;
	cache_set_bounds(cache, 0, 0);
	return cache;
}

static void free_fresh(struct fresh *f)
{
	free(f->result);
	free(f);
}

/* Takes one out of the list, or all of them for NULL. */
static void forget(struct cache *cache, const struct fresh *which)
{
	for (struct fresh **at = &cache->fresh; *at != NULL;) {
		struct fresh *f = *at;
		if (which != NULL && f != which) {
			at = &f->next;
			continue;
		}
		*at = f->next;
		free_fresh(f);
	}
}

static void on_disk(void *ctx, const struct err *failed)
{
	struct fresh *f = ctx;
	(void)failed; /* then it is not found again, which is all that is lost */
	forget(f->cache, f);
}

void cache_set_store(struct cache *cache, struct store *store)
{
	for (struct fresh *f = cache->fresh; cache->store != NULL && f != NULL; f = f->next)
		store_forget_wait(cache->store, on_disk, f);
	forget(cache, NULL);
	cache->store = store;
	cache->begun = false;
}

void cache_free(struct cache *cache)
{
	if (cache == NULL)
		return;
	cache_set_store(cache, NULL);
	free(cache);
}

void cache_set_bounds(struct cache *cache, int64_t days, int64_t megabytes)
{
	cache->days = days > 0 ? days : CACHE_DAYS;
	cache->megabytes = megabytes > 0 ? megabytes : CACHE_MEGABYTES;
}

bool cache_has_secret(const struct cache *cache, struct str text)
{
	struct arena a = ARENA_INIT;
	bool found = cache != NULL && cache->redact != NULL &&
		     redact_text(cache->redact, &a, text).at != text.at;
	arena_release(&a);
	return found || str_find(text, STR(REDACT_MARK), 0) != SIZE_MAX;
}

static struct str bytes_of(const struct cache_key *key)
{
	return (struct str){(const char *)key->hash, CACHE_KEY_BYTES};
}

static struct fresh *find_fresh(const struct cache *cache, const struct cache_key *key)
{
	struct fresh *f = cache->fresh;
	while (f != NULL && memcmp(f->hash, key->hash, CACHE_KEY_BYTES) != 0)
		f = f->next;
	return f;
}

bool cache_lookup(struct cache *cache, struct arena *a, const struct cache_key *key, int64_t now_ns,
	struct cache_hit *out)
{
	struct cache_row row = {.hits = 0};
	struct err none = ERR_INIT; /* what cannot be read is a miss */
	bool found = false;
	if (cache == NULL || cache->store == NULL || key->secret)
		return false;
	const struct fresh *f = find_fresh(cache, key);
	if (f != NULL) {
		row = (struct cache_row){
			.result = str_copy(a, (struct str){f->result, f->result_len}),
			.run = f->run,
			.stored_ns = f->stored_ns,
			.hits = f->hits};
	} else if (!cache_rows_find(cache->store, a, bytes_of(key), &row, &found, &none) ||
		   !found || now_ns - row.stored_ns > cache->days * DAY) {
		return false;
	}
	*out = (struct cache_hit){.run = row.run, .stored_ns = row.stored_ns, .hits = row.hits};
	return cache_read_result(a, row.result, &out->result);
}

void cache_used(struct cache *cache, const struct cache_key *key, const struct cache_hit *hit,
	const struct cache_asker *by)
{
	struct fresh *f = find_fresh(cache, key);
	struct store_cache_use use = {.key = bytes_of(key),
		.run = by->run,
		.attempt = by->attempt,
		.at_ns = by->now_ns,
		.stored_run = hit->run,
		.stored_ns = hit->stored_ns};
	if (f != NULL)
		f->hits++;
	if (cache->store != NULL)
		store_use_cached(cache->store, &use);
}

/* Each process sees to the bound by itself: when it begins to add, and then after each sixteenth of
 * what there is room for. */
static void see_to_bound(struct cache *cache, int64_t added, int64_t now_ns)
{
	const int64_t room = cache->megabytes * MEGABYTE;
	cache->added += added;
	if (cache->begun && cache->added < room / 16)
		return;
	cache->begun = true;
	cache->added = 0;
	struct store_cache_trim trim = {
		.key = STR(""), .before_ns = now_ns - cache->days * DAY, .bytes = room - room / 16};
	store_trim_cache(cache->store, &trim);
}

static void keep_fresh(struct cache *cache, const struct cache_key *key, struct str result,
	const struct cache_asker *by)
{
	struct fresh *f = xcalloc(1, sizeof *f);
	f->cache = cache;
	memcpy(f->hash, key->hash, sizeof f->hash);
	f->result = xmalloc(result.len + 1);
	f->result_len = result.len;
	memcpy(f->result, result.at, result.len);
	f->run = by->run;
	f->stored_ns = by->now_ns;
	f->next = cache->fresh;
	cache->fresh = f;
	store_when_durable(cache->store, on_disk, f);
}

bool cache_store(struct cache *cache, const struct cache_key *key,
	const struct model_result *result, const struct cache_asker *by)
{
	struct arena a = ARENA_INIT;
	if (cache == NULL || cache->store == NULL || key->secret || result->status != TRACE_OK)
		return false;
	struct str text = cache_write_result(&a, result);
	/* An entry that alone would drive out a good part of the others stays out. */
	bool fits = text.len > 0 && (int64_t)text.len < cache->megabytes * MEGABYTE / 16;
	if (fits && !cache_has_secret(cache, text)) {
		struct store_cached row = {.key = bytes_of(key),
			.parts = key->parts,
			.result = text,
			.run = by->run,
			.attempt = by->attempt,
			.at_ns = by->now_ns};
		store_add_cached(cache->store, &row);
		see_to_bound(cache, (int64_t)(text.len + key->parts.len), by->now_ns);
		keep_fresh(cache, key, text, by);
	} else {
		fits = false;
	}
	arena_release(&a);
	return fits;
}

static void tell(const struct model_listener *to, enum trace_delta_kind kind, struct str text)
{
	if (text.len > 0 && to->delta != NULL)
		to->delta(to->ctx, kind, text);
}

void cache_replay(const struct cache_hit *hit, const struct model_listener *listener)
{
	const struct model_result *r = &hit->result;
	tell(listener, TRACE_DELTA_REASONING, r->reasoning);
	tell(listener, TRACE_DELTA_TEXT, r->text);
	tell(listener, TRACE_DELTA_REFUSAL, r->refusal);
	listener->done(listener->ctx, r);
}
