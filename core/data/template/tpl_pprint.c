/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_operate.h"
#include "core/data/template/tpl_strings.h"
#include "core/data/template/tpl_text.h"

#include <string.h>

/* The filter pprint: Python's pprint.pformat with its defaults, 80 columns. */

enum { PRINT_WIDTH = 80 };

struct pretty {
	struct render *r;
	struct buf *b;
};

static bool pretty(struct pretty *p, struct item item, int indent, int allowance, int level);

/* Dicts are shown in the order of their keys; keys of several types by type. */
static bool key_before(struct render *r, struct item a, struct item b, bool *out)
{
	int order;
	struct err *err = r->err;
	struct err ignored = ERR_INIT;
	r->err = &ignored;
	bool ok = tpl_order(r, a, b, &order);
	r->err = err;
	if (!ok)
		order = strcmp(tpl_type_name(a), tpl_type_name(b));
	*out = order < 0;
	return tpl_charge(r, 1);
}

static bool sorted(struct render *r, struct dict *d, struct sort_entry **out)
{
	tpl_dict_open(r, d);
	struct sort_entry *all = ARENA_ARRAY(r->arena, struct sort_entry, d->len + 1);
	for (size_t i = 0; i < d->len; i++) {
		struct sort_entry e = {d->at[i].key, d->at[i].value};
		size_t at = i;
		for (bool before = true; at > 0; at--) {
			if (!key_before(r, e.key, all[at - 1].key, &before))
				return false;
			if (!before)
				break;
			all[at] = all[at - 1];
		}
		all[at] = e;
	}
	*out = all;
	return true;
}

static bool add_safe(struct pretty *p, struct item item);

static bool add_safe_dict(struct pretty *p, struct dict *d)
{
	struct sort_entry *all;
	if (!sorted(p->r, d, &all))
		return false;
	buf_add_char(p->b, '{');
	for (size_t i = 0; i < d->len; i++) {
		if (i > 0)
			buf_add_cstr(p->b, ", ");
		if (!add_safe(p, all[i].key))
			return false;
		buf_add_cstr(p->b, ": ");
		if (!add_safe(p, all[i].value))
			return false;
	}
	buf_add_char(p->b, '}');
	return true;
}

static bool add_safe_list(struct pretty *p, const struct list *l, bool tuple)
{
	buf_add_char(p->b, tuple ? '(' : '[');
	for (size_t i = 0; i < l->len; i++) {
		if (i > 0)
			buf_add_cstr(p->b, ", ");
		if (!add_safe(p, l->at[i]))
			return false;
	}
	if (tuple && l->len == 1)
		buf_add_char(p->b, ',');
	buf_add_char(p->b, tuple ? ')' : ']');
	return true;
}

/* repr() with the dicts sorted. */
static bool add_safe(struct pretty *p, struct item item)
{
	bool dict = item.kind == ITEM_DICT, tuple = item.kind == ITEM_TUPLE;
	if (!tpl_charge(p->r, 1))
		return false;
	if (!dict && !tuple && item.kind != ITEM_LIST)
		return tpl_add_repr(p->r, p->b, item);
	if (p->r->depth >= TPL_DEPTH_MAX / 2)
		return tpl_limit(p->r, "This value is nested too deeply, or in itself.");
	p->r->depth++;
	bool ok = dict ? add_safe_dict(p, item.u.dict)
		       : add_safe_list(p, tpl_list_open(p->r, item.u.list), tuple);
	p->r->depth--;
	return ok;
}

static bool safe_text(struct pretty *p, struct item item, struct str *out)
{
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	struct pretty inside = {p->r, &b};
	if (add_safe(&inside, item))
		return tpl_take(p->r, &b, out);
	buf_free(&b);
	return false;
}

static void new_line(struct pretty *p, int indent)
{
	buf_add_char(p->b, '\n');
	for (int i = 0; i < indent; i++)
		buf_add_char(p->b, ' ');
}

static bool add_items(struct pretty *p, const struct list *l, int indent, int allowance, int level)
{
	indent++;
	for (size_t i = 0; i < l->len; i++) {
		if (i > 0) {
			buf_add_char(p->b, ',');
			new_line(p, indent);
		}
		if (!pretty(p, l->at[i], indent, i + 1 == l->len ? allowance : 1, level))
			return false;
	}
	return true;
}

static bool add_dict(struct pretty *p, struct dict *d, int indent, int allowance, int level)
{
	struct sort_entry *all;
	struct str key;
	if (!sorted(p->r, d, &all))
		return false;
	buf_add_char(p->b, '{');
	for (size_t i = 0; i < d->len; i++) {
		if (i > 0) {
			buf_add_char(p->b, ',');
			new_line(p, indent + 1);
		}
		if (!safe_text(p, all[i].key, &key))
			return false;
		buf_add_str(p->b, key);
		buf_add_cstr(p->b, ": ");
		if (!pretty(p, all[i].value, indent + 1 + (int)tpl_length(key) + 2,
			    i + 1 == d->len ? allowance + 1 : 1, level))
			return false;
	}
	buf_add_char(p->b, '}');
	return true;
}

/* The strings that a long string is shown as. */
struct pieces {
	struct pretty *p;
	struct list *at; /* quoted */
	struct str whole; /* the last piece, when it is the only one */
};

static struct str quoted(struct pieces *c, struct str s)
{
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	tpl_add_quoted(&b, s, false);
	struct str out = str_copy(c->p->r->arena, buf_str(&b));
	buf_free(&b);
	return out;
}

/* Words with the blanks behind them, as many as fit. */
static bool add_words(struct pieces *c, struct str line, int width, int last_width)
{
	size_t start = 0, end = 0, len;
	while (end < line.len) {
		size_t next = end;
		while (next < line.len && !tpl_is_space(tpl_decode(line, next, &len)))
			next += len;
		while (next < line.len && tpl_is_space(tpl_decode(line, next, &len)))
			next += len;
		struct str candidate = quoted(c, str_slice(line, start, next));
		int room = next == line.len ? last_width : width;
		if ((int)tpl_length(candidate) > room && end > start) {
			tpl_list_push(
				c->p->r, c->at, tpl_str(quoted(c, str_slice(line, start, end))));
			start = end;
		}
		end = next;
		if (!tpl_charge(c->p->r, 1 + candidate.len / 64))
			return false;
	}
	if (end > start)
		tpl_list_push(c->p->r, c->at, tpl_str(quoted(c, str_slice(line, start, end))));
	return true;
}

static bool add_string(struct pretty *p, struct item s, int indent, int allowance, int level)
{
	struct list *lines = tpl_list_new(p->r, 0);
	struct pieces c = {p, tpl_list_new(p->r, 0), STR_NONE};
	if (!tpl_splitlines(p->r, s, true, lines))
		return false;
	if (level == 1) {
		indent++;
		allowance++;
	}
	int width = PRINT_WIDTH - indent;
	for (size_t i = 0; i < lines->len; i++) {
		struct str line = lines->at[i].u.str;
		int last = i + 1 == lines->len ? width - allowance : width;
		c.whole = quoted(&c, line);
		if ((int)tpl_length(c.whole) <= last)
			tpl_list_push(p->r, c.at, tpl_str(c.whole));
		else if (!add_words(&c, line, width, last))
			return false;
	}
	if (c.at->len == 1) {
		buf_add_str(p->b, c.whole);
		return true;
	}
	if (level == 1)
		buf_add_char(p->b, '(');
	for (size_t i = 0; i < c.at->len; i++) {
		if (i > 0)
			new_line(p, indent);
		buf_add_str(p->b, c.at->at[i].u.str);
	}
	if (level == 1)
		buf_add_char(p->b, ')');
	return true;
}

static bool add_sequence(struct pretty *p, struct item of, int indent, int allowance, int level)
{
	bool tuple = of.kind == ITEM_TUPLE;
	const struct list *l = tpl_list_open(p->r, of.u.list);
	const char *end = !tuple ? "]" : l->len == 1 ? ",)" : ")";
	buf_add_char(p->b, tuple ? '(' : '[');
	if (!add_items(p, l, indent, allowance + (int)strlen(end), level))
		return false;
	return buf_add_cstr(p->b, end) || true;
}

static bool pretty(struct pretty *p, struct item item, int indent, int allowance, int level)
{
	struct str text;
	bool ok;
	if (!safe_text(p, item, &text))
		return false;
	bool plain = item.kind == ITEM_STR ? item.safe : item.kind < ITEM_STR;
	if ((int)tpl_length(text) <= PRINT_WIDTH - indent - allowance || plain ||
		item.kind > ITEM_DICT || (item.kind == ITEM_TUPLE && item.u.list->group)) {
		buf_add_str(p->b, text);
		return true;
	}
	if (p->r->depth >= TPL_DEPTH_MAX / 2)
		return tpl_limit(p->r, "This value is nested too deeply to be printed.");
	p->r->depth++;
	if (item.kind == ITEM_STR)
		ok = add_string(p, item, indent, allowance, level + 1);
	else if (item.kind == ITEM_DICT)
		ok = add_dict(p, item.u.dict, indent, allowance, level + 1);
	else
		ok = add_sequence(p, item, indent, allowance, level + 1);
	p->r->depth--;
	return ok;
}

bool tpl_pprint(struct render *r, struct item item, struct str *out)
{
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	struct pretty p = {r, &b};
	if (pretty(&p, item, 0, 0, 0))
		return tpl_take(r, &b, out);
	buf_free(&b);
	return false;
}
