/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_number.h"

#include "core/data/template/tpl_chars.h"

#include <math.h>

static int digit(uint32_t c)
{
	if (c >= 'a' && c <= 'z')
		return (int)(c - 'a') + 10;
	if (c >= 'A' && c <= 'Z')
		return (int)(c - 'A') + 10;
	return tpl_digit_value(c);
}

/* The sign in front of S; true for minus. */
static bool take_sign(struct str *s)
{
	bool minus = s->len > 0 && s->at[0] == '-';
	if (minus || (s->len > 0 && s->at[0] == '+'))
		*s = str_slice(*s, 1, s->len);
	return minus;
}

/* "0x", "0o", "0b": takes it off S when it fits BASE, which it sets when it was 0. */
static bool take_prefix(struct str *s, int64_t *base)
{
	char mark = s->len > 1 && s->at[0] == '0' ? (char)(s->at[1] | 0x20) : '\0';
	int64_t named = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 0;
	if (named == 0 || (*base != 0 && *base != named))
		return false;
	*s = str_slice(*s, 2, s->len);
	*base = named;
	return true;
}

enum parsed tpl_parse_int(struct str s, int64_t base, int64_t *out)
{
	s = tpl_strip(s, true, true);
	bool minus = take_sign(&s), prefixed = take_prefix(&s, &base), over = false;
	bool zeros_only = base == 0 && s.len > 0 && s.at[0] == '0';
	bool underscore = !prefixed; /* one may not stand here */
	int64_t n = 0;
	size_t len;
	if (base == 0)
		base = 10;
	if (base < 2 || base > 36 || s.len == 0)
		return NOT_A_NUMBER;
	for (size_t at = 0; at < s.len; at += len) {
		uint32_t c = tpl_decode(s, at, &len);
		if (c == '_' && !underscore && at + 1 < s.len) {
			underscore = true;
			continue;
		}
		int d = digit(c);
		if (d < 0 || d >= base || (zeros_only && d != 0))
			return NOT_A_NUMBER;
		underscore = false;
		over |= __builtin_mul_overflow(n, base, &n);
		over |= __builtin_sub_overflow(n, (int64_t)d, &n);
	}
	if (underscore)
		return NOT_A_NUMBER;
	over |= !minus && n == INT64_MIN;
	*out = over ? 0 : minus ? n : -n;
	return over ? TOO_LARGE : PARSED;
}

static bool is_word(struct str s, const char *word)
{
	struct str w = str_from(word);
	if (s.len != w.len)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if ((s.at[i] | 0x20) != w.at[i])
			return false;
	return true;
}

/* Digits with single underscores between them, copied as ASCII. */
static bool take_digits(struct str *s, char *to, size_t *n)
{
	size_t len, before = *n;
	bool after_digit = false;
	while (s->len > 0) {
		uint32_t c = tpl_decode(*s, 0, &len);
		int d = tpl_digit_value(c);
		if (c == '_' && after_digit) {
			after_digit = false;
		} else if (d >= 0) {
			to[(*n)++] = (char)('0' + d);
			after_digit = true;
		} else {
			break;
		}
		*s = str_slice(*s, len, s->len);
	}
	return *n == before || after_digit;
}

/* "e-5" as far as it goes. */
static bool take_exponent(struct str *s, char *to, size_t *n)
{
	if (s->len == 0 || (s->at[0] | 0x20) != 'e')
		return true;
	to[(*n)++] = 'e';
	*s = str_slice(*s, 1, s->len);
	if (s->len > 0 && (s->at[0] == '-' || s->at[0] == '+')) {
		to[(*n)++] = s->at[0];
		*s = str_slice(*s, 1, s->len);
	}
	size_t before = *n;
	return take_digits(s, to, n) && *n > before;
}

/* The digits before and after the point; at least one. */
static bool take_mantissa(struct str *s, char *to, size_t *n)
{
	if (!take_digits(s, to, n))
		return false;
	size_t point = 0;
	if (s->len > 0 && s->at[0] == '.') {
		point = 1;
		to[(*n)++] = '.';
		*s = str_slice(*s, 1, s->len);
		if ((s->len > 0 && s->at[0] == '_') || !take_digits(s, to, n))
			return false;
	}
	return *n > point;
}

bool tpl_parse_float(struct arena *a, struct str s, double *out)
{
	s = tpl_strip(s, true, true);
	bool minus = take_sign(&s);
	char *to = arena_alloc(a, s.len + 2, 1);
	size_t n = 0;
	if (is_word(s, "inf") || is_word(s, "infinity") || is_word(s, "nan")) {
		double d = is_word(s, "nan") ? (double)NAN : (double)INFINITY;
		*out = minus ? -d : d;
		return true;
	}
	if (!take_mantissa(&s, to, &n) || !take_exponent(&s, to, &n) || s.len > 0)
		return false;
	*out = tpl_to_double((struct str){to, n});
	if (minus)
		*out = -*out;
	return true;
}
