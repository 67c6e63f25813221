/* SPDX-License-Identifier: MIT */
#include "core/data/json.h"

#include "core/base/alloc.h"
#include "core/data/json_quick.h"
#include "core/text/utf8.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 256, MAX_WRITE_DEPTH = 1024 };

/* jansson keeps no places, but its objects keep their order: walking the text beside the tree,
 * which is known to be valid by then, finds the place of every value. */
struct reader {
	struct arena *arena;
	struct str text;
	size_t at;
	size_t counted; /* line and column are those of this offset */
	uint32_t line, column;
};

static void count_to(struct reader *r, size_t at)
{
	for (; r->counted < at; r->counted++) {
		unsigned char c = (unsigned char)r->text.at[r->counted];
		if (c == '\n') {
			r->line++;
			r->column = 1;
		} else if ((c & 0xC0) != 0x80) {
			r->column++;
		}
	}
}

static void skip_space(struct reader *r)
{
	while (r->at < r->text.len && strchr(" \t\r\n", r->text.at[r->at]) != NULL)
		r->at++;
}

/* Past the next separator or bracket. */
static void skip_mark(struct reader *r)
{
	skip_space(r);
	r->at++;
}

static void skip_string(struct reader *r)
{
	for (r->at++; r->at < r->text.len && r->text.at[r->at] != '"'; r->at++)
		if (r->text.at[r->at] == '\\')
			r->at++;
	r->at++;
}

static void skip_word(struct reader *r)
{
	while (r->at < r->text.len && strchr(" \t\r\n,]}", r->text.at[r->at]) == NULL)
		r->at++;
}

static struct value placed(struct reader *r, struct value v)
{
	skip_space(r);
	count_to(r, r->at);
	v.line = r->line;
	v.column = r->column;
	return v;
}

static struct value read_str(struct reader *r, const char *at, size_t len)
{
	struct value v = placed(r, value_str(str_copy(r->arena, (struct str){at, len})));
	skip_string(r);
	return v;
}

static struct value convert(struct reader *r, json_t *j);

static struct value convert_object(struct reader *r, json_t *j)
{
	struct value dict = placed(r, value_dict(r->arena));
	skip_mark(r);
	for (void *it = json_object_iter(j); it != NULL; it = json_object_iter_next(j, it)) {
		struct value key =
			read_str(r, json_object_iter_key(it), json_object_iter_key_len(it));
		skip_mark(r); /* : */
		value_set(dict, key.u.str, convert(r, json_object_iter_value(it)));
		dict.u.dict->entries[dict.u.dict->len - 1].key = key;
		skip_mark(r); /* , or } */
	}
	if (json_object_size(j) == 0)
		skip_mark(r);
	return dict;
}

static struct value convert_array(struct reader *r, json_t *j)
{
	struct value list = placed(r, value_list(r->arena));
	skip_mark(r);
	for (size_t i = 0; i < json_array_size(j); i++) {
		value_push(list, convert(r, json_array_get(j, i)));
		skip_mark(r); /* , or ] */
	}
	if (json_array_size(j) == 0)
		skip_mark(r);
	return list;
}

/* Goes as deep as the text, which was checked to be at most MAX_DEPTH. */
static struct value convert(struct reader *r, json_t *j)
{
	struct value v;
	switch (json_typeof(j)) {
	case JSON_OBJECT: return convert_object(r, j);
	case JSON_ARRAY: return convert_array(r, j);
	case JSON_STRING: return read_str(r, json_string_value(j), json_string_length(j));
	case JSON_INTEGER: v = value_int(json_integer_value(j)); break;
	case JSON_REAL: v = value_float(json_real_value(j)); break;
	case JSON_TRUE: v = value_bool(true); break;
	case JSON_FALSE: v = value_bool(false); break;
	default: v = value_none(); break;
	}
	v = placed(r, v);
	skip_word(r);
	return v;
}

/* The UTF-16 unit of the escape "\uXXXX" at AT, or 0 when there is none. */
static uint32_t escape_at(struct str s, size_t at)
{
	if (at + 6 > s.len || s.at[at] != '\\' || s.at[at + 1] != 'u')
		return 0;
	uint32_t unit = 0;
	for (size_t i = at + 2; i < at + 6; i++) {
		char c = s.at[i];
		uint32_t digit = c >= '0' && c <= '9'	? (uint32_t)(c - '0')
				 : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
				 : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
							: 16;
		if (digit > 15)
			return 0;
		unit = unit << 4 | digit;
	}
	return unit;
}

static bool is_low(uint32_t unit)
{
	return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* Rewrites lone surrogate escapes in place (the length stays) and finds where the text gets too
 * deep: true when it does not, else *AT is the bracket. */
static bool prepare(char *text, size_t len, size_t *at)
{
	struct str s = {text, len};
	size_t depth = 0;
	bool inside = false; /* a string */
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"') {
			inside = !inside;
		} else if (!inside) {
			depth += text[i] == '[' || text[i] == '{';
			depth -= depth > 0 && (text[i] == ']' || text[i] == '}');
			if (depth > MAX_DEPTH) {
				*at = i;
				return false;
			}
		} else if (text[i] == '\\') {
			uint32_t unit = escape_at(s, i);
			if (unit >= 0xD800 && unit < 0xDC00 && is_low(escape_at(s, i + 6)))
				i += 11;
			else if (unit >= 0xD800 && unit < 0xE000)
				memcpy(text + i, "\\ufffd", 6);
			else
				i++;
		}
	}
	return true;
}

static bool fail(const json_error_t *why, const char *name, struct err *e)
{
	char text[JSON_ERROR_TEXT_LENGTH];
	snprintf(text, sizeof text, "%s", why->text);
	if (strncmp(text, "too big integer", 15) == 0 || strncmp(text, "too big negative", 16) == 0)
		err_set(e, ERR_CONFIG, "This JSON has a number past 64 bits: %s.", text);
	else if (json_error_code(why) == json_error_duplicate_key)
		err_set(e, ERR_CONFIG, "This JSON has the same key twice: %s.", text);
	else
		err_set(e, ERR_CONFIG, "This is not valid JSON: %s.", text);
	return err_place(e, name, why->line > 0 ? (unsigned)why->line : 0,
		why->column > 0 ? (unsigned)why->column : 0);
}

static bool read_copy(struct reader *r, const char *name, struct value *out, struct err *e)
{
	json_error_t why;
	json_t *j = json_loadb(r->text.at, r->text.len,
		JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &why);
	if (j == NULL)
		return fail(&why, name, e);
	*out = convert(r, j);
	json_decref(j);
	return true;
}

bool json_read(struct arena *a, struct str text, const char *name, struct value *out, struct err *e)
{
	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_slice(text, 3, text.len);
	if (json_quick_read(a, text, out))
		return true;
	char *copy = xmalloc(text.len + 1);
	if (text.len > 0)
		memcpy(copy, text.at, text.len);
	struct reader r = {.arena = a, .text = {copy, text.len}, .line = 1, .column = 1};
	size_t at;
	bool ok = prepare(copy, text.len, &at);
	if (ok) {
		ok = read_copy(&r, name, out, e);
	} else {
		count_to(&r, at);
		err_set(e, ERR_LIMIT, "This JSON is nested more than %d deep.", MAX_DEPTH);
		err_place(e, name, r.line, r.column);
	}
	free(copy);
	return ok;
}

/* Characters that act on a terminal or cannot be seen. */
static bool needs_escape(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C || c == 0x180E ||
	       (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
	       (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFDD0 && c <= 0xFDEF) ||
	       (c & 0xFFFE) == 0xFFFE || (c >= 0xE0000 && c <= 0xE0FFF);
}

static void write_escape(struct buf *out, uint32_t c)
{
	static const char from[] = "\n\t\r\b\f", to[] = "ntrbf";
	const char *simple = c != 0 && c < 0x20 ? strchr(from, (int)c) : NULL;
	if (simple != NULL)
		buf_add(out, (const char[]){'\\', to[simple - from]}, 2);
	else if (c > 0xFFFF)
		buf_add_format(out, "\\u%04x\\u%04x", 0xD800 + ((c - 0x10000) >> 10),
			0xDC00 + ((c - 0x10000) & 0x3FF));
	else
		buf_add_format(out, "\\u%04x", c);
}

bool json_write_str(struct buf *out, struct str s)
{
	buf_add_char(out, '"');
	size_t done = 0; /* what stands before it is written */
	for (size_t at = json_quick_plain(s, 0); at < s.len;) {
		uint32_t c = (unsigned char)s.at[at];
		size_t next = at + 1;
		if (c >= 0x80)
			next = utf8_next(s, at, &c);
		bool bad = c == UTF8_REPLACEMENT; /* also the real one, written the same */
		if (c == '"' || c == '\\' || bad || needs_escape(c)) {
			buf_add(out, s.at + done, at - done);
			done = next;
			if (bad)
				buf_add_code_point(out, c);
			else if (c == '"' || c == '\\')
				buf_add(out, c == '"' ? "\\\"" : "\\\\", 2);
			else
				write_escape(out, c);
			next = json_quick_plain(s, next);
		}
		at = next;
	}
	if (done < s.len)
		buf_add(out, s.at + done, s.len - done);
	return buf_add_char(out, '"') && !out->full;
}

/* The shortest form that reads back as the same number, always with a point or an exponent. */
static void write_float(struct buf *out, double d)
{
	char text[40];
	if (!isfinite(d)) {
		buf_add_cstr(out, "null");
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, d);
		if (strtod(text, NULL) == d)
			break;
	}
	buf_add_cstr(out, text);
	if (strpbrk(text, ".e") == NULL)
		buf_add_cstr(out, ".0");
}

static void write_int(struct buf *out, int64_t n)
{
	char text[24];
	size_t at = sizeof text;
	uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
	do {
		text[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (n < 0)
		text[--at] = '-';
	buf_add(out, text + at, sizeof text - at);
}

struct writer {
	struct buf *out;
	enum json_style style;
	unsigned depth;
};

static void new_line(struct writer *w)
{
	if (w->style != JSON_INDENTED)
		return;
	buf_add_char(w->out, '\n');
	for (unsigned i = 0; i < w->depth; i++)
		buf_add_cstr(w->out, "  ");
}

static void write_value(struct writer *w, const struct value *v);

/* Keys that are not strings (templates can make them) are written as Python's json writes them. */
static void write_key(struct writer *w, const struct value *key)
{
	struct buf text = BUF_INIT(0);
	struct writer inner = {.out = &text};
	if (key->kind == VALUE_STR) {
		json_write_str(w->out, key->u.str);
	} else {
		write_value(&inner, key);
		json_write_str(w->out, buf_str(&text));
		buf_free(&text);
	}
	buf_add_cstr(w->out, w->style == JSON_INDENTED ? ": " : ":");
}

static void write_dict(struct writer *w, const struct value_dict *d)
{
	buf_add_char(w->out, '{');
	w->depth++;
	for (size_t i = 0; i < d->len && !w->out->full; i++) {
		if (i > 0)
			buf_add_char(w->out, ',');
		new_line(w);
		write_key(w, &d->entries[i].key);
		write_value(w, &d->entries[i].value);
	}
	w->depth--;
	if (d->len > 0)
		new_line(w);
	buf_add_char(w->out, '}');
}

static void write_list(struct writer *w, const struct value_list *l)
{
	buf_add_char(w->out, '[');
	w->depth++;
	for (size_t i = 0; i < l->len && !w->out->full; i++) {
		if (i > 0)
			buf_add_char(w->out, ',');
		new_line(w);
		write_value(w, &l->items[i]);
	}
	w->depth--;
	if (l->len > 0)
		new_line(w);
	buf_add_char(w->out, ']');
}

static void write_value(struct writer *w, const struct value *v)
{
	if (w->depth > MAX_WRITE_DEPTH) { /* a value that holds itself ends here */
		w->out->full = true;
		return;
	}
	switch (v->kind) {
	case VALUE_NONE: buf_add_cstr(w->out, "null"); break;
	case VALUE_BOOL: buf_add_cstr(w->out, v->u.boolean ? "true" : "false"); break;
	case VALUE_INT: write_int(w->out, v->u.integer); break;
	case VALUE_FLOAT: write_float(w->out, v->u.real); break;
	case VALUE_STR: json_write_str(w->out, v->u.str); break;
	case VALUE_LIST: write_list(w, v->u.list); break;
	case VALUE_DICT: write_dict(w, v->u.dict); break;
	}
}

bool json_write(struct buf *out, struct value v, enum json_style style)
{
	struct writer w = {.out = out, .style = style};
	write_value(&w, &v);
	return !out->full;
}

struct str json_text(struct arena *a, struct value v, enum json_style style)
{
	struct buf out = BUF_INIT(BUF_DEFAULT_MAX);
	struct str copy = {"", 0};
	if (json_write(&out, v, style))
		copy = str_copy(a, buf_str(&out));
	buf_free(&out);
	return copy;
}
