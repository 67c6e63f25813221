/* SPDX-License-Identifier: MIT */
#include "core/net/secret_scan.h"

#include "core/base/alloc.h"
#include "core/net/redact_forms.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { FILTER_BITS = 20, TABLE_LEAST = 1024 };

struct window {
	const char *at; /* in guarded memory; NULL: an empty place */
	size_t len;
	size_t name;
};

struct secret_scan {
	struct arena arena;
	struct window *table; /* open addressing by the first eight bytes */
	size_t cap, len;
	unsigned char filter[(1 << FILTER_BITS) / 8]; /* which hashes are in it at all */
	char **blocks;
	struct str *names;
	size_t count, blocks_cap, names_cap;
};

struct secret_scan *secret_scan_new(void)
{
	return xcalloc(1, sizeof(struct secret_scan));
}

void secret_scan_free(struct secret_scan *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++)
		sodium_free(s->blocks[i]);
	free(s->blocks);
	free(s->names);
	free(s->table);
	arena_release(&s->arena);
	free(s);
}

size_t secret_scan_count(const struct secret_scan *s)
{
	return s->count;
}

static uint64_t hash(const char *at)
{
	uint64_t bytes;
	memcpy(&bytes, at, sizeof bytes);
	/* Fibonacci hashing: the high bits are good. */
	return bytes * UINT64_C(0x9e3779b97f4a7c15);
}

static void put(struct window *table, size_t cap, struct window w)
{
	size_t i = (size_t)(hash(w.at) >> 32) & (cap - 1);
	while (table[i].at)
		i = (i + 1) & (cap - 1);
	table[i] = w;
}

static void grow(struct secret_scan *s)
{
	const size_t cap = s->cap ? s->cap * 2 : TABLE_LEAST;
	struct window *table = xcalloc(cap, sizeof *table);
	for (size_t i = 0; i < s->cap; i++)
		if (s->table[i].at)
			put(table, cap, s->table[i]);
	free(s->table);
	s->table = table;
	s->cap = cap;
}

static bool is_dull(const char *at)
{
	for (size_t i = 1; i < SECRET_SCAN_WINDOW; i++)
		if (at[i] != at[0])
			return false;
	return true;
}

static void add_window(struct secret_scan *s, const char *at, size_t len)
{
	const uint64_t h = hash(at) >> (64 - FILTER_BITS);
	if (is_dull(at))
		return;
	if (s->len * 2 >= s->cap)
		grow(s);
	put(s->table, s->cap, (struct window){at, len, s->count});
	s->len++;
	s->filter[h / 8] |= (unsigned char)(1u << (h % 8));
}

static bool is_hex(struct str form, struct str value)
{
	bool hex = form.len == value.len * 2;
	for (size_t i = 0; hex && i < form.len; i++)
		hex = strchr("0123456789abcdefABCDEF", form.at[i]) != NULL;
	return hex;
}

/* Without the mark of its vendor. */
static struct str without_mark(struct str value)
{
	static const char *const marks[] = {"sk-ant-api03-", "sk-svcacct-", "sk-proj-", "sk-or-v1-",
		"github_pat_", "AIzaSy", "sk-ant-", "gsk_", "xai-", "hf_", "sk-"};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (str_starts(value, str_from(marks[i])))
			return str_slice(value, strlen(marks[i]), value.len);
	return value;
}

bool secret_scan_add(struct secret_scan *s, struct str name, struct str value, struct err *e)
{
	struct redact_forms forms;
	value = without_mark(value);
	if (value.len < SECRET_SCAN_WINDOW)
		return true;
	if (!redact_forms_make(&forms, value))
		return err_set(e, ERR_IO, "There is no guarded memory left for a secret.");
	s->names = array_reserve(s->names, &s->names_cap, s->count + 1, sizeof *s->names);
	s->blocks = array_reserve(s->blocks, &s->blocks_cap, s->count + 1, sizeof *s->blocks);
	s->names[s->count] = str_copy(&s->arena, name);
	s->blocks[s->count] = forms.block;
	for (size_t i = 0; i < forms.len; i++) {
		const struct str form = forms.at[i];
		const size_t len = SECRET_SCAN_WINDOW * (is_hex(form, value) ? 2 : 1);
		for (size_t at = 0; at + len <= form.len; at++)
			add_window(s, form.at + at, len);
	}
	s->count++;
	return true;
}

static const struct window *match(const struct secret_scan *s, struct str rest)
{
	for (size_t i = (size_t)(hash(rest.at) >> 32) & (s->cap - 1); s->table[i].at;
		i = (i + 1) & (s->cap - 1))
		if (s->table[i].len <= rest.len &&
			memcmp(s->table[i].at, rest.at, s->table[i].len) == 0)
			return &s->table[i];
	return NULL;
}

size_t secret_scan_find(
	const struct secret_scan *s, struct str bytes, size_t from, struct str *name)
{
	for (size_t i = from; s->len > 0 && i + SECRET_SCAN_WINDOW <= bytes.len; i++) {
		const uint64_t h = hash(bytes.at + i) >> (64 - FILTER_BITS);
		if (!(s->filter[h / 8] >> (h % 8) & 1))
			continue;
		const struct window *w = match(s, str_slice(bytes, i, bytes.len));
		if (!w)
			continue;
		*name = s->names[w->name];
		return i;
	}
	return SIZE_MAX;
}
