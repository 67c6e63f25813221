/* SPDX-License-Identifier: MIT */
#include "core/data/yaml_scalar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_one_of(struct str s, const char *const *words)
{
	for (; *words != NULL; words++)
		if (str_is(s, *words))
			return true;
	return false;
}

static size_t count_digits(struct str s, size_t at)
{
	size_t n = 0;
	while (at + n < s.len && s.at[at + n] >= '0' && s.at[at + n] <= '9')
		n++;
	return n;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool is_float(struct str s)
{
	size_t at = s.at[0] == '-' || s.at[0] == '+' ? 1 : 0;
	size_t whole = count_digits(s, at), part = 0;
	at += whole;
	if (at < s.len && s.at[at] == '.') {
		part = count_digits(s, at + 1);
		at += 1 + part;
	}
	if (whole + part == 0)
		return false;
	if (at < s.len && (s.at[at] == 'e' || s.at[at] == 'E')) {
		at++;
		at += at < s.len && (s.at[at] == '-' || s.at[at] == '+');
		size_t power = count_digits(s, at);
		if (power == 0)
			return false;
		at += power;
	}
	return at == s.len;
}

static bool is_digits(struct str s)
{
	size_t at = s.at[0] == '-' || s.at[0] == '+' ? 1 : 0;
	return s.len > at && count_digits(s, at) == s.len - at;
}

/* "0o17" and "0xff": true when S is one of them; *FITS says whether it fits into 63 bits. */
static bool read_based(struct str s, int64_t *out, bool *fits)
{
	if (s.len < 3 || s.at[0] != '0' || (s.at[1] != 'o' && s.at[1] != 'x'))
		return false;
	int64_t base = s.at[1] == 'x' ? 16 : 8, n = 0;
	*fits = true;
	for (size_t i = 2; i < s.len; i++) {
		static const char digits[] = "0123456789abcdef0123456789ABCDEF";
		const char *p = s.at[i] != '\0' ? strchr(digits, s.at[i]) : NULL;
		int64_t digit = p != NULL ? (p - digits) % 16 : 16;
		if (digit >= base)
			return false;
		if (__builtin_mul_overflow(n, base, &n) || __builtin_add_overflow(n, digit, &n))
			*fits = false;
	}
	*out = n;
	return true;
}

static bool read_int(struct str s, struct value *out, bool *fits)
{
	int64_t n;
	if (is_digits(s)) {
		*fits = str_to_int(s, &n);
	} else if (!read_based(s, &n, fits)) {
		return false;
	}
	if (*fits)
		*out = value_int(n);
	return true;
}

static double to_double(struct str s)
{
	char text[512];
	size_t len = s.len < sizeof text ? s.len : sizeof text - 1;
	memcpy(text, s.at, len);
	text[len] = '\0';
	return strtod(text, NULL);
}

static bool read_float(struct str s, struct value *out)
{
	static const char *const infinite[] = {
		".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", NULL};
	static const char *const nan_words[] = {".nan", ".NaN", ".NAN", NULL};
	if (is_one_of(s, infinite))
		*out = value_float(s.at[0] == '-' ? -(double)INFINITY : (double)INFINITY);
	else if (is_one_of(s, nan_words))
		*out = value_float((double)NAN);
	else if (is_float(s))
		*out = value_float(to_double(s));
	else
		return false;
	return true;
}

bool yaml_scalar(struct str text, struct value *out, struct err *e)
{
	static const char *const none[] = {"", "~", "null", "Null", "NULL", NULL};
	static const char *const yes[] = {"true", "True", "TRUE", NULL};
	static const char *const no[] = {"false", "False", "FALSE", NULL};
	bool fits = true;
	if (is_one_of(text, none))
		*out = value_none();
	else if (is_one_of(text, yes) || is_one_of(text, no))
		*out = value_bool(text.at[0] == 't' || text.at[0] == 'T');
	else if (!read_int(text, out, &fits) && !read_float(text, out))
		*out = value_str(text);
	if (fits)
		return true;
	err_set(e, ERR_CONFIG, "The number %.*s does not fit into 64 bits.",
		text.len < 80 ? (int)text.len : 80, text.at);
	return err_hint(e, "Put it in quotes to keep it as text.");
}
