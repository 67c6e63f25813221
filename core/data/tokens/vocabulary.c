/* SPDX-License-Identifier: MIT */
#include "core/data/tokens/vocabulary.h"

#include "core/base/alloc.h"
#include "core/base/embedded.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum {
	NAME_MAX_BYTES = 32,
	LARGEST_COUNT = 1 << 18,
	LARGEST_RECORDS = 1 << VOCABULARY_PLACE_BITS,
	WINDOW_LOG = 24,
	TWO_WORDS = 16,
	PLACE_MASK = LARGEST_RECORDS - 1,
	BATCH = 32 /* tokens put into the table at a time: the memory is asked for ahead */
};

/* What a file's first line says. */
struct head {
	size_t count, bytes;
	char base[NAME_MAX_BYTES]; /* "-" none */
	struct str frame;
};

static uint64_t load64(const unsigned char *at)
{
	uint64_t x;
	memcpy(&x, at, sizeof x);
	return x;
}

static uint32_t load32(const unsigned char *at)
{
	uint32_t x;
	memcpy(&x, at, sizeof x);
	return x;
}

/* A token's bytes as words filled up with zeros; of a longer one all is in the hash, and these are
 * its first. */
struct key {
	uint64_t first, second, hash;
};

static uint64_t low_bytes(uint64_t word, size_t count)
{
	return count >= 8 ? word : word & ~(~(uint64_t)0 << count * 8);
}

/* LEFT: how many bytes may be read at AT; with TWO_WORDS of them it is done without branches. */
static struct key key_of(const unsigned char *at, size_t len, size_t left)
{
	const uint64_t k1 = 0x9e3779b97f4a7c15u, k2 = 0xc2b2ae3d27d4eb4fu;
	unsigned char copy[TWO_WORDS];
	uint64_t h = len * k2;
	const unsigned char *from = at;
	if (left < TWO_WORDS) {
		memset(copy, 0, sizeof copy);
		memcpy(copy, at, len < sizeof copy ? len : sizeof copy);
		from = copy;
	}
	struct key k = {.first = low_bytes(load64(from), len),
		.second = len > 8 ? low_bytes(load64(from + 8), len - 8) : 0};
	for (size_t i = TWO_WORDS; i < len; i++)
		h = (h ^ at[i]) * k1;
	h = (h ^ k.first) * k1;
	h = (h ^ h >> 32 ^ k.second) * k2;
	k.hash = h ^ h >> 29;
	return k;
}

static bool same(
	const unsigned char *token, const struct key *k, const unsigned char *at, size_t len)
{
	if (low_bytes(load64(token), len) != k->first)
		return false;
	if (len <= 8)
		return true;
	return low_bytes(load64(token + 8), len - 8) == k->second &&
	       (len <= TWO_WORDS ||
		       memcmp(token + TWO_WORDS, at + TWO_WORDS, len - TWO_WORDS) == 0);
}

/* What stands in a slot above the place. */
static uint32_t tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32) & ~(uint32_t)PLACE_MASK;
}

uint32_t vocabulary_find(
	const struct vocabulary *v, const unsigned char *at, size_t len, size_t left)
{
	if (len > v->longest)
		return VOCABULARY_NO_PLACE;
	struct key key = key_of(at, len, left);
	uint32_t tag = tag_of(key.hash), slot;
	for (size_t i = key.hash & v->slot_mask; (slot = v->slots[i]) != 0;
		i = (i + 1) & v->slot_mask) {
		if (((slot ^ tag) & ~(uint32_t)PLACE_MASK) != 0)
			continue;
		const unsigned char *record = v->records + (slot & PLACE_MASK);
		if (load32(record) >> 24 == len && same(record + VOCABULARY_HEAD, &key, at, len))
			return slot & PLACE_MASK;
	}
	return VOCABULARY_NO_PLACE;
}

uint32_t vocabulary_id(const struct vocabulary *v, uint32_t place)
{
	return load32(v->records + place) & 0xffffff;
}

struct str vocabulary_bytes(const struct vocabulary *v, uint32_t id)
{
	if (id >= v->count)
		return STR_NONE;
	const unsigned char *record = v->records + v->places[id];
	return (struct str){(const char *)record + VOCABULARY_HEAD, load32(record) >> 24};
}

static bool head_read(struct head *h, struct str file)
{
	struct str line;
	char text[128];
	int end = 0;
	if (!str_next_line(&file, &line) || line.len >= sizeof text)
		return false;
	memcpy(text, line.at, line.len);
	text[line.len] = '\0';
	h->frame = file;
	return sscanf(text, "lathe-vocabulary 1 %zu %zu %31s%n", &h->count, &h->bytes, h->base,
		       &end) == 3 &&
	       text[end] == '\0' && h->count > 0 && h->count < LARGEST_COUNT && h->bytes > 0 &&
	       h->bytes + (h->count + 1) * VOCABULARY_HEAD < LARGEST_RECORDS;
}

static bool find_head(const char *name, struct head *h, struct err *e)
{
	char path[96];
	snprintf(path, sizeof path, "data/tokens/%s.vocab", name);
	const struct embedded_file *file = embedded_find(path);
	if (file != NULL && head_read(h, embedded_str(file)))
		return true;
	return err_set(e, ERR_BUG, "The vocabulary '%s' of this program cannot be read.", name);
}

/* The lengths and bytes of H, unpacked with PREFIX (may be empty) before them. */
static unsigned char *unpack(const struct head *h, struct str prefix)
{
	size_t size = h->count + h->bytes;
	unsigned char *out = xcalloc(1, size + TWO_WORDS); /* words are read over the end */
	ZSTD_DCtx *zstd = ZSTD_createDCtx();
	bool ok = zstd != NULL &&
		  !ZSTD_isError(ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, WINDOW_LOG)) &&
		  !ZSTD_isError(ZSTD_DCtx_refPrefix(zstd, prefix.at, prefix.len)) &&
		  ZSTD_decompressDCtx(zstd, out, size, h->frame.at, h->frame.len) == size;
	ZSTD_freeDCtx(zstd);
	if (ok)
		return out;
	free(out);
	return NULL;
}

static unsigned char *unpack_with_base(const char *name, struct head *h, struct err *e)
{
	struct head base;
	unsigned char *prefix = NULL, *out = NULL;
	if (!find_head(name, h, e))
		return NULL;
	if (strcmp(h->base, "-") == 0)
		out = unpack(h, STR_NONE);
	else if (!find_head(h->base, &base, e))
		return NULL;
	else if ((prefix = unpack(&base, STR_NONE)) != NULL)
		out = unpack(h, (struct str){(char *)prefix, base.count + base.bytes});
	free(prefix);
	if (out == NULL)
		err_set(e, ERR_BUG, "The vocabulary '%s' of this program cannot be unpacked.",
			name);
	return out;
}

/* Of three bytes: some two of them are a token already. */
static bool is_reached(const struct vocabulary *v, const unsigned char *at, size_t len)
{
	return len == 3 && (v->pairs[at[0] << 8 | at[1]] != VOCABULARY_NO_PLACE ||
				   v->pairs[at[1] << 8 | at[2]] != VOCABULARY_NO_PLACE);
}

static void add(struct vocabulary *v, const unsigned char *at, size_t len, uint32_t place)
{
	v->longest = len > v->longest ? len : v->longest;
	if (len == 1)
		v->bytes[at[0]] = place;
	else if (len == 2)
		v->pairs[at[0] << 8 | at[1]] = place;
	if (len > 8 || (low_bytes(load64(at), len) & 0x8080808080808080u) != 0)
		cuts_add(&v->cuts, at, len, place, is_reached(v, at, len));
}

/* Puts COUNT tokens, whose first rank is ID, into the tables. */
static void add_batch(struct vocabulary *v, uint32_t id, size_t count)
{
	uint64_t hashes[BATCH];
	for (size_t i = 0; i < count; i++) {
		struct str token = vocabulary_bytes(v, id + (uint32_t)i);
		hashes[i] = key_of((const unsigned char *)token.at, token.len, TWO_WORDS).hash;
		__builtin_prefetch(&v->slots[hashes[i] & v->slot_mask], 1);
	}
	for (size_t i = 0; i < count; i++) {
		struct str token = vocabulary_bytes(v, id + (uint32_t)i);
		uint32_t place = v->places[id + i];
		size_t slot = hashes[i] & v->slot_mask;
		if (token.len == 0)
			continue;
		while (v->slots[slot] != 0)
			slot = (slot + 1) & v->slot_mask;
		v->slots[slot] = tag_of(hashes[i]) | place;
		add(v, (const unsigned char *)token.at, token.len, place);
	}
}

static void make_room(struct vocabulary *v, size_t bytes)
{
	size_t slots = 1;
	while (slots < v->count * (size_t)2)
		slots *= 2;
	v->slots = xcalloc(slots, sizeof *v->slots);
	v->slot_mask = slots - 1;
	v->places = xmalloc(v->count * sizeof *v->places);
	/* Place 0 means none, so the first record stands behind an empty one. Words are read over
	 * the end of the last. */
	v->records = xcalloc(1, bytes + (v->count + (size_t)1) * VOCABULARY_HEAD + TWO_WORDS);
	v->pairs = xmalloc(65536 * sizeof *v->pairs);
	cuts_start(&v->cuts);
	for (size_t i = 0; i < 65536; i++)
		v->pairs[i] = VOCABULARY_NO_PLACE;
	for (size_t i = 0; i < 256; i++)
		v->bytes[i] = VOCABULARY_NO_PLACE;
}

/* Whether the lengths add up to the bytes and every single byte is a token: encoding counts on
 * it. */
static bool fill(struct vocabulary *v, const unsigned char *content, size_t bytes)
{
	const unsigned char *token = content + v->count;
	uint32_t place = VOCABULARY_HEAD;
	for (uint32_t id = 0; id < v->count; id++) {
		size_t len = content[id];
		uint32_t head = id | (uint32_t)len << 24;
		if (len > bytes)
			return false;
		v->places[id] = place;
		memcpy(v->records + place, &head, sizeof head);
		/* A copy of fixed size is one load and one store; what is too much is overwritten.
		 */
		memcpy(v->records + place + VOCABULARY_HEAD, token, TWO_WORDS);
		if (len > TWO_WORDS)
			memcpy(v->records + place + VOCABULARY_HEAD, token, len);
		token += len;
		bytes -= len;
		place += (uint32_t)len + VOCABULARY_HEAD;
	}
	for (uint32_t id = 0; id < v->count; id += BATCH)
		add_batch(v, id, v->count - id < BATCH ? v->count - id : BATCH);
	for (size_t i = 0; i < 256; i++)
		if (v->bytes[i] == VOCABULARY_NO_PLACE)
			return false;
	return bytes == 0;
}

bool vocabulary_load(struct vocabulary *v, const char *name, struct err *e)
{
	struct head head;
	memset(v, 0, sizeof *v);
	unsigned char *content = unpack_with_base(name, &head, e);
	if (content == NULL)
		return false;
	v->count = (uint32_t)head.count;
	make_room(v, head.bytes);
	bool ok = fill(v, content, head.bytes);
	free(content);
	return ok || err_set(e, ERR_BUG, "The vocabulary '%s' of this program is damaged.", name);
}

void vocabulary_free(struct vocabulary *v)
{
	free(v->places);
	free(v->records);
	free(v->slots);
	free(v->pairs);
	cuts_free(&v->cuts);
	memset(v, 0, sizeof *v);
}
