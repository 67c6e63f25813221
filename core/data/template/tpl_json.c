/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_operate.h"
#include "core/data/template/tpl_text.h"

#include <inttypes.h>
#include <math.h>

/* The filter tojson: Python's json.dumps, with < > & ' escaped as htmlsafe_json_dumps does. */

struct dump {
	struct render *r;
	struct buf *b;
	bool lines;
	int64_t indent;
	int64_t level;
};

static bool add(struct dump *d, struct item item);

static void add_escape(struct buf *b, uint32_t c)
{
	if (c < 0x10000) {
		buf_add_format(b, "\\u%04x", c);
		return;
	}
	c -= 0x10000;
	buf_add_format(b, "\\u%04x\\u%04x", 0xD800 + (c >> 10), 0xDC00 + (c & 0x3FF));
}

static void add_string(struct buf *b, struct str s)
{
	static const char names[] = "\"\"\\\\\nn\rr\tt\bb\ff";
	size_t len;
	buf_add_char(b, '"');
	for (size_t at = 0; at < s.len; at += len) {
		uint32_t c = tpl_decode(s, at, &len);
		char name = '\0';
		for (const char *p = names; *p != '\0'; p += 2)
			if ((unsigned char)*p == c)
				name = p[1];
		if (name != '\0') {
			buf_add_char(b, '\\');
			buf_add_char(b, name);
		} else if (c < ' ' || c >= 0x7F || c == '<' || c == '>' || c == '&' || c == '\'') {
			add_escape(b, c);
		} else {
			buf_add_char(b, (char)c);
		}
	}
	buf_add_char(b, '"');
}

static void add_float(struct buf *b, double value)
{
	char text[FLOAT_TEXT];
	if (isnan(value))
		buf_add_cstr(b, "NaN");
	else if (isinf(value))
		buf_add_cstr(b, value < 0 ? "-Infinity" : "Infinity");
	else
		buf_add(b, text, tpl_float_text(value, text));
}

static bool add_key(struct dump *d, struct item key)
{
	char text[FLOAT_TEXT];
	struct str s;
	switch (key.kind) {
	case ITEM_STR: s = key.u.str; break;
	case ITEM_BOOL: s = str_from(key.u.boolean ? "true" : "false"); break;
	case ITEM_NONE: s = STR("null"); break;
	case ITEM_INT: s = str_format(d->r->arena, "%" PRId64, key.u.integer); break;
	case ITEM_FLOAT: s = (struct str){text, tpl_float_text(key.u.real, text)}; break;
	default: return tpl_fail(d->r, "A %s cannot be a key in JSON.", tpl_type_name(key));
	}
	add_string(d->b, s);
	return true;
}

/* What stands between two items. */
static void add_gap(struct dump *d, bool comma)
{
	if (comma)
		buf_add_cstr(d->b, d->lines ? "," : ", ");
	if (!d->lines)
		return;
	buf_add_char(d->b, '\n');
	for (int64_t i = 0; i < d->level * d->indent && !d->b->full; i++)
		buf_add_char(d->b, ' ');
}

static bool add_list(struct dump *d, struct list *l)
{
	tpl_list_open(d->r, l);
	buf_add_char(d->b, '[');
	d->level++;
	for (size_t i = 0; i < l->len; i++) {
		add_gap(d, i > 0);
		if (!add(d, l->at[i]))
			return false;
	}
	d->level--;
	if (l->len > 0)
		add_gap(d, false);
	buf_add_char(d->b, ']');
	return true;
}

static bool add_dict(struct dump *d, struct dict *from)
{
	tpl_dict_open(d->r, from);
	struct sort_entry *all = ARENA_ARRAY(d->r->arena, struct sort_entry, from->len + 1);
	for (size_t i = 0; i < from->len; i++)
		all[i] = (struct sort_entry){from->at[i].key, from->at[i].value};
	if (!tpl_sort(d->r, all, from->len, false))
		return false;
	buf_add_char(d->b, '{');
	d->level++;
	for (size_t i = 0; i < from->len; i++) {
		add_gap(d, i > 0);
		if (!add_key(d, all[i].key))
			return false;
		buf_add_cstr(d->b, ": ");
		if (!add(d, all[i].value))
			return false;
	}
	d->level--;
	if (from->len > 0)
		add_gap(d, false);
	buf_add_char(d->b, '}');
	return true;
}

static bool add(struct dump *d, struct item item)
{
	bool ok;
	if (!tpl_charge(d->r, 1))
		return false;
	switch (item.kind) {
	case ITEM_NONE: buf_add_cstr(d->b, "null"); return true;
	case ITEM_BOOL: buf_add_cstr(d->b, item.u.boolean ? "true" : "false"); return true;
	case ITEM_INT: buf_add_format(d->b, "%" PRId64, item.u.integer); return true;
	case ITEM_FLOAT: add_float(d->b, item.u.real); return true;
	case ITEM_STR: add_string(d->b, item.u.str); return true;
	case ITEM_LIST:
	case ITEM_TUPLE:
	case ITEM_DICT:
		if (d->r->depth >= TPL_DEPTH_MAX / 2)
			return tpl_limit(d->r, "This value is nested too deeply, or in itself.");
		d->r->depth++;
		ok = item.kind == ITEM_DICT ? add_dict(d, item.u.dict) : add_list(d, item.u.list);
		d->r->depth--;
		return ok;
	case ITEM_UNDEFINED: return tpl_fail(d->r, "What is undefined cannot be written as JSON.");
	default:
		return tpl_fail(
			d->r, "A value of type %s cannot be written as JSON.", tpl_type_name(item));
	}
}

bool tpl_to_json(struct render *r, struct item item, bool lines, int64_t indent, struct str *out)
{
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	struct dump d = {.r = r, .b = &b, .lines = lines, .indent = indent};
	if (add(&d, item))
		return tpl_take(r, &b, out);
	buf_free(&b);
	return false;
}
