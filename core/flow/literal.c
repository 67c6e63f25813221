/* SPDX-License-Identifier: MIT */
#include "core/flow/literal.h"

#include "core/base/buf.h"

enum { LITERAL_DEPTH = 64 };

struct reader {
	struct arena *arena;
	struct str s;
	size_t at;
	int depth;
};

static bool read_value(struct reader *r, struct value *out);

static char peek(const struct reader *r)
{
	return r->at < r->s.len ? r->s.at[r->at] : '\0';
}

static void skip_space(struct reader *r)
{
	while (r->at < r->s.len) {
		char c = r->s.at[r->at];
		if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f')
			return;
		r->at++;
	}
}

static bool take(struct reader *r, char c)
{
	skip_space(r);
	if (peek(r) != c)
		return false;
	r->at++;
	return true;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool read_hex(struct reader *r, unsigned digits, struct buf *out)
{
	uint32_t code = 0;
	for (unsigned i = 0; i < digits; i++, r->at++) {
		int digit = hex_value(peek(r));
		if (digit < 0)
			return false;
		code = code << 4 | (uint32_t)digit;
	}
	if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
		return false;
	return buf_add_code_point(out, code);
}

static bool read_octal(struct reader *r, struct buf *out)
{
	uint32_t code = 0;
	for (int i = 0; i < 3 && peek(r) >= '0' && peek(r) <= '7'; i++, r->at++)
		code = code * 8 + (uint32_t)(peek(r) - '0');
	return buf_add_code_point(out, code);
}

/* After the backslash. An unknown escape keeps its backslash, as in Python. */
static bool read_escape(struct reader *r, struct buf *out)
{
	static const char from[] = "\\'\"abfnrtv";
	static const char to[] = "\\'\"\a\b\f\n\r\t\v";
	char c = peek(r);
	if (c >= '0' && c <= '7')
		return read_octal(r, out);
	if (r->at >= r->s.len)
		return false;
	r->at++;
	for (size_t i = 0; from[i] != '\0'; i++)
		if (c == from[i])
			return buf_add_char(out, to[i]);
	switch (c) {
	case '\n': return true;
	case 'x': return read_hex(r, 2, out);
	case 'u': return read_hex(r, 4, out);
	case 'U': return read_hex(r, 8, out);
	default: return buf_add_char(out, '\\') && buf_add_char(out, c);
	}
}

static bool read_quoted(struct reader *r, struct buf *out)
{
	char quote = peek(r);
	bool triple =
		r->s.len - r->at >= 3 && r->s.at[r->at + 1] == quote && r->s.at[r->at + 2] == quote;
	r->at += triple ? 3 : 1;
	while (r->at < r->s.len) {
		char c = r->s.at[r->at];
		if (c == quote && !triple) {
			r->at++;
			return true;
		}
		if (c == quote && r->s.len - r->at >= 3 && r->s.at[r->at + 1] == quote &&
			r->s.at[r->at + 2] == quote) {
			r->at += 3;
			return true;
		}
		if (c == '\n' && !triple)
			return false;
		r->at++;
		if (c == '\\' ? !read_escape(r, out) : !buf_add_char(out, c))
			return false;
	}
	return false;
}

/* One string or several side by side, which Python joins. */
static bool read_string(struct reader *r, struct str *out)
{
	struct buf b = BUF_INIT(0);
	bool ok = true;
	while (ok && (peek(r) == '\'' || peek(r) == '"')) {
		ok = read_quoted(r, &b);
		skip_space(r);
	}
	*out = str_copy(r->arena, buf_str(&b));
	buf_free(&b);
	return ok;
}

static bool read_items(struct reader *r, char close, struct value *out)
{
	*out = value_list(r->arena);
	while (!take(r, close)) {
		struct value item;
		if (!read_value(r, &item))
			return false;
		value_push(*out, item);
		if (!take(r, ',')) {
			if (!take(r, close))
				return false;
			return true;
		}
	}
	return true;
}

static bool read_dict(struct reader *r, struct value *out)
{
	*out = value_dict(r->arena);
	while (!take(r, '}')) {
		struct str key;
		struct value item;
		skip_space(r);
		if ((peek(r) != '\'' && peek(r) != '"') || !read_string(r, &key))
			return false;
		if (!take(r, ':') || !read_value(r, &item))
			return false;
		value_set(*out, key, item);
		if (!take(r, ','))
			return take(r, '}');
	}
	return true;
}

static bool is_word_byte(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '_' || c == '.' || c == '+' || c == '-';
}

static bool read_word(struct reader *r, struct value *out)
{
	size_t from = r->at;
	while (is_word_byte(peek(r)))
		r->at++;
	struct str word = str_slice(r->s, from, r->at);
	int64_t integer;
	double real;
	if (str_is(word, "None"))
		*out = value_none();
	else if (str_is(word, "True") || str_is(word, "False"))
		*out = value_bool(word.at[0] == 'T');
	else if (str_to_int(word, &integer))
		*out = value_int(integer);
	else if (str_to_double(word, &real))
		*out = value_float(real);
	else
		return false;
	return true;
}

static bool read_nested(struct reader *r, char open, struct value *out)
{
	if (++r->depth > LITERAL_DEPTH)
		return false;
	r->at++;
	bool ok = open == '{' ? read_dict(r, out) : read_items(r, open == '[' ? ']' : ')', out);
	r->depth--;
	return ok;
}

static bool read_value(struct reader *r, struct value *out)
{
	skip_space(r);
	char c = peek(r);
	if (c == '[' || c == '(' || c == '{')
		return read_nested(r, c, out);
	if (c != '\'' && c != '"')
		return read_word(r, out);
	struct str s;
	if (!read_string(r, &s))
		return false;
	*out = value_str(s);
	return true;
}

bool literal_read(struct arena *a, struct str text, struct value *out)
{
	struct reader r = {.arena = a, .s = text};
	struct value v;
	if (!read_value(&r, &v))
		return false;
	skip_space(&r);
	if (r.at < text.len)
		return false;
	*out = v;
	return true;
}
