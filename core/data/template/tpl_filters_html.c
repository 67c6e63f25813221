/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_builtin.h"
#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_html.h"
#include "core/data/template/tpl_iterate.h"
#include "core/data/template/tpl_operate.h"
#include "core/data/template/tpl_strings.h"
#include "core/data/template/tpl_text.h"

#include <ctype.h>
#include <string.h>

/* Filters for HTML, URLs and JSON. */

static bool escape(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	return tpl_escape_item(r, of, out);
}

static bool forceescape(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	of.safe = of.safe && of.kind != ITEM_STR;
	return tpl_escape_item(r, of, out);
}

static bool safe(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	*out = tpl_markup(STR_NONE);
	return tpl_to_str(r, of, &out->u.str);
}

/* Takes out what stands between OPEN and the next CLOSE. */
static struct str without(struct arena *a, struct str s, struct str open, struct str close)
{
	char *to = arena_alloc(a, s.len + 1, 1);
	size_t n = 0, from = 0;
	for (;;) {
		size_t start = str_find(s, open, from);
		size_t end = start == SIZE_MAX ? SIZE_MAX : str_find(s, close, start + open.len);
		struct str part = str_slice(s, from, end == SIZE_MAX ? s.len : start);
		if (part.len > 0)
			memcpy(to + n, part.at, part.len);
		n += part.len;
		if (end == SIZE_MAX)
			return (struct str){to, n};
		from = end + close.len;
	}
}

static bool striptags(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	struct str s;
	struct list *words = tpl_list_new(r, 0);
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	if (!tpl_to_str(r, of, &s))
		return false;
	s = without(r->arena, s, STR("<!--"), STR("-->"));
	s = without(r->arena, s, STR("<"), STR(">"));
	if (!tpl_split(r, tpl_str(s), STR_NONE, -1, words))
		return false;
	for (size_t i = 0; i < words->len; i++) {
		if (i > 0)
			buf_add_char(&b, ' ');
		buf_add_str(&b, words->at[i].u.str);
	}
	*out = tpl_str(STR_NONE);
	if (!tpl_take(r, &b, &s))
		return false;
	out->u.str = tpl_unescape(r->arena, s);
	return true;
}

static bool add_quoted(struct render *r, struct buf *b, struct item item, bool query)
{
	struct str s;
	if (!tpl_to_str(r, item, &s))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.at[i];
		if ((c < 0x80 && isalnum(c)) || (c != '\0' && strchr("_.-~", c) != NULL) ||
			(c == '/' && !query))
			buf_add_char(b, (char)c);
		else if (c == ' ' && query)
			buf_add_char(b, '+');
		else
			buf_add_format(b, "%%%02X", c);
	}
	return true;
}

/* k=v&k=v from pairs. */
static bool add_query(struct render *r, struct buf *b, struct item pairs)
{
	struct iter it;
	struct item pair;
	struct list *two;
	enum step s;
	bool any = false;
	if (!tpl_iter(r, pairs, &it))
		return false;
	while ((s = tpl_next(r, &it, &pair)) == STEP_ITEM) {
		if (!tpl_charge(r, 1) || !tpl_collect(r, pair, &two))
			return false;
		if (two->len != 2)
			return tpl_fail(r, "urlencode needs pairs of a name and a value.");
		if (any)
			buf_add_char(b, '&');
		any = true;
		if (!add_quoted(r, b, two->at[0], true))
			return false;
		buf_add_char(b, '=');
		if (!add_quoted(r, b, two->at[1], true))
			return false;
	}
	return s == STEP_END;
}

static bool urlencode(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	struct item pairs = of;
	if (of.kind == ITEM_DICT)
		pairs = (struct item){.kind = ITEM_VIEW, .op = VIEW_ITEMS, .u.dict = of.u.dict};
	bool plain = of.kind == ITEM_STR || !tpl_is_iterable(of);
	bool ok = plain ? add_quoted(r, &b, of, false) : add_query(r, &b, pairs);
	*out = tpl_str(STR_NONE);
	if (ok)
		return tpl_take(r, &b, &out->u.str);
	buf_free(&b);
	return false;
}

static bool add_attribute(struct render *r, struct buf *b, struct item key, struct item value)
{
	struct item k, v;
	if (key.kind != ITEM_STR)
		return tpl_fail(r, "The names of attributes must be strings.");
	for (size_t i = 0; i < key.u.str.len; i++)
		if (memchr(" \t\n\r\f\v/>=", key.u.str.at[i], 9) != NULL)
			return tpl_fail(r,
				"The attribute name '%.*s' has a character in it that "
				"names cannot have.",
				STR_ARG(str_slice(key.u.str, 0, 80)));
	if (!tpl_escape_item(r, key, &k) || !tpl_escape_item(r, value, &v))
		return false;
	if (b->len > 0)
		buf_add_char(b, ' ');
	buf_add_str(b, k.u.str);
	buf_add_cstr(b, "=\"");
	buf_add_str(b, v.u.str);
	buf_add_char(b, '"');
	return true;
}

static bool xmlattr(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	bool space = true;
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	struct str s = STR_NONE;
	if (of.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, of);
	if (of.kind != ITEM_DICT)
		return tpl_fail(
			r, "xmlattr needs a dict, not a value of type %s.", tpl_type_name(of));
	if (!tpl_arg_bool(r, args, 0, &space))
		return false;
	const struct dict *d = tpl_dict_open(r, of.u.dict);
	for (size_t i = 0; i < d->len; i++) {
		struct item value = d->at[i].value;
		if (value.kind != ITEM_NONE && value.kind != ITEM_UNDEFINED &&
			!add_attribute(r, &b, d->at[i].key, value)) {
			buf_free(&b);
			return false;
		}
	}
	if (!tpl_take(r, &b, &s) || (space && s.len > 0 && !tpl_join_str(r, STR(" "), s, &s)))
		return false;
	*out = tpl_str(s);
	return true;
}

static bool tojson(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	int64_t indent = 0;
	bool lines = tpl_given(args, 0) && args->at[0].kind != ITEM_NONE;
	if (lines && !tpl_arg_int(r, args, 0, &indent))
		return false;
	*out = tpl_markup(STR_NONE);
	return tpl_to_json(r, of, lines, indent, &out->u.str);
}

/* All words of rel, sorted, each once. */
static bool rel_text(struct render *r, struct str rel, bool nofollow, struct str *out)
{
	struct list *words = tpl_list_new(r, 0);
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	if (!tpl_split(r, tpl_str(rel), STR_NONE, -1, words))
		return false;
	if (nofollow)
		tpl_list_push(r, words, tpl_cstr("nofollow"));
	tpl_list_push(r, words, tpl_cstr("noopener"));
	struct sort_entry *all = ARENA_ARRAY(r->arena, struct sort_entry, words->len);
	for (size_t i = 0; i < words->len; i++)
		all[i] = (struct sort_entry){words->at[i], words->at[i]};
	if (!tpl_sort(r, all, words->len, false))
		return false;
	for (size_t i = 0; i < words->len; i++) {
		if (i > 0 && str_eq(all[i].key.u.str, all[i - 1].key.u.str))
			continue;
		if (i > 0)
			buf_add_char(&b, ' ');
		buf_add_str(&b, all[i].key.u.str);
	}
	return tpl_take(r, &b, out);
}

static bool urlize(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	struct urlize how = {.limit = -1};
	struct str rel = STR_NONE, target = STR_NONE;
	bool nofollow = false;
	struct item text;
	struct list *schemes;
	bool limit = tpl_given(args, 0) && args->at[0].kind != ITEM_NONE;
	bool has_target = tpl_given(args, 2) && args->at[2].kind != ITEM_NONE;
	bool has_rel = tpl_given(args, 3) && args->at[3].kind != ITEM_NONE;
	if (!tpl_escape_item(r, of, &text) || (limit && !tpl_arg_int(r, args, 0, &how.limit)) ||
		!tpl_arg_bool(r, args, 1, &nofollow) ||
		(has_target && !tpl_arg_str(r, args, 2, &target)) ||
		(has_rel && !tpl_arg_str(r, args, 3, &rel)))
		return false;
	if (tpl_given(args, 4) && args->at[4].kind != ITEM_NONE) {
		if (!tpl_collect(r, args->at[4], &schemes))
			return false;
		how.schemes = schemes;
	}
	if (!rel_text(r, rel, nofollow, &rel) || !tpl_escape(r, rel, &rel) ||
		!tpl_escape(r, target, &target))
		return false;
	how.attributes = str_format(r->arena, " rel=\"%.*s\"%s%.*s%s", STR_ARG(rel),
		has_target ? " target=\"" : "", STR_ARG(target), has_target ? "\"" : "");
	*out = tpl_str(STR_NONE);
	return tpl_urlize(r, text.u.str, &how, &out->u.str);
}

const struct builtin tpl_filters_html[] = {
	{"escape", escape, 0, 0, false, ""},
	{"e", escape, 0, 0, false, ""},
	{"forceescape", forceescape, 0, 0, false, ""},
	{"safe", safe, 0, 0, false, ""},
	{"striptags", striptags, 0, 0, false, ""},
	{"urlencode", urlencode, 0, 0, false, ""},
	{"urlize", urlize, 0, 5, false, "trim_url_limit nofollow target rel extra_schemes"},
	{"xmlattr", xmlattr, 0, 1, false, "autospace"},
	{"tojson", tojson, 0, 1, false, "indent"},
	{NULL, NULL, 0, 0, false, NULL},
};
