/* SPDX-License-Identifier: MIT */
#include "core/text/fuzzy.h"

#include "core/text/segment.h"
#include "core/text/utf8.h"

#include <limits.h>
#include <string.h>
#include <utf8proc.h>

enum {
	SCORE_MATCH = 16,
	SCORE_IN_A_ROW = 12,
	SCORE_WORD = 10,
	SCORE_PATH = 11, /* the start of a file's name is a better place than that of a word */
	SCORE_CAPITAL = 8,
	SCORE_START = 14,
	COST_GAP = 5, /* of the first character left out */
	COST_MORE = 1, /* of each further one */
	IMPOSSIBLE = INT_MIN / 2
};

/* A text taken apart into characters. */
struct letters {
	uint32_t folded[FUZZY_TEXT];
	uint32_t at[FUZZY_TEXT];
	int8_t bonus[FUZZY_TEXT];
	size_t count;
};

/* One word's alignment: a row for each of its characters. */
struct table {
	uint8_t first[FUZZY_PATTERN]; /* where each can be matched at the earliest */
	uint8_t from[FUZZY_PATTERN][FUZZY_TEXT]; /* where the character before was matched */
	int ends[2][FUZZY_TEXT]; /* best score with this character matched here */
	int gaps[2][FUZZY_TEXT]; /* best score with it matched here or earlier, less the gap */
	uint8_t where[2][FUZZY_TEXT]; /* the place that the latter is about */
};

static uint32_t fold(uint32_t code)
{
	if (code >= 0xFF01 && code <= 0xFF5E)
		code -= 0xFEE0;
	if (code < 0x80)
		return code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
	return (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
}

static bool is_letter(uint32_t code)
{
	return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') ||
	       (code >= '0' && code <= '9') || code >= 0x80;
}

static int bonus_of(uint32_t before, uint32_t code)
{
	if (before == 0)
		return SCORE_START;
	if (before == '/')
		return SCORE_PATH;
	if (!is_letter(before))
		return is_letter(code) ? SCORE_WORD : 0;
	if (before >= 'a' && before <= 'z' && code >= 'A' && code <= 'Z')
		return SCORE_CAPITAL;
	if (before < 0x80 && code < 0x80)
		return 0;
	return segment_is_cjk(before) != segment_is_cjk(code) ? SCORE_CAPITAL : 0;
}

static void take_apart(struct letters *l, struct str text)
{
	uint32_t before = 0, code;
	l->count = 0;
	for (size_t at = 0; at < text.len && l->count < FUZZY_TEXT; l->count++) {
		l->at[l->count] = (uint32_t)at;
		code = (unsigned char)text.at[at];
		at = code < 0x80 ? at + 1 : utf8_next(text, at, &code);
		l->folded[l->count] = fold(code);
		l->bonus[l->count] = (int8_t)bonus_of(before, code);
		before = code;
	}
}

static bool occurs_in_order(
	struct table *t, const uint32_t *word, size_t len, const struct letters *l)
{
	size_t i = 0;
	for (size_t j = 0; j < l->count && i < len; j++)
		if (l->folded[j] == word[i])
			t->first[i++] = (uint8_t)j;
	return i == len;
}

/* The best score with WORD's character I matched at J, given the row before. */
static int end_here(struct table *t, const uint32_t *word, size_t i, size_t j, int bonus)
{
	size_t last = (i + 1) % 2;
	if (i == 0)
		return SCORE_MATCH + bonus;
	bool together = segment_is_cjk(word[i - 1]) && segment_is_cjk(word[i]);
	int row = t->ends[last][j - 1] + SCORE_IN_A_ROW;
	int gap = j >= t->first[i - 1] + 2U && !together ? t->gaps[last][j - 2] - COST_GAP
							 : IMPOSSIBLE;
	t->from[i][j] = row >= gap ? (uint8_t)(j - 1) : t->where[last][j - 2];
	int best = row >= gap ? row : gap;
	return best > IMPOSSIBLE / 2 ? best + SCORE_MATCH + bonus : IMPOSSIBLE;
}

static void fill_row(struct table *t, const uint32_t *word, size_t i, const struct letters *l)
{
	size_t now = i % 2;
	for (size_t j = t->first[i]; j < l->count; j++) {
		bool same = l->folded[j] == word[i];
		int end = same ? end_here(t, word, i, j, l->bonus[j]) : IMPOSSIBLE;
		int gap = j > t->first[i] ? t->gaps[now][j - 1] - COST_MORE : IMPOSSIBLE;
		t->ends[now][j] = end;
		t->gaps[now][j] = end >= gap ? end : gap;
		t->where[now][j] = end >= gap ? (uint8_t)j : t->where[now][j - 1];
	}
}

/* Adds the byte AT to the places of F, in their order, once. */
static void mark(struct fuzzy *f, uint32_t at)
{
	size_t i = f->count;
	while (i > 0 && f->at[i - 1] > at)
		i--;
	if ((i > 0 && f->at[i - 1] == at) || f->count == FUZZY_PATTERN)
		return;
	memmove(&f->at[i + 1], &f->at[i], (f->count - i) * sizeof *f->at);
	f->at[i] = at;
	f->count++;
}

static bool match_word(
	struct table *t, const uint32_t *word, size_t len, const struct letters *l, struct fuzzy *f)
{
	if (!occurs_in_order(t, word, len, l))
		return false;
	for (size_t i = 0; i < len; i++)
		fill_row(t, word, i, l);
	const int *ends = t->ends[(len - 1) % 2];
	size_t best = t->first[len - 1];
	for (size_t j = best + 1; j < l->count; j++)
		if (ends[j] > ends[best])
			best = j;
	if (ends[best] <= IMPOSSIBLE / 2)
		return false;
	f->score += ends[best];
	for (size_t i = len; i-- > 0;) {
		mark(f, l->at[best]);
		if (i > 0)
			best = t->from[i][best];
	}
	return true;
}

bool fuzzy_match(struct str pattern, struct str text, struct fuzzy *out)
{
	struct letters letters;
	struct table table;
	struct fuzzy found = {.score = 0};
	uint32_t word[FUZZY_PATTERN];
	size_t taken = 0;
	take_apart(&letters, text);
	while (pattern.len > 0) {
		struct str one = str_cut(pattern, ' ', &pattern);
		size_t len = 0;
		for (size_t at = 0; at < one.len && taken < FUZZY_PATTERN; taken++) {
			at = utf8_next(one, at, &word[len]);
			word[len] = fold(word[len]);
			len++;
		}
		if (len > 0 && !match_word(&table, word, len, &letters, &found))
			return false;
	}
	/* Of two texts that match alike, the shorter is meant. */
	found.score -= found.count > 0 ? (int)letters.count / 8 : 0;
	if (out != NULL)
		*out = found;
	return true;
}

bool fuzzy_has(const struct fuzzy *f, size_t at)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->at[i] == at)
			return true;
	return false;
}
