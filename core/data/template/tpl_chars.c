/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_chars.h"

#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

uint32_t tpl_decode(struct str s, size_t at, size_t *len)
{
	unsigned char c = (unsigned char)s.at[at];
	*len = 1;
	if (c < 0x80)
		return c;
	utf8proc_int32_t code;
	utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.at + at,
		(utf8proc_ssize_t)(s.len - at < 4 ? s.len - at : 4), &code);
	if (n <= 0)
		return 0xFFFD;
	*len = (size_t)n;
	return (uint32_t)code;
}

size_t tpl_encode(uint32_t c, char *to)
{
	return (size_t)utf8proc_encode_char((utf8proc_int32_t)c, (utf8proc_uint8_t *)to);
}

bool tpl_is_ascii(struct str s)
{
	size_t i = 0;
	for (; i + 8 <= s.len; i += 8) {
		uint64_t word;
		memcpy(&word, s.at + i, 8);
		if ((word & UINT64_C(0x8080808080808080)) != 0)
			return false;
	}
	for (; i < s.len; i++)
		if ((unsigned char)s.at[i] >= 0x80)
			return false;
	return true;
}

size_t tpl_length(struct str s)
{
	if (tpl_is_ascii(s))
		return s.len;
	size_t n = 0, len;
	for (size_t at = 0; at < s.len; at += len, n++)
		tpl_decode(s, at, &len);
	return n;
}

size_t tpl_offset(struct str s, size_t chars)
{
	size_t at = 0, len;
	while (at < s.len && chars > 0) {
		uint64_t word;
		if (chars >= 8 && s.len - at >= 8) {
			memcpy(&word, s.at + at, 8);
			if ((word & UINT64_C(0x8080808080808080)) == 0) {
				at += 8;
				chars -= 8;
				continue;
			}
		}
		tpl_decode(s, at, &len);
		at += len;
		chars--;
	}
	return at;
}

struct str tpl_chars(struct str s, size_t from, size_t to)
{
	if (from >= to)
		return STR_NONE;
	size_t start = tpl_offset(s, from);
	struct str rest = str_slice(s, start, s.len);
	return str_slice(rest, 0, tpl_offset(rest, to - from));
}

static bool in_ranges(const struct char_range *r, size_t len, uint32_t c)
{
	size_t low = 0, high = len;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (c > r[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < len && c >= r[low].first;
}

static utf8proc_category_t category(uint32_t c)
{
	return utf8proc_category((utf8proc_int32_t)c);
}

bool tpl_is_space(uint32_t c)
{
	if (c < 0x80)
		return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F);
	return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
	       c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool tpl_is_line_break(uint32_t c)
{
	return (c >= '\n' && c <= '\r') || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 ||
	       c == 0x2029;
}

bool tpl_is_alpha(uint32_t c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	utf8proc_category_t k = category(c);
	return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO;
}

bool tpl_is_decimal(uint32_t c)
{
	return c < 0x80 ? c >= '0' && c <= '9' : category(c) == UTF8PROC_CATEGORY_ND;
}

bool tpl_is_digit(uint32_t c)
{
	return tpl_is_decimal(c) || in_ranges(tpl_other_digit, tpl_other_digit_len, c);
}

bool tpl_is_numeric(uint32_t c)
{
	if (c < 0x80)
		return c >= '0' && c <= '9';
	utf8proc_category_t k = category(c);
	return (k >= UTF8PROC_CATEGORY_ND && k <= UTF8PROC_CATEGORY_NO) ||
	       in_ranges(tpl_other_numeric, tpl_other_numeric_len, c);
}

bool tpl_is_alnum(uint32_t c)
{
	return tpl_is_alpha(c) || tpl_is_numeric(c);
}

bool tpl_is_word(uint32_t c)
{
	return c == '_' || tpl_is_alnum(c);
}

bool tpl_is_lower(uint32_t c)
{
	if (c < 0x80)
		return c >= 'a' && c <= 'z';
	return category(c) == UTF8PROC_CATEGORY_LL ||
	       in_ranges(tpl_other_lower, tpl_other_lower_len, c);
}

bool tpl_is_upper(uint32_t c)
{
	if (c < 0x80)
		return c >= 'A' && c <= 'Z';
	return category(c) == UTF8PROC_CATEGORY_LU ||
	       in_ranges(tpl_other_upper, tpl_other_upper_len, c);
}

bool tpl_is_title(uint32_t c)
{
	return c >= 0x80 && category(c) == UTF8PROC_CATEGORY_LT;
}

bool tpl_is_printable(uint32_t c)
{
	if (c < 0x80)
		return c >= ' ' && c < 0x7F;
	switch (category(c)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_ZS: return false;
	default: return true;
	}
}

bool tpl_is_name_start(uint32_t c)
{
	return c == '_' || tpl_is_alpha(c) || (c >= 0x80 && category(c) == UTF8PROC_CATEGORY_NL);
}

bool tpl_is_name(uint32_t c)
{
	if (c < 0x80)
		return tpl_is_alpha(c) || c == '_' || (c >= '0' && c <= '9');
	switch (category(c)) {
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_PC: return true;
	default: return tpl_is_alpha(c) || c == 0xB7;
	}
}

int tpl_digit_value(uint32_t c)
{
	if (c < 0x80)
		return c >= '0' && c <= '9' ? (int)(c - '0') : -1;
	if (!tpl_is_decimal(c))
		return -1;
	/* Decimal digits come in runs of ten; mathematical ones follow each other from U+1D7CE. */
	if (c >= 0x1D7CE && c <= 0x1D7FF)
		return (int)((c - 0x1D7CE) % 10);
	uint32_t zero = c;
	while (c - zero < 9 && tpl_is_decimal(zero - 1))
		zero--;
	return (int)(c - zero);
}

static size_t special(
	const struct char_special *t, size_t len, uint32_t c, uint32_t out[TPL_CASE_MAX])
{
	size_t low = 0, high = len, n = 0;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (c > t[middle].from)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == len || t[low].from != c)
		return 0;
	while (n < TPL_CASE_MAX && t[low].to[n] != 0) {
		out[n] = t[low].to[n];
		n++;
	}
	return n;
}

size_t tpl_to_upper(uint32_t c, uint32_t out[TPL_CASE_MAX])
{
	out[0] = c;
	if (c < 0x80) {
		out[0] = c >= 'a' && c <= 'z' ? c - 32 : c;
		return 1;
	}
	size_t n = special(tpl_special_upper, tpl_special_upper_len, c, out);
	if (n > 0)
		return n;
	out[0] = (uint32_t)utf8proc_toupper((utf8proc_int32_t)c);
	return 1;
}

size_t tpl_to_title(uint32_t c, uint32_t out[TPL_CASE_MAX])
{
	if (c < 0x80)
		return tpl_to_upper(c, out);
	size_t n = special(tpl_special_title, tpl_special_title_len, c, out);
	if (n > 0)
		return n;
	out[0] = (uint32_t)utf8proc_totitle((utf8proc_int32_t)c);
	return 1;
}

size_t tpl_to_lower(uint32_t c, uint32_t out[TPL_CASE_MAX])
{
	if (c < 0x80) {
		out[0] = c >= 'A' && c <= 'Z' ? c + 32 : c;
		return 1;
	}
	if (c == 0x130) { /* the only one that grows */
		out[0] = 'i';
		out[1] = 0x307;
		return 2;
	}
	out[0] = (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
	return 1;
}

/* Visible ASCII, which is most of what stands at the ends of strings. */
static bool is_plain(char c)
{
	return c > ' ' && (unsigned char)c < 0x7F;
}

struct str tpl_strip(struct str s, bool start, bool end)
{
	size_t len;
	while (start && s.len > 0 && !is_plain(s.at[0]) && tpl_is_space(tpl_decode(s, 0, &len)))
		s = str_slice(s, len, s.len);
	while (end && s.len > 0 && !is_plain(s.at[s.len - 1])) {
		size_t at = s.len - 1;
		while (at > 0 && s.len - at < 4 && ((unsigned char)s.at[at] & 0xC0) == 0x80)
			at--;
		if (!tpl_is_space(tpl_decode(s, at, &len)) || at + len != s.len)
			break;
		s.len = at;
	}
	return s;
}

static bool in_set(struct str set, struct str c)
{
	size_t len;
	for (size_t at = 0; at < set.len; at += len) {
		tpl_decode(set, at, &len);
		if (str_eq(str_slice(set, at, at + len), c))
			return true;
	}
	return false;
}

struct str tpl_strip_set(struct str s, struct str set, bool start, bool end)
{
	size_t len;
	while (start && s.len > 0) {
		tpl_decode(s, 0, &len);
		if (!in_set(set, str_slice(s, 0, len)))
			break;
		s = str_slice(s, len, s.len);
	}
	while (end && s.len > 0) {
		size_t at = s.len - 1;
		while (at > 0 && s.len - at < 4 && ((unsigned char)s.at[at] & 0xC0) == 0x80)
			at--;
		tpl_decode(s, at, &len);
		if (at + len != s.len)
			at = s.len - 1;
		if (!in_set(set, str_slice(s, at, s.len)))
			break;
		s.len = at;
	}
	return s;
}

double tpl_to_double(struct str s)
{
	char small[64], *text = s.len < sizeof small ? small : xmalloc(s.len + 1);
	memcpy(text, s.at, s.len);
	text[s.len] = '\0';
	double d = strtod(text, NULL);
	if (text != small)
		free(text);
	return d;
}
