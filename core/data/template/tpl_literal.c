/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_lexer.h"

/* Numbers and strings of the template's text. */

static bool digit_of(char c, int base, int *out)
{
	int d = c >= '0' && c <= '9'   ? c - '0'
		: c >= 'a' && c <= 'f' ? c - 'a' + 10
		: c >= 'A' && c <= 'F' ? c - 'A' + 10
				       : 99;
	*out = d;
	return d < base;
}

/* Digits with single underscores between them; returns where they stop. */
static size_t digits(const struct lexer *l, size_t at, int base, bool lead_underscore)
{
	int d;
	bool any = lead_underscore;
	for (;;) {
		size_t skip = any && tpl_lex_peek(l, at) == '_' ? 1 : 0;
		if (!digit_of(tpl_lex_peek(l, at + skip), base, &d))
			return at;
		at += skip + 1;
		any = true;
	}
}

static bool integer_token(struct lexer *l, struct token *t, size_t from)
{
	int base = 10, d;
	size_t start = from, end;
	char mark = (char)(tpl_lex_peek(l, from + 1) | 0x20);
	if (tpl_lex_peek(l, from) == '0' && (mark == 'x' || mark == 'o' || mark == 'b')) {
		base = mark == 'x' ? 16 : mark == 'o' ? 8 : 2;
		start = from + 2;
		end = digits(l, start, base, true);
		if (end == start)
			base = 10;
	}
	if (base == 10) {
		start = from;
		end = digits(l, from, 10, false);
		if (tpl_lex_peek(l, from) == '0') /* 007 is 0, then 07, as jinja2 reads it */
			for (end = from + 1; tpl_lex_peek(l, end) == '0'; end++)
				;
	}
	tpl_lex_make(l, t, TOKEN_INTEGER, from, end);
	for (size_t i = start; i < end; i++) {
		if (!digit_of(tpl_lex_peek(l, i), base, &d))
			continue;
		if (__builtin_mul_overflow(t->integer, base, &t->integer) ||
			__builtin_add_overflow(t->integer, d, &t->integer)) {
			err_set(l->err, ERR_CONFIG,
				"The integer %.*s is past 64 bits, which templates do not have.",
				STR_ARG(str_slice(t->text, 0, 40)));
			return tpl_lex_fail(l, from);
		}
	}
	tpl_lex_move(l, end);
	return true;
}

/* Where a float that begins at AT stops, or 0 when there is none. */
static size_t float_end(const struct lexer *l, size_t at)
{
	int d;
	if (at > 0 && tpl_lex_peek(l, at - 1) == '.')
		return 0;
	size_t end = digits(l, at, 10, false);
	bool is_float = false;
	if (tpl_lex_peek(l, end) == '.' && digit_of(tpl_lex_peek(l, end + 1), 10, &d)) {
		end = digits(l, end + 1, 10, false);
		is_float = true;
	}
	if ((tpl_lex_peek(l, end) | 0x20) == 'e') {
		size_t sign =
			tpl_lex_peek(l, end + 1) == '+' || tpl_lex_peek(l, end + 1) == '-' ? 1 : 0;
		if (digit_of(tpl_lex_peek(l, end + 1 + sign), 10, &d)) {
			end = digits(l, end + 1 + sign, 10, false);
			is_float = true;
		}
	}
	return is_float ? end : 0;
}

bool tpl_lex_number(struct lexer *l, struct token *t)
{
	size_t from = l->at, end = float_end(l, from), n = 0;
	if (end == 0)
		return integer_token(l, t, from);
	tpl_lex_make(l, t, TOKEN_FLOAT, from, end);
	char *clean = arena_alloc(l->arena, end - from + 1, 1);
	for (size_t i = from; i < end; i++)
		if (tpl_lex_peek(l, i) != '_')
			clean[n++] = tpl_lex_peek(l, i);
	t->real = tpl_to_double((struct str){clean, n});
	tpl_lex_move(l, end);
	return true;
}

/* An escape's value and length; -1: not an escape, the backslash stays; -2: broken. */
static int64_t escape_value(struct str s, size_t at, size_t *len)
{
	static const char names[] = "\\\\''\"\"a\ab\bf\fn\nr\rt\tv\v";
	char c = at + 1 < s.len ? s.at[at + 1] : '\0';
	int d;
	*len = 2;
	for (const char *p = names; *p != '\0'; p += 2)
		if (*p == c)
			return p[1];
	if (c >= '0' && c <= '7') {
		int64_t v = 0;
		size_t n = 0;
		for (; n < 3 && at + 1 + n < s.len && digit_of(s.at[at + 1 + n], 8, &d); n++)
			v = v * 8 + d;
		*len = n + 1;
		return v;
	}
	size_t want = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
	if (want == 0)
		return c == 'N' ? -2 : -1;
	int64_t v = 0;
	for (size_t i = 0; i < want; i++) {
		if (at + 2 + i >= s.len || !digit_of(s.at[at + 2 + i], 16, &d))
			return -2;
		v = v * 16 + d;
	}
	*len = want + 2;
	return v > 0x10FFFF || (v >= 0xD800 && v < 0xE000) ? -2 : v;
}

static bool unescape(struct lexer *l, struct str raw, size_t place_of, struct str *out)
{
	char *to = arena_alloc(l->arena, raw.len + 1, 1);
	size_t n = 0, len;
	for (size_t i = 0; i < raw.len; i += len) {
		len = 1;
		if (raw.at[i] != '\\') {
			to[n++] = raw.at[i];
			continue;
		}
		if (i + 1 < raw.len && raw.at[i + 1] == '\n') {
			len = 2;
			continue;
		}
		int64_t v = escape_value(raw, i, &len);
		if (v == -2) {
			err_set(l->err, ERR_CONFIG,
				"The escape %.*s in this string cannot be read.",
				STR_ARG(str_slice(raw, i, i + 6)));
			err_hint(l->err,
				"Known are \\n, \\t, \\xHH, \\uHHHH and \\UHHHHHHHH of characters.");
			return tpl_lex_fail(l, place_of);
		}
		if (v == -1) {
			to[n++] = '\\';
			len = 1;
		} else {
			n += tpl_encode((uint32_t)v, to + n);
		}
	}
	*out = (struct str){to, n};
	return true;
}

bool tpl_lex_string(struct lexer *l, struct token *t)
{
	size_t from = l->at;
	char quote = tpl_lex_peek(l, from);
	for (size_t at = from + 1; at < l->source.len; at++) {
		char c = tpl_lex_peek(l, at);
		if (c == '\\') {
			at++;
		} else if (c == quote) {
			tpl_lex_make(l, t, TOKEN_STRING, from, at + 1);
			tpl_lex_move(l, at + 1);
			return unescape(l, str_slice(l->source, from + 1, at), from, &t->text);
		}
	}
	err_set(l->err, ERR_CONFIG, "The string that begins here has no end.");
	return tpl_lex_fail(l, from);
}
