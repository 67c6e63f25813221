/* SPDX-License-Identifier: MIT */
#include "core/data/tokens/vocabulary.h"

#include "core/base/alloc.h"
#include "core/base/embedded.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum { NAME_MAX_BYTES = 32, LARGEST_COUNT = 1 << 19, LARGEST_BYTES = 1 << 23, WINDOW_LOG = 24 };

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

/* Every byte counts, also where the two loads overlap. */
static uint64_t short_words(const unsigned char *at, size_t len, uint64_t *second)
{
	*second = 0;
	if (len > 8) {
		*second = load64(at + len - 8);
		return load64(at);
	}
	if (len == 8)
		return load64(at);
	if (len >= 4)
		return load32(at) | (uint64_t)load32(at + len - 4) << 32;
	return at[0] | (uint64_t)at[len / 2] << 8 | (uint64_t)at[len - 1] << 16;
}

static uint64_t hash_of(const unsigned char *at, size_t len)
{
	const uint64_t k1 = 0x9e3779b97f4a7c15u, k2 = 0xc2b2ae3d27d4eb4fu;
	uint64_t h = len * k2, second;
	while (len > 16) {
		h = (h ^ load64(at)) * k1;
		h ^= h >> 32;
		at += 8;
		len -= 8;
	}
	h = (h ^ short_words(at, len, &second)) * k1;
	h = (h ^ h >> 32 ^ second) * k2;
	return h ^ h >> 29;
}

static uint32_t tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32);
}

uint32_t vocabulary_find(const struct vocabulary *v, const unsigned char *at, size_t len)
{
	if (len > v->longest)
		return VOCABULARY_NO_PLACE;
	uint64_t hash = hash_of(at, len);
	for (size_t i = hash & v->slot_mask;; i = (i + 1) & v->slot_mask) {
		struct vocabulary_slot slot = v->slots[i];
		if (slot.place == 0)
			return VOCABULARY_NO_PLACE;
		const unsigned char *record = v->records + slot.place;
		if (slot.tag == tag_of(hash) && load32(record) >> 24 == len &&
			memcmp(record + VOCABULARY_HEAD, at, len) == 0)
			return slot.place;
	}
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
	       h->bytes < LARGEST_BYTES;
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
	unsigned char *out = xmalloc(size);
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

static void add(struct vocabulary *v, uint32_t place, const unsigned char *token, size_t len)
{
	uint64_t hash = hash_of(token, len);
	size_t i = hash & v->slot_mask;
	while (v->slots[i].place != 0)
		i = (i + 1) & v->slot_mask;
	v->slots[i] = (struct vocabulary_slot){tag_of(hash), place};
	v->longest = len > v->longest ? len : v->longest;
	if (len == 1)
		v->bytes[token[0]] = place;
	else if (len == 2)
		v->pairs[token[0] << 8 | token[1]] = place;
}

static void make_room(struct vocabulary *v, size_t bytes)
{
	size_t slots = 1;
	while (slots < v->count * (size_t)2)
		slots *= 2;
	v->slots = xcalloc(slots, sizeof *v->slots);
	v->slot_mask = slots - 1;
	v->places = xmalloc(v->count * sizeof *v->places);
	/* Place 0 means none, so the first record stands behind an empty one. */
	v->records = xcalloc(1, bytes + (v->count + (size_t)1) * VOCABULARY_HEAD);
	v->pairs = xmalloc(65536 * sizeof *v->pairs);
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
		memcpy(v->records + place + VOCABULARY_HEAD, token, len);
		if (len > 0)
			add(v, place, token, len);
		token += len;
		bytes -= len;
		place += (uint32_t)len + VOCABULARY_HEAD;
	}
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
	memset(v, 0, sizeof *v);
}
