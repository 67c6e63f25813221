/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_builtin.h"
#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_format.h"
#include "core/data/template/tpl_html.h"
#include "core/data/template/tpl_operate.h"
#include "core/data/template/tpl_strings.h"
#include "core/data/template/tpl_text.h"

#include <string.h>

/* Filters on text. Those that read any value as text keep markup markup. */

static bool soft(struct render *r, struct item of, struct item *out)
{
	*out = of;
	if (of.kind == ITEM_STR)
		return true;
	*out = tpl_str(STR_NONE);
	return tpl_to_str(r, of, &out->u.str);
}

/* For filters that only strings can go through; undefined counts as empty when lenient. */
static bool hard(struct render *r, struct item *of, const char *filter)
{
	if (of->kind == ITEM_STR)
		return true;
	if (of->kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, *of);
	return tpl_fail(
		r, "%s needs a string, not a value of type %s.", filter, tpl_type_name(*of));
}

#define CASE_FILTER(name, function)                                                                \
	static bool name(                                                                          \
		struct render *r, struct item of, const struct call_args *args, struct item *out)  \
	{                                                                                          \
		(void)args;                                                                        \
		if (!soft(r, of, out))                                                             \
			return false;                                                              \
		out->u.str = function(r->arena, out->u.str);                                       \
		return tpl_charge(r, out->u.str.len / 64);                                         \
	}

CASE_FILTER(upper, tpl_upper)
CASE_FILTER(lower, tpl_lower)
CASE_FILTER(capitalize, tpl_capitalize)

static bool begins_word(uint32_t c)
{
	return c == '-' || c == '(' || c == '{' || c == '[' || c == '<' || tpl_is_space(c);
}

static void ascii_title(char *to, struct str s)
{
	bool first = true;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];
		if (first ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z')
			c = (char)(c ^ 0x20);
		to[i] = c;
		first = begins_word((unsigned char)c);
	}
}

/* Upper case after what begins a word; the rest in lower case. */
static bool title(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	if (!soft(r, of, out))
		return false;
	struct str s = out->u.str;
	size_t len, mark = tpl_mark(r);
	out->safe = false;
	if (tpl_is_ascii(s)) {
		char *to = arena_alloc(r->arena, s.len + 1, 1);
		ascii_title(to, s);
		out->u.str.at = to;
		return tpl_charge(r, s.len / 64);
	}
	for (size_t at = 0; at < s.len;) {
		size_t end = at;
		bool mark_chars = begins_word(tpl_decode(s, at, &len));
		while (end < s.len && begins_word(tpl_decode(s, end, &len)) == mark_chars)
			end += len;
		tpl_decode(s, at, &len);
		struct str first = str_slice(s, at, at + len), rest = str_slice(s, at + len, end);
		buf_add_str(r->out, tpl_upper(r->arena, first));
		buf_add_str(r->out, tpl_lower(r->arena, rest));
		at = end;
	}
	return tpl_cut(r, mark, &out->u.str);
}

static bool trim(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	struct str set = STR_NONE;
	bool white = !tpl_given(args, 0) || args->at[0].kind == ITEM_NONE;
	if (!soft(r, of, out) || !(white || tpl_arg_str(r, args, 0, &set)))
		return false;
	if (out->safe && !tpl_escape(r, set, &set))
		return false;
	out->u.str = white ? tpl_strip(out->u.str, true, true)
			   : tpl_strip_set(out->u.str, set, true, true);
	return tpl_charge(r, out->u.str.len / 256);
}

static bool center(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	struct item width = tpl_given(args, 0) ? args->at[0] : tpl_int(80);
	struct args all = {.at = &width, .len = 1};
	return soft(r, of, out) &&
	       tpl_call_method(r, tpl_method_find(CLASS_STR, STR("center")), *out, &all, out);
}

static bool replace(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	struct str s, change[2];
	int64_t count = -1;
	bool all = !tpl_given(args, 2) || args->at[2].kind == ITEM_NONE;
	if (!tpl_to_str(r, of, &s) || !tpl_to_str(r, args->at[0], &change[0]) ||
		!tpl_to_str(r, args->at[1], &change[1]) ||
		!(all || tpl_arg_int(r, args, 2, &count)))
		return false;
	*out = tpl_str(STR_NONE);
	return tpl_replace(r, s, change, count, &out->u.str);
}

static bool string(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	return soft(r, of, out);
}

static bool format(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	const struct args *all = args->all;
	struct item text, values;
	if (!soft(r, of, &text))
		return false;
	if (all->len > 0 && all->nnamed > 0)
		return tpl_fail(r, "format takes values with names or without, not both.");
	if (all->nnamed > 0) {
		struct dict *d = tpl_dict_new(r);
		if (!tpl_dict_fill(r, d, all, "format"))
			return false;
		values = tpl_dict_item(d);
	} else {
		struct list *l = tpl_list_new(r, all->len);
		for (size_t i = 0; i < all->len; i++)
			l->at[l->len++] = all->at[i];
		values = tpl_tuple_item(l);
	}
	return tpl_format_percent(r, text, values, out);
}

/* The indent: a number of spaces or a string. */
static bool indent_text(struct render *r, const struct call_args *args, struct item *out)
{
	int64_t width = 4;
	*out = tpl_str(STR(" "));
	if (tpl_given(args, 0) && args->at[0].kind == ITEM_STR) {
		*out = args->at[0];
		return true;
	}
	return tpl_arg_int(r, args, 0, &width) && tpl_binary(r, OP_MUL, *out, tpl_int(width), out);
}

static bool indent(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	struct item by, ended, newline = tpl_str(STR("\n"));
	bool first = false, blank = false;
	if (!hard(r, &of, "indent") || !indent_text(r, args, &by) ||
		!tpl_arg_bool(r, args, 1, &first) || !tpl_arg_bool(r, args, 2, &blank) ||
		!tpl_binary(r, OP_ADD, of, newline, &ended))
		return false;
	struct list *lines = tpl_list_new(r, 0);
	if (!tpl_splitlines(r, ended, false, lines))
		return false;
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	for (size_t i = 0; i < lines->len; i++) {
		struct str line = lines->at[i].u.str;
		if (i > 0)
			buf_add_char(&b, '\n');
		if (i == 0 ? first : blank || line.len > 0)
			buf_add_str(&b, by.u.str);
		buf_add_str(&b, line);
	}
	*out = of;
	return tpl_take(r, &b, &out->u.str);
}

static bool truncate(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	int64_t length = 255, leeway = 5, count;
	bool kill = false, none = args->at[3].kind == ITEM_NONE;
	struct str end = STR("...");
	if (!tpl_arg_int(r, args, 0, &length) || !tpl_arg_bool(r, args, 1, &kill) ||
		!tpl_arg_str(r, args, 2, &end) || !(none || tpl_arg_int(r, args, 3, &leeway)))
		return false;
	int64_t ending = (int64_t)tpl_length(end);
	if (length < ending || leeway < 0)
		return tpl_fail(r, "truncate needs a length of at least %d and no negative leeway.",
			(int)ending);
	*out = of;
	if (of.kind != ITEM_STR && !tpl_count(r, of, &count))
		return false;
	if (of.kind != ITEM_STR && count >= 0 && count <= length + leeway)
		return true;
	if (!hard(r, &of, "truncate"))
		return false;
	struct str s = str_slice(of.u.str, 0, tpl_offset(of.u.str, (size_t)(length - ending)));
	struct str rest = str_slice(of.u.str, s.len, of.u.str.len);
	if (tpl_offset(rest, (size_t)(ending + leeway)) == rest.len)
		return true;
	const char *space = kill || s.len == 0 ? NULL : memrchr(s.at, ' ', s.len);
	struct item kept = of, tail = tpl_str(end);
	kept.u.str = space != NULL ? str_slice(s, 0, (size_t)(space - s.at)) : s;
	return tpl_binary(r, OP_ADD, kept, tail, out);
}

static bool wordcount(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	struct item text;
	size_t len;
	int64_t n = 0;
	bool inside = false;
	if (!soft(r, of, &text))
		return false;
	for (size_t at = 0; at < text.u.str.len; at += len) {
		bool word = tpl_is_word(tpl_decode(text.u.str, at, &len));
		n += word && !inside;
		inside = word;
	}
	*out = tpl_int(n);
	return tpl_charge(r, text.u.str.len / 64);
}

static bool wordwrap(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	struct wrap how = {.width = 79, .break_long = true, .break_hyphens = true};
	struct str by = STR("\n");
	bool none = args->at[2].kind == ITEM_NONE;
	if (!hard(r, &of, "wordwrap") || !tpl_arg_int(r, args, 0, &how.width) ||
		!tpl_arg_bool(r, args, 1, &how.break_long) ||
		!(none || tpl_arg_str(r, args, 2, &by)) ||
		!tpl_arg_bool(r, args, 3, &how.break_hyphens))
		return false;
	if (how.width <= 0)
		return tpl_fail(r, "wordwrap needs a width of at least 1.");
	struct list *lines = tpl_list_new(r, 0);
	if (!tpl_splitlines(r, of, false, lines))
		return false;
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	for (size_t i = 0; i < lines->len; i++) {
		if (i > 0)
			buf_add_str(&b, by);
		if (!tpl_wrap_line(r, lines->at[i].u.str, by, &how, &b)) {
			buf_free(&b);
			return false;
		}
	}
	*out = tpl_str(STR_NONE);
	return tpl_take(r, &b, &out->u.str);
}

static bool pprint(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	*out = tpl_str(STR_NONE);
	return tpl_pprint(r, of, &out->u.str);
}

const struct builtin tpl_filters_text[] = {
	{"upper", upper, 0, 0, false, ""},
	{"lower", lower, 0, 0, false, ""},
	{"capitalize", capitalize, 0, 0, false, ""},
	{"title", title, 0, 0, false, ""},
	{"trim", trim, 0, 1, false, "chars"},
	{"center", center, 0, 1, false, "width"},
	{"replace", replace, 2, 3, false, "old new count"},
	{"string", string, 0, 0, false, ""},
	{"format", format, 0, 0, true, ""},
	{"indent", indent, 0, 3, false, "width first blank"},
	{"truncate", truncate, 0, 4, false, "length killwords end leeway"},
	{"wordcount", wordcount, 0, 0, false, ""},
	{"wordwrap", wordwrap, 0, 4, false, "width break_long_words wrapstring break_on_hyphens"},
	{"pprint", pprint, 0, 0, false, ""},
	{NULL, NULL, 0, 0, false, NULL},
};
