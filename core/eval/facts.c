/* SPDX-License-Identifier: MIT */
#include "core/eval/facts.h"

#include <stdlib.h>
#include <utf8proc.h>

static bool is_space(utf8proc_int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);
	return (c >= 9 && c <= 13) || category == UTF8PROC_CATEGORY_ZS ||
	       category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

struct str facts_normalise(struct arena *a, struct str text)
{
	utf8proc_uint8_t *folded = NULL;
	utf8proc_ssize_t len =
		utf8proc_map((const utf8proc_uint8_t *)text.at, (utf8proc_ssize_t)text.len, &folded,
			UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
	if (len < 0)
		return text; /* not UTF-8: compared as it is */
	char *out = arena_copy(a, folded, (size_t)len);
	size_t kept = 0;
	for (utf8proc_ssize_t at = 0; at < len;) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate(folded + at, len - at, &c);
		if (n <= 0)
			break;
		for (utf8proc_ssize_t i = 0; !is_space(c) && i < n; i++)
			out[kept++] = (char)folded[at + i];
		at += n;
	}
	free(folded);
	return (struct str){out, kept};
}

static bool contains_any(struct arena *a, struct str alternatives, struct str answer)
{
	while (alternatives.len > 0) {
		struct str one = facts_normalise(a, str_cut(alternatives, '|', &alternatives));
		if (one.len > 0 && str_find(answer, one, 0) != SIZE_MAX)
			return true;
	}
	return false;
}

size_t facts_found(struct value facts, struct str answer)
{
	struct arena a = ARENA_INIT;
	struct str normal = facts_normalise(&a, answer);
	size_t found = 0;
	for (size_t i = 0; i < facts.u.list->len; i++)
		found += contains_any(&a, facts.u.list->items[i].u.str, normal);
	arena_release(&a);
	return found;
}

/* The number of the citation at AT ("[12]"), or 0; *END moves behind it. */
static size_t citation_at(struct str s, size_t at, size_t *end)
{
	size_t number = 0, i = at + 1;
	for (; i < s.len && s.at[i] >= '0' && s.at[i] <= '9' && number < 100000; i++)
		number = number * 10 + (size_t)(s.at[i] - '0');
	*end = i;
	return i > at + 1 && i < s.len && s.at[i] == ']' ? number : 0;
}

/* WANTED 0: any. */
static bool cites(struct str answer, size_t wanted)
{
	for (size_t at = str_find(answer, STR("["), 0); at != SIZE_MAX;) {
		size_t end, number = citation_at(answer, at, &end);
		if (number > 0 && (wanted == 0 || number == wanted))
			return true;
		at = str_find(answer, STR("["), end);
	}
	return false;
}

bool facts_cites(struct str answer, size_t number)
{
	return number > 0 && cites(answer, number);
}

bool facts_cites_any(struct str answer)
{
	return cites(answer, 0);
}
