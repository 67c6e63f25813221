/* SPDX-License-Identifier: MIT */
#include "core/data/json_quick.h"

#include "core/text/utf8.h"

#include <math.h>
#include <string.h>

enum { DEPTH_MAX = 256, DIGITS_MAX = 18, NUMBER_MAX = 40 };

struct quick {
	struct arena *arena;
	struct str text;
	size_t at;
	size_t line_start; /* moved on by the bytes of characters but their first */
	uint32_t line;
	unsigned depth;
};

/* The top bit of some byte of it is set when one of the eight needs a look. What is borrowed from
 * or carried into a byte comes of one that is marked itself. */
static uint64_t marks_of(const char *at)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t word;
	memcpy(&word, at, sizeof word);
	return (word - ones * 0x20) | ((word ^ (ones * '"')) - ones) |
	       ((word ^ (ones * '\\')) - ones) | (word + ones) | word;
}

size_t json_quick_plain(struct str s, size_t at)
{
	const uint64_t tops = UINT64_C(0x8080808080808080);
	const char *p = s.at;
	for (; at + 32 <= s.len; at += 32)
		if (((marks_of(p + at) | marks_of(p + at + 8) | marks_of(p + at + 16) |
			     marks_of(p + at + 24)) &
			    tops) != 0)
			break;
	while (at + 8 <= s.len && (marks_of(p + at) & tops) == 0)
		at += 8;
	return at;
}

static void skip_space(struct quick *q)
{
	for (; q->at < q->text.len; q->at++) {
		char c = q->text.at[q->at];
		if (c == '\n') {
			q->line++;
			q->line_start = q->at + 1;
		} else if (c != ' ' && c != '\t' && c != '\r') {
			return;
		}
	}
}

/* The next character that counts; 0 at the end. */
static char next(struct quick *q)
{
	skip_space(q);
	return q->at < q->text.len ? q->text.at[q->at] : '\0';
}

static struct value placed(const struct quick *q, size_t from, struct value v)
{
	v.line = q->line;
	v.column = (uint32_t)(from - q->line_start + 1);
	return v;
}

static uint32_t unit_at(struct str s, size_t at)
{
	uint32_t unit = 0;
	for (size_t i = at; i < at + 4; i++) {
		char c = i < s.len ? s.at[i] : '\0';
		if (c >= '0' && c <= '9')
			unit = unit << 4 | (uint32_t)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			unit = unit << 4 | (uint32_t)((c | 32) - 'a' + 10);
		else
			return 0;
	}
	return unit;
}

static char *put(char *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xC0 | c >> 6);
		*to++ = (char)(0x80 | (c & 0x3F));
	} else if (c < 0x10000) {
		*to++ = (char)(0xE0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 0x3F));
		*to++ = (char)(0x80 | (c & 0x3F));
	} else {
		*to++ = (char)(0xF0 | c >> 18);
		*to++ = (char)(0x80 | (c >> 12 & 0x3F));
		*to++ = (char)(0x80 | (c >> 6 & 0x3F));
		*to++ = (char)(0x80 | (c & 0x3F));
	}
	return to;
}

/* The escape whose letter is at *AT, which ends up behind it; never longer than it was written.
 * NULL: for the strict reader. */
static char *unescape(struct str s, size_t *at, char *to)
{
	static const char from[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
	const char *letter = s.at[*at] != '\0' ? strchr(from, s.at[*at]) : NULL;
	if (letter != NULL) {
		(*at)++;
		*to = means[letter - from];
		return to + 1;
	}
	uint32_t unit = s.at[*at] == 'u' ? unit_at(s, *at + 1) : 0;
	*at += 5;
	if (unit == 0 || (unit >= 0xDC00 && unit < 0xE000))
		return NULL;
	if (unit < 0xD800 || unit >= 0xE000)
		return put(to, unit);
	uint32_t low = *at + 6 <= s.len && s.at[*at] == '\\' && s.at[*at + 1] == 'u'
			       ? unit_at(s, *at + 2)
			       : 0;
	*at += 6;
	if (low < 0xDC00 || low >= 0xE000)
		return NULL;
	return put(to, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
}

static bool unescaped(struct quick *q, struct str raw, struct str *out)
{
	char *first = arena_alloc(q->arena, raw.len + 1, 1), *to = first;
	for (size_t at = 0; at < raw.len;) {
		const char *slash = memchr(raw.at + at, '\\', raw.len - at);
		size_t plain = slash != NULL ? (size_t)(slash - raw.at) - at : raw.len - at;
		memcpy(to, raw.at + at, plain);
		to += plain;
		at += plain + 1;
		if (slash != NULL && (to = unescape(raw, &at, to)) == NULL)
			return false;
	}
	*out = (struct str){first, (size_t)(to - first)};
	return true;
}

/* Past the string that begins here; its bytes without the quotation marks. */
static bool cut_string(struct quick *q, struct str *raw, bool *escapes, bool *high)
{
	const struct str s = q->text;
	size_t from = ++q->at;
	*escapes = *high = false;
	for (size_t at = json_quick_plain(s, from); at < s.len;) {
		unsigned char c = (unsigned char)s.at[at];
		if (c == '"') {
			*raw = str_slice(s, from, at);
			q->at = at + 1;
			return true;
		}
		if (c < 0x20)
			return false;
		*high = *high || c >= 0x80;
		*escapes = *escapes || c == '\\';
		at += c == '\\' ? 2 : 1;
	}
	return false;
}

static bool read_string(struct quick *q, struct value *out)
{
	size_t from = q->at;
	struct str raw, text;
	bool escapes, high;
	if (!cut_string(q, &raw, &escapes, &high) || (high && !utf8_valid(raw, NULL)))
		return false;
	if (!escapes)
		text = str_copy(q->arena, raw);
	else if (!unescaped(q, raw, &text))
		return false;
	*out = placed(q, from, value_str(text));
	for (size_t i = 0; high && i < raw.len; i++)
		q->line_start += ((unsigned char)raw.at[i] & 0xC0) == 0x80;
	return true;
}

static size_t digits(struct quick *q)
{
	size_t from = q->at;
	while (q->at < q->text.len && q->text.at[q->at] >= '0' && q->text.at[q->at] <= '9')
		q->at++;
	return q->at - from;
}

static bool take(struct quick *q, const char *one_of)
{
	char c = q->at < q->text.len ? q->text.at[q->at] : '\0';
	if (c == '\0' || strchr(one_of, c) == NULL)
		return false;
	q->at++;
	return true;
}

static bool read_number(struct quick *q, struct value *out)
{
	size_t from = q->at;
	double real;
	int64_t whole;
	bool is_real = false;
	(void)take(q, "-");
	size_t first = q->at, count = digits(q);
	if (count == 0 || (count > 1 && q->text.at[first] == '0'))
		return false;
	if (take(q, ".")) {
		is_real = true;
		if (digits(q) == 0)
			return false;
	}
	if (take(q, "eE")) {
		is_real = true;
		(void)take(q, "+-");
		if (digits(q) == 0)
			return false;
	}
	struct str text = str_slice(q->text, from, q->at);
	if (is_real) {
		if (text.len > NUMBER_MAX || !str_to_double(text, &real) || !isfinite(real))
			return false;
		*out = placed(q, from, value_float(real));
		return true;
	}
	if (count > DIGITS_MAX || !str_to_int(text, &whole))
		return false;
	*out = placed(q, from, value_int(whole));
	return true;
}

static bool read_word(struct quick *q, const char *word, struct value v, struct value *out)
{
	struct str rest = str_slice(q->text, q->at, q->text.len);
	if (!str_starts(rest, str_from(word)))
		return false;
	*out = placed(q, q->at, v);
	q->at += strlen(word);
	return true;
}

static bool read_value(struct quick *q, struct value *out);

/* After an item: true when another follows, with *ENDED false; false for what is no JSON. */
static bool separated(struct quick *q, char close, bool *ended)
{
	char c = next(q);
	*ended = c == close;
	q->at++;
	return c == close || c == ',';
}

static bool read_object(struct quick *q, struct value *out)
{
	struct value dict = placed(q, q->at++, value_dict(q->arena));
	struct value key, member;
	bool ended = next(q) == '}';
	q->at += ended;
	while (!ended) {
		if (next(q) != '"' || !read_string(q, &key) || next(q) != ':')
			return false;
		q->at++;
		size_t len = dict.u.dict->len;
		if (!read_value(q, &member))
			return false;
		value_set(dict, key.u.str, member);
		if (dict.u.dict->len == len || !separated(q, '}', &ended))
			return false;
		dict.u.dict->entries[len].key = key;
	}
	*out = dict;
	return true;
}

static bool read_list(struct quick *q, struct value *out)
{
	struct value list = placed(q, q->at++, value_list(q->arena));
	struct value item;
	bool ended = next(q) == ']';
	q->at += ended;
	while (!ended) {
		if (!read_value(q, &item))
			return false;
		value_push(list, item);
		if (!separated(q, ']', &ended))
			return false;
	}
	*out = list;
	return true;
}

/* Goes DEPTH_MAX deep at most. */
static bool read_value(struct quick *q, struct value *out)
{
	char c = next(q);
	bool ok;
	switch (c) {
	case '{':
	case '[':
		if (q->depth == DEPTH_MAX)
			return false;
		q->depth++;
		ok = c == '{' ? read_object(q, out) : read_list(q, out);
		q->depth--;
		return ok;
	case '"': return read_string(q, out);
	case 't': return read_word(q, "true", value_bool(true), out);
	case 'f': return read_word(q, "false", value_bool(false), out);
	case 'n': return read_word(q, "null", value_none(), out);
	default: return read_number(q, out);
	}
}

bool json_quick_read(struct arena *a, struct str text, struct value *out)
{
	struct quick q = {.arena = a, .text = text, .line = 1};
	return read_value(&q, out) && next(&q) == '\0' && q.at == text.len;
}
