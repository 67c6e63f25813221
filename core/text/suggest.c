/* SPDX-License-Identifier: MIT */
#include "core/text/suggest.h"

#include <string.h>

enum { MAX_LEN = 64, MAX_DISTANCE = 3 };

static unsigned char fold(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c == '-' ? '_' : c);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment distance of two words of at most MAX_LEN bytes. */
static size_t distance_of(struct str a, struct str b)
{
	size_t rows[3][MAX_LEN + 1];
	size_t *before = rows[0], *last = rows[1], *now = rows[2];
	for (size_t j = 0; j <= b.len; j++)
		last[j] = before[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		now[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t same = fold(a.at[i - 1]) == fold(b.at[j - 1]) ? 0 : 1;
			size_t best = least(least(last[j], now[j - 1]) + 1, last[j - 1] + same);
			if (i > 1 && j > 1 && fold(a.at[i - 1]) == fold(b.at[j - 2]) &&
				fold(a.at[i - 2]) == fold(b.at[j - 1]))
				best = least(best, before[j - 2] + 1);
			now[j] = best;
		}
		size_t *spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[b.len];
}

static bool begins_with(struct str name, struct str word)
{
	for (size_t i = 0; i < word.len; i++)
		if (i >= name.len || fold(name.at[i]) != fold(word.at[i]))
			return false;
	return true;
}

struct suggest suggest_for(struct str word)
{
	return (struct suggest){.word = word, .distance = MAX_DISTANCE + 1};
}

void suggest_offer(struct suggest *s, struct str name)
{
	size_t longer = s->word.len > name.len ? s->word.len : name.len;
	size_t shorter = s->word.len + name.len - longer;
	if (s->word.len == 0 || longer > MAX_LEN)
		return;
	size_t distance = MAX_DISTANCE + 1;
	if (longer - shorter <= MAX_DISTANCE)
		distance = distance_of(s->word, name);
	if (distance * 3 > longer)
		distance = MAX_DISTANCE + 1;
	if (distance > MAX_DISTANCE && s->word.len >= 3 && begins_with(name, s->word))
		distance = MAX_DISTANCE;
	if (distance < s->distance) {
		s->distance = distance;
		s->best = name;
	}
}

const char *suggest_name(struct str word, const char *const *names)
{
	struct suggest s = suggest_for(word);
	for (; *names != NULL; names++)
		suggest_offer(&s, str_from(*names));
	return s.best.at;
}
