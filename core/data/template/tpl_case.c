/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_chars.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Case of whole strings. */

enum case_kind { CASE_UPPER, CASE_LOWER, CASE_TITLE, CASE_CAPITAL, CASE_SWAP };

static bool is_cased(uint32_t c)
{
	return tpl_is_lower(c) || tpl_is_upper(c) || tpl_is_title(c);
}

/* Unicode's Case_Ignorable: what may stand between a final sigma and its word. */
static bool is_ignorable(uint32_t c)
{
	if (c == '\'' || c == '.' || c == ':' || c == '^' || c == '`' || c == 0xAD || c == 0xB7 ||
		c == 0x2018 || c == 0x2019)
		return true;
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_SK: return true;
	default: return false;
	}
}

/* Is the sigma at AT the last letter of a word that has others? */
static bool is_final_sigma(struct str s, size_t at, size_t len)
{
	size_t from = 0, n, i;
	bool before = false;
	for (i = 0; i < at; i += n) {
		uint32_t c = tpl_decode(s, i, &n);
		if (!is_ignorable(c))
			before = is_cased(c);
	}
	for (from = at + len; from < s.len; from += n) {
		uint32_t c = tpl_decode(s, from, &n);
		if (!is_ignorable(c))
			return before && !is_cased(c);
	}
	return before;
}

static size_t lower_at(struct str s, size_t at, size_t len, uint32_t c, uint32_t out[TPL_CASE_MAX])
{
	if (c == 0x3A3) {
		out[0] = is_final_sigma(s, at, len) ? 0x3C2 : 0x3C3;
		return 1;
	}
	return tpl_to_lower(c, out);
}

static void ascii_lower(char *to, struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.at[i];
		to[i] = (char)(c | ((unsigned char)(c - 'A') < 26 ? 0x20 : 0));
	}
}

static void ascii_upper(char *to, struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.at[i];
		to[i] = (char)(c & ((unsigned char)(c - 'a') < 26 ? 0xDF : 0xFF));
	}
}

static void ascii_case(char *to, struct str s, enum case_kind kind)
{
	if (kind == CASE_UPPER) {
		ascii_upper(to, s);
		return;
	}
	ascii_lower(to, s);
	if (kind == CASE_CAPITAL && s.len > 0)
		ascii_upper(to, str_slice((struct str){to, s.len}, 0, 1));
	bool in_word = false;
	for (size_t i = 0; i < s.len && (kind == CASE_TITLE || kind == CASE_SWAP); i++) {
		bool letter = to[i] >= 'a' && to[i] <= 'z';
		if (letter && (kind == CASE_TITLE ? !in_word : to[i] == s.at[i]))
			to[i] = (char)(to[i] - 32);
		in_word = letter;
	}
}

static struct str convert(struct arena *a, struct str s, enum case_kind kind)
{
	if (tpl_is_ascii(s)) {
		char *same = arena_alloc(a, s.len + 1, 1);
		ascii_case(same, s, kind);
		return (struct str){same, s.len};
	}
	/* A mapping gives at most 3 characters and at most 3 bytes for each byte. */
	char *to = arena_alloc(a, s.len * 3 + 4, 1);
	size_t n = 0, len;
	bool in_word = false;
	for (size_t at = 0; at < s.len; at += len) {
		uint32_t out[TPL_CASE_MAX], c = tpl_decode(s, at, &len);
		if (c == 0xFFFD && len == 1) {
			to[n++] = s.at[at];
			in_word = false;
			continue;
		}
		size_t count;
		if (kind == CASE_UPPER || (kind == CASE_SWAP && tpl_is_lower(c)))
			count = tpl_to_upper(c, out);
		else if ((kind == CASE_TITLE && !in_word) || (kind == CASE_CAPITAL && at == 0))
			count = tpl_to_title(c, out);
		else if (kind == CASE_SWAP && !tpl_is_upper(c))
			count = 1, out[0] = c;
		else
			count = lower_at(s, at, len, c, out);
		for (size_t i = 0; i < count; i++)
			n += tpl_encode(out[i], to + n);
		in_word = is_cased(c);
	}
	return (struct str){to, n};
}

struct str tpl_upper(struct arena *a, struct str s)
{
	return convert(a, s, CASE_UPPER);
}

struct str tpl_lower(struct arena *a, struct str s)
{
	return convert(a, s, CASE_LOWER);
}

struct str tpl_title(struct arena *a, struct str s)
{
	return convert(a, s, CASE_TITLE);
}

struct str tpl_capitalize(struct arena *a, struct str s)
{
	return convert(a, s, CASE_CAPITAL);
}

struct str tpl_swapcase(struct arena *a, struct str s)
{
	return convert(a, s, CASE_SWAP);
}

struct str tpl_casefold(struct arena *a, struct str s)
{
	utf8proc_uint8_t *folded = NULL;
	utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)s.at, (utf8proc_ssize_t)s.len,
		&folded, UTF8PROC_CASEFOLD);
	if (n < 0) /* not UTF-8 */
		return tpl_lower(a, s);
	struct str out = str_copy(a, (struct str){(const char *)folded, (size_t)n});
	free(folded);
	return out;
}
