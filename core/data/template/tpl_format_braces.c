/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_format.h"
#include "core/data/template/tpl_html.h"
#include "core/data/template/tpl_text.h"

#include <string.h>

/* str.format. */

struct braces {
	struct render *r;
	const struct args *args;
	int64_t next; /* automatic number */
	bool manual, automatic;
	bool safe;
	unsigned depth;
};

static bool expand(struct braces *f, struct str s, struct buf *out);

/* A whole decimal number; -1 otherwise. */
static int64_t index_of(struct str s)
{
	int64_t n = 0;
	if (s.len == 0 || s.len > 9)
		return -1;
	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] < '0' || s.at[i] > '9')
			return -1;
		n = n * 10 + (s.at[i] - '0');
	}
	return n;
}

static bool positional(struct braces *f, int64_t at, struct item *out)
{
	if (at >= (int64_t)f->args->len)
		return tpl_fail(f->r, "The format needs an argument number %d.", (int)at);
	*out = f->args->at[at];
	return true;
}

static bool first_part(struct braces *f, struct str name, struct item *out)
{
	int64_t at = index_of(name);
	bool automatic = name.len == 0;
	if (automatic || at >= 0) {
		f->automatic |= automatic;
		f->manual |= !automatic;
		if (f->automatic && f->manual)
			return tpl_fail(f->r, "A format cannot mix {} with numbered places.");
		return positional(f, automatic ? f->next++ : at, out);
	}
	for (size_t i = 0; i < f->args->nnamed; i++)
		if (str_eq(f->args->named[i].key, name)) {
			*out = f->args->named[i].value;
			return true;
		}
	return tpl_fail(f->r, "The format names '%.*s', which was not given.",
		STR_ARG(str_slice(name, 0, 80)));
}

/* item.name and item[key] in a field's name. */
static bool next_part(struct braces *f, struct str *rest, struct item *item)
{
	struct attribute a = {.of = NULL};
	struct item of = *item;
	bool bracket = rest->at[0] == '[';
	struct str body = str_slice(*rest, 1, rest->len);
	size_t end = 0;
	while (end < body.len &&
		(bracket ? body.at[end] != ']' : body.at[end] != '.' && body.at[end] != '['))
		end++;
	struct str name = str_slice(body, 0, end);
	if (name.len == 0 || (bracket && end == body.len))
		return tpl_fail(f->r, "A field of this format has an empty name.");
	*rest = str_slice(body, end + (bracket ? 1 : 0), body.len);
	if (bracket) {
		int64_t at = index_of(name);
		if (!tpl_getitem(f->r, of, at >= 0 ? tpl_int(at) : tpl_str(name), item))
			return false;
	} else {
		tpl_attribute_init(&a, name);
		if (of.kind == ITEM_DICT)
			return tpl_fail(f->r, "A dict has no attribute '%.*s' in a format; use [].",
				STR_ARG(str_slice(name, 0, 80)));
		if (!tpl_getattr(f->r, of, &a, item))
			return false;
	}
	return item->kind != ITEM_UNDEFINED || tpl_undefined_fail(f->r, *item);
}

static bool field_value(struct braces *f, struct str name, struct item *out)
{
	size_t end = 0;
	while (end < name.len && name.at[end] != '.' && name.at[end] != '[')
		end++;
	struct str rest = str_slice(name, end, name.len);
	if (!first_part(f, str_slice(name, 0, end), out))
		return false;
	while (rest.len > 0) {
		if (rest.at[0] != '.' && rest.at[0] != '[')
			return tpl_fail(f->r, "Only '.' or '[' may follow ']' in a format.");
		if (!next_part(f, &rest, out))
			return false;
	}
	return true;
}

static bool is_align(char c)
{
	return c == '<' || c == '>' || c == '=' || c == '^';
}

static bool read_width(struct braces *f, struct str s, size_t *at, int64_t *out)
{
	while (*at < s.len && s.at[*at] >= '0' && s.at[*at] <= '9') {
		*out = (*out > 0 ? *out : 0) * 10 + (s.at[(*at)++] - '0');
		if (*out > 100000)
			return tpl_limit(f->r, "A width or precision is too large.");
	}
	return true;
}

/* [[fill]align][sign][#][0]; returns where they stop. */
static size_t read_flags(struct str s, struct layout *l)
{
	size_t at = 0, len = 0;
	*l = (struct layout){.precision = -1};
	uint32_t fill = s.len > 0 ? tpl_decode(s, 0, &len) : 0;
	if (len > 0 && len < s.len && is_align(s.at[len])) {
		l->fill = fill;
		l->align = s.at[len];
		at = len + 1;
	} else if (s.len > 0 && is_align(s.at[0])) {
		l->align = s.at[at++];
	}
	if (at < s.len && strchr("+- ", s.at[at]) != NULL)
		l->sign = s.at[at++];
	if (at < s.len && s.at[at] == '#')
		l->alternate = ++at > 0;
	if (at < s.len && s.at[at] == '0')
		l->zero = ++at > 0;
	return at;
}

/* [[fill]align][sign][#][0][width][,_][.precision][type] */
static bool read_layout(struct braces *f, struct str s, struct layout *l)
{
	size_t at = read_flags(s, l);
	if (!read_width(f, s, &at, &l->width))
		return false;
	if (at < s.len && (s.at[at] == ',' || s.at[at] == '_'))
		l->group = s.at[at++];
	if (at < s.len && s.at[at] == '.') {
		size_t from = ++at;
		l->precision = 0;
		if (!read_width(f, s, &at, &l->precision))
			return false;
		if (at == from)
			return tpl_fail(f->r, "A format has a point without a precision.");
	}
	if (at < s.len)
		l->type = s.at[at++];
	if (at < s.len)
		return tpl_fail(
			f->r, "The format '%.*s' cannot be read.", STR_ARG(str_slice(s, 0, 80)));
	return true;
}

static bool default_align(struct item item, struct layout *l)
{
	bool number = item.kind == ITEM_INT || item.kind == ITEM_FLOAT ||
		      (item.kind == ITEM_BOOL && l->type != 0);
	if (l->align == 0 && !number)
		l->align = '<';
	if (l->zero && number && l->fill == 0 && l->align == 0)
		l->align = '=';
	if (l->zero && l->align != '=')
		l->fill = l->fill != 0 ? l->fill : '0';
	if (l->align == '=' && l->zero && l->fill != 0 && l->fill != '0')
		l->zero = false;
	return true;
}

static bool put_field(struct braces *f, struct item item, struct str spec, struct buf *out)
{
	struct layout l;
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	struct str text = STR_NONE;
	if (!read_layout(f, spec, &l))
		return false;
	default_align(item, &l);
	if (spec.len > 0 && (item.kind == ITEM_NONE || item.kind > ITEM_STR)) {
		if (item.kind == ITEM_UNDEFINED && item.safe)
			return tpl_undefined_fail(f->r, item);
		return tpl_fail(f->r, "A value of type %s takes no format.", tpl_type_name(item));
	}
	if (!tpl_format_item(f->r, &b, item, &l)) {
		buf_free(&b);
		return false;
	}
	if (!tpl_take(f->r, &b, &text))
		return false;
	if (f->safe && !(item.kind == ITEM_STR && item.safe) && !tpl_escape(f->r, text, &text))
		return false;
	buf_add_str(out, text);
	return true;
}

static bool convert(struct braces *f, char how, struct item *item)
{
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	struct str text = STR_NONE;
	bool ok;
	switch (how) {
	case 's': ok = tpl_add_str(f->r, &b, *item); break;
	case 'r': ok = tpl_add_repr(f->r, &b, *item); break;
	case 'a':
		ok = item->kind == ITEM_STR ? tpl_add_quoted(&b, item->u.str, true)
					    : tpl_add_repr(f->r, &b, *item);
		break;
	default: return tpl_fail(f->r, "The conversion '!%c' is not known.", how);
	}
	if (!ok) {
		buf_free(&b);
		return false;
	}
	if (!tpl_take(f->r, &b, &text))
		return false;
	*item = tpl_str(text);
	return true;
}

/* What stands between { and }: name!conversion:spec. */
static bool field(struct braces *f, struct str body, struct buf *out)
{
	size_t end = 0;
	char conversion = '\0';
	struct item item;
	struct str spec = STR_NONE;
	while (end < body.len && body.at[end] != ':' && body.at[end] != '!') {
		if (body.at[end] == '[')
			while (end < body.len && body.at[end] != ']')
				end++;
		if (end < body.len)
			end++;
	}
	struct str name = str_slice(body, 0, end);
	if (end < body.len && body.at[end] == '!') {
		conversion = end + 1 < body.len ? body.at[end + 1] : ' ';
		end += 2;
		if (end < body.len && body.at[end] != ':')
			return tpl_fail(f->r, "A conversion is one letter.");
	}
	if (end < body.len)
		spec = str_slice(body, end + 1, body.len);
	if (!field_value(f, name, &item) || (conversion != '\0' && !convert(f, conversion, &item)))
		return false;
	if (str_find(spec, STR("{"), 0) != SIZE_MAX) {
		struct buf b = BUF_INIT(TPL_TEXT_MAX);
		if (!expand(f, spec, &b)) {
			buf_free(&b);
			return false;
		}
		if (!tpl_take(f->r, &b, &spec))
			return false;
	}
	return put_field(f, item, spec, out);
}

/* Where the field that begins at AT (after its {) has its }, or SIZE_MAX. */
static size_t field_end(struct str s, size_t at)
{
	size_t open = 1;
	for (; at < s.len; at++) {
		if (s.at[at] == '{')
			open++;
		if (s.at[at] == '}' && --open == 0)
			return at;
	}
	return SIZE_MAX;
}

static bool expand(struct braces *f, struct str s, struct buf *out)
{
	if (f->depth == 2)
		return tpl_fail(f->r, "A format is nested too deeply.");
	f->depth++;
	for (size_t at = 0; at < s.len; at++) {
		char c = s.at[at];
		if (c != '{' && c != '}') {
			buf_add_char(out, c);
			continue;
		}
		if (at + 1 < s.len && s.at[at + 1] == c) {
			buf_add_char(out, c);
			at++;
			continue;
		}
		size_t end = c == '{' ? field_end(s, at + 1) : SIZE_MAX;
		if (end == SIZE_MAX)
			return tpl_fail(f->r, "A '%c' of this format stands alone.", c);
		if (!tpl_charge(f->r, 1) || !field(f, str_slice(s, at + 1, end), out))
			return false;
		at = end;
	}
	f->depth--;
	return true;
}

bool tpl_format_braces(
	struct render *r, struct item format, const struct args *args, struct item *out)
{
	struct braces f = {.r = r, .args = args, .safe = format.safe};
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	if (!expand(&f, format.u.str, &b)) {
		buf_free(&b);
		return false;
	}
	*out = format;
	return tpl_take(r, &b, &out->u.str);
}
