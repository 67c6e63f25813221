/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_format.h"
#include "core/data/template/tpl_html.h"
#include "core/data/template/tpl_text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* The % operator of strings. */

struct percent {
	struct render *r;
	struct str format;
	size_t at;
	struct item args;
	size_t used; /* of a tuple */
	bool mapped; /* a name was used */
	bool safe; /* markup: what is put in is escaped */
	struct buf *out;
};

/* One specification: %(name)#0- +width.precision type */
struct spec {
	struct str name;
	bool named, left;
	struct layout layout;
};

static bool next_arg(struct percent *p, struct item *out)
{
	const struct list *l = p->args.u.list;
	bool tuple = p->args.kind == ITEM_TUPLE;
	if (p->used >= (tuple ? l->len : 1))
		return tpl_fail(p->r, "There are fewer values than the format has places for.");
	*out = tuple ? l->at[p->used] : p->args;
	p->used++;
	return true;
}

static bool named_arg(struct percent *p, struct str name, struct item *out)
{
	struct item key = tpl_str(name);
	size_t at;
	if (p->args.kind != ITEM_DICT)
		return tpl_fail(p->r, "A format with names needs a dict.");
	if (!tpl_dict_search(p->r, p->args.u.dict, key, &at))
		return false;
	if (at == SIZE_MAX)
		return tpl_fail(p->r, "The format names '%.*s', which the dict does not have.",
			STR_ARG(str_slice(name, 0, 80)));
	*out = p->args.u.dict->at[at].value;
	p->mapped = true;
	return true;
}

static char peek(const struct percent *p)
{
	return p->at < p->format.len ? p->format.at[p->at] : '\0';
}

/* Digits, or * for the next argument; *OUT keeps its value when there is neither. */
static bool number(struct percent *p, int64_t *out)
{
	struct item item;
	if (peek(p) == '*') {
		p->at++;
		if (!next_arg(p, &item))
			return false;
		return tpl_as_int(item, out) || tpl_fail(p->r, "* needs an integer.");
	}
	while (peek(p) >= '0' && peek(p) <= '9') {
		*out = (*out > 0 ? *out : 0) * 10 + (peek(p) - '0');
		p->at++;
		if (*out > 100000)
			return tpl_limit(p->r, "A width or precision is too large.");
	}
	return true;
}

static bool read_name(struct percent *p, struct spec *s)
{
	size_t from = ++p->at, open = 1;
	for (; p->at < p->format.len; p->at++) {
		if (peek(p) == '(')
			open++;
		if (peek(p) == ')' && --open == 0) {
			s->name = str_slice(p->format, from, p->at++);
			s->named = true;
			return true;
		}
	}
	return tpl_fail(p->r, "A name in this format has no closing bracket.");
}

static bool read_spec(struct percent *p, struct spec *s)
{
	*s = (struct spec){.layout = {.precision = -1, .align = '>'}};
	if (peek(p) == '(' && !read_name(p, s))
		return false;
	for (bool more = true; more;) {
		switch (peek(p)) {
		case '-': s->left = true; break;
		case '+': s->layout.sign = '+'; break;
		case ' ': s->layout.sign = s->layout.sign == '+' ? '+' : ' '; break;
		case '#': s->layout.alternate = true; break;
		case '0': s->layout.zero = true; break;
		default: more = false; continue;
		}
		p->at++;
	}
	if (!number(p, &s->layout.width))
		return false;
	if (s->layout.width < 0) {
		s->left = true;
		s->layout.width = -s->layout.width;
	}
	if (peek(p) == '.') {
		p->at++;
		s->layout.precision = 0;
		if (!number(p, &s->layout.precision))
			return false;
		if (s->layout.precision < 0)
			s->layout.precision = 0;
	}
	while (peek(p) == 'l' || peek(p) == 'h' || peek(p) == 'L')
		p->at++;
	if (p->at >= p->format.len)
		return tpl_fail(p->r, "This format ends inside a specification.");
	s->layout.type = p->format.at[p->at++];
	if (s->left)
		s->layout.align = '<';
	return true;
}

static bool put_text(struct percent *p, struct spec *s, struct str text)
{
	if (p->safe && !tpl_escape(p->r, text, &text))
		return false;
	if (s->layout.precision >= 0)
		text = tpl_chars(text, 0, (size_t)s->layout.precision);
	tpl_format_pad(p->out, text, &s->layout);
	return true;
}

static bool put_repr(struct percent *p, struct spec *s, struct item item, bool ascii)
{
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	struct str text = STR_NONE;
	if (item.kind == ITEM_STR && ascii)
		tpl_add_quoted(&b, item.u.str, true);
	else if (!tpl_add_repr(p->r, &b, item)) {
		buf_free(&b);
		return false;
	}
	return tpl_take(p->r, &b, &text) && put_text(p, s, text);
}

static bool whole_number(struct percent *p, struct item item, int64_t *out)
{
	if (tpl_as_int(item, out))
		return true;
	if (item.kind != ITEM_FLOAT)
		return tpl_fail(p->r, "%%%c needs a number, not a value of type %s.", 'd',
			tpl_type_name(item));
	if (!(item.u.real > -9.2e18 && item.u.real < 9.2e18))
		return tpl_fail(p->r, "This number has no integer of 64 bits.");
	*out = (int64_t)item.u.real;
	return true;
}

static bool put_int(struct percent *p, struct spec *s, struct item item)
{
	int64_t n = 0;
	char type = s->layout.type;
	if (type != 'd' && item.kind == ITEM_FLOAT)
		return tpl_fail(p->r, "%%%c needs an integer.", type);
	if (!whole_number(p, item, &n))
		return false;
	int64_t least = s->layout.precision;
	s->layout.precision = -1;
	if (least > 0) { /* at least so many digits */
		struct buf digits = BUF_INIT(200000);
		struct layout plain = {.precision = -1, .type = type, .zero = true, .width = least};
		plain.alternate = false;
		bool negative = n < 0;
		struct item size = tpl_int(negative ? -n : n);
		if (n == INT64_MIN || !tpl_format_item(p->r, &digits, size, &plain)) {
			buf_free(&digits);
			return tpl_fail(p->r, "This number is too large for a precision.");
		}
		s->layout.zero = s->layout.zero && !s->left;
		tpl_format_number(p->out, buf_str(&digits), negative, &s->layout);
		buf_free(&digits);
		return true;
	}
	return tpl_format_item(p->r, p->out, tpl_int(n), &s->layout);
}

static bool put_float(struct percent *p, struct spec *s, struct item item)
{
	double d;
	if (item.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(p->r, item);
	if (!tpl_as_double(item, &d))
		return tpl_fail(p->r, "%%%c needs a number, not a value of type %s.",
			s->layout.type, tpl_type_name(item));
	if (s->layout.precision < 0)
		s->layout.precision = 6;
	return tpl_format_item(p->r, p->out, tpl_float(d), &s->layout);
}

static bool put_char(struct percent *p, struct spec *s, struct item item)
{
	char encoded[4];
	int64_t n;
	struct str text = item.u.str;
	if (tpl_as_int(item, &n) && n >= 0 && n <= 0x10FFFF)
		text = (struct str){encoded, tpl_encode((uint32_t)n, encoded)};
	else if (item.kind != ITEM_STR || tpl_length(text) != 1)
		return tpl_fail(p->r, "%%c needs one character.");
	return put_text(p, s, text);
}

static bool put_spec(struct percent *p, struct spec *s)
{
	struct item item;
	struct str text;
	char type = s->layout.type;
	if (type == '%') {
		buf_add_char(p->out, '%');
		return true;
	}
	if (s->named ? !named_arg(p, s->name, &item) : !next_arg(p, &item))
		return false;
	if (type == 'i' || type == 'u')
		type = s->layout.type = 'd';
	if (s->layout.zero && !s->left && strchr("diouxXeEfFgG", type) != NULL)
		s->layout.align = '=';
	if (s->left)
		s->layout.zero = false;
	switch (type) {
	case 's':
		if (!tpl_to_str(p->r, item, &text))
			return false;
		if (p->safe && item.kind == ITEM_STR && item.safe) {
			tpl_format_pad(p->out, text, &s->layout);
			return true;
		}
		return put_text(p, s, text);
	case 'r': return put_repr(p, s, item, false);
	case 'a': return put_repr(p, s, item, true);
	case 'c': return put_char(p, s, item);
	case 'd':
	case 'x':
	case 'X':
	case 'o':
		if (item.kind == ITEM_UNDEFINED)
			return tpl_undefined_fail(p->r, item);
		return put_int(p, s, item);
	case 'e':
	case 'E':
	case 'f':
	case 'F':
	case 'g':
	case 'G': return put_float(p, s, item);
	default: return tpl_fail(p->r, "The format '%%%c' is not known.", type);
	}
}

static bool percent(struct percent *p)
{
	while (p->at < p->format.len) {
		struct spec s;
		size_t next = str_find(p->format, STR("%"), p->at);
		struct str plain = str_slice(p->format, p->at, next);
		buf_add_str(p->out, plain);
		p->at += plain.len;
		if (p->at >= p->format.len)
			break;
		p->at++;
		if (!tpl_charge(p->r, 1) || !read_spec(p, &s) || !put_spec(p, &s))
			return false;
	}
	if (p->args.kind == ITEM_TUPLE && !p->mapped && p->used < p->args.u.list->len)
		return tpl_fail(p->r, "There are more values than the format has places for.");
	if (p->args.kind != ITEM_TUPLE && p->args.kind != ITEM_DICT && p->args.kind != ITEM_LIST &&
		p->used == 0)
		return tpl_fail(p->r, "There are more values than the format has places for.");
	return true;
}

bool tpl_format_percent(struct render *r, struct item format, struct item args, struct item *out)
{
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	struct percent p = {
		.r = r,
		.format = format.u.str,
		.args = args,
		.safe = format.safe,
		.out = &b,
	};
	if (!percent(&p)) {
		buf_free(&b);
		return false;
	}
	*out = format;
	return tpl_take(r, &b, &out->u.str);
}
