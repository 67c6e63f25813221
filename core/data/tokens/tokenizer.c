/* SPDX-License-Identifier: MIT */
#include "core/data/tokens/tokenizer.h"

#include "core/base/alloc.h"
#include "core/data/tokens/normalize.h"
#include "core/data/tokens/split.h"
#include "core/text/utf8.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Larger texts are taken as they are. */
enum { LARGEST_NORMALIZED = 256 << 20 };

struct tokenizer {
	const struct encoding *encoding;
	struct vocabulary vocabulary;
	struct pattern *pattern;
};

struct tokenizer *tokenizer_load(const struct encoding *encoding, struct err *e)
{
	struct tokenizer *t = xcalloc(1, sizeof *t);
	t->encoding = encoding;
	t->pattern = pattern_new(encoding->style, encoding->digits, encoding->pattern, e);
	if (t->pattern != NULL && vocabulary_load(&t->vocabulary, encoding->vocabulary, e)) {
		t->vocabulary.whole_only = encoding->whole_only;
		return t;
	}
	tokenizer_free(t);
	return NULL;
}

void tokenizer_free(struct tokenizer *t)
{
	if (t == NULL)
		return;
	vocabulary_free(&t->vocabulary);
	pattern_free(t->pattern);
	free(t);
}

const struct encoding *tokenizer_encoding(const struct tokenizer *t)
{
	return t->encoding;
}

static size_t count_valid(const struct tokenizer *t, struct str text, struct token_list *out)
{
	struct split_work work = {NULL, NULL};
	size_t count = 0;
	for (size_t at = 0, end; at < text.len; at = end) {
		end = pattern_next(t->pattern, &work, text, at);
		count += merge_piece(&t->vocabulary, text, at, end, out);
	}
	split_work_end(&work);
	return count;
}

static size_t count_normal(const struct tokenizer *t, struct str text, struct token_list *out)
{
	if (!t->encoding->nfc || normalize_is_nfc(text))
		return count_valid(t, text, out);
	struct buf normal = BUF_INIT(LARGEST_NORMALIZED);
	bool ok = normalize_nfc(text, &normal);
	size_t count = count_valid(t, ok ? buf_str(&normal) : text, out);
	buf_free(&normal);
	return count;
}

/* How many bytes from AT on cannot be part of a character. */
static size_t bad_bytes(struct str text, size_t at)
{
	size_t end = at, next;
	for (uint32_t c; end < text.len; end = next) {
		next = utf8_next(text, end, &c);
		if (utf8_valid(str_slice(text, end, next), NULL))
			break;
	}
	return end - at;
}

static size_t count_any(const struct tokenizer *t, struct str text, struct token_list *out)
{
	size_t count = 0;
	while (text.len > 0) {
		size_t good = text.len;
		if (utf8_valid(text, &good))
			return count + count_normal(t, text, out);
		if (good > 0)
			count += count_normal(t, str_slice(text, 0, good), out);
		size_t bad = bad_bytes(text, good);
		count += merge_piece(&t->vocabulary, text, good, good + bad, out);
		text = str_slice(text, good + bad, text.len);
	}
	return count;
}

size_t tokenizer_count(const struct tokenizer *t, struct str text)
{
	return count_any(t, text, NULL);
}

/* A line break ends a piece, unless white space follows, or (o200k_base) a slash; GPT-2's keeps the
 * break for itself only inside a text. */
bool tokenizer_is_seam(const struct tokenizer *t, struct str text, size_t at)
{
	if (at == 0 || at >= text.len || t->encoding->style == SPLIT_GPT2)
		return false;
	char next = text.at[at];
	return text.at[at - 1] == '\n' && next > ' ' && next < 0x7f && next != '/';
}

enum { SPECIAL_NAME = 64 };

static size_t special_name(const struct special_token *s, uint32_t id, char out[SPECIAL_NAME])
{
	const char *mark = strstr(s->name, "%u");
	int len = mark == NULL ? snprintf(out, SPECIAL_NAME, "%s", s->name)
			       : snprintf(out, SPECIAL_NAME, "%.*s%u%s", (int)(mark - s->name),
					 s->name, s->number + (id - s->first), mark + 2);
	return (size_t)len;
}

/* The row whose token's name TEXT begins with. */
static bool special_at(const struct encoding *encoding, struct str text, uint32_t *id, size_t *len)
{
	char name[SPECIAL_NAME];
	if (text.at[0] != '<')
		return false;
	for (const struct special_token *s = encoding->special; s->name != NULL; s++) {
		const char *mark = strstr(s->name, "%u");
		size_t start = mark != NULL ? (size_t)(mark - s->name) : strlen(s->name);
		if (!str_starts(text, (struct str){s->name, start}))
			continue;
		for (uint32_t i = s->first; i <= s->last; i++) {
			*len = special_name(s, i, name);
			*id = i;
			if (str_starts(text, (struct str){name, *len}))
				return true;
		}
	}
	return false;
}

void tokenizer_encode(const struct tokenizer *t, struct str text, enum tokenizer_special special,
	struct token_list *out)
{
	size_t from = 0, len;
	uint32_t id;
	for (size_t at = 0; special == SPECIAL_ALLOWED && at < text.len;) {
		if (!special_at(t->encoding, str_slice(text, at, text.len), &id, &len)) {
			at++;
			continue;
		}
		count_any(t, str_slice(text, from, at), out);
		token_list_add(out, id);
		at += len;
		from = at;
	}
	count_any(t, str_slice(text, from, text.len), out);
}

bool tokenizer_decode(const struct tokenizer *t, uint32_t id, struct buf *out)
{
	char name[SPECIAL_NAME];
	struct str bytes = vocabulary_bytes(&t->vocabulary, id);
	if (bytes.len > 0)
		return buf_add_str(out, bytes);
	for (const struct special_token *s = t->encoding->special; s->name != NULL; s++)
		if (id >= s->first && id <= s->last)
			return buf_add(out, name, special_name(s, id, name));
	return false;
}

size_t tokenizer_chat(const struct tokenizer *t, size_t sum, size_t count)
{
	return sum + count * t->encoding->chat.message + t->encoding->chat.reply;
}

struct tokenizers {
	pthread_mutex_t lock;
	struct tokenizer *loaded[ENCODING_COUNT];
};

struct tokenizers *tokenizers_new(void)
{
	struct tokenizers *all = xcalloc(1, sizeof *all);
	pthread_mutex_init(&all->lock, NULL);
	return all;
}

void tokenizers_free(struct tokenizers *all)
{
	if (all == NULL)
		return;
	for (size_t i = 0; i < ENCODING_COUNT; i++)
		tokenizer_free(all->loaded[i]);
	pthread_mutex_destroy(&all->lock);
	free(all);
}

const struct tokenizer *tokenizers_get(
	struct tokenizers *all, const struct encoding *encoding, struct err *e)
{
	struct tokenizer **place = &all->loaded[encoding - encodings];
	pthread_mutex_lock(&all->lock);
	if (*place == NULL)
		*place = tokenizer_load(encoding, e);
	struct tokenizer *found = *place;
	pthread_mutex_unlock(&all->lock);
	return found;
}
