/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_text.h"

#include "core/data/template/tpl_builtin.h"
#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_operate.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A container whose items are being printed. */
struct printing {
	const void *what;
	const struct printing *outer;
};

bool tpl_take(struct render *r, struct buf *b, struct str *out)
{
	bool full = b->full;
	if (!full)
		*out = str_copy(r->arena, buf_str(b));
	size_t len = b->len;
	buf_free(b);
	if (full)
		return tpl_limit(r, "A string would be longer than %d MiB.", TPL_TEXT_MAX >> 20);
	return tpl_charge(r, len / 256);
}

/* Writes digits (the first one before the point, which stands DECPT places to the right) the way
 * repr() does. */
static size_t lay_out(char *out, const char *digits, int count, int decpt, bool negative)
{
	size_t n = 0;
	if (negative)
		out[n++] = '-';
	if (decpt > 16 || decpt < -3) {
		out[n++] = digits[0];
		if (count > 1) {
			out[n++] = '.';
			memcpy(out + n, digits + 1, (size_t)count - 1);
			n += (size_t)count - 1;
		}
		return n + (size_t)snprintf(out + n, FLOAT_TEXT - n, "e%c%02d",
				   decpt > 0 ? '+' : '-', abs(decpt - 1));
	}
	if (decpt <= 0) {
		out[n++] = '0';
		out[n++] = '.';
		for (int i = decpt; i < 0; i++)
			out[n++] = '0';
		memcpy(out + n, digits, (size_t)count);
		return n + (size_t)count;
	}
	for (int i = 0; i < count || i <= decpt; i++) {
		if (i == decpt)
			out[n++] = '.';
		out[n++] = i < count ? digits[i] : '0';
		if (i >= decpt && i + 1 >= count)
			break;
	}
	return n;
}

int tpl_exponent(const char *text)
{
	const char *p = strchr(text, 'e');
	int n = 0;
	if (p == NULL)
		return 0;
	bool minus = *++p == '-';
	for (p++; *p >= '0' && *p <= '9'; p++)
		n = n * 10 + (*p - '0');
	return minus ? -n : n;
}

/* Numbers with at most three places, as most are: an integer over a power of ten that divides to
 * exactly this number is its shortest text. 0: not one of them. */
static size_t short_text(double d, char out[FLOAT_TEXT])
{
	static const double powers[] = {1, 10, 100, 1000};
	double size = fabs(d);
	if (size >= 1e12 || (size < 1e-3 && size != 0))
		return 0;
	for (int places = 0; places < 4; places++) {
		double whole = size * powers[places];
		if (whole != floor(whole) || whole / powers[places] != size)
			continue;
		char digits[20];
		size_t n = 0, at = sizeof digits;
		uint64_t left = (uint64_t)whole;
		int shown = places > 0 ? places : 1;
		if (places == 0)
			left *= 10;
		for (int i = 0; i <= shown || left > 0; i++, left /= 10) {
			if (i == shown)
				digits[--at] = '.';
			digits[--at] = (char)('0' + left % 10);
		}
		if (signbit(d) != 0)
			out[n++] = '-';
		memcpy(out + n, digits + at, sizeof digits - at);
		return n + sizeof digits - at;
	}
	return 0;
}

size_t tpl_float_text(double d, char out[FLOAT_TEXT])
{
	char text[40], digits[20] = "";
	if (isnan(d))
		return (size_t)snprintf(out, FLOAT_TEXT, "nan");
	if (isinf(d))
		return (size_t)snprintf(out, FLOAT_TEXT, d < 0 ? "-inf" : "inf");
	size_t short_len = short_text(d, out);
	if (short_len > 0)
		return short_len;
	/* The shortest digits that read back as the same number: 15 for sure have them when there
	 * are so few, unless the number is denormal. */
	for (int precision = fabs(d) < DBL_MIN ? 0 : 14; precision <= 16; precision++) {
		snprintf(text, sizeof text, "%.*e", precision, fabs(d));
		if (precision == 16 || strtod(text, NULL) == fabs(d))
			break;
	}
	int count = 0;
	const char *p = text;
	for (; *p != 'e'; p++)
		if (*p >= '0' && *p <= '9')
			digits[count++] = *p;
	while (count > 1 && digits[count - 1] == '0')
		count--;
	return lay_out(out, digits, count, d == 0 ? 1 : tpl_exponent(text) + 1, signbit(d) != 0);
}

static bool add_escaped(struct buf *b, uint32_t c)
{
	if (c < 0x100)
		return buf_add_format(b, "\\x%02x", c);
	if (c < 0x10000)
		return buf_add_format(b, "\\u%04x", c);
	return buf_add_format(b, "\\U%08x", c);
}

bool tpl_add_quoted(struct buf *b, struct str s, bool ascii)
{
	bool has_single = s.len > 0 && memchr(s.at, '\'', s.len) != NULL;
	bool has_double = s.len > 0 && memchr(s.at, '"', s.len) != NULL;
	char quote = has_single && !has_double ? '"' : '\'';
	size_t len;
	buf_add_char(b, quote);
	for (size_t at = 0; at < s.len; at += len) {
		uint32_t c = tpl_decode(s, at, &len);
		if (c == (unsigned char)quote || c == '\\')
			buf_add_char(b, '\\');
		if (c == '\n')
			buf_add_cstr(b, "\\n");
		else if (c == '\r')
			buf_add_cstr(b, "\\r");
		else if (c == '\t')
			buf_add_cstr(b, "\\t");
		else if (ascii ? c < ' ' || c >= 0x7F : !tpl_is_printable(c))
			add_escaped(b, c);
		else
			buf_add(b, s.at + at, len);
	}
	return buf_add_char(b, quote);
}

static bool add_list(struct render *r, struct buf *b, struct list *l, const char *brackets)
{
	tpl_list_open(r, l);
	buf_add_char(b, brackets[0]);
	for (size_t i = 0; i < l->len; i++) {
		if (i > 0)
			buf_add_cstr(b, ", ");
		if (!tpl_charge(r, 1) || !tpl_add_repr(r, b, l->at[i]))
			return false;
	}
	if (brackets[0] == '(' && l->len == 1)
		buf_add_char(b, ',');
	buf_add_char(b, brackets[1]);
	return true;
}

static bool add_dict(struct render *r, struct buf *b, struct dict *d)
{
	tpl_dict_open(r, d);
	buf_add_char(b, '{');
	for (size_t i = 0; i < d->len; i++) {
		if (i > 0)
			buf_add_cstr(b, ", ");
		if (!tpl_charge(r, 1) || !tpl_add_repr(r, b, d->at[i].key))
			return false;
		buf_add_cstr(b, ": ");
		if (!tpl_add_repr(r, b, d->at[i].value))
			return false;
	}
	buf_add_char(b, '}');
	return true;
}

static bool add_view(struct render *r, struct buf *b, struct item view)
{
	static const char *const names[] = {"dict_keys", "dict_values", "dict_items"};
	const struct dict *d = tpl_dict_open(r, view.u.dict);
	buf_add_cstr(b, names[view.op]);
	buf_add_cstr(b, "([");
	for (size_t i = 0; i < d->len; i++) {
		struct item item = view.op == VIEW_KEYS ? d->at[i].key
				   : view.op == VIEW_VALUES
					   ? d->at[i].value
					   : tpl_pair(r, d->at[i].key, d->at[i].value);
		if (i > 0)
			buf_add_cstr(b, ", ");
		if (!tpl_charge(r, 1) || !tpl_add_repr(r, b, item))
			return false;
	}
	buf_add_cstr(b, "])");
	return true;
}

/* A list, tuple, dict or view; what is inside itself prints as "...". */
static bool add_container(struct render *r, struct buf *b, struct item item)
{
	const void *what = item.u.list;
	for (const struct printing *p = r->printing; p != NULL; p = p->outer) {
		if (p->what != what)
			continue;
		buf_add_cstr(b, item.kind == ITEM_LIST	  ? "[...]"
				: item.kind == ITEM_TUPLE ? "(...)"
				: item.kind == ITEM_DICT  ? "{...}"
							  : "...");
		return true;
	}
	if (r->depth >= TPL_DEPTH_MAX)
		return tpl_limit(r, "This value is nested too deeply to be printed.");
	struct printing mine = {what, r->printing};
	r->printing = &mine;
	r->depth++;
	bool ok = item.kind == ITEM_DICT   ? add_dict(r, b, item.u.dict)
		  : item.kind == ITEM_VIEW ? add_view(r, b, item)
		  : item.kind == ITEM_LIST ? add_list(r, b, item.u.list, "[]")
					   : add_list(r, b, item.u.list, "()");
	r->depth--;
	r->printing = mine.outer;
	return ok;
}

static bool add_object(struct render *r, struct buf *b, struct item item)
{
	const struct range *range;
	struct item index, length;
	switch (item.kind) {
	case ITEM_RANGE:
		range = item.u.range;
		buf_add_format(b, "range(%" PRId64 ", %" PRId64, range->start, range->stop);
		if (range->step != 1)
			buf_add_format(b, ", %" PRId64, range->step);
		buf_add_char(b, ')');
		return true;
	case ITEM_NAMESPACE:
		buf_add_cstr(b, "<Namespace ");
		if (!tpl_add_repr(r, b, tpl_dict_item(item.u.space)))
			return false;
		buf_add_char(b, '>');
		return true;
	case ITEM_MACRO:
		buf_add_cstr(b, "<Macro ");
		if (item.u.macro->macro->name.len == 0)
			buf_add_cstr(b, "anonymous");
		else
			tpl_add_quoted(b, item.u.macro->macro->name, false);
		buf_add_char(b, '>');
		return true;
	case ITEM_LOOP:
		if (!tpl_loop_get(r, item.u.loop, LOOP_INDEX, &index) ||
			!tpl_loop_get(r, item.u.loop, LOOP_LENGTH, &length))
			return false;
		buf_add_format(b, "<LoopContext %" PRId64 "/%" PRId64 ">", index.u.integer,
			length.u.integer);
		return true;
	case ITEM_MODULE:
		buf_add_cstr(b, "<TemplateModule ");
		tpl_add_quoted(b, str_from(tpl_template_name(item.u.module->template)), false);
		buf_add_char(b, '>');
		return true;
	case ITEM_FUNCTION: buf_add_format(b, "<function %s>", item.u.function->name); return true;
	case ITEM_BOUND:
		buf_add_format(b, "<method %s of %s object>", item.u.bound->method->name,
			tpl_type_name(item.u.bound->self));
		return true;
	default: buf_add_format(b, "<%s object>", tpl_type_name(item)); return true;
	}
}

static void add_int(struct buf *b, int64_t n)
{
	char text[24];
	size_t at = sizeof text;
	uint64_t size = n < 0 ? -(uint64_t)n : (uint64_t)n;
	do
		text[--at] = (char)('0' + size % 10);
	while ((size /= 10) > 0);
	if (n < 0)
		text[--at] = '-';
	buf_add(b, text + at, sizeof text - at);
}

bool tpl_add_repr(struct render *r, struct buf *b, struct item item)
{
	char text[FLOAT_TEXT];
	switch (item.kind) {
	case ITEM_NONE: buf_add_cstr(b, "None"); return true;
	case ITEM_UNDEFINED: buf_add_cstr(b, "Undefined"); return true;
	case ITEM_BOOL: buf_add_cstr(b, item.u.boolean ? "True" : "False"); return true;
	case ITEM_INT: add_int(b, item.u.integer); return true;
	case ITEM_FLOAT: buf_add(b, text, tpl_float_text(item.u.real, text)); return true;
	case ITEM_STR:
		if (item.safe)
			buf_add_cstr(b, "Markup(");
		tpl_add_quoted(b, item.u.str, false);
		if (item.safe)
			buf_add_char(b, ')');
		return true;
	case ITEM_LIST:
	case ITEM_TUPLE:
	case ITEM_DICT:
	case ITEM_VIEW: return add_container(r, b, item);
	default: return add_object(r, b, item);
	}
}

bool tpl_add_str(struct render *r, struct buf *b, struct item item)
{
	switch (item.kind) {
	case ITEM_STR:
		return b == r->out ? tpl_put(r, item.u.str) : buf_add_str(b, item.u.str) || true;
	case ITEM_UNDEFINED: return !item.safe || tpl_undefined_fail(r, item);
	case ITEM_MODULE: buf_add_str(b, item.u.module->body); return true;
	default: return tpl_add_repr(r, b, item);
	}
}

bool tpl_to_str(struct render *r, struct item item, struct str *out)
{
	if (item.kind == ITEM_STR) {
		*out = item.u.str;
		return true;
	}
	size_t mark = tpl_mark(r);
	return tpl_add_str(r, r->out, item) && tpl_cut(r, mark, out);
}

bool tpl_repr(struct render *r, struct item item, struct str *out)
{
	size_t mark = tpl_mark(r);
	return tpl_add_repr(r, r->out, item) && tpl_cut(r, mark, out);
}
