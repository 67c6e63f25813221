/* SPDX-License-Identifier: MIT */
#include "core/text/stem.h"

#include <stdbool.h>
#include <string.h>

static bool ends(const char *word, size_t len, const char *ending)
{
	size_t n = strlen(ending);
	return len > n && memcmp(word + len - n, ending, n) == 0;
}

/* True when the first LEN letters can stand as a stem. */
static bool is_stem(const char *word, size_t len, size_t least)
{
	if (len < least)
		return false;
	for (size_t i = 0; i < len; i++)
		if (strchr("aeiouy", word[i]) != NULL)
			return true;
	return false;
}

static size_t drop(const char *word, size_t len, const char *ending, size_t least)
{
	size_t rest = len - (ends(word, len, ending) ? strlen(ending) : 0);
	return rest < len && is_stem(word, rest, least) ? rest : len;
}

static size_t plural(char *word, size_t len)
{
	static const char *const with_es[] = {"sses", "xes", "ches", "shes", "zes"};
	if (ends(word, len, "ies") && len > 4) {
		word[len - 3] = 'y';
		return len - 2;
	}
	for (size_t i = 0; i < sizeof with_es / sizeof *with_es; i++)
		if (ends(word, len, with_es[i]))
			return len - 2;
	if (ends(word, len, "ss") || ends(word, len, "us") || ends(word, len, "is"))
		return len;
	return drop(word, len, "s", 3);
}

static size_t verb(char *word, size_t len)
{
	if (ends(word, len, "ied") && len > 4) {
		word[len - 3] = 'y';
		return len - 2;
	}
	size_t rest = drop(word, len, "ing", 3);
	if (rest == len && !ends(word, len, "eed"))
		rest = drop(word, len, "ed", 3);
	if (rest == len)
		return len;
	char last = word[rest - 1];
	bool doubled = rest > 3 && word[rest - 2] == last && strchr("aeioulsz", last) == NULL;
	return doubled ? rest - 1 : rest;
}

size_t stem(char *word, size_t len)
{
	if (len < 4)
		return len;
	len = plural(word, len);
	len = drop(word, len, "ly", 3);
	len = drop(word, len, "ment", 5);
	len = drop(word, len, "al", 5);
	len = verb(word, len);
	return drop(word, len, "e", 3);
}
